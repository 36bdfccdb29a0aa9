/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Position between reports, on a clock that the test moves. */

#include "engine/position.h"

static int64_t now_ns;

static int64_t
get_now(void *self G_GNUC_UNUSED)
{
	return now_ns;
}

static const AvuClock test_clock = { get_now, NULL };

typedef enum { SET, RUN, HALT, LIMIT, STOP, PASS, TIMES, HALF } Step;

static const struct {
	Step step;
	int64_t value;    /* seconds */
	int64_t position; /* seconds, after the step; -1: none */
	const char *why;
} rows[] = {
	{ PASS, 5, -1, "nothing is loaded" },
	{ SET, 0, 0, "loaded" },
	{ PASS, 3, 0, "it does not run yet" },
	{ RUN, 0, 0, "starts where it was" },
	{ PASS, 2, 2, "goes with the clock" },
	{ RUN, 0, 2, "told twice" },
	{ PASS, 1, 3, "no second was lost or added" },
	{ HALT, 0, 3, "paused" },
	{ PASS, 60, 3, "a pause does not count" },
	{ RUN, 0, 3, "resumed" },
	{ SET, 10, 10, "a report is right, whatever was thought" },
	{ LIMIT, 12, 10, "the duration is known" },
	{ PASS, 1, 11, "before the end" },
	{ PASS, 30, 12, "never beyond the end" },
	{ SET, 4, 4, "another place" },
	{ TIMES, 2, 4, "twice as fast" },
	{ PASS, 2, 8, "two seconds are four" },
	{ TIMES, -4, 8, "backwards" },
	{ PASS, 1, 4, "four times" },
	{ PASS, 60, 0, "never before the beginning" },
	{ HALF, 0, 0, "slowly" },
	{ PASS, 6, 3, "half of it" },
	{ STOP, 0, -1, "dropped" },
	{ SET, 0, 0, "the next track" },
	{ PASS, 90, 0, "does not run because the last one did, nor ends where that did" },
	{ RUN, 0, 0, "plays" },
	{ PASS, 5, 5, "at its own speed" },
};

static void
apply(Position *position, Step step, int64_t value_ns)
{
	switch (step) {
	case SET:
		position_set(position, value_ns);
		break;
	case RUN:
	case HALT:
		position_run(position, step == RUN);
		break;
	case LIMIT:
		position_limit(position, value_ns);
		break;
	case STOP:
		position_stop(position);
		break;
	case TIMES:
		position_set_speed(
			position, (AvuPlaySpeed){ (int32_t)(value_ns / AVU_NS_PER_S), 1 });
		break;
	case HALF:
		position_set_speed(position, (AvuPlaySpeed){ 1, 2 });
		break;
	case PASS:
		now_ns += value_ns;
		break;
	}
}

static void
test_rows(void)
{
	Position position;

	position_init(&position, &test_clock);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		apply(&position, rows[i].step, rows[i].value * AVU_NS_PER_S);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(position_get_ns(&position), ==,
			rows[i].position < 0 ? AVU_TIME_NONE : rows[i].position * AVU_NS_PER_S);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/position/rows", test_rows);
	return g_test_run();
}
