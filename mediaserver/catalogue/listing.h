/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/listing.h: what a container holds or a search finds, whole and in order, as row numbers
 *
 * Deep pages and repeated searches cut their page out of such a list instead of walking an index again.
 * Kept by text and version until something changes; never whole answers. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	uint32_t n;
	int64_t rows[]; /* of items; of containers negative */
} Listing;

/* All functions any thread. */

typedef struct ListingCache ListingCache;

/** @param max_bytes  of all together; what was used longest ago goes */
ListingCache *listing_cache_new(size_t max_bytes);
void listing_cache_free(ListingCache *cache);

/** From before, or made now, by one of those who ask for it at the same time.
 *  @param wait_ns  so long for another who makes it: AVU_ERROR_TIMEOUT
 *  @param make  appends int64_t; ends by itself @return a reference, or NULL with make's error */
Listing *listing_cache_get(ListingCache *cache, const char *key, int64_t version, int64_t wait_ns,
	bool (*make)(GArray *rows, void *data, GError **error), void *data, GError **error);

void listing_unref(Listing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listing, listing_unref)

G_END_DECLS
