/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Raw files are mostly TIFF: directories with pictures, one of which is a JPEG to look at. Makers who
 * hide it in notes of their own, or use other containers, have it near the beginning: that is searched.
 * Every offset comes from the file. Pure, bounded: DIRECTORIES_MAX directories, each entered once,
 * SCAN_BYTES of searching, JPEG_SEGMENTS_MAX segments of each picture.
 * @clause TIFF 6.0 section 2 and 22, DNG 1.6, TIFF/EP 5.1 (SubIFDs) */
#include "mediaserver/worker/raw.h"

#include <string.h>

#define DIRECTORIES_MAX 24
#define FIELDS_MAX 256
#define PICTURES_MAX 16 /* of one list of SubIFDs */
#define JPEG_SEGMENTS_MAX 64
#define SCAN_BYTES (4 * 1024 * 1024)
#define SCAN_TRIES 64
#define LEN_MIN 64

typedef struct {
	const ReadAt *file;
	bool big_endian;
	uint32_t places[DIRECTORIES_MAX]; /* to be looked at, or done */
	unsigned n_places;
	RawPreview *best;
} Search;

/* What one directory says; 0: nothing. */
typedef struct {
	uint32_t subfile, compression;
	uint32_t strip, strip_len, n_strips;
	uint32_t jpeg, jpeg_len;
} Directory;

static uint32_t
u16(const Search *search, const uint8_t *p)
{
	return search->big_endian ? read_be16(p) : read_le16(p);
}

static uint32_t
u32(const Search *search, const uint8_t *p)
{
	return search->big_endian ? read_be32(p) : read_le32(p);
}

/* ---- is it a JPEG that can be shown */

/* Baseline, extended or progressive; not the lossless form in which raw pixels are kept. */
static bool
is_shown(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xc2;
}

static bool
read_frame(const ReadAt *file, uint64_t offset, uint32_t *ret_width, uint32_t *ret_height)
{
	uint64_t at = offset + 2;
	uint8_t head[9];

	if (offset > INT64_MAX || !read_at_exactly(file, offset, head, 3) || head[0] != 0xff ||
		head[1] != 0xd8 || head[2] != 0xff) {
		return false;
	}
	for (unsigned i = 0; i < JPEG_SEGMENTS_MAX; i++) {
		if (!read_at_exactly(file, at, head, sizeof(head)) || head[0] != 0xff ||
			head[1] == 0xda /* SOS */ || read_be16(head + 2) < 2) {
			return false;
		}
		if (head[1] >= 0xc0 && head[1] <= 0xcf && head[1] != 0xc4 && head[1] != 0xc8 &&
			head[1] != 0xcc) {
			*ret_height = read_be16(head + 5);
			*ret_width = read_be16(head + 7);
			return is_shown(head[1]) && head[4] == 8 && *ret_width > 0 &&
			       *ret_height > 0;
		}
		at += 2 + (uint64_t)read_be16(head + 2);
	}
	return false;
}

static void
try_picture(const Search *search, uint64_t offset, uint64_t len)
{
	const uint64_t size = search->file->size;
	RawPreview found = { offset, len, 0, 0 };

	if (offset == 0 || offset >= size || len < LEN_MIN) {
		return;
	}
	found.len = MIN(len, size - offset);
	if (read_frame(search->file, offset, &found.width, &found.height) &&
		(uint64_t)found.width * found.height >
			(uint64_t)search->best->width * search->best->height) {
		*search->best = found;
	}
}

/* ---- directories */

static void
add_place(Search *search, uint32_t place)
{
	for (unsigned i = 0; i < search->n_places; i++) {
		if (search->places[i] == place) {
			return;
		}
	}
	if (place != 0 && search->n_places < DIRECTORIES_MAX) {
		search->places[search->n_places++] = place;
	}
}

static void
add_subdirectories(Search *search, uint32_t count, uint32_t value)
{
	uint8_t list[4 * PICTURES_MAX];

	if (count == 1) {
		add_place(search, value);
		return;
	}
	count = MIN(count, PICTURES_MAX);
	if (!read_at_exactly(search->file, value, list, 4 * (size_t)count)) {
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		add_place(search, u32(search, list + 4 * (size_t)i));
	}
}

