/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paces, bursts and how caps are divided. */
#include "libav-upnp/net/http-pace.h"

#define MBIT (1000000 / 8)

static const struct {
	unsigned percent, burst_s;
	uint64_t media;
	uint64_t steady, octets, rate;
	int64_t burst_ms;
	const char *why;
} rows[] = {
	{ 300, 10, 8 * MBIT, 24 * MBIT, 80 * MBIT, 160 * MBIT, 500, "three times, ten seconds" },
	{ 110, 10, 8 * MBIT, 8800000 / 8, 80 * MBIT, 160 * MBIT, 500, "the least" },
	{ 0, 10, 8 * MBIT, AVU_PACE_NONE, 80 * MBIT, AVU_PACE_NONE, 0, "off" },
	{ 300, 10, 0, AVU_PACE_NONE, 0, AVU_PACE_NONE, 0, "bitrate unknown" },
	{ 300, 0, 8 * MBIT, 24 * MBIT, 0, 24 * MBIT, 0, "no burst: steady from the start" },
	{ 300, 10, UINT64_MAX / 2, UINT64_MAX / 100, UINT64_MAX, UINT64_MAX, 500, "no overflow" },
	{ 300, 10, 16384, 49152, 163840, 4 << 20, 39, "a song: its first sound within 10 ms" },
	{ 300, 10, (4 << 20) / 20, (4 << 20) * 3 / 20, (4 << 20) / 20 * 10, 4 << 20, 499,
		"where both meet" },
	{ 300, 0, 16384, 49152, 0, 49152, 0, "a song without a burst" },
	{ 3000, 10, 1 << 20, 30 << 20, 10 << 20, 30 << 20, 333,
		"the steady pace is the faster one" },
};

static void
test_rates(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuHttpQos qos = { .pace_percent = rows[i].percent,
			.burst_s = rows[i].burst_s };

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(http_pace_steady(&qos, rows[i].media), ==, rows[i].steady);
		g_assert_cmpuint(http_pace_burst_octets(&qos, rows[i].media), ==, rows[i].octets);
		g_assert_cmpuint(http_pace_burst_rate(&qos, rows[i].media), ==, rows[i].rate);
		g_assert_cmpint(http_pace_burst_ns(&qos, rows[i].media) / AVU_NS_PER_MS, ==,
			rows[i].burst_ms);
	}
}

#define STREAMS 4

static const struct {
	uint64_t client, total;
	struct {
		const char *address;
		uint64_t wanted, granted;
	} streams[STREAMS];
	const char *why;
} divide_rows[] = {
	{ 0, 0, { { "10.0.0.1", 500, 500 }, { "10.0.0.1", AVU_PACE_NONE, AVU_PACE_NONE } },
		"no caps" },
	{ 0, 1000, { { "10.0.0.1", AVU_PACE_NONE, 1000 } }, "alone it has all" },
	{ 0, 1000, { { "10.0.0.1", AVU_PACE_NONE, 500 }, { "10.0.0.2", AVU_PACE_NONE, 500 } },
		"evenly" },
	{ 0, 1000, { { "10.0.0.1", 100, 100 }, { "10.0.0.2", AVU_PACE_NONE, 900 } },
		"who wants less leaves the rest" },
	{ 0, 1000, { { "10.0.0.1", 900, 350 }, { "10.0.0.2", 300, 300 }, { "10.0.0.3", 800, 350 } },
		"in the order of wishes, not of streams" },
	{ 600, 0,
		{ { "10.0.0.1", AVU_PACE_NONE, 300 }, { "10.0.0.2", AVU_PACE_NONE, 600 },
			{ "10.0.0.1", AVU_PACE_NONE, 300 } },
		"by address" },
	{ 600, 1000,
		{ { "10.0.0.1", AVU_PACE_NONE, 300 }, { "10.0.0.2", AVU_PACE_NONE, 400 },
			{ "10.0.0.1", AVU_PACE_NONE, 300 } },
		"both caps" },
	{ 0, 2, { { "10.0.0.1", 9, 1 }, { "10.0.0.2", 9, 1 }, { "10.0.0.3", 9, 1 } },
		"never nothing: that would stop a stream for ever" },
};

