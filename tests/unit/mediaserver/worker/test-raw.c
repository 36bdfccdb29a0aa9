/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where cameras put the picture to look at, by hand from TIFF's structure and from what is published of
 * the makers' formats; the pictures are headers of JPEGs. */
#include <string.h>

#include "mediaserver/worker/raw.h"
#include "tests/support/memory-file.h"

#define FILE_BYTES 4096

typedef struct {
	uint8_t octets[FILE_BYTES];
	size_t len;
} Memory;

static void
put_le(Memory *memory, size_t at, uint32_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		memory->octets[at + i] = (uint8_t)(value >> 8 * i);
	}
}

/* SOI, frame header, end */
static void
put_jpeg(Memory *memory, size_t at, uint8_t marker, unsigned width, unsigned height)
{
	const uint8_t octets[] = { 0xff, 0xd8, 0xff, marker, 0, 17, 8, (uint8_t)(height >> 8),
		(uint8_t)height, (uint8_t)(width >> 8), (uint8_t)width, 3, 1, 0x22, 0, 2, 0x11, 1,
		3, 0x11, 1, 0xff, 0xd9 };

	memcpy(memory->octets + at, octets, sizeof(octets));
}

typedef struct {
	uint32_t tag, type, count, value;
} Field;

/* @param fields  ends with tag 0 */
static void
put_directory(Memory *memory, size_t at, const Field *fields, uint32_t next)
{
	uint32_t n = 0;

	for (; fields[n].tag != 0; n++) {
		const size_t entry = at + 2 + 12 * (size_t)n;

		put_le(memory, entry, fields[n].tag, 2);
		put_le(memory, entry + 2, fields[n].type, 2);
		put_le(memory, entry + 4, fields[n].count, 4);
		put_le(memory, entry + 8, fields[n].value, 4);
	}
	put_le(memory, at, n, 2);
	put_le(memory, at + 2 + 12 * (size_t)n, next, 4);
}

enum { A = 1000, B = 1100, C = 1200 }; /* where pictures are */

static const struct {
	const char *head;                    /* first four octets */
	Field first[8], second[8], third[8]; /* directories at 8, 200 and 400 */
	uint32_t next;                       /* of the first */
	uint8_t markers[3];                  /* of pictures at A (640), B (1600) and C (160 wide) */
	uint32_t offset, width;              /* 0: none is found */
	const char *why;
} rows[] = {
	{ "II*", { { 0x103, 3, 1, 6 }, { 0x111, 4, 1, B }, { 0x117, 4, 1, 500 } },
		{ { 0x201, 4, 1, C }, { 0x202, 4, 1, 90 } }, { { 0 } }, 200, { 0, 0xc0, 0xc0 }, B,
		1600, "CR2: the first picture is a JPEG in a strip, the next a thumbnail" },
	{ "II*", { { 0x14a, 4, 1, 200 } }, { { 0x201, 4, 1, B }, { 0x202, 4, 1, 500 } }, { { 0 } },
		0, { 0, 0xc0, 0 }, B, 1600, "NEF: in a directory below" },
	{ "II*", { { 0x14a, 4, 2, 800 } },
		{ { 0x103, 3, 1, 7 }, { 0x111, 4, 1, A }, { 0x117, 4, 1, 500 } },
		{ { 0xfe, 4, 1, 1 }, { 0x103, 3, 1, 7 }, { 0x111, 4, 1, C }, { 0x117, 4, 1, 90 } },
		0, { 0xc3, 0, 0xc0 }, C, 160,
		"DNG: pixels without loss are no picture to look at" },
	{ "II*", { { 0x201, 4, 1, A }, { 0x202, 4, 1, 500 } },
		{ { 0x201, 4, 1, B }, { 0x202, 4, 1, 9 } }, { { 0 } }, 200, { 0xc0, 0xc0, 0 }, A,
		640, "shorter than any picture is" },
	{ "II*", { { 0x201, 4, 1, A }, { 0x202, 4, 1, UINT32_MAX } }, { { 0 } }, { { 0 } }, 8,
		{ 0xc2, 0, 0 }, A, 640, "ARW: progressive; reaches beyond the end; its own next" },
	{ "IIU", { { 0x2e, 7, 500, B } }, { { 0 } }, { { 0 } }, 0, { 0, 0xc0, 0 }, B, 1600,
		"RW2: a tag of its own" },
	{ "IIRO", { { 0x100, 3, 1, 16 } }, { { 0 } }, { { 0 } }, 0, { 0xc0, 0xc0, 0 }, B, 1600,
		"ORF: in the maker's notes, found by searching" },
	{ "II*", { { 0x100, 3, 1, 16 } }, { { 0 } }, { { 0 } }, 0, { 0xc0, 0xc0, 0 }, 0, 0,
		"what lies about in a TIFF is not searched" },
	{ "II*", { { 0x103, 3, 1, 7 }, { 0x111, 4, 1, A }, { 0x117, 4, 1, 500 } }, { { 0 } },
		{ { 0 } }, 0, { 0xc0, 0, 0 }, 0, 0, "a TIFF whose pixels are JPEG without tables" },
	{ "II*", { { 0x201, 4, 1, UINT32_MAX }, { 0x202, 4, 1, 90 } }, { { 0 } }, { { 0 } }, 0,
		{ 0 }, 0, 0, "far away" },
	{ "II*", { { 0x201, 4, 1, 600 }, { 0x202, 4, 1, 90 } }, { { 0 } }, { { 0 } }, 0, { 0 }, 0,
		0, "no JPEG there" },
	{ "II*", { { 0x14a, 4, UINT32_MAX, 4000 } }, { { 0 } }, { { 0 } }, 0, { 0 }, 0, 0,
		"a list longer than the file" },
	{ "JUNK", { { 0x201, 4, 1, A }, { 0x202, 4, 1, 90 } }, { { 0 } }, { { 0 } }, 0,
		{ 0xc0, 0, 0 }, 0, 0, "something else" },
};

