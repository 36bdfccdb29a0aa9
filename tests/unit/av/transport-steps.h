/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may happen in a world of transport-world.h: what control points do, what an engine and lists say, what time does.
 * Each step does it to the transport and to the model, and says what must come of it. */
#pragma once

#include "transport-world.h"

#define AT_PLAY 7 /* among the weights of steps */

static int
code_of(World *w, const char *action, const char *name, const char *value, const char *name2,
	const char *value2)
{
	g_autoptr(AvuSoapMessage) answer =
		fixture_call(&w->base, action, "InstanceID", "0", name, value, name2, value2, NULL);

	return answer->fault_code;
}

/* Time has its effect before the action. */
static void
pass(World *w)
{
	w->model.clock_ns = w->now_ns;
	/* the real one looks once per action, too */
	(void)model_expire(&w->model, w->position_ns);
}

static int
random_below(World *w, int n)
{
	return g_rand_int_range(w->rand, 0, n);
}

static ModelMedia
media_of(int source)
{
	ModelMedia media = { .source = source };

	if (source >= 0) {
		media.n = sources[source].n > 0 ? 0 : 1;
		media.reading = media.n == 0;
	}
	return media;
}

static void
do_set(World *w)
{
	const int source = random_below(w, SOURCES_SET + 1) - 1;

	pass(w);
	g_assert_cmpint(code_of(w, "SetAVTransportURI", "CurrentURI",
				source < 0 ? "" : sources[source].uri, "CurrentURIMetaData", ""),
		==, model_set(&w->model, media_of(source)));
}

static void
do_set_next(World *w)
{
	const int source = random_below(w, SOURCES_SET + 1) - 1;

	pass(w);
	g_assert_cmpint(code_of(w, "SetNextAVTransportURI", "NextURI",
				source < 0 ? "" : sources[source].uri, "NextURIMetaData", ""),
		==, model_set_next(&w->model, media_of(source)));
}

static void
do_set_bad(World *w)
{
	pass(w);
	g_assert_cmpint(code_of(w, "SetAVTransportURI", "CurrentURI", "file:///etc/passwd",
				"CurrentURIMetaData", ""),
		==, 716);
}

static void
do_play(World *w)
{
	pass(w);
	g_assert_cmpint(code_of(w, "Play", "Speed", "1", NULL, NULL), ==, model_play(&w->model));
}

static void
do_pause(World *w)
{
	pass(w);
	g_assert_cmpint(code_of(w, "Pause", NULL, NULL, NULL, NULL), ==, model_pause(&w->model));
}

static void
do_stop(World *w)
{
	pass(w);
	g_assert_cmpint(code_of(w, "Stop", NULL, NULL, NULL, NULL), ==, model_halt(&w->model));
}

/* The URI is the same: the step was one within the list. */
static int
seen_after(World *w, const char *uri)
{
	g_autofree char *now = get(w, "AVTransportURI");

	return strcmp(now, uri) == 0 ? get_track(w) : -1;
}

static void
do_step(World *w)
{
	const int by = random_below(w, 2) == 0 ? 1 : -1;

	pass(w);
	const uint32_t token = w->token;
	const char *uri = uri_of(w->model.now.source);
	const bool has_next = w->model.next.source >= 0;
	const int code = code_of(w, by > 0 ? "Next" : "Previous", NULL, NULL, NULL, NULL);
	g_autofree char *next = get(w, "NextAVTransportURI");
	const bool took_next = has_next && *next == '\0';

	(void)token;
	g_assert_cmpint(code, ==,
		model_step(&w->model, by,
			code != 0   ? -3
			: took_next ? -1
				    : seen_after(w, uri)));
}

static void
do_seek_track(World *w)
{
	const int number = 1 + random_below(w, 5);
	g_autofree char *text = g_strdup_printf("%d", number);

	pass(w);
	g_assert_cmpint(code_of(w, "Seek", "Unit", "TRACK_NR", "Target", text), ==,
		model_seek_track(&w->model, number));
}

