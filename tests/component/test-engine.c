/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the engine client plays, with the real media process: to the sample, over servers that fail in
 * every way. */

#include "engine-house.h"

static void
test_gapless(void)
{
	House house;

	house_open(&house, true);
	g_assert_cmpint(engine()->get_position_ns(house.client), ==, AVU_TIME_NONE);
	house_load(&house, 1, "/plain.wav");
	house_load_next(&house, 2, "/next.wav", "audio/x-wav");
	house_wait(&house, "transitioning:1 ");
	house_wait(&house, "seekable:1 ");
	house_wait(&house, "paused:1 ");
	g_assert_cmpint(house.duration_ns / AVU_NS_PER_MS, ==, 1000);
	g_assert_cmpint(engine()->get_position_ns(house.client), ==, 0);
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	house_wait(&house, "started:2 ");
	/* not of the track before, which was a second long */
	g_assert_cmpint(engine()->get_position_ns(house.client), <, AVU_NS_PER_S * 9 / 10);
	house_wait(&house, "ended:2 ");
	house_check(&house, 0, 2, (const unsigned[]){ 0, 1 });
	house_close(&house);
}

static void
test_seek_first(void)
{
	House house;

	house_open(&house, false);
	/* The order of a control point that resumes: all before the first octet is there. */
	house_load(&house, 1, "/half.wav");
	engine()->stop(house.client);
	house_load(&house, 2, "/cut.wav");
	engine()->seek(house.client, AVU_NS_PER_S);
	engine()->play(house.client);
	g_assert_cmpint(engine()->get_position_ns(house.client), ==, AVU_NS_PER_S);
	house_wait(&house, "ended:2 ");
	house_check(&house, RATE, 1, (const unsigned[]){ 2 });
	house_close(&house);
}

/* A server that cuts each connection after 100 kB is asked again from there. */
static void
test_cut(void)
{
	House house;

	atomic_store(&server_find("/cut.wav")->connections, 0);
	house_open(&house, false);
	house_load(&house, 1, "/cut.wav");
	engine()->play(house.client);
	house_wait(&house, "ended:1 ");
	house_check(&house, 0, 1, (const unsigned[]){ 2 });
	g_assert_cmpuint(atomic_load(&server_find("/cut.wav")->connections), >=, 6);
	house_close(&house);
}

static void
test_stream(void)
{
	House house;

	house_open(&house, false);
	house_load(&house, 1, "/stream.wav");
	engine()->play(house.client);
	house_wait(&house, "unseekable:1 ");
	g_assert_cmpint(engine()->get_size_bytes(house.client), ==, -1);
	house_wait(&house, "ended:1 ");
	house_check(&house, 0, 1, (const unsigned[]){ 3 });
	house_close(&house);
}

static void
test_missing(void)
{
	House house;

	house_open(&house, false);
	house_load(&house, 1, "/missing");
	engine()->play(house.client);
	house_wait(&house, "failed:1 ");
	g_assert_cmpint(house.code, ==, 716);
	house_load(&house, 4, "/no-media");
	house_wait(&house, "failed:4 ");
	g_assert_cmpint(house.code, ==, 704);
	house_load(&house, 5, "/page");
	house_wait(&house, "failed:5 ");
	g_assert_cmpint(house.code, ==, 714);
	house_load(&house, 2, "/plain.wav");
	house_load_next(&house, 3, "/missing", NULL);
	house_wait(&house, "failed:3 ");
	engine()->play(house.client);
	house_wait(&house, "ended:2 ");
	house_check(&house, 0, 1, (const unsigned[]){ 0 });
	house_close(&house);
}

/* A server that goes away: what is there is played, then the reason is told. */
static void
test_server_gone(void)
{
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	atomic_store(&server_find("/half.wav")->connections, 0);
	house_open(&house, false);
	house_load(&house, 1, "/half.wav");
	engine()->play(house.client);
	house_wait(&house, "failed:1 ");
	g_assert_cmpint(house.code, ==, 703);
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	/* All of it, but the header and a last piece that is not whole. */
	g_assert_cmpuint(len, >, 200000 - 44 - 4096);
	house_close(&house);
}

