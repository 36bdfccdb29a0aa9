/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commands/config-text.h"

static const struct {
	const char *text;
	const char *value; /* of [Network] Timeout; NULL: it goes */
	const char *result;
	const char *why;
} rows[] = {
	{ "", "9s", "[Network]\nTimeout = 9s\n", "nothing is there" },
	{ "", NULL, "", "nothing is there to go" },
	{ "[Network]\nTimeout = 5s\n", "9s", "[Network]\nTimeout = 9s\n", "it stands there" },
	{ "[Network]\n\tTimeout=5s\nPort = 1\n", "9s", "[Network]\nTimeout = 9s\nPort = 1\n",
		"however it is written" },
	{ "[Network]\nTimeout = 5s\nTimeout = 6s\n", "9s", "[Network]\nTimeout = 9s\n", "twice" },
	{ "[Network]\n#Timeout = 5s\n# more\n\n[Log]\n", "9s",
		"[Network]\n#Timeout = 5s\nTimeout = 9s\n# more\n\n[Log]\n", "as a comment" },
	{ "[Network]\n# a note on Timeouts\nPort = 1\n\n\n[Log]\nLevel = x\n", "9s",
		"[Network]\n# a note on Timeouts\nPort = 1\nTimeout = 9s\n\n\n[Log]\nLevel = x\n",
		"at the end of its section" },
	{ "[Log]\nTimeout = 5s\n", "9s", "[Log]\nTimeout = 5s\n\n[Network]\nTimeout = 9s\n",
		"the same key in another section" },
	{ "[Networks]\nTimeout = 5s\n", "9s",
		"[Networks]\nTimeout = 5s\n\n[Network]\nTimeout = 9s\n", "a section much like it" },
	{ "[Network]\nTimeouts = 5s\n", "9s", "[Network]\nTimeouts = 5s\nTimeout = 9s\n",
		"a key much like it" },
	{ "# mine\n[Network]\nTimeout = 5s\n#Port\n", NULL, "# mine\n[Network]\n#Port\n",
		"it goes, and nothing else" },
	{ "[Network]\nTimeout = 5s", "9s", "[Network]\nTimeout = 9s\n", "no line end at the end" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *result =
			config_text_set(rows[i].text, "Network", "Timeout", rows[i].value);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(result, ==, rows[i].result);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config-text/rows", test_rows);
	return g_test_run();
}
