/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/file-name.h: a foreign title as one harmless file name. Pure. */
#pragma once

#include <av-upnp/base.h>

/** One name: no slash, no control characters, no dot or minus in front, no overrides of direction, at most 255 octets; never empty.
 *  @param url,protocol_info  of the resource: its ending is kept or added; NULL: no ending
 *  @return g_free() it */
char *file_name_of(const char *title, const char *url, const char *protocol_info);
