/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/playlist.h: M3U, PLS, XSPF and ASX as lists of locations; nothing is opened here */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_PLAYLIST_BYTES_MAX (1024 * 1024) /* LIM-21 */
#define AVU_PLAYLIST_ENTRIES_MAX 100000      /* LIM-47 */
#define AVU_PLAYLIST_NESTING_MAX 8           /* LIM-47 */

/* What an entry of M3U says of a stream in attributes: what guides call it, or that it is radio. */
typedef enum {
	AVU_PLAYLIST_NOTHING,
	AVU_PLAYLIST_RADIO,      /* radio="true" */
	AVU_PLAYLIST_TELEVISION, /* tvg-id, tvg-name and the like */
} AvuPlaylistHint;

typedef struct {
	AvuPlaylistHint hint;
	char *location;      /* path or URL as it stands there: octets without NUL and newline */
	char *title;         /* UTF-8; NULL: none */
	int64_t duration_ns; /* AVU_TIME_NONE: not told, or endless */
} AvuPlaylistEntry;

typedef struct {
	char *title;     /* UTF-8; NULL: none */
	GArray *entries; /* AvuPlaylistEntry */
} AvuPlaylist;

/** @param name  of the file: its extension decides
 *  @return NULL with AVU_ERROR_SYNTAX when it is no playlist (also one that cuts a single recording
 *      into pieces, as HLS does), LIMIT when it is larger than the limits above
 *  @thread any */
AVU_API AvuPlaylist *avu_playlist_parse(const char *name, GBytes *bytes, GError **error);
AVU_API void avu_playlist_free(AvuPlaylist *playlist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuPlaylist, avu_playlist_free)

/** "A%20B" as "A B". @return g_free() it; NULL when it is not of that form, or hides a slash or a zero */
AVU_API char *avu_playlist_decode_location(const char *text);

static inline const AvuPlaylistEntry *
avu_playlist_get(const AvuPlaylist *playlist, size_t i)
{
	return &g_array_index(playlist->entries, AvuPlaylistEntry, i);
}

G_END_DECLS
