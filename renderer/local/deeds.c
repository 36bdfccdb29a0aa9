/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each verb does to the running renderer. Words come from a socket in the state directory, which
 * only its owner enters, and are checked all the same. Main thread. */

#include "deeds.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#define WORDS_MAX 8
#define SECOND ((double)AVU_NS_PER_S)

typedef struct {
	const LocalDevice *device;
	const char *words[WORDS_MAX]; /* the verb first */
	size_t n;
	json_t *answer;
} Deed;

/* ---- amounts: "40", "+5", "-5" */

static bool
take_amount(const char *text, int64_t now, int64_t *ret_value, GError **error)
{
	int64_t number;

	if (!avu_parse_int(*text == '+' ? text + 1 : text, -1000, 1000, &number)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%.20s' is not a number, such as 40, +5 or -5", text);
		return false;
	}
	*ret_value = *text == '+' || *text == '-' ? now + number : number;
	return true;
}

static bool
take_time(const char *text, int64_t now_ns, int64_t *ret_ns, GError **error)
{
	const bool relative = *text == '+' || *text == '-';
	const char *digits = relative ? text + 1 : text;
	uint64_t seconds;
	int64_t ns;

	if (avu_parse_uint(digits, INT32_MAX, &seconds)) {
		ns = (int64_t)seconds * AVU_NS_PER_S;
	} else if (!avu_duration_parse(digits, false, &ns)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%.20s' is not a time, such as 90, 0:01:30, +10 or -10", text);
		return false;
	}
	*ret_ns = !relative ? ns : *text == '+' ? now_ns + ns : MAX(now_ns - ns, 0);
	return true;
}

/* ---- answers */

static void
put(Deed *deed, const char *key, json_t *value)
{
	(void)json_object_set_new(deed->answer, key, value); /* out of memory: a shorter answer */
}

static void
put_text(Deed *deed, const char *key, const char *text)
{
	put(deed, key, text != NULL && *text != '\0' ? json_string(text) : json_null());
}

static void
put_seconds(Deed *deed, const char *key, int64_t ns)
{
	put(deed, key, ns != AVU_TIME_NONE ? json_real((double)ns / SECOND) : json_null());
}

static void
put_number(json_t *object, const char *key, bool known, uint64_t number)
{
	(void)json_object_set_new(
		object, key, known ? json_integer((json_int_t)number) : json_null());
}

static void
put_buffer(Deed *deed, const LocalFacts *facts)
{
	const AvuJitterNumbers *buffer = &facts->buffer;
	json_t *object = facts->has_buffer ? json_object() : json_null();

	if (facts->has_buffer) {
		(void)json_object_set_new(object, "level_s",
			buffer->level_ns != AVU_TIME_NONE
				? json_real((double)buffer->level_ns / SECOND)
				: json_null());
		put_number(object, "level_octets", true, buffer->level_bytes);
		(void)json_object_set_new(
			object, "target_s", json_real((double)buffer->target_ns / SECOND));
		(void)json_object_set_new(object, "complete", json_boolean(buffer->complete));
		put_number(object, "underruns", true, buffer->underruns);
		put_number(object, "reconnects", true, buffer->reconnects);
		put_number(object, "rate_bps", buffer->rate_bps > 0, buffer->rate_bps);
		put_number(
			object, "network_bps", buffer->throughput_bps > 0, buffer->throughput_bps);
		put_number(object, "rates", true, buffer->rates);
		put_number(object, "steps_down", true, buffer->steps_down);
		put_number(object, "steps_up", true, buffer->steps_up);
	}
	put(deed, "buffer", object);
}

static bool
do_status(Deed *deed, GError **error)
{
	g_auto(LocalFacts) facts = { NULL };

	(void)error;
	local_facts_get(deed->device, &facts);
	put_text(deed, "name", deed->device->name);
	put_text(deed, "udn", deed->device->udn);
	put_text(deed, "state", facts.state);
	put_text(deed, "status", facts.status);
	put_text(deed, "reason", facts.reason);
	put_text(deed, "title", facts.title);
	put_text(deed, "artist", facts.artist);
	put_text(deed, "album", facts.album);
	put_text(deed, "uri", facts.uri);
	put_seconds(deed, "position_s", facts.position_ns);
	put_seconds(deed, "duration_s", facts.duration_ns);
	put(deed, "track", json_integer(facts.track));
	put(deed, "tracks", json_integer(facts.n_tracks));
	put_text(deed, "play_mode", facts.play_mode);
	put(deed, "volume", facts.volume >= 0 ? json_integer(facts.volume) : json_null());
	put(deed, "mute", facts.volume >= 0 ? json_boolean(facts.mute) : json_null());
	put_buffer(deed, &facts);
	return true;
}

