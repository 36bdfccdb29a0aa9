/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists in AVTransport: read while everything goes on, played in the order of the play mode, what fails
 * is passed over. The expected answers are those of spec/upnp-av-avtransport.md 2.4 and 5. */
#include "transport-player.h"

#define LIST "http://192.0.2.1:8/list.m3u"

/* A list of n tracks in a mode, playing its first. */
static void
play_list(Player *p, size_t n, const char *mode)
{
	player_init(p);
	g_assert_cmpint(code_of(p, "SetPlayMode", "NewPlayMode", mode), ==, 0);
	g_assert_cmpint(set_uri(p, LIST, ""), ==, 0);
	list_is(p, n, 0, /* timed = */ true);
	g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	report(p, AVU_ENGINE_PLAYING);
	assert_state(p, "PLAYING");
	g_string_truncate(p->log, 0);
}

static unsigned
get_track(Player *p)
{
	g_autoptr(AvuSoapMessage) answer = call(p, "GetPositionInfo");

	return (unsigned)g_ascii_strtoull(avu_soap_find_argument(answer, "Track"), NULL, 10);
}

static int
step(Player *p, const char *action)
{
	return code_of(p, action);
}

/* ---- reading */

static void
test_read_stopped(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, LIST, "<m/>"), ==, 0);
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetMediaInfo", "CurrentURI", LIST);
	assert_out(&p, "GetMediaInfo", "NrTracks", "1"); /* not known yet */
	assert_out(&p, "GetPositionInfo", "TrackURI", "");
	assert_out(&p, "GetCurrentTransportActions", "Actions", "Play,Stop");
	g_assert_cmpint(step(&p, "Next"), ==, 711);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "TRACK_NR", "Target", "1"), ==, 701);
	assert_log(&p, "");
	list_is(&p, 3, 0, true);
	assert_log(&p, "load http://192.0.2.1:8/1 -;next http://192.0.2.1:8/2;");
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetMediaInfo", "NrTracks", "3");
	assert_out(&p, "GetMediaInfo", "CurrentURI", LIST);
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", "<m/>");
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:05:00");
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/1");
	assert_out(&p, "GetPositionInfo", "TrackDuration", "0:01:40");
	assert_out(&p, "GetCurrentTransportActions", "Actions", "Play,Stop,Seek,Next");
}

static void
test_read_playing(void)
{
	g_auto(Player) p;

	player_init(&p);
	play_one(&p);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/busy.m3u", ""), ==, 716);
	assert_log(&p, ""); /* what plays is not touched */
	assert_state(&p, "PLAYING");
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	assert_log(&p, "stop;");
	assert_state(&p, "TRANSITIONING");
	g_assert_cmpint(code_of(&p, "Pause"), ==, 0);
	assert_state(&p, "PAUSED_PLAYBACK");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_state(&p, "TRANSITIONING");
	list_is(&p, 2, 1, true); /* the list says to begin with the second */
	assert_log(&p, "load http://192.0.2.1:8/2 -;play;");
	g_assert_cmpuint(get_track(&p), ==, 2);
	assert_state(&p, "TRANSITIONING");
}

static void
test_read_fails(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	list_fails(&p);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0); /* read once more */
	assert_state(&p, "TRANSITIONING");
	assert_status(&p, "OK");
	p.now_ns += 35 * S; /* never stuck, and nobody waits for the list any more */
	assert_state(&p, "STOPPED");
	g_assert_cmpuint(p.cancelled, ==, 1);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", ""), ==, 0);
	g_assert_cmpuint(p.cancelled, ==, 2);
	assert_log(&p, "load http://192.0.2.1:8/a -;play;");
}

/* Its name promised a list, but it is none. */
static void
test_no_list(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	list_is(&p, 0, 0, true);
	assert_log(&p, "load " LIST " -;");
	assert_out(&p, "GetMediaInfo", "NrTracks", "1");
	assert_out(&p, "GetPositionInfo", "TrackURI", LIST);
}

/* Stop while it is read: the list is kept for the next Play, nothing is loaded before. */
static void
test_stop_while_reading(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	list_is(&p, 2, 0, true);
	assert_log(&p, "");
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetMediaInfo", "NrTracks", "2");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/1 -;play;next http://192.0.2.1:8/2;");
}

/* ---- going through it */

