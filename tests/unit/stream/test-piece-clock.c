/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What time it is at the server of a live list; 784111777 is the example of RFC 9110, 5.6.7. */

#include <av-upnp/clock.h>
#include <av-upnp/piece-clock.h>

#define S AVU_NS_PER_S
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:47 GMT"
#define DATE_S INT64_C(784111777)
#define OURS_S INT64_C(1000000000)

static const struct {
	struct {
		const char *date, *age;
		int64_t now_s, wall_s;
	} answers[3]; /* until one is all 0 */
	const char *why;
} rows[] = {
	{ { { NULL, NULL, 5, OURS_S } }, "no date: our clock" },
	{ { { "yesterday", NULL, 5, OURS_S } }, "none that anybody can read" },
	{ { { "Fri, 31 Dec 9999 23:59:59 GMT", NULL, 5, OURS_S } },
		"of that year there are no nanoseconds" },
	{ { { "Thu, 01 Jan 1970 00:00:00 GMT", NULL, 5, OURS_S } }, "a clock that was never set" },
	{ { { DATE, NULL, 5, DATE_S } }, "as it is said" },
	{ { { DATE, "4", 5, DATE_S + 4 } }, "an answer of four seconds ago" },
	{ { { DATE, "old", 5, DATE_S } }, "an age that is none" },
	{ { { DATE, "99999999999", 5, DATE_S } }, "an age that is nonsense" },
	{ { { DATE, NULL, 5, DATE_S }, { DATE, NULL, 9, DATE_S + 4 },
		  { DATE, NULL, 15, DATE_S + 10 } },
		"a cache that does not say the age" },
	{ { { DATE, "0", 5, DATE_S }, { DATE, "7", 9, DATE_S + 7 } }, "one that does" },
	{ { { DATE, "2", 5, DATE_S + 2 }, { DATE, "2", 9, DATE_S + 6 } },
		"one that says the same age again and again" },
	{ { { DATE, NULL, 5, DATE_S }, { LATER, NULL, 9, DATE_S + 10 } }, "a new answer counts" },
	{ { { LATER, NULL, 5, DATE_S + 10 }, { DATE, NULL, 9, DATE_S } },
		"one of another server, whose clock is behind" },
};

static void
test_take(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuPieceClock clock = { 0 };

		g_test_message("%s", rows[i].why);
		for (size_t j = 0; j < 3 && rows[i].answers[j].wall_s != 0; j++) {
			g_assert_cmpint(avu_piece_clock_take(&clock, rows[i].answers[j].date,
						rows[i].answers[j].age, OURS_S * S,
						rows[i].answers[j].now_s * S),
				==, rows[i].answers[j].wall_s * S);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-clock/take", test_take);
	return g_test_run();
}
