/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The head of a DSD file: what is found has a rate and channels, and its octets have a place each. */

#include "renderer/media/dsd-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DsdHead head;

	if (!dsd_head_parse(data, size, &head)) {
		return 0;
	}
	g_assert_cmpuint(head.channels, >=, 1);
	g_assert_cmpuint(head.channels, <=, DSD_CHANNELS_MAX);
	g_assert_cmpuint(head.rate_hz % 16, ==, 0);
	g_assert_cmpuint(head.data_at, <=, size);
	const uint64_t indexes[] = { 0, 1, head.channel_octets / 2, head.channel_octets };
	uint64_t before = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(indexes); i++) {
		uint64_t left = dsd_head_place(&head, 0, indexes[i]);
		uint64_t last = dsd_head_place(&head, head.channels - 1, indexes[i]);

		g_assert_cmpuint(left, >=, head.data_at);
		g_assert_cmpuint(last - left, ==, (head.channels - 1) * head.block);
		if (i > 0 && indexes[i] >= indexes[i - 1]) {
			g_assert_cmpuint(left, >=, before);
		}
		before = left;
	}
	return 0;
}