static void
do_mode(World *w)
{
	int mode = random_below(w, M_N_MODES);

	pass(w);
	if (mode == M_RANDOM && (w->model.now.failed | w->model.next.failed) != 0) {
		mode = M_SHUFFLE;
	}
	g_assert_cmpint(
		code_of(w, "SetPlayMode", "NewPlayMode", mode_names[mode], NULL, NULL), ==, 0);
	w->model.mode = (ModelMode)mode;
}

static void
do_report(World *w)
{
	static const AvuEngineState states[] = { AVU_ENGINE_TRANSITIONING, AVU_ENGINE_PLAYING,
		AVU_ENGINE_PAUSED };
	static const ModelDoes does[] = { DOES_WAIT, DOES_PLAY, DOES_PAUSE };

	if (w->token != 0) {
		const int i = random_below(w, 4) == 0 ? 0 : w->asked_play ? 1 : 2;

		w->model.clock_ns = w->now_ns;
		model_engine_is(&w->model, does[i]);
		avu_transport_get_listener()->state_changed(w->token, states[i], w->transport);
	}
}

/* Words about tracks that are gone. */
static void
do_old_word(World *w)
{
	const uint32_t token = 1000000;

	avu_transport_get_listener()->ended(token, w->transport);
	avu_transport_get_listener()->failed(token, 704, "?", w->transport);
	avu_transport_get_listener()->track_started(token, w->transport);
	avu_transport_get_listener()->state_changed(token, AVU_ENGINE_PLAYING, w->transport);
}

static int
track_of(const char *uri)
{
	const char *slash = strrchr(uri, '/');

	return strstr(uri, ".m3u") != NULL ? atoi(slash + 1) - 1 : 0;
}

static bool
is_of_next(const World *w, const char *track_uri)
{
	const Model *m = &w->model;
	const int after = model_after(m, &m->now);

	return after == -1 || (after == -2 && m->next.source >= 0 &&
				      g_str_has_prefix(track_uri, sources[m->next.source].uri) &&
				      (!g_str_has_prefix(track_uri, sources[m->now.source].uri) ||
					      m->mode == M_SHUFFLE));
}

static void
do_end(World *w)
{
	if (w->token == 0 || w->model.does != DOES_PLAY) {
		return;
	}
	w->model.clock_ns = w->now_ns;
	const uint32_t next_token = w->next_token;
	g_autofree char *before = get(w, "NextAVTransportURI");

	if (next_token != 0) {
		g_free(w->uri);
		w->uri = g_strdup(w->next_uri);
		w->token = next_token;
		w->next_token = 0;
		w->position_ns = 0;
		avu_transport_get_listener()->track_started(next_token, w->transport);
	} else {
		const uint32_t token = w->token;

		w->token = 0;
		avu_transport_get_listener()->ended(token, w->transport);
	}
	g_autofree char *after = get(w, "NextAVTransportURI");
	g_autofree char *state = get(w, "TransportState");
	const bool over = strcmp(state, "STOPPED") == 0 && w->model.want != WANT_STOP;
	const bool took_next = *before != '\0' && *after == '\0';
	const bool starved = w->token == 0;
	const int seen = over || took_next || starved ? -1 : get_track(w);

	if (next_token != 0) {
		model_started_next(&w->model, seen);
	} else {
		model_move_on(&w->model, seen);
	}
}

static void
do_fail(World *w)
{
	/* when one round of RANDOM ends and what failed in it is forgiven, nobody outside can see */
	if (w->token == 0 || w->model.mode == M_RANDOM) {
		return;
	}
	/* which of the two is meant, its address does not say */
	const bool unclear =
		model_is_shuffled(&w->model) && w->model.now.source == w->model.next.source;

	w->model.clock_ns = w->now_ns;
	if (w->next_token != 0 && !unclear && random_below(w, 2) == 0) {
		const uint32_t token = w->next_token;
		const int track = track_of(w->next_uri);
		const bool of_next = is_of_next(w, w->next_uri);

		w->next_token = 0;
		model_follower_failed(&w->model, of_next, track);
		avu_transport_get_listener()->failed(token, 704, "no", w->transport);
		if (of_next && model_is_shuffled(&w->model) && w->next_token != 0) {
			w->model.next.at = track_of(w->next_uri);
		}
		return;
	}
	const uint32_t token = w->token;

	w->token = 0;
	w->next_token = 0;
	avu_transport_get_listener()->failed(token, 704, "no", w->transport);
	model_current_failed(&w->model, w->token == 0 ? -1 : get_track(w));
}

