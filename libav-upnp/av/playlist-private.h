/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/playlist-private.h: what the parsers of the forms share */
#pragma once

#include <av-upnp/playlist.h>

G_BEGIN_DECLS

#define PLAYLIST_TITLE_MAX 1024
#define PLAYLIST_LOCATION_MAX 4096

/* Each fills an empty list. text is NUL-ended, len does not count that. */
bool playlist_read_m3u(AvuPlaylist *playlist, const char *text, size_t len, GError **error);
bool playlist_read_pls(AvuPlaylist *playlist, const char *text, size_t len, GError **error);
bool playlist_read_xspf(AvuPlaylist *playlist, const char *text, size_t len, GError **error);
bool playlist_read_asx(AvuPlaylist *playlist, const char *text, size_t len, GError **error);

/** Appends; one that is empty, too long or has control characters is left out.
 *  @param title  of any encoding, NULL: none  @return false with LIMIT: there are too many */
bool playlist_add(AvuPlaylist *playlist, const char *location, size_t location_len,
	const char *title, size_t title_len, int64_t duration_ns, GError **error);
/** Seconds of a duration; "-1" and "0" are streams without end. */
int64_t playlist_seconds(const char *text, size_t len);

G_END_DECLS
