/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One row per property: what MPRIS calls it and how it follows from the facts. Pure. */

#include "mpris-facts.h"

#include <string.h>

#define US_PER_NS 1000
#define NO_TRACK "/org/mpris/MediaPlayer2/TrackList/NoTrack"
#define TRACK "/org/avupnp/track/current"

static const struct {
	const char *state, *status;
} states[] = {
	{ "PLAYING", "Playing" },
	{ "TRANSITIONING", "Playing" }, /* on its way to it */
	{ "PAUSED_PLAYBACK", "Paused" },
};

static const struct {
	const char *mode, *loop;
	bool shuffle;
} modes[] = {
	{ "NORMAL", "None", false },
	{ "SHUFFLE", "None", true },
	{ "REPEAT_ONE", "Track", false },
	{ "REPEAT_ALL", "Playlist", false },
	{ "RANDOM", "Playlist", true },
	{ "DIRECT_1", "None", false },
	{ "INTRO", "None", false },
};

const char *
mpris_facts_get_track_id(const LocalFacts *facts)
{
	return facts->uri != NULL && *facts->uri != '\0' ? TRACK : NO_TRACK;
}

const char *
mpris_facts_find_mode(const char *loop_status, bool shuffle)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (strcmp(modes[i].loop, loop_status) == 0 && modes[i].shuffle == shuffle) {
			return modes[i].mode;
		}
	}
	/* one track again and again has no order */
	return strcmp(loop_status, "Track") == 0 ? "REPEAT_ONE" : NULL;
}

static GVariant *
get_status(const LocalFacts *facts)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (strcmp(states[i].state, facts->state) == 0) {
			return g_variant_new_string(states[i].status);
		}
	}
	return g_variant_new_string("Stopped");
}

static GVariant *
get_loop(const LocalFacts *facts)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (strcmp(modes[i].mode, facts->play_mode) == 0) {
			return g_variant_new_string(modes[i].loop);
		}
	}
	return g_variant_new_string("None");
}

static GVariant *
get_shuffle(const LocalFacts *facts)
{
	return g_variant_new_boolean(strcmp(facts->play_mode, "SHUFFLE") == 0 ||
				     strcmp(facts->play_mode, "RANDOM") == 0);
}

static void
add(GVariantBuilder *builder, const char *key, const char *text, bool list)
{
	if (text == NULL || *text == '\0') {
		return;
	}
	/* D-Bus ends a connection over octets that are no UTF-8. */
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	const char *const strings[] = { valid, NULL };

	g_variant_builder_add(builder, "{sv}", key,
		list ? g_variant_new_strv(strings, 1) : g_variant_new_string(valid));
}

static GVariant *
get_metadata(const LocalFacts *facts)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&builder, "{sv}", "mpris:trackid",
		g_variant_new_object_path(mpris_facts_get_track_id(facts)));
	if (facts->duration_ns != AVU_TIME_NONE && facts->duration_ns > 0) {
		g_variant_builder_add(&builder, "{sv}", "mpris:length",
			g_variant_new_int64(facts->duration_ns / US_PER_NS));
	}
	add(&builder, "xesam:url", facts->uri, false);
	add(&builder, "xesam:title", facts->title, false);
	add(&builder, "xesam:album", facts->album, false);
	add(&builder, "xesam:artist", facts->artist, true);
	add(&builder, "xesam:genre", facts->genre, true);
	add(&builder, "mpris:artUrl", facts->art_uri, false);
	return g_variant_builder_end(&builder);
}

static GVariant *
get_volume(const LocalFacts *facts)
{
	return g_variant_new_double(
		facts->volume >= 0 ? (double)facts->volume / MAX(facts->volume_max, 1) : 1);
}

static GVariant *
can(const LocalFacts *facts, const char *action)
{
	return g_variant_new_boolean(local_facts_can(facts, action));
}

static GVariant *
can_next(const LocalFacts *facts)
{
	return can(facts, "Next");
}

static GVariant *
can_previous(const LocalFacts *facts)
{
	return can(facts, "Previous");
}

static GVariant *
can_play(const LocalFacts *facts)
{
	/* "this and PlaybackStatus": also while it plays already */
	return g_variant_new_boolean(strcmp(facts->state, "NO_MEDIA_PRESENT") != 0);
}

static GVariant *
can_pause(const LocalFacts *facts)
{
	return g_variant_new_boolean(
		local_facts_can(facts, "Pause") || strcmp(facts->state, "PAUSED_PLAYBACK") == 0);
}

static GVariant *
can_seek(const LocalFacts *facts)
{
	return can(facts, "Seek");
}

static GVariant *
get_one(const LocalFacts *facts G_GNUC_UNUSED)
{
	return g_variant_new_double(1);
}

static GVariant *
get_yes(const LocalFacts *facts G_GNUC_UNUSED)
{
	return g_variant_new_boolean(TRUE);
}

static const struct {
	const char *property;
	GVariant *(*get)(const LocalFacts *facts);
} rows[] = {
	{ "PlaybackStatus", get_status },
	{ "LoopStatus", get_loop },
	{ "Shuffle", get_shuffle },
	{ "Metadata", get_metadata },
	{ "Volume", get_volume },
	{ "CanGoNext", can_next },
	{ "CanGoPrevious", can_previous },
	{ "CanPlay", can_play },
	{ "CanPause", can_pause },
	{ "CanSeek", can_seek },
	{ "Rate", get_one },
	{ "MinimumRate", get_one },
	{ "MaximumRate", get_one },
	{ "CanControl", get_yes },
};

const char *const *
mpris_facts_list(void)
{
	static const char *names[G_N_ELEMENTS(rows) + 1];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		names[i] = rows[i].property;
	}
	return names;
}

GVariant *
mpris_facts_get(const LocalFacts *facts, const char *property)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].property, property) == 0) {
			return rows[i].get(facts);
		}
	}
	return NULL;
}
