/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TFRC: the equation against values worked out by hand from RFC 5348, 3.1 (s = 1460), and the average
 * loss interval against 5.4's weights. */
#include <math.h>

#include <av-upnp/tfrc.h>

static const struct {
	double rtt_s;
	double loss;
	uint64_t octets_per_s;
} equation_rows[] = {
	{ 0.005, 0.0001, 35730393 },
	{ 0.005, 0.001, 11208234 },
	{ 0.005, 0.01, 3280101 },
	{ 0.005, 0.05, 1076279 },
	{ 0.020, 0.0001, 8932598 },
	{ 0.020, 0.001, 2802059 },
	{ 0.020, 0.01, 820025 },
	{ 0.020, 0.05, 269070 },
	{ 0.100, 0.0001, 1786520 },
	{ 0.100, 0.001, 560412 },
	{ 0.100, 0.01, 164005 },
	{ 0.100, 0.05, 53814 },
};

static void
test_equation(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(equation_rows); i++) {
		uint64_t rate = avu_tfrc_rate(1460, equation_rows[i].rtt_s, equation_rows[i].loss);

		g_assert_cmpfloat_with_epsilon(
			(double)rate, (double)equation_rows[i].octets_per_s, 1);
	}
	g_assert_cmpuint(avu_tfrc_rate(1460, 0.02, 0), ==, UINT64_MAX);
	g_assert_cmpuint(avu_tfrc_rate(1460, 0, 0.01), ==, UINT64_MAX);
	g_assert_cmpuint(avu_tfrc_rate(1460, NAN, NAN), ==, UINT64_MAX);
	g_assert_cmpuint(avu_tfrc_rate(1460, 0.02, 7), ==, avu_tfrc_rate(1460, 0.02, 1));
}

/* Each row: what happened in turn; segments, losses. R = 100 ms, a call each 500 ms. */
static const struct {
	struct {
		uint64_t segments, losses;
	} calls[10];
	double loss;
	const char *why;
} history_rows[] = {
	{ { { 1000, 0 } }, 0, "no loss" },
	{ { { 1000, 1 } }, 1.0 / 1000, "one interval" },
	{ { { 1000, 1 }, { 500, 0 } }, 1.0 / 1000, "a short open interval does not count" },
	{ { { 1000, 1 }, { 3000, 0 } }, 1.0 / 3000, "a long open one does" },
	{ { { 1000, 2 } }, 1.0 / 500, "two losses, two events" },
	{ { { 1000, 400 } }, 1.0 / 200, "no more events than round trips: five" },
	{ { { 100, 1 }, { 300, 1 } }, 1.0 / 200, "the mean of two" },
	/* newest first 9 to 2: (9+8+7+6)·1 + 5·0.8 + 4·0.6 + 3·0.4 + 2·0.2 = 38, weights 6 */
	{ { { 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 }, { 7, 1 }, { 8, 1 },
		  { 9, 1 } },
		6.0 / 38, "weights, and the ninth is forgotten" },
	{ { { 0, 3 } }, 0, "losses of nothing" },
};

static void
test_history(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(history_rows); i++) {
		AvuTfrcHistory history = { { 0 } };

		g_test_message("%s", history_rows[i].why);
		for (size_t j = 0; j < G_N_ELEMENTS(history_rows[i].calls); j++) {
			avu_tfrc_history_add(&history, history_rows[i].calls[j].segments,
				history_rows[i].calls[j].losses, 0.5, 0.1);
		}
		g_assert_cmpfloat_with_epsilon(
			avu_tfrc_history_loss(&history), history_rows[i].loss, 1e-9);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/tfrc/equation", test_equation);
	g_test_add_func("/net/tfrc/history", test_history);
	return g_test_run();
}
