/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Metadata of MP4 as iTunes and all others write it: in each item one "data" box per value. Pure,
 * bounded: MP4_BOXES_MAX boxes on a level, values of VALUE_MAX octets; all else is passed over unread. */
#include "mediaserver/worker/mp4-tags.h"

#include <string.h>

#include "mediaserver/worker/mp4-box.h"

#define NAME_MAX_LEN 64
#define VALUE_MAX 4096
#define TYPE_UTF8 1

typedef struct {
	const ReadAt *file;
	void (*take)(const char *name, const char *value, void *data);
	void *data;
} Tags;

/* The text of a box behind skip octets. @return false: none, or too long */
static bool
read_text(const ReadAt *file, const Mp4Box *box, unsigned skip, char *buffer, size_t size)
{
	uint64_t len = box->end - box->body;

	if (len < skip || len - skip >= size ||
		!read_at_exactly(file, box->body + skip, (uint8_t *)buffer, (size_t)len - skip)) {
		return false;
	}
	buffer[len - skip] = '\0';
	return true;
}

static void
take_values(const Tags *tags, const Mp4Box *item, const char *name)
{
	char value[VALUE_MAX];
	uint64_t at = item->body;
	Mp4Box box;

	for (unsigned i = 0; i < MP4_BOXES_MAX && mp4_box_read(tags->file, at, item->end, &box);
		i++) {
		uint8_t type[4];

		at = box.end;
		if (g_str_equal(box.type, "data") &&
			read_at_exactly(tags->file, box.body, type, sizeof(type)) &&
			read_be32(type) == TYPE_UTF8 &&
			read_text(tags->file, &box, 8, value, sizeof(value)) && *value != '\0') {
			tags->take(name, value, tags->data);
		}
	}
}

/* "----": mean, name, then the values. */
static void
take_named(const Tags *tags, const Mp4Box *item)
{
	char name[NAME_MAX_LEN];
	Mp4Box box;

	if (mp4_box_find(tags->file, item->body, item->end, "name", &box) &&
		read_text(tags->file, &box, 4, name, sizeof(name))) {
		take_values(tags, item, name);
	}
}

static void
take_item(const Tags *tags, const Mp4Box *item)
{
	static const struct {
		const char *type, *name;
	} several[] = {
		{ "\251ART", "artist" },
		{ "aART", "album_artist" },
		{ "\251gen", "genre" },
		{ "\251wrt", "composer" },
		{ "\251con", "conductor" },
		{ "\251dir", "director" },
		{ "\251pub", "publisher" },
	};

	if (g_str_equal(item->type, "----")) {
		take_named(tags, item);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(several); i++) {
		if (g_str_equal(item->type, several[i].type)) {
			take_values(tags, item, several[i].name);
		}
	}
}

void
mp4_tags_read(const ReadAt *file, void (*take)(const char *name, const char *value, void *data),
	void *data)
{
	const Tags tags = { file, take, data };
	Mp4Box moov, udta, meta, list, item;

	if (!mp4_box_find(file, 0, file->size, "moov", &moov) ||
		!mp4_box_find(file, moov.body, moov.end, "udta", &udta) ||
		!mp4_box_find(file, udta.body, udta.end, "meta", &meta) ||
		meta.end - meta.body < 4 ||
		!mp4_box_find(file, meta.body + 4, meta.end, "ilst", &list)) {
		return;
	}
	uint64_t at = list.body;

	for (unsigned i = 0; i < MP4_BOXES_MAX && mp4_box_read(file, at, list.end, &item); i++) {
		take_item(&tags, &item);
		at = item.end;
	}
}
