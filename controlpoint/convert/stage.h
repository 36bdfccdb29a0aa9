/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/stage.h: the folder out of which our own server converts: nothing but what was asked for */
#pragma once

#include <av-upnp/base.h>

/** Of a file that has to be copied or fetched first. */
#define STAGE_BYTES_MAX (INT64_C(16) << 30)
#define STAGE_IDLE_S 600 /* in no use since then: when nobody stages anything */
#define STAGE_OLD_S 3600 /* when somebody may be about to put what was staged into a queue */

/** Folder that is shared, and the server's own. g_free() them. */
char *stage_files_directory(void);
char *stage_server_directory(void);

/** A file of this host, and the subtitles beside it: by hard links, or copied where the disk is another.
 *  @param path  absolute
 *  @return where it is now, g_free() it; NULL with NOT_FOUND, IO, LIMIT (too large to be copied) */
char *stage_file(const char *path, GError **error);
/** Where something that is fetched is to be put.
 *  @param key   what it is known by: equal ones have one place
 *  @param name  file name, made harmless here
 *  @return g_free() it; NULL with IO */
char *stage_place(const char *key, const char *name, GError **error);
/** Takes away what is in no use and was staged that long ago; nothing while something is fetched, which what
 *  was staged before waits for. @param is_used  of a path as above */
void stage_prune(int64_t old_s, bool (*is_used)(const char *path, void *data), void *data);
