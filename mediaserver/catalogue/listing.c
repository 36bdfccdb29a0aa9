/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of row numbers by key, bounded in octets, the least recently used going first. A lock for the
 * table; the lists themselves never change and are counted. */
#include "mediaserver/catalogue/listing.h"

#include <pthread.h>

typedef struct {
	char *key;
	int64_t version;
	Listing *listing;
	size_t bytes;
	GList *link; /* in by_use */
} Entry;

struct ListingCache {
	pthread_mutex_t lock;
	size_t max_bytes;
	size_t bytes;       /* guarded by lock, as the following */
	GHashTable *by_key; /* Entry's key → Entry */
	GQueue by_use;      /* Entry, the last used in front */
};

Listing *
listing_new(const GArray *rows)
{
	Listing *listing = g_atomic_rc_box_alloc(sizeof(*listing) + rows->len * sizeof(int64_t));

	listing->n = rows->len;
	if (rows->len > 0) {
		memcpy(listing->rows, rows->data, rows->len * sizeof(int64_t));
	}
	return listing;
}

void
listing_unref(Listing *listing)
{
	g_atomic_rc_box_release(listing);
}

static void
entry_free(void *data)
{
	Entry *entry = data;

	listing_unref(entry->listing);
	g_free(entry->key);
	g_free(entry);
}

ListingCache *
listing_cache_new(size_t max_bytes)
{
	ListingCache *cache = g_new0(ListingCache, 1);

	(void)pthread_mutex_init(&cache->lock, NULL);
	cache->max_bytes = max_bytes;
	cache->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
	g_queue_init(&cache->by_use);
	return cache;
}

void
listing_cache_free(ListingCache *cache)
{
	if (cache == NULL) {
		return;
	}
	g_queue_clear(&cache->by_use);
	g_hash_table_unref(cache->by_key);
	(void)pthread_mutex_destroy(&cache->lock);
	g_free(cache);
}

/* The lock is held. */
static void
drop(ListingCache *cache, Entry *entry)
{
	cache->bytes -= entry->bytes;
	g_queue_delete_link(&cache->by_use, entry->link);
	(void)g_hash_table_remove(cache->by_key, entry->key);
}

Listing *
listing_cache_get(ListingCache *cache, const char *key, int64_t version)
{
	Listing *found = NULL;

	(void)pthread_mutex_lock(&cache->lock);
	Entry *entry = g_hash_table_lookup(cache->by_key, key);

	if (entry != NULL && entry->version == version) {
		g_queue_unlink(&cache->by_use, entry->link);
		g_queue_push_head_link(&cache->by_use, entry->link);
		found = g_atomic_rc_box_acquire(entry->listing);
	}
	(void)pthread_mutex_unlock(&cache->lock);
	return found;
}

void
listing_cache_put(ListingCache *cache, const char *key, int64_t version, Listing *listing)
{
	size_t bytes = sizeof(Entry) + strlen(key) + sizeof(Listing) +
		       (size_t)listing->n * sizeof(int64_t);

	if (bytes > cache->max_bytes) {
		return;
	}
	(void)pthread_mutex_lock(&cache->lock);
	Entry *old = g_hash_table_lookup(cache->by_key, key);

	if (old != NULL) {
		drop(cache, old);
	}
	while (cache->bytes + bytes > cache->max_bytes) {
		drop(cache, g_queue_peek_tail(&cache->by_use));
	}
	Entry *entry = g_new0(Entry, 1);

	*entry = (Entry){ g_strdup(key), version, g_atomic_rc_box_acquire(listing), bytes, NULL };
	g_queue_push_head(&cache->by_use, entry);
	entry->link = cache->by_use.head;
	cache->bytes += bytes;
	(void)g_hash_table_insert(cache->by_key, entry->key, entry);
	(void)pthread_mutex_unlock(&cache->lock);
}
