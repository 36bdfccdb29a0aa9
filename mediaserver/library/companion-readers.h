/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/companion-readers.h: who makes objects of companions (playlists, CUE sheets)
 *
 * What only says something of a media file (NFO, subtitles, art) needs no row here: that file is
 * described again, with its folder's companions at hand. */
#pragma once

#include "mediaserver/library/companions.h"

G_BEGIN_DECLS

typedef struct {
	CompanionKind kind;
	bool with_media; /* is read again when media of its folder came, changed or went */
	/* It came or changed, or with_media. Its folder, and the media beside it, are stored.
	 * Within a transaction, which is given up on false; a file that makes no sense is no failure */
	bool (*put)(Catalogue *catalogue, const Companions *companions, const Companion *companion,
		GError **error);
	/* It went, with its folder or alone; for a name that was never put there is nothing to do */
	bool (*remove)(Catalogue *catalogue, const CatalogueFolder *folder, const char *name,
		GError **error);
} CompanionReader;

/** @return NULL: nobody reads that kind */
const CompanionReader *companion_reader_of(CompanionKind kind);

G_END_DECLS
