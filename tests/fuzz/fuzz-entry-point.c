/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps back in transport streams, program streams and fragmented MP4: never forwards, never before
 * the file. The first eight octets choose the place. */
#include <string.h>

#include "mediaserver/worker/entry-point.h"
#include "tests/support/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t byte = 0;
	g_auto(Fragments) fragments = { 0 };

	if (size < 8) {
		return 0;
	}
	memcpy(&byte, data, 8);
	const ReadAt file = MEMORY_FILE(data + 8, size - 8);

	byte %= file.size + 1;
	g_assert_cmpuint(entry_point_ts(&file, byte, 188), <=, byte);
	g_assert_cmpuint(entry_point_ts(&file, byte, 192), <=, byte);
	g_assert_cmpuint(entry_point_ps(&file, byte), <=, byte);
	if (fragments_read(&file, &fragments)) {
		g_assert_cmpuint(fragments_find(&fragments, byte), <=, byte);
		for (size_t i = 1; i < fragments.n; i++) {
			g_assert_cmpuint(fragments.starts[i], >, fragments.starts[i - 1]);
		}
	}
	return 0;
}
