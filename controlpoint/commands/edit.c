/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp edit, bookmark: what a server says of an object, changed. Main thread. */
#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/amount.h"
#include "commands/create.h"
#include "commands/tag-value.h"

static bool
update(Run *run, const ContentPlace *place, const TagValues *values, GError **error)
{
	const char *const arguments[] = { "ObjectID", place->id, "CurrentTagValue",
		values->current->str, "NewTagValue", values->next->str, NULL };

	return run_call(run, place->server, &avu_service_content_directory, "UpdateObject",
		arguments, error);
}

/* "dc:title=New" */
static bool
add_operand(TagValues *values, const char *didl, const char *operand, GError **error)
{
	const char *equals = strchr(operand, '=');

	if (equals == NULL) {
		g_autofree char *shown = avu_text_for_display(operand, 40);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%s' changes nothing; a change is PROPERTY=VALUE", shown);
		return false;
	}
	g_autofree char *tag = g_strndup(operand, (size_t)(equals - operand));

	return tag_values_add(values, didl, tag, equals + 1, error);
}

static bool
run_edit(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	g_autofree char *didl = NULL;
	g_auto(TagValues) values;

	tag_values_init(&values);
	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) object = content_get(run->session, &place, &didl, error);

	if (object == NULL) {
		return false;
	}
	/* a reference cannot be changed: what it stands for can */
	if (avu_didl_get(object, 0)->ref_id != NULL) {
		g_free(place.id);
		place.id = g_strdup(avu_didl_get(object, 0)->ref_id);
	}
	for (unsigned i = 1; i < run->n_operands; i++) {
		if (!add_operand(&values, didl, run->operands[i], error)) {
			return false;
		}
	}
	if (!update(run, &place, &values, error)) {
		return false;
	}
	create_report(run, &place, "edit", place.id);
	return true;
}

static const OutputColumn columns[] = {
	{ "server", "Server", output_cell_text },
	{ "done", "Done", output_cell_text },
	{ "id", "Object", output_cell_text },
	{ NULL },
};

const Command command_edit = {
	.name = "edit",
	.operands = "PATH|ID PROPERTY=VALUE…",
	.summary = "change what a server says of an object",
	.help = "PROPERTY is an element of DIDL-Lite such as dc:title or upnp:rating; an empty "
		"VALUE "
		"takes it\n"
		"away. All changes are made or none; a server that allows none refuses (711).\n"
		"\"avcp cat --didl\" shows what there is.\n"
		"\n"
		"With --json: {done, id, server}.\n"
		"\n"
		"Example:\n"
		"  avcp edit \"NAS:/Video/holiday.mp4\" \"dc:title=Our holiday\" upnp:rating=5\n",
	.min_operands = 2,
	.max_operands = 16,
	.operand_specs = { { OPERAND_OBJECT } },
	.schema = { OUTPUT_DEED, columns },
	.run = run_edit,
};

/* bookmark */

static bool
show_bookmark(Run *run, const AvuObject *object)
{
	json_t *record = json_object();

	record_set_text(record, "title", object->title);
	record_set_duration(record, "position_s", object->last_playback_position_ns);
	record_set_count(record, "played", object->playback_count);
	output_begin(run->output, &run->command->schema);
	output_record(run->output, record);
	output_end(run->output);
	return true;
}

static bool
run_bookmark(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	g_autofree char *didl = NULL;
	Amount amount = { 0, false };
	g_auto(TagValues) values;

	tag_values_init(&values);
	if ((run->n_operands > 1 && !amount_parse_time(run->operands[1], &amount, error)) ||
		!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) object = content_get(run->session, &place, &didl, error);

	if (object == NULL) {
		return false;
	}
	if (run->n_operands == 1) {
		return show_bookmark(run, avu_didl_get(object, 0));
	}
	g_autofree char *time = avu_duration_format(MAX(amount.value, 0), false);

	if (!tag_values_add(&values, didl, "upnp:lastPlaybackPosition", time, error) ||
		!update(run, &place, &values, error)) {
		return false;
	}
	g_autoptr(AvuDidl) after = content_get(run->session, &place, NULL, error);

	return after != NULL && show_bookmark(run, avu_didl_get(after, 0));
}

static const OutputColumn bookmark_columns[] = {
	{ "title", "Title", output_cell_text },
	{ "position_s", "Position", output_cell_duration },
	{ "played", "Played", output_cell_text },
	{ NULL },
};

const Command command_bookmark = {
	.name = "bookmark",
	.operands = "PATH|ID [POSITION]",
	.summary = "show or set where an item goes on",
	.help = "The server keeps it, so that any renderer or television can go on from there, if "
		"both know\n"
		"how. POSITION is H:MM:SS, M:SS or seconds.\n"
		"\n"
		"With --json: {title, position_s, played}; what the server does not tell is null.\n"
		"\n"
		"Example:\n"
		"  avcp bookmark \"NAS:/Video/Films/Metropolis\" 1:02:03\n",
	.min_operands = 1,
	.max_operands = 2,
	.operand_specs = { { OPERAND_OBJECT } },
	.schema = { OUTPUT_ONE, bookmark_columns },
	.run = run_bookmark,
};
