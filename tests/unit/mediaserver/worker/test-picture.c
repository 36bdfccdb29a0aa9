/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pictures, put together by hand from their formats, and what damage does to them. */
#include <string.h>

#include "mediaserver/worker/picture.h"

typedef struct {
	const char *octets;
	size_t len;
} Memory;

static size_t
read_memory(void *data, uint64_t offset, uint8_t *buffer, size_t len)
{
	const Memory *memory = data;

	if (offset >= memory->len) {
		return 0;
	}
	size_t n = MIN(len, memory->len - offset);

	memcpy(buffer, memory->octets + offset, n);
	return n;
}

#define OCTETS(text)                   \
	{                              \
		text, sizeof(text) - 1 \
	}
#define SOF(kind) "\xff" kind "\x00\x11\x08\x00\x30\x00\x40\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
/* big-endian TIFF: one field DateTime at offset 26 */
#define EXIF                                                                      \
	"\xff\xe1\x00\x36"                                                        \
	"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x32\0\x02\0\0\0\x14\0\0\0\x1a\0\0\0\0" \
	"2019:03:01 10:20:30\0"

static const struct {
	const char *format;
	Memory memory;
	bool good;
	uint32_t width, height;
	bool progressive;
	const char *date;
	const char *why;
} rows[] = {
	{ "jpeg", OCTETS("\xff\xd8" SOF("\xc0")), true, 64, 48, false, "", "baseline" },
	{ "jpeg", OCTETS("\xff\xd8" SOF("\xc2")), true, 64, 48, true, "", "progressive" },
	{ "jpeg", OCTETS("\xff\xd8\xff\xff" SOF("\xc0")), true, 64, 48, false, "", "fill octets" },
	{ "jpeg", OCTETS("\xff\xd8" EXIF SOF("\xc0")), true, 64, 48, false, "2019-03-01T10:20:30",
		"EXIF date" },
	{ "jpeg", OCTETS("\xff\xd8\xff\xda\x00\x02"), false, 0, 0, false, "", "scan before frame" },
	{ "jpeg", OCTETS("\xff\xd8\xff\xe0\x00\x01\xff\xc0"), false, 0, 0, false, "",
		"segment shorter than its length" },
	{ "jpeg", OCTETS("\xff\xd8\xff\xe0\xff\xff"), false, 0, 0, false, "", "cut" },
	{ "png", OCTETS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x0f\xa0\0\0\x0b\xb8\x08\x06\0\0\0"),
		true, 4000, 3000, false, "", "PNG" },
	{ "png", OCTETS("\x89PNG\r\n\x1a\n\0\0\0\rIDAT\0\0\0\1\0\0\0\1\x08\x06\0\0\0"), false, 0, 0,
		false, "", "no IHDR first" },
	{ "gif", OCTETS("GIF89a\x40\x01\xf0\x00"), true, 320, 240, false, "", "GIF" },
	{ "bmp", OCTETS("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\0\0\0\xf0\xff\xff\xff"), true,
		32, 16, false, "", "top-down bitmap" },
	{ "webp", OCTETS("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0"), true, 800,
		600, false, "", "extended WebP: sizes less one" },
	{ "tiff", OCTETS("II*\0\x08\0\0\0\2\0\0\1\3\0\1\0\0\0\x20\3\0\0\1\1\4\0\1\0\0\0\x58\2\0\0"),
		true, 800, 600, false, "", "TIFF: SHORT and LONG" },
	{ "tiff", OCTETS("II*\0\xff\xff\xff\xff"), false, 0, 0, false, "", "directory far away" },
	{ "gif", OCTETS("GIF89a\0\0\0\0"), false, 0, 0, false, "", "no size" },
	{ "svg", OCTETS("<svg/>"), false, 0, 0, false, "", "not one of ours" },
};

static void
test_headers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Memory memory = rows[i].memory;
		PictureInfo info;

		g_test_message("%s: %s", rows[i].format, rows[i].why);
		g_assert_cmpint(picture_read(rows[i].format, read_memory, &memory, &info), ==,
			rows[i].good);
		if (rows[i].good) {
			g_assert_cmpuint(info.width, ==, rows[i].width);
			g_assert_cmpuint(info.height, ==, rows[i].height);
			g_assert_cmpint(info.progressive, ==, rows[i].progressive);
			g_assert_cmpstr(info.date, ==, rows[i].date);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/picture/headers", test_headers);
	return g_test_run();
}
