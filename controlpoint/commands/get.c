/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp get: items of a server to files, folders with all below them. Main thread.
 *
 * Names on the disk come from titles, which are foreign: they are made single names first, so that
 * nothing is written outside the folder asked for (SEC-204). */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/command.h"
#include "commands/download.h"
#include "commands/file-name.h"
#include "commands/object-record.h"
#include "commands/walk.h"

typedef struct {
	Run *run;
	char *folders[64]; /* by depth: where the objects of that depth go */
	GError *error;     /* of the first item that failed */
	unsigned n_failed;
} Copy;

static bool
make_folder(const char *path, GError **error)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		g_autofree char *shown = avu_text_for_display(path, 200);

		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", shown, g_strerror(errno));
		return false;
	}
	return true;
}

static json_int_t
size_of(const json_t *resource)
{
	const json_t *size = json_object_get(resource, "size");

	return json_is_integer(size) ? json_integer_value(size) : -1;
}

static const json_t *
find_resource(const json_t *record)
{
	const json_t *resources = json_object_get(record, "resources");

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *resource = json_array_get(resources, i);
		const char *url = json_string_value(json_object_get(resource, "url"));

		if (url != NULL && g_ascii_strncasecmp(url, "http://", 7) == 0) {
			return resource;
		}
	}
	return NULL;
}

/* Titles are foreign: what a file of the user's is called must not decide that it goes (SEC-204). */
static bool
may_be_written(const Run *run, const char *path, json_int_t size, GError **error)
{
	struct stat st;

	if (avu_settings_get_bool(run->settings, "Overwrite") || lstat(path, &st) != 0 ||
		(S_ISREG(st.st_mode) && st.st_size == size)) {
		return true;
	}
	g_autofree char *shown = avu_text_for_display(path, 200);

	g_set_error(error, AVU_ERROR, AVU_ERROR_IO,
		"%s is there and is not the same; --overwrite replaces it", shown);
	return false;
}

/* How large it has become; -1: not known. What the server listed is often a guess. */
static int64_t
take_size(const char *name, const char *path, json_int_t listed)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		return -1;
	}
	if (listed >= 0 && st.st_size != listed) {
		g_warning("%s: %" G_GINT64_FORMAT
			  " octets came, the server had listed %" G_GINT64_FORMAT,
			name, (gint64)st.st_size, (gint64)listed);
	}
	return st.st_size;
}

/* @param path  of the file to be */
static bool
fetch(Run *run, const json_t *record, const char *path, GError **error)
{
	const json_t *resource = find_resource(record);
	const char *title = json_string_value(json_object_get(record, "title"));
	g_auto(Progress) progress;
	uint64_t had = 0;

	progress_init(&progress, title != NULL ? title : "");
	if (resource == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" has no resource that can be fetched by http", progress.name);
		return false;
	}
	if (!download_to_file(run->session, json_string_value(json_object_get(resource, "url")),
		    path, avu_settings_get_bool(run->settings, "Overwrite"), size_of(resource),
		    UINT64_MAX, &progress, &had, error)) {
		g_prefix_error(error, "%s: ", progress.name);
		return false;
	}
	json_t *done = json_object();

	record_set_text(done, "title", title);
	record_set_text(done, "file", path);
	record_set_count(done, "size", take_size(progress.name, path, size_of(resource)));
	record_set_count(done, "had", (int64_t)had);
	output_record(run->output, done);
	return true;
}

static char *
path_in(const char *folder, const json_t *record)
{
	const json_t *resource = find_resource(record);
	g_autofree char *name = file_name_of(json_string_value(json_object_get(record, "title")),
		json_string_value(json_object_get(resource, "url")),
		json_string_value(json_object_get(resource, "protocol_info")));

	return g_build_filename(folder, name, NULL);
}