static void
test_divide(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(divide_rows); i++) {
		const AvuHttpQos qos = { .client_octets_per_s = divide_rows[i].client,
			.total_octets_per_s = divide_rows[i].total };
		AvuAddress addresses[STREAMS];
		HttpPaceShare shares[STREAMS];
		size_t n = 0;

		g_test_message("%s", divide_rows[i].why);
		while (n < STREAMS && divide_rows[i].streams[n].address != NULL) {
			g_assert_true(avu_address_parse(
				divide_rows[i].streams[n].address, &addresses[n]));
			addresses[n].port = (uint16_t)(1000 + n); /* does not matter */
			shares[n] = (HttpPaceShare){ &addresses[n],
				divide_rows[i].streams[n].wanted, 0 };
			n++;
		}
		http_pace_divide(&qos, shares, n);
		for (size_t j = 0; j < n; j++) {
			g_assert_cmpuint(shares[j].granted, ==, divide_rows[i].streams[j].granted);
		}
	}
	http_pace_divide(
		&(AvuHttpQos){ .client_octets_per_s = 1, .total_octets_per_s = 1 }, NULL, 0);
}

/* Of a film of 1,000 octets a second, looked at each half second. */
static const struct {
	uint64_t sent[6]; /* since the last look */
	uint64_t unsent;
	uint64_t window_ms; /* of each half second */
	uint64_t media;
	int at; /* the look at which it counts as starved; -1: never */
	const char *why;
} watch_rows[] = {
	{ { 0, 100, 100, 100, 100, 100 }, 5000, 0, 1000, 2, "others go before it" },
	{ { 0, 100, 100, 600, 100, 600 }, 5000, 0, 1000, 2, "better again" },
	{ { 0, 100, 600, 100, 600, 100 }, 5000, 0, 1000, -1, "never for long" },
	{ { 0, 500, 500, 500, 500, 500 }, 5000, 0, 1000, -1, "just as it is played" },
	{ { 0, 100, 100, 100, 100, 100 }, 0, 0, 1000, -1, "there is no more, as of a live source" },
	{ { 0, 0, 0, 0, 0, 0 }, 5000, 500, 1000, -1, "the player pauses" },
	{ { 0, 100, 100, 100, 100, 100 }, 5000, 49, 1000, 2, "its window was shut for a moment" },
	{ { 0, 100, 100, 100, 100, 100 }, 5000, 0, 0, -1, "its rate is not known" },
};

static void
test_watch(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(watch_rows); i++) {
		HttpPaceWatch watch = { 0 };
		HttpPaceSight sight = { .at_ns = AVU_NS_PER_S, .unsent = watch_rows[i].unsent };
		int at = -1;

		g_test_message("%s", watch_rows[i].why);
		for (int look = 0; look < 6; look++) {
			sight.sent += watch_rows[i].sent[look];
			if (http_pace_watch(&watch, &sight, watch_rows[i].media)) {
				g_assert_cmpint(at, ==, -1);
				at = look;
			}
			/* a look in between, as other streams cause, counts for nothing */
			sight.at_ns += AVU_NS_PER_S / 10;
			g_assert_false(http_pace_watch(&watch, &sight, watch_rows[i].media));
			sight.at_ns += AVU_NS_PER_S * 4 / 10;
			sight.window_us += watch_rows[i].window_ms * 1000;
		}
		g_assert_cmpint(at, ==, watch_rows[i].at);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-pace/rates", test_rates);
	g_test_add_func("/net/http-pace/divide", test_divide);
	g_test_add_func("/net/http-pace/watch", test_watch);
	return g_test_run();
}
