/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seek headers in both directions: rows from dlna-http-transport.md 5, 7 and 8. */
#include <av-upnp/time-seek.h>

#define MS(ms) (INT64_C(ms) * 1000000)
#define OPEN AVU_TIME_NONE
/* The largest whole second below 2^63 ns but one. */
#define LAST_S INT64_C(9223372035)

static const struct {
	const char *value;
	bool good;
	int64_t from_ns, to_ns;
	const char *why;
} requests[] = {
	{ "npt=0-", true, 0, OPEN, "from the start" },
	{ "npt=300-", true, MS(300000), OPEN, "the worked exchange" },
	{ "npt=10.5-20", true, MS(10500), MS(20000), "one decimal" },
	{ "npt=10.05-20.125", true, MS(10050), MS(20125), "two and three decimals" },
	{ "npt=0.001-", true, MS(1), OPEN, "smallest step" },
	{ "npt=00:05:00-", true, MS(300000), OPEN, "clock form" },
	{ "npt=0:5:0-0:6:0", true, MS(300000), MS(360000), "one digit" },
	{ "npt=01:02:03.004-", true, MS(3723004), OPEN, "clock with fraction" },
	{ "npt=60-00:02:00", true, MS(60000), MS(120000), "both forms" },
	{ "npt=100:00:00-", true, MS(360000000), OPEN, "hours of any length" },
	{ "npt=0:59:59-", true, MS(3599000), OPEN, "limit of minutes and seconds" },
	{ "npt=0:60:00-", false, 0, 0, "limit of minutes + 1" },
	{ "npt=0:00:60-", false, 0, 0, "limit of seconds + 1" },
	{ "npt=0:000:00-", false, 0, 0, "three digits of minutes" },
	{ "npt=0:00:000-", false, 0, 0, "three digits of seconds" },
	{ "npt=20-10", true, MS(20000), MS(10000), "order is for the caller" },
	{ "npt=9223372035-", true, LAST_S *AVU_NS_PER_S, OPEN, "limit" },
	{ "npt=9223372036-", true, LAST_S *AVU_NS_PER_S, OPEN, "limit + 1" },
	{ "npt=9223372036854775807-", true, LAST_S *AVU_NS_PER_S, OPEN, "2^63 - 1" },
	{ "npt=9223372036854775808-", true, LAST_S *AVU_NS_PER_S, OPEN, "2^63" },
	{ "npt=18446744073709551616-", true, LAST_S *AVU_NS_PER_S, OPEN, "2^64" },
	{ "npt=9223372036854775808:00:00-", true, MS(9223365600000), OPEN, "hours 2^63" },
	{ "npt=0-9223372036854775808.999", true, 0, LAST_S *AVU_NS_PER_S + MS(999), "end 2^63" },
	{ "npt=1.1234-", false, 0, 0, "four decimals" },
	{ "npt=1.-", false, 0, 0, "point without decimals" },
	{ "npt=.5-", false, 0, 0, "decimals without a number" },
	{ "npt=-20", false, 0, 0, "no start" },
	{ "npt=-", false, 0, 0, "nothing" },
	{ "npt=", false, 0, 0, "nothing" },
	{ "npt=10", false, 0, 0, "no dash" },
	{ "10-20", false, 0, 0, "no keyword" },
	{ "NPT=10-", false, 0, 0, "values are case-sensitive" },
	{ "npt=now-", false, 0, 0, "RTSP's now" },
	{ "npt= 10-", false, 0, 0, "blank" },
	{ "npt=10 -20", false, 0, 0, "blank" },
	{ "npt=10-20 ", false, 0, 0, "blank behind" },
	{ "npt=10-20/30", false, 0, 0, "a duration is for answers" },
	{ "npt=10- bytes=0-", false, 0, 0, "octets are for answers" },
	{ "npt=10-20,30-40", false, 0, 0, "two ranges" },
	{ "npt=10-20-30", false, 0, 0, "two dashes" },
	{ "npt=+10-", false, 0, 0, "sign" },
	{ "npt=1:30-", false, 0, 0, "minutes and seconds alone" },
	{ "npt=1:02:03:04-", false, 0, 0, "days" },
	{ "npt=0x10-", false, 0, 0, "hexadecimal" },
	{ "npt=1e3-", false, 0, 0, "exponent" },
	{ "npt=10-x", false, 0, 0, "rubbish behind" },
	{ "", false, 0, 0, "empty" },
};

