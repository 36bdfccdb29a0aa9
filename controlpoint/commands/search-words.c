/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of a title as search criteria. Pure; any thread. */
#include <string.h>

#include <av-upnp/text.h>

#include "commands/search-words.h"

bool
search_words_supported(const char *capabilities)
{
	g_auto(GStrv) names = g_strsplit(capabilities, ",", 256);

	for (size_t i = 0; names[i] != NULL; i++) {
		const char *name = g_strstrip(names[i]);

		if (strcmp(name, "*") == 0 || strcmp(name, "dc:title") == 0) {
			return true;
		}
	}
	return false;
}

char *
search_words_criteria(char *const *words)
{
	GString *criteria = g_string_new(NULL);

	for (size_t i = 0; words[i] != NULL; i++) {
		g_string_append(
			criteria, i > 0 ? " and dc:title contains \"" : "dc:title contains \"");
		for (const char *p = words[i]; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\') {
				g_string_append_c(criteria, '\\');
			}
			g_string_append_c(criteria, *p);
		}
		g_string_append_c(criteria, '"');
	}
	return g_string_free(criteria, false);
}

bool
search_words_match(char *const *words, const char *title)
{
	g_autofree char *folded = avu_text_fold(title != NULL ? title : "");

	for (size_t i = 0; words[i] != NULL; i++) {
		g_autofree char *word = avu_text_fold(words[i]);

		if (strstr(folded, word) == NULL) {
			return false;
		}
	}
	return true;
}
