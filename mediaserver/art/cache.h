/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* art/cache.h: made pictures on the disk, the least recently used go when there are too many octets
 *
 * A key is a hash of all that a picture is made from, so what is in the cache is never wrong, only
 * unused. Any thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define ART_KEY_LEN 32 /* hexadecimal digits */

typedef struct ArtCache ArtCache;

/** @param folder  made on demand  @param limit_bytes  0: nothing is kept */
ArtCache *art_cache_new(const char *folder, int64_t limit_bytes);
void art_cache_free(ArtCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArtCache, art_cache_free)

/** @return descriptor for reading, or -1: it is not there */
int art_cache_open(ArtCache *cache, const char key[ART_KEY_LEN + 1]);
/** Keeps it; a full disk is told once and costs only the work next time. */
void art_cache_put(ArtCache *cache, const char key[ART_KEY_LEN + 1], GBytes *picture);

/** From this source no picture can be made: not asked for again while the server runs. */
bool art_cache_is_hopeless(ArtCache *cache, const char key[ART_KEY_LEN + 1]);
void art_cache_give_up(ArtCache *cache, const char key[ART_KEY_LEN + 1]);

G_END_DECLS
