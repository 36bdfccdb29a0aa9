/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/mp4-box.h: the boxes of ISO 14496-12, one at a time. Pure over a reader. */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/* On one level; what is behind them is not seen. */
#define MP4_BOXES_MAX 256

typedef struct {
	char type[5];
	uint64_t at, body, end;
} Mp4Box;

/** The box at an octet, which ends at most where its parent does. @return false: there is none */
bool mp4_box_read(const ReadAt *file, uint64_t at, uint64_t end, Mp4Box *ret_box);
/** The first of a type in [at, end). @return false: there is none */
bool mp4_box_find(const ReadAt *file, uint64_t at, uint64_t end, const char *type, Mp4Box *ret_box);
/** The box at the end of a path such as "mdia", "minf", NULL below parent. */
bool mp4_box_descend(
	const ReadAt *file, const Mp4Box *parent, const char *const *path, Mp4Box *ret_box);

G_END_DECLS
