/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of an MP4: what it says of its samples is within its limits, and nothing but one edit is
 * written into it. */
#include <string.h>

#include "media/mp4-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 8) {
		return 0;
	}
	g_autofree uint8_t *octets = g_memdup2(data, size);
	SoundTrim trim = { 0 };
	size_t changed = 0;
	const bool good = mp4_head_take(octets, size, &trim);

	for (size_t i = 0; i < size; i++) {
		changed += octets[i] != data[i];
	}
	g_assert_cmpuint(changed, <=, good ? 16 : 0);
	if (good) {
		g_assert_cmpuint(trim.front, <=, 8192);
		g_assert_true(trim.total > 0 && trim.rate_hz >= 8000 && trim.rate_hz <= 192000);
	}
	return 0;
}
