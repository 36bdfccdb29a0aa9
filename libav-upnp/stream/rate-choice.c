/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which rate of a stream is read. Pure: what was measured is an argument.
 *
 * Down as soon as it is needed: at once when the reader ran dry, and before that when octets come more
 * slowly than they are used and half of what should be there is gone. Up a step at a time, with much
 * more network than it takes and after a time without trouble: between the two lies what keeps it
 * from going to and fro. */

#include <av-upnp/clock.h>

#include "rate-choice.h"

/* What is played everywhere: more is asked for once it is seen that it comes. */
#define RATE_FIRST_BPS 6000000u
/* What the decoders and screens of a household take. */
#define RATE_TOP_BPS 40000000u
#define RATE_UP_AFTER_NS (8 * AVU_NS_PER_S)

/* Of what the network gives, in hundredths: rates vary round what is said of them. */
enum {
	RATE_KEEP = 95,
	RATE_DOWN_TO = 80,
	RATE_UP_TO = 65,
};

static uint64_t
rate_share(uint64_t network_bps, unsigned hundredths)
{
	return network_bps / 100 * hundredths;
}

size_t
rate_find(const uint64_t *rates, size_t n, uint64_t max_bps)
{
	size_t lowest = 0, best = n;

	for (size_t i = 0; i < n; i++) {
		lowest = rates[i] < rates[lowest] ? i : lowest;
		if (rates[i] <= max_bps && rates[i] != RATE_UNFIT &&
			(best == n || rates[i] > rates[best])) {
			best = i;
		}
	}
	return best < n ? best : lowest;
}

uint64_t
rate_get_first_max(uint64_t network_bps)
{
	return network_bps > 0 ? MIN(rate_share(network_bps, RATE_UP_TO), RATE_TOP_BPS)
			       : RATE_FIRST_BPS;
}

/* @return the lowest that is above that one; the same: there is none */
static size_t
rate_find_above(const RateFacts *facts)
{
	size_t best = facts->now;

	for (size_t i = 0; i < facts->n; i++) {
		if (facts->rates[i] > facts->rates[facts->now] && facts->rates[i] <= RATE_TOP_BPS &&
			(best == facts->now || facts->rates[i] < facts->rates[best])) {
			best = i;
		}
	}
	return best;
}

static size_t
rate_step_down(const RateFacts *facts)
{
	const uint64_t now_bps = facts->rates[facts->now];
	const uint64_t fits_bps =
		facts->network_bps > 0 ? rate_share(facts->network_bps, RATE_DOWN_TO) : now_bps - 1;

	return now_bps > 0 ? rate_find(facts->rates, facts->n, MIN(fits_bps, now_bps - 1))
			   : facts->now;
}

size_t
rate_choose(const RateFacts *facts)
{
	const uint64_t now_bps = facts->rates[facts->now];
	const bool known = facts->network_bps > 0 && facts->level_ns != AVU_TIME_NONE;

	if (facts->dry) {
		/* A network that carries it all the same had a break, and reading further ahead helps. */
		const bool carries = rate_share(facts->network_bps, RATE_UP_TO) >= now_bps;

		return carries ? facts->now : rate_step_down(facts);
	}
	if (!known) {
		return facts->now;
	}
	if (rate_share(facts->network_bps, RATE_KEEP) < now_bps &&
		facts->level_ns < facts->enough_ns / 2) {
		return rate_step_down(facts);
	}
	const size_t above = rate_find_above(facts);
	const bool carried = facts->rates[above] <= rate_share(facts->network_bps, RATE_UP_TO);

	return carried && facts->level_ns >= facts->enough_ns &&
			       facts->steady_ns >= RATE_UP_AFTER_NS
		       ? above
		       : facts->now;
}
