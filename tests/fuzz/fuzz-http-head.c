/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-22: heads of answers in lines of any kind: bounded, and what is said of lengths holds together. */
#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HttpHeadRange range;
	HttpHead head;
	size_t taken = 0;

	http_head_init(&head);
	for (size_t at = 0; at < size;) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t len = end != NULL ? (size_t)(end + 1 - (data + at)) : size - at;

		if (!http_head_take(&head, (const char *)data + at, len)) {
			break;
		}
		at += len;
		taken = at;
	}
	g_assert_cmpuint(taken, <=, AVU_LIMIT_FETCH_HEADERS);
	g_assert_cmpuint(g_hash_table_size(head.headers), <=, AVU_LIMIT_FETCH_HEADER_LINES + 2);
	g_assert_cmpuint(head.status, <=, 999);
	g_assert_true(!head.complete || head.status >= 200);
	g_assert_cmpint(http_head_get_length(&head), >=, -1);
	if (http_head_get_range(&head, &range)) {
		g_assert_cmpuint(range.first, <=, INT64_MAX);
		g_assert_true(range.total == -1 || (uint64_t)range.total > range.first);
	}
	http_head_clear(&head);
	return 0;
}
