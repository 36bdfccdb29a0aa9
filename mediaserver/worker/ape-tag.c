/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* APEv2, as WavPack, Monkey's Audio, Musepack and some MP3 have it. Pure, bounded: ITEMS_MAX items of
 * at most VALUE_MAX octets; covers are passed over unread. */
#include "mediaserver/worker/ape-tag.h"

#include <string.h>

#define FOOTER 32
#define ID3V1 128
#define ITEMS_MAX 256
#define NAME_MAX_LEN 255
#define VALUE_MAX 16384
#define TAG_MAX (16 * 1024 * 1024)
#define NOT_TEXT 0x06
#define END UINT64_MAX

/* Values stand between zeros. */
static void
take_values(const char *name, char *value, size_t len,
	void (*take)(const char *name, const char *value, void *data), void *data)
{
	for (char *at = value; at < value + len;) {
		size_t one = strnlen(at, (size_t)(value + len - at));

		at[one] = '\0'; /* the last one has room for it */
		if (one > 0) {
			take(name, at, data);
		}
		at += one + 1;
	}
}

/* @return place of the next item, END when this one is nonsense */
static uint64_t
take_item(const ReadAt *file, uint64_t at, uint64_t end,
	void (*take)(const char *name, const char *value, void *data), void *data)
{
	uint8_t head[8 + NAME_MAX_LEN + 1];
	char value[VALUE_MAX + 1];
	size_t got = end - at < 8 ? 0
				  : file->read(file->data, at, head,
					    (size_t)MIN(sizeof(head), end - at));

	if (got < 8) {
		return END;
	}
	uint64_t len = read_le32(head);
	const uint8_t *zero = memchr(head + 8, 0, got - 8);
	uint64_t begin = zero != NULL ? at + (uint64_t)(zero - head) + 1 : end;

	if (zero == NULL || len > end - begin) {
		return END;
	}
	if ((read_le32(head + 4) & NOT_TEXT) == 0 && len <= VALUE_MAX &&
		read_at_exactly(file, begin, (uint8_t *)value, (size_t)len)) {
		take_values((const char *)head + 8, value, (size_t)len, take, data);
	}
	return begin + len;
}

void
ape_tag_read(const ReadAt *file, void (*take)(const char *name, const char *value, void *data),
	void *data)
{
	static const uint64_t behind[] = { 0, ID3V1 };

	for (size_t i = 0; i < G_N_ELEMENTS(behind); i++) {
		uint8_t footer[FOOTER];

		if (file->size < behind[i] + FOOTER) {
			return;
		}
		uint64_t at = file->size - behind[i] - FOOTER;

		if (!read_at_exactly(file, at, footer, FOOTER) ||
			memcmp(footer, "APETAGEX", 8) != 0) {
			continue;
		}
		uint64_t len = read_le32(footer + 12); /* items and this footer */

		if (len < FOOTER || len > TAG_MAX || len > at + FOOTER) {
			return;
		}
		uint64_t item = at + FOOTER - len;

		for (unsigned n = 0; n < ITEMS_MAX && item < at; n++) {
			item = take_item(file, item, at, take, data);
		}
		return;
	}
}
