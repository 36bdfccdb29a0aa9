/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The asking side of verbs: words to JSON, JSON to lines. */

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "deeds.h"

#define SHOWN_MAX 400

char *
verbs_format_request(const char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i] != NULL; i++) {
		g_autofree char *word = g_utf8_make_valid(words[i], -1);

		(void)json_array_append_new(list, json_string(word));
	}
	char *text = json_dumps(list, JSON_COMPACT);
	char *copy = g_strdup(text);

	free(text);
	json_decref(list);
	return copy;
}

static char *
format_time(const json_t *seconds)
{
	return json_is_number(seconds)
		       ? avu_duration_format(
				 (int64_t)(json_number_value(seconds) * (double)AVU_NS_PER_S),
				 false)
		       : g_strdup("?");
}

static void
append_shown(GString *text, const char *before, const json_t *value)
{
	g_autofree char *shown = json_is_string(value)
					 ? avu_text_for_display(json_string_value(value), SHOWN_MAX)
					 : NULL;

	if (shown != NULL) {
		g_string_append_printf(text, "%s%s", before, shown);
	}
}

static double
get_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

/* "buffer: 3.2 of 10.0 s, 1700 kbit/s of 2 rates, 1 down, 0 up, 0 underruns, 1 reconnect" */
static void
format_buffer(GString *text, const json_t *buffer)
{
	const int down = (int)get_number(buffer, "steps_down");
	const int up = (int)get_number(buffer, "steps_up");
	const int underruns = (int)get_number(buffer, "underruns");
	const int reconnects = (int)get_number(buffer, "reconnects");

	if (json_is_true(json_object_get(buffer, "complete"))) {
		(void)g_string_append(text, "buffer: all that is left");
	} else if (json_is_number(json_object_get(buffer, "level_s"))) {
		g_string_append_printf(text, "buffer: %.1f of %.1f s",
			get_number(buffer, "level_s"), get_number(buffer, "target_s"));
	} else {
		g_string_append_printf(
			text, "buffer: %.0f KiB", get_number(buffer, "level_octets") / 1024);
	}
	if (json_is_number(json_object_get(buffer, "rate_bps"))) {
		g_string_append_printf(
			text, ", %.0f kbit/s", get_number(buffer, "rate_bps") / 1000);
	}
	if (get_number(buffer, "rates") > 1) {
		g_string_append_printf(text, " of %.0f rates, %d down, %d up",
			get_number(buffer, "rates"), down, up);
	}
	g_string_append_printf(text, ", %d underrun%s, %d reconnect%s\n", underruns,
		underruns == 1 ? "" : "s", reconnects, reconnects == 1 ? "" : "s");
}

static void
format_status(GString *text, const json_t *answer)
{
	g_autofree char *position = format_time(json_object_get(answer, "position_s"));
	g_autofree char *duration = format_time(json_object_get(answer, "duration_s"));

	append_shown(text, "", json_object_get(answer, "name"));
	append_shown(text, ": ", json_object_get(answer, "state"));
	if (g_strcmp0(json_string_value(json_object_get(answer, "status")), "OK") != 0) {
		append_shown(text, ", ", json_object_get(answer, "status"));
		append_shown(text, ": ", json_object_get(answer, "reason"));
	}
	(void)g_string_append_c(text, '\n');
	if (json_is_string(json_object_get(answer, "uri"))) {
		append_shown(text, "",
			json_is_string(json_object_get(answer, "title"))
				? json_object_get(answer, "title")
				: json_object_get(answer, "uri"));
		append_shown(text, " - ", json_object_get(answer, "artist"));
		append_shown(text, " - ", json_object_get(answer, "album"));
		g_string_append_printf(text, "\n%s of %s, track %d of %d\n", position, duration,
			(int)json_integer_value(json_object_get(answer, "track")),
			(int)json_integer_value(json_object_get(answer, "tracks")));
	}
	if (json_is_object(json_object_get(answer, "buffer"))) {
		format_buffer(text, json_object_get(answer, "buffer"));
	}
	if (json_is_integer(json_object_get(answer, "volume"))) {
		g_string_append_printf(text, "volume %d%s\n",
			(int)json_integer_value(json_object_get(answer, "volume")),
			json_is_true(json_object_get(answer, "mute")) ? ", muted" : "");
	}
}

/* One line per thing told. */
static void
format_plain(GString *text, const json_t *answer)
{
	const char *key;
	const json_t *value, *entry;
	size_t i;

	json_object_foreach((json_t *)answer, key, value)
	{
		if (json_is_array(value)) {
			json_array_foreach(value, i, entry)
			{
				append_shown(text, "", entry);
				(void)g_string_append_c(text, '\n');
			}
		} else if (json_is_boolean(value)) {
			g_string_append_printf(
				text, "%s %s\n", key, json_is_true(value) ? "on" : "off");
		} else {
			g_string_append_printf(
				text, "%s %d\n", key, (int)json_integer_value(value));
		}
	}
}

char *
verbs_format_answer(const char *answer, bool json, GError **error)
{
	json_t *document = json_loads(answer, 0, NULL);
	const char *refusal = json_string_value(json_object_get(document, "error"));
	GString *text = g_string_new(NULL);

	if (!json_is_object(document) || refusal != NULL) {
		g_set_error(error, AVU_ERROR,
			refusal != NULL ? AVU_ERROR_UNSUPPORTED : AVU_ERROR_SYNTAX, "%s",
			refusal != NULL ? refusal : "the renderer gave no answer that can be read");
		json_decref(document);
		(void)g_string_free(text, TRUE);
		return NULL;
	}
	if (json) {
		g_string_append_printf(text, "%s\n", answer);
	} else if (json_is_string(json_object_get(document, "state"))) {
		format_status(text, document);
	} else {
		format_plain(text, document);
	}
	json_decref(document);
	return g_string_free(text, FALSE);
}
