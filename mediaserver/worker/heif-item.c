/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every number is foreign. Pure, bounded as heif-box.c is.
 * @clause ISO/IEC 14496-12 8.11, ISO/IEC 23008-12 9.3 */
#include "mediaserver/worker/heif-item.h"

#define PROPERTIES_MAX 256

/* The items of iinf, one after the other. */
typedef struct {
	HeifOctets iinf;
	uint64_t left;
} Items;

static bool
open_items(HeifOctets meta, Items *ret_items)
{
	unsigned version, flags;

	if (!heif_find_full_box(meta, "iinf", &ret_items->iinf, &version, &flags)) {
		return false;
	}
	ret_items->left = heif_take_count(&ret_items->iinf, version == 0 ? 2 : 4);
	return true;
}

static bool
take_item(Items *items, uint64_t *ret_id, uint32_t *ret_type)
{
	HeifOctets infe;
	char name[5];

	while (items->left > 0 && heif_take_box(&items->iinf, name, &infe)) {
		const unsigned form = (unsigned)heif_take(&infe, 1);

		items->left--;
		(void)heif_take(&infe, 3); /* flags */
		if (form < 2 || !g_str_equal(name, "infe")) {
			continue;
		}
		*ret_id = heif_take(&infe, form == 2 ? 2 : 4);
		(void)heif_take(&infe, 2); /* protection */
		*ret_type = (uint32_t)heif_take(&infe, 4);
		if (!infe.failed) {
			return true;
		}
	}
	return false;
}

bool
heif_item_find_primary(HeifOctets meta, uint64_t *ret_item)
{
	HeifOctets pitm;
	unsigned version, flags;

	if (!heif_find_full_box(meta, "pitm", &pitm, &version, &flags)) {
		return false;
	}
	*ret_item = heif_take(&pitm, version == 0 ? 2 : 4);
	return true;
}

uint32_t
heif_item_get_type(HeifOctets meta, uint64_t item)
{
	Items items;
	uint64_t id;
	uint32_t type;

	for (bool open = open_items(meta, &items); open && take_item(&items, &id, &type);) {
		if (id == item) {
			return type;
		}
	}
	return 0;
}

uint64_t
heif_item_find(HeifOctets meta, uint32_t wanted)
{
	Items items;
	uint64_t id;
	uint32_t type;

	for (bool open = open_items(meta, &items); open && take_item(&items, &id, &type);) {
		if (type == wanted) {
			return id;
		}
	}
	return 0;
}

typedef struct {
	unsigned offset, length, base, index;
} PlaceSizes;

static bool
take_place(HeifOctets *iloc, unsigned version, const PlaceSizes *sizes, uint64_t item,
	HeifPlace *ret_place)
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
			*ret_place = (HeifPlace){ method, base + offset, len };
			found = true;
		}
	}
	return found;
}

bool
heif_item_find_place(HeifOctets meta, uint64_t item, HeifPlace *ret_place)
{
	HeifOctets iloc;
	unsigned version, flags;

	if (!heif_find_full_box(meta, "iloc", &iloc, &version, &flags)) {
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

static bool
find_property(HeifOctets properties, uint64_t index, char ret_type[5], HeifOctets *ret_body)
{
	unsigned i = 1;

	while (i < PROPERTIES_MAX && heif_take_box(&properties, ret_type, ret_body)) {
		if (i++ == index) {
			return true;
		}
	}
	return false;
}

void
heif_item_each_property(HeifOctets meta, uint64_t item,
	void (*take)(const char *type, HeifOctets body, void *data), void *data)
{
	HeifOctets iprp, ipco, ipma, body;
	unsigned version, flags;
	char type[5];

	if (!heif_find_box(meta, "iprp", &iprp) || !heif_find_box(iprp, "ipco", &ipco) ||
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

			if (id == item && !ipma.failed && find_property(ipco, index, type, &body)) {
				take(type, body, data);
			}
		}
	}
}
