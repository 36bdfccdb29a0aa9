/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers made from those of the whole (RIFF WAVE; AIFF and AIFF-C; Ogg's as they are; FLAC format,
 * METADATA_BLOCK_STREAMINFO). Pure over a
 * reader. */
#include "mediaserver/worker/piece-head.h"

#include <string.h>

#include "mediaserver/workers/piece-result.h"

#define CHUNKS_MAX 64
#define FMT_MIN 16
#define FMT_MAX 64
/* Within COMM: channels, then how many frames of samples. */
#define COMM_MIN 18
#define COMM_MAX 300 /* with the name of a compression */
#define FRAMES_AT 2
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

static void
put_be32(GByteArray *out, uint32_t value)
{
	const uint32_t octets = GUINT32_TO_BE(value);

	g_byte_array_append(out, (const uint8_t *)&octets, sizeof(octets));
}

/* One chunk that describes the sound. */
typedef struct {
	const char *name;
	uint32_t (*read_len)(const uint8_t *p);
	uint32_t min, max; /* other lengths are unknown */
} HeadChunk;

static const HeadChunk wav_format = { "fmt ", read_le32, FMT_MIN, FMT_MAX };
static const HeadChunk aiff_common = { "COMM", read_be32, COMM_MIN, COMM_MAX };

/* @param octets  room for chunk->max @return length, 0: there is none of a known length */
static uint32_t
read_chunk(const ReadAt *file, const HeadChunk *chunk, uint8_t *octets)
{
	uint64_t offset = 12;
	uint8_t header[8];

	for (unsigned i = 0; i < CHUNKS_MAX && read_at_exactly(file, offset, header, 8); i++) {
		const uint32_t len = chunk->read_len(header + 4);

		if (memcmp(header, chunk->name, 4) == 0) {
			return len >= chunk->min && len <= chunk->max &&
					       read_at_exactly(file, offset + 8, octets, len)
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
	uint32_t format_len = read_chunk(file, &wav_format, format);

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
piece_head_aiff(const ReadAt *file, uint64_t data_len, uint64_t n_frames)
{
	const uint32_t version = 0xa2805140; /* the only one there is of AIFF-C */
	uint8_t common[COMM_MAX], kind[12];
	uint32_t common_len = read_chunk(file, &aiff_common, common);

	/* behind "FORM" and its length: kind, version, two chunk headers, COMM, two numbers */
	if (common_len == 0 || !read_at_exactly(file, 0, kind, sizeof(kind)) ||
		n_frames > UINT32_MAX ||
		data_len > UINT32_MAX - (4 + 12 + 8 + COMM_MAX + 1 + 8 + 8)) {
		return NULL;
	}
	GByteArray *out = g_byte_array_new();
	const bool compressed = kind[11] == 'C';
	const uint8_t padding = 0;

	for (unsigned i = 0; i < 4; i++) {
		common[FRAMES_AT + i] = (uint8_t)(n_frames >> (24 - 8 * i));
	}
	put_name(out, "FORM");
	put_be32(out, (uint32_t)(4 + (compressed ? 12 : 0) + 8 + common_len + common_len % 2 + 16 +
				 data_len));
	g_byte_array_append(out, kind + 8, 4);
	if (compressed) {
		put_name(out, "FVER");
		put_be32(out, 4);
		put_be32(out, version);
	}
	put_name(out, "COMM");
	put_be32(out, common_len);
	g_byte_array_append(out, common, common_len);
	g_byte_array_append(out, &padding, common_len % 2);
	put_name(out, "SSND");
	put_be32(out, (uint32_t)(8 + data_len));
	put_be32(out, 0); /* offset */
	put_be32(out, 0); /* size of blocks */
	return g_byte_array_free_to_bytes(out);
}

GBytes *
piece_head_ogg(const ReadAt *file, uint64_t len)
{
	if (len < sizeof("OggS") || len > PIECE_HEAD_MAX || len > file->size) {
		return NULL;
	}
	uint8_t *pages = g_malloc((size_t)len);

	if (!read_at_exactly(file, 0, pages, (size_t)len) || memcmp(pages, "OggS", 4) != 0) {
		g_free(pages);
		return NULL;
	}
	return g_bytes_new_take(pages, (size_t)len);
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
