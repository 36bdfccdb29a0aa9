/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random sequences of actions, of what an engine may do, and of time, given to AVTransport and to a model
 * of it (transport-model.h). After each step both must agree, the events must have told every change, and
 * what is offered must be what would succeed.
 *
 *     test-transport-model [--sequences=N] [--seed=N]
 *
 * A failure names its sequence; where shuffling matters it takes those before it to find it again. */
#include <stdlib.h>

#include <av-upnp/av-transport.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#include "libav-upnp/upnp/variable-private.h"
#include "service-fixture.h"
#include "transport-model.h"

#define S AVU_NS_PER_S
#define STEPS 30
#define READS 4
#define AT_PLAY 7 /* among the weights of steps */

static unsigned n_sequences = 1500, first_seed = 1;

static const struct {
	const char *uri;
	int n; /* tracks of a list; 0: content */
} sources[] = {
	{ "http://192.0.2.1:8/a", 0 },
	{ "http://192.0.2.1:8/b", 0 },
	{ "http://192.0.2.1:8/2.m3u", 2 },
	{ "http://192.0.2.1:8/3.m3u", 3 },
	{ "http://192.0.2.1:8/4.m3u", 4 },
};

typedef struct {
	AvuTransportListRead done; /* NULL: free place */
	void *data;
	int source;
} Read;

typedef struct {
	Fixture base;
	AvuTransport *transport;
	AvuVariables *variables;
	GHashTable *told; /* name → value, as events have it */
	GRand *rand;
	Model model;
	int64_t now_ns, event_ns; /* the latter far enough apart for moderation */
	/* the engine */
	uint32_t token, next_token; /* 0: none */
	char *uri, *next_uri;
	bool asked_play;
	int64_t position_ns;
	Read reads[READS];
} World;

/* ---- an engine that does nothing by itself */

static void
engine_load(void *self, const AvuTrack *track)
{
	World *w = self;

	g_free(w->uri);
	w->uri = g_strdup(track->uri);
	w->token = track->token;
	w->next_token = 0;
	w->asked_play = false;
	w->position_ns = 0;
}

static void
engine_load_next(void *self, const AvuTrack *track)
{
	World *w = self;

	g_assert_cmpuint(w->token, !=, 0);
	w->next_token = track != NULL ? track->token : 0;
	g_free(w->next_uri);
	w->next_uri = g_strdup(track != NULL ? track->uri : NULL);
}

static void
engine_play(void *self)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->asked_play = true;
}

static void
engine_pause(void *self)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->asked_play = false;
}

static void
engine_stop(void *self)
{
	((World *)self)->token = 0;
	((World *)self)->next_token = 0;
}

static void
engine_seek(void *self, int64_t position_ns)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->position_ns = position_ns;
}

static int64_t
engine_get_position_ns(void *self)
{
	return ((World *)self)->position_ns;
}

static const AvuEngine engine = { .load = engine_load,
	.load_next = engine_load_next,
	.play = engine_play,
	.pause = engine_pause,
	.stop = engine_stop,
	.seek = engine_seek,
	.get_position_ns = engine_get_position_ns };

/* ---- a reader of lists that waits to be told */

static int
find_source(const char *uri)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		if (strcmp(sources[i].uri, uri) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static bool
is_list(const char *uri, const char *protocol_info, void *self)
{
	(void)protocol_info;
	(void)self;
	return g_str_has_suffix(uri, ".m3u");
}

static void *
read_list(const char *uri, const char *metadata, const char *protocol_info,
	AvuTransportListRead done, void *data, void *self, GError **error)
{
	World *w = self;

	(void)metadata;
	(void)protocol_info;
	for (size_t i = 0; i < READS; i++) {
		if (w->reads[i].done == NULL) {
			w->reads[i] = (Read){ done, data, find_source(uri) };
			return &w->reads[i];
		}
	}
	(void)error;
	g_assert_not_reached(); /* what nobody waits for any more was cancelled */
}

static void
cancel(void *job, void *self)
{
	(void)self;
	g_assert_nonnull(((Read *)job)->done);
	((Read *)job)->done = NULL;
}

static const AvuTransportLists lists = { is_list, read_list, cancel };

/* ---- looking */

static int64_t
clock_now_ns(void *self)
{
	return ((World *)self)->now_ns;
}

static char *
get(const World *w, const char *name)
{
	return avu_variables_dup(w->variables, 0, NULL, name);
}

static int
get_track(const World *w)
{
	return (int)avu_variables_get_int(w->variables, 0, NULL, "CurrentTrack") - 1;
}

static void
assert_variable(const World *w, const char *name, const char *value)
{
	g_autofree char *text = get(w, name);

	if (strcmp(text, value) != 0) {
		g_error("%s is '%s', not '%s'", name, text, value);
	}
}

/* What a subscriber knows by now. */
static void
take_event(World *w)
{
	int64_t next_ns;
	g_autoptr(Properties) properties =
		variables_take_due(w->variables, w->event_ns += S, &next_ns);

	if (properties == NULL) {
		return;
	}
	const char *text = properties->values->pdata[0];
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), NULL);
	const AvuXmlElement *instance =
		avu_xml_find_child(avu_xml_get_root(document), "InstanceID");

	for (const AvuXmlElement *at = avu_xml_find_child(instance, NULL); at != NULL;
		at = avu_xml_find_next(at, NULL)) {
		const char *name = avu_xml_get_name(at);
		const char *value = avu_xml_get_attribute(at, "val");

		(void)g_hash_table_replace(w->told, g_strdup(name), g_strdup(value));
	}
}

