/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules by the way in which a server failed. Pure: numbers in, numbers out.
 *
 * All pauses of a server that may come back are so short that it is found within 2 s (FLT-36). How
 * long it is tried in all is not decided here but where it is known whether anybody waits. */

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "back-off.h"

#define BACK_OFF_ASKED_MOST_NS (5 * AVU_NS_PER_S)

static const struct {
	int64_t first_ns;
	unsigned factor_percent; /* of the pause before */
	int64_t most_ns;
	int64_t patience_ns; /* AVU_TIME_NONE: no end of its own */
} rules[BACK_OFF_REASONS] = {
	/* Most connections break for a reason of their own: the first retry costs nothing. */
	[BACK_OFF_BROKEN] = { 0, 200, AVU_NS_PER_S, AVU_TIME_NONE },
	[BACK_OFF_ABSENT] = { 200 * AVU_NS_PER_MS, 150, AVU_NS_PER_S, AVU_TIME_NONE },
	[BACK_OFF_SILENT] = { 50 * AVU_NS_PER_MS, 200, 300 * AVU_NS_PER_MS, AVU_TIME_NONE },
	[BACK_OFF_BUSY] = { 500 * AVU_NS_PER_MS, 200, 2 * AVU_NS_PER_S, AVU_TIME_NONE },
	[BACK_OFF_GROWING] = { 500 * AVU_NS_PER_MS, 150, 2 * AVU_NS_PER_S, AVU_TIME_NONE },
	[BACK_OFF_MISSING] = { 500 * AVU_NS_PER_MS, 100, 500 * AVU_NS_PER_MS, 5 * AVU_NS_PER_S },
};

/* Where a rule begins with no pause at all, the next one has this length. */
#define BACK_OFF_SECOND_NS (100 * AVU_NS_PER_MS)

BackOffReason
back_off_reason_for(bool answered, const GError *error)
{
	if (answered) {
		return BACK_OFF_BROKEN;
	}
	return g_error_matches(error, AVU_ERROR, AVU_ERROR_TIMEOUT) ? BACK_OFF_SILENT
								    : BACK_OFF_ABSENT;
}

void
back_off_reset(BackOff *self)
{
	self->tries = 0;
}

int64_t
back_off_next(BackOff *self, BackOffReason reason, int64_t asked_ns, int64_t now_ns,
	unsigned random_permille)
{
	int64_t pause_ns = rules[reason].first_ns;

	if (self->tries == 0 || self->reason != reason) {
		*self = (BackOff){ .reason = reason, .since_ns = now_ns };
	}
	if (rules[reason].patience_ns != AVU_TIME_NONE &&
		now_ns - self->since_ns >= rules[reason].patience_ns) {
		return AVU_TIME_NONE;
	}
	for (unsigned i = 0; i < self->tries && pause_ns < rules[reason].most_ns; i++) {
		pause_ns = pause_ns == 0 ? BACK_OFF_SECOND_NS
					 : pause_ns * rules[reason].factor_percent / 100;
		if (rules[reason].factor_percent == 100) {
			break;
		}
	}
	pause_ns = MIN(pause_ns, rules[reason].most_ns);
	/* Up to a fifth less: never later than the rule. */
	pause_ns -= pause_ns / 5 * (int64_t)random_permille / 1000;
	if (reason == BACK_OFF_BUSY && asked_ns != AVU_TIME_NONE) {
		pause_ns = CLAMP(asked_ns, pause_ns, BACK_OFF_ASKED_MOST_NS);
	}
	self->tries++;
	return now_ns + pause_ns;
}
