/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/file-name.h: a name for a file that a peer sends */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define FILE_NAME_MAX 200 /* octets, leaves room for what is put behind */

/** A title as a file name that every file system takes: no slash, no control character, none of
 *  ?<>\:*|" (DLNA upload checklist), no dot or blank at either end, never a name with a meaning.
 *  @param extension  "jpg"; put behind unless the title ends so; "": none
 *  @param n          0; from 2 on " (2)" goes in front of the extension
 *  @return g_free() it */
char *file_name_make(const char *title, const char *extension, unsigned n);

G_END_DECLS
