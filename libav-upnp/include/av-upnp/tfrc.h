/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/tfrc.h: the rate that a fair TCP would have on a path: the throughput equation of TFRC and
 * the loss event rate that goes into it. Pure; any thread. @clause RFC 5348, 3.1 and 5.4 */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** With b = 1 and t_RTO = 4 R, as 3.1 recommends.
 *  @param segment_octets  s  @param rtt_s  R, > 0  @param loss  p, loss event rate, 0 to 1
 *  @return octets per second; UINT64_MAX without loss */
AVU_API uint64_t avu_tfrc_rate(unsigned segment_octets, double rtt_s, double loss);

#define AVU_TFRC_INTERVALS 8 /* n of 5.4 */

/* The loss intervals: segments between the starts of loss events, newest first; the first one is still
 * open. Zeroed: nothing was sent yet. */
typedef struct {
	uint64_t intervals[AVU_TFRC_INTERVALS + 1];
	unsigned n_closed;
} AvuTfrcHistory;

/** What happened since the last call. Losses within one round trip are one event (5.2).
 *  @param segments  that were sent  @param losses  of them, such as were sent again */
AVU_API void avu_tfrc_history_add(AvuTfrcHistory *history, uint64_t segments, uint64_t losses,
	double elapsed_s, double rtt_s);
/** @return loss event rate, 0 to 1 */
AVU_API double avu_tfrc_history_loss(const AvuTfrcHistory *history);

G_END_DECLS