/* ---- transport */

static bool
do_play(Deed *deed, GError **error)
{
	return local_device_play(deed->device, error);
}

static bool
do_plain(Deed *deed, GError **error)
{
	static const struct {
		const char *verb, *action;
	} actions[] = { { "pause", "Pause" }, { "stop", "Stop" }, { "next", "Next" },
		{ "previous", "Previous" } };

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].verb, deed->words[0]) == 0) {
			return local_device_call(
				deed->device->transport, actions[i].action, NULL, NULL, error);
		}
	}
	g_assert_not_reached();
}

static bool
do_toggle(Deed *deed, GError **error)
{
	g_auto(LocalFacts) facts = { NULL };

	local_facts_get(deed->device, &facts);
	return strcmp(facts.state, "PLAYING") == 0
		       ? local_device_call(deed->device->transport, "Pause", NULL, NULL, error)
		       : local_device_play(deed->device, error);
}

static bool
do_seek(Deed *deed, GError **error)
{
	g_auto(LocalFacts) facts = { NULL };
	int64_t ns;

	local_facts_get(deed->device, &facts);
	return take_time(deed->words[1], MAX(facts.position_ns, 0), &ns, error) &&
	       local_device_seek(deed->device, ns, error);
}

/* ---- sound and picture */

static bool
need_volume(const Deed *deed, GError **error)
{
	if (!deed->device->has_volume) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"this renderer has no volume: it runs with --bit-perfect");
	}
	return deed->device->has_volume;
}

static bool
do_volume(Deed *deed, GError **error)
{
	const AvuValues *now = avu_rendering_get_values(deed->device->rendering);
	int64_t volume;

	if (!need_volume(deed, error) ||
		(deed->n > 1 &&
			(!take_amount(deed->words[1], now->at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER],
				 &volume, error) ||
				!local_device_set_volume(deed->device, volume, error)))) {
		return false;
	}
	put(deed, "volume", json_integer(now->at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER]));
	return true;
}

static bool
do_mute(Deed *deed, GError **error)
{
	const AvuValues *now = avu_rendering_get_values(deed->device->rendering);
	const char *word = deed->n > 1 ? deed->words[1] : "toggle";
	bool mute = strcmp(word, "toggle") == 0 ? now->at[AVU_VALUE_MUTE][AVU_CHANNEL_MASTER] == 0
						: strcmp(word, "on") == 0;

	if (!mute && strcmp(word, "off") != 0 && strcmp(word, "toggle") != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%.20s' is none of on, off and toggle", word);
		return false;
	}
	if (!need_volume(deed, error) || !local_device_set_mute(deed->device, mute, error)) {
		return false;
	}
	put(deed, "mute", json_boolean(now->at[AVU_VALUE_MUTE][AVU_CHANNEL_MASTER] != 0));
	return true;
}

static bool
find_picture_value(const char *word, AvuValue *ret_value, GError **error)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		const AvuValueSpec *spec = avu_value_get_spec((AvuValue)v);

		if (spec->picture && g_ascii_strcasecmp(spec->name, word) == 0) {
			*ret_value = (AvuValue)v;
			return true;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
		"nothing of the picture is called '%.40s'; 'picture' alone lists all", word);
	return false;
}

static void
put_picture(Deed *deed, AvuValue value)
{
	put(deed, avu_value_get_spec(value)->name,
		json_integer(avu_rendering_get_values(deed->device->rendering)
				     ->at[value][AVU_CHANNEL_MASTER]));
}

static bool
do_picture(Deed *deed, GError **error)
{
	AvuValue value;
	int64_t number;

	if (deed->n == 1) {
		for (unsigned v = 0; v < AVU_N_VALUES; v++) {
			if (avu_value_get_spec((AvuValue)v)->picture) {
				put_picture(deed, (AvuValue)v);
			}
		}
		return true;
	}
	if (!find_picture_value(deed->words[1], &value, error)) {
		return false;
	}
	if (deed->n > 2) {
		const AvuValues *now = avu_rendering_get_values(deed->device->rendering);
		const AvuValueSpec *spec = avu_value_get_spec(value);

		/* "-50" is a value where values may be negative, elsewhere a step. */
		if (!take_amount(deed->words[2],
			    spec->min < 0 && *deed->words[2] == '-'
				    ? 0
				    : now->at[value][AVU_CHANNEL_MASTER],
			    &number, error)) {
			return false;
		}
		avu_rendering_set_value(deed->device->rendering, value, AVU_CHANNEL_MASTER,
			(int32_t)CLAMP(number, spec->min, spec->max));
	}
	put_picture(deed, value);
	return true;
}

