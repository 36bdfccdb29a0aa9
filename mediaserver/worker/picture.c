/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pictures: a PNG of 12 megapixels costs FFmpeg 200 ms, its header 0.1 ms. Every offset
 * comes from the file: all reading goes through a function that gives what is there. Pure, bounded:
 * at most 512 JPEG segments and 256 TIFF fields are looked at. */
#include "mediaserver/worker/picture.h"

#include <string.h>

#define JPEG_SEGMENTS_MAX 512
#define TIFF_FIELDS_MAX 256

typedef struct {
	PictureRead read;
	void *data;
	PictureInfo *info;
} Picture;

static bool
get(const Picture *picture, uint64_t offset, uint8_t *buffer, size_t len)
{
	return picture->read(picture->data, offset, buffer, len) == len;
}

static uint32_t
be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
le16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t
be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static uint32_t
le32(const uint8_t *p)
{
	return le16(p + 2) << 16 | le16(p);
}

/* TIFF, also as the body of EXIF */

typedef struct {
	const Picture *picture;
	uint64_t base; /* of the TIFF header; its offsets count from here */
	bool big_endian;
	uint32_t exif_directory; /* 0: none */
	uint32_t date_offset;
	bool original_date;
	uint32_t width, height;
} Tiff;

static uint32_t
tiff16(const Tiff *tiff, const uint8_t *p)
{
	return tiff->big_endian ? be16(p) : le16(p);
}

static uint32_t
tiff32(const Tiff *tiff, const uint8_t *p)
{
	return tiff->big_endian ? be32(p) : le32(p);
}

static void
tiff_field(Tiff *tiff, const uint8_t field[12])
{
	uint32_t tag = tiff16(tiff, field);
	uint32_t value = tiff16(tiff, field + 2) == 3 /* SHORT */ ? tiff16(tiff, field + 8)
								  : tiff32(tiff, field + 8);

	switch (tag) {
	case 0x0100: /* ImageWidth */
		tiff->width = value;
		break;
	case 0x0101: /* ImageLength */
		tiff->height = value;
		break;
	case 0x8769: /* Exif IFD */
		tiff->exif_directory = value;
		break;
	case 0x9003: /* DateTimeOriginal wins over DateTime, the moment of the last edit */
		tiff->date_offset = value;
		tiff->original_date = true;
		break;
	case 0x0132: /* DateTime */
		if (!tiff->original_date) {
			tiff->date_offset = value;
		}
		break;
	default:
		break;
	}
}

static bool
tiff_directory(Tiff *tiff, uint32_t offset)
{
	uint8_t count[2];

	if (!get(tiff->picture, tiff->base + offset, count, sizeof(count))) {
		return false;
	}
	uint32_t n = MIN(tiff16(tiff, count), TIFF_FIELDS_MAX);

	for (uint32_t i = 0; i < n; i++) {
		uint8_t field[12];

		if (!get(tiff->picture, tiff->base + offset + 2 + 12 * (uint64_t)i, field,
			    sizeof(field))) {
			return false;
		}
		tiff_field(tiff, field);
	}
	return true;
}

/* "2024:05:17 12:30:00" as ISO 8601; cameras without a clock write blanks or zeros. */
static void
tiff_take_date(const Tiff *tiff)
{
	static const char form[] = "dddd:dd:dd dd:dd:dd";
	uint8_t text[19];

	if (tiff->date_offset == 0 ||
		!get(tiff->picture, tiff->base + tiff->date_offset, text, sizeof(text)) ||
		memcmp(text, "0000", 4) == 0) {
		return;
	}
	for (size_t i = 0; i < sizeof(text); i++) {
		if (form[i] == 'd' ? !g_ascii_isdigit((char)text[i])
				   : text[i] != (uint8_t)form[i]) {
			return;
		}
	}
	char *date = tiff->picture->info->date;

	memcpy(date, text, sizeof(text));
	date[4] = '-';
	date[7] = '-';
	date[10] = 'T';
	date[19] = '\0';
}

static bool
tiff_read(const Picture *picture, uint64_t base, Tiff *ret_tiff)
{
	uint8_t head[8];

	*ret_tiff = (Tiff){ .picture = picture, .base = base };
	if (!get(picture, base, head, sizeof(head)) ||
		(memcmp(head, "II*\0", 4) != 0 && memcmp(head, "MM\0*", 4) != 0)) {
		return false;
	}
	ret_tiff->big_endian = head[0] == 'M';
	if (!tiff_directory(ret_tiff, tiff32(ret_tiff, head + 4))) {
		return false;
	}
	if (ret_tiff->exif_directory != 0) {
		(void)tiff_directory(ret_tiff, ret_tiff->exif_directory); /* optional part */
	}
	tiff_take_date(ret_tiff);
	return true;
}

