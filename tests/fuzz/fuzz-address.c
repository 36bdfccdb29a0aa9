/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address literals: what is taken is written and taken again as the same address. */
#include <string.h>

#include <av-upnp/address.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	AvuAddress address;

	if (avu_address_parse(text, &address)) {
		g_autofree char *formatted = avu_address_format(&address);
		AvuAddress again;

		g_assert_true(avu_address_parse(formatted, &again));
		g_assert_true(avu_address_equal_ip(&address, &again));
		g_assert_cmpuint(avu_address_class(&address), ==, avu_address_class(&again));
	}
	return 0;
}
