/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/arrival.h: how octets arrive: how many per second, and how long they stay away */
#pragma once

#include <av-upnp/base.h>

#define ARRIVAL_SLOTS 8

typedef struct {
	bool listening;
	int64_t last_ns;                /* of the last octets, or since when we listen */
	int64_t since_ns;               /* begin of the throughput window */
	uint64_t bytes;                 /* in that window */
	uint64_t throughput_bps;        /* smoothed; 0: not known yet */
	int64_t gaps_ns[ARRIVAL_SLOTS]; /* longest silence per stretch of time, a circle */
	int64_t slot_ns;                /* begin of the present stretch */
	unsigned slot;
} Arrival;

/** Somebody listens from now on. Twice is harmless. */
void arrival_listen(Arrival *self, int64_t now_ns);
/** Nobody does: the time that follows is no silence of the network's. */
void arrival_rest(Arrival *self);
void arrival_take(Arrival *self, size_t n_bytes, int64_t now_ns);
/** @return the longest silence of about the last minute, the present one included */
int64_t arrival_get_gap_ns(Arrival *self, int64_t now_ns);
