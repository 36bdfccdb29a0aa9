/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/media.h: the routes /media/ID.EXT, a catalogue's item as octets, and /media/ID/RECIPE.EXT,
 * what is made of it */
#pragma once

#include "mediaserver/clients/clients.h"
#include <av-upnp/http-server.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/convert/conversions.h"
#include "mediaserver/delivery/reports.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

typedef struct Media Media;

/** Adds the route; before the server starts.
 *  @param reports  told of each delivery; NULL: nobody
 *  @param conversions  NULL: there are none
 *  server, catalogue, roots, reports and conversions outlive it */
Media *media_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, Reports *reports,
	Clients *clients, Conversions *conversions);
/** Before the server starts: has a file looked at anew that is not the one that was probed.
 *  @param root  uuid  @param growing  it is being written  @thread any */
void media_set_touch(Media *media,
	void (*touch)(const char *root, const char *path, bool growing, void *data), void *data);
/** Before the server starts: what "?albumArt=true" behind an item's URL gives, as Microsoft's players ask for a
 *  cover. */
void media_set_art(Media *media,
	AvuHttpResponse *(*answer)(void *data, const AvuHttpRequest *request, int64_t item),
	void *data);
/** Before the server starts: what was found out of files outlives it there.
 *  @param folder  made on demand  @param limit_bytes  of it */
void media_keep_answers(Media *media, const char *folder, int64_t limit_bytes);
/** From now on files are seekable by time. @param pool  outlives stop */
void media_start(Media *media, WorkerPool *pool);
/** Nobody waits for a worker any more. Before the server is freed. */
void media_stop(Media *media);
/** After the server and the pool are freed. */
void media_free(Media *media);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Media, media_free)

G_END_DECLS
