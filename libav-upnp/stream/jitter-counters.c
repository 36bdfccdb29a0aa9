/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of all buffers of a group, added up; levels are those of the one that plays. */

#include <av-upnp/clock.h>

#include "jitter-counters.h"

static const AvuCounterSpec specs[JITTER_COUNTERS] = {
	[JITTER_RECEIVED] = { "av_buffer_received_octets_total", "octets of media received", NULL,
		NULL, AVU_COUNTER_TOTAL },
	[JITTER_CONNECTIONS] = { "av_buffer_connections_total", "connections made for media", NULL,
		NULL, AVU_COUNTER_TOTAL },
	[JITTER_RECONNECTS] = { "av_buffer_reconnects_total",
		"of those: because one broke or was silent", NULL, NULL, AVU_COUNTER_TOTAL },
	[JITTER_SECONDS] = { "av_buffer_second_connections_total",
		"of those: beside one that was silent", NULL, NULL, AVU_COUNTER_TOTAL },
	[JITTER_UNDERRUNS] = { "av_buffer_underruns_total", "times that playback had to wait", NULL,
		NULL, AVU_COUNTER_TOTAL },
	[JITTER_STEPS_DOWN] = { "av_buffer_rate_steps_down_total",
		"changes to a lower rate of a stream that has several", NULL, NULL,
		AVU_COUNTER_TOTAL },
	[JITTER_STEPS_UP] = { "av_buffer_rate_steps_up_total", "changes to a higher one", NULL,
		NULL, AVU_COUNTER_TOTAL },
	[JITTER_STARVED_MS] = { "av_buffer_starved_milliseconds_total",
		"time that the decoder waited for octets", NULL, NULL, AVU_COUNTER_TOTAL },
	[JITTER_LEVEL_OCTETS] = { "av_buffer_level_octets", "read ahead of what plays", NULL, NULL,
		AVU_COUNTER_LEVEL },
	[JITTER_LEVEL_MS] = { "av_buffer_level_milliseconds",
		"the same as playing time; -1: unknown", NULL, NULL, AVU_COUNTER_LEVEL },
	[JITTER_TARGET_MS] = { "av_buffer_target_milliseconds", "how far ahead is aimed at", NULL,
		NULL, AVU_COUNTER_LEVEL },
	[JITTER_GAP_MS] = { "av_buffer_gap_milliseconds",
		"longest silence of the network in the last minute", NULL, NULL,
		AVU_COUNTER_LEVEL },
	[JITTER_RATE] = { "av_buffer_media_bits_per_second", "rate of what plays; 0: unknown", NULL,
		NULL, AVU_COUNTER_LEVEL },
	[JITTER_THROUGHPUT] = { "av_buffer_network_bits_per_second",
		"rate at which it came last; 0: unknown", NULL, NULL, AVU_COUNTER_LEVEL },
};

void
jitter_counters_init(JitterCounters *self, AvuCounters *counters)
{
	for (size_t i = 0; i < JITTER_COUNTERS; i++) {
		self->rows[i] = avu_counters_add(counters, &specs[i]);
	}
}

void
jitter_counters_update(JitterCounters *self, const AvuJitterNumbers *before,
	const AvuJitterNumbers *now, bool playing)
{
	const int64_t values[JITTER_COUNTERS] = {
		[JITTER_RECEIVED] = (int64_t)(now->received_bytes - before->received_bytes),
		[JITTER_CONNECTIONS] = now->connections - before->connections,
		[JITTER_RECONNECTS] = now->reconnects - before->reconnects,
		[JITTER_SECONDS] = now->seconds - before->seconds,
		[JITTER_UNDERRUNS] = now->underruns - before->underruns,
		[JITTER_STEPS_DOWN] = now->steps_down - before->steps_down,
		[JITTER_STEPS_UP] = now->steps_up - before->steps_up,
		/* Whole milliseconds of both, so that no fraction is lost on the way. */
		[JITTER_STARVED_MS] =
			now->starved_ns / AVU_NS_PER_MS - before->starved_ns / AVU_NS_PER_MS,
		[JITTER_LEVEL_OCTETS] = (int64_t)now->level_bytes,
		[JITTER_LEVEL_MS] =
			now->level_ns != AVU_TIME_NONE ? now->level_ns / AVU_NS_PER_MS : -1,
		[JITTER_TARGET_MS] = now->target_ns / AVU_NS_PER_MS,
		[JITTER_GAP_MS] = now->gap_ns / AVU_NS_PER_MS,
		[JITTER_RATE] = (int64_t)now->rate_bps,
		[JITTER_THROUGHPUT] = (int64_t)now->throughput_bps,
	};

	for (size_t i = 0; i < JITTER_COUNTERS; i++) {
		if (i < JITTER_LEVEL_OCTETS && values[i] != 0) {
			avu_counter_add(self->rows[i], values[i]);
		} else if (i >= JITTER_LEVEL_OCTETS && playing) {
			avu_counter_set(self->rows[i], values[i]);
		}
	}
}
