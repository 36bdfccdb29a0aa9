/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A volume by presses: what a receiver makes of each decides how many there are. */
#include "cec/steps.h"

/* A receiver: one press changes it by step, between 0 and top. */
static const struct {
	int at;       /* -1: it does not tell */
	int believed; /* where it does not tell */
	int step, top, wanted;
	int presses, ends_at; /* louder is positive; ends_at where it tells */
	const char *why;
} rows[] = {
	{ 30, -1, 1, 100, 35, 5, 35, "a press is one step" },
	{ 30, -1, 1, 100, 0, -30, 0, "down to silence" },
	{ 30, -1, 1, 100, 30, 0, 30, "it is there" },
	{ 30, -1, 2, 100, 35, 3, 36, "two at once: not back and forth around it" },
	{ 30, -1, 4, 100, 20, -3, 18, "four at once, downwards" },
	{ 30, -1, 1, 40, 90, 10 + CEC_PRESSES_IN_VAIN, 40, "its own ceiling" },
	{ 30, -1, 0, 100, 50, CEC_PRESSES_IN_VAIN, 30, "it is locked" },
	{ -1, 40, 1, 100, 46, 6, -1,
		"nobody tells: one press for each step from what is believed" },
	{ -1, 40, 1, 100, 0, -40, -1, "the same, downwards" },
	{ -1, -1, 1, 100, 50, 0, -1, "nobody tells and nobody believes" },
};

static void
test_presses(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		CecSteps steps;
		int at = rows[i].at, presses = 0, direction;

		g_test_message("%s", rows[i].why);
		cec_steps_init(&steps);
		cec_steps_know(&steps, at);
		cec_steps_believe(&steps, rows[i].believed);
		g_assert_cmpint(cec_steps_next(&steps), ==, 0); /* nothing is wanted */
		cec_steps_want(&steps, rows[i].wanted);
		while ((direction = cec_steps_next(&steps)) != 0) {
			presses += direction;
			if (at >= 0) {
				at = CLAMP(at + direction * rows[i].step, 0, rows[i].top);
			}
			cec_steps_pressed(&steps, at);
			g_assert_cmpint(ABS(presses), <=, CEC_PRESSES_MAX);
		}
		g_assert_cmpint(presses, ==, rows[i].presses);
		g_assert_cmpint(at, ==, rows[i].ends_at);
		g_assert_cmpint(steps.wanted, ==, -1);
	}
}

/* It tells, but changes by nothing one could follow. */
static void
test_bounded(void)
{
	CecSteps steps;
	unsigned n = 0;

	cec_steps_init(&steps);
	cec_steps_know(&steps, 10);
	cec_steps_want(&steps, 100);
	while (cec_steps_next(&steps) != 0) {
		cec_steps_pressed(&steps, 10 + (int)(++n % 2));
	}
	g_assert_cmpuint(n, ==, CEC_PRESSES_MAX);
}

/* A receiver that tells is believed more than anybody else. */
static void
test_told_is_not_believed(void)
{
	CecSteps steps;

	cec_steps_init(&steps);
	cec_steps_believe(&steps, 80);
	cec_steps_know(&steps, 20);
	cec_steps_believe(&steps, 80);
	cec_steps_know(&steps, -1); /* silent for once */
	cec_steps_want(&steps, 21);
	g_assert_cmpint(cec_steps_next(&steps), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cec-steps/presses", test_presses);
	g_test_add_func("/cec-steps/bounded", test_bounded);
	g_test_add_func("/cec-steps/told-is-not-believed", test_told_is_not_believed);
	return g_test_run();
}
