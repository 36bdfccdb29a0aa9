/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Quieter is at once, louder takes its time: ten steps a second towards what was wished last. Main
 * thread. */

#include "ramp.h"

#include <av-upnp/loop.h>

#include "volume-curve.h"

#define RAMP_TICKS_PER_S 10

struct Ramp {
	const AvuEngine *engine;
	void *engine_self;
	void (*reached)(AvuChannel channel, int32_t volume_db, void *data);
	void *data;
	unsigned steps_per_s;
	bool limits;
	double now[AVU_N_CHANNELS]; /* positions */
	unsigned wanted[AVU_N_CHANNELS];
	AvuTimer *timer;
	bool running;
};

static int32_t
ramp_db(double position)
{
	return position < 1 ? AVU_VOLUME_SILENT : volume_curve_get((unsigned)position);
}

static unsigned
ramp_position(int32_t volume_db)
{
	return volume_curve_find((int16_t)MAX(volume_db, INT16_MIN));
}

static void
ramp_tell(Ramp *ramp, AvuChannel channel)
{
	int32_t volume_db = ramp_db(ramp->now[channel]);

	ramp->engine->set_value(ramp->engine_self, AVU_VALUE_VOLUME, channel, volume_db);
	ramp->reached(channel, volume_db, ramp->data);
}

static void
ramp_on_tick(void *data)
{
	Ramp *ramp = data;

	ramp->running = false;
	for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
		if (ramp->now[c] >= ramp->wanted[c]) {
			continue;
		}
		double next = ramp->now[c] + (double)ramp->steps_per_s / RAMP_TICKS_PER_S;

		ramp->now[c] = MIN(next, ramp->wanted[c]);
		ramp->running |= ramp->now[c] < ramp->wanted[c];
		ramp_tell(ramp, (AvuChannel)c);
	}
	if (ramp->running) {
		avu_timer_set(ramp->timer, AVU_NS_PER_S / RAMP_TICKS_PER_S);
	}
}

Ramp *
ramp_new(unsigned steps_per_s, const AvuEngine *engine, void *engine_self,
	void (*reached)(AvuChannel channel, int32_t volume_db, void *data), void *data)
{
	Ramp *ramp = g_new0(Ramp, 1);

	ramp->engine = engine;
	ramp->engine_self = engine_self;
	ramp->reached = reached;
	ramp->data = data;
	ramp->steps_per_s = steps_per_s;
	ramp->timer = avu_timer_new(NULL, AVU_TIME_NONE, ramp_on_tick, ramp);
	return ramp;
}

void
ramp_free(Ramp *ramp)
{
	if (ramp != NULL) {
		avu_timer_free(ramp->timer);
		g_free(ramp);
	}
}

void
ramp_begin(Ramp *ramp)
{
	ramp->limits = ramp->steps_per_s > 0;
}

void
ramp_set(Ramp *ramp, AvuValue value, AvuChannel channel, int32_t number)
{
	const unsigned wanted = value == AVU_VALUE_VOLUME ? ramp_position(number) : 0;

	if (value == AVU_VALUE_VOLUME) {
		ramp->wanted[channel] = wanted;
	}
	if (value != AVU_VALUE_VOLUME || !ramp->limits || wanted <= ramp->now[channel]) {
		if (value == AVU_VALUE_VOLUME) {
			ramp->now[channel] = wanted;
		}
		ramp->engine->set_value(ramp->engine_self, value, channel, number);
		return;
	}
	ramp->reached(channel, ramp_db(ramp->now[channel]), ramp->data);
	if (!ramp->running) {
		ramp->running = true;
		avu_timer_set(ramp->timer, AVU_NS_PER_S / RAMP_TICKS_PER_S);
	}
}

void
ramp_follow(Ramp *ramp, AvuChannel channel, int32_t volume_db)
{
	ramp->wanted[channel] = ramp_position(volume_db);
	ramp->now[channel] = ramp->wanted[channel];
}
