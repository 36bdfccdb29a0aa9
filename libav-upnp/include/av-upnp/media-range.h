/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/media-range.h: byte ranges of HTTP (RFC 9110, 14), as a media server answers them */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	AVU_RANGE_NONE,            /* no header, other unit, several ranges, malformed: send the whole */
	AVU_RANGE_PART,            /* offset and length hold */
	AVU_RANGE_NOT_SATISFIABLE, /* 416 */
} AvuRangeResult;

/** @param value  of the Range header, or NULL
 *  @param size_bytes  of the whole resource
 *  @param ret_offset,ret_length  written for PART only */
AVU_API AvuRangeResult avu_range_parse(
	const char *value, uint64_t size_bytes, uint64_t *ret_offset, uint64_t *ret_length);

G_END_DECLS
