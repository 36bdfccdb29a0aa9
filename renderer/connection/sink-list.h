/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/connection/sink-list.h: what of that which decodes is offered */
#pragma once

#include <av-upnp/base.h>

/** @param protocols  SinkProtocolInfo of all that decodes
 *  @param without  MIME types, or as "video" and "/" and "*"; NULL-ended; case does not matter
 *  @return the entries that are left, in their order; g_free() it */
char *sink_list_filter(const char *protocols, const char *const *without);
