/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/error.h>

#include "commands/speed-text.h"

static const struct {
	const char *text;
	const char *speed; /* NULL: refused */
	const char *why;
} rows[] = {
	{ "1", "1", "normal" },
	{ "2", "2", "whole" },
	{ "+2", "2", "a plus says nothing more" },
	{ "-4", "-4", "backwards" },
	{ "2x", "2", "as remote controls show it" },
	{ "1/2", "1/2", "a fraction as UPnP writes it" },
	{ "4/8", "1/2", "in lowest terms: 4/8 is in no list of a renderer" },
	{ "8/4", "2", "a fraction that is whole" },
	{ "0.5", "1/2", "decimals" },
	{ "-0.25", "-1/4", "decimals backwards" },
	{ "1.5", "3/2", "more than one" },
	{ "2.0", "2", "decimals of nothing" },
	{ "0.125", "1/8", "three decimals" },
	{ "1000", "1000", "the largest" },
	{ "1001", NULL, "larger" },
	{ "0", NULL, "pause is another verb" },
	{ "0.0", NULL, "the same" },
	{ "0/4", NULL, "the same" },
	{ "1/0", NULL, "no number" },
	{ "0.1234", NULL, "four decimals" },
	{ "1.5/2", NULL, "both forms at once" },
	{ "1/2.5", NULL, "both forms at once" },
	{ "", NULL, "nothing" },
	{ "fast", NULL, "a word" },
	{ "2 ", NULL, "blank behind" },
	{ "--2", NULL, "two signs" },
	{ "99999999999999999999", NULL, "beyond any integer" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *speed = speed_text_parse(rows[i].text, &error);

		g_test_message("'%s': %s", rows[i].text, rows[i].why);
		g_assert_cmpstr(speed, ==, rows[i].speed);
		if (rows[i].speed == NULL) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/speed-text/parse", test_parse);
	return g_test_run();
}
