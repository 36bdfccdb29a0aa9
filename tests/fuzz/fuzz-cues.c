/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitle files: every text found is UTF-8, bounded, and not empty. */

#include <string.h>

#include "renderer/media/cues.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Cues) cues = cues_parse((const char *)data, size);

	if (cues == NULL) {
		return 0;
	}
	g_assert_cmpuint(cues_get_count(cues), >, 0);
	for (int64_t second = 0; second < 100; second++) {
		const char *texts[CUES_AT_ONCE];
		size_t n = cues_find(cues, second * AVU_NS_PER_S, texts);

		g_assert_cmpuint(n, <=, CUES_AT_ONCE);
		for (size_t i = 0; i < n; i++) {
			g_assert_true(g_utf8_validate(texts[i], -1, NULL));
			g_assert_cmpuint(strlen(texts[i]), >, 0);
			g_assert_cmpuint(strlen(texts[i]), <=, CUES_TEXT_MAX);
		}
	}
	return 0;
}
