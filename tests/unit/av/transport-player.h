/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport over an engine that only writes down what it is asked, with a clock of its own. */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/error.h>

#include "service-fixture.h"

#define S AVU_NS_PER_S

typedef struct {
	Fixture base;
	AvuTransport *transport;
	GString *log; /* what the engine was asked since it was last looked at */
	uint32_t token, next_token;
	int64_t position_ns;
	int64_t now_ns;
	bool fails_at_once;
	AvuEngineBuffer buffer;
	bool buffers;
	AvuEngineReach reach;
	bool reaches;
	/* the reader of lists */
	AvuTransportListRead read_done; /* NULL: none is being read */
	void *read_data;
	unsigned cancelled;
} Player;

/* ---- the engine */

static inline void
fake_load(void *self, const AvuTrack *track)
{
	Player *p = self;

	g_string_append_printf(
		p->log, "load %s %s;", track->uri, track->mime == NULL ? "-" : track->mime);
	g_assert_cmpuint(track->token, >, MAX(p->token, p->next_token));
	p->token = track->token;
	p->next_token = 0;
	p->position_ns = 0;
	if (p->fails_at_once) {
		avu_transport_get_listener()->failed(track->token, 704, "no", p->transport);
	}
}

static inline void
fake_load_next(void *self, const AvuTrack *track)
{
	Player *p = self;

	g_string_append_printf(p->log, "next %s;", track == NULL ? "-" : track->uri);
	p->next_token = track == NULL ? 0 : track->token;
}

static inline void
fake_play(void *self)
{
	g_string_append(((Player *)self)->log, "play;");
}

static inline void
fake_pause(void *self)
{
	g_string_append(((Player *)self)->log, "pause;");
}

static inline void
fake_stop(void *self)
{
	g_string_append(((Player *)self)->log, "stop;");
}

static inline void
fake_seek(void *self, int64_t position_ns)
{
	Player *p = self;

	g_string_append_printf(p->log, "seek %d;", (int)(position_ns / S));
	p->position_ns = position_ns;
}

static inline int64_t
fake_get_position_ns(void *self)
{
	return ((Player *)self)->position_ns;
}

#ifdef PLAYER_HAS_SPEEDS
static inline void
fake_set_speed(void *self, AvuPlaySpeed speed)
{
	g_string_append_printf(
		((Player *)self)->log, "speed %d/%d;", speed.numerator, speed.denominator);
}

static const char *const fake_speeds[] = { "1", "2", "-1/2", NULL };
#endif

static inline bool
fake_get_reach(void *self, AvuEngineReach *ret_reach)
{
	const Player *p = self;

	*ret_reach = p->reach;
	return p->reaches;
}

static inline bool
fake_get_buffer(void *self, AvuEngineBuffer *ret_buffer)
{
	const Player *p = self;

	*ret_buffer = p->buffer;
	return p->buffers;
}

static const AvuEngine fake = {
#ifdef PLAYER_HAS_SPEEDS
	.speeds = fake_speeds,
	.set_speed = fake_set_speed,
#endif
	.load = fake_load,
	.load_next = fake_load_next,
	.play = fake_play,
	.pause = fake_pause,
	.stop = fake_stop,
	.seek = fake_seek,
	.get_position_ns = fake_get_position_ns,
	.get_reach = fake_get_reach,
	.get_buffer = fake_get_buffer,
};

static inline int64_t
fake_now_ns(void *self)
{
	return ((Player *)self)->now_ns;
}

static inline bool
accepts(const char *uri, const char *protocol_info, void *data, GError **error)
{
	(void)data;
	if (strstr(uri, "busy") != NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 715, "busy");
		return false;
	}
	if (protocol_info != NULL && strstr(protocol_info, "x-unplayable") != NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 714, "not played here");
		return false;
	}
	return true;
}

/* ---- lists: whatever ends in ".m3u" */

static inline bool
fake_is_list(const char *uri, const char *protocol_info, void *self)
{
	(void)protocol_info;
	(void)self;
	return g_str_has_suffix(uri, ".m3u");
}

static inline void *
fake_read(const char *uri, const char *metadata, const char *protocol_info,
	AvuTransportListRead done, void *user_data, void *self, GError **error)
{
	Player *p = self;

	(void)metadata;
	(void)protocol_info;
	if (strstr(uri, "busy") != NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 716, "not there");
		return NULL;
	}
	g_assert_null(p->read_done); /* one at a time is enough for the tests */
	p->read_done = done;
	p->read_data = user_data;
	return p;
}

static inline void
fake_cancel(void *job, void *self)
{
	Player *p = self;

	g_assert_true(job == self);
	g_assert_nonnull(p->read_done);
	p->read_done = NULL;
	p->cancelled++;
}

/* n tracks "…/1", "…/2", of 100 s each, or of no known duration. */
static inline void
list_is(Player *p, size_t n, size_t first, bool timed)
{
	g_autofree AvuTransportItem *items = g_new0(AvuTransportItem, n + 1);
	g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);
	AvuTransportListRead done = g_steal_pointer(&p->read_done);

	for (size_t i = 0; i < n; i++) {
		g_ptr_array_add(uris, g_strdup_printf("http://192.0.2.1:8/%zu", i + 1));
		items[i] = (AvuTransportItem){ uris->pdata[i], "", NULL,
			timed ? 100 * S : AVU_TIME_NONE };
	}
	g_assert_nonnull(done);
	done(items, n, first, NULL, p->read_data);
}