static bool
save_preset(Deed *deed, GError **error)
{
	const AvuValues values = *avu_rendering_get_values(deed->device->rendering);

	return avu_rendering_add_preset(deed->device->rendering, deed->words[2], &values, error);
}

static bool
delete_preset(Deed *deed, GError **error)
{
	if (!avu_rendering_remove_preset(deed->device->rendering, deed->words[2])) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"no preset '%.64s' that could be deleted", deed->words[2]);
		return false;
	}
	return true;
}

static bool
do_preset(Deed *deed, GError **error)
{
	static const char *const names[] = { "PresetName", NULL };

	if (deed->n == 1) {
		g_autofree char *list = avu_variables_dup(
			avu_service_get_variables(deed->device->rendering_service), 0, NULL,
			"PresetNameList");
		g_auto(GStrv) presets = g_strsplit(list, ",", -1);
		json_t *array = json_array();

		for (size_t i = 0; presets[i] != NULL; i++) {
			(void)json_array_append_new(array, json_string(presets[i]));
		}
		put(deed, "presets", array);
		return true;
	}
	if (deed->n == 3) {
		if (strcmp(deed->words[1], "save") == 0) {
			return save_preset(deed, error);
		}
		if (strcmp(deed->words[1], "delete") == 0) {
			return delete_preset(deed, error);
		}
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"preset NAME, preset save NAME or preset delete NAME");
		return false;
	}
	const char *const values[] = { deed->words[1], NULL };

	return local_device_call(
		deed->device->rendering_service, "SelectPreset", names, values, error);
}

/* ---- the table */

static const struct {
	Verb verb;
	size_t min, max; /* operands */
	bool (*apply)(Deed *deed, GError **error);
} rows[] = {
	{ { "status", "", "what the running renderer plays, and how" }, 0, 0, do_status },
	{ { "play", "", "play, or go on" }, 0, 0, do_play },
	{ { "pause", "", "pause" }, 0, 0, do_plain },
	{ { "toggle", "", "pause, or play" }, 0, 0, do_toggle },
	{ { "stop", "", "stop" }, 0, 0, do_plain },
	{ { "next", "", "the next track of a list" }, 0, 0, do_plain },
	{ { "previous", "", "the track before" }, 0, 0, do_plain },
	{ { "seek", "[+|-]TIME", "to a place in the track, or so far on or back" }, 1, 1, do_seek },
	{ { "volume", "[[+|-]N]", "tell the volume, or set it" }, 0, 1, do_volume },
	{ { "mute", "[on|off|toggle]", "mute; the other way round by default" }, 0, 1, do_mute },
	{ { "picture", "[NAME [[+|-]N]]",
		  "tell brightness and all else of the picture, or set it" },
		0, 2, do_picture },
	{ { "preset", "[[save|delete] NAME]",
		  "list presets, take one, keep the present values as one" },
		0, 2, do_preset },
};

const Verb *
verbs_list(void)
{
	static Verb list[G_N_ELEMENTS(rows) + 1];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		list[i] = rows[i].verb;
	}
	return list;
}

bool
verbs_has(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].verb.name, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool
run(Deed *deed, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].verb.name, deed->words[0]) != 0) {
			continue;
		}
		if (deed->n - 1 < rows[i].min || deed->n - 1 > rows[i].max) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "usage: %s %s",
				rows[i].verb.name, rows[i].verb.operands);
			return false;
		}
		return rows[i].apply(deed, error);
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "no verb '%.20s'", deed->words[0]);
	return false;
}

static bool
take_words(Deed *deed, const json_t *request)
{
	const json_t *word;
	size_t i;

	if (json_array_size(request) < 1 || json_array_size(request) > WORDS_MAX) {
		return false;
	}
	json_array_foreach(request, i, word)
	{
		deed->words[i] = json_string_value(word);
		if (deed->words[i] == NULL) {
			return false;
		}
	}
	deed->n = i;
	return true;
}

char *
deeds_answer(const LocalDevice *device, const char *request)
{
	json_t *document = json_loads(request, 0, NULL);
	Deed deed = { .device = device, .answer = json_object() };
	g_autoptr(GError) error = NULL;

	if (!take_words(&deed, document)) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_SYNTAX, "the request is no list of words");
	} else {
		(void)run(&deed, &error);
	}
	if (error != NULL) {
		(void)json_object_clear(deed.answer);
		put(&deed, "error", json_string(error->message));
	}
	char *text = json_dumps(deed.answer, JSON_COMPACT);
	char *copy = g_strdup(text != NULL ? text : "{}");

	free(text);
	json_decref(deed.answer);
	json_decref(document);
	return copy;
}
