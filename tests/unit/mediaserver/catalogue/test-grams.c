/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of words for the index of texts: which are asked for, and that a text is found by each part it
 * has and by no other. */
#include <glib/gstdio.h>

#include "mediaserver/catalogue/grams.h"

static const struct {
	const char *word, *match, *why;
} rows[] = {
	{ "", NULL, "nothing" },
	{ "ab", NULL, "shorter than the shortest part" },
	{ "abc", "\"abc\"", "the shortest part" },
	{ "abcd", "\"abc\" AND \"bcd\"", "two that overlap" },
	{ "abcde", "\"abcde\"", "the longer part, exactly" },
	{ "abcdef", "\"abcde\" AND \"bcdef\"", "the last ends with the word" },
	{ "abcdefghij", "\"abcde\" AND \"fghij\"", "side by side" },
	{ "abcdefghijk", "\"abcde\" AND \"fghij\" AND \"ghijk\"", "and the rest" },
	{ "aaaaabbbbbcccccdddddeeeee", "\"aaaaa\" AND \"bbbbb\" AND \"ccccc\" AND \"ddddd\"",
		"four are enough" },
	{ "a\"b", "\"a\"\"b\"", "a quote is a character" },
	{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"",
		"three characters of three octets" },
};

static void
test_match(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *match = grams_dup_match(rows[i].word);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(match, ==, rows[i].match);
	}
}

static int64_t
count(Database *database, const char *match)
{
	Statement *statement =
		database_prepare(database, "SELECT count(*) FROM t WHERE t MATCH ?1", NULL);

	g_assert_nonnull(statement);
	statement_bind_text(statement, 1, match);
	g_assert_cmpint(statement_step(database, statement, NULL), ==, STATEMENT_ROW);
	int64_t n = statement_get_int(statement, 0);

	statement_reset(statement);
	return n;
}

/* What is not UTF-8 cannot come here; that it is survived is a matter of octets read. */
static void
test_texts(void)
{
	g_autofree char *directory = g_dir_make_tmp("grams-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "t.db", NULL);
	Database *database = database_open(path, 0, NULL);

	g_assert_true(grams_register(database, NULL));
	g_assert_true(database_run(database,
		"CREATE VIRTUAL TABLE t USING fts5(text, content='', detail=none, columnsize=0,"
		" tokenize='" GRAMS_TOKENIZER "');"
		"INSERT INTO t (rowid, text) VALUES (1, 'abcdefg'), (2, 'xbcdy'), (3, 'ab'),"
		" (4, NULL), (5, CAST(x'80C3C3C3C3C3' AS TEXT)), (6, 'say \"hi\"');",
		NULL));
	g_assert_cmpint(count(database, "\"abc\""), ==, 1);   /* at the beginning */
	g_assert_cmpint(count(database, "\"efg\""), ==, 1);   /* at the end */
	g_assert_cmpint(count(database, "\"bcd\""), ==, 2);   /* within both */
	g_assert_cmpint(count(database, "\"cdefg\""), ==, 1); /* five, at the end */
	g_assert_cmpint(count(database, "\"xbcdy\""), ==, 1); /* the whole text */
	g_assert_cmpint(count(database, "\"bcdz\""), ==, 0);
	g_assert_cmpint(count(database, "\"abcd\""), ==, 0); /* no part has four */
	g_assert_cmpint(count(database, "\" \"\"h\""), ==, 1);
	g_assert_true(database_run(
		database, "INSERT INTO t (t, rowid, text) VALUES ('delete', 1, 'abcdefg')", NULL));
	g_assert_cmpint(count(database, "\"abc\""), ==, 0);
	g_assert_cmpint(count(database, "\"bcd\""), ==, 1); /* the other is there */
	database_close(database);
	(void)g_unlink(path);
	(void)g_rmdir(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grams/match", test_match);
	g_test_add_func("/grams/texts", test_texts);
	return g_test_run();
}
