/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/local-file.h: files, folders and playlists of this host on the command line. Any thread; reads the
 * disk. */
#pragma once

#include <av-upnp/base.h>

/** Is a file or folder meant, and there? A word without a slash only if it ends like a media file or a
 *  playlist: object ids have no such ends.
 *  @param server_named  by -s: "/…" is a path there then */
bool local_file_is_meant(const char *operand, bool server_named);

/* @param file         "file:///…", or a URL out of a playlist
 * @param duration_ns  AVU_TIME_NONE: not known
 * @return false: enough */
typedef bool (*LocalFileEmit)(const char *file, const char *title, int64_t duration_ns, void *data);

/** The file itself; of a folder the media files in it and below, in the order people expect; of a playlist
 *  its entries, in its order, but those that are no media.
 *  @return false with NOT_FOUND, DENIED, IO, SYNTAX (a bad playlist) */
bool local_file_list(const char *operand, LocalFileEmit emit, void *data, GError **error);
