/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of several rates is read: what is to happen, by hand. */

#include <av-upnp/clock.h>

#include "libav-upnp/stream/rate-choice.h"

#define K UINT64_C(1000)
#define M UINT64_C(1000000)
#define S AVU_NS_PER_S
#define N 4

static const struct {
	uint64_t rates[N];
	uint64_t network_bps;
	size_t chosen;
	const char *why;
} begin_rows[] = {
	{ { 1 * M, 3 * M, 5 * M, 12 * M }, 0, 2, "nothing is known: not the highest" },
	{ { 12 * M, 5 * M, 3 * M, 1 * M }, 0, 1, "whatever their order" },
	{ { 8 * M, 9 * M, 12 * M, 20 * M }, 0, 0, "all are high: the lowest" },
	{ { 1 * M, 3 * M, 5 * M, 12 * M }, 50 * M, 3, "the network gave more to the one before" },
	{ { 1 * M, 3 * M, 5 * M, 12 * M }, 5 * M, 1, "it gave just so much: some is left over" },
	{ { 1 * M, 3 * M, 5 * M, 12 * M }, 100 * K, 0, "it gave nearly nothing" },
	{ { 1 * M, 3 * M, 90 * M, 95 * M }, 1000 * M, 1, "what no player decodes" },
	{ { 0, 0, 0, 0 }, 0, 0, "nothing is said of them" },
	{ { RATE_UNFIT, 2 * M, RATE_UNFIT, RATE_UNFIT }, 0, 1, "the others were of no use" },
	{ { RATE_UNFIT, 9 * M, RATE_UNFIT, RATE_UNFIT }, 0, 1, "the others were of no use" },
};

static void
test_begin(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(begin_rows); i++) {
		g_test_message("%s", begin_rows[i].why);
		g_assert_cmpuint(rate_find(begin_rows[i].rates, N,
					 rate_get_first_max(begin_rows[i].network_bps)),
			==, begin_rows[i].chosen);
	}
}

/* Of 500, 1000, 2000 and 4000 kbit/s; 10 s read ahead are enough. */
static const struct {
	size_t now;
	uint64_t network_bps;
	int64_t level_ns, steady_ns;
	bool dry;
	size_t chosen;
	const char *why;
} rows[] = {
	/* down */
	{ 3, 900 * K, 0, 60 * S, true, 0, "ran dry: at once to what the network carries" },
	{ 3, 2600 * K, 0, 60 * S, true, 2, "ran dry: one step, when that is enough" },
	{ 3, 2600 * K, 0, 0, true, 2, "ran dry just after a change: the same" },
	{ 3, 3900 * K, 8 * S, 60 * S, true, 2, "ran dry with a network that is nearly enough" },
	{ 3, 50 * M, 0, 60 * S, true, 3, "ran dry by a break of a network that is good" },
	{ 3, 0, 0, 60 * S, true, 2, "ran dry before anything was measured" },
	{ 0, 100 * K, 0, 60 * S, true, 0, "there is no lower one" },
	{ 3, 2600 * K, 4 * S, 60 * S, false, 2, "comes too slowly, and half of it is used up" },
	{ 3, 2600 * K, 6 * S, 60 * S, false, 3, "comes too slowly, but there is enough for now" },
	{ 3, 4300 * K, 1 * S, 60 * S, false, 3, "comes as it is used: little lies ahead" },
	{ 3, 0, 1 * S, 60 * S, false, 3, "nothing is known" },
	{ 3, 2600 * K, AVU_TIME_NONE, 60 * S, false, 3, "how much lies ahead is not known" },
	/* up */
	{ 0, 9 * M, 10 * S, 8 * S, false, 1, "one step, however much there is" },
	{ 2, 7 * M, 10 * S, 8 * S, false, 3, "to the highest" },
	{ 2, 6 * M, 10 * S, 8 * S, false, 2, "would be nearly all of the network" },
	{ 2, 7 * M, 9 * S, 8 * S, false, 2, "too little lies ahead" },
	{ 2, 7 * M, 10 * S, 7 * S, false, 2, "too soon after a change" },
	{ 3, 90 * M, 10 * S, 60 * S, false, 3, "there is no higher one" },
	/* between them nothing changes */
	{ 2, 2200 * K, 10 * S, 60 * S, false, 2, "enough for this one" },
	{ 2, 5 * M, 10 * S, 60 * S, false, 2,
		"more than enough for this one, too little for more" },
};

static void
test_choose(void)
{
	static const uint64_t rates[N] = { 500 * K, 1000 * K, 2000 * K, 4000 * K };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const RateFacts facts = { rates, N, rows[i].now, rows[i].network_bps,
			rows[i].level_ns, 10 * S, rows[i].steady_ns, rows[i].dry };

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(rate_choose(&facts), ==, rows[i].chosen);
	}
}

/* What cannot be had is not asked for again, and what is too high is never tried. */
static void
test_unfit(void)
{
	static const uint64_t rates[N] = { 500 * K, RATE_UNFIT, 2000 * K, 90 * M };
	RateFacts facts = { rates, N, 0, 1000 * M, 10 * S, 10 * S, 60 * S, false };

	g_assert_cmpuint(rate_choose(&facts), ==, 2);
	facts.now = 2;
	g_assert_cmpuint(rate_choose(&facts), ==, 2);
	facts.dry = true;
	facts.network_bps = 1500 * K;
	g_assert_cmpuint(rate_choose(&facts), ==, 0);
}

/* A network of any constant speed: after some time it stays where it is, and what it reads is carried. */
static void
test_settles(void)
{
	static const uint64_t rates[N] = { 500 * K, 1000 * K, 2000 * K, 4000 * K };

	for (uint64_t network_bps = 600 * K; network_bps < 9 * M; network_bps += 100 * K) {
		RateFacts facts = { rates, N, 3, network_bps, 0, 10 * S, 0, false };
		size_t changes = 0;

		for (unsigned piece = 0; piece < 400; piece++) { /* of two seconds each */
			const double took = 2.0 * (double)rates[facts.now] / (double)network_bps;
			const int64_t left_ns = facts.level_ns - (int64_t)(took * S);

			facts.dry = left_ns < 0 && piece > 0;
			facts.level_ns = MIN(MAX(left_ns, 0) + 2 * S, 15 * S);
			facts.steady_ns =
				facts.dry ? 0 : facts.steady_ns + MAX((int64_t)(took * S), 2 * S);
			const size_t chosen = rate_choose(&facts);

			if (chosen != facts.now) {
				changes += piece >= 200;
				facts.now = chosen;
				facts.steady_ns = 0;
			}
		}
		g_assert_cmpuint(changes, ==, 0);
		g_assert_cmpuint(rates[facts.now], <=, network_bps);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rate-choice/begin", test_begin);
	g_test_add_func("/rate-choice/choose", test_choose);
	g_test_add_func("/rate-choice/unfit", test_unfit);
	g_test_add_func("/rate-choice/settles", test_settles);
	return g_test_run();
}
