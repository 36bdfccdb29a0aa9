/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HEIC and AVIF: the meta box says which item is the picture, which properties belong to it, and where
 * its EXIF lies. Pixels are not looked at. Pure, bounded: META_MAX octets of that box, BOXES_MAX
 * boxes per level. */
#include "mediaserver/worker/heif.h"

#include <string.h>

#define META_MAX (256 * 1024)
#define BOXES_MAX 64
#define PROPERTIES_MAX 256
#define ITEMS_MAX 4096

typedef struct {
	const uint8_t *at, *end;
	bool failed;
} Octets;

static uint64_t
take(Octets *in, unsigned n)
{
	uint64_t value = 0;

	if ((size_t)(in->end - in->at) < n) {
		in->failed = true;
		in->at = in->end;
		return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		value = value << 8 | *in->at++;
	}
	return value;
}

/* A number of things that follow. Not MIN(): that would take twice. */
static uint64_t
take_count(Octets *in, unsigned n)
{
	uint64_t count = take(in, n);

	return count < ITEMS_MAX ? count : ITEMS_MAX;
}

/* The next box inside in; its contents. */
static bool
take_box(Octets *in, char ret_type[5], Octets *ret_body)
{
	uint64_t len = take(in, 4);

	if (in->failed || in->end - in->at < 4) {
		return false;
	}
	memcpy(ret_type, in->at, 4);
	ret_type[4] = '\0';
	in->at += 4;
	uint64_t head = 8;

	if (len == 1) {
		len = take(in, 8);
		head = 16;
	}
	uint64_t left = (uint64_t)(in->end - in->at);
	uint64_t body = len == 0 ? left : len - head;

	if (in->failed || (len != 0 && len < head) || body > left) {
		return false;
	}
	*ret_body = (Octets){ in->at, in->at + body, false };
	in->at += body;
	return true;
}

static bool
find_box(Octets in, const char *type, Octets *ret_body)
{
	char name[5];

	for (unsigned i = 0; i < BOXES_MAX && take_box(&in, name, ret_body); i++) {
		if (g_str_equal(name, type)) {
			return true;
		}
	}
	return false;
}

/* A box with version and flags in front. */
static bool
find_full_box(
	Octets in, const char *type, Octets *ret_body, unsigned *ret_version, unsigned *ret_flags)
{
	if (!find_box(in, type, ret_body)) {
		return false;
	}
	*ret_version = (unsigned)take(ret_body, 1);
	*ret_flags = (unsigned)take(ret_body, 3);
	return !ret_body->failed;
}

typedef struct {
	Octets properties; /* ipco */
	HeifInfo *info;
} Picture;

static void
apply_property(Picture *picture, unsigned index)
{
	Octets in = picture->properties;
	Octets body;
	char type[5];

	for (unsigned i = 1; i < PROPERTIES_MAX && take_box(&in, type, &body); i++) {
		if (i != index) {
			continue;
		}
		if (g_str_equal(type, "ispe")) {
			(void)take(&body, 4); /* version, flags */
			picture->info->width = (uint32_t)take(&body, 4);
			picture->info->height = (uint32_t)take(&body, 4);
		} else if (g_str_equal(type, "irot")) {
			/* quarters against the clock, as values of EXIF */
			static const uint32_t turns[] = { 1, 8, 3, 6 };

			picture->info->exif.orientation = turns[take(&body, 1) & 3];
		}
		return;
	}
}

/* ipma: which properties an item has. */
static void
apply_properties(Picture *picture, Octets meta, uint64_t item)
{
	Octets iprp, ipma;
	unsigned version, flags;

	if (!find_box(meta, "iprp", &iprp) || !find_box(iprp, "ipco", &picture->properties) ||
		!find_full_box(iprp, "ipma", &ipma, &version, &flags)) {
		return;
	}
	uint64_t n = take_count(&ipma, 4);

	for (uint64_t i = 0; i < n && !ipma.failed; i++) {
		uint64_t id = take(&ipma, version < 1 ? 2 : 4);
		uint64_t associations = take(&ipma, 1);

		for (uint64_t a = 0; a < associations && !ipma.failed; a++) {
			uint64_t index =
				(flags & 1) != 0 ? take(&ipma, 2) & 0x7fff : take(&ipma, 1) & 0x7f;

			if (id == item && !ipma.failed) {
				apply_property(picture, (unsigned)index);
			}
		}
	}
}

