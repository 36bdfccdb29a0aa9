/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tags with several values. */
#include "mediaserver/library/values.h"

static void
test_join(void)
{
	static const struct {
		const char *lines, *joined, *first;
		const char *why;
	} rows[] = {
		{ "Can", "Can", "Can", "one" },
		{ "Can\nFaust",
			"Can\x1f"
			"Faust",
			"Can", "two lines" },
		{ " Can ;Faust; ",
			"Can\x1f"
			"Faust",
			"Can", "semicolons and blanks" },
		{ "Can\nCan", "Can", "Can", "twice" },
		{ "AC/DC", "AC/DC", "AC/DC", "a slash belongs to names" },
		{ " \n;", NULL, NULL, "nothing but separators" },
		{ "", NULL, NULL, "empty" },
		{ NULL, NULL, NULL, "absent" },
		{ "1;2;3;4;5;6;7;8;9;a;b;c;d;e;f;g;h",
			"1\x1f"
			"2\x1f"
			"3\x1f"
			"4\x1f"
			"5\x1f"
			"6\x1f"
			"7\x1f"
			"8\x1f"
			"9\x1f"
			"a\x1f"
			"b\x1f"
			"c\x1f"
			"d\x1f"
			"e\x1f"
			"f\x1f"
			"g",
			"1", "sixteen are enough" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *joined = values_join(rows[i].lines);
		g_autofree char *first = values_first(joined);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(joined, ==, rows[i].joined);
		g_assert_cmpstr(first, ==, rows[i].first);
	}
}

static void
test_keep(void)
{
	g_autofree char *text = values_keep(" a; b\nc ");
	g_autofree char *nothing = values_keep(" \n");

	g_assert_cmpstr(text, ==, "a; b\nc");
	g_assert_null(nothing);
}

static void
test_languages(void)
{
	g_autofree char *tags = values_join_languages("ger\nund\ndeu\nfra");

	g_assert_cmpstr(tags, ==,
		"de\x1f"
		"fr");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/values/join", test_join);
	g_test_add_func("/library/values/keep", test_keep);
	g_test_add_func("/library/values/languages", test_languages);
	return g_test_run();
}
