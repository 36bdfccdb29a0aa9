/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of the HTTP server in the registry. */
#include "http-counters.h"

#define REQUESTS "av_http_requests_total", "requests by status of the answer", "status"
#define CLOSED "av_http_closed_early_total", "connections closed before they were served", "reason"

static const struct {
	AvuCounterSpec spec;
	size_t offset;
} rows[] = {
	{ { "av_http_accepted_total", "connections taken", NULL, NULL, AVU_COUNTER_TOTAL },
		offsetof(HttpCounters, accepted) },
	{ { CLOSED, "foreign", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, foreign) },
	{ { CLOSED, "busy", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, busy) },
	{ { CLOSED, "half_request", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, half) },
	{ { REQUESTS, "none", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, statuses[0]) },
	{ { REQUESTS, "2xx", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, statuses[2]) },
	{ { REQUESTS, "3xx", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, statuses[3]) },
	{ { REQUESTS, "4xx", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, statuses[4]) },
	{ { REQUESTS, "5xx", AVU_COUNTER_TOTAL }, offsetof(HttpCounters, statuses[5]) },
	{ { "av_http_sent_octets_total", "octets of bodies sent", NULL, NULL, AVU_COUNTER_TOTAL },
		offsetof(HttpCounters, sent_octets) },
	{ { "av_http_received_octets_total", "octets of bodies received", NULL, NULL,
		  AVU_COUNTER_TOTAL },
		offsetof(HttpCounters, received_octets) },
	{ { "av_http_aborted_total", "answers that did not reach their end", NULL, NULL,
		  AVU_COUNTER_TOTAL },
		offsetof(HttpCounters, aborted) },
	{ { "av_http_cut_total", "connections ended for a deadline or to make room", NULL, NULL,
		  AVU_COUNTER_TOTAL },
		offsetof(HttpCounters, cut) },
};

void
http_counters_init(HttpCounters *own, AvuCounters *counters)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuCounter *counter = avu_counters_add(counters, &rows[i].spec);

		*(AvuCounter **)(void *)((char *)own + rows[i].offset) = counter;
	}
}
