/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A track and what it keeps when it is read anew, elsewhere, or part by part. Against a server on loopback. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <av-upnp/loop.h>

#include "renderer/engine/track.h"
#include "tests/unit/net/fake-peer.h"

#define WAIT_NS (60 * AVU_NS_PER_S)
#define SIZE 100000u
#define SECONDS 10
#define BREAKS 3

static atomic_uint connections;
static _Atomic size_t asked_at;

/* ---- the server */

/* Breaks some times, and is there again each time. */
static void
be_radio(FakePeer *peer, int fd)
{
	char octets[10000] = { 0 };

	if (fake_say(
		    fd, "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name: Radio\r\n\r\n") &&
		fake_send(fd, octets, sizeof(octets)) &&
		atomic_fetch_add(&connections, 1) >= BREAKS) {
		fake_stay_silent(peer, fd);
	}
}

/* Its octets can be asked for from any place on, its times cannot. */
static void
be_limited(int fd, const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");
	const size_t at = range != NULL ? (size_t)g_ascii_strtoull(range + 15, NULL, 10) : 0;
	g_autofree char *octets = g_malloc0(SIZE);
	g_autofree char *head =
		at > 0 ? g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Range: bytes %zu-%u/*\r\n",
				 at, SIZE - 1)
		       : g_strdup("HTTP/1.1 200 OK\r\n");
	g_autofree char *rest = g_strdup_printf(
		"Content-Length: %zu\r\nContent-Type: audio/x-wav\r\n"
		"contentFeatures.dlna.org: DLNA.ORG_FLAGS=21100000000000000000000000000000\r\n"
		"availableSeekRange.dlna.org: 1 bytes=0-%u\r\n\r\n",
		SIZE - at, SIZE - 1);

	atomic_store(&asked_at, at);
	(void)(fake_say(fd, head) && fake_say(fd, rest) && fake_send(fd, octets, SIZE - at));
}

static void
say(int fd, const char *mime, const char *text)
{
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", mime,
		strlen(text));

	(void)(fake_say(fd, head) && fake_say(fd, text));
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	if (g_str_has_prefix(request, "GET /radio ")) {
		be_radio(peer, fd);
	} else if (g_str_has_prefix(request, "GET /limited ")) {
		be_limited(fd, request);
	} else if (g_str_has_prefix(request, "GET /parts.m3u8 ")) {
		say(fd, "application/vnd.apple.mpegurl",
			"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na\n#EXT-X-DISCONTINUITY\n"
			"#EXTINF:1,\nb\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\nc\n#EXT-X-ENDLIST\n");
	} else if (g_str_has_prefix(request, "GET /busy ") &&
		   atomic_fetch_add(&connections, 1) == 1) {
		/* the second one who asks is to come again */
		(void)fake_say(fd, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
	} else {
		say(fd, "audio/mpeg", "octets");
	}
}

/* ---- who reads */

typedef struct {
	FakePeer *peer;
	AvuJitterGroup *group;
	EngineTrack *track;
	unsigned opened, failed;
} House;

static void
on_opened(AvuJitterBuffer *buffer G_GNUC_UNUSED, void *data)
{
	((House *)data)->opened++;
}

static void
on_failed(AvuJitterBuffer *buffer G_GNUC_UNUSED, const GError *error, void *data)
{
	g_test_message("%s", error->message);
	((House *)data)->failed++;
}

