/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/clock.h>

#include "commands/play-verdict.h"

#define MS AVU_NS_PER_MS

static const struct {
	const char *why;
	TransportState state;
	bool failed, was_busy;
	int64_t since_ms, unseen_ms, duration_ms; /* duration -1: not known */
	bool late;
	PlayVerdict verdict;
} rows[] = {
	{ "it plays", TRANSPORT_PLAYING, false, false, 10, 10, -1, false, PLAY_PLAYING },
	{ "at last", TRANSPORT_PLAYING, false, true, 5000, 250, 90000, true, PLAY_PLAYING },
	{ "it fills its buffer", TRANSPORT_TRANSITIONING, false, false, 10, 10, -1, false,
		PLAY_WAIT },
	{ "for too long", TRANSPORT_TRANSITIONING, false, true, 5000, 250, 50, true, PLAY_LATE },
	{ "paused", TRANSPORT_PAUSED, false, false, 5000, 250, 50, true, PLAY_LATE },
	{ "it says that it cannot", TRANSPORT_STOPPED, true, false, 2000, 100, 50, false,
		PLAY_FAILED },
	{ "also while it says that it plays", TRANSPORT_PLAYING, true, false, 10, 10, -1, false,
		PLAY_FAILED },
	{ "it has thrown it away", TRANSPORT_NO_MEDIA, false, false, 10, 10, 50, false,
		PLAY_DROPPED },
	{ "a jingle, over at the first look", TRANSPORT_STOPPED, false, false, 1050, 50, 50, false,
		PLAY_OVER },
	{ "it may not have begun", TRANSPORT_STOPPED, false, false, 1049, 50, 50, false,
		PLAY_WAIT },
	{ "it would have been seen", TRANSPORT_STOPPED, false, false, 4000, 49, 50, false,
		PLAY_WAIT },
	{ "and never was", TRANSPORT_STOPPED, false, false, 5000, 250, 90000, true, PLAY_LATE },
	{ "it was about to, and is through", TRANSPORT_STOPPED, false, true, 300, 20, 300, false,
		PLAY_OVER },
	{ "it was about to, and gave up", TRANSPORT_STOPPED, false, true, 299, 20, 300, false,
		PLAY_WAIT },
	{ "nobody knows how long it is", TRANSPORT_STOPPED, false, true, 4000, 250, -1, false,
		PLAY_WAIT },
	{ "nobody ever will", TRANSPORT_STOPPED, false, false, 5000, 250, -1, true, PLAY_STOPPED },
	{ "0 is not known", TRANSPORT_STOPPED, false, false, 5000, 250, 0, true, PLAY_STOPPED },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const PlayLook look = {
			.now = { rows[i].state, rows[i].failed },
			.was_busy = rows[i].was_busy,
			.since_ns = rows[i].since_ms * MS,
			.unseen_ns = rows[i].unseen_ms * MS,
			.duration_ns =
				rows[i].duration_ms < 0 ? AVU_TIME_NONE : rows[i].duration_ms * MS,
			.late = rows[i].late,
		};

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(play_verdict(&look), ==, rows[i].verdict);
	}
}

/* Those three are states of what went well. */
static void
test_names(void)
{
	static const char *const names[] = { [PLAY_PLAYING] = "playing",
		[PLAY_OVER] = "over",
		[PLAY_STOPPED] = "stopped",
		[PLAY_LATE] = NULL };

	for (int verdict = PLAY_WAIT; verdict <= PLAY_LATE; verdict++) {
		g_assert_cmpstr(play_verdict_name(verdict), ==, names[verdict]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/play-verdict/rows", test_rows);
	g_test_add_func("/play-verdict/names", test_names);
	return g_test_run();
}