/* Octets that are late: it stops in time, says so, and goes on where it was, to the sample. */
static void
test_late(void)
{
	House house;

	atomic_store(&server_find("/late.wav")->connections, 0);
	house_open(&house, true);
	house_load(&house, 1, "/late.wav");
	engine()->play(house.client);
	house_wait(&house, "playing:1 transitioning:1 ");
	int64_t stopped_ns = engine()->get_position_ns(house.client);

	/* 300000 octets of it were sent. */
	g_assert_cmpint(stopped_ns, >, 1400 * AVU_NS_PER_MS);
	g_assert_cmpint(stopped_ns, <, 1750 * AVU_NS_PER_MS);
	g_string_truncate(house.log, 0);
	house_wait(&house, "playing:1 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, stopped_ns);
	g_assert_cmpint(
		engine()->get_position_ns(house.client), <, stopped_ns + 500 * AVU_NS_PER_MS);
	house_wait(&house, "ended:1 ");
	house_check(&house, 0, 1, (const unsigned[]){ 6 });
	house_close(&house);
}

/* Its server says that it begins at 2 s, and the rest is heard once. */
static void
house_check_timed(House *house)
{
	g_autoptr(GByteArray) rest = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_wait(house, "transitioning:1 ");
	house_wait(house, "playing:1 ");
	g_assert_cmpint(engine()->get_position_ns(house->client), >=, 2 * AVU_NS_PER_S);
	g_assert_cmpint(engine()->get_position_ns(house->client), <, 2400 * AVU_NS_PER_MS);
	house_wait(house, "ended:1 ");
	g_assert_null(strstr(house->log->str, "stopped"));
	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	put_frames(rest, TIMED, 2 * RATE, 4 * RATE);
	g_assert_cmpuint(len, >=, rest->len);
	g_assert_cmpuint(len, <, rest->len + RATE * FRAME_BYTES);
	g_assert_cmpmem(octets + len - rest->len, rest->len, rest->data, rest->len);
}

/* A server that begins at times and not at octets, such as one that converts: a seek asks it. */
static void
test_seek_by_time(void)
{
	House house;

	house_open(&house, true);
	house_load(&house, 1, "/timed.wav");
	engine()->play(house.client);
	house_wait(&house, "seekable:1 ");
	g_assert_null(strstr(house.log->str, "unseekable:1 "));
	house_wait(&house, "playing:1 ");
	g_string_truncate(house.log, 0);
	engine()->seek(house.client, 2 * AVU_NS_PER_S + AVU_NS_PER_S / 2);
	g_assert_cmpint(engine()->get_position_ns(house.client) / AVU_NS_PER_S, ==, 2);
	house_check_timed(&house);
	house_close(&house);
}

/* A slider that is dragged: the last place counts, also when the stream of an earlier one is not there yet,
 * and when it is not known yet who finds places. */
static void
test_seeks_by_time(void)
{
	static const int64_t places_ms[] = { 3500, 0, 1000, 2500 };

	for (unsigned playing = 0; playing < 2; playing++) {
		House house;

		house_open(&house, true);
		house_load(&house, 1, "/timed.wav");
		engine()->play(house.client);
		if (playing != 0) {
			house_wait(&house, "playing:1 ");
			g_string_truncate(house.log, 0);
		}
		for (size_t i = 0; i < G_N_ELEMENTS(places_ms); i++) {
			engine()->seek(house.client, places_ms[i] * AVU_NS_PER_MS);
		}
		house_check_timed(&house);
		house_close(&house);
	}
}

/* A server that has octets of a part of it, and no times: a seek asks for the octet that the time is likely to
 * be. What it has is told. */
static void
test_seek_by_octet(void)
{
	const size_t size = 44 + 4 * RATE * FRAME_BYTES;
	g_autoptr(GByteArray) rest = g_byte_array_new();
	g_autofree char *octets = NULL;
	AvuEngineReach reach;
	gsize len = 0;
	House house;

	house_open(&house, true);
	g_assert_false(engine()->get_reach(house.client, &reach));
	house_load(&house, 1, "/limited.wav");
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	house_wait(&house, "seekable:1 ");
	g_assert_null(strstr(house.log->str, "unseekable:1 "));
	while (house.duration_ns == 0) { /* by which the rate is known */
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_true(engine()->get_reach(house.client, &reach));
	g_assert_cmpuint(reach.first_byte, ==, 0);
	g_assert_cmpuint(reach.last_byte, ==, size - 1);
	g_assert_cmpint(reach.from_ns, ==, 0);
	g_assert_cmpint(
		reach.to_ns / (10 * AVU_NS_PER_MS), ==, 399); /* the last octet begins before */
	g_string_truncate(house.log, 0);
	engine()->seek(house.client, 2 * AVU_NS_PER_S);
	house_wait(&house, "transitioning:1 ");
	house_wait(&house, "playing:1 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, 2 * AVU_NS_PER_S);
	house_wait(&house, "ended:1 ");
	const size_t asked_at = atomic_load(&server_find("/limited.wav")->asked_at);

	g_assert_cmpuint(asked_at, >=, size / 2 - FRAME_BYTES);
	g_assert_cmpuint(asked_at, <=, size / 2 + FRAME_BYTES);
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	put_frames(rest, LIMITED, (unsigned)(asked_at / FRAME_BYTES), 4 * RATE);
	g_assert_cmpuint(len, >=, rest->len);
	g_assert_cmpmem(octets + len - rest->len, rest->len, rest->data, rest->len);
	house_close(&house);
}

/* What is on the air, of which its server has the last ten seconds, by octets alone. With the rate that its list says
 * they are times; without, no place is known but the one that plays. */
static void
test_seek_on_the_air(void)
{
	const size_t second = RATE * FRAME_BYTES;
	Server *server = server_find("/shift.wav");
	AvuEngineReach reach;
	House house;

	house_open(&house, true);
	house_load(&house, 1, server->path);
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	house_wait(&house, "seekable:1 ");
	g_assert_true(engine()->get_reach(house.client, &reach));
	g_assert_cmpuint(reach.first_byte, ==, LIVE_FIRST);
	g_assert_cmpuint(reach.last_byte, >=, LIVE_LAST);
	g_assert_cmpint(reach.to_ns, ==, AVU_TIME_NONE);
	engine()->seek(house.client, 2 * AVU_NS_PER_S);
	g_assert_cmpint(atomic_load(&server->connections), ==, 1);
	g_string_truncate(house.log, 0);
	house_load_rated(&house, 2, server->path, second * 8);
	engine()->play(house.client);
	house_wait(&house, "playing:2 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, 20 * AVU_NS_PER_S);
	g_assert_true(engine()->get_reach(house.client, &reach));
	g_assert_cmpuint(reach.first_byte, ==, LIVE_FIRST);
	g_assert_cmpint(reach.from_ns, ==, 10 * AVU_NS_PER_S);
	g_assert_cmpint(reach.to_ns, >=, 20 * AVU_NS_PER_S - AVU_NS_PER_MS);
	for (int64_t to_s = 12; to_s >= 5; to_s -= 7) { /* there, and before all that is there */
		g_string_truncate(house.log, 0);
		engine()->seek(house.client, to_s * AVU_NS_PER_S);
		house_wait(&house, "transitioning:2 ");
		house_wait(&house, "playing:2 ");
		to_s = MAX(to_s, 10);
		g_assert_cmpuint(atomic_load(&server->asked_at), ==, (size_t)to_s * second);
		g_assert_cmpint(engine()->get_position_ns(house.client), >=, to_s * AVU_NS_PER_S);
	}
	house_close(&house);
}

/* Such a server's stream breaks: it is asked for the time that was reached. */
static void
test_break_by_time(void)
{
	House house;
	g_autoptr(GByteArray) rest = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_open(&house, true);
	house_load(&house, 1, "/timed-breaks.wav");
	engine()->play(house.client);
	house_wait(&house, "ended:1 ");
	g_assert_null(strstr(house.log->str, "failed"));
	g_assert_cmpint(atomic_load(&server_find("/timed-breaks.wav")->connections), ==, 2);
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	put_frames(rest, TIMED, 2 * RATE, 4 * RATE);
	g_assert_cmpint(memcmp(octets + len - rest->len, rest->data, rest->len), ==, 0);
	/* The server begins with a whole second: at most one is heard twice. */
	g_assert_cmpuint(len, >=, (4 * RATE - RATE / 10) * FRAME_BYTES);
	g_assert_cmpuint(len, <=, (5 * RATE + RATE / 10) * FRAME_BYTES);
	house_close(&house);
}

static void
house_check_end(House *house, unsigned track, unsigned from, unsigned to)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	put_frames(expected, track, from, to);
	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, >=, expected->len);
	g_assert_cmpmem(octets + len - expected->len, expected->len, expected->data, expected->len);
}

static void
house_play_at(House *house, uint32_t token, AvuPlaySpeed speed)
{
	g_string_truncate(house->log, 0);
	house_load(house, token, "/scaled.wav");
	engine()->seek(house->client, 2 * AVU_NS_PER_S);
	engine()->play(house->client);
	house_wait(house, "playing:");
	engine()->set_speed(house->client, speed);
}

/* What its server sends faster comes from there; what it only said to, is made here. */
static void
test_server_speed(void)
{
	House house;
	Server *server = server_find("/scaled.wav");

	house_open(&house, true);
	house_play_at(&house, 1, (AvuPlaySpeed){ 2, 1 });
	house_wait(&house, "ended:1 ");
	g_assert_cmpuint(atomic_load(&server->scaled_connections), ==, 1);
	house_check_end(&house, FAST, 0, RATE);
	/* And back: from the place that was reached, to the sample. */
	house_play_at(&house, 2, (AvuPlaySpeed){ 2, 1 });
	g_string_truncate(house.log, 0);
	house_wait(&house, "playing:2 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, 2 * AVU_NS_PER_S);
	g_assert_cmpuint(atomic_load(&server->scaled_connections), ==, 2);
	engine()->set_speed(house.client, AVU_PLAY_SPEED_NORMAL);
	house_wait(&house, "ended:2 ");
	g_assert_cmpuint(atomic_load(&server->scaled_connections), ==, 2);
	house_check_end(&house, SCALED, 4 * RATE - 1000, 4 * RATE);
	house_play_at(&house, 3, (AvuPlaySpeed){ 4, 1 });
	house_wait(&house, "ended:3 ");
	g_assert_cmpuint(atomic_load(&server->scaled_connections), ==, 3);
	g_assert_null(strstr(house.log->str, "failed"));
	/* Not offered: not asked for. */
	house_play_at(&house, 4, (AvuPlaySpeed){ 8, 1 });
	house_wait(&house, "ended:4 ");
	g_assert_cmpuint(atomic_load(&server->scaled_connections), ==, 3);
	house_close(&house);
}

/* What belongs to a track is fetched beside it, and again given to a media process that is new. */
static void
test_subtitles(void)
{
	House house;
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/long.wav", peer->port);
	g_autofree char *words = g_strdup_printf("http://127.0.0.1:%u/words.srt", peer->port);
	const AvuTrack track = { 1, uri, NULL, AVU_TIME_NONE, .subtitle_uri = words };

	house_open(&house, true);
	engine()->load(house.client, &track);
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	house.waits_for = "the fetch of the subtitles";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

	while (atomic_load(&server_find("/words.srt")->connections) == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "playing:1 ");
	g_assert_cmpuint(atomic_load(&server_find("/words.srt")->connections), ==, 1);
	house_close(&house);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	spawner = avu_spawner_new(NULL, &error);
	g_assert_no_error(error);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/engine/gapless", test_gapless);
	g_test_add_func("/engine/seek-first", test_seek_first);
	g_test_add_func("/engine/cut", test_cut);
	g_test_add_func("/engine/stream", test_stream);
	g_test_add_func("/engine/missing", test_missing);
	g_test_add_func("/engine/server-gone", test_server_gone);
	g_test_add_func("/engine/late", test_late);
	g_test_add_func("/engine/seek-by-time", test_seek_by_time);
	g_test_add_func("/engine/seeks-by-time", test_seeks_by_time);
	g_test_add_func("/engine/seek-by-octet", test_seek_by_octet);
	g_test_add_func("/engine/seek-on-the-air", test_seek_on_the_air);
	g_test_add_func("/engine/break-by-time", test_break_by_time);
	g_test_add_func("/engine/server-speed", test_server_speed);
	g_test_add_func("/engine/subtitles", test_subtitles);
	return houses_run();
}
