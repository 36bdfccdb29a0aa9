/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HEIC and AVIF: the meta box says which item is the picture, which properties belong to it, and where
 * its EXIF lies. Pixels are not looked at. Pure, bounded as heif-box.c is. */
#include "mediaserver/worker/heif.h"

#include "mediaserver/worker/heif-item.h"

static void
take_property(const char *type, HeifOctets body, void *data)
{
	HeifInfo *info = data;

	if (g_str_equal(type, "ispe")) {
		(void)heif_take(&body, 4); /* version, flags */
		info->width = (uint32_t)heif_take(&body, 4);
		info->height = (uint32_t)heif_take(&body, 4);
	} else if (g_str_equal(type, "irot")) {
		/* quarters against the clock, as values of EXIF */
		static const uint32_t turns[] = { 1, 8, 3, 6 };

		info->exif.orientation = turns[heif_take(&body, 1) & 3];
	} else if (g_str_equal(type, "imir")) {
		/* top and bottom change places, or left and right; after the turn */
		static const uint32_t mirrored[2][9] = { { 4, 4, 0, 2, 0, 0, 7, 0, 5 },
			{ 2, 2, 0, 4, 0, 0, 5, 0, 7 } };
		const uint32_t turn = info->exif.orientation;

		info->exif.orientation = mirrored[heif_take(&body, 1) & 1][turn <= 8 ? turn : 1];
	}
}

static void
read_exif(const ReadAt *file, HeifOctets meta, HeifInfo *info)
{
	const uint64_t item = heif_item_find(meta, HEIF_TYPE('E', 'x', 'i', 'f'));
	HeifPlace place;
	uint32_t orientation = info->exif.orientation;
	uint8_t skip[4];

	if (item == 0 || !heif_item_find_place(meta, item, &place) || place.method != 0 ||
		!read_at_exactly(file, place.offset, skip, sizeof(skip))) {
		return;
	}
	(void)exif_read(file, place.offset + 4 + read_be32(skip), &info->exif); /* optional part */
	info->exif.orientation = orientation;
}

bool
heif_read(const ReadAt *file, HeifInfo *ret_info)
{
	size_t len = 0;
	g_autofree uint8_t *meta = heif_load_meta(file, &len);
	uint64_t item;

	*ret_info = (HeifInfo){ 0 };
	if (meta == NULL) {
		return false;
	}
	HeifOctets in = { meta, meta + len, false };

	if (!heif_item_find_primary(in, &item)) {
		return false;
	}
	heif_item_each_property(in, item, take_property, ret_info);
	read_exif(file, in, ret_info);
	return ret_info->width > 0 && ret_info->height > 0;
}
