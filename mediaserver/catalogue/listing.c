/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of row numbers by key, bounded in octets, the least recently used going first. A lock for the
 * table; the lists themselves never change and are counted. Those who want a list that is being made
 * wait for it, as long as a query may take: eight that sort a million rows at once need eight times the
 * memory, and no less time. */
#include "mediaserver/catalogue/listing.h"

#include <pthread.h>
#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

typedef struct {
	char *key;
	int64_t version;
	Listing *listing;
	size_t bytes;
	GList *link; /* in by_use */
} Entry;

struct ListingCache {
	pthread_mutex_t lock;
	pthread_cond_t made;
	GHashTable *making; /* keys that somebody is at; guarded by lock */
	size_t max_bytes;
	size_t bytes;       /* guarded by lock, as the following */
	GHashTable *by_key; /* Entry's key → Entry */
	GQueue by_use;      /* Entry, the last used in front */
};

/* @return one reference */
static Listing *
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
	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&cache->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&cache->made, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	cache->making = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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
	g_hash_table_unref(cache->making);
	(void)pthread_cond_destroy(&cache->made);
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

/* The lock is held. @return a reference, or NULL: not there, or of another version */
static Listing *
find(ListingCache *cache, const char *key, int64_t version)
{
	Entry *entry = g_hash_table_lookup(cache->by_key, key);

	if (entry == NULL || entry->version != version) {
		return NULL;
	}
	g_queue_unlink(&cache->by_use, entry->link);
	g_queue_push_head_link(&cache->by_use, entry->link);
	return g_atomic_rc_box_acquire(entry->listing);
}

/* The lock is held. A reference is kept when it fits. */
static void
put(ListingCache *cache, const char *key, int64_t version, Listing *listing)
{
	size_t bytes = sizeof(Entry) + strlen(key) + sizeof(Listing) +
		       (size_t)listing->n * sizeof(int64_t);

	if (bytes > cache->max_bytes) {
		return;
	}
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
}

/* @param ret_begun  nobody has it: the caller makes it, and says so by done()
 * @return NULL: begun, or it took too long */
static Listing *
find_or_begin(ListingCache *cache, const char *key, int64_t version, int64_t wait_ns,
	bool *ret_begun, GError **error)
{
	const int64_t until_ns = avu_now_ns() + wait_ns;
	const struct timespec until = { .tv_sec = until_ns / AVU_NS_PER_S,
		.tv_nsec = until_ns % AVU_NS_PER_S };
	bool busy = true;
	Listing *found;
	int code = 0;

	(void)pthread_mutex_lock(&cache->lock);
	while ((found = find(cache, key, version)) == NULL &&
		(busy = g_hash_table_contains(cache->making, key)) && code == 0) {
		code = pthread_cond_timedwait(&cache->made, &cache->lock, &until);
	}
	*ret_begun = found == NULL && !busy;
	if (*ret_begun) {
		(void)g_hash_table_add(cache->making, g_strdup(key));
	}
	(void)pthread_mutex_unlock(&cache->lock);
	if (found == NULL && busy) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
			"the list that another query makes is not there in time");
	}
	return found;
}

/* @param listing  NULL: it failed; who waits tries for himself */
static void
done(ListingCache *cache, const char *key, int64_t version, Listing *listing)
{
	(void)pthread_mutex_lock(&cache->lock);
	(void)g_hash_table_remove(cache->making, key);
	if (listing != NULL) {
		put(cache, key, version, listing);
	}
	(void)pthread_cond_broadcast(&cache->made);
	(void)pthread_mutex_unlock(&cache->lock);
}

Listing *
listing_cache_get(ListingCache *cache, const char *key, int64_t version, int64_t wait_ns,
	bool (*make)(GArray *rows, void *data, GError **error), void *data, GError **error)
{
	bool begun;
	Listing *listing = find_or_begin(cache, key, version, wait_ns, &begun, error);

	if (begun) {
		g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(int64_t));

		listing = make(rows, data, error) ? listing_new(rows) : NULL;
		done(cache, key, version, listing);
	}
	return listing;
}
