/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "queue/feeder.h"

#define S AVU_NS_PER_S
#define A "http://192.0.2.1/a"
#define B "http://192.0.2.1/b"
#define C "http://192.0.2.1/c"
#define ROWS_MAX 14

/* What the renderer says at a time, and what is to be done about it. */
typedef struct {
	int64_t at_ms;
	FeederState state;
	const char *uri;
	int64_t position_s; /* -1: not said */
	bool failed;
	FeederStep step;
} Row;

/* Entry a of 10 s is loaded at 0, b follows; HAND is answered with "taken", or not where missing. */
static const struct {
	const char *why;
	NextHabit before;
	bool missing, last;
	NextHabit after;
	const char *next; /* behind a; NULL: B */
	Row rows[ROWS_MAX];
} stories[] = {
	{ "plays on without a gap", NEXT_UNKNOWN, false, false, NEXT_GAPLESS, NULL,
		{ { 100, FEEDER_BUSY, A, 0, false, FEEDER_WAIT },
			{ 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 1000, FEEDER_PLAYING, A, 1, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_PLAYING, B, 0, false, FEEDER_MOVED_ON },
			{ 10900, FEEDER_PLAYING, B, 1, false, FEEDER_WAIT } } },
	{ "stops between two tracks, then plays on", NEXT_UNKNOWN, false, false, NEXT_STOPS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 10900, FEEDER_STOPPED, B, 0, false, FEEDER_WAIT },
			{ 11400, FEEDER_PLAYING, B, 0, false, FEEDER_MOVED_ON } } },
	{ "takes the next and forgets it", NEXT_UNKNOWN, false, false, NEXT_DROPS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 12300, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 12500, FEEDER_STOPPED, A, 0, false, FEEDER_LOAD } } },
	{ "known to forget it: nothing is handed, nothing is waited for", NEXT_DROPS, false, false,
		NEXT_DROPS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_STOPPED, A, 0, false, FEEDER_LOAD } } },
	{ "has no such action", NEXT_UNKNOWN, true, false, NEXT_MISSING, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 1000, FEEDER_PLAYING, A, 1, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_STOPPED, A, 0, false, FEEDER_LOAD } } },
	{ "ends between the questions for its state and its position", NEXT_MISSING, true, false,
		NEXT_MISSING, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10000, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 10100, FEEDER_STOPPED, A, 0, false, FEEDER_LOAD } } },
	{ "somebody stops it between these questions", NEXT_MISSING, true, false, NEXT_MISSING,
		NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 3000, FEEDER_PLAYING, A, 3, false, FEEDER_WAIT },
			{ 3500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 3600, FEEDER_STOPPED, A, 0, false, FEEDER_YIELD } } },
	{ "the last one ends", NEXT_GAPLESS, false, true, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_STOPPED, NULL, -1, false, FEEDER_LOAD } } },
	{ "somebody presses stop in the middle", NEXT_GAPLESS, false, false, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 3000, FEEDER_PLAYING, A, 3, false, FEEDER_WAIT },
			{ 3500, FEEDER_STOPPED, A, 0, false, FEEDER_YIELD } } },
	{ "not looked at for long: it has got to the end meanwhile", NEXT_DROPS, false, false,
		NEXT_DROPS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT },
			{ 1000, FEEDER_PLAYING, A, 1, false, FEEDER_WAIT },
			{ 11000, FEEDER_STOPPED, A, 0, false, FEEDER_LOAD } } },
	{ "somebody plays something else", NEXT_GAPLESS, false, false, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 3000, FEEDER_PLAYING, C, 0, false, FEEDER_YIELD } } },
	{ "just loaded, it still names the one before", NEXT_GAPLESS, false, false, NEXT_GAPLESS,
		NULL,
		{ { 200, FEEDER_PLAYING, C, 200, false, FEEDER_HAND },
			{ 900, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT } } },
	{ "paused for long", NEXT_GAPLESS, false, false, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 5000, FEEDER_PAUSED, A, 5, false, FEEDER_WAIT },
			{ 900000, FEEDER_PAUSED, A, 5, false, FEEDER_WAIT },
			{ 900500, FEEDER_PLAYING, A, 5, false, FEEDER_WAIT } } },
	{ "cannot play it", NEXT_GAPLESS, false, false, NEXT_GAPLESS, NULL,
		{ { 200, FEEDER_STOPPED, A, -1, true, FEEDER_WAIT },
			{ 700, FEEDER_STOPPED, A, -1, true, FEEDER_SKIP } } },
	{ "never begins", NEXT_GAPLESS, false, false, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 7000, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 14000, FEEDER_STOPPED, A, 0, false, FEEDER_WAIT },
			{ 15500, FEEDER_STOPPED, A, 0, false, FEEDER_SKIP } } },
	{ "names no track: the position tells", NEXT_UNKNOWN, false, false, NEXT_GAPLESS, NULL,
		{ { 500, FEEDER_PLAYING, NULL, 0, false, FEEDER_HAND },
			{ 9900, FEEDER_PLAYING, NULL, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_PLAYING, NULL, 0, false, FEEDER_MOVED_ON } } },
	{ "the same twice: the position tells", NEXT_UNKNOWN, false, false, NEXT_GAPLESS, A,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 5000, FEEDER_PLAYING, A, 5, false, FEEDER_WAIT },
			{ 9900, FEEDER_PLAYING, A, 9, false, FEEDER_WAIT },
			{ 10400, FEEDER_PLAYING, A, 0, false, FEEDER_MOVED_ON } } },
	{ "a step back in the middle is not the next", NEXT_UNKNOWN, false, false, NEXT_UNKNOWN, A,
		{ { 500, FEEDER_PLAYING, A, 0, false, FEEDER_HAND },
			{ 5000, FEEDER_PLAYING, A, 5, false, FEEDER_WAIT },
			{ 5500, FEEDER_PLAYING, A, 0, false, FEEDER_WAIT } } },
};

