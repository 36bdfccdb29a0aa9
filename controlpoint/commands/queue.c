/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp queue: what a renderer is to play, one after the other. Main thread. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#include "address/content.h"
#include "commands/command.h"
#include "commands/queue-deeds.h"
#include "commands/queue-items.h"
#include "queue/client.h"
#include "queue/queue.h"

#define FILE_BYTES_MAX (64 * 1024 * 1024)

/* One sub-verb. operands are those behind its name. */
typedef struct {
	const char *name;
	unsigned min_operands;
	bool (*run)(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n,
		GError **error);
} Deed;

/* Entries are counted from 1 by people. */
static bool
parse_position(const char *text, int64_t *ret_at, GError **error)
{
	if (avu_parse_int(text, 1, QUEUE_ENTRIES_MAX, ret_at)) {
		(*ret_at)--;
		return true;
	}
	g_autofree char *shown = avu_text_for_display(text, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"'%s' is no position in a queue; the first is 1", shown);
	return false;
}

static void
report(Run *run, AvuRemoteDevice *renderer, const char *done, int64_t entries)
{
	json_t *record = json_object();

	record_set_text(record, "done", done);
	record_set_count(record, "entries", entries);
	run_report(run, renderer, record);
}

static bool
ask(Run *run, AvuRemoteDevice *renderer, json_t *order, const char *done, GError **error)
{
	json_auto_t *answer = queue_ask(order, /* start = */ true, error);

	if (answer == NULL) {
		return false;
	}
	report(run, renderer, done, -1);
	return true;
}

/* Showing */

static char *
cell_mark(const json_t *record, const char *key)
{
	return g_strdup(!json_is_true(json_object_get(record, key))        ? ""
			: json_is_true(json_object_get(record, "playing")) ? "▶"
									   : "·");
}

static const OutputColumn show_columns[] = {
	{ "current", "", cell_mark },
	{ "position", "#", output_cell_text },
	{ "title", "title", output_cell_text },
	{ "duration_s", "length", output_cell_duration },
	{ NULL },
};
static const OutputSchema show_schema = { OUTPUT_LIST, show_columns };

/* @param answer  of one page @return entries on it */
static size_t
show_page(Run *run, const json_t *answer, size_t start)
{
	const json_t *entries = json_object_get(answer, "entries");
	const size_t at = (size_t)json_integer_value(json_object_get(answer, "at"));
	const bool running = json_is_true(json_object_get(answer, "running"));

	for (size_t i = 0; i < json_array_size(entries); i++) {
		json_t *record = json_copy(json_array_get(entries, i));

		record_set_count(record, "position", (int64_t)(start + i + 1));
		(void)json_object_set_new(record, "current", json_boolean(start + i == at));
		(void)json_object_set_new(
			record, "playing", json_boolean(running && start + i == at));
		output_record(run->output, record);
	}
	return json_array_size(entries);
}

static bool
deed_show(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	size_t start = 0;
	bool more = true;
	bool good = true;

	(void)operands, (void)n;
	output_begin(run->output, &show_schema);
	while (good && more) {
		json_t *order = queue_order_new("show", renderer);

		(void)json_object_set_new(order, "start", json_integer((json_int_t)start));
		json_auto_t *answer = queue_ask(order, /* start = */ true, error);
		const size_t shown = answer != NULL ? show_page(run, answer, start) : 0;

		good = answer != NULL;
		more = shown > 0;
		start += shown;
	}
	output_end(run->output);
	return good;
}

/* Changing */

static bool
add_operands(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, int64_t at,
	GError **error)
{
	json_auto_t *entries = queue_items(run, renderer, operands, n, error);

	if (entries == NULL || !queue_add(renderer, entries, at, error)) {
		return false;
	}
	report(run, renderer, "add", (int64_t)json_array_size(entries));
	return true;
}

static bool
deed_add(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	return add_operands(run, renderer, operands, n, -1, error);
}

