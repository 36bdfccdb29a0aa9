/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The head of an MP3: what is found lies within what was shown, and does not depend on the size. */

#include <string.h>

#include "renderer/media/mp3-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Mp3Head head = { 0 };

	for (unsigned i = 0; !head.done; i++) {
		size_t at = (size_t)MIN(head.wanted, size);

		g_assert_cmpuint(i, <, 8);
		mp3_head_see(&head, data + at, size - at, (int64_t)size);
	}
	if (head.found) {
		uint8_t copy[MP3_HEAD_BYTES];

		g_assert_cmpuint(head.wanted + MP3_HEAD_BYTES, <=, size);
		g_assert_cmpuint(head.extension, >, head.wanted);
		g_assert_cmpuint(
			head.extension + MP3_EXTENSION_BYTES, <=, head.wanted + MP3_HEAD_BYTES);
		g_assert_cmpuint(head.trim.front, <, 4096 + 529);
		memcpy(copy, data + head.wanted, sizeof(copy));
		mp3_head_hide(&head, head.wanted, copy, sizeof(copy));
		Mp3Head again = { 0 };

		mp3_head_see(&again, copy, sizeof(copy), -1);
		g_assert_false(again.found);
	}
	return 0;
}
