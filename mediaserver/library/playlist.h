/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/playlist.h: M3U, PLS, XSPF and ASX as lists of locations; nothing is opened here */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define PLAYLIST_BYTES_MAX (1024 * 1024) /* LIM-21 */
#define PLAYLIST_ENTRIES_MAX 100000      /* LIM-47 */
#define PLAYLIST_NESTING_MAX 8           /* LIM-47 */

typedef struct {
	char *location;      /* path or URL as it stands there: octets without NUL and newline */
	char *title;         /* UTF-8; NULL: none */
	int64_t duration_ns; /* AVU_TIME_NONE: not told, or endless */
} PlaylistEntry;

typedef struct {
	char *title;     /* UTF-8; NULL: none */
	GArray *entries; /* PlaylistEntry */
} Playlist;

/** @param name  of the file: its extension decides
 *  @return NULL with AVU_ERROR_SYNTAX when it is no playlist (also one that cuts a single recording
 *      into pieces, as HLS does), LIMIT when it is larger than the limits above
 *  @thread any */
Playlist *playlist_parse(const char *name, GBytes *bytes, GError **error);
void playlist_free(Playlist *playlist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Playlist, playlist_free)

static inline const PlaylistEntry *
playlist_get(const Playlist *playlist, size_t i)
{
	return &g_array_index(playlist->entries, PlaylistEntry, i);
}

G_END_DECLS