static void
check_told(const World *w)
{
	for (const AvuVariableSpec *row = avu_service_av_transport.variables; row->name != NULL;
		row++) {
		const char *told = g_hash_table_lookup(w->told, row->name);

		if (told != NULL && (row->flags & AVU_VARIABLE_LAST_CHANGE) != 0) {
			assert_variable(w, row->name, told);
		}
	}
}

/* The track that the engine has is the one that is shown. */
static void
check_engine(const World *w)
{
	const Model *m = &w->model;
	g_autofree char *uri = get(w, "CurrentTrackURI");

	g_assert_cmpint(w->token != 0, ==, m->loaded);
	if (m->loaded) {
		g_assert_cmpstr(w->uri, ==, uri);
		g_assert_cmpint(w->asked_play, ==, m->want == WANT_PLAY);
	}
}

/* What comes next, from the numbers alone. */
static void
check_follower(const World *w)
{
	const Model *m = &w->model;
	const int after = model_after(m, &m->now);
	g_autofree char *expected = NULL;

	if (!m->loaded || after == -2) {
		return;
	}
	if (m->failures >= MODEL_FAILURES) {
		g_assert_cmpuint(w->next_token, ==, 0);
		return;
	}
	const bool of_next = after == -1 && m->mode != M_DIRECT && m->next.source >= 0 &&
			     !m->next.bad && m->next.n > 0;
	const ModelMedia *media = of_next ? &m->next : &m->now;
	const int track = of_next ? m->next.at : after;

	if (track < 0 || (of_next && model_is_shuffled(m))) {
		g_assert_cmpint(w->next_token != 0, ==, of_next);
		return;
	}
	expected = sources[media->source].n > 0
			   ? g_strdup_printf("%s/%d", sources[media->source].uri, track + 1)
			   : g_strdup(sources[media->source].uri);
	g_assert_cmpuint(w->next_token, !=, 0);
	g_assert_cmpstr(w->next_uri, ==, expected);
}

static void
check_offered(const World *w)
{
	const Model *m = &w->model;
	const char *state = model_state(m);
	g_autofree char *text = get(w, "CurrentTransportActions");
	g_auto(GStrv) offered = g_strsplit(text, ",", -1);
	const bool media = m->now.source >= 0;
	const bool next_media = m->now.n > 0 && m->next.source >= 0 && !m->next.bad;

	g_assert_cmpint(g_strv_contains((const char *const *)offered, "Play"), ==, media);
	g_assert_cmpint(g_strv_contains((const char *const *)offered, "Stop"), ==, media);
	g_assert_cmpint(g_strv_contains((const char *const *)offered, "Pause"), ==,
		strcmp(state, "PLAYING") == 0 || strcmp(state, "TRANSITIONING") == 0);
	if (!model_is_shuffled(m)) {
		g_assert_cmpint(g_strv_contains((const char *const *)offered, "Next"), ==,
			media && (m->now.at + 1 < m->now.n || next_media));
		g_assert_cmpint(g_strv_contains((const char *const *)offered, "Previous"), ==,
			media && m->now.at > 0);
	}
}

static const char *const mode_names[M_N_MODES] = { "NORMAL", "SHUFFLE", "REPEAT_ONE", "REPEAT_ALL",
	"RANDOM", "DIRECT_1", "INTRO" };

static void
check(World *w)
{
	Model *m = &w->model;
	g_autofree char *n = NULL;

	if (model_is_shuffled(m) && m->now.n > 0) {
		m->now.at = get_track(w);
		g_assert_cmpint(m->now.at, >=, 0);
		g_assert_cmpint(m->now.at, <, m->now.n);
	}
	n = g_strdup_printf("%d", m->now.source < 0 ? 0 : MAX(m->now.n, 1));
	g_autofree char *track = g_strdup_printf("%d", m->now.source < 0 ? 0 : m->now.at + 1);

	assert_variable(w, "TransportState", model_state(m));
	assert_variable(w, "TransportStatus", m->trouble ? "ERROR_OCCURRED" : "OK");
	assert_variable(w, "AVTransportURI", m->now.source < 0 ? "" : sources[m->now.source].uri);
	assert_variable(
		w, "NextAVTransportURI", m->next.source < 0 ? "" : sources[m->next.source].uri);
	assert_variable(w, "CurrentPlayMode", mode_names[m->mode]);
	assert_variable(w, "NumberOfTracks", n);
	assert_variable(w, "CurrentTrack", track);
	check_engine(w);
	check_follower(w);
	check_offered(w);
	take_event(w);
	check_told(w);
}

