/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "completion/typed.h"

static const struct {
	const char *words[6];
	const char *word;
	const char *option; /* key whose value it is */
	const char *verb;
	unsigned index;
	const char *server;
	const char *why;
} rows[] = {
	{ { "de" }, "de", NULL, NULL, 0, NULL, "a verb" },
	{ { "ls", "" }, "", NULL, "ls", 0, NULL, "the first operand" },
	{ { "get", "a", "b" }, "b", NULL, "get", 1, NULL, "the second" },
	{ { "get", "a", "b", "c", "d" }, "d", NULL, "get", 3, NULL, "more than are kept" },
	{ { "--json", "ls", "x" }, "x", NULL, "ls", 0, NULL, "a flag takes no value" },
	{ { "-s", "NAS", "ls", "x" }, "x", NULL, "ls", 0, "NAS", "an option and its value" },
	{ { "--server=NAS", "ls", "" }, "", NULL, "ls", 0, "NAS", "both in one word" },
	{ { "ls", "--server", "N" }, "N", "Server", "ls", 0, NULL, "the value of an option" },
	{ { "ls", "--server=N" }, "N", "Server", "ls", 0, NULL, "… in one word" },
	{ { "ls", "--server=" }, "", "Server", "ls", 0, NULL, "… of which nothing is there" },
	{ { "ls", "--serv" }, "--serv", NULL, "ls", 0, NULL, "an option" },
	{ { "ls", "-s" }, "-s", NULL, "ls", 0, NULL, "whose value is not begun" },
	{ { "seek", "-5", "" }, "", NULL, "seek", 1, NULL, "a step back is an operand" },
	{ { "ls", "--", "-s" }, "-s", NULL, "ls", 0, NULL, "behind the mark" },
	{ { "ls", "--", "--server=x" }, "--server=x", NULL, "ls", 0, NULL,
		"whatever it looks like" },
	{ { "--nonsense", "ls", "x" }, "x", NULL, "ls", 0, NULL, "an unknown option" },
	{ { "fly", "x" }, "x", NULL, NULL, 0, NULL, "an unknown verb" },
};

static void
test_read(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Typed typed = typed_read(rows[i].words);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(typed.word, ==, rows[i].word);
		g_assert_cmpstr(
			typed.option != NULL ? typed.option->key : NULL, ==, rows[i].option);
		g_assert_cmpstr(
			typed.command != NULL ? typed.command->name : NULL, ==, rows[i].verb);
		g_assert_cmpuint(typed.index, ==, rows[i].index);
		g_assert_cmpstr(typed.server, ==, rows[i].server);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/typed/read", test_read);
	return g_test_run();
}
