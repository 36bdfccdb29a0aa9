/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telephones cut their pictures into tiles, each coded as a picture of its own: FFmpeg 5.1 leaves them
 * alone, so they are found here. Items, their types, places and properties come from the meta box;
 * every number of it is foreign. Pure, bounded: HEIF_TILES_MAX tiles and what heif-box.c allows. */
#include "mediaserver/worker/heif-picture.h"

#include <string.h>

#include "mediaserver/worker/heif-item.h"

#define GRID_MAX 12

typedef struct {
	const ReadAt *file;
	HeifOctets meta;
	HeifPicture *picture;
	uint64_t tiles[HEIF_TILES_MAX]; /* items */
} Finder;

void
heif_picture_clear(HeifPicture *picture)
{
	g_clear_pointer(&picture->config, g_free);
}

/* Size of the picture, set-up of the decoder. */
static void
take_property(const char *type, HeifOctets body, void *data)
{
	HeifPicture *picture = data;

	/* of a grid the size is known: this is that of a tile */
	if (picture->rows * picture->columns == 1 && g_str_equal(type, "ispe")) {
		(void)heif_take(&body, 4); /* version, flags */
		picture->width = (uint32_t)heif_take(&body, 4);
		picture->height = (uint32_t)heif_take(&body, 4);
	} else if (g_str_equal(type, picture->av1 ? "av1C" : "hvcC") && picture->config == NULL &&
		   body.end > body.at) {
		picture->config_len = (size_t)(body.end - body.at);
		picture->config = g_memdup2(body.at, picture->config_len);
	}
}

/* iref: of what the picture is derived. @return how many */
static uint64_t
list_tiles(Finder *finder, uint64_t item)
{
	HeifOctets iref, reference;
	unsigned version, flags;
	char type[5];

	if (!heif_find_full_box(finder->meta, "iref", &iref, &version, &flags)) {
		return 0;
	}
	while (heif_take_box(&iref, type, &reference)) {
		const unsigned octets = version == 0 ? 2 : 4;
		uint64_t from = heif_take(&reference, octets);
		uint64_t n = heif_take(&reference, 2);

		if (!g_str_equal(type, "dimg") || from != item || n > HEIF_TILES_MAX) {
			continue;
		}
		for (uint64_t i = 0; i < n; i++) {
			finder->tiles[i] = heif_take(&reference, octets);
		}
		return reference.failed ? 0 : n;
	}
	return 0;
}

/* Octets of an item that are small and may lie in the meta box itself. */
static size_t
read_item(const Finder *finder, uint64_t item, uint8_t *buffer, size_t size)
{
	HeifOctets idat;
	HeifPlace place;

	if (!heif_item_find_place(finder->meta, item, &place)) {
		return 0;
	}
	const size_t len = MIN(size, place.len);

	if (place.method == 0) {
		return finder->file->read(finder->file->data, place.offset, buffer, len);
	}
	if (place.method != 1 || !heif_find_box(finder->meta, "idat", &idat) ||
		place.offset > (uint64_t)(idat.end - idat.at) ||
		len > (uint64_t)(idat.end - idat.at) - place.offset) {
		return 0;
	}
	memcpy(buffer, idat.at + place.offset, len);
	return len;
}

/* How the tiles lie, and how much of them is seen. */
static bool
read_grid(Finder *finder, uint64_t item)
{
	HeifPicture *picture = finder->picture;
	uint8_t octets[GRID_MAX] = { 0 };
	const size_t len = read_item(finder, item, octets, sizeof(octets));
	HeifOctets in = { octets, octets + len, false };

	(void)heif_take(&in, 1); /* version */
	const unsigned size = (heif_take(&in, 1) & 1) != 0 ? 4 : 2;

	picture->rows = (uint32_t)heif_take(&in, 1) + 1;
	picture->columns = (uint32_t)heif_take(&in, 1) + 1;
	picture->width = (uint32_t)heif_take(&in, size);
	picture->height = (uint32_t)heif_take(&in, size);
	return !in.failed && picture->rows * picture->columns <= HEIF_TILES_MAX &&
	       list_tiles(finder, item) == picture->rows * picture->columns;
}

static bool
find_pieces(Finder *finder, uint64_t item)
{
	HeifPicture *picture = finder->picture;
	const bool grid = heif_item_get_type(finder->meta, item) == HEIF_TYPE('g', 'r', 'i', 'd');

	picture->rows = picture->columns = 1;
	finder->tiles[0] = item;
	if (grid && !read_grid(finder, item)) {
		return false;
	}
	const uint32_t type = heif_item_get_type(finder->meta, finder->tiles[0]);

	picture->av1 = type == HEIF_TYPE('a', 'v', '0', '1');
	if (!picture->av1 && type != HEIF_TYPE('h', 'v', 'c', '1')) {
		return false;
	}
	for (uint32_t i = 0; i < picture->rows * picture->columns; i++) {
		HeifPlace place;

		if (!heif_item_find_place(finder->meta, finder->tiles[i], &place) ||
			place.method != 0 || place.len == 0 || place.offset >= finder->file->size ||
			place.len > finder->file->size - place.offset) {
			return false;
		}
		picture->tiles[i] = (HeifPiece){ place.offset, place.len };
	}
	heif_item_each_property(finder->meta, finder->tiles[0], take_property, picture);
	return picture->config != NULL && picture->width > 0 && picture->height > 0;
}

bool
heif_picture_find(const ReadAt *file, HeifPicture *ret_picture)
{
	size_t len = 0;
	g_autofree uint8_t *meta = heif_load_meta(file, &len);
	g_autofree Finder *finder = g_new0(Finder, 1);
	uint64_t item;

	if (meta == NULL) {
		return false;
	}
	finder->file = file;
	finder->meta = (HeifOctets){ meta, meta + len, false };
	finder->picture = ret_picture;
	return heif_item_find_primary(finder->meta, &item) && find_pieces(finder, item);
}
