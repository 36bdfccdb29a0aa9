/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/error.h>

#include "commands/amount.h"

#define MS AVU_NS_PER_MS
#define S AVU_NS_PER_S

static const struct {
	const char *text;
	bool good, relative;
	int64_t value;
	const char *why;
} times[] = {
	{ "90", true, false, 90 * S, "seconds" },
	{ "0", true, false, 0, "the start" },
	{ "90.5", true, false, 90500 * MS, "a fraction" },
	{ "1:30", true, false, 90 * S, "minutes" },
	{ "1:02:03", true, false, 3723 * S, "hours" },
	{ "1:02:03.250", true, false, 3723250 * MS, "hours and a fraction" },
	{ "+10", true, true, 10 * S, "a step" },
	{ "-1:30", true, true, -90 * S, "a step back" },
	{ "100:00", true, false, 6000 * S, "the first number may be large" },
	{ "1:60", false, false, 0, "sixty seconds" },
	{ "1:60:00", false, false, 0, "sixty minutes" },
	{ "1:2:3:4", false, false, 0, "too many parts" },
	{ "1:", false, false, 0, "a part missing" },
	{ "1.", false, false, 0, "a fraction missing" },
	{ ".5", false, false, 0, "a number missing" },
	{ "1.0000000001", false, false, 0, "finer than a nanosecond" },
	{ "", false, false, 0, "empty" },
	{ "+", false, false, 0, "a sign alone" },
	{ "--5", false, false, 0, "two signs" },
	{ "5s", false, false, 0, "a unit" },
	{ "99999999999999999999", false, false, 0, "beyond any number" },
	{ "9999:59:59", false, false, 0, "beyond the limit" },
};

static void
test_time(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		Amount amount = { 0, false };
		g_autoptr(GError) error = NULL;

		g_test_message("%s: %s", times[i].text, times[i].why);
		g_assert_cmpint(
			amount_parse_time(times[i].text, &amount, &error), ==, times[i].good);
		if (!times[i].good) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			continue;
		}
		g_assert_cmpint(amount.value, ==, times[i].value);
		g_assert_cmpint(amount.relative, ==, times[i].relative);
	}
}

static const struct {
	const char *text;
	bool good, relative;
	int64_t value;
	const char *why;
} numbers[] = {
	{ "40", true, false, 40, "plain" },
	{ "+5", true, true, 5, "up" },
	{ "-5", true, true, -5, "down" },
	{ "100", true, false, 100, "the limit" },
	{ "101", false, false, 0, "above the limit" },
	{ "5%", false, false, 0, "a unit" },
	{ "", false, false, 0, "empty" },
};

static void
test_number(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		Amount amount = { 0, false };

		g_test_message("%s: %s", numbers[i].text, numbers[i].why);
		g_assert_cmpint(
			amount_parse_number(numbers[i].text, 100, "a volume", &amount, NULL), ==,
			numbers[i].good);
		g_assert_cmpint(amount.value, ==, numbers[i].value);
		g_assert_cmpint(amount.relative, ==, numbers[i].relative);
	}
}

static void
test_apply(void)
{
	const Amount up = { 5, true };
	const Amount down = { -50, true };
	const Amount to = { 30, false };

	g_assert_cmpint(amount_apply(&up, 40, 0, 100), ==, 45);
	g_assert_cmpint(amount_apply(&up, 98, 0, 100), ==, 100);
	g_assert_cmpint(amount_apply(&down, 40, 0, 100), ==, 0);
	g_assert_cmpint(amount_apply(&to, 40, 0, 100), ==, 30);
}

static const struct {
	const char *text;
	bool good, relative;
	int64_t value; /* 1/256 dB */
	const char *why;
} decibels[] = {
	{ "-12dB", true, false, -12 * 256, "a level below" },
	{ "0dB", true, false, 0, "full" },
	{ "1.5dB", true, false, 384, "a fraction" },
	{ "-0.5db", true, false, -128, "in small letters" },
	{ "3dB+", true, true, 768, "a step up" },
	{ "3dB-", true, true, -768, "a step down" },
	{ "127dB", true, false, 127 * 256, "the most" },
	{ "128dB", false, false, 0, "beyond 16 bits" },
	{ "-3dB-", false, false, 0, "a level and a step" },
	{ "+3dB", false, false, 0, "the sign of a step stands behind" },
	{ "dB", false, false, 0, "no number" },
	{ "3 dB", false, false, 0, "a blank" },
	{ "3dB+-", false, false, 0, "two signs" },
};

static void
test_decibels(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(decibels); i++) {
		Amount amount = { 0, false };
		g_autoptr(GError) error = NULL;

		g_test_message("%s: %s", decibels[i].text, decibels[i].why);
		g_assert_cmpint(amount_parse_decibels(decibels[i].text, &amount, &error), ==,
			decibels[i].good);
		if (!decibels[i].good) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			continue;
		}
		g_assert_cmpint(amount.value, ==, decibels[i].value);
		g_assert_cmpint(amount.relative, ==, decibels[i].relative);
	}
	g_assert_true(amount_is_decibels("3dB-"));
	g_assert_false(amount_is_decibels("30"));
}

static const struct {
	const char *text;
	bool good;
	int64_t ns;
	const char *why;
} delays[] = {
	{ "30m", true, 1800 * S, "minutes" },
	{ "2h", true, 7200 * S, "hours" },
	{ "45s", true, 45 * S, "seconds, with their letter" },
	{ "90", true, 90 * S, "seconds" },
	{ "1:30", true, 90 * S, "minutes and seconds" },
	{ "0.5", true, 500 * MS, "a part of a second" },
	{ "24h", true, 86400 * S, "the longest" },
	{ "25h", false, 0, "longer" },
	{ "1441m", false, 0, "longer, in minutes" },
	{ "86401", false, 0, "longer, in seconds" },
	{ "-5m", false, 0, "the past" },
	{ "-5", false, 0, "the past, in seconds" },
	{ "+5m", false, 0, "a step: from what?" },
	{ "m", false, 0, "no number" },
	{ "1.5h", false, 0, "a part of an hour" },
	{ "5x", false, 0, "no unit" },
	{ "5 m", false, 0, "a blank" },
	{ "", false, 0, "empty" },
	{ "soon", false, 0, "a word" },
};

static void
test_delay(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(delays); i++) {
		g_autoptr(GError) error = NULL;
		int64_t ns = 0;

		g_test_message("%s: %s", delays[i].text, delays[i].why);
		g_assert_cmpint(amount_parse_delay(delays[i].text, 86400 * S, &ns, &error), ==,
			delays[i].good);
		if (!delays[i].good) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			continue;
		}
		g_assert_cmpint(ns, ==, delays[i].ns);
	}
}

static void
test_percent(void)
{
	int64_t percent;

	g_assert_true(amount_parse_percent("0%", &percent) && percent == 0);
	g_assert_true(amount_parse_percent("100%", &percent) && percent == 100);
	g_assert_false(amount_parse_percent("101%", &percent));
	g_assert_false(amount_parse_percent("50", &percent));
	g_assert_false(amount_parse_percent("-5%", &percent));
	g_assert_false(amount_parse_percent("5%%", &percent));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/amount/time", test_time);
	g_test_add_func("/amount/number", test_number);
	g_test_add_func("/amount/apply", test_apply);
	g_test_add_func("/amount/decibels", test_decibels);
	g_test_add_func("/amount/delay", test_delay);
	g_test_add_func("/amount/percent", test_percent);
	return g_test_run();
}
