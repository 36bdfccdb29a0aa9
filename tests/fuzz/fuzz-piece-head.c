/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers made from those of a file; the first eight octets choose the length. */
#include <string.h>

#include "mediaserver/worker/mp4-box.h"
#include "mediaserver/worker/piece-head.h"
#include "mediaserver/worker/piece-mp4.h"
#include "tests/support/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A track of the file's, with samples that the file need not have: "mdat" ends where the octets do. */
static void
check_mp4(const ReadAt *file, uint64_t length)
{
	const PieceSample samples[] = { { 1000, 100, 1024 }, { 1100, 1, 1024 },
		{ 2000 + length % 1000, 5, 7 } };
	const PieceMp4 piece = {
		.track_id = (uint32_t)(length & 3),
		.timescale = 48000,
		.samples = samples,
		.n_samples = G_N_ELEMENTS(samples),
		.skip = 3,
		.heard = 2052,
		.begin = 1000,
		.end = 3100,
	};
	size_t sizes = 0;
	g_autoptr(GBytes) head = piece_head_mp4(file, &piece, &sizes);

	if (head != NULL) {
		gsize len;
		const uint8_t *octets = g_bytes_get_data(head, &len);

		g_assert_cmpuint(read_be32(octets + len - 8), ==, piece.end - piece.begin + 8);
		g_assert_cmpuint(read_be32(octets + len - 12), ==,
			len + samples[2].at - piece.begin); /* the last place in "stco" */
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t length = 0;

	if (size < 8) {
		return 0;
	}
	memcpy(&length, data, 8);
	const ReadAt file = MEMORY_FILE(data + 8, size - 8);
	g_autoptr(GBytes) wav = piece_head_wav(&file, length);
	g_autoptr(GBytes) aiff = piece_head_aiff(&file, length, length / 4);
	g_autoptr(GBytes) ogg = piece_head_ogg(&file, length);
	g_autoptr(GBytes) flac = piece_head_flac(&file, 0, length);

	check_mp4(&file, length);
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