static void
test_stories(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
		const char *next = stories[i].last           ? NULL
				   : stories[i].next != NULL ? stories[i].next
							     : B;
		Feeder feeder;

		g_test_message("%s", stories[i].why);
		feeder_init(&feeder, stories[i].before);
		feeder_loaded(&feeder, A, 10 * S, 0);
		for (const Row *row = stories[i].rows; row->at_ms != 0; row++) {
			const FeederView view = { .state = row->state,
				.failed = row->failed,
				.uri = row->uri,
				.position_ns =
					row->position_s < 0 ? AVU_TIME_NONE : row->position_s * S,
				.duration_ns =
					row->state == FEEDER_PLAYING ? 10 * S : AVU_TIME_NONE };
			const FeederStep step =
				feeder_look(&feeder, &view, next, row->at_ms * AVU_NS_PER_MS);

			g_test_message("  at %" G_GINT64_FORMAT " ms", row->at_ms);
			g_assert_cmpint(step, ==, row->step);
			if (step == FEEDER_HAND) {
				feeder_handed(&feeder, next, !stories[i].missing);
			}
			if (step == FEEDER_MOVED_ON) {
				next = NULL;
			}
		}
		g_assert_cmpint(feeder.habit, ==, stories[i].after);
		feeder_clear(&feeder);
	}
}

static void
test_nothing_loaded(void)
{
	const FeederView view = { .state = FEEDER_STOPPED };
	Feeder feeder;

	feeder_init(&feeder, NEXT_UNKNOWN);
	g_assert_cmpint(feeder_look(&feeder, &view, B, S), ==, FEEDER_WAIT);
	feeder_loaded(&feeder, A, AVU_TIME_NONE, 0);
	feeder_stop(&feeder);
	g_assert_cmpint(feeder_look(&feeder, &view, B, 100 * S), ==, FEEDER_WAIT);
	feeder_clear(&feeder);
}

/* It begins and ends between two looks: it was played, and has not failed. */
static void
test_over_before_the_first_look(void)
{
	static const struct {
		const char *why;
		int64_t entry_ms,
			told_ms; /* duration as the entry has it, and the renderer; -1: not known */
		const char *uri; /* what the renderer names */
		bool failed;
		int64_t first_ms, then_ms; /* looks */
		FeederStep step;           /* of the second */
	} rows[] = {
		{ "a jingle", 50, -1, A, false, 100, 1100, FEEDER_LOAD },
		{ "no longer than nobody looked", 100, -1, A, false, 100, 1100, FEEDER_LOAD },
		{ "the renderer alone knows how long", -1, 50, A, false, 100, 1100, FEEDER_LOAD },
		{ "the renderer knows better", 90000, 50, A, false, 100, 1100, FEEDER_LOAD },
		{ "that is of the one before", -1, 50, C, false, 100, 1100, FEEDER_WAIT },
		{ "nobody knows how long", -1, -1, A, false, 100, 1100, FEEDER_WAIT },
		{ "it would have been seen", 950, -1, A, false, 100, 1000, FEEDER_WAIT },
		{ "it may yet begin", 50, -1, A, false, 100, 1000, FEEDER_WAIT },
		{ "it failed", 50, -1, A, true, 100, 1100, FEEDER_SKIP },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const FeederView view = {
			.state = FEEDER_STOPPED,
			.failed = rows[i].failed,
			.uri = rows[i].uri,
			.position_ns = AVU_TIME_NONE,
			.duration_ns = rows[i].told_ms < 0 ? AVU_TIME_NONE
							   : rows[i].told_ms * AVU_NS_PER_MS,
		};
		Feeder feeder;

		g_test_message("%s", rows[i].why);
		feeder_init(&feeder, NEXT_GAPLESS);
		feeder_loaded(&feeder, A,
			rows[i].entry_ms < 0 ? AVU_TIME_NONE : rows[i].entry_ms * AVU_NS_PER_MS, 0);
		g_assert_cmpint(feeder_look(&feeder, &view, B, rows[i].first_ms * AVU_NS_PER_MS),
			==, FEEDER_WAIT);
		g_assert_cmpint(feeder_look(&feeder, &view, B, rows[i].then_ms * AVU_NS_PER_MS), ==,
			rows[i].step);
		feeder_clear(&feeder);
	}
}

