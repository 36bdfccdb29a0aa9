/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a jitter buffer measures, and what follows from it: how far it reads ahead, when its reader has
 * run dry, and when there is enough again. On the buffer's thread; others see the numbers. */

#include <av-upnp/clock.h>

#include "jitter-private.h"

/* Shorter waits of a reader are not heard: the decoder holds more than this. */
#define METER_DRY_NS (120 * AVU_NS_PER_MS)
#define METER_SAMPLE_NS (3 * AVU_NS_PER_S)
/* Of a track that follows: enough to be opened and to begin without a gap. */
#define METER_PREFETCH_BYTES (1024u * 1024)

/* A terabit: whatever is more is nonsense from somebody. */
#define METER_RATE_MAX 1e12

static uint64_t
meter_divide(uint64_t bytes, int64_t time_ns)
{
	return (uint64_t)MIN((double)bytes * 8 * AVU_NS_PER_S / (double)time_ns, METER_RATE_MAX);
}

/* How fast the reader goes, as a lower bound for what it will need. */
static void
meter_consumption(AvuJitterBuffer *self, uint64_t wanted, int64_t now_ns)
{
	int64_t span_ns = now_ns - self->sampled_ns;

	if (!atomic_load(&self->playing) || self->sampled_ns == AVU_TIME_NONE ||
		wanted < self->sampled_at) {
		/* The first sample of a stretch would measure how the decoder fills itself. */
		self->sampled_ns =
			atomic_load(&self->playing) ? now_ns + METER_SAMPLE_NS : AVU_TIME_NONE;
		self->sampled_at = wanted;
		return;
	}
	if (span_ns < 0) {
		self->sampled_at = wanted;
	} else if (span_ns >= METER_SAMPLE_NS) {
		uint64_t bps = meter_divide(wanted - self->sampled_at, span_ns);

		self->consumed_bps = MAX(bps, self->consumed_bps * 3 / 4);
		self->sampled_ns = now_ns;
		self->sampled_at = wanted;
	}
}

static uint64_t
meter_rate_bps(AvuJitterBuffer *self)
{
	int64_t duration_ns = atomic_load(&self->duration_ns);
	uint64_t average_bps = 0;

	if (self->source.rate_bps > 0) {
		return self->source.rate_bps;
	}
	if (self->source.total_bytes > 0 && duration_ns > 0) {
		average_bps = meter_divide((uint64_t)self->source.total_bytes, duration_ns);
	}
	/* A duration that is a lie must not keep the buffer small, a peak not make it huge. */
	return average_bps > 0 ? CLAMP(self->consumed_bps, average_bps, 8 * average_bps)
			       : self->consumed_bps;
}

/* @return when to look again */
static int64_t
meter_dryness(
	AvuJitterBuffer *self, const AvuRingLevel *level, uint64_t resume_bytes, int64_t now_ns)
{
	bool dry = level->waits && level->level_bytes == 0 && !level->complete;

	if (self->starved) {
		if (level->complete || level->level_bytes >= resume_bytes) {
			self->starved = false;
			self->starved_ns += now_ns - self->dry_ns;
			self->dry_ns = AVU_TIME_NONE;
			jitter_tell_starved(self, false);
		}
		return AVU_TIME_NONE;
	}
	if (!dry || !atomic_load(&self->playing)) {
		self->dry_ns = AVU_TIME_NONE;
		return AVU_TIME_NONE;
	}
	if (self->dry_ns == AVU_TIME_NONE) {
		self->dry_ns = now_ns;
	}
	if (now_ns - self->dry_ns >= METER_DRY_NS) {
		self->starved = true;
		self->dries++;
		jitter_tell_starved(self, true);
		return AVU_TIME_NONE;
	}
	return self->dry_ns + METER_DRY_NS;
}

static void
meter_rates(const AvuJitterBuffer *self, AvuJitterNumbers *ret_numbers)
{
	if (self->pieces != NULL) {
		const PieceRates *rates = &self->pieces->rates;

		ret_numbers->rates = rates->variants != NULL ? rates->variants->len : 1;
		ret_numbers->steps_down = rates->downs;
		ret_numbers->steps_up = rates->ups;
	}
}

static void
meter_tell(AvuJitterBuffer *self, const AvuJitterNumbers *now, bool playing)
{
	const AvuJitterNumbers *before = &self->counted;

	jitter_counters_update(&self->group->counters, before, now, playing);
	if (now->underruns != before->underruns || now->reconnects != before->reconnects ||
		now->steps_down != before->steps_down || now->steps_up != before->steps_up) {
		jitter_tell_changed(self);
	}
	self->counted = *now;
}

int64_t
jitter_meter(AvuJitterBuffer *self, const AvuRingLevel *level, int64_t now_ns)
{
	self->target.live = self->source.live;
	self->target.wished_ns = self->wished_ns;
	for (unsigned noted = atomic_load(&self->underruns); self->learned < noted;
		self->learned++) {
		buffer_target_learn(&self->target, now_ns);
	}
	meter_consumption(self, level->wanted, now_ns);
	uint64_t rate_bps = meter_rate_bps(self);
	int64_t gap_ns = arrival_get_gap_ns(&self->arrival, now_ns);
	int64_t target_ns = buffer_target_get_ns(&self->target, gap_ns, now_ns);
	uint64_t target_bytes = buffer_target_get_bytes(&self->target, target_ns, rate_bps);
	uint64_t resume_bytes = buffer_target_get_resume_bytes(&self->target, target_ns, rate_bps);

	if (atomic_load(&self->prefetch)) {
		target_bytes = MIN(target_bytes, METER_PREFETCH_BYTES);
	}
	jitter_link_tell_titles(self, level->wanted);
	avu_ring_writer_set_ahead(self->ring, target_bytes);
	int64_t next_ns = meter_dryness(self, level, MIN(resume_bytes, target_bytes), now_ns);

	pthread_mutex_lock(&self->lock);
	AvuJitterNumbers *numbers = &self->numbers;

	numbers->level_bytes = level->level_bytes;
	numbers->complete = level->complete;
	numbers->target_ns = target_ns;
	numbers->target_bytes = target_bytes;
	numbers->gap_ns = gap_ns;
	numbers->rate_bps = rate_bps;
	numbers->throughput_bps = self->arrival.throughput_bps;
	numbers->level_ns = rate_bps > 0 ? (int64_t)((double)level->level_bytes * 8 * AVU_NS_PER_S /
						     (double)rate_bps)
					 : AVU_TIME_NONE;
	numbers->live = self->source.live;
	numbers->underruns = self->learned;
	meter_rates(self, numbers);
	numbers->starved_ns = self->starved_ns + (self->starved ? now_ns - self->dry_ns : 0);
	AvuJitterNumbers now = *numbers;

	pthread_mutex_unlock(&self->lock);
	meter_tell(self, &now, atomic_load(&self->playing));
	return next_ns;
}

void
jitter_meter_end(AvuJitterBuffer *self)
{
	pthread_mutex_lock(&self->lock);
	self->numbers.underruns = atomic_load(&self->underruns);
	const AvuJitterNumbers last = self->numbers;

	pthread_mutex_unlock(&self->lock);
	meter_tell(self, &last, /* playing = */ false);
}
