/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/picture.h: size and date of a picture from its header, without decoding it */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* Reads up to len octets at offset; @return how many came, 0 at the end or on a fault. */
typedef size_t (*PictureRead)(void *data, uint64_t offset, uint8_t *buffer, size_t len);

typedef struct {
	uint32_t width, height;    /* 0: not found */
	char date[20];             /* "2024-05-17T12:30:00" of EXIF, or "" */
	bool progressive;          /* JPEG: not baseline, so no DLNA profile */
	bool colour_transformable; /* JPEG: 1 or 3 components; PNG: always */
} PictureInfo;

/** @param format  "jpeg", "png", "gif", "bmp", "webp", "tiff"
 *  @return a size was found */
bool picture_read(const char *format, PictureRead read, void *data, PictureInfo *ret_info);

G_END_DECLS