static void
fill(size_t row, Memory *memory)
{
	static const unsigned widths[] = { 640, 1600, 160 };

	*memory = (Memory){ .len = 2000 };
	memcpy(memory->octets, rows[row].head, strlen(rows[row].head));
	put_le(memory, 4, 8, 4);
	put_directory(memory, 8, rows[row].first, rows[row].next);
	put_directory(memory, 200, rows[row].second, 0);
	put_directory(memory, 400, rows[row].third, 0);
	put_le(memory, 800, 200, 4);
	put_le(memory, 804, 400, 4);
	for (unsigned i = 0; i < 3; i++) {
		if (rows[row].markers[i] != 0) {
			put_jpeg(memory, A + 100 * (size_t)i, rows[row].markers[i], widths[i],
				widths[i] / 2);
		}
	}
}

static void
test_directories(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Memory memory;
		RawPreview preview;

		fill(i, &memory);
		const ReadAt file = MEMORY_FILE(memory.octets, memory.len);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(raw_find_preview(&file, &preview), ==, rows[i].width != 0);
		if (rows[i].width != 0) {
			g_assert_cmpuint(preview.offset, ==, rows[i].offset);
			g_assert_cmpuint(preview.width, ==, rows[i].width);
			g_assert_cmpuint(preview.height, ==, rows[i].width / 2);
			g_assert_cmpuint(preview.offset + preview.len, <=, memory.len);
		}
		for (; memory.len > 0; memory.len--) { /* cut anywhere: nothing worse than less */
			const ReadAt less = MEMORY_FILE(memory.octets, memory.len);

			(void)raw_find_preview(&less, &preview);
		}
	}
}

/* Fuji says where it is, big end first; Canon's boxes are searched. */
static void
test_others(void)
{
	Memory fuji = { .len = 2000 }, canon = { .len = 2000 };
	const ReadAt first = MEMORY_FILE(fuji.octets, fuji.len);
	const ReadAt second = MEMORY_FILE(canon.octets, canon.len);
	RawPreview preview;

	memcpy(fuji.octets, "FUJIFILMCCD-RAW 0201", 20);
	fuji.octets[86] = B >> 8;
	fuji.octets[87] = B & 0xff;
	fuji.octets[91] = 200;
	put_jpeg(&fuji, B, 0xc0, 1600, 800);
	g_assert_true(raw_find_preview(&first, &preview));
	g_assert_cmpuint(preview.offset, ==, B);
	g_assert_cmpuint(preview.len, ==, 200);
	memcpy(canon.octets,
		"\0\0\0\x18"
		"ftypcrx ",
		12);
	put_jpeg(&canon, C, 0xc0, 160, 120);
	put_jpeg(&canon, A, 0xc0, 640, 480);
	g_assert_true(raw_find_preview(&second, &preview));
	g_assert_cmpuint(preview.offset, ==, A);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mediaserver/worker/raw/directories", test_directories);
	g_test_add_func("/mediaserver/worker/raw/others", test_others);
	return g_test_run();
}
