/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tokenizer for FTS5. Parts of three characters are common: each of a word's is in one text of
 * sixty, and all these have to be walked through. One of five is in one of thousands; with both in the
 * index a word of five characters is found in a tenth of the time, and shorter ones still are. Any
 * thread, each with a connection of its own; no state. */
#include "mediaserver/catalogue/grams.h"

#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/database-private.h"

/* Of a long word these are enough: what is found is compared anyway. */
#define PARTS_MAX 4

static int
create(void *context, const char **arguments, int n, Fts5Tokenizer **ret_tokenizer)
{
	(void)arguments, (void)n;
	*ret_tokenizer = context; /* not NULL, or it counts as missing */
	return SQLITE_OK;
}

static void delete (Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

/* Behind the character at; octets that are no UTF-8 are characters, too. */
static int
next_character(const char *text, int len, int at)
{
	at++;
	while (at < len && ((unsigned char)text[at] & 0xc0) == 0x80) {
		at++;
	}
	return at;
}

typedef int (*TakeToken)(void *context, int flags, const char *token, int len, int start, int end);

/* What is asked for is one part; what is indexed, all of them. */
static int
tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len,
	TakeToken take)
{
	int ends[GRAM_LONG + 1] = { 0 }; /* of the last characters, the newest last */
	int code = SQLITE_OK;

	(void)tokenizer;
	if ((flags & FTS5_TOKENIZE_QUERY) != 0) {
		return len > 0 ? take(context, 0, text, len, 0, len) : SQLITE_OK;
	}
	for (int at = 0, n = 1; at < len && code == SQLITE_OK; n++) {
		at = next_character(text, len, at);
		memmove(ends, ends + 1, sizeof(ends) - sizeof(ends[0]));
		ends[GRAM_LONG] = at;
		for (int size = GRAM_SHORT; size <= GRAM_LONG && size <= n && code == SQLITE_OK;
			size += GRAM_LONG - GRAM_SHORT) {
			int start = ends[GRAM_LONG - size];

			code = take(context, 0, text + start, at - start, start, at);
		}
	}
	return code;
}

static fts5_api *
find_fts5(sqlite3 *connection)
{
	fts5_api *api = NULL;
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
		(void)sqlite3_step(statement); /* failed: api stays NULL */
	}
	(void)sqlite3_finalize(statement); /* repeats what prepare said */
	return api;
}

bool
grams_register(Database *database, GError **error)
{
	static int context; /* something to point at */
	fts5_tokenizer functions = { create, delete, tokenize };
	fts5_api *api = find_fts5(database_get_connection(database));

	if (api == NULL || api->xCreateTokenizer(
				   api, GRAMS_TOKENIZER, &context, &functions, NULL) != SQLITE_OK) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED,
			"this SQLite has no full text search (FTS5)");
		return false;
	}
	return true;
}

/* Quotes within are doubled, so that it stays a word. */
static void
append_part(GString *match, const char *at, const char *end)
{
	g_string_append(match, match->len > 0 ? " AND \"" : "\"");
	for (; at < end; at++) {
		g_string_append_c(match, *at);
		if (*at == '"') {
			g_string_append_c(match, '"');
		}
	}
	g_string_append_c(match, '"');
}

char *
grams_dup_match(const char *word)
{
	glong len = g_utf8_strlen(word, -1);
	glong size = len >= GRAM_LONG ? GRAM_LONG : GRAM_SHORT;
	GString *match;

	if (len < GRAM_SHORT) {
		return NULL;
	}
	match = g_string_new(NULL);
	/* side by side, the last one up to the end of the word */
	for (glong i = 0, start = 0; i < PARTS_MAX; i++, start += size) {
		start = MIN(start, len - size);
		const char *at = g_utf8_offset_to_pointer(word, start);

		append_part(match, at, g_utf8_offset_to_pointer(at, size));
		if (start == len - size) {
			break;
		}
	}
	return g_string_free(match, FALSE);
}
