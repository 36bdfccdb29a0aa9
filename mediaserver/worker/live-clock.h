/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/live-clock.h: times of a live source that go on, whatever its own clock does. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define LIVE_CLOCK_STREAMS 2 /* sound and picture */
/* What is off by more, forward or back, is another clock; by less, a gap. */
#define LIVE_CLOCK_JUMP_NS (3 * AVU_NS_PER_S)

/* Zeros to begin with. */
typedef struct {
	struct {
		bool begun;
		int64_t offset_ns; /* that is added now */
		int64_t next_ns;   /* where the next packet belongs, with that */
	} streams[LIVE_CLOCK_STREAMS];
} LiveClock;

/** A packet comes. @param at_ns  by the source's clock  @param duration_ns  0: unknown
 *  @return what is to be added to its times */
int64_t live_clock_take(LiveClock *clock, unsigned stream, int64_t at_ns, int64_t duration_ns);

G_END_DECLS
