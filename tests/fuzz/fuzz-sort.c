/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sort criteria: no more keys than there is room for, each property once. */
#include <av-upnp/content-directory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	AvuSortKey keys[AVU_SORT_KEYS_MAX];
	unsigned n = 0, seen = 0;

	if (avu_sort_parse(text, keys, &n, NULL)) {
		g_assert_cmpuint(n, <=, AVU_SORT_KEYS_MAX);
		for (unsigned i = 0; i < n; i++) {
			g_assert_true((seen & 1u << keys[i].property) == 0);
			seen |= 1u << keys[i].property;
		}
	}
	return 0;
}
