/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Taking text apart: what is taken, and that a refusal leaves the cursor where it was. */
#include <av-upnp/cursor.h>

static const struct {
	const char *text;
	uint64_t max;
	bool good;
	uint64_t value;
	const char *rest;
	const char *why;
} uint_rows[] = {
	{ "0", 10, true, 0, "", "zero" },
	{ "12ab", 100, true, 12, "ab", "stops at the first other octet" },
	{ "007", 7, true, 7, "", "leading zeroes" },
	{ "10", 10, true, 10, "", "the maximum itself" },
	{ "11", 10, false, 0, "11", "one more than the maximum" },
	{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX, "", "largest" },
	{ "18446744073709551616", UINT64_MAX, false, 0, "18446744073709551616", "one too large" },
	{ "99999999999999999999999", UINT64_MAX, false, 0, "99999999999999999999999",
		"far too large" },
	{ "-1", UINT64_MAX, false, 0, "-1", "sign" },
	{ "+1", 10, false, 0, "+1", "plus sign" },
	{ " 1", 10, false, 0, " 1", "blank in front" },
	{ "", 10, false, 0, "", "empty" },
	{ "x", 10, false, 0, "x", "no digit" },
};

static void
test_uint(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(uint_rows); i++) {
		AvuCursor in = avu_cursor_string(uint_rows[i].text);
		uint64_t value = 0;

		g_test_message("%s", uint_rows[i].why);
		g_assert_cmpint(
			avu_cursor_take_uint(&in, uint_rows[i].max, &value), ==, uint_rows[i].good);
		g_assert_cmpuint(value, ==, uint_rows[i].value);
		g_assert_cmpstr(in.at, ==, uint_rows[i].rest);
	}
}

static const struct {
	const char *text;
	int64_t min, max;
	bool good;
	int64_t value;
	const char *why;
} int_rows[] = {
	{ "-1", -1, 1, true, -1, "negative" },
	{ "+1", -1, 1, true, 1, "plus sign" },
	{ "-2", -1, 1, false, 0, "below the minimum" },
	{ "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN, "smallest" },
	{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0, "one too small" },
	{ "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX, "largest" },
	{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0, "one too large" },
	{ "--1", -9, 9, false, 0, "two signs" },
	{ "-", -9, 9, false, 0, "sign alone" },
	{ "1 ", -9, 9, false, 0, "whole-string form: blank behind" },
	{ "1.0", -9, 9, false, 0, "whole-string form: fraction" },
};

static void
test_int(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(int_rows); i++) {
		int64_t value = 0;

		g_test_message("%s", int_rows[i].why);
		g_assert_cmpint(
			avu_parse_int(int_rows[i].text, int_rows[i].min, int_rows[i].max, &value),
			==, int_rows[i].good);
		g_assert_cmpint(value, ==, int_rows[i].value);
	}
}

/* The text is longer than the cursor: its end counts, not the NUL. */
static void
test_end(void)
{
	AvuCursor in = avu_cursor("1234", 2);
	uint64_t value;

	g_assert_true(avu_cursor_take_uint(&in, 9999, &value));
	g_assert_cmpuint(value, ==, 12);
	g_assert_true(avu_cursor_at_end(&in));
	g_assert_false(avu_cursor_take_char(&in, '3'));
	g_assert_false(avu_cursor_take(&in, "3"));
	g_assert_true(avu_cursor_take(&in, ""));
}

static void
test_words(void)
{
	AvuCursor in = avu_cursor_string("Bytes= 1");

	g_assert_false(avu_cursor_take(&in, "bytes="));
	g_assert_false(avu_cursor_take_ci(&in, "bytes=x"));
	g_assert_cmpuint(avu_cursor_len(&in), ==, 8);
	g_assert_true(avu_cursor_take_ci(&in, "bytes="));
	g_assert_cmpuint(avu_cursor_skip_blank(&in), ==, 1);
	g_assert_true(avu_cursor_equal(&in, "1"));
	g_assert_false(avu_cursor_equal(&in, "12"));
}

/* RFC 9110 5.6.1: empty elements are to be put up with. */
static void
test_list(void)
{
	static const struct {
		const char *text;
		const char *items[5];
	} rows[] = {
		{ "close", { "close" } },
		{ " keep-alive ,\tclose", { "keep-alive", "close" } },
		{ ",a,,b c ,", { "", "a", "", "b c" } },
		{ " ", { "" } },
		{ "", { NULL } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuCursor in = avu_cursor_string(rows[i].text);

		for (const char *const *item = rows[i].items; *item != NULL; item++) {
			g_assert_false(avu_cursor_at_end(&in));
			const AvuCursor taken = avu_cursor_take_list_item(&in);

			g_assert_true(avu_cursor_equal(&taken, *item));
		}
		g_assert_true(avu_cursor_at_end(&in));
	}
}

static void
test_until(void)
{
	AvuCursor in = avu_cursor("a\0b;c", 5);
	AvuCursor first = avu_cursor_take_until(&in, ";,");

	/* A NUL is an octet like others, and no stop although strchr would find it. */
	g_assert_cmpuint(avu_cursor_len(&first), ==, 3);
	g_assert_true(avu_cursor_take_char(&in, ';'));
	first = avu_cursor_take_until(&in, ";,");
	g_assert_true(avu_cursor_equal(&first, "c"));
	g_assert_true(avu_cursor_at_end(&in));
	in = avu_cursor("a\0b;c", 5);
	first = avu_cursor_take_until(&in, ";");
	g_assert_cmpuint(avu_cursor_len(&first), ==, 3);
	g_assert_true(avu_cursor_take_char(&in, ';'));
	first = avu_cursor_take_until(&in, ";");
	g_assert_true(avu_cursor_equal(&first, "c"));
	g_assert_true(avu_cursor_at_end(&in));
	first = avu_cursor_take_until(&in, ";");
	g_assert_true(avu_cursor_at_end(&first));
	/* the one that is looked for may stand behind the end */
	in = avu_cursor("ab;", 2);
	first = avu_cursor_take_until(&in, ";");
	g_assert_true(avu_cursor_equal(&first, "ab"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cursor/uint", test_uint);
	g_test_add_func("/cursor/int", test_int);
	g_test_add_func("/cursor/end", test_end);
	g_test_add_func("/cursor/words", test_words);
	g_test_add_func("/cursor/list", test_list);
	g_test_add_func("/cursor/until", test_until);
	return g_test_run();
}
