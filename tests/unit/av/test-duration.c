/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Durations against the grammar of ContentDirectory and AVTransport. */
#include <av-upnp/duration.h>

#define MS AVU_NS_PER_MS

static const struct {
	const char *text;
	bool allow_negative;
	bool accepted;
	int64_t ns;
	const char *why;
} rows[] = {
	{ "0:00:00", false, true, 0, "zero" },
	{ "0:03:25", false, true, 205000 * MS, "plain" },
	{ "00:03:25", false, true, 205000 * MS, "two digits of hours" },
	{ "123:00:01", false, true, INT64_C(442801000) * MS, "any number of hours" },
	{ "0:03:25.120", false, true, 205120 * MS, "milliseconds" },
	{ "0:00:00.5", false, true, 500 * MS, "one decimal" },
	{ "0:00:00.1234567890123", false, true, 123456789, "decimals below the nanosecond" },
	{ "0:00:01.1/4", false, true, 1250 * MS, "ratio" },
	{ "0:00:01.0/1", false, true, 1000 * MS, "ratio of nothing" },
	{ "0:00:01.4/4", false, false, 0, "F0 not below F1" },
	{ "0:00:01.1/0", false, false, 0, "ratio by zero" },
	{ "0:00:01.", false, false, 0, "point without fraction" },
	{ "0:00:01.5x", false, false, 0, "something behind" },
	{ "0:60:00", false, false, 0, "minutes end at 59" },
	{ "0:00:60", false, false, 0, "seconds end at 59" },
	{ "0:3:25", false, false, 0, "minutes have two digits" },
	{ "0:03:5", false, false, 0, "seconds have two digits" },
	{ "03:25", false, false, 0, "hours are not optional" },
	{ ":03:25", false, false, 0, "hours have a digit" },
	{ "1:50:00:000", false, false, 0, "fraction behind a colon" },
	{ "", false, false, 0, "empty" },
	{ " 0:00:01", false, false, 0, "white space" },
	{ "99999999999999999999:00:00", false, false, 0, "more hours than a number holds" },
	{ "-0:00:05", false, false, 0, "negative where it may not be" },
	{ "+0:00:05", false, false, 0, "sign where it may not be" },
	{ "-0:00:05.5", true, true, -5500 * MS, "negative" },
	{ "+0:00:05", true, true, 5000 * MS, "positive" },
	{ "--0:00:05", true, false, 0, "two signs" },
	{ "NOT_IMPLEMENTED", true, false, 0, "the word for nothing" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t ns = -77;

		g_test_message("'%s': %s", rows[i].text, rows[i].why);
		g_assert_cmpint(avu_duration_parse(rows[i].text, rows[i].allow_negative, &ns), ==,
			rows[i].accepted);
		g_assert_cmpint(ns, ==, rows[i].accepted ? rows[i].ns : -77);
	}
}

static const struct {
	int64_t ns;
	bool with_fraction;
	const char *text;
} formats[] = {
	{ 0, false, "0:00:00" },
	{ 0, true, "0:00:00.000" },
	{ 205120 * MS, true, "0:03:25.120" },
	{ 205999 * MS, false, "0:03:25" },
	{ INT64_C(442801000) * MS, false, "123:00:01" },
	{ 3599999999999, true, "0:59:59.999" },
	{ -5500 * MS, true, "-0:00:05.500" },
	{ AVU_TIME_NONE, true, "NOT_IMPLEMENTED" },
	{ AVU_TIME_NONE, false, "NOT_IMPLEMENTED" },
};

static void
test_format(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *text =
			avu_duration_format(formats[i].ns, formats[i].with_fraction);

		g_assert_cmpstr(text, ==, formats[i].text);
	}
}

static const struct {
	const char *text;
	int64_t s; /* -1: refused */
	const char *written;
} periods[] = {
	{ "P01:30:00", 5400, "P01:30:00" },
	{ "P2D01:15:00", 177300, "P2D01:15:00" },
	{ "P00:00:09.5", 9, "P00:00:09" },
	{ "P0D00:00:01", 1, "P00:00:01" },
	{ "P36:00:00", 129600, "P1D12:00:00" },
	{ "01:30:00", -1, NULL },
	{ "PT1H30M", -1, NULL },
	{ "P1D", -1, NULL },
	{ "P", -1, NULL },
	{ "P-1:00:00", -1, NULL },
	{ "P99999999999D00:00:00", -1, NULL },
	{ "", -1, NULL },
};

static void
test_periods(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(periods); i++) {
		int64_t ns;

		g_test_message("'%s'", periods[i].text);
		g_assert_cmpint(avu_period_parse(periods[i].text, &ns), ==, periods[i].s >= 0);
		if (periods[i].s >= 0) {
			g_autofree char *text = avu_period_format(ns);

			g_assert_cmpint(ns / AVU_NS_PER_S, ==, periods[i].s);
			g_assert_cmpstr(text, ==, periods[i].written);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/duration/parse", test_parse);
	g_test_add_func("/duration/format", test_format);
	g_test_add_func("/duration/periods", test_periods);
	return g_test_run();
}
