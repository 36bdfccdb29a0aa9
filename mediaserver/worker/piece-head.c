/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers made from those of the whole (RIFF WAVE; FLAC format, METADATA_BLOCK_STREAMINFO). Pure over a
 * reader. */
#include "mediaserver/worker/piece-head.h"

#include <string.h>

#define CHUNKS_MAX 64
#define FMT_MIN 16
#define FMT_MAX 64
#define STREAM_INFO_LEN 34
/* Within STREAMINFO: the lower half of an octet and four more are the number of samples, then comes
 * the MD5 of all of them. */
#define SAMPLES_AT 13
#define MD5_AT 18
#define SAMPLES_MAX ((UINT64_C(1) << 36) - 1)

static void
put_le32(GByteArray *out, uint32_t value)
{
	const uint32_t octets = GUINT32_TO_LE(value);

	g_byte_array_append(out, (const uint8_t *)&octets, sizeof(octets));
}

static void
put_name(GByteArray *out, const char *name)
{
	g_byte_array_append(out, (const uint8_t *)name, 4);
}

/* @return length of the chunk "fmt ", 0 when there is none of a known size */
static uint32_t
read_format(const ReadAt *file, uint8_t format[FMT_MAX])
{
	uint64_t offset = 12;
	uint8_t header[8];

	for (unsigned i = 0; i < CHUNKS_MAX && read_at_exactly(file, offset, header, 8); i++) {
		uint32_t len = read_le32(header + 4);

		if (memcmp(header, "fmt ", 4) == 0) {
			return len >= FMT_MIN && len <= FMT_MAX &&
					       read_at_exactly(file, offset + 8, format, len)
				       ? len
				       : 0;
		}
		offset += 8 + (uint64_t)len + len % 2;
	}
	return 0;
}

GBytes *
piece_head_wav(const ReadAt *file, uint64_t data_len)
{
	uint8_t format[FMT_MAX];
	uint32_t format_len = read_format(file, format);

	/* behind "RIFF" and its length: WAVE, two chunk headers, the format */
	if (format_len == 0 || data_len > UINT32_MAX - (4 + 8 + FMT_MAX + 1 + 8)) {
		return NULL;
	}
	GByteArray *out = g_byte_array_new();
	const uint8_t padding = 0;

	put_name(out, "RIFF");
	put_le32(out, (uint32_t)(4 + 8 + format_len + format_len % 2 + 8 + data_len));
	put_name(out, "WAVE");
	put_name(out, "fmt ");
	put_le32(out, format_len);
	g_byte_array_append(out, format, format_len);
	g_byte_array_append(out, &padding, format_len % 2);
	put_name(out, "data");
	put_le32(out, (uint32_t)data_len);
	return g_byte_array_free_to_bytes(out);
}

GBytes *
piece_head_flac(const ReadAt *file, uint64_t start, uint64_t n_samples)
{
	uint8_t head[4 + 4 + STREAM_INFO_LEN];
	uint8_t *info = head + 8;

	if (!read_at_exactly(file, start, head, sizeof(head)) || memcmp(head, "fLaC", 4) != 0 ||
		(head[4] & 0x7f) != 0 || head[5] != 0 || head[6] != 0 ||
		head[7] != STREAM_INFO_LEN) {
		return NULL;
	}
	n_samples = n_samples <= SAMPLES_MAX ? n_samples : 0; /* 0: unknown */
	head[4] = 0x80;                                       /* the last block */
	info[SAMPLES_AT] = (uint8_t)((info[SAMPLES_AT] & 0xf0) | n_samples >> 32);
	for (unsigned i = 0; i < 4; i++) {
		info[SAMPLES_AT + 1 + i] = (uint8_t)(n_samples >> (24 - 8 * i));
	}
	memset(info + MD5_AT, 0, STREAM_INFO_LEN - MD5_AT);
	return g_bytes_new(head, sizeof(head));
}
