/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Boxes of HEIC and AVIF, one in the other. Pure, bounded: META_MAX octets, BOXES_MAX boxes per level.
 * @clause ISO/IEC 14496-12 4.2, 8.11 */
#include "mediaserver/worker/heif-box.h"

#include <string.h>

#define META_MAX (256 * 1024)
#define BOXES_MAX 64
#define ITEMS_MAX 4096

uint64_t
heif_take(HeifOctets *in, unsigned n)
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
uint64_t
heif_take_count(HeifOctets *in, unsigned n)
{
	uint64_t count = heif_take(in, n);

	return count < ITEMS_MAX ? count : ITEMS_MAX;
}

/* The next box inside in; its contents. */
bool
heif_take_box(HeifOctets *in, char ret_type[5], HeifOctets *ret_body)
{
	uint64_t len = heif_take(in, 4);

	if (in->failed || in->end - in->at < 4) {
		return false;
	}
	memcpy(ret_type, in->at, 4);
	ret_type[4] = '\0';
	in->at += 4;
	uint64_t head = 8;

	if (len == 1) {
		len = heif_take(in, 8);
		head = 16;
	}
	uint64_t left = (uint64_t)(in->end - in->at);
	uint64_t body = len == 0 ? left : len - head;

	if (in->failed || (len != 0 && len < head) || body > left) {
		return false;
	}
	*ret_body = (HeifOctets){ in->at, in->at + body, false };
	in->at += body;
	return true;
}

bool
heif_find_box(HeifOctets in, const char *type, HeifOctets *ret_body)
{
	char name[5];

	for (unsigned i = 0; i < BOXES_MAX && heif_take_box(&in, name, ret_body); i++) {
		if (g_str_equal(name, type)) {
			return true;
		}
	}
	return false;
}

/* A box with version and flags in front. */
bool
heif_find_full_box(HeifOctets in, const char *type, HeifOctets *ret_body, unsigned *ret_version,
	unsigned *ret_flags)
{
	if (!heif_find_box(in, type, ret_body)) {
		return false;
	}
	*ret_version = (unsigned)heif_take(ret_body, 1);
	*ret_flags = (unsigned)heif_take(ret_body, 3);
	return !ret_body->failed;
}

/* Loads the meta box, which stands at the top level. @return g_free() it */
uint8_t *
heif_load_meta(const ReadAt *file, size_t *ret_len)
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