/* iinf: the item that is EXIF. @return 0: none */
static uint64_t
find_exif_item(Octets meta)
{
	Octets iinf, infe;
	unsigned version, flags;
	char type[5];

	if (!find_full_box(meta, "iinf", &iinf, &version, &flags)) {
		return 0;
	}
	uint64_t n = take_count(&iinf, version == 0 ? 2 : 4);

	for (uint64_t i = 0; i < n && take_box(&iinf, type, &infe); i++) {
		unsigned form = (unsigned)take(&infe, 1);

		(void)take(&infe, 3); /* flags */
		if (form < 2 || !g_str_equal(type, "infe")) {
			continue;
		}
		uint64_t id = take(&infe, form == 2 ? 2 : 4);

		(void)take(&infe, 2); /* protection */
		if (take(&infe, 4) == 0x45786966 /* "Exif" */ && !infe.failed) {
			return id;
		}
	}
	return 0;
}

/* iloc: place of an item that is one piece of the file. @return 0: none */
static uint64_t
find_item_place(Octets meta, uint64_t item)
{
	Octets iloc;
	unsigned version, flags;

	if (item == 0 || !find_full_box(meta, "iloc", &iloc, &version, &flags)) {
		return 0;
	}
	unsigned sizes = (unsigned)take(&iloc, 2);
	unsigned offset_size = sizes >> 12 & 15, length_size = sizes >> 8 & 15;
	unsigned base_size = sizes >> 4 & 15, index_size = version > 0 ? sizes & 15 : 0;
	uint64_t n = take_count(&iloc, version < 2 ? 2 : 4);

	if (offset_size > 8 || length_size > 8 || base_size > 8 || index_size > 8) {
		return 0;
	}
	for (uint64_t i = 0; i < n && !iloc.failed; i++) {
		uint64_t id = take(&iloc, version < 2 ? 2 : 4);
		uint64_t method = version > 0 ? take(&iloc, 2) & 15 : 0;

		(void)take(&iloc, 2); /* data reference */
		uint64_t base = take(&iloc, base_size);
		uint64_t extents = take(&iloc, 2);

		for (uint64_t e = 0; e < extents && !iloc.failed; e++) {
			(void)take(&iloc, index_size);
			uint64_t offset = take(&iloc, offset_size);

			(void)take(&iloc, length_size);
			if (id == item && method == 0 && !iloc.failed && base < INT64_MAX &&
				offset < INT64_MAX) {
				return base + offset;
			}
		}
	}
	return 0;
}

static void
read_exif(const ReadAt *file, Octets meta, HeifInfo *info)
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

/* Loads the meta box, which stands at the top level. @return g_free() it */
static uint8_t *
load_meta(const ReadAt *file, size_t *ret_len)
{
	uint64_t at = 0;

	for (unsigned i = 0; i < BOXES_MAX; i++) {
		uint8_t head[8];

		if (!read_at_exactly(file, at, head, sizeof(head)) || read_be32(head) < 8) {
			return NULL;
		}
		uint64_t len = read_be32(head);

		if (memcmp(head + 4, "meta", 4) == 0 && len > 12 && len <= META_MAX) {
			uint8_t *meta = g_malloc(len - 12);

			*ret_len = file->read(file->data, at + 12, meta, len - 12);
			return meta;
		}
		at += len;
	}
	return NULL;
}

bool
heif_read(const ReadAt *file, HeifInfo *ret_info)
{
	size_t len = 0;
	g_autofree uint8_t *meta = load_meta(file, &len);
	Picture picture = { .info = ret_info };
	Octets pitm;
	unsigned version, flags;

	*ret_info = (HeifInfo){ 0 };
	if (meta == NULL) {
		return false;
	}
	Octets in = { meta, meta + len, false };

	if (!find_full_box(in, "pitm", &pitm, &version, &flags)) {
		return false;
	}
	apply_properties(&picture, in, take(&pitm, version == 0 ? 2 : 4));
	read_exif(file, in, ret_info);
	return ret_info->width > 0 && ret_info->height > 0;
}
