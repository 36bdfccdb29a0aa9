/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine client with the real media process, for its tests: servers on loopback that cut
 * connections, do not know ranges, or are not there, and a house that writes down what is told. */
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>

#include "engine/client.h"
#include "fake-peer.h"
#include "tracks.h"

#define WAIT_NS (90 * AVU_NS_PER_S)

/* ---- servers */

typedef struct {
	const char *path;
	GByteArray *octets;
	size_t cut_after; /* octets per connection; 0: never cut */
	size_t gone_after; /* no octet from this offset on is there for a second connection; 0: never */
	const char *mime; /* NULL: WAV */
	bool no_ranges;
	bool timed;  /* begins at any second that it is asked for, and at no octet */
	bool breaks; /* likewise, and its first connection ends after two seconds of sound */
	bool drips;  /* an octet every tenth of a second */
	bool late;   /* its second connection is told to come again in two seconds */
	bool shifts; /* likewise, and its beginning moves on: of LIVE_FIRST to LIVE_LAST, when it is asked first */
	bool limited; /* its octets can be asked for, within availableSeekRange alone, and no times */
	bool scaled; /* offers twice and four times its speed, and can do the former */
	atomic_uint connections;
	atomic_uint scaled_connections;
	_Atomic size_t asked_at; /* of the last connection */
} Server;

static Server servers[] = {
	{ .path = "/plain.wav" },
	{ .path = "/next.wav" },
	{ .path = "/cut.wav", .cut_after = 100000 },
	{ .path = "/stream.wav", .no_ranges = true },
	{ .path = "/half.wav", .gone_after = 200000, .no_ranges = true },
	{ .path = "/long.wav" },
	{ .path = "/late.wav", .cut_after = 300000, .late = true },
	{ .path = "/words.srt" },
	{ .path = "/drip.wav", .drips = true },
	{ .path = "/timed.wav", .no_ranges = true, .timed = true },
	{ .path = "/timed-breaks.wav", .no_ranges = true, .timed = true, .breaks = true },
	{ .path = "/scaled.wav", .scaled = true },
	{ .path = "/list.m3u8", .mime = "application/vnd.apple.mpegurl" },
	{ .path = "/head" },
	{ .path = "/second0" },
	{ .path = "/second1" },
	{ .path = "/second2" },
	{ .path = "/second3" },
	{ .path = "/no-media" },
	{ .path = "/page", .mime = "text/html" },
	{ .path = "/limited.wav", .limited = true },
	{ .path = "/shift.wav", .limited = true, .shifts = true },
};

static const unsigned lengths[] = { 44103, 22051, 132307, 44103, 132300, 20 * RATE, 132300, 1, RATE,
	4 * RATE, 4 * RATE, 4 * RATE, 4 * RATE, 0, 0, 0, 0, 0, 0, 0, 4 * RATE, 4 * RATE };

#define TIMED 9 /* of them */
#define SCALED 11
#define PIECES 12 /* a list of HLS: the head of a WAV, then its samples in pieces of a second */
#define NO_MEDIA 18
#define LIMITED 20
#define SHIFT 21
/* Octets of what is on the air, ten to twenty seconds after it began. */
#define LIVE_FIRST (10 * RATE * FRAME_BYTES)
#define LIVE_LAST (20 * RATE * FRAME_BYTES - 1)
#define FAST 77 /* counts what is sent at twice the speed */

static FakePeer *peer;
/* What none of these is. @return false: it is not known there, either */
static bool (*behave_else)(FakePeer *self, int fd, const char *request);

static Server *
server_find(const char *path)
{
	for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
		if (strncmp(servers[i].path, path, strlen(servers[i].path)) == 0) {
			return &servers[i];
		}
	}
	return NULL;
}

static inline void
server_send(const Server *server, int fd, size_t at)
{
	size_t end = server->octets->len;

	end = server->cut_after > 0 ? MIN(end, at + server->cut_after) : end;
	end = server->gone_after > 0 ? MIN(end, MAX(at, server->gone_after)) : end;
	while (at < end) {
		size_t n = MIN(end - at, 16384);

		if (!fake_send(fd, server->octets->data + at, n)) {
			return;
		}
		at += n;
	}
}

