/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers made from those of a file; the first eight octets choose the length. */
#include <string.h>

#include "mediaserver/worker/piece-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	const uint8_t *data;
	size_t len;
} Memory;

static size_t
read_memory(void *data, uint64_t offset, uint8_t *buffer, size_t len)
{
	const Memory *memory = data;

	if (offset >= memory->len) {
		return 0;
	}
	len = MIN(len, memory->len - (size_t)offset);
	memcpy(buffer, memory->data + offset, len);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t length = 0;

	if (size < 8) {
		return 0;
	}
	memcpy(&length, data, 8);
	Memory memory = { data + 8, size - 8 };
	const ReadAt file = { read_memory, &memory, memory.len };
	g_autoptr(GBytes) wav = piece_head_wav(&file, length);
	g_autoptr(GBytes) aiff = piece_head_aiff(&file, length, length / 4);
	g_autoptr(GBytes) ogg = piece_head_ogg(&file, length);
	g_autoptr(GBytes) flac = piece_head_flac(&file, 0, length);

	if (wav != NULL) {
		gsize len;
		const uint8_t *head = g_bytes_get_data(wav, &len);

		g_assert_cmpuint(read_le32(head + 4) + 8, ==, len + length);
		g_assert_cmpuint(read_le32(head + len - 4), ==, length);
	}
	if (aiff != NULL) {
		gsize len;
		const uint8_t *head = g_bytes_get_data(aiff, &len);

		g_assert_cmpuint(read_be32(head + 4) + 8, ==, len + length);
		g_assert_cmpuint(read_be32(head + len - 12), ==, length + 8);
	}
	g_assert_true(ogg == NULL || g_bytes_get_size(ogg) == length);
	g_assert_true(flac == NULL || g_bytes_get_size(flac) == 42);
	return 0;
}
