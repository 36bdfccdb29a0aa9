/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pictures: a PNG of 12 megapixels costs FFmpeg 200 ms, its header 0.1 ms. Every offset
 * comes from the file: all reading goes through a function that gives what is there. Pure, bounded:
 * at most 512 JPEG segments are looked at; exif.c and heif.c have limits of their own. */
#include "mediaserver/worker/picture.h"

#include <string.h>

#include "mediaserver/worker/heif.h"
#include "mediaserver/worker/raw.h"

#define JPEG_SEGMENTS_MAX 512
#define PNG_CHUNKS_MAX 32
#define WEBP_CHUNKS_MAX 32

typedef struct {
	const ReadAt *file;
	PictureInfo *info;
} Picture;

static bool
get(const Picture *picture, uint64_t offset, uint8_t *buffer, size_t len)
{
	return read_at_exactly(picture->file, offset, buffer, len);
}

static bool
read_heif(const Picture *picture)
{
	HeifInfo heif;
	bool good = heif_read(picture->file, &heif);

	picture->info->width = heif.width;
	picture->info->height = heif.height;
	picture->info->exif = heif.exif;
	return good;
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
	picture->info->height = read_be16(frame + 1);
	picture->info->width = read_be16(frame + 3);
	picture->info->progressive = marker != 0xc0;
	picture->info->colour_transformable = frame[5] == 1 || frame[5] == 3;
	return true;
}

static void
jpeg_exif(const Picture *picture, uint64_t at, uint32_t len)
{
	uint8_t name[6];

	if (len > sizeof(name) && get(picture, at, name, sizeof(name)) &&
		memcmp(name, "Exif\0\0", sizeof(name)) == 0) {
		/* a picture without is one too */
		(void)exif_read(picture->file, at + sizeof(name), &picture->info->exif);
	}
}