/* ---- steps */

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
	const int source = random_below(w, G_N_ELEMENTS(sources) + 1) - 1;

	pass(w);
	g_assert_cmpint(code_of(w, "SetAVTransportURI", "CurrentURI",
				source < 0 ? "" : sources[source].uri, "CurrentURIMetaData", ""),
		==, model_set(&w->model, media_of(source)));
}

static void
do_set_next(World *w)
{
	const int source = random_below(w, G_N_ELEMENTS(sources) + 1) - 1;

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
	g_autofree char *uri =
		g_strdup(w->model.now.source < 0 ? "" : sources[w->model.now.source].uri);
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
	avu_transport_get_listener()->failed(token, "?", w->transport);
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
	const int seen = over || took_next ? -1 : get_track(w);

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
		avu_transport_get_listener()->failed(token, "no", w->transport);
		if (of_next && model_is_shuffled(&w->model) && w->next_token != 0) {
			w->model.next.at = track_of(w->next_uri);
		}
		return;
	}
	const uint32_t token = w->token;

	w->token = 0;
	w->next_token = 0;
	avu_transport_get_listener()->failed(token, "no", w->transport);
	g_autofree char *state = get(w, "TransportStatus");

	model_current_failed(&w->model,
		strcmp(state, "ERROR_OCCURRED") == 0 && w->token == 0 ? -1 : get_track(w));
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
	{ "ask", do_ask, 1 },
};

/* ---- sequences */

static void
world_init(World *w)
{
	static AvuClock clock = { clock_now_ns, NULL };
	const AvuTransportConfig config = { .engine = &engine,
		.engine_self = w,
		.lists = &lists,
		.lists_self = w,
		.clock = &clock,
		.seed = 1 };

	*w = (World){ .now_ns = 1000 * S };
	clock.self = w;
	fixture_init(&w->base);
	w->transport = avu_transport_new(w->base.host, &config);
	fixture_start(&w->base, "AVTransport");
	w->variables = avu_service_get_variables(w->base.service);
	variables_set_listener(w->variables, NULL, NULL); /* events are taken by the test */
	w->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
world_clear(World *w)
{
	avu_transport_free(w->transport);
	fixture_clear(&w->base);
	g_hash_table_unref(w->told);
	g_free(w->uri);
	g_free(w->next_uri);
}

static void
run_sequence(World *w, unsigned seed)
{
	int total = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		total += steps[i].weight;
	}
	w->rand = g_rand_new_with_seed(seed);
	(void)code_of(w, "SetAVTransportURI", "CurrentURI", "", "CurrentURIMetaData", "");
	(void)code_of(w, "SetPlayMode", "NewPlayMode", "NORMAL", NULL, NULL);
	model_init(&w->model, w->now_ns);
	check(w);
	for (unsigned step = 0; step < STEPS; step++) {
		/* first something to play */
		int at = step == 0 ? 0 : step == 1 ? AT_PLAY : random_below(w, total);
		size_t i = 0;

		while (at >= steps[i].weight) {
			at -= steps[i++].weight;
		}
		steps[i].run(w);
		if (g_test_verbose()) {
			g_test_message("%s: now %d n %d at %d failed %x, next %d n %d, %s, mode "
				       "%s, does %d",
				steps[i].name, w->model.now.source, w->model.now.n, w->model.now.at,
				w->model.now.failed, w->model.next.source, w->model.next.n,
				model_state(&w->model), mode_names[w->model.mode], w->model.does);
		}
		check(w);
	}
	g_rand_free(w->rand);
}

static unsigned running_seed;

static void
tell_seed(const char *domain, GLogLevelFlags level, const char *message, void *data)
{
	(void)data;
	if ((level & G_LOG_LEVEL_ERROR) != 0) {
		g_printerr("in the sequence of --seed=%u, begun at %u\n", running_seed, first_seed);
	}
	g_log_default_handler(domain, level, message, NULL);
}

static void
test_sequences(void)
{
	World w;

	world_init(&w);
	for (unsigned i = 0; i < n_sequences; i++) {
		running_seed = first_seed + i;
		if (g_test_verbose()) {
			g_test_message("seed %u", running_seed);
		}
		run_sequence(&w, running_seed);
	}
	world_clear(&w);
}

static void
take_option(int *argc, char **argv, const char *name, unsigned *value)
{
	for (int i = 1; i < *argc; i++) {
		if (g_str_has_prefix(argv[i], name)) {
			*value = (unsigned)atoi(argv[i] + strlen(name));
			memmove(argv + i, argv + i + 1, sizeof(*argv) * (size_t)(*argc - i));
			(*argc)--;
			return;
		}
	}
}

int
main(int argc, char **argv)
{
	take_option(&argc, argv, "--sequences=", &n_sequences);
	take_option(&argc, argv, "--seed=", &first_seed);
	g_test_init(&argc, &argv, NULL);
	(void)g_log_set_default_handler(tell_seed, NULL);
	g_test_add_func("/transport-model/sequences", test_sequences);
	return g_test_run();
}
