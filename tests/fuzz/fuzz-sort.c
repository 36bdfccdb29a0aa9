/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sort criteria: no more keys than there is room for, each property once as it is and once by its
 * hours. */
#include <av-upnp/content-directory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	AvuSortKey keys[AVU_SORT_KEYS_MAX];
	const AvuPropertySet known = { { UINT64_MAX, UINT64_MAX } };
	AvuPropertySet seen[2] = { 0 };
	unsigned n = 0;

	if (avu_sort_parse(text, &known, keys, &n, NULL)) {
		g_assert_cmpuint(n, <=, AVU_SORT_KEYS_MAX);
		for (unsigned i = 0; i < n; i++) {
			AvuPropertySet *set = &seen[keys[i].time_of_day];

			g_assert_false(avu_property_set_has(set, keys[i].property));
			avu_property_set_add(set, keys[i].property);
		}
	}
	return 0;
}
