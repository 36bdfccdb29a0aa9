/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/rendering/ramp.h: nobody makes it louder faster than so (SEC-186) */
#pragma once

#include <av-upnp/engine.h>

G_BEGIN_DECLS

typedef struct Ramp Ramp;

/** @param steps_per_s  positions of the volume scale; 0: no limit
 *  @param reached  VolumeDB as it is now: at once where a wish could not be done whole, and after each
 *                  step. Called from within ramp_set(), too. */
Ramp *ramp_new(unsigned steps_per_s, const AvuEngine *engine, void *engine_self,
	void (*reached)(AvuChannel channel, int32_t volume_db, void *data), void *data);
void ramp_free(Ramp *ramp);
/** From here on it limits; what was set before was the state at start. */
void ramp_begin(Ramp *ramp);
/** Any value goes to the engine; a louder volume bit by bit. */
void ramp_set(Ramp *ramp, AvuValue value, AvuChannel channel, int32_t number);
/** Somebody else made it so loud: from there it goes on, and what was wished before is over. */
void ramp_follow(Ramp *ramp, AvuChannel channel, int32_t volume_db);

G_END_DECLS
