/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/live-format.h: which formats can be joined under way. Pure, any thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** What is known of a live source before it is heard: NULL mime is not possible.
 *  @return octets that belong together in that format; 0: players need its beginning */
size_t live_format_get_unit(const char *mime);

G_END_DECLS
