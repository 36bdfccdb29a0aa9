/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Codes of ISO 639 and names of languages as tags of RFC 3066. */
#include "mediaserver/library/languages.h"

static void
test_tags(void)
{
	static const struct {
		const char *text, *tag, *word;
		const char *why;
	} rows[] = {
		{ "de", "de", "de", "two letters" },
		{ "ger", "de", "de", "bibliographic code" },
		{ "deu", "de", "de", "terminological code" },
		{ "DEU", "de", "de", "capitals" },
		{ "German", "de", "de", "English name" },
		{ "français", "fr", "fr", "own name" },
		{ "FRANÇAIS", "fr", "fr", "own name in capitals" },
		{ "pt-BR", "pt-BR", "pt-BR", "with a region" },
		{ "pt_br", "pt-BR", "pt-BR", "as file names have it" },
		{ "es-419", "es-419", "es-419", "a region of the UN" },
		{ "en-forced", "en", "en", "what follows is no region" },
		{ "tlh", "tlh", NULL, "a code that the table lacks" },
		{ "und", NULL, NULL, "undetermined" },
		{ "zxx", NULL, NULL, "no words at all" },
		{ "cd1", NULL, NULL, "no code" },
		{ "commentary", NULL, NULL, "a word" },
		{ "", NULL, NULL, "empty" },
		{ "\xff", NULL, NULL, "not UTF-8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *tag = language_tag(rows[i].text);
		g_autofree char *word = language_tag_of_word(rows[i].text);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(tag, ==, rows[i].tag);
		g_assert_cmpstr(word, ==, rows[i].word);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/languages/tags", test_tags);
	return g_test_run();
}
