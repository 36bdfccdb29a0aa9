/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-counters.h: what the HTTP server counts; all may be NULL */
#pragma once

#include <av-upnp/counters.h>

typedef struct {
	AvuCounter *accepted;
	AvuCounter *foreign;     /* closed without a word: not our neighbours */
	AvuCounter *busy;        /* answered 503 by the acceptor */
	AvuCounter *half;        /* closed before a whole head was there: time or their number */
	AvuCounter *statuses[6]; /* by first digit; [0]: no answer */
	AvuCounter *sent_octets; /* of bodies */
	AvuCounter *received_octets;
	AvuCounter *aborted; /* answers that did not reach their end */
	AvuCounter *cut;     /* of connections, by us: deadlines, eviction */
} HttpCounters;

/** @param counters  NULL: nothing is counted */
void http_counters_init(HttpCounters *own, AvuCounters *counters);