/* So does the one that was handed over, after it: it is not played again, nor is it said that it was dropped. */
static void
test_next_over_unseen(void)
{
	static const struct {
		const char *why, *uri;
		int64_t told_ms; /* by the renderer; -1: nothing */
		FeederStep step;
	} rows[] = {
		{ "a jingle, named when it is over", B, 300, FEEDER_MOVED_ON },
		{ "it would have been seen", B, 501, FEEDER_WAIT },
		{ "nobody knows how long", B, -1, FEEDER_WAIT },
		{ "the one before is named", A, 300, FEEDER_WAIT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		FeederView view = { .state = FEEDER_PLAYING,
			.uri = A,
			.position_ns = 9 * S,
			.duration_ns = 10 * S };
		Feeder feeder;

		g_test_message("%s", rows[i].why);
		feeder_init(&feeder, NEXT_UNKNOWN);
		feeder_loaded(&feeder, A, 10 * S, 0);
		g_assert_cmpint(feeder_look(&feeder, &view, B, 10 * S), ==, FEEDER_HAND);
		feeder_handed(&feeder, B, true);
		view.state = FEEDER_STOPPED;
		view.uri = rows[i].uri;
		view.position_ns = 0;
		view.duration_ns =
			rows[i].told_ms < 0 ? AVU_TIME_NONE : rows[i].told_ms * AVU_NS_PER_MS;
		g_assert_cmpint(feeder_look(&feeder, &view, B, 10 * S + 500 * AVU_NS_PER_MS), ==,
			rows[i].step);
		if (rows[i].step == FEEDER_MOVED_ON) {
			g_assert_cmpint(feeder_look(&feeder, &view, C, 11 * S), ==, FEEDER_WAIT);
			g_assert_cmpint(feeder_look(&feeder, &view, C, 12 * S), ==, FEEDER_LOAD);
			g_assert_cmpint(feeder.habit, ==, NEXT_UNKNOWN);
		}
		feeder_clear(&feeder);
	}
}

/* The entry behind was taken out of the queue: what is there now is handed over anew. */
static void
test_next_changes(void)
{
	const FeederView view = {
		.state = FEEDER_PLAYING, .uri = A, .position_ns = S, .duration_ns = 10 * S
	};
	Feeder feeder;

	feeder_init(&feeder, NEXT_GAPLESS);
	feeder_loaded(&feeder, A, 10 * S, 0);
	g_assert_cmpint(feeder_look(&feeder, &view, B, S), ==, FEEDER_HAND);
	feeder_handed(&feeder, B, true);
	g_assert_cmpint(feeder_look(&feeder, &view, C, S), ==, FEEDER_WAIT);
	feeder_forget_next(&feeder);
	g_assert_cmpint(feeder_look(&feeder, &view, C, S), ==, FEEDER_HAND);
	feeder_clear(&feeder);
}

static void
test_habit_names(void)
{
	for (int habit = NEXT_UNKNOWN; habit <= NEXT_MISSING; habit++) {
		g_assert_cmpint(next_habit_parse(next_habit_name(habit)), ==, habit);
	}
	g_assert_cmpint(next_habit_parse("sometimes"), ==, NEXT_UNKNOWN);
	g_assert_cmpint(next_habit_parse(NULL), ==, NEXT_UNKNOWN);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feeder/stories", test_stories);
	g_test_add_func("/feeder/nothing-loaded", test_nothing_loaded);
	g_test_add_func("/feeder/over-unseen", test_over_before_the_first_look);
	g_test_add_func("/feeder/next-over-unseen", test_next_over_unseen);
	g_test_add_func("/feeder/next-changes", test_next_changes);
	g_test_add_func("/feeder/habit-names", test_habit_names);
	return g_test_run();
}