static bool
deed_insert(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	int64_t at;

	return parse_position(operands[0], &at, error) &&
	       add_operands(run, renderer, operands + 1, n - 1, at, error);
}

static bool
deed_move(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	int64_t from, to;

	(void)n;
	if (!parse_position(operands[0], &from, error) ||
		!parse_position(operands[1], &to, error)) {
		return false;
	}
	json_t *order = queue_order_new("move", renderer);

	(void)json_object_set_new(order, "from", json_integer(from));
	(void)json_object_set_new(order, "to", json_integer(to));
	return ask(run, renderer, order, "move", error);
}

/* "3" or "3-7" */
static bool
parse_range(const char *text, int64_t *ret_from, int64_t *ret_n, GError **error)
{
	g_auto(GStrv) ends = g_strsplit(text, "-", 2);
	int64_t to;

	if (!parse_position(ends[0] != NULL ? ends[0] : "", ret_from, error) ||
		!parse_position(
			ends[0] != NULL && ends[1] != NULL ? ends[1] : ends[0], &to, error)) {
		return false;
	}
	*ret_n = to - *ret_from + 1;
	if (*ret_n > 0) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "'%s' ends before it begins", text);
	return false;
}

static bool
deed_remove(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	int64_t from, count;

	(void)n;
	if (!parse_range(operands[0], &from, &count, error)) {
		return false;
	}
	json_t *order = queue_order_new("remove", renderer);

	(void)json_object_set_new(order, "from", json_integer(from));
	(void)json_object_set_new(order, "n", json_integer(count));
	return ask(run, renderer, order, "remove", error);
}

static bool
deed_clear(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	(void)operands, (void)n;
	return ask(run, renderer, queue_order_new("clear", renderer), "clear", error);
}

static bool
deed_play(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	int64_t at = 0;

	if (n > 0 && !parse_position(operands[0], &at, error)) {
		return false;
	}
	json_t *order = queue_order_new("play", renderer);

	if (n > 0) {
		(void)json_object_set_new(order, "at", json_integer(at));
	}
	return ask(run, renderer, order, "play", error);
}

/* Files */

static bool
collect_page(Run *run, AvuRemoteDevice *renderer, json_t *entries, bool *ret_more, GError **error)
{
	json_t *order = queue_order_new("show", renderer);

	(void)run;
	(void)json_object_set_new(
		order, "start", json_integer((json_int_t)json_array_size(entries)));
	json_auto_t *answer = queue_ask(order, /* start = */ true, error);
	json_t *page = json_object_get(answer, "entries");

	*ret_more = json_array_size(page) > 0;
	return answer != NULL && json_array_extend(entries, page) == 0;
}

static bool
deed_save(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	json_auto_t *file = json_object();
	json_t *entries = json_array();
	bool more = true;

	(void)n;
	(void)json_object_set_new(file, "at", json_integer(0));
	(void)json_object_set_new(file, "entries", entries);
	while (more) {
		if (!collect_page(run, renderer, entries, &more, error)) {
			return false;
		}
	}
	char *text = json_dumps(file, JSON_INDENT(1));
	const bool good = avu_file_replace(operands[0], text, strlen(text), error);

	free(text);
	if (good) {
		report(run, renderer, "save", (int64_t)json_array_size(entries));
	}
	return good;
}

static bool
deed_load(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	g_autoptr(GBytes) bytes = avu_file_read(operands[0], FILE_BYTES_MAX, error);
	json_auto_t *file = bytes != NULL ? json_loadb(g_bytes_get_data(bytes, NULL),
						    g_bytes_get_size(bytes), 0, NULL)
					  : NULL;

	(void)n;
	if (bytes == NULL) {
		return false;
	}
	g_autoptr(Queue) queue = queue_from_json(file, error); /* checks each entry */

	if (queue == NULL || !queue_order(renderer, "clear", error) ||
		!queue_add(renderer, json_object_get(file, "entries"), -1, error)) {
		return false;
	}
	report(run, renderer, "load", queue_get_n(queue));
	return true;
}