static inline void
server_drip(const Server *server, int fd)
{
	size_t at = 0;

	if (!fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\n"
			  "Content-Length: 100000\r\n\r\n")) {
		return;
	}
	while (at < server->octets->len && fake_send(fd, server->octets->data + at, 1)) {
		at++;
		g_usleep(100 * 1000);
	}
}

static inline void
server_send_timed(Server *server, int fd, const char *request)
{
	const char *npt = strstr(request, "\r\nTimeSeekRange.dlna.org: npt=");
	unsigned second = npt != NULL ? (unsigned)g_ascii_strtoull(npt + 30, NULL, 10) : 0;
	g_autoptr(GByteArray) part = make_wav_from(TIMED, second * RATE, 4 * RATE);
	g_autofree char *range =
		g_strdup_printf("TimeSeekRange.dlna.org: npt=%u.000-3.999/4.000\r\n", second);

	g_autofree char *length = g_strdup_printf("Content-Length: %u\r\n", part->len);
	bool breaks = server->breaks && atomic_load(&server->connections) == 1;

	if (fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\n"
			 "contentFeatures.dlna.org: DLNA.ORG_OP=10;DLNA.ORG_CI=1\r\n") &&
		fake_say(fd, npt != NULL ? range : "") && fake_say(fd, length) &&
		fake_say(fd, "\r\n")) {
		(void)fake_send(fd, part->data, breaks ? part->len / 2 : part->len);
	}
}

