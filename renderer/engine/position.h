/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/position.h: where playback is, from reports that come twice a second */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/play-speed.h>

G_BEGIN_DECLS

typedef struct {
	const AvuClock *clock;
	int64_t known_ns; /* AVU_TIME_NONE: nothing is loaded */
	int64_t known_at_ns;
	int64_t limit_ns; /* duration; AVU_TIME_NONE: not known */
	bool running;
	AvuPlaySpeed speed;
} Position;

/** @param clock  NULL: monotonic */
void position_init(Position *position, const AvuClock *clock);
void position_set(Position *position, int64_t position_ns);
/** Extrapolates from now on, or no more. */
void position_run(Position *position, bool running);
/** 1 at first, and after position_stop(). */
void position_set_speed(Position *position, AvuPlaySpeed speed);
/** Stands still where it was last said to be: what was guessed since did not happen. */
void position_freeze(Position *position);
/** @param duration_ns  or AVU_TIME_NONE */
void position_limit(Position *position, int64_t duration_ns);
void position_stop(Position *position);
/** @return AVU_TIME_NONE: nothing is loaded */
int64_t position_get_ns(const Position *position);

G_END_DECLS
