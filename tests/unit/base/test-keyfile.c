/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Syntax of key files: what is read, and at which place a fault is said to be. */
#include <string.h>

#include <av-upnp/error.h>

#include <av-upnp/keyfile.h>

static const struct {
	const char *text;
	const char
		*want; /* "section|key|value|line:column of key,column of value;" for each entry */
	const char *why;
} good_rows[] = {
	{ "", "", "empty" },
	{ "\n\n# note\n; note\n  # indented\n", "", "comments and blank lines" },
	{ "[A]\nk=v\n", "A|k|v|2:1,3;", "shortest" },
	{ "[A]\nk = v", "A|k|v|2:1,5;", "last line without its end" },
	{ "[A]\r\nk = v\r\n", "A|k|v|2:1,5;", "CR LF" },
	{ "\xef\xbb\xbf[A]\nk = v\n", "A|k|v|2:1,5;", "byte order mark" },
	{ "  [A]  \n\tk\t=\tv w  \n", "A|k|v w|2:2,6;", "blanks round everything" },
	{ "[A]\nk =\n", "A|k||2:1,4;", "empty value" },
	{ "[A]\nk = a=b # no comment\n", "A|k|a=b # no comment|2:1,5;", "value to the end" },
	{ "[A]\nx=1\n[B b]\nMatch.User-Agent_2=2\n", "A|x|1|2:1,3;B b|Match.User-Agent_2|2|4:1,20;",
		"two sections" },
	{ "[A]\nk = B\xc3\xbcro\n", "A|k|B\xc3\xbcro|2:1,5;", "UTF-8" },
};

static bool
note(const AvuKeyfileEntry *entry, void *user_data, GError **error)
{
	(void)error;
	g_string_append_printf(user_data, "%s|%s|%s|%u:%u,%u;", entry->section, entry->key,
		entry->value, entry->key_place.line, entry->key_place.column,
		entry->value_place.column);
	return true;
}

static void
test_good(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good_rows); i++) {
		g_autoptr(GString) got = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		const char *text = good_rows[i].text;

		g_test_message("%s", good_rows[i].why);
		g_assert_true(avu_keyfile_parse("f", text, strlen(text), note, got, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(got->str, ==, good_rows[i].want);
	}
}

static const struct {
	const char *text;
	const char *want; /* start of the message */
	const char *why;
} bad_rows[] = {
	{ "k = v\n", "f:1:1: key before the first [Section]", "no section" },
	{ "[A\n", "f:1:3: section without ']'", "bracket not closed" },
	{ "\n  []\n", "f:2:3: section without a name", "no name" },
	{ "[A] x\n", "f:1:5: text after ']'", "text after a section" },
	{ "[A]\n\n  hello\n", "f:3:3: \"hello\" is neither", "no equals sign" },
	{ "[A]\n= v\n", "f:2:1: \"\" is no key", "no key" },
	{ "[A]\na b = v\n", "f:2:1: \"a b\" is no key", "blank in the key" },
	{ "[A]\nk = \xff\n", "f:2:5: not UTF-8", "Latin-1" },
	{ "[A]\nk = a\rb\r\n", "f:2:6: control character", "CR inside a line" },
	{ "[A]\nk = \x1b[31m\n", "f:2:5: control character", "terminal escape" },
	{ "[A]\nk = \x1b[31m\xff", "f:2:10: not UTF-8", "column of the octet itself" },
};

static void
test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad_rows); i++) {
		g_autoptr(GString) got = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		const char *text = bad_rows[i].text;

		g_test_message("%s", bad_rows[i].why);
		g_assert_false(avu_keyfile_parse("f", text, strlen(text), note, got, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		g_assert_true(g_str_has_prefix(error->message, bad_rows[i].want));
		g_assert_cmpstr(got->str, ==, "");
	}
}

static void
test_limits(void)
{
	g_autofree char *value = g_strnfill(AVU_KEYFILE_LINE_MAX - 2, 'v');
	g_autofree char *fits = g_strconcat("[A]\nk=", value, "\n", NULL);
	g_autofree char *too_long = g_strconcat("[A]\nk=v", value, "\n", NULL);
	g_autofree char *huge = g_strnfill(AVU_KEYFILE_MAX + 1, '\n');
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(avu_keyfile_parse("f", fits, strlen(fits), note, got, &error));
	g_assert_false(avu_keyfile_parse("f", too_long, strlen(too_long), note, got, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_false(avu_keyfile_parse("f", huge, strlen(huge), note, got, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);
	/* A NUL is no text. */
	g_assert_false(avu_keyfile_parse("f", "[A]\nk=a\0b\n", 11, note, got, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keyfile/good", test_good);
	g_test_add_func("/keyfile/bad", test_bad);
	g_test_add_func("/keyfile/limits", test_limits);
	return g_test_run();
}
