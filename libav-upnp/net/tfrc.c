/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RFC 5348: the throughput equation and the average loss interval. Pure. */
#include <math.h>

#include <av-upnp/tfrc.h>

uint64_t
avu_tfrc_rate(unsigned segment_octets, double rtt_s, double loss)
{
	double rate;

	if (!(loss > 0) || !(rtt_s > 0)) {
		return UINT64_MAX;
	}
	loss = fmin(loss, 1);
	rate = segment_octets / (rtt_s * (sqrt(2 * loss / 3) + 12 * sqrt(3 * loss / 8) * loss *
								       (1 + 32 * loss * loss)));
	return rate < 0x1p63 ? (uint64_t)llround(rate) : UINT64_MAX;
}

static void
close_interval(AvuTfrcHistory *history)
{
	for (unsigned i = AVU_TFRC_INTERVALS; i > 0; i--) {
		history->intervals[i] = history->intervals[i - 1];
	}
	history->intervals[0] = 0;
	history->n_closed = MIN(history->n_closed + 1, (unsigned)AVU_TFRC_INTERVALS);
}

void
avu_tfrc_history_add(
	AvuTfrcHistory *history, uint64_t segments, uint64_t losses, double elapsed_s, double rtt_s)
{
	double trips = rtt_s > 0 ? fmax(ceil(elapsed_s / rtt_s), 1) : 1;
	uint64_t events = (double)losses < trips ? losses : (uint64_t)trips;

	events = MIN(events, segments);
	if (events == 0) {
		history->intervals[0] += segments;
		return;
	}
	/* More than are remembered make no difference. */
	for (uint64_t i = 0; i < MIN(events, (uint64_t)AVU_TFRC_INTERVALS + 1); i++) {
		history->intervals[0] += segments / events;
		close_interval(history);
	}
}

double
avu_tfrc_history_loss(const AvuTfrcHistory *history)
{
	static const double weights[AVU_TFRC_INTERVALS] = { 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2 };
	double with_open = 0, without = 0, weight = 0;

	if (history->n_closed == 0) {
		return 0;
	}
	for (unsigned i = 0; i < history->n_closed; i++) {
		with_open += (double)history->intervals[i] * weights[i];
		without += (double)history->intervals[i + 1] * weights[i];
		weight += weights[i];
	}
	/* The open interval counts only when it makes the average larger. */
	with_open = fmax(with_open, without);
	return with_open > 0 ? fmin(weight / with_open, 1) : 1;
}