static void
on_starved(
	AvuJitterBuffer *buffer G_GNUC_UNUSED, bool starved G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

static void
on_title(AvuJitterBuffer *buffer G_GNUC_UNUSED, const char *title G_GNUC_UNUSED,
	void *data G_GNUC_UNUSED)
{
}

static void
on_parted(AvuJitterBuffer *buffer G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
house_init(House *house, const char *path)
{
	static const AvuJitterListener listener = {
		.opened = on_opened,
		.failed = on_failed,
		.starved = on_starved,
		.title = on_title,
		.parted = on_parted,
	};
	const AvuAddressPolicy policy = { allow_all, NULL };

	atomic_store(&connections, 0);
	*house = (House){ .peer = fake_peer_new(behave),
		.group = avu_jitter_group_new(&policy, &listener, NULL) };
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u%s", house->peer->port, path);
	const AvuTrack track = { .token = 1,
		.uri = uri,
		.duration_ns = SECONDS * AVU_NS_PER_S,
		.title = "Title",
		.has_track_gain = true,
		.track_gain_db = -7.5,
		.has_album_gain = true,
		.album_gain_db = -3 };

	house->track = engine_track_new(house->group, &track, 0, false, house, NULL);
	g_assert_nonnull(house->track);
}

static void
house_clear(House *house)
{
	engine_track_free(house->track);
	avu_jitter_group_free(house->group);
	fake_peer_free(house->peer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static void
too_long(void *data G_GNUC_UNUSED)
{
	g_error("waited in vain");
}

#define WAIT_FOR(condition)                                                     \
	do {                                                                    \
		AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, too_long, NULL); \
                                                                                \
		while (!(condition)) {                                          \
			(void)g_main_context_iteration(NULL, FALSE);            \
			g_usleep(1000);                                         \
		}                                                               \
		avu_timer_free(timer);                                          \
	} while (0)

static void
reopen(House *house, int64_t start_ns)
{
	house->opened = 0;
	g_assert_true(engine_track_reopen(
		house->track, house->group, 0, start_ns, AVU_PLAY_SPEED_NORMAL, house, NULL));
}

/* What went wrong before is told of the track as long as there is one, not of its connection. */
static void
test_numbers(void)
{
	g_auto(House) house;

	house_init(&house, "/radio");
	WAIT_FOR(avu_jitter_buffer_get_numbers(house.track->buffer).reconnects == BREAKS);
	engine_track_set_playing(house.track, true);
	avu_jitter_buffer_note_underrun(house.track->buffer);
	WAIT_FOR(avu_jitter_buffer_get_numbers(house.track->buffer).underruns == 1);
	for (unsigned turn = 1; turn <= 2; turn++) {
		atomic_store(&connections, 0);
		reopen(&house, 0);
		g_assert_cmpuint(house.track->past.underruns, ==, 1);
		g_assert_cmpuint(house.track->past.reconnects, ==, turn * BREAKS);
		WAIT_FOR(avu_jitter_buffer_get_numbers(house.track->buffer).reconnects == BREAKS);
	}
}

/* A server that is busy when the same is asked for once more is no reason to give up what was there before. */
static void
test_again(void)
{
	g_auto(House) house;

	house_init(&house, "/busy");
	WAIT_FOR(house.opened == 1);
	reopen(&house, 0);
	WAIT_FOR(house.opened == 1 || house.failed > 0);
	g_assert_cmpuint(house.failed, ==, 0);
	g_assert_cmpuint(atomic_load(&connections), ==, 3);
}

/* A place is an octet, in proportion, and never outside of what there is. */
static void
test_octets(void)
{
	static const struct {
		int64_t wanted_ns, got_ns;
		size_t octet;
	} rows[] = {
		{ 4 * AVU_NS_PER_S, 4 * AVU_NS_PER_S, SIZE * 4 / SECONDS },
		{ 0, 0, 0 },
		{ 100 * AVU_NS_PER_S, SECONDS * AVU_NS_PER_S, SIZE - 1 },
	};
	AvuEngineReach reach;
	g_auto(House) house;

	house_init(&house, "/limited");
	WAIT_FOR(house.opened == 1);
	house.track->rate_bps = SIZE * 8 / SECONDS;
	g_assert_true(engine_track_get_reach(house.track, &reach));
	g_assert_cmpuint(reach.last_byte, ==, SIZE - 1);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		house.track->rate_bps = SIZE * 8 / SECONDS;
		reopen(&house, rows[i].wanted_ns);
		/* to a thousandth */
		g_assert_cmpint(house.track->base_ns / (10 * AVU_NS_PER_MS), >=,
			rows[i].got_ns / (10 * AVU_NS_PER_MS) - 1);
		g_assert_cmpint(house.track->base_ns, <=, rows[i].got_ns);
		WAIT_FOR(house.opened == 1);
		g_assert_cmpuint(atomic_load(&asked_at), ==, rows[i].octet);
	}
}

/* To others all parts are one track: what belongs to it goes along. */
static void
test_parts(void)
{
	g_auto(House) house;

	house_init(&house, "/parts.m3u8");
	for (unsigned part = 1; part <= 2; part++) {
		WAIT_FOR(avu_jitter_buffer_has_onward(house.track->buffer));
		g_assert_false(engine_track_is_last_part(house.track));
		g_assert_true(engine_track_open_parts(house.track, house.group, &house, NULL));
		g_assert_nonnull(house.track->part);
		house.track->deaths = part;
		house.track->died_ns = 5;
		house.track->played = true;
		house.track->past.underruns = part;
		if (part == 1) {
			g_assert_true(engine_track_leave(house.track));
		}
		house.track = engine_track_take_part(house.track);
		g_assert_true(house.track->part_of && house.track->played);
		g_assert_cmpstr(house.track->title, ==, "Title");
		g_assert_cmpuint(house.track->token, ==, 1);
		g_assert_true(house.track->has_track_gain && house.track->has_album_gain);
		g_assert_cmpfloat(house.track->track_gain_db, ==, -7.5);
		g_assert_cmpfloat(house.track->album_gain_db, ==, -3);
		g_assert_cmpuint(house.track->deaths, ==, part);
		g_assert_cmpint(house.track->died_ns, ==, 5);
		g_assert_cmpuint(house.track->n_left, ==, 1);
		g_assert_cmpuint(house.track->past.underruns, ==, part);
	}
	WAIT_FOR(avu_jitter_buffer_get_numbers(house.track->buffer).complete);
	g_assert_true(engine_track_is_last_part(house.track));
	g_assert_false(engine_track_leave(house.track));
}

/* Read anew, what was read ahead of it is of no use: its parts come again. */
static void
test_parts_anew(void)
{
	g_auto(House) house;

	house_init(&house, "/parts.m3u8");
	WAIT_FOR(avu_jitter_buffer_has_onward(house.track->buffer));
	g_assert_true(engine_track_open_parts(house.track, house.group, &house, NULL));
	g_assert_nonnull(house.track->part);
	reopen(&house, 0);
	g_assert_null(house.track->part);
	WAIT_FOR(avu_jitter_buffer_has_onward(house.track->buffer));
	g_assert_true(engine_track_open_parts(house.track, house.group, &house, NULL));
	g_assert_nonnull(house.track->part);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/track/numbers", test_numbers);
	g_test_add_func("/track/again", test_again);
	g_test_add_func("/track/octets", test_octets);
	g_test_add_func("/track/parts", test_parts);
	g_test_add_func("/track/parts-anew", test_parts_anew);
	return g_test_run();
}
