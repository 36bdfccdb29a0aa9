/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far ahead a buffer reads, and what it measures of a network for that; simulated time. */

#include <av-upnp/clock.h>
#include <av-upnp/ring.h>

#include "libav-upnp/stream/arrival.h"
#include "libav-upnp/stream/buffer-target.h"

#define S AVU_NS_PER_S
#define MS AVU_NS_PER_MS

static const struct {
	bool live;
	int wished_s;
	int64_t gap_ns;
	unsigned underruns;
	int64_t later_ns; /* after the last underrun */
	int64_t target_ns;
	const char *why;
} target_rows[] = {
	{ false, 0, 0, 0, 0, 15 * S, "quiet network" },
	{ false, 0, 3 * S, 0, 0, 15 * S, "a silence that is covered" },
	{ false, 0, 5 * S, 0, 0, 20 * S, "four times the silence" },
	{ false, 0, 100 * S, 0, 0, 30 * S, "never more than 30 s" },
	{ false, 0, INT64_MAX, 0, 0, 30 * S, "and no overflow" },
	{ false, 12, 0, 0, 0, 12 * S, "as wished" },
	{ false, 3, 0, 0, 0, 10 * S, "never less than 10 s" },
	{ false, 0, 0, 1, 0, 22500 * MS, "ran dry" },
	{ false, 0, 0, 9, 0, 30 * S, "ran dry again and again" },
	{ false, 0, 0, 1, 180 * S, 19500 * MS, "forgotten slowly: 1 s a minute" },
	{ false, 0, 0, 100, 1800 * S, 15 * S, "however often: all is forgotten in half an hour" },
	{ false, 0, 0, 9, 100000 * S, 15 * S, "forgotten" },
	{ true, 0, 0, 0, 0, 3 * S, "live: what lies ahead is late" },
	{ true, 0, 2 * S, 0, 0, 4 * S, "live: twice the silence" },
	{ true, 15, 0, 0, 0, 5 * S, "live: never more than 5 s" },
	{ true, 1, 0, 0, 0, 2 * S, "live: never less than 2 s" },
	{ true, 0, 0, 1, 0, 4250 * MS, "live: ran dry" },
};

static void
test_target(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(target_rows); i++) {
		BufferTarget target = { .live = target_rows[i].live,
			.wished_ns = target_rows[i].wished_s * S };

		g_test_message("%s", target_rows[i].why);
		for (unsigned k = 0; k < target_rows[i].underruns; k++) {
			buffer_target_learn(&target, 1000 * S);
		}
		g_assert_cmpint(buffer_target_get_ns(&target, target_rows[i].gap_ns,
					1000 * S + target_rows[i].later_ns),
			==, target_rows[i].target_ns);
	}
}

static const struct {
	bool live;
	int64_t target_ns;
	uint64_t rate_bps;
	uint64_t bytes, resume_bytes;
	const char *why;
} byte_rows[] = {
	{ false, 15 * S, 8000000, 15000000, 3000000, "a film of 8 Mbit/s" },
	{ false, 15 * S, 320000, 600000, 120000, "MP3 of 320 kbit/s" },
	{ false, 10 * S, 8000, 64 * 1024, 64 * 1024, "so little that requests are the cost" },
	{ false, 30 * S, 100000000, AVU_RING_AHEAD_MAX, 37500000, "what a ring holds" },
	{ false, 30 * S, UINT64_MAX, AVU_RING_AHEAD_MAX, AVU_RING_AHEAD_MAX, "nonsense" },
	{ false, 15 * S, 0, 2048 * 1024, 256 * 1024, "unknown rate" },
	{ true, 3 * S, 128000, 48000, 32000, "a station" },
	{ true, 3 * S, 0, 512 * 1024, 256 * 1024, "a station that does not say" },
};

static void
test_bytes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(byte_rows); i++) {
		const BufferTarget target = { .live = byte_rows[i].live };

		g_test_message("%s", byte_rows[i].why);
		g_assert_cmpuint(buffer_target_get_bytes(
					 &target, byte_rows[i].target_ns, byte_rows[i].rate_bps),
			==, byte_rows[i].bytes);
		g_assert_cmpuint(buffer_target_get_resume_bytes(
					 &target, byte_rows[i].target_ns, byte_rows[i].rate_bps),
			==, byte_rows[i].resume_bytes);
	}
}

static void
test_gaps(void)
{
	Arrival arrival = { 0 };

	g_assert_cmpint(arrival_get_gap_ns(&arrival, 0), ==, 0);
	arrival_listen(&arrival, 1 * S);
	arrival_take(&arrival, 1000, 1100 * MS);
	arrival_take(&arrival, 1000, 1400 * MS);
	arrival_take(&arrival, 1000, 1410 * MS);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 1420 * MS), ==, 300 * MS);
	/* The silence under way counts as soon as it is the longest. */
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 2410 * MS), ==, 1 * S);
	/* While nobody listens nothing can come. */
	arrival_rest(&arrival);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 20 * S), ==, 300 * MS);
	arrival_listen(&arrival, 30 * S);
	arrival_listen(&arrival, 31 * S);
	arrival_take(&arrival, 1000, 32 * S);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 32 * S), ==, 2 * S);
	/* After about a minute it is forgotten. */
	arrival_rest(&arrival);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 80 * S), ==, 2 * S);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 100 * S), ==, 0);
	g_assert_cmpint(arrival_get_gap_ns(&arrival, 100000 * S), ==, 0);
}

static void
test_throughput(void)
{
	Arrival arrival = { 0 };

	/* 100 kB every 100 ms: 8 Mbit/s. */
	for (unsigned i = 0; i <= 50; i++) {
		arrival_take(&arrival, i == 0 ? 0 : 100000, (int64_t)i * 100 * MS);
	}
	g_assert_cmpuint(arrival.throughput_bps, ==, 8000000);
	/* A pause of ours does not make the network slower. */
	arrival_rest(&arrival);
	arrival_listen(&arrival, 60 * S);
	for (unsigned i = 1; i <= 50; i++) {
		arrival_take(&arrival, 100000, 60 * S + (int64_t)i * 100 * MS);
	}
	g_assert_cmpuint(arrival.throughput_bps, ==, 8000000);
	/* A tenth of it: seen after some seconds. */
	for (unsigned i = 1; i <= 80; i++) {
		arrival_take(&arrival, 10000, 65 * S + (int64_t)i * 100 * MS);
	}
	g_assert_cmpuint(arrival.throughput_bps, <, 900000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/buffer-target/target", test_target);
	g_test_add_func("/buffer-target/bytes", test_bytes);
	g_test_add_func("/arrival/gaps", test_gaps);
	g_test_add_func("/arrival/throughput", test_throughput);
	return g_test_run();
}
