/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Position between two reports of the media process: the clock goes on while it plays, and never
 * beyond the end. Plain values, no I/O. */

#include "position.h"

void
position_init(Position *position, const AvuClock *clock)
{
	position->clock = clock != NULL ? clock : avu_clock_monotonic();
	position_stop(position);
}

void
position_set(Position *position, int64_t position_ns)
{
	position->known_ns = position_ns;
	position->known_at_ns = avu_clock_now_ns(position->clock);
}

void
position_run(Position *position, bool running)
{
	if (position->known_ns != AVU_TIME_NONE && running != position->running) {
		position_set(position, position_get_ns(position));
	}
	position->running = running;
}

void
position_set_speed(Position *position, AvuPlaySpeed speed)
{
	if (position->known_ns != AVU_TIME_NONE) {
		position_set(position, position_get_ns(position));
	}
	position->speed = speed;
}

void
position_freeze(Position *position)
{
	position->running = false;
}

void
position_limit(Position *position, int64_t duration_ns)
{
	position->limit_ns = duration_ns;
}

void
position_stop(Position *position)
{
	position->known_ns = AVU_TIME_NONE;
	position->limit_ns = AVU_TIME_NONE;
	position->running = false;
	position->speed = AVU_PLAY_SPEED_NORMAL;
}

int64_t
position_get_ns(const Position *position)
{
	int64_t now_ns = position->known_ns;

	if (now_ns == AVU_TIME_NONE) {
		return AVU_TIME_NONE;
	}
	if (position->running) {
		now_ns += (avu_clock_now_ns(position->clock) - position->known_at_ns) /
			  position->speed.denominator * position->speed.numerator;
		now_ns = MAX(now_ns, 0);
	}
	return position->limit_ns != AVU_TIME_NONE ? MIN(now_ns, position->limit_ns) : now_ns;
}
