/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp tree and find: what is in a container and all below. Main thread. */
#include <string.h>

#include <av-upnp/object-path.h>
#include <av-upnp/text.h>

#include "commands/command.h"
#include "commands/object-record.h"
#include "commands/walk.h"

#define INDENT 2

typedef struct {
	Output *output;
	GPatternSpec *pattern; /* of folded titles; NULL: all */
	int64_t left;          /* records still wanted; below 0: all */
} Listing;

static bool
emit(const json_t *record, unsigned depth, void *data)
{
	Listing *listing = data;
	const char *title = json_string_value(json_object_get(record, "title"));
	g_autofree char *fold = avu_text_fold(title != NULL ? title : "");

	if (listing->pattern != NULL && !g_pattern_spec_match_string(listing->pattern, fold)) {
		return true;
	}
	json_t *copy = json_copy((json_t *)record);

	record_set_count(copy, "depth", depth);
	output_record(listing->output, copy);
	return --listing->left != 0 && !listing->output->failed;
}

/* The path of the top in front of what is below, or NULL when it was named by its id. */
static char *
top_path(const Run *run, const ContentPlace *place)
{
	const char *operand = run->n_operands > 0 ? run->operands[0] : "/";
	g_autoptr(AvuObjectPath) path =
		avu_object_path_looks_like(operand) ? avu_object_path_parse(operand, NULL) : NULL;

	if (path == NULL) {
		return NULL;
	}
	g_autoptr(GString) text = g_string_new(avu_remote_device_get_name(place->server));

	g_string_append_c(text, ':');
	for (size_t i = 0; path->titles[i] != NULL; i++) {
		g_autofree char *title = avu_object_path_escape(path->titles[i]);

		g_string_append_printf(text, "/%s", title);
	}
	return g_string_free(g_steal_pointer(&text), false);
}

/* "*love*" for "love": a word is looked for anywhere in the title. */
static GPatternSpec *
make_pattern(const char *text)
{
	g_autofree char *fold = avu_text_fold(text);
	g_autofree char *anywhere =
		strpbrk(fold, "*?") == NULL ? g_strdup_printf("*%s*", fold) : g_strdup(fold);

	return g_pattern_spec_new(anywhere);
}

static bool
list(Run *run, const char *pattern, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	const int64_t limit = avu_settings_get_int(run->settings, "Limit");

	if (!content_find(run->session, run->n_operands > 0 ? run->operands[0] : NULL,
		    run_get_server(run), &place, error)) {
		return false;
	}
	g_autofree char *path = top_path(run, &place);
	g_autoptr(GPatternSpec) spec = pattern != NULL ? make_pattern(pattern) : NULL;
	Listing listing = { run->output, spec, limit > 0 ? limit : -1 };
	const Walk walk = { .path = path,
		.max_depth = (unsigned)avu_settings_get_int(run->settings, "Depth"),
		.emit = emit,
		.data = &listing };

	output_begin(run->output, &run->command->schema);
	const bool good = walk_below(run->session, &place, &walk, error);

	output_end(run->output);
	return good;
}

static bool
run_tree(Run *run, GError **error)
{
	return list(run, NULL, error);
}

static bool
run_find(Run *run, GError **error)
{
	return list(run, run->n_operands > 1 ? run->operands[1] : NULL, error);
}

static char *
cell_indented(const json_t *record, const char *key)
{
	const json_int_t depth = json_integer_value(json_object_get(record, "depth"));
	g_autofree char *title = object_cell_title(record, key);

	return g_strdup_printf("%*s%s", (int)(depth - 1) * INDENT, "", title != NULL ? title : "");
}

/* A container's ends with a slash, as in ls. */
static char *
cell_path(const json_t *record, const char *key)
{
	g_autofree char *path = output_cell_text(record, key);
	const bool container = json_is_true(json_object_get(record, "container"));

	return path != NULL ? g_strconcat(path, container ? "/" : NULL, NULL)
			    : object_cell_title(record, "title");
}

static const char *const options[] = { "Depth", "Limit", NULL };

static const OutputColumn tree_columns[] = {
	{ "title", "title", cell_indented },
	{ "duration_s", "length", object_cell_resource_duration },
	{ NULL },
};

const Command command_tree = {
	.name = "tree",
	.operands = "[PATH|ID]",
	.summary = "show a folder of a server and all below it",
	.help = "PATH and ID are as for \"avcp ls\". A folder that a server shows in several "
		"places "
		"is entered\n"
		"once; 100,000 objects are the end.\n"
		"\n"
		"  --depth N   no deeper than N levels\n"
		"  --limit N   stop after N objects\n"
		"\n"
		"With --json: an array of objects as from ls, with path and depth (1: in the "
		"folder "
		"itself).\n"
		"\n"
		"Example:\n"
		"  avcp tree --depth 2 NAS:/Music\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_OBJECT } },
	.options = options,
	.schema = { OUTPUT_LIST, tree_columns },
	.run = run_tree,
};

static const OutputColumn find_columns[] = {
	{ "path", "path", cell_path },
	{ NULL },
};

const Command command_find = {
	.name = "find",
	.operands = "[PATH|ID [PATTERN]]",
	.summary = "list paths of all that is below a folder",
	.help = "Walks the folder and prints the path of each object whose title fits PATTERN, a "
		"pattern\n"
		"with * and ?, or a word that the title contains; case and accents do not matter. "
		"The paths\n"
		"are what play, ls and get take. \"avcp search\" is faster where the server can "
		"search.\n"
		"\n"
		"  --depth N   no deeper than N levels\n"
		"  --limit N   stop after N objects\n"
		"\n"
		"With --json: an array of objects as from ls, with path and depth.\n"
		"\n"
		"Examples:\n"
		"  avcp find NAS:/Music \"*love*\"\n"
		"  avcp find NAS:/Video | shuf -n 1\n",
	.max_operands = 2,
	.operand_specs = { { OPERAND_OBJECT } },
	.options = options,
	.schema = { OUTPUT_LIST, find_columns },
	.run = run_find,
};
