/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/time-index.h: which octet of a file belongs to which time; immutable, shared by threads */
#pragma once

#include <av-upnp/media-source.h>

G_BEGIN_DECLS

#define AVU_TIME_INDEX_POINTS_MAX 32768

typedef struct {
	int64_t time_ns; /* since the start of the content */
	uint64_t byte;   /* decoding can start here */
} AvuTimePoint;

/** @param points  copied; what is not in rising order of both time and octets, negative, or beyond
 *                 size_bytes is left out. Time 0 is octet 0, whatever they say (DLNA 7.8.25)
 *  @param unit    0: the points. Else octets follow time evenly and decoding can start at every
 *                 multiple of unit (PCM); the points are two, start and end of the samples
 *  @return reference; NULL when none of the points is left, not even one at the start */
AVU_API AvuTimeIndex *avu_time_index_new(const AvuTimePoint *points, size_t n, uint32_t unit,
	uint64_t size_bytes, int64_t duration_ns);
AVU_API AvuTimeIndex *avu_time_index_ref(AvuTimeIndex *index);
AVU_API void avu_time_index_unref(AvuTimeIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuTimeIndex, avu_time_index_unref)

AVU_API int64_t avu_time_index_get_duration_ns(const AvuTimeIndex *index);
AVU_API size_t avu_time_index_get_n_points(const AvuTimeIndex *index);
/** Fills the part's octets: from the last point at or before from_ns up to the first at or behind
 *  to_ns, and moves both times there. An open end is the end of the file. */
AVU_API void avu_time_index_locate(const AvuTimeIndex *index, AvuMediaPart *part);
/** Time of the last point at or before an octet: the other direction, for positions on a display. */
AVU_API int64_t avu_time_index_get_time_ns(const AvuTimeIndex *index, uint64_t byte);

G_END_DECLS
