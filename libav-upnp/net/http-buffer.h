/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-buffer.h: octets from a peer, growing with what has really arrived, up to a limit */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	char *data; /* a NUL stands behind the last octet; NULL while empty */
	size_t len;
	size_t size;
} HttpBuffer;

/** @return false when the limit would be passed or memory is short; nothing is added then */
bool http_buffer_append(HttpBuffer *buffer, const char *octets, size_t len, size_t limit);
void http_buffer_clear(HttpBuffer *buffer);