static bool
read_jpeg_at(const Picture *picture, uint64_t start)
{
	uint64_t at = start + 2;

	for (unsigned i = 0; i < JPEG_SEGMENTS_MAX; i++) {
		uint8_t head[4];

		if (!get(picture, at, head, sizeof(head)) || head[0] != 0xff) {
			return false;
		}
		if (head[1] == 0xff) { /* fill octet */
			at++;
			continue;
		}
		uint32_t len = read_be16(head + 2);

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
read_jpeg(const Picture *picture)
{
	return read_jpeg_at(picture, 0);
}

/* A raw file is as good as the JPEG in it; what the file itself says of the shot counts first. */
static bool
take_preview(const Picture *picture, const RawPreview *preview)
{
	const Exif own = picture->info->exif;

	if (!read_jpeg_at(picture, preview->offset)) {
		return false;
	}
	if (own.maker[0] != '\0' || own.orientation != 0) {
		picture->info->exif = own;
	}
	picture->info->preview = preview->offset;
	picture->info->preview_len = preview->len;
	return true;
}

/* A TIFF whose first picture is smaller than a JPEG in it is a camera's. */
static bool
read_tiff(const Picture *picture)
{
	RawPreview preview;

	if (!exif_read(picture->file, 0, &picture->info->exif)) {
		return false;
	}
	picture->info->width = picture->info->exif.width;
	picture->info->height = picture->info->exif.height;
	if (raw_find_preview(picture->file, &preview) &&
		(uint64_t)preview.width * preview.height >=
			(uint64_t)picture->info->width * picture->info->height) {
		return take_preview(picture, &preview);
	}
	return true;
}

static bool
read_raw(const Picture *picture)
{
	RawPreview preview;

	return raw_find_preview(picture->file, &preview) && take_preview(picture, &preview);
}

/* The chunk that is EXIF, if it stands before the pixels. */
static void
png_exif(const Picture *picture)
{
	uint64_t at = 8;

	for (unsigned i = 0; i < PNG_CHUNKS_MAX; i++) {
		uint8_t head[8];

		if (!get(picture, at, head, sizeof(head)) || memcmp(head + 4, "IDAT", 4) == 0) {
			return;
		}
		if (memcmp(head + 4, "eXIf", 4) == 0) {
			(void)exif_read(picture->file, at + 8, &picture->info->exif); /* optional */
			return;
		}
		at += 12 + (uint64_t)read_be32(head);
	}
}

/* The pictures that DLNA's profiles of PNG have: no more than 24 bits of colour, grey of 8 or 16, no
 * interlace. @param head  its IHDR, from the depth on */
static bool
png_is_simple(const uint8_t head[5])
{
	enum { COLOUR = 2 }; /* the bit that greys have not */
	const uint8_t depth = head[0], colours = head[1], interlace = head[4];

	if ((colours & COLOUR) == 0) { /* with or without alpha */
		return interlace == 0 && depth >= 8;
	}
	return interlace == 0 && depth <= 8; /* a palette's colours have 8 each */
}

static bool
read_png(const Picture *picture)
{
	uint8_t head[29];

	if (!get(picture, 0, head, sizeof(head)) || memcmp(head + 12, "IHDR", 4) != 0) {
		return false;
	}
	picture->info->width = read_be32(head + 16);
	picture->info->height = read_be32(head + 20);
	picture->info->progressive = !png_is_simple(head + 24);
	picture->info->colour_transformable = true;
	png_exif(picture);
	return true;
}

static bool
read_gif(const Picture *picture)
{
	uint8_t head[10];

	if (!get(picture, 0, head, sizeof(head))) {
		return false;
	}
	picture->info->width = read_le16(head + 6);
	picture->info->height = read_le16(head + 8);
	return true;
}

static bool
read_bmp(const Picture *picture)
{
	uint8_t head[26];

	if (!get(picture, 0, head, sizeof(head)) || read_le32(head + 14) < 40) {
		return false;
	}
	uint32_t height = read_le32(head + 22);

	picture->info->width = read_le32(head + 18);
	picture->info->height = (height & 0x80000000u) != 0 ? 0u - height : height; /* top-down */
	return true;
}

/* In the extended form EXIF is a chunk, behind the pixels. */
static void
webp_exif(const Picture *picture)
{
	uint64_t at = 12;

	for (unsigned i = 0; i < WEBP_CHUNKS_MAX; i++) {
		uint8_t head[14];
		size_t got = picture->file->read(picture->file->data, at, head, sizeof(head));

		if (got < 8) {
			return;
		}
		if (memcmp(head, "EXIF", 4) == 0) {
			/* some write the name that belongs in front of it in a JPEG */
			bool named = got == sizeof(head) && memcmp(head + 8, "Exif\0\0", 6) == 0;

			(void)exif_read(picture->file, at + (named ? 14 : 8),
				&picture->info->exif); /* optional */
			return;
		}
		uint64_t len = read_le32(head + 4);

		at += 8 + len + (len & 1);
	}
}

static bool
read_webp(const Picture *picture)
{
	uint8_t head[30];

	if (!get(picture, 0, head, sizeof(head))) {
		return false;
	}
	if (memcmp(head + 12, "VP8X", 4) == 0) {
		picture->info->width = 1 + (read_le16(head + 24) | (uint32_t)head[26] << 16);
		picture->info->height = 1 + (read_le16(head + 27) | (uint32_t)head[29] << 16);
		webp_exif(picture);
	} else if (memcmp(head + 12, "VP8 ", 4) == 0) {
		picture->info->width = read_le16(head + 26) & 0x3fff;
		picture->info->height = read_le16(head + 28) & 0x3fff;
	} else if (memcmp(head + 12, "VP8L", 4) == 0) {
		uint32_t bits = read_le32(head + 21);

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
	{ "raw", read_raw },
	{ "heic", read_heif },
	{ "avif", read_heif },
};

bool
picture_read(const char *format, const ReadAt *file, PictureInfo *ret_info)
{
	Picture picture = { file, ret_info };

	*ret_info = (PictureInfo){ 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		if (g_str_equal(format, readers[i].format)) {
			return readers[i].read(&picture) && ret_info->width > 0 &&
			       ret_info->height > 0;
		}
	}
	return false;
}
