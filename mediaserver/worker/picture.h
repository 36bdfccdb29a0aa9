/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/picture.h: what a picture says of itself in its header, without decoding it */
#pragma once

#include "mediaserver/worker/exif.h"

G_BEGIN_DECLS

typedef struct {
	uint32_t width, height; /* 0: not found */
	bool progressive;       /* JPEG: not baseline, PNG: interlaced or deep: no DLNA profile */
	Exif exif;              /* empty where there is none */
	bool colour_transformable; /* JPEG: 1 or 3 components; PNG: always */
	/* of raw files: the JPEG in it, of which all of the above is said; 0: the file is the picture */
	uint64_t preview, preview_len;
} PictureInfo;

/** @param format  "jpeg", "png", "gif", "bmp", "webp", "tiff", "raw", "heic", "avif"
 *  @return a size was found */
bool picture_read(const char *format, const ReadAt *file, PictureInfo *ret_info);

G_END_DECLS
