/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/heif.h: size, turn and EXIF of HEIC and AVIF pictures */
#pragma once

#include "mediaserver/worker/exif.h"

G_BEGIN_DECLS

typedef struct {
	uint32_t width, height; /* as stored, before it is turned */
	Exif exif;              /* orientation is that of the container, which alone counts */
} HeifInfo;

/** @return a size was found @clause ISO/IEC 23008-12 6, 9 */
bool heif_read(const ReadAt *file, HeifInfo *ret_info);

G_END_DECLS
