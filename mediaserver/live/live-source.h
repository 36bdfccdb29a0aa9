/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-source.h: a listener as a source of delivery */
#pragma once

#include <av-upnp/media-source.h>

#include "mediaserver/live/live-channel.h"

G_BEGIN_DECLS

/** Octets of media alone, or with titles between them; alone, too, where a part of them is asked for.
 *  @param listener  taken  @param icy_interval  octets between two titles; 0: none */
AvuMediaSource *live_source_new(LiveListener *listener, size_t icy_interval);

G_END_DECLS
