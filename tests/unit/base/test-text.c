/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign text made safe, comparable and readable. */
#include <string.h>

#include <av-upnp/text.h>

#define FFFD "\xef\xbf\xbd"

static const struct {
	const char *text;
	size_t len, max;
	const char *want;
	const char *why;
} sanitize_rows[] = {
	{ "plain", 5, 100, "plain", "nothing to do" },
	{ "Bj\xc3\xb6rk", 6, 100, "Bj\xc3\xb6rk", "UTF-8 stays" },
	{ "Bj\xf6rk", 5, 100, "Bj" FFFD "rk", "Latin-1 octet" },
	{ "a\xc3", 2, 100, "a" FFFD, "cut in a character" },
	{ "\xed\xa0\x80", 3, 100, FFFD FFFD FFFD, "surrogate" },
	{ "\xc0\x80", 2, 100, FFFD FFFD, "overlong NUL" },
	{ "a\0b", 3, 100, "a" FFFD "b", "NUL inside" },
	{ "a\x01\x1f\x7f"
	  "b\t\n\r",
		8, 100, "ab\t\n", "control characters but tab and newline" },
	{ "\xef\xbf\xbf"
	  "x",
		4, 100, "x", "U+FFFF, which XML cannot carry" },
	{ "\xf0\x9f\x8e\xb5", 4, 100, "\xf0\x9f\x8e\xb5", "beyond the first plane" },
	{ "abc\xc3\xb6", 5, 4, "abc", "cut before a character, not in it" },
	{ "abc", 3, 0, "", "no room" },
	{ "", 0, 100, "", "empty" },
};

static void
test_sanitize(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sanitize_rows); i++) {
		g_autofree char *got = avu_text_sanitize(
			sanitize_rows[i].text, sanitize_rows[i].len, sanitize_rows[i].max);

		g_test_message("%s", sanitize_rows[i].why);
		g_assert_cmpstr(got, ==, sanitize_rows[i].want);
	}
}

/* SEC-320 */
static const struct {
	const char *text;
	size_t max;
	const char *want;
	const char *why;
} display_rows[] = {
	{ "two\nlines\tand tab", 40, "two lines and tab", "one line" },
	{ "\x1b[31mred", 40, "[31mred", "terminal escape" },
	{ "a\xc2\x9b"
	  "b",
		40, "ab", "C1 control" },
	{ "a\xe2\x80\xae"
	  "b",
		40, "ab", "bidi override" },
	{ "abcdef", 3, "abc\xe2\x80\xa6", "shortened" },
	{ "abc", 3, "abc", "just fits" },
	{ "\xc3\xb6\xc3\xb6\xc3\xb6", 2, "\xc3\xb6\xc3\xb6\xe2\x80\xa6", "counted in characters" },
};

static void
test_display(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(display_rows); i++) {
		g_autofree char *got =
			avu_text_for_display(display_rows[i].text, display_rows[i].max);

		g_test_message("%s", display_rows[i].why);
		g_assert_cmpstr(got, ==, display_rows[i].want);
	}
}

/* Each list is in the order people expect. */
static const char *const sorted[][8] = {
	{ "track 1", "track 2", "track 10", "track 100", NULL },
	{ "9", "10", "1000000000000000000000", NULL },
	{ "Abba", "abc", "Zebra", NULL },
	{ "Ebene", "\xc3\x89t\xc3\xa9", "Etui", NULL }, /* Été: as if Ete */
	{ "1 of 2", "a", NULL },
	{ "", "a", NULL },
};

static void
test_sort_key(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++) {
		for (size_t j = 1; sorted[i][j] != NULL; j++) {
			g_autofree char *before = avu_text_sort_key(sorted[i][j - 1]);
			g_autofree char *after = avu_text_sort_key(sorted[i][j]);

			g_test_message("\"%s\" before \"%s\"", sorted[i][j - 1], sorted[i][j]);
			g_assert_cmpint(strcmp(before, after), <, 0);
		}
	}

	g_autofree char *with_zero = avu_text_sort_key("track 07");
	g_autofree char *without = avu_text_sort_key("track 7");
	g_autofree char *long_text = g_strnfill(5000, '9');
	g_autofree char *long_key = avu_text_sort_key(long_text);

	g_assert_cmpstr(with_zero, ==, without);
	g_assert_cmpuint(strlen(long_key), <=, 512);
}

static const struct {
	const char *text;
	const char *want;
} fold_rows[] = {
	{ "Bj\xc3\xb6rk", "bjork" },
	{ "\xc3\x89T\xc3\x89", "ete" },
	{ "e\xcc\x81", "e" },     /* decomposed already */
	{ "\xef\xac\x81", "fi" }, /* ligature */
	{ "Stra\xc3\x9f"
	  "e",
		"strasse" },
	{ "", "" },
};

static void
test_fold(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fold_rows); i++) {
		g_autofree char *got = avu_text_fold(fold_rows[i].text);

		g_assert_cmpstr(got, ==, fold_rows[i].want);
	}
}

static const struct {
	const char *word;
	const char *want; /* NULL: none is near */
	const char *why;
} nearest_rows[] = {
	{ "FreindlyName", "FriendlyName", "two letters swapped" },
	{ "friendlyname", "FriendlyName", "case alone" },
	{ "Prot", "Port", "a swap is one change, which four letters allow" },
	{ "oPrt", "Port", "the first two" },
	{ "Pot", "Port", "one missing of four" },
	{ "rPto", NULL, "two swaps of four letters" },
	{ "Prt0", NULL, "a letter swapped and changed" },
	{ "Itnerafec", "Interface", "three swaps of nine letters" },
	{ "Porr", "Port", "one letter" },
	{ "Unrelated", NULL, "nothing near" },
	{ "", NULL, "empty" },
};

static void
test_nearest(void)
{
	static const char *const list[] = { "Interface", "FriendlyName", "Port", NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(nearest_rows); i++) {
		g_test_message("%s", nearest_rows[i].why);
		g_assert_cmpstr(
			avu_text_nearest(nearest_rows[i].word, list), ==, nearest_rows[i].want);
	}
}

static const struct {
	uint64_t size;
	const char *want;
} size_rows[] = {
	{ 0, "0 B" },
	{ 1023, "1023 B" },
	{ 1024, "1.0 KiB" },
	{ 3565158, "3.4 MiB" },
	{ UINT64_C(5) << 30, "5.0 GiB" },
};

static void
test_size(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(size_rows); i++) {
		g_autofree char *got = avu_text_format_size(size_rows[i].size);

		g_assert_cmpstr(got, ==, size_rows[i].want);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/sanitize", test_sanitize);
	g_test_add_func("/text/display", test_display);
	g_test_add_func("/text/sort-key", test_sort_key);
	g_test_add_func("/text/fold", test_fold);
	g_test_add_func("/text/nearest", test_nearest);
	g_test_add_func("/text/size", test_size);
	return g_test_run();
}
