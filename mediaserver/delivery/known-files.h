/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/known-files.h: the files that were asked for lately, as the catalogue describes them
 *
 * A player that seeks asks for the same file many times a second; the catalogue is asked once, and again
 * after each of its commits. */
#pragma once

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

typedef struct KnownFiles KnownFiles;

/** @param catalogue  outlives it */
KnownFiles *known_files_new(Catalogue *catalogue);
void known_files_free(KnownFiles *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnownFiles, known_files_free)

/** Like catalogue_find_file(). @return known_file_unref() it  @thread any */
CatalogueFile *known_files_find(KnownFiles *known, int64_t id, GError **error);
void known_file_unref(CatalogueFile *file);

G_END_DECLS