static void
take_field(Search *search, Directory *directory, const uint8_t *entry)
{
	const uint32_t count = u32(search, entry + 4);
	const uint32_t value = u16(search, entry + 2) == 3 /* SHORT */ ? u16(search, entry + 8)
								       : u32(search, entry + 8);

	switch (u16(search, entry)) {
	case 0x002e: /* JpgFromRaw, of Panasonic: the octets themselves */
		try_picture(search, value, count);
		break;
	case 0x00fe: /* NewSubfileType */
		directory->subfile = value;
		break;
	case 0x0103: /* Compression */
		directory->compression = value;
		break;
	case 0x0111: /* StripOffsets */
		directory->strip = value;
		directory->n_strips = count;
		break;
	case 0x0117: /* StripByteCounts */
		directory->strip_len = value;
		break;
	case 0x014a: /* SubIFDs */
		add_subdirectories(search, count, value);
		break;
	case 0x0201: /* JPEGInterchangeFormat */
		directory->jpeg = value;
		break;
	case 0x0202: /* JPEGInterchangeFormatLength */
		directory->jpeg_len = value;
		break;
	default:
		break;
	}
}

static void
read_directory(Search *search, uint32_t place)
{
	Directory directory = { 0 };
	uint8_t octets[12 * FIELDS_MAX + 4];
	uint8_t count[2];

	if (!read_at_exactly(search->file, place, count, sizeof(count))) {
		return;
	}
	const uint32_t n = MIN(u16(search, count), FIELDS_MAX);
	const size_t got = search->file->read(
		search->file->data, (uint64_t)place + 2, octets, 12 * (size_t)n + 4);

	for (uint32_t i = 0; i < n && 12 * ((size_t)i + 1) <= got; i++) {
		take_field(search, &directory, octets + 12 * (size_t)i);
	}
	if (got == 12 * (size_t)n + 4) {
		add_place(search, u32(search, octets + 12 * (size_t)n));
	}
	try_picture(search, directory.jpeg, directory.jpeg_len);
	/* 6: a whole JPEG in one strip. 7: likewise of a reduced picture; of a plain one it has no
	 * tables of its own */
	if (directory.n_strips == 1 &&
		(directory.compression == 6 ||
			(directory.compression == 7 && (directory.subfile & 1) != 0))) {
		try_picture(search, directory.strip, directory.strip_len);
	}
}

/* ---- those that are no TIFF, or have it elsewhere */

static void
scan(Search *search)
{
	g_autofree uint8_t *octets = g_malloc(SCAN_BYTES);
	const size_t got = search->file->read(search->file->data, 0, octets, SCAN_BYTES);
	const uint8_t *at = octets;

	for (unsigned i = 0; i < SCAN_TRIES; i++) {
		at = memmem(at, got - (size_t)(at - octets), "\xff\xd8\xff", 3);
		if (at == NULL) {
			return;
		}
		try_picture(search, (uint64_t)(at - octets), UINT64_MAX);
		at += 3;
	}
}

static const struct {
	const char *magic;
	size_t offset, len;
	bool is_tiff;
} heads[] = {
	{ "II*\0", 0, 4, true }, { "MM\0*", 0, 4, true }, { "IIU\0", 0, 4, true }, /* RW2 */
	{ "IIRO", 0, 4, true },                                                    /* ORF */
	{ "IIRS", 0, 4, true }, { "MMOR", 0, 4, true },
	{ "FUJIFILMCCD-RAW ", 0, 16, false }, /* RAF */
	{ "ftypcrx ", 4, 8, false },          /* CR3 */
};

bool
raw_find_preview(const ReadAt *file, RawPreview *ret_preview)
{
	Search search = { .file = file, .best = ret_preview };
	uint8_t head[92] = { 0 };
	size_t which = 0;

	*ret_preview = (RawPreview){ 0 };
	if (file->read(file->data, 0, head, sizeof(head)) < 16) {
		return false;
	}
	while (which < G_N_ELEMENTS(heads) &&
		memcmp(head + heads[which].offset, heads[which].magic, heads[which].len) != 0) {
		which++;
	}
	if (which == G_N_ELEMENTS(heads)) {
		return false;
	}
	if (heads[which].is_tiff) {
		search.big_endian = head[0] == 'M';
		add_place(&search, u32(&search, head + 4));
		for (unsigned i = 0; i < search.n_places; i++) { /* grows meanwhile */
			read_directory(&search, search.places[i]);
		}
	} else {
		try_picture(&search, read_be32(head + 84), read_be32(head + 88)); /* of RAF */
	}
	if (ret_preview->width == 0 && which > 1) { /* a plain TIFF may have anything in it */
		scan(&search);
	}
	return ret_preview->width > 0;
}
