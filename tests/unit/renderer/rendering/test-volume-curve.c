/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "rendering/volume-curve.h"

static const struct {
	unsigned position;
	int db256;
	const char *why;
} rows[] = {
	{ 100, 0, "unchanged samples" },
	{ 50, -4624, "20 log10(1/8) = -18.06 dB" },
	{ 10, -15360, "20 log10(1/1000) = -60 dB" },
	{ 5, -17280, "half of the way from -60 to -75 dB" },
	{ 0, -19200, "-75 dB" },
};

static void
test_points(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(volume_curve_get(rows[i].position), ==, rows[i].db256);
	}
}

static void
test_rising(void)
{
	for (unsigned i = 1; i < VOLUME_POSITIONS; i++) {
		g_assert_cmpint(volume_curve_get(i), >, volume_curve_get(i - 1));
	}
}

static const struct {
	int16_t volume_db;
	unsigned position;
	const char *why;
} found[] = {
	{ 0, 100, "the top" },
	{ 1, 100, "louder than all" },
	{ -1, 99, "not quite the top" },
	{ -4624, 50, "a position's own" },
	{ -4625, 49, "just below it" },
	{ INT16_MIN, 0, "silence" },
};

static void
test_found(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(found); i++) {
		g_test_message("%s", found[i].why);
		g_assert_cmpuint(volume_curve_find(found[i].volume_db), ==, found[i].position);
	}
	for (unsigned i = 0; i < VOLUME_POSITIONS; i++) {
		g_assert_cmpuint(volume_curve_find(volume_curve_get(i)), ==, i);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/volume-curve/points", test_points);
	g_test_add_func("/volume-curve/rising", test_rising);
	g_test_add_func("/volume-curve/found", test_found);
	return g_test_run();
}
