/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/moves.h: which file is the one that was somewhere else before
 *
 * Of one pass over the disk. What is not where it was is removed from the catalogue only at its end,
 * when nothing that came has turned out to be it. Library's thread. */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/disk.h"
#include "mediaserver/library/candidate.h"
#include "mediaserver/library/renames.h"

G_BEGIN_DECLS

typedef struct Moves Moves;

Moves *moves_new(Catalogue *catalogue, const Roots *roots, const Renames *renames);
void moves_free(Moves *moves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Moves, moves_free)

/** It is not there, or another file is there. */
void moves_lose(Moves *moves, const CatalogueKnown *known);
/** It is there after all. */
void moves_find(Moves *moves, int64_t id);

/** A file that is new in its place, or another one than before.
 *  @param ret_id  of the item it is, which nobody else gets in this pass; 0: it is new */
bool moves_claim(Moves *moves, const DiskFolder *folder, const char *name, const struct stat *st,
	int64_t *ret_id, GError **error);

/** Takes one that stayed lost. @return false: there is none */
bool moves_take_lost(Moves *moves, CatalogueKnown *ret_known);

G_END_DECLS
