/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Range values over a resource whose size the first octets choose: a part lies within it. */
#include <string.h>

#include <av-upnp/media-range.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t resource = 0;
	uint64_t offset = 0;
	uint64_t length = 0;
	g_autofree char *value = NULL;

	if (size < 8) {
		return 0;
	}
	memcpy(&resource, data, 8);
	value = g_strndup((const char *)data + 8, size - 8);
	if (avu_range_parse(value, resource, &offset, &length) == AVU_RANGE_PART) {
		g_assert_cmpuint(length, >, 0);
		g_assert_cmpuint(offset, <, resource);
		g_assert_cmpuint(length, <=, resource - offset);
	} else {
		g_assert_true(offset == 0 && length == 0);
	}
	return 0;
}
