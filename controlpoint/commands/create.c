/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp mkdir, rm, and what put has in common with them. Main thread. */
#include "commands/create.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/object-path.h>

/* The last slash that parts titles: one with a backslash in front is inside a title. */
static const char *
last_separator(const char *operand)
{
	const char *last = NULL;

	for (const char *at = operand; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0') {
			at++;
		} else if (*at == '/') {
			last = at;
		}
	}
	return last;
}

bool
create_split(
	Run *run, const char *operand, ContentPlace *ret_parent, char **ret_title, GError **error)
{
	const char *slash = last_separator(operand);
	g_autofree char *rest = slash != NULL ? g_strconcat("/", slash + 1, NULL) : NULL;
	g_autoptr(AvuObjectPath) last = rest != NULL ? avu_object_path_parse(rest, NULL) : NULL;

	if (last == NULL || last->titles[0] == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"\"%s\" does not end in the title of something new", operand);
		return false;
	}
	g_autofree char *parent = g_strndup(operand, (size_t)(slash - operand) + 1);

	if (!content_find(run->session, parent, run_get_server(run), ret_parent, error)) {
		return false;
	}
	*ret_title = g_strdup(last->titles[0]);
	return true;
}

char *
create_object(
	Run *run, const ContentPlace *parent, AvuObject *object, AvuDidl **ret_didl, GError **error)
{
	object->id = "";
	object->parent_id = parent->id;
	object->restricted = false;
	g_autofree char *elements = avu_didl_format(object);
	const char *const arguments[] = { "ContainerID", parent->id, "Elements", elements, NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, parent->server,
		&avu_service_content_directory, "CreateObject", arguments, error);

	if (answer == NULL) {
		return NULL;
	}
	if (ret_didl != NULL) {
		const char *text = avu_remote_answer_get(answer, "Result");

		*ret_didl = avu_didl_parse(text, strlen(text), error);
		if (*ret_didl == NULL) {
			return NULL;
		}
	}
	return g_strdup(avu_remote_answer_get(answer, "ObjectID"));
}

void
create_report(Run *run, const ContentPlace *place, const char *done, const char *id)
{
	json_t *record = json_object();

	record_set_text(record, "done", done);
	record_set_text(record, "id", id);
	record_set_text(record, "server", avu_remote_device_get_name(place->server));
	run_write_one(run, record);
}

static bool
run_mkdir(Run *run, GError **error)
{
	g_auto(ContentPlace) parent = { NULL, NULL };
	g_autofree char *title = NULL;
	AvuObject object;

	if (!create_split(run, run->operands[0], &parent, &title, error)) {
		return false;
	}
	avu_object_init(&object);
	object.container = true;
	object.title = title;
	object.upnp_class = "object.container.storageFolder";
	g_autofree char *id = create_object(run, &parent, &object, NULL, error);

	if (id != NULL) {
		create_report(run, &parent, "mkdir", id);
	}
	return id != NULL;
}

static bool
run_rm(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };

	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	const char *const arguments[] = { "ObjectID", place.id, NULL };

	if (!run_call(run, place.server, &avu_service_content_directory, "DestroyObject", arguments,
		    error)) {
		return false;
	}
	create_report(run, &place, "rm", place.id);
	return true;
}

static const OutputColumn columns[] = {
	{ "server", "Server", output_cell_text },
	{ "done", "Done", output_cell_text },
	{ "id", "Object", output_cell_text },
	{ NULL },
};

const Command command_mkdir = {
	.name = "mkdir",
	.operands = "PATH",
	.summary = "make a folder on a server",
	.help = "The last title of PATH is that of the new folder. Servers allow it in some "
		"folders "
		"only, or\n"
		"nowhere; ours where its configuration says so.\n"
		"\n"
		"With --json: {done, id, server}.\n"
		"\n"
		"Example:\n"
		"  avcp mkdir NAS:/Music/Folders/Inbox/2026\n",
	.min_operands = 1,
	.max_operands = 1,
	.operand_specs = { { OPERAND_OBJECT } },
	.schema = { OUTPUT_DEED, columns },
	.run = run_mkdir,
};

const Command command_rm = {
	.name = "rm",
	.operands = "PATH|ID",
	.summary = "take an object away from a server",
	.help = "With all that is below it. Whether the file goes, too, is the server's own "
		"affair; "
		"ours\n"
		"keeps it unless its configuration says otherwise.\n"
		"\n"
		"With --json: {done, id, server}.\n"
		"\n"
		"Example:\n"
		"  avcp rm \"NAS:/Music/Folders/Inbox/2026/Demo\"\n",
	.min_operands = 1,
	.max_operands = 1,
	.operand_specs = { { OPERAND_OBJECT } },
	.schema = { OUTPUT_DEED, columns },
	.run = run_rm,
};
