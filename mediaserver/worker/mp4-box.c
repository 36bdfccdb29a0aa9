/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO 14496-12, 4.2: length, type, body; a length of 1 stands for one of eight octets behind the type, 0 for up
 * to the end. Pure. */
#include "mediaserver/worker/mp4-box.h"

#include <string.h>

#define HEAD_LEN 8
#define LONG_HEAD_LEN 16

bool
mp4_box_read(const ReadAt *file, uint64_t at, uint64_t end, Mp4Box *ret_box)
{
	uint8_t head[LONG_HEAD_LEN];
	size_t got = at < end ? file->read(file->data, at, head, sizeof(head)) : 0;

	if (got < HEAD_LEN) {
		return false;
	}
	uint64_t len = read_be32(head);
	uint64_t head_len = HEAD_LEN;

	if (len == 1 && got == sizeof(head)) {
		len = read_be64(head + HEAD_LEN);
		head_len = LONG_HEAD_LEN;
	} else if (len == 0) {
		len = end - at;
	}
	if (len < head_len || len > end - at) {
		return false;
	}
	memcpy(ret_box->type, head + 4, 4);
	ret_box->type[4] = '\0';
	ret_box->at = at;
	ret_box->body = at + head_len;
	ret_box->end = at + len;
	return true;
}

bool
mp4_box_find(const ReadAt *file, uint64_t at, uint64_t end, const char *type, Mp4Box *ret_box)
{
	Mp4Box box;

	for (unsigned i = 0; i < MP4_BOXES_MAX && mp4_box_read(file, at, end, &box); i++) {
		if (g_str_equal(box.type, type)) {
			*ret_box = box;
			return true;
		}
		at = box.end;
	}
	return false;
}

bool
mp4_box_descend(const ReadAt *file, const Mp4Box *parent, const char *const *path, Mp4Box *ret_box)
{
	Mp4Box box = *parent;

	for (; *path != NULL; path++) {
		if (!mp4_box_find(file, box.body, box.end, *path, &box)) {
			return false;
		}
	}
	*ret_box = box;
	return true;
}
