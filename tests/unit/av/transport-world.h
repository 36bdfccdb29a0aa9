/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the model of AVTransport is compared with: a transport over an engine and a reader of lists that do
 * nothing by themselves, a subscriber, and the looks at all of them. */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#include "libav-upnp/upnp/variable-private.h"
#include "service-fixture.h"
#include "transport-model.h"

#define S AVU_NS_PER_S
#define READS 4

static const struct {
	const char *uri;
	int n; /* tracks of a list; 0: content */
	enum { SET, STATIC, STREAMING } manner;
} sources[] = {
	{ "http://192.0.2.1:8/a", 0 },
	{ "http://192.0.2.1:8/b", 0 },
	{ "http://192.0.2.1:8/2.m3u", 2 },
	{ "http://192.0.2.1:8/3.m3u", 3 },
	{ "http://192.0.2.1:8/4.m3u", 4 },
	{ "http://192.0.2.1:8/static.m3u", 3, STATIC },
	{ "http://192.0.2.1:8/streaming.m3u", 4, STREAMING },
};
#define SOURCES_SET 5

/* AVTransportURI */
static inline const char *
uri_of(int source)
{
	return source < 0 || sources[source].manner != SET ? "" : sources[source].uri;
}

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

static inline void
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

static inline void
engine_load_next(void *self, const AvuTrack *track)
{
	World *w = self;

	g_assert_cmpuint(w->token, !=, 0);
	w->next_token = track != NULL ? track->token : 0;
	g_free(w->next_uri);
	w->next_uri = g_strdup(track != NULL ? track->uri : NULL);
}

static inline void
engine_play(void *self)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->asked_play = true;
}

static inline void
engine_pause(void *self)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->asked_play = false;
}

static inline void
engine_stop(void *self)
{
	((World *)self)->token = 0;
	((World *)self)->next_token = 0;
}

static inline void
engine_seek(void *self, int64_t position_ns)
{
	g_assert_cmpuint(((World *)self)->token, !=, 0);
	((World *)self)->position_ns = position_ns;
}

static inline int64_t
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

static inline int
find_source(const char *uri)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		if (strcmp(sources[i].uri, uri) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static inline bool
is_list(const char *uri, const char *protocol_info, void *self)
{
	(void)protocol_info;
	(void)self;
	return g_str_has_suffix(uri, ".m3u");
}

static inline void *
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

static inline void
cancel(void *job, void *self)
{
	(void)self;
	g_assert_nonnull(((Read *)job)->done);
	((Read *)job)->done = NULL;
}

/* Each line is a track. */
static inline bool
read_text(const char *text, const char *mime, const char *start_id, AvuTransportListRead done,
	void *data, void *self, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	AvuTransportItem items[4];
	size_t n = 0;

	(void)mime;
	(void)start_id;
	(void)self;
	(void)error;
	for (size_t i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		items[n++] = (AvuTransportItem){ lines[i], "", NULL, 100 * S };
	}
	done(items, n, 0, NULL, data);
	return true;
}

static const char *const text_types[] = { "audio/x-mpegurl", NULL };

static const AvuTransportLists lists = { .is_list = is_list,
	.read = read_list,
	.cancel = cancel,
	.read_text = read_text,
	.text_types = text_types,
	.stream_types = text_types };

/* ---- looking */

static inline int64_t
clock_now_ns(void *self)
{
	return ((World *)self)->now_ns;
}

static char *
get(const World *w, const char *name)
{
	return avu_variables_dup(w->variables, 0, NULL, name);
}

/* By its address where it is one of a pushed list: CurrentTrack of a static one is 0. */
static inline int
get_track(const World *w)
{
	g_autofree char *uri = get(w, "CurrentTrackURI");

	return strstr(uri, "/st") != NULL
		       ? atoi(strrchr(uri, '/') + 1) - 1
		       : (int)avu_variables_get_int(w->variables, 0, NULL, "CurrentTrack") - 1;
}

static inline void
assert_variable(const World *w, const char *name, const char *value)
{
	g_autofree char *text = get(w, name);

	if (strcmp(text, value) != 0) {
		g_error("%s is '%s', not '%s'", name, text, value);
	}
}

/* What a subscriber knows by now. */
static inline void
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

		assert_variable(w, name, value);
		(void)g_hash_table_replace(w->told, g_strdup(name), g_strdup(value));
	}
}

/* The first event is whole. */
static inline void
take_first_event(World *w)
{
	for (const AvuVariableSpec *row = avu_service_av_transport.variables; row->name != NULL;
		row++) {
		if ((row->flags & AVU_VARIABLE_LAST_CHANGE) != 0) {
			(void)g_hash_table_replace(w->told, g_strdup(row->name), get(w, row->name));
		}
	}
}

/* No change was kept back. At the end of a sequence: what is told wrongly shows at once. */
static inline void
check_told(const World *w)
{
	for (const AvuVariableSpec *row = avu_service_av_transport.variables; row->name != NULL;
		row++) {
		const char *told = g_hash_table_lookup(w->told, row->name);

		if ((row->flags & AVU_VARIABLE_LAST_CHANGE) != 0) {
			assert_variable(w, row->name, told);
		}
	}
}

/* The track that the engine has is the one that is shown. */
static inline void
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
static inline void
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
	const bool of_next = after == -1 && !m->now.grows && m->mode != M_DIRECT &&
			     m->next.source >= 0 && !m->next.bad && m->next.n > 0;
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

static inline void
check_offered(const World *w)
{
	const Model *m = &w->model;
	const char *state = model_state(m);
	g_autofree char *text = get(w, "CurrentTransportActions");
	g_auto(GStrv) offered = g_strsplit(text, ",", -1);
	const bool media = m->now.source >= 0;
	const bool next_media = m->now.n > 0 && m->next.source >= 0 && !m->next.bad;

	if (m->now.arriving) {
		g_assert_cmpstr(text, ==, "");
		return;
	}
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

static inline void
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
	const bool numbered = m->now.source >= 0 && sources[m->now.source].manner != STATIC;
	g_autofree char *track = g_strdup_printf("%d", numbered ? m->now.at + 1 : 0);

	assert_variable(w, "TransportState", model_state(m));
	assert_variable(w, "TransportStatus", m->trouble ? "ERROR_OCCURRED" : "OK");
	assert_variable(w, "AVTransportURI", uri_of(m->now.source));
	assert_variable(w, "NextAVTransportURI", uri_of(m->next.source));
	assert_variable(w, "CurrentPlayMode", mode_names[m->mode]);
	assert_variable(w, "NumberOfTracks", n);
	assert_variable(w, "CurrentTrack", track);
	check_engine(w);
	check_follower(w);
	check_offered(w);
	take_event(w);
}
