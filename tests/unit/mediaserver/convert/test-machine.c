/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of this machine survive a restart; those of another one, or nonsense, count for nothing. */
#include "mediaserver/convert/machine.h"

static const struct {
	const char *text;
	bool good;
	const char *why;
} rows[] = {
	{ "1 300000000 80000000 110000000 160000000 120000000 2 A processor", true, "as written" },
	{ "1 300000000 0 110000000 160000000 120000000 2 A processor", true, "one is not there" },
	{ "1 300000000 80000000 110000000 160000000 120000000 4 A processor", false, "more cores" },
	{ "1 300000000 80000000 110000000 160000000 120000000 2 Another", false, "another one" },
	{ "2 300000000 80000000 110000000 160000000 120000000 2 A processor", false,
		"measured otherwise" },
	{ "1 300000000 80000000 110000000 160000000 2 A processor", false, "one is missing" },
	{ "1 300000000 80000000 110000000 160000000 999 2 A processor", false, "slower than any" },
	{ "1 -1 80000000 110000000 160000000 120000000 2 A processor", false, "negative" },
	{ "1 9999999999999999999999 1 1 1 1 2 A processor", false, "overflow" },
	{ "", false, "empty" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ConvertMachine machine = { .able = 5 };

		g_test_message("%s", rows[i].why);
		g_assert_true(
			machine_parse(rows[i].text, "2 A processor", &machine) == rows[i].good);
		g_assert_cmpuint(machine.able, ==, 5);
		if (!rows[i].good) {
			g_assert_cmpint(machine.decode_pps, ==, 0);
			continue;
		}
		g_assert_cmpint(machine.decode_pps, ==, 300000000);
		g_assert_cmpint(machine.h264_pps[CONVERT_SUPERFAST], ==, 110000000);
		g_assert_cmpint(machine.mpeg2_pps, ==, 120000000);
		g_autofree char *again = machine_format(&machine, "2 A processor");

		g_assert_cmpstr(again, ==, rows[i].text);
	}
}

/* What a worker wrote is foreign. */
static void
test_figures(void)
{
	const int64_t good[MACHINE_FIGURES] = { 1000, 1000, 1000, 1000, 1000 };
	const int64_t slow[MACHINE_FIGURES] = { 1000, 999, 1000, 1000, 1000 };
	const int64_t lacks[MACHINE_FIGURES] = { 1000, 0, 0, 0, 2000 };
	const int64_t vast[MACHINE_FIGURES] = { INT64_MAX, 1000, 1000, 1000, 1000 };
	ConvertMachine machine = { 0 };

	g_assert_false(machine_take_figures(slow, &machine));
	g_assert_false(machine_take_figures(vast, &machine));
	g_assert_cmpint(machine.decode_pps, ==, 0);
	g_assert_true(machine_take_figures(good, &machine));
	g_assert_cmpint(machine.mpeg2_pps, ==, 1000);
	/* an encoder that is not there is no reason to measure at each start */
	g_assert_true(machine_take_figures(lacks, &machine));
	g_assert_cmpint(machine.h264_pps[0], ==, 0);
	g_assert_cmpint(machine.mpeg2_pps, ==, 2000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/convert/machine/parse", test_parse);
	g_test_add_func("/convert/machine/figures", test_figures);
	return g_test_run();
}
