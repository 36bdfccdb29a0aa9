/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/subtitle-files.h: serves the subtitle files that lie beside films */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct SubtitleFiles SubtitleFiles;

/** Adds the route /subtitle/. @param server,catalogue,roots  outlive it */
SubtitleFiles *subtitle_files_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots);
/** After the server has gone. */
void subtitle_files_free(SubtitleFiles *files);

G_END_DECLS
