/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HEIC and AVIF: the meta box says which item is the picture, which properties belong to it, and where
 * its EXIF lies. Pixels are not looked at. Pure, bounded as heif-box.c is. */
#include "mediaserver/worker/heif.h"

#include <string.h>

#include "mediaserver/worker/heif-box.h"

#define PROPERTIES_MAX 256

typedef struct {
	HeifOctets properties; /* ipco */
	HeifInfo *info;
} Picture;

static void
apply_property(Picture *picture, unsigned index)
{
	HeifOctets in = picture->properties;
	HeifOctets body;
	char type[5];

	for (unsigned i = 1; i < PROPERTIES_MAX && heif_take_box(&in, type, &body); i++) {
		if (i != index) {
			continue;
		}
		if (g_str_equal(type, "ispe")) {
			(void)heif_take(&body, 4); /* version, flags */
			picture->info->width = (uint32_t)heif_take(&body, 4);
			picture->info->height = (uint32_t)heif_take(&body, 4);
		} else if (g_str_equal(type, "irot")) {
			/* quarters against the clock, as values of EXIF */
			static const uint32_t turns[] = { 1, 8, 3, 6 };

			picture->info->exif.orientation = turns[heif_take(&body, 1) & 3];
		} else if (g_str_equal(type, "imir")) {
			/* top and bottom change places, or left and right; after the turn */
			static const uint32_t mirrored[2][9] = { { 4, 4, 0, 2, 0, 0, 7, 0, 5 },
				{ 2, 2, 0, 4, 0, 0, 5, 0, 7 } };
			const uint32_t turn = picture->info->exif.orientation;

			picture->info->exif.orientation =
				mirrored[heif_take(&body, 1) & 1][turn <= 8 ? turn : 1];
		}
		return;
	}
}

/* ipma: which properties an item has. */
static void
apply_properties(Picture *picture, HeifOctets meta, uint64_t item)
{
	HeifOctets iprp, ipma;
	unsigned version, flags;

	if (!heif_find_box(meta, "iprp", &iprp) ||
		!heif_find_box(iprp, "ipco", &picture->properties) ||
		!heif_find_full_box(iprp, "ipma", &ipma, &version, &flags)) {
		return;
	}
	uint64_t n = heif_take_count(&ipma, 4);

	for (uint64_t i = 0; i < n && !ipma.failed; i++) {
		uint64_t id = heif_take(&ipma, version < 1 ? 2 : 4);
		uint64_t associations = heif_take(&ipma, 1);

		for (uint64_t a = 0; a < associations && !ipma.failed; a++) {
			uint64_t index = (flags & 1) != 0 ? heif_take(&ipma, 2) & 0x7fff
							  : heif_take(&ipma, 1) & 0x7f;

			if (id == item && !ipma.failed) {
				apply_property(picture, (unsigned)index);
			}
		}
	}
}

/* iinf: the item that is EXIF. @return 0: none */
static uint64_t
find_exif_item(HeifOctets meta)
{
	HeifOctets iinf, infe;
	unsigned version, flags;
	char type[5];

	if (!heif_find_full_box(meta, "iinf", &iinf, &version, &flags)) {
		return 0;
	}
	uint64_t n = heif_take_count(&iinf, version == 0 ? 2 : 4);

	for (uint64_t i = 0; i < n && heif_take_box(&iinf, type, &infe); i++) {
		unsigned form = (unsigned)heif_take(&infe, 1);

		(void)heif_take(&infe, 3); /* flags */
		if (form < 2 || !g_str_equal(type, "infe")) {
			continue;
		}
		uint64_t id = heif_take(&infe, form == 2 ? 2 : 4);

		(void)heif_take(&infe, 2); /* protection */
		if (heif_take(&infe, 4) == 0x45786966 /* "Exif" */ && !infe.failed) {
			return id;
		}
	}
	return 0;
}

/* iloc: place of an item that is one piece of the file. @return 0: none */
static uint64_t
find_item_place(HeifOctets meta, uint64_t item)
{
	HeifOctets iloc;
	unsigned version, flags;

	if (item == 0 || !heif_find_full_box(meta, "iloc", &iloc, &version, &flags)) {
		return 0;
	}
	unsigned sizes = (unsigned)heif_take(&iloc, 2);
	unsigned offset_size = sizes >> 12 & 15, length_size = sizes >> 8 & 15;
	unsigned base_size = sizes >> 4 & 15, index_size = version > 0 ? sizes & 15 : 0;
	uint64_t n = heif_take_count(&iloc, version < 2 ? 2 : 4);

	if (offset_size > 8 || length_size > 8 || base_size > 8 || index_size > 8) {
		return 0;
	}
	for (uint64_t i = 0; i < n && !iloc.failed; i++) {
		uint64_t id = heif_take(&iloc, version < 2 ? 2 : 4);
		uint64_t method = version > 0 ? heif_take(&iloc, 2) & 15 : 0;

		(void)heif_take(&iloc, 2); /* data reference */
		uint64_t base = heif_take(&iloc, base_size);
		uint64_t extents = heif_take(&iloc, 2);

		if (extents > 1 && index_size + offset_size + length_size == 0) {
			return 0; /* so many of nothing: their octets would bound them */
		}
		for (uint64_t e = 0; e < extents && !iloc.failed; e++) {
			(void)heif_take(&iloc, index_size);
			uint64_t offset = heif_take(&iloc, offset_size);

			(void)heif_take(&iloc, length_size);
			if (id == item && method == 0 && !iloc.failed && base < INT64_MAX &&
				offset < INT64_MAX) {
				return base + offset;
			}
		}
	}
	return 0;
}

static void
read_exif(const ReadAt *file, HeifOctets meta, HeifInfo *info)
{
	uint64_t place = find_item_place(meta, find_exif_item(meta));
	uint32_t orientation = info->exif.orientation;
	uint8_t skip[4];

	if (place == 0 || !read_at_exactly(file, place, skip, sizeof(skip))) {
		return;
	}
	(void)exif_read(file, place + 4 + read_be32(skip), &info->exif); /* optional part */
	info->exif.orientation = orientation;
}

bool
heif_read(const ReadAt *file, HeifInfo *ret_info)
{
	size_t len = 0;
	g_autofree uint8_t *meta = heif_load_meta(file, &len);
	Picture picture = { .info = ret_info };
	HeifOctets pitm;
	unsigned version, flags;

	*ret_info = (HeifInfo){ 0 };
	if (meta == NULL) {
		return false;
	}
	HeifOctets in = { meta, meta + len, false };

	if (!heif_find_full_box(in, "pitm", &pitm, &version, &flags)) {
		return false;
	}
	apply_properties(&picture, in, heif_take(&pitm, version == 0 ? 2 : 4));
	read_exif(file, in, ret_info);
	return ret_info->width > 0 && ret_info->height > 0;
}
