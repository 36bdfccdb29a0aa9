/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/describe.h: from a file and what its worker said to an item of the catalogue */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

typedef struct {
	Item item;
	GPtrArray *strings; /* what item borrows beside name and the result */
} Description;

/** @param name    of the file, octets; its extension is one of ours; borrowed, as result
 *  @param folder  its folder: albums without an album artist belong to it */
void description_init(Description *ret_description, const CatalogueFolder *folder, const char *name,
	const struct stat *st, const ProbeResult *result);
/** It is being written: nobody knows how long it will be. */
void description_set_growing(Description *description);
void description_clear(Description *description);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Description, description_clear)

/** "2019-3", "20190301", "2019-03-01T10:00:00Z" as "YYYY-MM-DD[Thh:mm:ss…]"; a year alone becomes its
 *  first of January, since short dates stop some parsers (spec/upnp-av-cds-objects.md 9).
 *  @return g_free() it; NULL when there is no year in it */
char *describe_date(const char *text);

G_END_DECLS
