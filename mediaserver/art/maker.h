/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* art/maker.h: a connection's thread waits for a picture from the worker */
#pragma once

#include "mediaserver/workers/pool.h"
#include "mediaserver/workers/thumb-request.h"

G_BEGIN_DECLS

/* More than this many wait: the next are asked to come again. */
#define ART_WAITING_MAX 64

typedef struct ArtMaker ArtMaker;

/** @param pool  of its own, so that a scan and pictures do not wait for each other; outlives it */
ArtMaker *art_maker_new(WorkerPool *pool);
void art_maker_free(ArtMaker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArtMaker, art_maker_free)
/** All that wait are told BUSY at once, and who comes later too. @thread any */
void art_maker_stop(ArtMaker *maker);

/** @param fd  taken
 *  @return picture, g_bytes_unref() it; NULL with AVU_ERROR_UNSUPPORTED: there is none in this file;
 *  FAILED: reading it ended the process; TIMEOUT, BUSY: later, perhaps
 *  @thread any but the main thread; blocks for as long as a worker may take */
GBytes *art_maker_make(ArtMaker *maker, int fd, const ThumbBox *box, GError **error);

G_END_DECLS
