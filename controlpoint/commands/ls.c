/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp ls: what is in a container of a server. Main thread. */
#include "address/content.h"
#include "commands/command.h"
#include "commands/object-record.h"

typedef struct {
	Output *output;
	int64_t left; /* 0: enough; below 0: no limit */
} Listing;

static bool
emit(const AvuObject *object, void *data)
{
	Listing *listing = data;

	output_record(listing->output, object_record(object));
	return --listing->left != 0;
}

static bool
list_object(Run *run, const ContentPlace *place, const AvuObject *object, GError **error)
{
	const int64_t limit = avu_settings_get_int(run->settings, "Limit");
	Listing listing = { run->output, limit > 0 ? limit : -1 };

	if (!object->container) {
		(void)emit(object, &listing);
		return true;
	}
	return content_browse(run->session, place, OBJECT_RECORD_FILTER, emit, &listing, error);
}

static bool
run_ls(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };

	if (!run_find_object(run, run->operands[0], &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, NULL, error);

	if (didl == NULL) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	const bool done = list_object(run, &place, avu_didl_get(didl, 0), error);

	output_end(run->output);
	return done;
}

static const char *const options[] = { "Limit", "Object", NULL };

static const OutputColumn columns[] = {
	{ "title", "title", object_cell_title },
	{ "duration_s", "length", object_cell_resource_duration },
	{ "size", "size", object_cell_resource_size },
	{ "children", "children", output_cell_text },
	{ "id", "id", output_cell_text },
	{ NULL },
};

const Command command_ls = {
	.name = "ls",
	.operands = "[PATH|ID]",
	.summary = "list what is in a folder of a server",
	.help = "PATH is \"Server:/folder/folder\", or \"/folder\" on the server of -s. The "
		"server's name ends\n"
		"at the first \":/\"; a slash inside a title is written \"\\/\", a backslash "
		"\"\\\\\". Titles are\n"
		"taken exactly as written or, when only one fits so, without regard to case.\n"
		"Without PATH: the top of the server. An item lists itself. Anything else is an "
		"object id.\n"
		"\n"
		"  --limit N   stop after N objects\n"
		"  --object    what is named is an object id, never a path\n"
		"\n"
		"With --json: an array of {id, parent, title, class, container, children,\n"
		"  resources: [{url, protocol_info, size, duration_s}]}; what is not known is "
		"null.\n"
		"\n"
		"Examples:\n"
		"  avcp ls \"Living room:/Music/Artists\"\n"
		"  avcp -s http://192.0.2.1:8200/description.xml ls /Music\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_OBJECT } },
	.options = options,
	.schema = { OUTPUT_LIST, columns },
	.run = run_ls,
};
