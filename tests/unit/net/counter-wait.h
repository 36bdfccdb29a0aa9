/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits until a counter has a value: what a thread counts is there a moment after what it did. */
#pragma once

#include <string.h>

#include <av-upnp/counters.h>

#define COUNTER_WAIT_MS 20000

/** @param line  in the words of Prometheus, with its end */
static inline void
wait_for_counter(AvuCounters *counters, const char *line)
{
	for (int i = 0; i < COUNTER_WAIT_MS; i++) {
		g_autofree char *text = avu_counters_format_prometheus(counters);

		if (strstr(text, line) != NULL) {
			return;
		}
		g_usleep(1000);
	}
	g_test_fail_printf("never: %s", line);
}