/* One object of a folder; one that fails does not keep the others from being fetched. */
static bool
copy_object(const json_t *record, unsigned depth, void *data)
{
	Copy *copy = data;
	const char *folder = copy->folders[depth - 1];
	GError **error = copy->error == NULL ? &copy->error : NULL;

	if (json_is_true(json_object_get(record, "container"))) {
		g_autofree char *name = file_name_of(
			json_string_value(json_object_get(record, "title")), NULL, NULL);

		g_free(copy->folders[depth]);
		copy->folders[depth] = g_build_filename(folder, name, NULL);
		return make_folder(copy->folders[depth], error);
	}
	g_autofree char *path = path_in(folder, record);
	const bool good = may_be_written(copy->run, path, size_of(find_resource(record)), error) &&
			  fetch(copy->run, record, path, error);

	copy->n_failed += good ? 0 : 1;
	return true;
}

static bool
copy_folder(Run *run, const ContentPlace *place, const char *folder, GError **error)
{
	Copy copy = { .run = run, .folders = { g_strdup(folder) } };
	const Walk walk = { .emit = copy_object, .data = &copy };
	g_autoptr(GError) trouble = NULL;
	const bool good = make_folder(folder, &trouble) &&
			  walk_below(run->session, place, &walk, &trouble) && copy.error == NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(copy.folders); i++) {
		g_free(copy.folders[i]);
	}
	if (copy.error != NULL && copy.n_failed > 1) {
		g_prefix_error(
			&copy.error, "%u of the items failed; first of them ", copy.n_failed);
	}
	if (trouble == NULL) {
		trouble = copy.error;
	} else {
		g_clear_error(&copy.error);
	}
	if (!good) {
		g_propagate_error(error, g_steal_pointer(&trouble));
	}
	return good;
}

/* Where it goes: into a folder that is there, or to the name given, or here. */
static char *
choose_path(const Run *run, const char *name)
{
	const char *wanted = run->n_operands > 1 ? run->operands[1] : ".";

	return g_file_test(wanted, G_FILE_TEST_IS_DIR) ? g_build_filename(wanted, name, NULL)
						       : g_strdup(wanted);
}

static bool
get_item(Run *run, const json_t *record, GError **error)
{
	g_autofree char *here = path_in("", record);
	g_autofree char *path = choose_path(run, here);

	return may_be_written(run, path, size_of(find_resource(record)), error) &&
	       fetch(run, record, path, error);
}

static bool
run_get(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };

	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, NULL, error);

	if (didl == NULL) {
		return false;
	}
	const AvuObject *object = avu_didl_get(didl, 0);
	json_auto_t *record = object_record(object);
	bool good;

	output_begin(run->output, &run->command->schema);
	if (object->container) {
		g_autofree char *name = file_name_of(object->title, NULL, NULL);
		g_autofree char *folder = choose_path(run, name);

		good = copy_folder(run, &place, folder, error);
	} else {
		good = get_item(run, record, error);
	}
	output_end(run->output);
	return good;
}

static const char *const options[] = { "Overwrite", NULL };

static const OutputColumn columns[] = {
	{ "file", "file", output_cell_text },
	{ "size", "size", output_cell_size },
	{ NULL },
};

const Command command_get = {
	.name = "get",
	.operands = "PATH|ID [FILE|FOLDER]",
	.summary = "fetch an item, or a folder and all below it",
	.help = "Writes the first resource of the item to FILE, into FOLDER, or here, named after "
		"its\n"
		"title. What was begun is kept as FILE.part and gone on with the next time; a file "
		"that is\n"
		"whole is left alone. At a terminal a line shows how far it is.\n"
		"\n"
		"  --overwrite   replaces a file there that is another one; otherwise it stays\n"
		"\n"
		"With --json: an array of {title, file, size, had}; had is the number of octets "
		"that "
		"were\n"
		"  there before.\n"
		"\n"
		"Examples:\n"
		"  avcp get \"NAS:/Music/Artists/Björk/Post\" ~/Music\n"
		"  avcp -s NAS get i0123456789abcde hyperballad.flac\n",
	.min_operands = 1,
	.max_operands = 2,
	.operand_specs = { { OPERAND_OBJECT }, { OPERAND_FILE } },
	.options = options,
	.schema = { OUTPUT_LIST, columns },
	.run = run_get,
};