/* A WAV of its own from each octet on: what has no head of its own could not be decoded. */
static inline void
server_send_limited(Server *server, int fd, const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");
	const size_t at = range != NULL ? (size_t)g_ascii_strtoull(range + 15, NULL, 10) : 0;
	g_autoptr(GByteArray) part =
		at > 0 ? make_wav_from(LIMITED, (unsigned)(at / FRAME_BYTES), 4 * RATE)
		       : g_byte_array_ref(server->octets);
	g_autofree char *head =
		at > 0 ? g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Range: bytes %zu-%zu/*\r\n",
				 at, at + part->len - 1)
		       : g_strdup("HTTP/1.1 200 OK\r\n");
	g_autofree char *rest = g_strdup_printf("Content-Length: %u\r\n"
						"availableSeekRange.dlna.org: 1 bytes=0-%u\r\n\r\n",
		part->len, server->octets->len - 1);

	g_assert_null(strstr(request, "TimeSeekRange"));
	server->asked_at = at;
	if (fake_say(fd, head) && fake_say(fd, "Content-Type: audio/x-wav\r\n") &&
		fake_say(fd, "contentFeatures.dlna.org: "
			     "DLNA.ORG_FLAGS=21100000000000000000000000000000\r\n") &&
		fake_say(fd, rest)) {
		(void)fake_send(fd, part->data, part->len);
	}
}

/* The same, of which the beginning moves on; it has no length. */
static inline void
server_send_shifted(Server *server, int fd, const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");
	const size_t at =
		range != NULL ? (size_t)g_ascii_strtoull(range + 15, NULL, 10) : LIVE_LAST + 1;
	const unsigned frame = (unsigned)(at / FRAME_BYTES);
	g_autoptr(GByteArray) part = make_wav_from(SHIFT, frame, frame + 4 * RATE);
	g_autofree char *head =
		range != NULL
			? g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Range: bytes %zu-%zu/*\r\n",
				  at, at + part->len - 1)
			: g_strdup("HTTP/1.1 200 OK\r\n");
	g_autofree char *rest = g_strdup_printf(
		"availableSeekRange.dlna.org: 0 bytes=%u-%u\r\n\r\n", LIVE_FIRST, LIVE_LAST);

	server->asked_at = at;
	if (fake_say(fd, head) && fake_say(fd, "Content-Type: audio/x-wav\r\n") &&
		fake_say(fd, "contentFeatures.dlna.org: "
			     "DLNA.ORG_FLAGS=2D100000000000000000000000000000\r\n") &&
		fake_say(fd, rest) && fake_send(fd, part->data, part->len)) {
		fake_stay_silent(peer, fd);
	}
}

/* @return false: it was asked for as it is */
static inline bool
server_send_scaled(Server *server, int fd, const char *request)
{
	const bool twice = strstr(request, "\r\nPlaySpeed.dlna.org: speed=2\r\n") != NULL;
	g_autoptr(GByteArray) fast = make_wav(FAST, RATE);

	if (strstr(request, "\r\nPlaySpeed.dlna.org: ") == NULL) {
		return false;
	}
	atomic_fetch_add(&server->scaled_connections, 1);
	g_assert_nonnull(strstr(request, "\r\nTimeSeekRange.dlna.org: npt="));
	g_autofree char *length = g_strdup_printf("Content-Length: %u\r\n\r\n", fast->len);

	if (fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\n") &&
		fake_say(fd, "TimeSeekRange.dlna.org: npt=2.000-4.000/4.000\r\n") &&
		fake_say(fd, twice ? "PlaySpeed.dlna.org: speed=2\r\n" : "") &&
		fake_say(fd, length)) {
		(void)fake_send(fd, fast->data, fast->len);
	}
	return true;
}

static inline void
behave(FakePeer *self, int fd, const char *request)
{
	Server *server = server_find(request + strlen("GET "));
	const char *range = strstr(request, "\r\nRange: bytes=");
	size_t at = 0;

	if (server == NULL && behave_else != NULL && behave_else(self, fd, request)) {
		return;
	}
	if (server == NULL) {
		(void)fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	if (atomic_fetch_add(&server->connections, 1) == 1 && server->late) {
		(void)fake_say(fd, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n"
				   "Retry-After: 3\r\n\r\n");
		return;
	}
	if (server->drips) {
		server_drip(server, fd);
		return;
	}
	if (server->timed) {
		server_send_timed(server, fd, request);
		return;
	}
	if (server->shifts) {
		server_send_shifted(server, fd, request);
		return;
	}
	if (server->limited) {
		server_send_limited(server, fd, request);
		return;
	}
	if (server->scaled && server_send_scaled(server, fd, request)) {
		return;
	}
	if (range != NULL && !server->no_ranges) {
		at = g_ascii_strtoull(range + strlen("\r\nRange: bytes="), NULL, 10);
	}
	g_autofree char *part = g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Length: %zu\r\n"
						"Content-Range: bytes %zu-%u/%u\r\n",
		server->octets->len - at, at, server->octets->len - 1, server->octets->len);
	g_autofree char *whole = g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Length: %u\r\n"
						 "Accept-Ranges: bytes\r\n",
		server->octets->len);

	if (fake_say(fd, server->no_ranges && server->gone_after == 0 ? "HTTP/1.1 200 OK\r\n"
			 : at > 0                                     ? part
								      : whole) &&
		fake_say(fd, server->scaled ? "contentFeatures.dlna.org: DLNA.ORG_OP=01;"
					      "DLNA.ORG_PS=2,4;DLNA.ORG_CI=0\r\n"
					    : "") &&
		fake_say(fd, "Content-Type: ") &&
		fake_say(fd, server->mime != NULL ? server->mime : "audio/x-wav") &&
		fake_say(fd, "\r\n\r\n")) {
		server_send(server, fd, at);
	}
}

/* ---- the house */

static AvuSpawner *spawner;
/* Of plug-ins, for all houses: to make the list takes seconds. */
static char *registry_folder;

typedef struct {
	char *folder, *out_path;
	AvuSupervisor *supervisor;
	EngineClient *client;
	GString *log;
	const char *waits_for;
	int64_t duration_ns;
	int code; /* of the last that failed */
} House;

static inline void
house_note(House *house, const char *what, uint32_t token)
{
	g_string_append_printf(house->log, "%s:%u ", what, token);
}

static inline void
on_state(uint32_t token, AvuEngineState state, void *data)
{
	static const char *const names[] = { "stopped", "transitioning", "playing", "paused" };

	house_note(data, names[state], token);
}

static inline void
on_started(uint32_t token, void *data)
{
	house_note(data, "started", token);
}

static inline void
on_ended(uint32_t token, void *data)
{
	house_note(data, "ended", token);
}

static inline void
on_failed(uint32_t token, int code, const char *sentence, void *data)
{
	((House *)data)->code = code;
	g_test_message("track %u: %s", token, sentence);
	g_assert_cmpstr(sentence, !=, "");
	house_note(data, "failed", token);
}

static inline void
on_duration(uint32_t token G_GNUC_UNUSED, int64_t duration_ns, void *data)
{
	((House *)data)->duration_ns = duration_ns;
}

static inline void
on_seekable(uint32_t token, bool seekable, void *data)
{
	house_note(data, seekable ? "seekable" : "unseekable", token);
}

static inline void
on_ready(const char *protocols, void *data)
{
	g_assert_nonnull(strstr(protocols, "http-get:*:audio/x-wav:*"));
	g_assert_nonnull(
		strstr(protocols, "http-get:*:audio/L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM"));
	house_note(data, "ready", 0);
}

static inline void
on_too_long(void *data)
{
	House *house = data;

	g_error("waited in vain for \"%s\"; told was: %s", house->waits_for, house->log->str);
}

static inline void
house_wait(House *house, const char *word)
{
	house->waits_for = word;
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, house);

	while (strstr(house->log->str, word) == NULL) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
}

