/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/clock.c: the two clocks of the system. Any thread. */
#include <time.h>

#include <av-upnp/clock.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now); /* cannot fail for these two */
	return (int64_t)now.tv_sec * AVU_NS_PER_S + now.tv_nsec;
}

int64_t
avu_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
avu_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

static int64_t
monotonic_now(void *self)
{
	(void)self;
	return avu_now_ns();
}

const AvuClock *
avu_clock_monotonic(void)
{
	static const AvuClock clock = { monotonic_now, NULL };

	return &clock;
}
