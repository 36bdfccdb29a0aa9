/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Halving keeps an hour of frames and a day of them in the same memory. Pure. */
#include "mediaserver/worker/points.h"

void
points_init(Points *points, uint32_t max)
{
	*points = (Points){ .points = g_new(IndexPoint, max), .max = max };
}

static void
halve(Points *points)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < points->n; i += 2) {
		points->points[kept++] = points->points[i];
	}
	points->n = kept;
	points->gap_ns = (points->points[kept - 1].time_ns - points->points[0].time_ns) / kept;
}

void
points_add(Points *points, int64_t time_ns, uint64_t byte)
{
	const IndexPoint *last = points->n > 0 ? &points->points[points->n - 1] : NULL;

	if (last != NULL && (time_ns - last->time_ns < points->gap_ns || byte == last->byte)) {
		return;
	}
	if (points->n == points->max) {
		halve(points);
	}
	points->points[points->n++] = (IndexPoint){ time_ns, byte };
}

void
points_put(Points *points, int64_t time_ns, uint64_t byte)
{
	uint32_t at = points->n;

	if (points->n == points->max) {
		return;
	}
	/* by hand: qsort() makes system calls that a child of the worker dies of */
	for (; at > 0 && points->points[at - 1].time_ns > time_ns; at--) {
		points->points[at] = points->points[at - 1];
	}
	points->points[at] = (IndexPoint){ time_ns, byte };
	points->n++;
}

void
points_settle(Points *points)
{
	uint64_t least = UINT64_MAX;

	for (uint32_t i = points->n; i-- > 0;) {
		least = MIN(least, points->points[i].byte);
		points->points[i].byte = least;
	}
}

void
points_clear(Points *points)
{
	g_clear_pointer(&points->points, g_free);
	points->n = 0;
}
