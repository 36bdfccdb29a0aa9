/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times of a station that breaks off, begins anew, wraps, and is made of pieces: what comes out goes on. By hand:
 * frames of 40 ms, sound of 20 ms. */
#include "mediaserver/worker/live-clock.h"

#define MS(n) ((n)*AVU_NS_PER_MS)
enum { SOUND, PICTURE };

static const struct {
	unsigned stream;
	int64_t at_ms, expected_ms; /* by its clock; where it goes on */
	const char *why;
} rows[] = {
	{ PICTURE, 1000, 1000, "the first says where it is" },
	{ SOUND, 980, 980, "and the other" },
	{ PICTURE, 1040, 1040, "on it goes" },
	{ SOUND, 1000, 1000, "" },
	{ PICTURE, 3000, 3000, "a gap of two seconds stays one" },
	{ SOUND, 2990, 2990, "" },
	{ PICTURE, 50000, 3040, "a jump ahead: right behind the last" },
	{ SOUND, 49970, 3010, "the sound by the same offset: 20 ms stay 20 ms" },
	{ PICTURE, 50040, 3080, "" },
	{ SOUND, 49990, 3030, "" },
	{ SOUND, 0, 3050, "back to nothing, sound first" },
	{ PICTURE, 10, 3060, "together with it, not at 3120" },
	{ SOUND, 20, 3070, "" },
	{ PICTURE, 50, 3100, "" },
	{ PICTURE, 90, 3140, "late sound of before" },
	{ SOUND, 40, 3090, "" },
};

static void
test_goes_on(void)
{
	LiveClock clock = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const int64_t offset = live_clock_take(&clock, rows[i].stream, MS(rows[i].at_ms),
			MS(rows[i].stream == PICTURE ? 40 : 20));

		g_test_message("%zu: %s", i, rows[i].why);
		g_assert_cmpint(MS(rows[i].at_ms) + offset, ==, MS(rows[i].expected_ms));
	}
}

/* Times that nobody means: nothing overflows, and what is sensible afterwards is taken as a beginning. */
static void
test_nonsense(void)
{
	static const int64_t times[] = { INT64_MAX, INT64_MIN, 0, INT64_MIN + 1, INT64_MAX - 1,
		-1 };
	LiveClock clock = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		for (unsigned stream = 0; stream < LIVE_CLOCK_STREAMS; stream++) {
			(void)live_clock_take(&clock, stream, times[i], INT64_MAX);
			(void)live_clock_take(&clock, stream, times[i], -5);
		}
	}
	clock = (LiveClock){ 0 };
	(void)live_clock_take(&clock, SOUND, INT64_MAX, 20);
	g_assert_cmpint(live_clock_take(&clock, SOUND, MS(7), 20), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/live-clock/goes-on", test_goes_on);
	g_test_add_func("/worker/live-clock/nonsense", test_nonsense);
	return g_test_run();
}
