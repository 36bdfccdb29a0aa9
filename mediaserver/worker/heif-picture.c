/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telephones cut their pictures into tiles, each coded as a picture of its own: FFmpeg 5.1 leaves them
 * alone, so they are found here. Items, their types, places and properties come from the meta box;
 * every number of it is foreign. Pure, bounded: HEIF_TILES_MAX tiles and what heif-box.c allows. */
#include "mediaserver/worker/heif-picture.h"

#include <string.h>

#include "mediaserver/worker/heif-box.h"

#define FOURCC(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define PROPERTIES_MAX 256
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

/* iinf. @return 0: no such item */
static uint32_t
type_of(const Finder *finder, uint64_t item)
{
	HeifOctets iinf, infe;
	unsigned version, flags;
	char type[5];

	if (!heif_find_full_box(finder->meta, "iinf", &iinf, &version, &flags)) {
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
		if (id == item) {
			return (uint32_t)heif_take(&infe, 4);
		}
	}
	return 0;
}

/* What iloc says of one item: one extent. */
typedef struct {
	uint64_t method, offset, len; /* 0: in the file, 1: in idat */
} Place;

typedef struct {
	unsigned offset, length, base, index;
} PlaceSizes;

static bool
take_place(HeifOctets *iloc, unsigned version, const PlaceSizes *sizes, uint64_t item,
	Place *ret_place)
{
	uint64_t id = heif_take(iloc, version < 2 ? 2 : 4);
	uint64_t method = version > 0 ? heif_take(iloc, 2) & 15 : 0;
	bool found = false;

	(void)heif_take(iloc, 2); /* data reference */
	uint64_t base = heif_take(iloc, sizes->base);
	uint64_t extents = heif_take(iloc, 2);

	if (extents > 1 && sizes->index + sizes->offset + sizes->length == 0) {
		iloc->failed = true; /* so many of nothing: their octets would bound them */
	}
	for (uint64_t e = 0; e < extents && !iloc->failed; e++) {
		(void)heif_take(iloc, sizes->index);
		uint64_t offset = heif_take(iloc, sizes->offset);
		uint64_t len = heif_take(iloc, sizes->length);

		if (id == item && extents == 1 && !iloc->failed && base < INT64_MAX / 2 &&
			offset < INT64_MAX / 2) {
			*ret_place = (Place){ method, base + offset, len };
			found = true;
		}
	}
	return found;
}

static bool
place_of(const Finder *finder, uint64_t item, Place *ret_place)
{
	HeifOctets iloc;
	unsigned version, flags;

	if (!heif_find_full_box(finder->meta, "iloc", &iloc, &version, &flags)) {
		return false;
	}
	const unsigned octets = (unsigned)heif_take(&iloc, 2);
	const PlaceSizes sizes = { octets >> 12 & 15, octets >> 8 & 15, octets >> 4 & 15,
		version > 0 ? octets & 15 : 0 };
	uint64_t n = heif_take_count(&iloc, version < 2 ? 2 : 4);

	if (sizes.offset > 8 || sizes.length > 8 || sizes.base > 8 || sizes.index > 8) {
		return false;
	}
	for (uint64_t i = 0; i < n && !iloc.failed; i++) {
		if (take_place(&iloc, version, &sizes, item, ret_place)) {
			return true;
		}
	}
	return false;
}

static void
take_property(const Finder *finder, HeifOctets properties, uint64_t index, bool is_picture)
{
	HeifPicture *picture = finder->picture;
	const char *config = picture->av1 ? "av1C" : "hvcC";
	HeifOctets body;
	char type[5];

	for (unsigned i = 1; i < PROPERTIES_MAX && heif_take_box(&properties, type, &body); i++) {
		if (i != index) {
			continue;
		}
		if (is_picture && g_str_equal(type, "ispe")) {
			(void)heif_take(&body, 4); /* version, flags */
			picture->width = (uint32_t)heif_take(&body, 4);
			picture->height = (uint32_t)heif_take(&body, 4);
		} else if (g_str_equal(type, config) && picture->config == NULL &&
			   body.end > body.at) {
			picture->config_len = (size_t)(body.end - body.at);
			picture->config = g_memdup2(body.at, picture->config_len);
		}
		return;
	}
}

/* ipma: size of the picture, set-up of the decoder by the first piece. */
static void
take_properties(const Finder *finder, uint64_t picture, uint64_t piece)
{
	HeifOctets iprp, ipco, ipma;
	unsigned version, flags;

	if (!heif_find_box(finder->meta, "iprp", &iprp) || !heif_find_box(iprp, "ipco", &ipco) ||
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

			if ((id == picture || id == piece) && !ipma.failed) {
				take_property(finder, ipco, index, id == picture);
			}
		}
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
	Place place;

	if (!place_of(finder, item, &place)) {
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
	const bool grid = type_of(finder, item) == FOURCC('g', 'r', 'i', 'd');

	picture->rows = picture->columns = 1;
	finder->tiles[0] = item;
	if (grid && !read_grid(finder, item)) {
		return false;
	}
	const uint32_t type = type_of(finder, finder->tiles[0]);

	picture->av1 = type == FOURCC('a', 'v', '0', '1');
	if (!picture->av1 && type != FOURCC('h', 'v', 'c', '1')) {
		return false;
	}
	for (uint32_t i = 0; i < picture->rows * picture->columns; i++) {
		Place place;

		if (!place_of(finder, finder->tiles[i], &place) || place.method != 0 ||
			place.len == 0 || place.offset >= finder->file->size ||
			place.len > finder->file->size - place.offset) {
			return false;
		}
		picture->tiles[i] = (HeifPiece){ place.offset, place.len };
	}
	take_properties(finder, grid ? 0 : item, finder->tiles[0]);
	return picture->config != NULL && picture->width > 0 && picture->height > 0;
}

bool
heif_picture_find(const ReadAt *file, HeifPicture *ret_picture)
{
	size_t len = 0;
	g_autofree uint8_t *meta = heif_load_meta(file, &len);
	g_autofree Finder *finder = g_new0(Finder, 1);
	HeifOctets pitm;
	unsigned version, flags;

	if (meta == NULL) {
		return false;
	}
	finder->file = file;
	finder->meta = (HeifOctets){ meta, meta + len, false };
	finder->picture = ret_picture;
	return heif_find_full_box(finder->meta, "pitm", &pitm, &version, &flags) &&
	       find_pieces(finder, heif_take(&pitm, version == 0 ? 2 : 4));
}
