/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/sidecars.h: what the files beside a media file say of it: NFO, subtitles, lyrics, CUE sheet */
#pragma once

#include "mediaserver/library/companions.h"
#include "mediaserver/library/describe.h"

G_BEGIN_DECLS

#define SIDECAR_IFO_MAX_BYTES (512 * 1024) /* spec/dlna-core-rules.md, IFO file */

/** Goes over a description that description_init() made. What a collector wrote into an NFO wins over
 *  the tags of the file; of a series, "tvshow.nfo" in a folder above says the name. A recording that a
 *  CUE sheet beside it cuts into tracks leaves artists, albums and genres to them.
 *  @param companions  of the file's folder; NULL: there are none, nothing happens
 *  @thread library's */
void sidecars_describe(Description *description, const Companions *companions);

G_END_DECLS
