/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>

#include "output/charset.h"

static const struct {
	const char *text, *ascii, *why;
} rows[] = {
	{ "plain\t\x1b[K", "plain\t\x1b[K", "what is ASCII stays, our own sequences, too" },
	{ "Bj\u00f6rk", "Bj?rk", "a letter that is not there" },
	{ "\u06db31m", "?31m", "DB 9B: a terminal of 8 bits would begin a sequence" },
	{ "\u65e5\u672c", "??", "letters of two columns" },
	{ "\u2588\u2588\u00b7 \u25b8 a\u2026", "##. > a~", "our own signs" },
	{ "a\xff"
	  "b",
		"a?b", "not even UTF-8" },
	{ "", "", "nothing" },
};

static void
test_convert(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_nonnull(setlocale(LC_CTYPE, "C"));
		g_autofree char *ascii = charset_convert(rows[i].text);

		g_assert_cmpstr(ascii, ==, rows[i].ascii);
		g_assert_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
		g_autofree char *same = charset_convert(rows[i].text);

		if (g_utf8_validate(rows[i].text, -1, NULL)) {
			g_assert_cmpstr(same, ==, rows[i].text);
		}
	}
}

/* A stream is cut anywhere. */
static void
test_stream(void)
{
	g_autofree char *written = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&written, &len);

	g_assert_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	g_assert_true(charset_open(file) == file);
	g_assert_nonnull(setlocale(LC_CTYPE, "C"));
	FILE *stream = charset_open(file);

	g_assert_true(stream != file);
	for (const char *p = "a\u65e5b\xff"
			     "c\u00f6";
		*p != '\0'; p++) {
		g_assert_cmpint(fputc(*p, stream), !=, EOF);
		g_assert_cmpint(fflush(stream), ==, 0);
	}
	g_assert_cmpint(fclose(stream), ==, 0);
	g_assert_cmpint(fclose(file), ==, 0);
	g_assert_cmpstr(written, ==, "a?b?c?");
}

static void
test_init(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_unsetenv(names[i]);
	}
	charset_init(); /* nothing is said: as terminals are */
	g_autofree char *silent = charset_convert("\u00f6");

	g_assert_cmpstr(silent, ==, "\u00f6");
	g_setenv("LC_ALL", "C", true);
	charset_init();
	g_autofree char *plain = charset_convert("\u00f6");

	g_assert_cmpstr(plain, ==, "?");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/charset/convert", test_convert);
	g_test_add_func("/charset/stream", test_stream);
	g_test_add_func("/charset/init", test_init);
	return g_test_run();
}
