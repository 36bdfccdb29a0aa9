/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/index-result.h: the answer to WORKER_INDEX: which octet belongs to which time */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

/* As many as av-upnp/time-index.h keeps; half a frame. */
#define INDEX_POINTS_MAX 32768

typedef struct {
	int64_t time_ns;
	uint64_t byte;
} IndexPoint;

typedef struct {
	int64_t duration_ns; /* AVU_TIME_NONE: unknown */
	uint32_t unit;       /* > 0: even octets between two points, see av-upnp/time-index.h */
	uint32_t n;
	IndexPoint *points;
} IndexResult;

void index_result_clear(IndexResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(IndexResult, index_result_clear)

void index_result_put(const IndexResult *result, AvuFrameWriter *writer);
/** @param ret_result  zeroed @return false when it is none; order and bounds are not checked here */
bool index_result_take(AvuFrameReader *reader, IndexResult *ret_result);

G_END_DECLS
