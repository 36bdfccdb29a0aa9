/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Boxes of HEIC and AVIF, one in the other. Pure, bounded: META_MAX octets, BOXES_MAX boxes per level.
 * @clause ISO/IEC 14496-12 4.2, 8.11 */
#include "mediaserver/worker/heif-box.h"

#include <string.h>

#include "mediaserver/worker/mp4-box.h"

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

static size_t
read_octets(void *data, uint64_t offset, uint8_t *buffer, size_t len)
{
	const HeifOctets *in = data;
	const size_t left = (size_t)(in->end - in->at);

	len = offset < left ? MIN(len, left - (size_t)offset) : 0;
	memcpy(buffer, in->at + MIN(offset, left), len);
	return len;
}

/* The next box inside in; its contents. */
bool
heif_take_box(HeifOctets *in, char ret_type[5], HeifOctets *ret_body)
{
	HeifOctets all = *in;
	const uint64_t len = (uint64_t)(in->end - in->at);
	const ReadAt memory = { read_octets, &all, len };
	Mp4Box box;

	if (in->failed || !mp4_box_read(&memory, 0, len, &box)) {
		in->failed = true;
		return false;
	}
	memcpy(ret_type, box.type, sizeof(box.type));
	*ret_body = (HeifOctets){ in->at + box.body, in->at + box.end, false };
	in->at += box.end;
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
	Mp4Box box;

	/* version and flags are in front */
	if (!mp4_box_find(file, 0, file->size, "meta", &box) || box.end - box.body <= 4 ||
		box.end - box.body > META_MAX) {
		return NULL;
	}
	const size_t len = (size_t)(box.end - box.body) - 4;
	uint8_t *meta = g_malloc(len);

	*ret_len = file->read(file->data, box.body + 4, meta, len);
	return meta;
}
