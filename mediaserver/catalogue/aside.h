/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/aside.h: database files that cannot be used are kept for a second look
 *
 * Several, since who starts two versions on one folder by turns would lose the first one otherwise; not
 * all, since a catalogue of a million items takes a gigabyte. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define ASIDE_COPIES 3

/** Renames PATH to PATH.NAME, the one that is there to PATH.NAME.1 and so on; the oldest goes. With what
 *  SQLite keeps beside the file.
 *  @return false with AVU_ERROR_IO: it is still there. No file at all is fine */
bool aside_put(const char *path, const char *name, GError **error);

G_END_DECLS
