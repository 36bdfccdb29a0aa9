/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target of a jitter buffer. Pure: time is an argument.
 *
 * A silence of the network is survived when more than its length lies ahead, so the longest one of
 * the last minute counts several times; running dry counts more, and is forgotten slowly. */

#include <av-upnp/clock.h>
#include <av-upnp/ring.h>

#include "buffer-target.h"

#define TARGET_EASE_EVERY_NS (60 * AVU_NS_PER_S)

static const struct {
	int64_t least_ns, usual_ns, most_ns;
	int64_t resume_ns;
	unsigned gap_factor;
	uint64_t least_bytes;   /* below, requests and not octets are the cost */
	uint64_t unknown_bytes; /* while the rate is not known */
} kinds[] = {
	/* on demand */
	{ 10 * AVU_NS_PER_S, 15 * AVU_NS_PER_S, 30 * AVU_NS_PER_S, 3 * AVU_NS_PER_S, 4, 64 * 1024,
		2048 * 1024 },
	/* live: all that lies ahead is late */
	{ 2 * AVU_NS_PER_S, 3 * AVU_NS_PER_S, 5 * AVU_NS_PER_S, 2 * AVU_NS_PER_S, 2, 16 * 1024,
		512 * 1024 },
};

void
buffer_target_learn(BufferTarget *self, int64_t now_ns)
{
	int64_t most_ns = kinds[self->live].most_ns;

	self->extra_ns = MIN(self->extra_ns + most_ns / 4, most_ns);
	self->eased_ns = now_ns;
}

int64_t
buffer_target_get_ns(BufferTarget *self, int64_t gap_ns, int64_t now_ns)
{
	int64_t usual_ns = self->wished_ns > 0 ? self->wished_ns : kinds[self->live].usual_ns;
	int64_t for_gap_ns = MIN(gap_ns, kinds[self->live].most_ns) * kinds[self->live].gap_factor;

	while (self->extra_ns > 0 && now_ns - self->eased_ns >= TARGET_EASE_EVERY_NS) {
		self->extra_ns -= MIN(self->extra_ns, kinds[self->live].least_ns / 10);
		self->eased_ns += TARGET_EASE_EVERY_NS;
	}
	return CLAMP(MAX(usual_ns, for_gap_ns) + self->extra_ns, kinds[self->live].least_ns,
		kinds[self->live].most_ns);
}

static uint64_t
buffer_target_to_bytes(uint64_t rate_bps, int64_t time_ns)
{
	double bytes = (double)rate_bps / 8 * (double)time_ns / AVU_NS_PER_S;

	return (uint64_t)MIN(bytes, (double)AVU_RING_AHEAD_MAX);
}

uint64_t
buffer_target_get_bytes(const BufferTarget *self, int64_t target_ns, uint64_t rate_bps)
{
	if (rate_bps == 0) {
		return kinds[self->live].unknown_bytes;
	}
	return CLAMP(buffer_target_to_bytes(rate_bps, target_ns), kinds[self->live].least_bytes,
		AVU_RING_AHEAD_MAX);
}

uint64_t
buffer_target_get_resume_bytes(const BufferTarget *self, int64_t target_ns, uint64_t rate_bps)
{
	uint64_t bytes = buffer_target_get_bytes(
		self, MIN(target_ns, kinds[self->live].resume_ns), rate_bps);

	return rate_bps == 0 ? MIN(bytes, 256u * 1024) : bytes;
}
