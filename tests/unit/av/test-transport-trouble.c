/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport when something goes wrong: what is told of it and why, what the next Play does, and that
 * nothing lasts for ever. */
#include "transport-player.h"

static void
play(Player *p)
{
	g_assert_cmpint(set_uri(p, "http://192.0.2.1:8/a", ""), ==, 0);
	g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	g_string_truncate(p->log, 0);
}

static void
test_next_fails(void)
{
	g_auto(Player) p;

	player_init(&p);
	play_one(&p);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	avu_transport_get_listener()->failed(p.next_token, 704, "no", p.transport);
	assert_state(&p, "PLAYING");
	assert_status(&p, "OK");
	avu_transport_get_listener()->ended(p.token, p.transport);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/a");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
}

static void
test_failure(void)
{
	g_auto(Player) p;

	player_init(&p);
	play_one(&p);
	avu_transport_get_listener()->failed(p.token + 7, 704, "another", p.transport);
	assert_state(&p, "PLAYING");
	avu_transport_get_listener()->failed(p.token, 704, "no", p.transport);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0); /* tried once more */
	assert_log(&p, "load http://192.0.2.1:8/a -;play;");
	assert_status(&p, "OK");
	assert_state(&p, "TRANSITIONING");

	p.fails_at_once = true; /* from inside load() */
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/b", ""), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/b -;stop;");
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	p.fails_at_once = false;
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/c", ""), ==, 0);
	assert_status(&p, "OK");
	assert_state(&p, "STOPPED");
}

/* What cannot be loaded is known before Play: that one says why, the next one tries again. */
static void
test_refused_play(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", ""), ==, 0);
	avu_transport_get_listener()->failed(p.token, 716, "it is not there", p.transport);
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 716);
	assert_log(&p, "");
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/a -;play;");
	assert_status(&p, "OK");

	/* of what plays, Play tries again */
	avu_transport_get_listener()->failed(p.token, 703, "it broke", p.transport);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);

	/* what was known long ago may have changed */
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/b", ""), ==, 0);
	avu_transport_get_listener()->failed(p.token, 704, "no media", p.transport);
	p.now_ns += 11 * S;
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);

	/* nor does it stick to what comes after it */
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/b", ""), ==, 0);
	avu_transport_get_listener()->failed(p.token, 704, "no media", p.transport);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/c", ""), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
}

/* ROB-019: 35 s at most, also when nobody asks in between. */
static void
test_never_stuck(void)
{
	g_auto(Player) p;

	player_init(&p);
	play(&p);
	p.now_ns += 30 * S;
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PAUSED); /* still not playing */
	p.now_ns += 5 * S;
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");

	/* Each wait has its own time. */
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	p.now_ns += 30 * S;
	report(&p, AVU_ENGINE_PLAYING);
	p.now_ns += 30 * S;
	report(&p, AVU_ENGINE_TRANSITIONING);
	p.now_ns += 30 * S;
	assert_state(&p, "TRANSITIONING");
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/b", ""), ==, 0);
	p.now_ns += 30 * S;
	assert_state(&p, "TRANSITIONING");
	p.now_ns += 5 * S;
	assert_state(&p, "STOPPED");
}

static void
test_timer(void)
{
	g_auto(Player) p;
	AvuVariables *variables;

	player_init(&p);
	variables = avu_service_get_variables(p.base.service);
	play(&p);
	p.now_ns += 40 * S;
	/* Nobody asks; the engine's next word arms the timer with what is left: nothing. */
	report(&p, AVU_ENGINE_TRANSITIONING);
	for (;;) {
		g_autofree char *state = avu_variables_dup(variables, 0, NULL, "TransportState");

		if (strcmp(state, "STOPPED") == 0) {
			break;
		}
		g_main_context_iteration(NULL, TRUE); /* the harness's time-out ends a hang */
	}
	assert_status(&p, "ERROR_OCCURRED");
}

/* ---- why */

static void
assert_trouble(Player *p, const char *why)
{
	assert_status(p, why != NULL ? "ERROR_OCCURRED" : "OK");
	g_assert_cmpstr(avu_transport_get_trouble(p->transport), ==, why);
}

static void
test_why_a_track_failed(void)
{
	g_auto(Player) p;

	player_init(&p);
	play(&p);
	assert_trouble(&p, NULL);
	avu_transport_get_listener()->failed(p.token, 703, "it broke", p.transport);
	assert_trouble(&p, "it broke");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_trouble(&p, NULL);
	avu_transport_get_listener()->failed(p.token, 704, "no media", p.transport);
	assert_trouble(&p, "no media");
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/b", ""), ==, 0);
	assert_trouble(&p, NULL);

	/* what was passed over is told at the end, and not of a Play that came after it */
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/c"), ==, 0);
	avu_transport_get_listener()->failed(p.next_token, 704, "not the next", p.transport);
	assert_trouble(&p, NULL);
	end(&p);
	assert_trouble(&p, "not the next");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	end(&p);
	assert_trouble(&p, NULL);
}

static void
test_why_a_list_failed(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a.m3u", ""), ==, 0);
	list_fails(&p);
	assert_trouble(&p, "gone");
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a.m3u", ""), ==, 0);
	list_is(&p, 3, 0, true);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	avu_transport_get_listener()->failed(p.token, 704, "the first", p.transport);
	report(&p, AVU_ENGINE_PLAYING);
	avu_transport_get_listener()->failed(p.next_token, 716, "the third", p.transport);
	assert_trouble(&p, NULL);
	end(&p);
	assert_trouble(&p, "the third"); /* the latest */

	/* as next one */
	play_one(&p);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/a.m3u"), ==, 0);
	list_fails(&p);
	end(&p);
	assert_trouble(&p, "gone");

	/* and nothing comes at all */
	play(&p);
	p.now_ns += 35 * S;
	assert_state(&p, "STOPPED");
	assert_trouble(&p, "It did not get on for half a minute.");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-trouble/next-fails", test_next_fails);
	g_test_add_func("/transport-trouble/failure", test_failure);
	g_test_add_func("/transport-trouble/refused-play", test_refused_play);
	g_test_add_func("/transport-trouble/never-stuck", test_never_stuck);
	g_test_add_func("/transport-trouble/timer", test_timer);
	g_test_add_func("/transport-trouble/why/track", test_why_a_track_failed);
	g_test_add_func("/transport-trouble/why/list", test_why_a_list_failed);
	return g_test_run();
}
