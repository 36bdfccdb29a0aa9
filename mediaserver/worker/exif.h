/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/exif.h: TIFF directories, of a TIFF file or as the EXIF part of other pictures */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/* Empty or 0: not found. Texts are octets as the camera wrote them, NUL-ended. */
typedef struct {
	uint32_t width, height;
	uint32_t orientation; /* 1 to 8 */
	uint32_t stars;       /* 1 to 5 */
	char date[20];        /* "2024-05-17T12:30:00": taken, else last changed */
	char maker[64], model[64];
	char description[256], artist[128], rights[128];
	char location[32]; /* "48.858370,2.294481" */
} Exif;

/** @param base  of the TIFF header; its offsets count from there
 *  @return there was a first directory */
bool exif_read(const ReadAt *file, uint64_t base, Exif *ret_exif);

G_END_DECLS
