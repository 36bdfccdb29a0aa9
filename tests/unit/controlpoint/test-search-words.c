/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commands/search-words.h"

static const struct {
	const char *capabilities;
	bool supported;
} capabilities[] = {
	{ "dc:title", true },
	{ "upnp:class, dc:title ,dc:date", true },
	{ "*", true },
	{ "", false },
	{ "upnp:class,dc:titles", false },
};

static void
test_supported(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(capabilities); i++) {
		g_test_message("%s", capabilities[i].capabilities);
		g_assert_cmpint(search_words_supported(capabilities[i].capabilities), ==,
			capabilities[i].supported);
	}
}

static const struct {
	char *words[4];
	const char *criteria;
} criteria[] = {
	{ { (char *)"post", NULL }, "dc:title contains \"post\"" },
	{ { (char *)"hyper", (char *)"ballad", NULL },
		"dc:title contains \"hyper\" and dc:title contains \"ballad\"" },
	{ { (char *)"say \"hi\"", NULL }, "dc:title contains \"say \\\"hi\\\"\"" },
	{ { (char *)"a\\", NULL }, "dc:title contains \"a\\\\\"" },
};

static void
test_criteria(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(criteria); i++) {
		g_autofree char *text = search_words_criteria(criteria[i].words);

		g_assert_cmpstr(text, ==, criteria[i].criteria);
	}
}

static const struct {
	char *words[4];
	const char *title;
	bool matches;
} titles[] = {
	{ { (char *)"ballad", (char *)"hyper", NULL }, "Hyperballad", true },
	{ { (char *)"hyper", (char *)"rock", NULL }, "Hyperballad", false },
	{ { (char *)"bjork", NULL }, "Björk", true },
	{ { (char *)"x", NULL }, NULL, false },
};

static void
test_match(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
		g_assert_cmpint(search_words_match(titles[i].words, titles[i].title), ==,
			titles[i].matches);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search-words/supported", test_supported);
	g_test_add_func("/search-words/criteria", test_criteria);
	g_test_add_func("/search-words/match", test_match);
	return g_test_run();
}
