/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/heif-picture.h: where the coded pieces of a HEIC or AVIF picture lie */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

#define HEIF_TILES_MAX 1024

typedef struct {
	uint64_t offset, len; /* in the file */
} HeifPiece;

/* One piece, or the tiles of a grid, row by row. */
typedef struct {
	bool av1;               /* else HEVC */
	uint32_t width, height; /* of what is shown; tiles may reach beyond it */
	uint32_t columns, rows;
	HeifPiece tiles[HEIF_TILES_MAX]; /* columns * rows */
	uint8_t *config;                 /* contents of hvcC or av1C, of all of them */
	size_t config_len;
} HeifPicture;

void heif_picture_clear(HeifPicture *picture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HeifPicture, heif_picture_clear)
/** @param ret_picture  zeroed @return false: it is of another kind, or damaged
 *  @clause ISO/IEC 23008-12 6.6.2.3 (grid), 9.3 */
bool heif_picture_find(const ReadAt *file, HeifPicture *ret_picture);

G_END_DECLS
