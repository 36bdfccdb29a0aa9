/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/points.h: a table of bounded size for any number of points */
#pragma once

#include "mediaserver/workers/index-result.h"

G_BEGIN_DECLS

typedef struct {
	IndexPoint *points; /* owned */
	uint32_t n, max;
	int64_t gap_ns; /* points closer than this to the last are not taken */
} Points;

/** @param max  at least 4 */
void points_init(Points *points, uint32_t max);
/** Takes a point that lies behind the last one in time and is not at the same octet. When the table is full, every second point
 *  goes, and from then on the gap is wider. */
void points_add(Points *points, int64_t time_ns, uint64_t byte);
/** Takes a point in any order, while there is room; a few thousand at most. */
void points_put(Points *points, int64_t time_ns, uint64_t byte);
/** Moves each octet down to the least of all that follow, so that
 *  reading from a point on meets everything that comes later. */
void points_settle(Points *points);
void points_clear(Points *points);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Points, points_clear)

G_END_DECLS
