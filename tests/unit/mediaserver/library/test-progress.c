/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fraction, rate and what is left, on a clock of the test's own. */
#include "mediaserver/library/progress.h"

#define S(n) ((int64_t)(n)*AVU_NS_PER_S)

static void
test_meter(void)
{
	ProgressMeter meter;

	progress_meter_start(&meter, S(100), 2);
	Progress progress = progress_meter_read(&meter, 0, 0, S(100));

	g_assert_cmpint(progress.left_ns, ==, AVU_TIME_NONE);
	progress_meter_advance(&meter, 0.5); /* half of the first of two walks */
	progress = progress_meter_read(&meter, 1000, 900, S(101));
	g_assert_cmpfloat(progress.fraction, ==, 0.25);
	g_assert_cmpfloat(progress.files_per_s, ==, 1000);
	g_assert_cmpint(progress.left_ns, ==, AVU_TIME_NONE); /* too soon to tell */
	progress = progress_meter_read(&meter, 2000, 900, S(110));
	g_assert_cmpint(progress.elapsed_ns, ==, S(10));
	g_assert_cmpint(progress.left_ns, ==, S(30)); /* a quarter took ten seconds */
	g_assert_cmpuint(progress.n_probed, ==, 900);
	/* 111/s over nine seconds, which is all of the window */
	g_assert_cmpfloat_with_epsilon(progress.files_per_s, 1000.0 / 9, 0.001);
	progress_meter_advance(&meter, 100);
	progress = progress_meter_read(&meter, 2000, 2001, S(111));
	g_assert_cmpuint(progress.n_probed, ==, 2000); /* one was stored once more */
	g_assert_cmpfloat(progress.fraction, ==, 1);
	g_assert_cmpint(progress.left_ns, ==, 0);
}

/* Looked at in the middle of a burst, and then often: 600 files in three seconds. */
static void
test_rate(void)
{
	ProgressMeter meter;
	Progress progress = { 0 };

	progress_meter_start(&meter, S(100), 1);
	(void)progress_meter_read(&meter, 600, 0, S(100) + AVU_NS_PER_S / 100);
	for (int i = 1; i <= 12; i++) {
		progress = progress_meter_read(&meter, 600, 0, S(100) + i * AVU_NS_PER_S / 4);
	}
	g_assert_cmpfloat_with_epsilon(progress.files_per_s, 200, 0.001);
}

static const struct {
	Progress progress;
	const char *text;
} rows[] = {
	{ { .n_files = 7, .left_ns = AVU_TIME_NONE }, "7 files, 0 %, 0/s" },
	{ { .n_files = 1234567, .fraction = 0.5, .files_per_s = 8498.7, .left_ns = S(89) },
		"1,234,567 files, 50 %, 8,498/s, 89 s left" },
	{ { .n_files = 999, .fraction = 0.999, .files_per_s = 1000, .left_ns = S(150) },
		"999 files, 100 %, 1,000/s, 3 min left" },
	{ { .n_files = 1000, .left_ns = S(7200) }, "1,000 files, 0 %, 0/s, 2 h left" },
};

static void
test_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = progress_format(&rows[i].progress);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/progress/meter", test_meter);
	g_test_add_func("/progress/rate", test_rate);
	g_test_add_func("/progress/text", test_text);
	return g_test_run();
}
