/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a helper that says nothing is given up: five seconds that it could have answered in. */

#include <av-upnp/clock.h>

#include "engine/silence.h"

#define S AVU_NS_PER_S
#define MS AVU_NS_PER_MS
#define NONE AVU_TIME_NONE

static const struct {
	int64_t silent_ns, waited_before_ns, waited_ns, late_ns;
	bool too_long;
	const char *why;
} rows[] = {
	{ 5 * S, 0, 0, 0, false, "it may take so long" },
	{ 6 * S, 0, 0, 0, true, "it hangs: it did not even want a processor" },
	{ 6 * S, NONE, NONE, 0, true, "nothing is known of its waiting" },
	{ 6 * S, NONE, 3 * S, 0, true, "nothing was known of it before" },
	{ 6 * S, 10 * S, 12 * S, 0, false, "it waited for a processor for two of them" },
	{ 6 * S, 10 * S, 10 * S + 500 * MS, 0, true, "that was not enough" },
	{ 20 * S, 0, 16 * S, 0, false, "a machine that has far too much to do" },
	{ 20 * S, 0, 14 * S, 0, true, "it had six seconds, and did not answer" },
	{ 6 * S, 0, 0, 2 * S, false, "we looked two seconds late" },
	{ 6 * S, 0, 0, 90 * MS, true, "as late as timers are" },
	{ 9 * S, 0, 3 * S, 2 * S, true, "both, in the same seconds" },
	{ 66 * S, 0, 66 * S, 66 * S, true, "longer than a minute: whatever the reason" },
	{ 6 * S, 10 * S, 0, 0, true, "another process has its number" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Silence silence = { 0 };

		g_test_message("%s", rows[i].why);
		silence_note_late(&silence, 99 * S);
		silence_break(&silence, 1000 * S, rows[i].waited_before_ns);
		silence_note_late(&silence, rows[i].late_ns);
		g_assert_cmpint(silence_is_too_long(&silence, 1000 * S + rows[i].silent_ns,
					rows[i].waited_ns, 5 * S),
			==, rows[i].too_long);
	}
}

static void
test_schedstat(void)
{
	g_assert_cmpint(silence_parse_waited("11220432 3668374 17\n"), ==, 3668374);
	g_assert_cmpint(silence_parse_waited("0 0 0\n"), ==, 0);
	g_assert_cmpint(silence_parse_waited(""), ==, NONE);
	g_assert_cmpint(silence_parse_waited("12"), ==, NONE);
	g_assert_cmpint(silence_parse_waited("1 -2 3"), ==, NONE);
	g_assert_cmpint(silence_parse_waited("1 99999999999999999999 3"), ==, NONE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/silence/rows", test_rows);
	g_test_add_func("/silence/schedstat", test_schedstat);
	return g_test_run();
}