static bool
read_tiff(const Picture *picture)
{
	Tiff tiff;

	if (!tiff_read(picture, 0, &tiff)) {
		return false;
	}
	picture->info->width = tiff.width;
	picture->info->height = tiff.height;
	return true;
}

/* JPEG: walk the segments up to the frame header */

static bool
jpeg_is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 /* DHT */ &&
	       marker != 0xc8 /* reserved */ && marker != 0xcc /* DAC */;
}

static bool
jpeg_frame(const Picture *picture, uint8_t marker, uint64_t at)
{
	uint8_t frame[6]; /* precision, height, width, components */

	if (!get(picture, at, frame, sizeof(frame))) {
		return false;
	}
	picture->info->height = be16(frame + 1);
	picture->info->width = be16(frame + 3);
	picture->info->progressive = marker != 0xc0;
	picture->info->colour_transformable = frame[5] == 1 || frame[5] == 3;
	return true;
}

static void
jpeg_exif(const Picture *picture, uint64_t at, uint32_t len)
{
	uint8_t name[6];
	Tiff tiff;

	if (len > sizeof(name) && get(picture, at, name, sizeof(name)) &&
		memcmp(name, "Exif\0\0", sizeof(name)) == 0) {
		(void)tiff_read(
			picture, at + sizeof(name), &tiff); /* a picture without date is one too */
	}
}

static bool
read_jpeg(const Picture *picture)
{
	uint64_t at = 2;

	for (unsigned i = 0; i < JPEG_SEGMENTS_MAX; i++) {
		uint8_t head[4];

		if (!get(picture, at, head, sizeof(head)) || head[0] != 0xff) {
			return false;
		}
		if (head[1] == 0xff) { /* fill octet */
			at++;
			continue;
		}
		uint32_t len = be16(head + 2);

		if (jpeg_is_frame(head[1])) {
			return jpeg_frame(picture, head[1], at + 4);
		}
		if (head[1] == 0xda /* SOS */ || len < 2) {
			return false;
		}
		if (head[1] == 0xe1 /* APP1 */) {
			jpeg_exif(picture, at + 4, len - 2);
		}
		at += 2 + (uint64_t)len;
	}
	return false;
}

static bool
read_png(const Picture *picture)
{
	uint8_t head[29];

	if (!get(picture, 0, head, sizeof(head)) || memcmp(head + 12, "IHDR", 4) != 0) {
		return false;
	}
	picture->info->width = be32(head + 16);
	picture->info->height = be32(head + 20);
	picture->info->progressive = head[28] != 0; /* interlaced */
	picture->info->colour_transformable = true;
	return true;
}

static bool
read_gif(const Picture *picture)
{
	uint8_t head[10];

	if (!get(picture, 0, head, sizeof(head))) {
		return false;
	}
	picture->info->width = le16(head + 6);
	picture->info->height = le16(head + 8);
	return true;
}

static bool
read_bmp(const Picture *picture)
{
	uint8_t head[26];

	if (!get(picture, 0, head, sizeof(head)) || le32(head + 14) < 40) {
		return false;
	}
	uint32_t height = le32(head + 22);

	picture->info->width = le32(head + 18);
	picture->info->height = (height & 0x80000000u) != 0 ? 0u - height : height; /* top-down */
	return true;
}

static bool
read_webp(const Picture *picture)
{
	uint8_t head[30];

	if (!get(picture, 0, head, sizeof(head))) {
		return false;
	}
	if (memcmp(head + 12, "VP8X", 4) == 0) {
		picture->info->width = 1 + (le16(head + 24) | (uint32_t)head[26] << 16);
		picture->info->height = 1 + (le16(head + 27) | (uint32_t)head[29] << 16);
	} else if (memcmp(head + 12, "VP8 ", 4) == 0) {
		picture->info->width = le16(head + 26) & 0x3fff;
		picture->info->height = le16(head + 28) & 0x3fff;
	} else if (memcmp(head + 12, "VP8L", 4) == 0) {
		uint32_t bits = le32(head + 21);

		picture->info->width = 1 + (bits & 0x3fff);
		picture->info->height = 1 + (bits >> 14 & 0x3fff);
	}
	return true;
}

static const struct {
	const char *format;
	bool (*read)(const Picture *picture);
} readers[] = {
	{ "jpeg", read_jpeg },
	{ "png", read_png },
	{ "gif", read_gif },
	{ "bmp", read_bmp },
	{ "webp", read_webp },
	{ "tiff", read_tiff },
};

bool
picture_read(const char *format, PictureRead read, void *data, PictureInfo *ret_info)
{
	Picture picture = { read, data, ret_info };

	*ret_info = (PictureInfo){ 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		if (g_str_equal(format, readers[i].format)) {
			return readers[i].read(&picture) && ret_info->width > 0 &&
			       ret_info->height > 0;
		}
	}
	return false;
}
