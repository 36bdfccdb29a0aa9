/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bounded buffer for bodies: grows by doubling, so a peer that announces much and sends little
 * costs little. One owner, one thread. */
#include <string.h>

#include "http-buffer.h"

bool
http_buffer_append(HttpBuffer *buffer, const char *octets, size_t len, size_t limit)
{
	if (buffer->len > limit || len > limit - buffer->len) {
		return false;
	}
	if (buffer->data == NULL || buffer->len + len + 1 > buffer->size) {
		size_t size =
			MAX(MIN(MAX(buffer->size * 2, 1024), limit + 1), buffer->len + len + 1);
		char *data = g_try_realloc(buffer->data, size);

		if (data == NULL) {
			return false;
		}
		buffer->data = data;
		buffer->size = size;
	}
	memcpy(buffer->data + buffer->len, octets, len);
	buffer->len += len;
	buffer->data[buffer->len] = '\0';
	return true;
}

void
http_buffer_clear(HttpBuffer *buffer)
{
	g_free(buffer->data);
	*buffer = (HttpBuffer){ 0 };
}
