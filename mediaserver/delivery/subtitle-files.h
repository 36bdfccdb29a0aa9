/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/subtitle-files.h: serves the subtitles that lie beside films, and those in them */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/http-server.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/clients/clients.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

typedef struct SubtitleFiles SubtitleFiles;

/** Adds the route /subtitle/. @param server,catalogue,roots  outlive it
 *  @param charset  of charset_words: what text is in when nothing else says it */
SubtitleFiles *subtitle_files_new(
	AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, const char *charset);
/** Before start: each gets text in the encoding of its profile. @param clients  outlive it */
void subtitle_files_set_clients(SubtitleFiles *files, Clients *clients);
/** Before start: what workers said outlives the server in this folder. */
void subtitle_files_keep(SubtitleFiles *files, const char *folder, int64_t limit_bytes);
/** Before start: a track of a film that is not read in wait_ns (in whole seconds) is read in the background, see
 *  file_answers_set_long(). */
void subtitle_files_set_long(
	SubtitleFiles *files, WorkerPool *(*get_workers)(void *data), void *data, int64_t wait_ns);
/** Until then texts are answered with 503. @param pool  freed before subtitle_files_free() */
void subtitle_files_start(SubtitleFiles *files, WorkerPool *pool);
/** Nobody waits any more. Before the HTTP server is freed. */
void subtitle_files_stop(SubtitleFiles *files);
/** After the server has gone. */
void subtitle_files_free(SubtitleFiles *files);

/** What an answer says in CaptionInfo.sec. @param subtitles  the item's column; may be NULL
 *  @return g_free() it; NULL: it has none that can go into a header */
char *subtitle_files_dup_url(const AvuHttpRequest *request, const AvuClientProfile *client,
	int64_t item, const char *subtitles);

G_END_DECLS
