/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/pushed.h: playlists that a control point sends itself (SetStaticPlaylist, SetStreamingPlaylist) */
#pragma once

#include "list-items.h"

G_BEGIN_DECLS

/** MIME types that are read, NULL-ended. */
extern const char *const pushed_types[];
/** Those of them that may come while they are played: M3U, whose lines stand for themselves. */
extern const char *const pushed_stream_types[];

/** A text without an address of its own: what is named in it is so by whole addresses. Lists in it are
 *  left out, since nothing is fetched here. Pure.
 *  @param start_id  of the object to begin with (DIDL-Lite), or ""
 *  @param sink      as in GetProtocolInfo
 *  @return NULL with AVU_ERROR_SYNTAX, LIMIT; without items when nothing in it can be played */
ListItems *pushed_read(
	const char *text, const char *mime, const char *start_id, const char *sink, GError **error);

G_END_DECLS
