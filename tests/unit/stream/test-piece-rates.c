/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rates that cannot be had: for some seconds, or for good. */

#include <av-upnp/clock.h>

#include "libav-upnp/stream/piece-rates.h"

#define M UINT64_C(1000000)
#define S AVU_NS_PER_S

/* Three rates, the lowest is read, and the network carries all of them. */
static void
begin(PieceRates *rates)
{
	AvuPieceList *list = piece_list_new();

	for (uint64_t i = 1; i <= 3; i++) {
		piece_list_add_variant(list, "x", i * M);
	}
	*rates = (PieceRates){ 0 };
	piece_rates_take(rates, list, 0);
	avu_piece_list_free(list);
}

static bool
look(PieceRates *rates, int64_t now_ns)
{
	const PieceRatesFacts facts = {
		.network_bps = 100 * M,
		.level_ns = 20 * S,
		.enough_ns = 10 * S,
	};

	return piece_rates_look(rates, &facts, now_ns);
}

static const struct {
	bool for_good;
	int64_t after_s;
	guint wanted;
	const char *why;
} rows[] = {
	{ false, 1, 2, "the server was busy: the next one meanwhile" },
	{ false, 9, 2, "not yet" },
	{ false, 11, 1, "it is asked for again" },
	{ true, 1, 2, "it is of no use" },
	{ true, 1000, 2, "and never will be" },
};

static void
test_give_up(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PieceRates rates;

		g_test_message("%s", rows[i].why);
		begin(&rates);
		g_assert_true(look(&rates, 20 * S));
		g_assert_cmpuint(rates.wanted, ==, 1);
		piece_rates_give_up(&rates, rows[i].for_good, 20 * S);
		g_assert_false(piece_rates_is_changing(&rates));
		g_assert_true(look(&rates, (20 + rows[i].after_s) * S));
		g_assert_cmpuint(rates.wanted, ==, rows[i].wanted);
		piece_rates_clear(&rates);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-rates/give-up", test_give_up);
	return g_test_run();
}
