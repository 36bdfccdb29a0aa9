/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/media-range.h: byte ranges of HTTP (RFC 9110, 14), as a media server answers them */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	AVU_RANGE_NONE,		   /* no header: send the whole */
	AVU_RANGE_PART,		   /* offset and length hold */
	AVU_RANGE_NOT_SATISFIABLE, /* 416 */
	AVU_RANGE_MALFORMED,	   /* 400: DLNA allows no other unit and no suffix */
} AvuRangeResult;

/** @param value  of the Range header, or NULL
 *  @param size_bytes  of the whole resource
 *  @param ret_offset,ret_length  written for PART only. An end behind the resource is cut; of several
 *                 ranges the first counts, since there is no multipart answer to a renderer
 *  @clause DLNA 7.8.22, 7.8.29 (spec/dlna-http-transport.md 4) */
AVU_API AvuRangeResult avu_range_parse(
	const char *value, uint64_t size_bytes, uint64_t *ret_offset, uint64_t *ret_length);

G_END_DECLS