static void
test_request(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
		int64_t from_ns = 0;
		int64_t to_ns = 0;

		g_test_message("%s: %s", requests[i].why, requests[i].value);
		g_assert_cmpint(avu_time_seek_parse_request(requests[i].value, &from_ns, &to_ns),
			==, requests[i].good);
		if (requests[i].good) {
			g_assert_cmpint(from_ns, ==, requests[i].from_ns);
			g_assert_cmpint(to_ns, ==, requests[i].to_ns);
		}
	}
}

static void
test_request_format(void)
{
	static const struct {
		int64_t from_ns, to_ns;
		const char *value;
	} rows[] = {
		{ 0, OPEN, "npt=0.000-" },
		{ MS(10500), MS(20000), "npt=10.500-20.000" },
		{ MS(7325999) + 999999, OPEN, "npt=7325.999-" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *value =
			avu_time_seek_format_request(rows[i].from_ns, rows[i].to_ns);

		g_assert_cmpstr(value, ==, rows[i].value);
	}
}

static const struct {
	const char *value;
	bool good;
	AvuTimeSeekAnswer answer;
	const char *why;
} answers[] = {
	{ "npt=299.880-3599.999/3600.000 bytes=412345676-4948000123/4948000124", true,
		{ MS(299880), MS(3599999), MS(3600000), true, 412345676, UINT64_C(4948000123),
			UINT64_C(4948000124) },
		"the worked exchange" },
	{ "npt=1.000-2.000/*", true, { MS(1000), MS(2000), OPEN, false, 0, 0, UINT64_MAX },
		"unknown duration" },
	{ "npt=1.000-/60.000", true, { MS(1000), OPEN, MS(60000), false, 0, 0, UINT64_MAX },
		"end not said" },
	{ "npt=1.000-2.000/3.000 bytes=5-9/*", true,
		{ MS(1000), MS(2000), MS(3000), true, 5, 9, UINT64_MAX }, "unknown size" },
	{ "npt=0:00:01-0:00:02/0:01:00", true,
		{ MS(1000), MS(2000), MS(60000), false, 0, 0, UINT64_MAX }, "clock form" },
	{ "npt=1.000-2.000", true, { MS(1000), MS(2000), OPEN, false, 0, 0, UINT64_MAX },
		"without the mandatory duration" },
	{ "npt=1-2/3 bytes=5-9", true, { MS(1000), MS(2000), MS(3000), true, 5, 9, UINT64_MAX },
		"without the mandatory size" },
	{ "npt=1-2/3 bytes=5-9/10", true, { MS(1000), MS(2000), MS(3000), true, 5, 9, 10 },
		"last octet" },
	{ "npt=1-2/3 bytes=5-10/10", false, { 0 }, "last octet + 1" },
	{ "npt=1-2/3 bytes=0-9223372036854775807/*", true,
		{ MS(1000), MS(2000), MS(3000), true, 0, INT64_MAX, UINT64_MAX }, "2^63 - 1" },
	{ "npt=1-2/3 bytes=0-9223372036854775808/*", false, { 0 }, "2^63" },
	{ "npt=1-2/3 bytes=9-5/10", false, { 0 }, "octets backwards" },
	{ "npt=2-1/3", false, { 0 }, "backwards" },
	{ "npt=1-2/", false, { 0 }, "duration missing" },
	{ "npt=1-2/3 octets=1-2/3", false, { 0 }, "other unit" },
	{ "npt=1-2/3bytes=5-9/10", false, { 0 }, "no blank" },
	{ "npt=1-2/3 bytes=-9/10", false, { 0 }, "no first octet" },
	{ "npt=-2/3", false, { 0 }, "no start" },
	{ "bytes=5-9/10", false, { 0 }, "no time" },
	{ "", false, { 0 }, "empty" },
};

static void
test_answer(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		AvuTimeSeekAnswer got = { 0 };
		const AvuTimeSeekAnswer *want = &answers[i].answer;

		g_test_message("%s: %s", answers[i].why, answers[i].value);
		g_assert_cmpint(
			avu_time_seek_parse_answer(answers[i].value, &got), ==, answers[i].good);
		g_assert_cmpint(got.from_ns, ==, want->from_ns);
		g_assert_cmpint(got.to_ns, ==, want->to_ns);
		g_assert_cmpint(got.duration_ns, ==, want->duration_ns);
		g_assert_cmpint(got.has_bytes, ==, want->has_bytes);
		g_assert_cmpuint(got.first_byte, ==, want->first_byte);
		g_assert_cmpuint(got.last_byte, ==, want->last_byte);
		g_assert_cmpuint(got.size_bytes, ==, want->size_bytes);
		if (i < 4) {
			g_autofree char *text = avu_time_seek_format_answer(want);

			g_assert_cmpstr(text, ==, answers[i].value);
		}
	}
}