static void
test_steps(void)
{
	g_auto(Player) p;

	play_list(&p, 3, "NORMAL");
	g_assert_cmpint(step(&p, "Previous"), ==, 711);
	g_assert_cmpint(step(&p, "Next"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/2 -;play;next http://192.0.2.1:8/3;");
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PLAYING);
	assert_out(
		&p, "GetCurrentTransportActions", "Actions", "Play,Stop,Pause,Seek,Next,Previous");
	follow(&p);
	assert_state(&p, "PLAYING");
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/3");
	assert_out(&p, "GetMediaInfo", "CurrentURI", LIST);
	assert_log(&p, ""); /* nothing comes after it */
	g_assert_cmpint(step(&p, "Next"), ==, 711);
	g_assert_cmpint(step(&p, "Previous"), ==, 0);
	g_assert_cmpuint(get_track(&p), ==, 2);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(step(&p, "Next"), ==, 0);
	assert_state(&p, "STOPPED");
	assert_log(&p, "load http://192.0.2.1:8/3 -;");
}

static void
test_positions(void)
{
	static const struct {
		const char *unit, *target;
		int code;
		const char *asked;
	} rows[] = {
		{ "ABS_TIME", "0:01:50", 0,
			"load http://192.0.2.1:8/2 -;seek 10;play;next http://192.0.2.1:8/3;" },
		{ "ABS_TIME", "0:01:40", 0, "seek 0;" },
		{ "ABS_COUNT", "101000", 0, "seek 1;" },
		{ "ABS_TIME", "0:05:00", 0, "load http://192.0.2.1:8/3 -;seek 100;play;" },
		{ "ABS_TIME", "0:05:01", 711, "" },
		{ "REL_TIME", "0:01:41", 711, "" },
		{ "TRACK_NR", "4", 711, "" },
		{ "TRACK_NR", "2", 0,
			"load http://192.0.2.1:8/2 -;play;next http://192.0.2.1:8/3;" },
		{ "TRACK_NR", "2", 0, "seek 0;" },
		{ "TRACK_NR", "0", 0, "load http://192.0.2.1:8/3 -;seek 100;play;" },
		{ "TRACK_NR", "0", 0, "seek 100;" },
	};
	g_auto(Player) p;

	play_list(&p, 3, "NORMAL");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s %s", rows[i].unit, rows[i].target);
		g_assert_cmpint(code_of(&p, "Seek", "Unit", rows[i].unit, "Target", rows[i].target),
			==, rows[i].code);
		assert_log(&p, rows[i].asked);
	}
	p.position_ns = 30 * S;
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:30");
	assert_out(&p, "GetPositionInfo", "AbsTime", "0:03:50");
	assert_out(&p, "GetPositionInfo", "AbsCount", "230000");
}

static void
test_unknown_durations(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	list_is(&p, 3, 1, /* timed = */ false);
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:00:00");
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:00");
	assert_out(&p, "GetPositionInfo", "AbsTime", "NOT_IMPLEMENTED");
	assert_out(&p, "GetPositionInfo", "AbsCount", "2147483647");
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "ABS_TIME", "Target", "0:00:01"), ==, 711);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "REL_TIME", "Target", "0:00:01"), ==, 0);
}

/* ---- modes */

/* What is played by itself after track 1, 2, … of three; 0: it stops. */
static const struct {
	const char *mode;
	unsigned order[8];
} natural[] = {
	{ "NORMAL", { 1, 2, 3, 0 } },
	{ "REPEAT_ONE", { 1, 1, 1, 1, 1, 1, 1, 1 } },
	{ "REPEAT_ALL", { 1, 2, 3, 1, 2, 3, 1, 2 } },
	{ "DIRECT_1", { 1, 0 } },
};

static void
test_natural_order(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(natural); i++) {
		g_auto(Player) p;

		g_test_message("%s", natural[i].mode);
		play_list(&p, 3, natural[i].mode);
		assert_out(&p, "GetTransportSettings", "PlayMode", natural[i].mode);
		for (size_t k = 0; k < G_N_ELEMENTS(natural[i].order); k++) {
			if (natural[i].order[k] == 0) {
				g_assert_cmpuint(p.next_token, ==, 0);
				end(&p);
				assert_state(&p, "STOPPED");
				assert_status(&p, "OK");
				g_assert_cmpuint(get_track(&p), ==, 1);
				break;
			}
			g_assert_cmpuint(get_track(&p), ==, natural[i].order[k]);
			if (p.next_token != 0) {
				follow(&p);
			}
		}
	}
}

/* Every track once, then the end. */
static void
test_shuffle(void)
{
	g_auto(Player) p;
	unsigned seen = 0;

	play_list(&p, 20, "SHUFFLE");
	for (unsigned i = 0; i < 20; i++) {
		seen |= 1u << get_track(&p);
		if (i < 19) {
			follow(&p);
		}
	}
	g_assert_cmphex(seen, ==, 0x1ffffe);
	g_assert_cmpuint(p.next_token, ==, 0);
	end(&p);
	assert_state(&p, "STOPPED");
}

/* Every track once before any comes again, no track twice in a row, without end. */
static void
test_random(void)
{
	g_auto(Player) p;
	unsigned last = 0;

	play_list(&p, 5, "RANDOM");
	for (unsigned round = 0; round < 20; round++) {
		unsigned seen = 0;

		for (unsigned i = 0; i < 5; i++) {
			const unsigned track = get_track(&p);

			g_assert_cmpuint(track, !=, last);
			last = track;
			seen |= 1u << track;
			follow(&p);
		}
		g_assert_cmphex(seen, ==, 0x3e);
	}
	g_assert_cmpint(step(&p, "Next"), ==, 0);
	assert_status(&p, "OK");
}