static inline bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

/* @param paced        samples leave at their own pace
 * @param idle_ns      until the media process is let go; 0: the usual
 * @param patience_ns  until a track that does not get on is given up; 0: the usual */
static inline void
house_open_with(House *house, bool paced, int64_t idle_ns, int64_t patience_ns)
{
	static const AvuEngineListener listener = {
		.state_changed = on_state,
		.track_started = on_started,
		.ended = on_ended,
		.failed = on_failed,
		.duration_known = on_duration,
		.seekable_known = on_seekable,
	};
	const AvuAddressPolicy policy = { allow_all, NULL };

	memset(house, 0, sizeof(*house));
	house->folder = g_dir_make_tmp("engine-XXXXXX", NULL);
	house->out_path = g_build_filename(house->folder, "samples", NULL);
	house->log = g_string_new(NULL);
	house->supervisor = avu_supervisor_new(spawner, NULL);
	g_autofree char *sink =
		g_strdup_printf("filesink buffer-mode=unbuffered sync=%s location=%s",
			paced ? "true" : "false", house->out_path);
	g_autofree char *registry = g_build_filename(registry_folder, "registry", NULL);
	const EngineConfig config = {
		.audio_sink = sink,
		.video_sink = "fakesink",
		.registry_path = registry,
		.media_idle_ns = idle_ns,
		.patience_ns = patience_ns,
		.media_renew_ns = AVU_NS_PER_S,
	};

	house->client = engine_client_new(house->supervisor, &config, &policy);
	const EngineEvents events = {
		.transport = &listener,
		.transport_data = house,
		.ready = on_ready,
		.user_data = house,
	};

	engine_client_set_events(house->client, &events);
	house_wait(house, "ready:0");
}

static inline void
house_open(House *house, bool paced)
{
	house_open_with(house, paced, 0, 0);
}

static inline void
house_close(House *house)
{
	engine_client_free(house->client);
	avu_supervisor_free(house->supervisor);
	g_string_free(house->log, TRUE);
	(void)g_unlink(house->out_path);
	(void)g_rmdir(house->folder);
	g_free(house->folder);
	g_free(house->out_path);
}

static const AvuEngine *
engine(void)
{
	return engine_client_get_functions();
}

static inline void
house_load_rated(House *house, uint32_t token, const char *path, uint64_t rate_bps)
{
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u%s", peer->port, path);
	const AvuTrack track = { token, uri, NULL, AVU_TIME_NONE, rate_bps };

	engine()->load(house->client, &track);
}

