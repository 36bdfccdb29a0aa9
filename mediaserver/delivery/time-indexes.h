/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/time-indexes.h: the indexes of files that were asked for by time, made by the workers */
#pragma once

#include <sys/stat.h>

#include <av-upnp/time-index.h>

#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

typedef struct TimeIndexes TimeIndexes;

/** Until start, everything is busy. */
TimeIndexes *time_indexes_new(void);
/** After the pool, whose jobs refer to it. */
void time_indexes_free(TimeIndexes *indexes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TimeIndexes, time_indexes_free)
/** @param pool  outlives stop */
void time_indexes_start(TimeIndexes *indexes, WorkerPool *pool);
/** Nobody waits any more, now and later. Before the HTTP server is freed, which waits for those who
 *  wait here. */
void time_indexes_stop(TimeIndexes *indexes);

/** The index of an open file; waits for a worker when it is not at hand, for some seconds at most.
 *  @param st  of fd: what it says of identity, size and time is the key  @param hint  extension
 *  @param duration_ns  as the catalogue has it; AVU_TIME_NONE: the worker's
 *  @return reference; NULL with AVU_ERROR_UNSUPPORTED (none can be made), BUSY, IO @thread any */
AvuTimeIndex *time_indexes_get(TimeIndexes *indexes, int fd, const struct stat *st,
	const char *hint, int64_t duration_ns, GError **error);

G_END_DECLS
