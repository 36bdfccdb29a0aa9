/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kept transport: what is read and written again is the same. */
#include <string.h>

#include "transport/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(AvuTransportMemory) memory, again;

	if (!memory_parse((const char *)data, size, &memory)) {
		g_assert_null(memory.uri);
		again = (AvuTransportMemory){ .uri = NULL };
		return 0;
	}
	g_autofree char *text = memory_format(&memory);

	g_assert_null(strchr(text, '\n'));
	g_assert_true(memory_parse(text, strlen(text), &again));
	g_assert_cmpstr(memory.uri, ==, again.uri);
	g_assert_cmpstr(memory.next_metadata, ==, again.next_metadata);
	g_assert_cmpint(memory.position_ns, ==, again.position_ns);
	return 0;
}
