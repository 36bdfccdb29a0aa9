/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/play-item.h: what a renderer is told to play: a URI and its metadata */
#pragma once

#include <av-upnp/object.h>

#include "item/taste.h"

typedef struct {
	char *uri;
	char *metadata; /* DIDL-Lite document with one object */
	char *title;
	int64_t duration_ns; /* AVU_TIME_NONE: not known */
} PlayItem;

void play_item_clear(PlayItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlayItem, play_item_clear)

bool play_item_is_url(const char *operand);
/** A URL of the user's own: title from its last part, kind from its ending. No network. */
bool play_item_from_url(const char *url, PlayItem *ret_item, GError **error);
/** A file of this host, shared at that URL.
 *  @param subtitles  path, and where it is shared; both NULL: none */
void play_item_from_file(const char *path, const char *url, const char *subtitles,
	const char *subtitles_url, PlayItem *ret_item);
/** Something without an end that is known, at that URL. */
void play_item_from_stream(
	const char *title, const char *mime, const char *url, PlayItem *ret_item);
/** Does the renderer take files of this kind? */
bool play_item_file_suits(const char *path, Taste *taste);
/** An object of a server, and of its resources the one that suits the renderer best.
 *  @param text  the document as the server wrote it
 *  @return false with UNSUPPORTED when it is a container or no resource suits */
bool play_item_from_object(const AvuObject *object, const char *text, Taste *taste,
	PlayItem *ret_item, GError **error);
