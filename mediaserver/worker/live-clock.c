/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream whose times jump goes on where it was. One that jumps as another did before takes the same offset, so that
 * sound and picture stay together however often that happens. Pure. */
#include "mediaserver/worker/live-clock.h"

/* So near to its place a stream is by the other one's offset, when both went to the same new clock. */
#define TOGETHER_NS (1 * AVU_NS_PER_S)

static bool
is_within(int64_t a_ns, int64_t b_ns, int64_t limit_ns)
{
	int64_t off;

	return !__builtin_sub_overflow(a_ns, b_ns, &off) && off <= limit_ns && off >= -limit_ns;
}

static int64_t
choose_offset(const LiveClock *clock, unsigned stream, int64_t at_ns)
{
	const int64_t next_ns = clock->streams[stream].next_ns;

	for (unsigned i = 0; i < LIVE_CLOCK_STREAMS; i++) {
		int64_t there_ns;

		if (i != stream && clock->streams[i].begun &&
			!__builtin_add_overflow(at_ns, clock->streams[i].offset_ns, &there_ns) &&
			is_within(there_ns, next_ns, TOGETHER_NS)) {
			return clock->streams[i].offset_ns;
		}
	}
	int64_t offset_ns;

	return __builtin_sub_overflow(next_ns, at_ns, &offset_ns) ? 0 : offset_ns;
}

int64_t
live_clock_take(LiveClock *clock, unsigned stream, int64_t at_ns, int64_t duration_ns)
{
	int64_t there_ns;
	bool known = !__builtin_add_overflow(at_ns, clock->streams[stream].offset_ns, &there_ns);

	if (clock->streams[stream].begun &&
		(!known ||
			!is_within(there_ns, clock->streams[stream].next_ns, LIVE_CLOCK_JUMP_NS))) {
		clock->streams[stream].offset_ns = choose_offset(clock, stream, at_ns);
		known = !__builtin_add_overflow(at_ns, clock->streams[stream].offset_ns, &there_ns);
	}
	clock->streams[stream].begun = true;
	if (!known || __builtin_add_overflow(
			      there_ns, MAX(duration_ns, 0), &clock->streams[stream].next_ns)) {
		clock->streams[stream] = (typeof(clock->streams[0])){ 0 };
	}
	return clock->streams[stream].offset_ns;
}
