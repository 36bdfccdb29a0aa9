/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pieces: by hand from the RIFF and FLAC formats. */
#include <string.h>

#include "mediaserver/worker/piece-head.h"
#include "tests/support/memory-file.h"

#define FORMAT "\x01\0\x02\0\x44\xac\0\0\x10\xb1\x02\0\x04\0\x10\0" /* CD: 44 100 Hz, 2 × 16 */

static void
test_wav(void)
{
	static const char whole[] = "RIFF\xff\xff\xff\0WAVE"
				    "LIST\x03\0\0\0abc\0" /* an odd chunk is padded */
				    "fmt \x10\0\0\0" FORMAT "data\xff\xff\0\0";
	/* 36 octets behind the length, and 1000 of samples: 1036 = 0x40c, 1000 = 0x3e8 */
	static const char expected[] =
		"RIFF\x0c\x04\0\0WAVEfmt \x10\0\0\0" FORMAT "data\xe8\x03\0\0";
	const ReadAt file = MEMORY_FILE(whole, sizeof(whole) - 1);
	g_autoptr(GBytes) head = piece_head_wav(&file, 1000);

	g_assert_nonnull(head);
	g_assert_cmpmem(g_bytes_get_data(head, NULL), g_bytes_get_size(head), expected,
		sizeof(expected) - 1);
	g_assert_null(piece_head_wav(&file, UINT32_MAX));
	g_assert_null(piece_head_wav(&file, UINT64_MAX));
}

static void
test_wav_refused(void)
{
	static const struct {
		const char *octets;
		size_t len;
		const char *why;
	} rows[] = {
		{ "RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd", 24, "no format" },
		{ "RIFF\0\0\0\0WAVEfmt \x0f\0\0\0" FORMAT, 36, "format too short" },
		{ "RIFF\0\0\0\0WAVEfmt \x41\0\0\0" FORMAT, 36, "format too long" },
		{ "RIFF\0\0\0\0WAVEfmt \x10\0\0\0abc", 23, "format cut off" },
		{ "RIFF\0\0\0\0WAVELIST\xff\xff\xff\xff", 20, "a chunk of 4 GiB" },
		{ "RIFF", 4, "nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const ReadAt file = MEMORY_FILE(rows[i].octets, rows[i].len);

		g_test_message("%s", rows[i].why);
		g_assert_null(piece_head_wav(&file, 1000));
	}
}

/* 16 and 16 of block size, 24 and 24 of frame size; then 44 100 Hz (20 bits), 2 channels - 1 (3 bits),
 * 16 bits - 1 (5 bits), 36 bits of samples; MD5 */
#define INFO_START "\x10\0\x10\0\0\0\x0e\0\x20\0\x0a\xc4\x42"

static void
test_flac(void)
{
	static const char whole[] = "tagfLaC\0\0\0\x22" INFO_START "\xf1\x23\x45\x67\x89"
				    "0123456789abcdefthe next block";
	static const struct {
		uint64_t n;
		const char *samples; /* lower half of the first octet and four more */
	} rows[] = {
		{ 441000, "\xf0\0\x06\xba\xa8" },
		{ (UINT64_C(1) << 36) - 1, "\xff\xff\xff\xff\xff" },
		{ UINT64_C(1) << 36, "\xf0\0\0\0\0" }, /* too many to say */
	};
	const ReadAt file = MEMORY_FILE(whole, sizeof(whole) - 1);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) head = piece_head_flac(&file, 3, rows[i].n);
		g_autoptr(GByteArray) expected = g_byte_array_new();

		g_byte_array_append(
			expected, (const uint8_t *)"fLaC\x80\0\0\x22" INFO_START, 8 + 13);
		g_byte_array_append(expected, (const uint8_t *)rows[i].samples, 5);
		g_byte_array_set_size(expected, 42);
		memset(expected->data + 26, 0, 16);
		g_assert_nonnull(head);
		g_assert_cmpmem(g_bytes_get_data(head, NULL), g_bytes_get_size(head),
			expected->data, expected->len);
	}
	g_assert_null(piece_head_flac(&file, 0, 1));
	g_assert_null(piece_head_flac(&file, sizeof(whole) - 10, 1));
}

static void
test_aiff(void)
{
	static const char whole[] = "FORM\0\0\xff\xff"
				    "AIFF"
				    "NAME\0\0\0\3abc\0" /* an odd chunk is padded */
				    "COMM\0\0\0\x12"
				    "\0\2\0\1\0\0\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0"
				    "SSND\0\0\0\x08\0\0\0\0\0\0\0\0";
	/* behind the length 4 + 8 + 18 + 8 + 8 octets and 1000 of samples: 1046 = 0x416; 250 frames = 0xfa;
	 * 8 + 1000 = 0x3f0 */
	static const char expected[] = "FORM\0\0\x04\x16"
				       "AIFF"
				       "COMM\0\0\0\x12"
				       "\0\2\0\0\0\xfa\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0"
				       "SSND\0\0\x03\xf0\0\0\0\0\0\0\0\0";
	/* likewise with the chunk of 12 for the version */
	static const char expected_c[] = "FORM\0\0\x04\x22"
					 "AIFC"
					 "FVER\0\0\0\4\xa2\x80\x51\x40"
					 "COMM\0\0\0\x12"
					 "\0\2\0\0\0\xfa\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0"
					 "SSND\0\0\x03\xf0\0\0\0\0\0\0\0\0";
	char whole_c[sizeof(whole)];

	memcpy(whole_c, whole, sizeof(whole));
	whole_c[11] = 'C';
	for (unsigned i = 0; i < 2; i++) {
		const ReadAt file = MEMORY_FILE(i == 0 ? whole : whole_c, sizeof(whole) - 1);
		g_autoptr(GBytes) head = piece_head_aiff(&file, 1000, 250);

		g_assert_nonnull(head);
		g_assert_cmpmem(g_bytes_get_data(head, NULL), g_bytes_get_size(head),
			i == 0 ? expected : expected_c,
			(i == 0 ? sizeof(expected) : sizeof(expected_c)) - 1);
		g_assert_null(piece_head_aiff(&file, UINT32_MAX, 250));
		g_assert_null(piece_head_aiff(&file, 1000, UINT64_C(1) << 32));
	}
	const ReadAt file = MEMORY_FILE(whole, 12);

	g_assert_null(piece_head_aiff(&file, 1000, 250));
}

static void
test_ogg(void)
{
	static const char whole[] = "OggS and what follows";
	const ReadAt file = MEMORY_FILE(whole, sizeof(whole) - 1);
	g_autoptr(GBytes) head = piece_head_ogg(&file, 8);

	g_assert_nonnull(head);
	g_assert_cmpmem(g_bytes_get_data(head, NULL), g_bytes_get_size(head), "OggS and", 8);
	g_assert_null(piece_head_ogg(&file, sizeof(whole)));
	g_assert_null(piece_head_ogg(&file, UINT64_MAX));
	g_assert_null(piece_head_ogg(&file, 0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/piece-head/wav", test_wav);
	g_test_add_func("/worker/piece-head/wav-refused", test_wav_refused);
	g_test_add_func("/worker/piece-head/flac", test_flac);
	g_test_add_func("/worker/piece-head/aiff", test_aiff);
	g_test_add_func("/worker/piece-head/ogg", test_ogg);
	return g_test_run();
}
