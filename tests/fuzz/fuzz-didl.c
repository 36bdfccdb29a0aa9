/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite: what was read can be written, and reading that changes nothing any more. */
#include <string.h>

#include <av-upnp/didl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse((const char *)data, size, NULL);

	for (size_t i = 0; didl != NULL && i < avu_didl_get_n(didl); i++) {
		g_autofree char *once = avu_didl_format(avu_didl_get(didl, i));
		g_autoptr(AvuDidl) again = avu_didl_parse(once, strlen(once), NULL);

		g_assert_true(again != NULL && avu_didl_get_n(again) == 1);

		g_autofree char *twice = avu_didl_format(avu_didl_get(again, 0));

		g_assert_cmpstr(once, ==, twice);
	}
	return 0;
}
