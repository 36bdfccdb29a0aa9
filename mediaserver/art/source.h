/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* art/source.h: which file has the picture that stands for a media file: itself, or art beside it */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

#define ART_SOURCES_MAX 2

/** Opens a candidate, the best first. Sound: the cover in it, then art beside it; films: a poster
 *  beside it, then the cover in it or a frame of it; pictures: themselves.
 *  @param i  0 to ART_SOURCES_MAX - 1
 *  @param ret_path  below the root, octets; g_free() it
 *  @return descriptor of a regular file, or -1: there is no such candidate. @thread any; reads a disk */
int art_source_open(const Roots *roots, const CatalogueFile *file, unsigned i, char **ret_path,
	struct stat *ret_st);

G_END_DECLS
