/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/ifo-files.h: serves the IFO files that lie beside recordings
 * @clause spec/dlna-http-transport.md 8, dlna-media-profiles.md 7.1 */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct IfoFiles IfoFiles;

/** Adds the route /ifo/. @param server,catalogue,roots  outlive it */
IfoFiles *ifo_files_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots);
/** After the server has gone. */
void ifo_files_free(IfoFiles *files);

/** The address as res@dlna:ifoFileURI has it, of the interface that is asked.
 *  @return g_free() it; NULL: there is none */
char *ifo_files_dup_url(const AvuHttpRequest *request, int64_t item, const CatalogueFile *file);

G_END_DECLS
