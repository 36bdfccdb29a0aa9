/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/clock.h: time as our state machines and timers see it; tests pass a simulated one */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Monotonic nanoseconds since an arbitrary start. @thread any */
AVU_API int64_t avu_now_ns(void);

/** Wall-clock nanoseconds since 1970-01-01 UTC: only to be stored and shown. @thread any */
AVU_API int64_t avu_wall_ns(void);

typedef struct {
	int64_t (*now_ns)(void *self);
	void *self;
} AvuClock;

/** The monotonic clock as an AvuClock; static. */
AVU_API const AvuClock *avu_clock_monotonic(void);

static inline int64_t
avu_clock_now_ns(const AvuClock *clock)
{
	return clock->now_ns(clock->self);
}

G_END_DECLS