static void
do_list(World *w)
{
	Read *read = &w->reads[random_below(w, READS)];

	for (size_t i = 0; i < READS && read->done == NULL; i++) {
		read = &w->reads[i];
	}
	AvuTransportListRead done = read->done;
	AvuTransportItem items[4];
	g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	if (done == NULL) {
		return;
	}
	/* the same list may be asked for twice: the older one is what sounds */
	const bool of_next = !(w->model.now.reading && w->model.now.source == read->source);
	const int n = random_below(w, 5) == 0 ? 0 : sources[read->source].n;

	for (int k = 0; k < n; k++) {
		g_ptr_array_add(uris, g_strdup_printf("%s/%d", sources[read->source].uri, k + 1));
		items[k] = (AvuTransportItem){ uris->pdata[k], "", NULL, 100 * S };
	}
	if (n == 0) {
		error = g_error_new_literal(AVU_ERROR, AVU_ERROR_UNREACHABLE, "gone");
	}
	if (w->model.now.reading && w->model.next.reading &&
		w->model.now.source == w->model.next.source) {
		/* nobody can tell which of the two is meant */
		return;
	}
	w->model.clock_ns = w->now_ns;
	model_read(&w->model, of_next, n);
	read->done = NULL;
	done(n == 0 ? NULL : items, (size_t)n, 0, error, read->data);
}

static void
do_wait(World *w)
{
	const int64_t passed_ns = random_below(w, 15) * S;

	w->now_ns += passed_ns;
	if (w->model.does == DOES_PLAY) {
		w->position_ns += passed_ns;
	}
}

/* ---- lists that are pushed */

#define STATIC_AT 5
#define STREAMING_AT 6

static int
push_static(World *w, int from, int to)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const int n = sources[STATIC_AT].n;

	for (int k = from; k < to; k++) {
		g_string_append_printf(text, "%s/%d\n", sources[STATIC_AT].uri, k + 1);
	}
	const int line = (int)strlen(sources[STATIC_AT].uri) + 3;
	g_autofree char *length = g_strdup_printf("%d", line * (to - from));
	g_autofree char *offset = g_strdup_printf("%d", line * from);
	g_autofree char *total = g_strdup_printf("%d", line * n);
	g_autoptr(AvuSoapMessage) answer = fixture_call(&w->base, "SetStaticPlaylist", "InstanceID",
		"0", "PlaylistData", text->str, "PlaylistDataLength", length, "PlaylistOffset",
		offset, "PlaylistTotalLength", total, "PlaylistMIMEType", text_types[0],
		"PlaylistExtendedType", "*", "PlaylistStartObj", "", "PlaylistStartGroup", "",
		NULL);

	return answer->fault_code;
}

static int
push_streaming(World *w, const char *step, int track)
{
	g_autofree char *text =
		track < 0 ? g_strdup("")
			  : g_strdup_printf("%s/%d\n", sources[STREAMING_AT].uri, track + 1);
	g_autofree char *length = g_strdup_printf("%zu", strlen(text));
	g_autoptr(AvuSoapMessage) answer =
		fixture_call(&w->base, "SetStreamingPlaylist", "InstanceID", "0", "PlaylistData",
			text, "PlaylistDataLength", length, "PlaylistMIMEType", text_types[0],
			"PlaylistExtendedType", "*", "PlaylistStep", step, NULL);

	return answer->fault_code;
}

