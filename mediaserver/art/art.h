/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* art/art.h: /art/OBJECT-VERSION-RENDITION: the picture that stands for an item or an album */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/clients/clients.h"
#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

typedef struct Art Art;

/** Adds its route. @param server,catalogue,roots  outlive it
 *  @param folder  where made pictures are kept  @param limit_bytes  so much of them at most */
Art *art_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, const char *folder,
	int64_t limit_bytes);
/** Before the server starts: who asks gets the headers it wants. @param clients  outlives it */
void art_set_clients(Art *art, Clients *clients);
/** Until then, and without, it answers 503. @param pool  its own; freed before art_free() */
void art_set_workers(Art *art, WorkerPool *pool);
/** The thumbnail of an item, for another route's request. @thread the connection's */
AvuHttpResponse *art_answer(Art *art, const AvuHttpRequest *request, int64_t item);
/** Nobody waits for a picture any more. @thread any */
void art_stop(Art *art);
void art_free(Art *art);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Art, art_free)

G_END_DECLS
