/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rates of a stream in pieces (piece-rates.h). */

#include <av-upnp/clock.h>

#include "piece-rates.h"
#include "rate-choice.h"

/* Of small pieces some are taken together: one tells of the way there and back, not of the network. */
#define RATES_MEASURE_BYTES (32u * 1024)
/* A server that was busy, or a list that got lost on its way. */
#define RATES_ASIDE_NS (10 * AVU_NS_PER_S)

void
piece_rates_take(PieceRates *rates, AvuPieceList *list, int64_t now_ns)
{
	if (rates->variants != NULL || list->variants->len < 2) {
		return;
	}
	rates->variants = g_array_ref(list->variants);
	rates->rates = g_new0(uint64_t, list->variants->len);
	rates->aside_ns = g_new0(int64_t, list->variants->len);
	for (guint i = 0; i < list->variants->len; i++) {
		rates->aside_ns[i] = AVU_TIME_NONE;
		rates->rates[i] = g_array_index(list->variants, AvuPieceVariant, i).rate_bps;
	}
	rates->now = rates->wanted = list->variant;
	rates->changed_ns = now_ns;
}

void
piece_rates_clear(PieceRates *rates)
{
	g_clear_pointer(&rates->variants, g_array_unref);
	g_clear_pointer(&rates->rates, g_free);
	g_clear_pointer(&rates->aside_ns, g_free);
}

void
piece_rates_measure(PieceRates *rates, uint64_t octets, int64_t took_ns)
{
	rates->octets += octets;
	rates->took_ns += MAX(took_ns, 1);
	if (rates->octets < RATES_MEASURE_BYTES) {
		return;
	}
	const double bps = (double)rates->octets * 8 * AVU_NS_PER_S / (double)rates->took_ns;
	const uint64_t measured = (uint64_t)MIN(bps, 1e12);

	rates->octets = 0;
	rates->took_ns = 0;
	/* Bad news counts at once. */
	rates->network_bps = rates->network_bps == 0 || measured < rates->network_bps
				     ? measured
				     : (rates->network_bps + measured) / 2;
}

/* Those that were put aside for some seconds can be asked for again. */
static void
rates_fetch_back(PieceRates *rates, int64_t now_ns)
{
	for (guint i = 0; i < rates->variants->len; i++) {
		if (rates->aside_ns[i] != AVU_TIME_NONE && now_ns >= rates->aside_ns[i]) {
			rates->aside_ns[i] = AVU_TIME_NONE;
			rates->rates[i] =
				g_array_index(rates->variants, AvuPieceVariant, i).rate_bps;
		}
	}
}

bool
piece_rates_look(PieceRates *rates, const PieceRatesFacts *facts, int64_t now_ns)
{
	if (rates->variants == NULL || piece_rates_is_changing(rates)) {
		return false;
	}
	const bool dry = facts->dries != rates->dries;

	rates->dries = facts->dries;
	rates_fetch_back(rates, now_ns);
	const RateFacts all = {
		.rates = rates->rates,
		.n = rates->variants->len,
		.now = rates->now,
		.network_bps = rates->network_bps > 0 ? rates->network_bps : facts->network_bps,
		.level_ns = facts->level_ns,
		.enough_ns = facts->enough_ns,
		.steady_ns = now_ns - rates->changed_ns,
		.dry = dry,
	};

	rates->wanted = (guint)rate_choose(&all);
	if (dry) {
		rates->changed_ns = now_ns;
	}
	return piece_rates_is_changing(rates);
}

const AvuPieceVariant *
piece_rates_get_wanted(const PieceRates *rates)
{
	return rates->variants != NULL
		       ? &g_array_index(rates->variants, AvuPieceVariant, rates->wanted)
		       : NULL;
}

void
piece_rates_commit(PieceRates *rates, int64_t now_ns)
{
	if (rates->variants == NULL || !piece_rates_is_changing(rates)) {
		return;
	}
	if (rates->rates[rates->wanted] > rates->rates[rates->now]) {
		rates->ups++;
	} else {
		rates->downs++;
	}
	rates->now = rates->wanted;
	rates->changed_ns = now_ns;
}

void
piece_rates_give_up(PieceRates *rates, bool for_good, int64_t now_ns)
{
	rates->rates[rates->wanted] = RATE_UNFIT;
	rates->aside_ns[rates->wanted] = for_good ? AVU_TIME_NONE : now_ns + RATES_ASIDE_NS;
	rates->wanted = rates->now;
}