static void
test_available(void)
{
	static const struct {
		const char *value;
		bool good;
		AvuAvailableRange range;
		const char *why;
	} rows[] = {
		{ "0 npt=1803.480-7200.000 bytes=1500000000-5990000000", true,
			{ false, true, true, MS(1803480), MS(7200000), 1500000000,
				UINT64_C(5990000000) },
			"the recorder's example" },
		{ "1 npt=0.000-30.000", true, { true, true, false, 0, MS(30000), 0, 0 }, "time" },
		{ "1 bytes=0-99", true, { true, false, true, 0, 0, 0, 99 }, "octets" },
		{ "1 npt=0-30 cleartextbytes=0-99", true, { true, true, false, 0, MS(30000), 0, 0 },
			"what we do not know" },
		{ "1 npt=5-5", true, { true, true, false, MS(5000), MS(5000), 0, 0 },
			"one moment" },
		{ "1 npt=5-4", false, { 0 }, "backwards" },
		{ "1 npt=5-", false, { 0 }, "open end" },
		{ "1 bytes=5-4", false, { 0 }, "octets backwards" },
		{ "2 npt=0-30", false, { 0 }, "mode 2" },
		{ "npt=0-30", false, { 0 }, "no mode" },
		{ "1npt=0-30", false, { 0 }, "no blank" },
		{ "1", false, { 0 }, "nothing available" },
		{ "1 npt=0-30 npt=0-40", true, { true, true, false, 0, MS(30000), 0, 0 },
			"the first counts" },
		{ "", false, { 0 }, "empty" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuAvailableRange got = { 0 };
		const AvuAvailableRange *want = &rows[i].range;

		g_test_message("%s: %s", rows[i].why, rows[i].value);
		g_assert_cmpint(avu_available_range_parse(rows[i].value, &got), ==, rows[i].good);
		g_assert_cmpint(got.start_fixed, ==, want->start_fixed);
		g_assert_cmpint(got.has_time, ==, want->has_time);
		g_assert_cmpint(got.has_bytes, ==, want->has_bytes);
		g_assert_cmpint(got.from_ns, ==, want->from_ns);
		g_assert_cmpint(got.to_ns, ==, want->to_ns);
		g_assert_cmpuint(got.first_byte, ==, want->first_byte);
		g_assert_cmpuint(got.last_byte, ==, want->last_byte);
		if (i < 3) {
			g_autofree char *text = avu_available_range_format(want);

			g_assert_cmpstr(text, ==, rows[i].value);
		}
	}
}

static void
test_real_time(void)
{
	static const struct {
		const char *value;
		bool good;
		int64_t ns;
	} rows[] = {
		{ "DLNA.ORG_TLAG=*", true, AVU_TIME_NONE },
		{ "DLNA.ORG_TLAG=10.5", true, MS(10500) },
		{ "DLNA.ORG_TLAG=", false, 0 },
		{ "DLNA.ORG_TLAG=**", false, 0 },
		{ "DLNA.ORG_TLAG=-1", false, 0 },
		{ "TLAG=*", false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t ns = 0;

		g_test_message("%s", rows[i].value);
		g_assert_cmpint(avu_real_time_info_parse(rows[i].value, &ns), ==, rows[i].good);
		if (rows[i].good) {
			g_assert_cmpint(ns, ==, rows[i].ns);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/time-seek/request", test_request);
	g_test_add_func("/stream/time-seek/request-format", test_request_format);
	g_test_add_func("/stream/time-seek/answer", test_answer);
	g_test_add_func("/stream/time-seek/available", test_available);
	g_test_add_func("/stream/time-seek/real-time", test_real_time);
	return g_test_run();
}
