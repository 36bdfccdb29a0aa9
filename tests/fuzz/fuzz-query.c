/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search criteria: what was accepted can be written, and reading that gives the same tree. */
#include <av-upnp/query.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const AvuPropertySet known = { { UINT64_MAX, UINT64_MAX } };
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(AvuQuery) query = avu_query_parse(text, &known, NULL);

	if (query != NULL) {
		g_autofree char *once = avu_query_format(query);
		g_autoptr(AvuQuery) again = avu_query_parse(once, &known, NULL);

		/* Brackets and spaces that were left out can make it longer than is looked at. */
		if (again != NULL) {
			g_autofree char *twice = avu_query_format(again);

			g_assert_cmpstr(once, ==, twice);
		}
	}
	return 0;
}