/* What sounds is left alone, what follows is chosen anew. */
static void
test_change_of_mode(void)
{
	g_auto(Player) p;

	play_list(&p, 3, "NORMAL");
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "LOUD"), ==, 712);
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "REPEAT_ONE"), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/1;");
	assert_state(&p, "PLAYING");
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "DIRECT_1"), ==, 0);
	assert_log(&p, "next -;");
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "NORMAL"), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/2;");
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "REPEAT_ALL"), ==, 0);
	assert_log(&p, "");
}

static void
test_intro(void)
{
	g_auto(Player) p;

	play_list(&p, 2, "INTRO");
	p.position_ns = 9 * S;
	assert_state(&p, "PLAYING");
	assert_log(&p, "");
	p.position_ns = 10 * S;
	g_assert_cmpuint(get_track(&p), ==, 2);
	assert_log(&p, "load http://192.0.2.1:8/2 -;play;");
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PLAYING);
	p.position_ns = 11 * S;
	assert_state(&p, "STOPPED");
	assert_log(&p, "stop;");
	assert_status(&p, "OK");
}

/* ---- with a next URI */

static void
test_next_uri_follows_list(void)
{
	g_auto(Player) p;

	play_list(&p, 2, "NORMAL");
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/z"), ==, 0);
	assert_log(&p, ""); /* the list goes on first */
	follow(&p);
	assert_log(&p, "next http://192.0.2.1:8/z;");
	follow(&p);
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/z");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	assert_out(&p, "GetMediaInfo", "NrTracks", "1");
}

static void
test_next_uri_is_list(void)
{
	g_auto(Player) p;

	player_init(&p);
	play_one(&p);
	g_assert_cmpint(set_next_uri(&p, LIST), ==, 0);
	assert_log(&p, "");
	list_is(&p, 2, 0, true);
	assert_log(&p, "next http://192.0.2.1:8/1;");
	follow(&p);
	assert_log(&p, "next http://192.0.2.1:8/2;");
	assert_out(&p, "GetMediaInfo", "CurrentURI", LIST);

	/* the list is still being read when its turn comes */
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", ""), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	g_assert_cmpint(set_next_uri(&p, LIST), ==, 0);
	g_string_truncate(p.log, 0);
	end(&p);
	assert_state(&p, "TRANSITIONING");
	assert_out(&p, "GetMediaInfo", "CurrentURI", LIST);
	list_is(&p, 1, 0, true);
	assert_log(&p, "load http://192.0.2.1:8/1 -;play;");

	/* and when it cannot be read, the current one plays to its end */
	report(&p, AVU_ENGINE_PLAYING);
	g_assert_cmpint(set_next_uri(&p, LIST), ==, 0);
	list_fails(&p);
	assert_state(&p, "PLAYING");
	assert_status(&p, "OK");
	end(&p);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
}

/* ---- what cannot be played */

static void
test_failing_tracks(void)
{
	g_auto(Player) p;

	play_list(&p, 4, "NORMAL");
	avu_transport_get_listener()->failed(p.next_token, 704, "no", p.transport);
	assert_log(&p, "next http://192.0.2.1:8/3;"); /* 2 is passed over */
	assert_state(&p, "PLAYING");
	follow(&p);
	g_assert_cmpuint(get_track(&p), ==, 3);
	g_string_truncate(p.log, 0);
	avu_transport_get_listener()->failed(p.token, 704, "no", p.transport);
	assert_log(&p, "load http://192.0.2.1:8/4 -;play;");
	assert_state(&p, "TRANSITIONING");
	assert_status(&p, "OK");
	report(&p, AVU_ENGINE_PLAYING);
	end(&p);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED"); /* not all of it was heard */
}

/* A server that is gone: not ten thousand attempts. */
static void
test_all_fail(void)
{
	g_auto(Player) p;

	player_init(&p);
	p.fails_at_once = true;
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "REPEAT_ALL"), ==, 0);
	g_assert_cmpint(set_uri(&p, LIST, ""), ==, 0);
	list_is(&p, 1000, 0, true);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_assert_cmpuint(get_track(&p), ==, 10);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-lists/read/stopped", test_read_stopped);
	g_test_add_func("/transport-lists/read/playing", test_read_playing);
	g_test_add_func("/transport-lists/read/fails", test_read_fails);
	g_test_add_func("/transport-lists/read/no-list", test_no_list);
	g_test_add_func("/transport-lists/read/stop", test_stop_while_reading);
	g_test_add_func("/transport-lists/steps", test_steps);
	g_test_add_func("/transport-lists/positions", test_positions);
	g_test_add_func("/transport-lists/unknown-durations", test_unknown_durations);
	g_test_add_func("/transport-lists/mode/natural", test_natural_order);
	g_test_add_func("/transport-lists/mode/shuffle", test_shuffle);
	g_test_add_func("/transport-lists/mode/random", test_random);
	g_test_add_func("/transport-lists/mode/change", test_change_of_mode);
	g_test_add_func("/transport-lists/mode/intro", test_intro);
	g_test_add_func("/transport-lists/next-uri/follows", test_next_uri_follows_list);
	g_test_add_func("/transport-lists/next-uri/is-list", test_next_uri_is_list);
	g_test_add_func("/transport-lists/failing/some", test_failing_tracks);
	g_test_add_func("/transport-lists/failing/all", test_all_fail);
	return g_test_run();
}