static const Deed deeds[] = {
	{ "show", 0, deed_show },
	{ "add", 1, deed_add },
	{ "insert", 2, deed_insert },
	{ "move", 2, deed_move },
	{ "remove", 1, deed_remove },
	{ "clear", 0, deed_clear },
	{ "play", 0, deed_play },
	{ "save", 1, deed_save },
	{ "load", 1, deed_load },
};

static const char *
get_deed(size_t i)
{
	return i < G_N_ELEMENTS(deeds) ? deeds[i].name : NULL;
}

static const Deed *
find_deed(const Run *run, GError **error)
{
	const char *name = run->n_operands > 0 ? run->operands[0] : "show";
	const char *names[G_N_ELEMENTS(deeds) + 1] = { NULL };
	g_autofree char *shown = avu_text_for_display(name, 40);

	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		names[i] = deeds[i].name;
		if (strcmp(name, names[i]) == 0) {
			if (run->n_operands > 0 && run->n_operands - 1 < deeds[i].min_operands) {
				g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
					"queue %s wants more operands; avcp queue --help tells "
					"which",
					name);
				return NULL;
			}
			return &deeds[i];
		}
	}
	g_autofree char *all = g_strjoinv(", ", (char **)names);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"'%s' is nothing to do with a queue; there are %s", shown, all);
	return NULL;
}

static bool
run_queue(Run *run, GError **error)
{
	const Deed *deed = find_deed(run, error);

	if (deed == NULL) {
		return false;
	}
	/* the server is looked for while the renderer is */
	for (unsigned i = 1; deed->run == deed_add && i < run->n_operands; i++) {
		if (queue_names_object(run, run->operands[i]) &&
			!run_prepare_object(run, run->operands[i], error)) {
			return false;
		}
	}
	g_autoptr(AvuRemoteDevice) renderer = deed->run == deed_play
						      ? run_wake_renderer(run, error)
						      : run_find_renderer(run, error);
	const unsigned skip = run->n_operands > 0 ? 1 : 0;

	return renderer != NULL &&
	       deed->run(run, renderer, run->operands + skip, run->n_operands - skip, error);
}

static const char *const options[] = { "Object", "Transcode", NULL };

static const OutputColumn columns[] = {
	{ "renderer", "Renderer", output_cell_text },
	{ "done", "Done", output_cell_text },
	{ "entries", "Entries", output_cell_text },
	{ NULL },
};

const Command command_queue = {
	.name = "queue",
	.operands = "[show|add|insert|move|remove|clear|play|save|load …]",
	.summary = "what a renderer plays one after the other",
	.help = "It goes on when the terminal is closed, without a gap where the renderer can.\n"
		"\n"
		"  show               the queue, and where it is (the same as no operand)\n"
		"  add PATH…          items, folders with all in them, URLs and files, to the end\n"
		"  insert N PATH…     the same before entry N\n"
		"  move N M           entry N becomes entry M\n"
		"  remove N[-M]       takes entries out\n"
		"  clear              takes all out and stops\n"
		"  play [N]           plays from entry N, or from where it was\n"
		"  save FILE, load FILE\n"
		"\n"
		"  --object           what is named are object ids, never paths, files or URLs\n"
		"  --transcode        what is in no form that the renderer plays is converted\n"
		"\n"
		"avcp next and prev go through a queue that plays; avcp stop ends it there.\n"
		"\n"
		"With --json: show is an array of {position, title, uri, metadata, duration_s, "
		"current,\n"
		"  playing}; the others {done, entries, renderer, udn}.\n"
		"\n"
		"Example:\n"
		"  avcp -r kitchen queue add NAS:/Music/Albums/Post && avcp -r kitchen queue "
		"play\n",
	.max_operands = 1000,
	.operand_specs = { { OPERAND_WORD, get_deed }, { OPERAND_PLAYABLE }, { OPERAND_PLAYABLE } },
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_queue,
};