static inline void
house_load(House *house, uint32_t token, const char *path)
{
	house_load_rated(house, token, path, 0);
}

static inline void
house_load_next(House *house, uint32_t token, const char *path, const char *mime)
{
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u%s", peer->port, path);
	const AvuTrack track = { token, uri, mime, AVU_TIME_NONE };

	engine()->load_next(house->client, &track);
}

/* The samples are those of the tracks, from frame first of the first one. */
static inline void
house_check(House *house, unsigned first, size_t n, const unsigned *tracks)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	for (size_t i = 0; i < n; i++) {
		put_frames(expected, tracks[i], i == 0 ? first : 0, lengths[tracks[i]]);
	}
	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, ==, expected->len);
	g_assert_cmpint(memcmp(octets, expected->data, len), ==, 0);
}

/* The media process, found as what the spawner started; 0: there is none. */
static inline pid_t
find_media(void)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(proc)) != NULL) {
		g_autofree char *path = g_strdup_printf("/proc/%s/stat", name);
		g_autofree char *text = NULL;
		int pid = 0, parent = 0, grandparent = 0;

		if (!g_ascii_isdigit(name[0]) || !g_file_get_contents(path, &text, NULL, NULL) ||
			sscanf(text, "%d (media) %*c %d", &pid, &parent) != 2) {
			continue;
		}
		g_autofree char *above = g_strdup_printf("/proc/%d/stat", parent);
		g_autofree char *above_text = NULL;

		if (g_file_get_contents(above, &above_text, NULL, NULL) &&
			sscanf(above_text, "%*d (%*[^)]) %*c %d", &grandparent) == 1 &&
			grandparent == getpid()) {
			return pid;
		}
	}
	return 0;
}

/* Cuts the servers' octets from PIECES on. */
static inline void
make_pieces(void)
{
	static const char list[] = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"/head\"\n"
				   "#EXTINF:1,\n/second0\n#EXTINF:1,\n/second1\n#EXTINF:1,\n"
				   "/second2\n#EXTINF:1,\n/second3\n#EXT-X-ENDLIST\n";
	const guint second = RATE * FRAME_BYTES;
	GByteArray *wav = servers[PIECES].octets, *head = servers[PIECES + 1].octets;
	const guint before = wav->len - 4 * second;

	g_byte_array_set_size(head, 0);
	g_byte_array_append(head, wav->data, before);
	for (guint i = 0; i < 4; i++) {
		GByteArray *piece = servers[PIECES + 2 + i].octets;

		g_byte_array_set_size(piece, 0);
		g_byte_array_append(piece, wav->data + before + i * second, second);
	}
	g_byte_array_set_size(wav, 0);
	g_byte_array_append(wav, (const guint8 *)list, sizeof(list) - 1);
}

static inline void
remove_registry(void)
{
	const char *const names[] = { "registry", "registry.tested" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(registry_folder, names[i], NULL);

		(void)g_unlink(path);
	}
	(void)g_rmdir(registry_folder);
	g_free(registry_folder);
}

/** In place of g_test_run(). */
static inline int
houses_run(void)
{
	g_autoptr(GError) error = NULL;

	/* That the media process is lost is worth a warning, and what is tested here. */
	g_log_set_always_fatal((GLogLevelFlags)(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
	for (unsigned i = 0; i < G_N_ELEMENTS(servers); i++) {
		servers[i].octets = make_wav(i, lengths[i]);
	}
	make_pieces();
	for (unsigned i = NO_MEDIA; i < LIMITED; i++) {
		memset(servers[i].octets->data, ' ', servers[i].octets->len);
	}
	peer = fake_peer_new(behave);
	registry_folder = g_dir_make_tmp("engine-registry-XXXXXX", NULL);
	int result = g_test_run();

	remove_registry();

	fake_peer_free(peer);
	for (unsigned i = 0; i < G_N_ELEMENTS(servers); i++) {
		g_byte_array_unref(servers[i].octets);
	}
	avu_spawner_free(spawner);
	return result;
}