/* Its first track, or all; then the rest of it. */
static void
do_push_static(World *w)
{
	Model *m = &w->model;
	const int n = sources[STATIC_AT].n;

	pass(w);
	if (m->now.arriving) {
		g_assert_cmpint(push_static(w, 1, n), ==, 0);
		model_push_rest(m, n);
		return;
	}
	const bool whole = random_below(w, 2) == 0;

	g_assert_cmpint(push_static(w, 0, whole ? n : 1), ==, 0);
	(void)model_set(
		m, (ModelMedia){ .source = STATIC_AT, .n = whole ? n : 0, .arriving = !whole });
	g_assert_cmpint(push_streaming(w, "Continue", 0), ==, 736);
	g_assert_cmpint(whole ? push_static(w, 1, n) : 0, ==, whole ? 734 : 0);
}

static void
do_push_streaming(World *w)
{
	Model *m = &w->model;

	pass(w);
	if (!m->now.grows) {
		g_assert_cmpint(push_streaming(w, "Continue", 0), ==, 736);
		g_assert_cmpint(push_streaming(w, "Initial", 0), ==, 0);
		(void)model_set(m, (ModelMedia){ .source = STREAMING_AT, .n = 1, .grows = true });
	} else if (m->now.n < sources[STREAMING_AT].n && random_below(w, 4) > 0) {
		g_assert_cmpint(push_streaming(w, "Continue", m->now.n), ==, 0);
		model_push_more(m, get_track(w));
	} else {
		const bool had_next = m->next.source >= 0;

		g_assert_cmpint(push_streaming(w, "Stop", -1), ==, 0);
		g_autofree char *next = get(w, "NextAVTransportURI");
		const bool took_next = had_next && *next == '\0';

		model_push_end(m, took_next || w->token == 0 ? -1 : get_track(w));
	}
}

static void
do_push_reset(World *w)
{
	pass(w);
	const bool there = w->model.now.source == STREAMING_AT;

	g_assert_cmpint(push_streaming(w, "Reset", -1), ==, 0);
	if (there) {
		(void)model_set(&w->model, model_nothing);
	}
}

/* Asking changes nothing but what time has changed. */
static void
do_ask(World *w)
{
	pass(w);
	g_autoptr(AvuSoapMessage) transport =
		fixture_call(&w->base, "GetTransportInfo", "InstanceID", "0", NULL);
	g_autoptr(AvuSoapMessage) media =
		fixture_call(&w->base, "GetMediaInfo", "InstanceID", "0", NULL);
	g_autoptr(AvuSoapMessage) position =
		fixture_call(&w->base, "GetPositionInfo", "InstanceID", "0", NULL);
	static const char *const pairs[][2] = { { "NrTracks", "NumberOfTracks" },
		{ "CurrentURI", "AVTransportURI" }, { "NextURI", "NextAVTransportURI" },
		{ "MediaDuration", "CurrentMediaDuration" } };

	fixture_assert_out(transport, "CurrentTransportState", model_state(&w->model));
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *value = get(w, pairs[i][1]);

		fixture_assert_out(media, pairs[i][0], value);
	}
	g_autofree char *track = get(w, "CurrentTrack");

	fixture_assert_out(position, "Track", track);
}

static const struct {
	const char *name;
	void (*run)(World *w);
	int weight;
} steps[] = {
	{ "set", do_set, 3 },
	{ "set_next", do_set_next, 3 },
	{ "set_bad", do_set_bad, 1 },
	{ "play", do_play, 6 },
	{ "pause", do_pause, 2 },
	{ "stop", do_stop, 1 },
	{ "step", do_step, 4 },
	{ "seek_track", do_seek_track, 2 },
	{ "mode", do_mode, 3 },
	{ "report", do_report, 8 },
	{ "old_word", do_old_word, 1 },
	{ "end", do_end, 5 },
	{ "fail", do_fail, 4 },
	{ "list", do_list, 8 },
	{ "wait", do_wait, 3 },
	{ "push_static", do_push_static, 1 },
	{ "push_streaming", do_push_streaming, 3 },
	{ "push_reset", do_push_reset, 1 },
	{ "ask", do_ask, 1 },
};
