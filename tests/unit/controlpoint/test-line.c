/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "completion/line.h"

static const struct {
	const char *text;
	const char *words[5];
	size_t n_settled;
	const char *why;
} rows[] = {
	{ "", { "" }, 0, "nothing is one empty word" },
	{ "avcp", { "avcp" }, 0, "the name itself" },
	{ "avcp ", { "avcp", "" }, 0, "a new word is begun by the blank" },
	{ "avcp  ls\tx", { "avcp", "ls", "x" }, 0, "any blanks part" },
	{ "avcp ls NAS:/Mu", { "avcp", "ls", "NAS:/Mu" }, 4, "bash begins anew behind a colon" },
	{ "avcp ls NAS:/a=b", { "avcp", "ls", "NAS:/a=b" }, 7, "… and an equals sign" },
	{ "avcp ls a:b c", { "avcp", "ls", "a:b", "c" }, 0, "of the last word only" },
	{ "avcp ls 'NAS:/Mu", { "avcp", "ls", "NAS:/Mu" }, 0, "not within quotes" },
	{ "avcp ls NAS\\:/Mu", { "avcp", "ls", "NAS:/Mu" }, 0, "nor behind a backslash" },
	{ "avcp ls Living\\ room:/", { "avcp", "ls", "Living room:/" }, 12, "an escaped blank" },
	{ "avcp ls \"a b\" c", { "avcp", "ls", "a b", "c" }, 0, "a quoted one" },
	{ "avcp ls \"a\\\"b\\n", { "avcp", "ls", "a\"b\\n" }, 0, "what \\ means in \"" },
	{ "avcp ls 'a\\'b", { "avcp", "ls", "a\\b" }, 0, "nothing in '" },
	{ "avcp ''", { "avcp", "" }, 0, "an empty word in quotes" },
	{ "avcp '' x", { "avcp", "", "x" }, 0, "… that is whole" },
	{ "avcp x\\", { "avcp", "x" }, 0, "a backslash at the end escapes nothing yet" },
	{ "A=1 B_2=x\\ y avcp ls", { "avcp", "ls" }, 0, "assignments in front" },
	{ "A=1", { "A=1" }, 2, "nothing but an assignment" },
	{ "avcp a=b c", { "avcp", "a=b", "c" }, 0, "an operand like one" },
};

static void
test_words(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Line) line = line_parse(rows[i].text);

		g_test_message("%s: %s", rows[i].text, rows[i].why);
		g_assert_true(g_strv_equal(
			(const char *const *)line.words, (const char *const *)rows[i].words));
		g_assert_cmpuint(line.n_settled, ==, rows[i].n_settled);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/words", test_words);
	return g_test_run();
}