static inline void
list_fails(Player *p)
{
	g_autoptr(GError) error = g_error_new_literal(AVU_ERROR, AVU_ERROR_UNREACHABLE, "gone");
	AvuTransportListRead done = g_steal_pointer(&p->read_done);

	g_assert_nonnull(done);
	done(NULL, 0, 0, error, p->read_data);
}

/* Each line that is no comment is a track; "bad" is no list. A track of the name start_id is the first. */
static inline bool
fake_read_text(const char *text, const char *mime, const char *start_id, AvuTransportListRead done,
	void *user_data, void *self, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree AvuTransportItem *items = g_new0(AvuTransportItem, g_strv_length(lines) + 1);
	size_t n = 0, first = 0;

	(void)mime;
	(void)self;
	if (strstr(text, "bad") != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "it is bad");
		return false;
	}
	for (size_t i = 0; lines[i] != NULL; i++) {
		if (*lines[i] != '\0' && *lines[i] != '#') {
			first = *start_id != '\0' && g_str_has_suffix(lines[i], start_id) ? n
											  : first;
			items[n++] = (AvuTransportItem){ lines[i], "", NULL, 100 * S };
		}
	}
	done(items, n, first, NULL, user_data);
	return true;
}

static const char *const fake_text_types[] = { "audio/x-mpegurl", "text/xml", NULL };
static const char *const fake_stream_types[] = { "audio/x-mpegurl", NULL };

static const AvuTransportLists fake_lists = { .is_list = fake_is_list,
	.read = fake_read,
	.cancel = fake_cancel,
	.read_text = fake_read_text,
	.text_types = fake_text_types,
	.stream_types = fake_stream_types };

/* ---- helpers */

static inline void
player_init(Player *p)
{
	static AvuClock clock = { fake_now_ns, NULL };

	*p = (Player){ .log = g_string_new(NULL), .now_ns = 1000 * S };
	clock.self = p;
	fixture_init(&p->base);
	const AvuTransportConfig config = {
		.engine = &fake,
		.engine_self = p,
		.accepts = accepts,
		.lists = &fake_lists,
		.lists_self = p,
		.clock = &clock,
	};

	p->transport = avu_transport_new(p->base.host, &config);
	fixture_start(&p->base, "AVTransport");
}

static inline void
player_clear(Player *p)
{
	avu_transport_free(p->transport);
	fixture_clear(&p->base);
	g_string_free(p->log, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Player, player_clear)

#define call(p, action, ...) \
	fixture_call(&(p)->base, action, "InstanceID", "0", ##__VA_ARGS__, NULL)

/* 0 or the code of the fault. */
#define code_of(p, action, ...)                                                     \
	({                                                                          \
		g_autoptr(AvuSoapMessage) answer_ = call(p, action, ##__VA_ARGS__); \
		answer_->fault_code;                                                \
	})

#define assert_out(p, action, name, value)                           \
	do {                                                         \
		g_autoptr(AvuSoapMessage) answer_ = call(p, action); \
		fixture_assert_out(answer_, name, value);            \
	} while (0)

/* The same of an action with an argument. */
#define assert_out2(p, action, argument, given, name, value)                          \
	do {                                                                          \
		g_autoptr(AvuSoapMessage) answer_ = call(p, action, argument, given); \
		fixture_assert_out(answer_, name, value);                             \
	} while (0)

#define assert_state(p, state) assert_out(p, "GetTransportInfo", "CurrentTransportState", state)
#define assert_status(p, status) assert_out(p, "GetTransportInfo", "CurrentTransportStatus", status)

static inline void
assert_log(Player *p, const char *log)
{
	g_assert_cmpstr(p->log->str, ==, log);
	g_string_truncate(p->log, 0);
}

static inline int
set_uri(Player *p, const char *uri, const char *metadata)
{
	return code_of(p, "SetAVTransportURI", "CurrentURI", uri, "CurrentURIMetaData", metadata);
}

static inline int
set_next_uri(Player *p, const char *uri)
{
	return code_of(p, "SetNextAVTransportURI", "NextURI", uri, "NextURIMetaData", "");
}

/* The engine goes on to the next track without a gap. */
static inline void
follow(Player *p)
{
	g_assert_cmpuint(p->next_token, !=, 0);
	p->token = p->next_token;
	p->next_token = 0;
	p->position_ns = 0;
	avu_transport_get_listener()->track_started(p->token, p->transport);
}

static inline void
end(Player *p)
{
	avu_transport_get_listener()->ended(p->token, p->transport);
}

static inline void
report(Player *p, AvuEngineState state)
{
	avu_transport_get_listener()->state_changed(p->token, state, p->transport);
}

/* One that is no list is heard. */
static inline void
play_one(Player *p)
{
	g_assert_cmpint(set_uri(p, "http://192.0.2.1:8/a", ""), ==, 0);
	g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	report(p, AVU_ENGINE_PLAYING);
	g_string_truncate(p->log, 0);
}
