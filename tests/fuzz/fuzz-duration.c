/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Durations: what was accepted is within its range and comes back, to the millisecond. */
#include <av-upnp/duration.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	int64_t ns, again;

	if (avu_duration_parse(text, true, &ns)) {
		g_autofree char *written = avu_duration_format(ns, true);

		g_assert_true(avu_duration_parse(written, true, &again));
		g_assert_true(again / AVU_NS_PER_MS == ns / AVU_NS_PER_MS);
	}
	return 0;
}
