/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/jitter-counters.h: the rows of jitter buffers in the registry of a program */
#pragma once

#include <av-upnp/counters.h>
#include <av-upnp/jitter-buffer.h>

typedef enum {
	JITTER_RECEIVED,
	JITTER_CONNECTIONS,
	JITTER_RECONNECTS,
	JITTER_SECONDS,
	JITTER_UNDERRUNS,
	JITTER_STEPS_DOWN,
	JITTER_STEPS_UP,
	JITTER_STARVED_MS,
	JITTER_LEVEL_OCTETS, /* from here on: of the buffer that plays */
	JITTER_LEVEL_MS,
	JITTER_TARGET_MS,
	JITTER_GAP_MS,
	JITTER_RATE,
	JITTER_THROUGHPUT,
	JITTER_COUNTERS,
} JitterCounterRow;

typedef struct {
	AvuCounter *rows[JITTER_COUNTERS];
} JitterCounters;

/** @param counters  may be NULL */
void jitter_counters_init(JitterCounters *self, AvuCounters *counters);
/** Adds what came since before, and sets the levels when the buffer plays. */
void jitter_counters_update(JitterCounters *self, const AvuJitterNumbers *before,
	const AvuJitterNumbers *now, bool playing);
