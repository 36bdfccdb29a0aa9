/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/list-readers.h: playlists and CUE sheets as containers of the catalogue
 *
 * A playlist stands among the playlists, one that is named in another in that one as well, and follows
 * its file wherever it stands. A sheet stands in its folder, and its tracks wherever music stands. All
 * within a transaction on the library's thread; false is a failure of the catalogue, never of the file:
 * one that makes no sense is as good as none. */
#pragma once

#include "mediaserver/library/companions.h"

G_BEGIN_DECLS

/** It came or changed. @param companions  the set it is in; the folder's row is stored */
bool playlist_reader_put(Catalogue *catalogue, const Companions *companions,
	const Companion *companion, GError **error);
bool playlist_reader_remove(
	Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error);

/** It, or media beside it, came or changed; that media is stored. */
bool cue_reader_put(Catalogue *catalogue, const Companions *companions, const Companion *companion,
	GError **error);
bool cue_reader_remove(
	Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error);

G_END_DECLS
