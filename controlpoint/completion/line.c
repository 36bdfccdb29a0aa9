/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of a half-typed command line. As long as what the shell gives us, whose memory it is. */
#include <string.h>

#include "completion/line.h"

#define BREAKS ":="

typedef struct {
	GPtrArray *words;
	GString *word; /* NULL: between words */
	size_t n_settled;
	char quote; /* ' or " that is open, or 0 */
} Parser;

static void
add(Parser *parser, char octet)
{
	if (parser->word == NULL) {
		parser->word = g_string_new(NULL);
		parser->n_settled = 0;
	}
	if (octet != '\0') {
		g_string_append_c(parser->word, octet);
	}
}

static void
end_word(Parser *parser)
{
	if (parser->word != NULL) {
		g_ptr_array_add(
			parser->words, g_string_free(g_steal_pointer(&parser->word), false));
	}
}

/* @return octets taken: 2 for an escape */
static size_t
take_quoted(Parser *parser, const char *at)
{
	if (at[0] == parser->quote) {
		parser->quote = '\0';
		return 1;
	}
	if (parser->quote == '"' && at[0] == '\\' && at[1] != '\0' &&
		strchr("\"\\$`", at[1]) != NULL) {
		add(parser, at[1]);
		return 2;
	}
	add(parser, at[0]);
	return 1;
}

static size_t
take_plain(Parser *parser, const char *at)
{
	if (at[0] == '\\') {
		add(parser, at[1]);
		return at[1] != '\0' ? 2 : 1;
	}
	if (at[0] == '\'' || at[0] == '"') {
		add(parser, '\0'); /* "" is a word */
		parser->quote = at[0];
	} else if (g_ascii_isspace(at[0])) {
		end_word(parser);
	} else {
		add(parser, at[0]);
		if (strchr(BREAKS, at[0]) != NULL) {
			parser->n_settled = parser->word->len;
		}
	}
	return 1;
}

static bool
is_assignment(const char *word)
{
	const size_t n = strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

	return n > 0 && !g_ascii_isdigit(word[0]) && word[n] == '=';
}

Line
line_parse(const char *text)
{
	Parser parser = { .words = g_ptr_array_new_with_free_func(g_free) };

	for (const char *at = text; *at != '\0';) {
		at += parser.quote != '\0' ? take_quoted(&parser, at) : take_plain(&parser, at);
	}
	add(&parser, '\0');
	end_word(&parser);
	while (parser.words->len > 1 && is_assignment(parser.words->pdata[0])) {
		g_ptr_array_remove_index(parser.words, 0);
	}
	g_ptr_array_add(parser.words, NULL);
	return (Line){ (char **)g_ptr_array_free(parser.words, false), parser.n_settled };
}

void
line_clear(Line *line)
{
	g_clear_pointer(&line->words, g_strfreev);
}
