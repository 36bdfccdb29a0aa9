/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pictures, put together by hand from their formats, and what damage does to them. */
#include "mediaserver/worker/picture.h"
#include "tests/support/memory-file.h"

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
	MemoryFile memory;
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
#define PNG(kind_) OCTETS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x0f\xa0\0\0\x0b\xb8" kind_)
	{ "png", PNG("\x08\x06\0\0\0"), true, 4000, 3000, false, "", "PNG" },
	{ "png", PNG("\x08\x02\0\0\0"), true, 4000, 3000, false, "", "no alpha" },
	{ "png", PNG("\x08\x02\0\0\1"), true, 4000, 3000, true, "", "interlaced" },
	{ "png", PNG("\x10\x02\0\0\0"), true, 4000, 3000, true, "", "48 bits of colour" },
	{ "png", PNG("\x10\x06\0\0\0"), true, 4000, 3000, true, "", "48 and alpha" },
	{ "png", PNG("\x10\0\0\0\0"), true, 4000, 3000, false, "", "grey of 16" },
	{ "png", PNG("\x08\x04\0\0\0"), true, 4000, 3000, false, "", "grey and alpha" },
	{ "png", PNG("\x01\0\0\0\0"), true, 4000, 3000, true, "", "black and white" },
	{ "png", PNG("\x04\x03\0\0\0"), true, 4000, 3000, false, "", "palette of 16" },
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
		MemoryFile memory = rows[i].memory;
		const ReadAt file = MEMORY_FILE(memory.octets, memory.len);
		PictureInfo info;

		g_test_message("%s: %s", rows[i].format, rows[i].why);
		g_assert_cmpint(picture_read(rows[i].format, &file, &info), ==, rows[i].good);
		if (rows[i].good) {
			g_assert_cmpuint(info.width, ==, rows[i].width);
			g_assert_cmpuint(info.height, ==, rows[i].height);
			g_assert_cmpint(info.progressive, ==, rows[i].progressive);
			g_assert_cmpstr(info.exif.date, ==, rows[i].date);
		}
	}
}

/* All that EXIF has for us: little end first; a maker inside the field, a model outside, one of the
 * other side of the world. */
static void
test_exif(void)
{
	static const char octets[] = "II*\0\x08\0\0\0"
				     "\x05\0"
				     "\x0f\x01\2\0\4\0\0\0Ann\0"
				     "\x10\x01\2\0\x06\0\0\0\x4a\0\0\0"
				     "\x12\x01\3\0\1\0\0\0\6\0\0\0"
				     "\x46\x47\3\0\1\0\0\0\4\0\0\0"
				     "\x25\x88\4\0\1\0\0\0\x50\0\0\0"
				     "\0\0\0\0" /* 8 + 2 + 60 = 70; next directory up to 74 */
				     "X-100\0"  /* 74 */
				     "\x04\0"   /* 80 */
				     "\1\0\2\0\2\0\0\0S\0\0\0"
				     "\2\0\5\0\3\0\0\0\x86\0\0\0"
				     "\3\0\2\0\2\0\0\0E\0\0\0"
				     "\4\0\5\0\3\0\0\0\x9e\0\0\0"
				     "\0\0\0\0" /* 80 + 2 + 48 = 130 */
				     "\x21\0\0\0\1\0\0\0\x33\0\0\0\1\0\0\0\x86\1\0\0\x0a\0\0\0"
				     "\x97\0\0\0\1\0\0\0\x0c\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0";
	MemoryFile memory = { octets, sizeof(octets) - 1 };
	const ReadAt file = MEMORY_FILE(memory.octets, memory.len);
	Exif exif;

	g_assert_true(exif_read(&file, 0, &exif));
	g_assert_cmpstr(exif.maker, ==, "Ann");
	g_assert_cmpstr(exif.model, ==, "X-100");
	g_assert_cmpuint(exif.orientation, ==, 6);
	g_assert_cmpuint(exif.stars, ==, 4);
	/* 33° 51' 39.0" S, 151° 12' 0/0" E */
	g_assert_cmpstr(exif.location, ==, "-33.860833,151.200000");
	for (size_t len = 0; len < memory.len; len++) { /* cut anywhere: nothing worse than less */
		MemoryFile cut = { octets, len };
		const ReadAt less = MEMORY_FILE(cut.octets, len);

		(void)exif_read(&less, 0, &exif);
	}
}

/* The picture is item 2 and turned a quarter; item 1 is a thumbnail. */
static void
test_heif(void)
{
	static const char octets[] = "\0\0\0\x10"
				     "ftypheic\0\0\0\0"
				     "\0\0\0\x7c"
				     "meta\0\0\0\0"
				     "\0\0\0\x0e"
				     "pitm\0\0\0\0\0\2"
				     "\0\0\0\x62"
				     "iprp"
				     "\0\0\0\x41"
				     "ipco"
				     "\0\0\0\x14"
				     "ispe\0\0\0\0\0\0\0\xa0\0\0\0\x78"
				     "\0\0\0\x14"
				     "ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0"
				     "\0\0\0\x09"
				     "irot\3"
				     "\0\0\0\x08"
				     "free"
				     "\0\0\0\x19"
				     "ipma\0\0\0\0\0\0\0\2"
				     "\0\1\1\1"
				     "\0\2\2\2\x83";
	MemoryFile memory = { octets, sizeof(octets) - 1 };
	PictureInfo info;

	for (size_t len = 0; len <= memory.len; len++) {
		MemoryFile cut = { octets, len };
		const ReadAt file = MEMORY_FILE(cut.octets, len);

		if (picture_read("heic", &file, &info)) {
			break;
		}
	}
	const ReadAt file = MEMORY_FILE(memory.octets, memory.len);

	g_assert_true(picture_read("heic", &file, &info));
	g_assert_cmpuint(info.width, ==, 4032);
	g_assert_cmpuint(info.height, ==, 3024);
	g_assert_cmpuint(info.exif.orientation, ==, 6);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/picture/headers", test_headers);
	g_test_add_func("/worker/picture/exif", test_exif);
	g_test_add_func("/worker/picture/heif", test_heif);
	return g_test_run();
}
