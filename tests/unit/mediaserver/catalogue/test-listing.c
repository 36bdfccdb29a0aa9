/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that are kept: made once for all who ask at the same time, anew for another state of the
 * catalogue, and by the next one when it failed. */
#include <pthread.h>
#include <stdatomic.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/listing.h"

#define N_THREADS 6
#define WAIT_NS (600 * AVU_NS_PER_S) /* never reached */

static atomic_int n_made;

static bool
make_three(GArray *rows, void *data, GError **error)
{
	(void)error;
	atomic_fetch_add(&n_made, 1);
	g_usleep(20000); /* the others come meanwhile */
	for (int64_t i = 1; i <= 3; i++) {
		int64_t row = i * *(const int64_t *)data;

		g_array_append_val(rows, row);
	}
	return true;
}

static bool
fail(GArray *rows, void *data, GError **error)
{
	(void)rows, (void)data;
	g_set_error_literal(error, g_quark_from_static_string("test"), 1, "no");
	return false;
}

static void *
ask(void *cache)
{
	int64_t factor = 10;
	g_autoptr(Listing) listing =
		listing_cache_get(cache, "a", 1, WAIT_NS, make_three, &factor, NULL);

	g_assert_cmpuint(listing->n, ==, 3);
	g_assert_cmpint(listing->rows[2], ==, 30);
	return NULL;
}

static void
test_once(void)
{
	ListingCache *cache = listing_cache_new(4096);
	GThread *threads[N_THREADS];

	atomic_store(&n_made, 0);
	for (int i = 0; i < N_THREADS; i++) {
		threads[i] = g_thread_new("ask", ask, cache);
	}
	for (int i = 0; i < N_THREADS; i++) {
		(void)g_thread_join(threads[i]);
	}
	g_assert_cmpint(atomic_load(&n_made), ==, 1);
	listing_cache_free(cache);
}

static void
test_again(void)
{
	ListingCache *cache = listing_cache_new(4096);
	int64_t one = 1, two = 2;
	g_autoptr(GError) error = NULL;

	atomic_store(&n_made, 0);
	g_assert_null(listing_cache_get(cache, "a", 1, WAIT_NS, fail, NULL, &error));
	g_assert_nonnull(error);
	listing_unref(
		listing_cache_get(cache, "a", 1, WAIT_NS, make_three, &one, NULL)); /* not kept */
	g_autoptr(Listing) kept = listing_cache_get(cache, "a", 1, WAIT_NS, fail, NULL, NULL);
	g_autoptr(Listing) later =
		listing_cache_get(cache, "a", 2, WAIT_NS, make_three, &two, NULL);
	g_autoptr(Listing) other =
		listing_cache_get(cache, "b", 2, WAIT_NS, make_three, &one, NULL);

	g_assert_cmpint(kept->rows[0], ==, 1);
	g_assert_cmpint(later->rows[0], ==, 2); /* another state */
	g_assert_cmpint(other->rows[0], ==, 1); /* another list */
	g_assert_cmpint(atomic_load(&n_made), ==, 3);
	listing_cache_free(cache);
}

static void
test_bound(void)
{
	ListingCache *cache = listing_cache_new(16); /* nothing fits */
	int64_t one = 1;

	atomic_store(&n_made, 0);
	for (int i = 0; i < 2; i++) {
		listing_unref(listing_cache_get(cache, "a", 1, WAIT_NS, make_three, &one, NULL));
	}
	g_assert_cmpint(atomic_load(&n_made), ==, 2);
	listing_cache_free(cache);
}

typedef struct {
	ListingCache *cache;
	pthread_mutex_t lock; /* not GLib's, which ThreadSanitizer does not see */
	pthread_cond_t moved;
	bool begun, may_end; /* guarded by lock */
} Slow;

static bool
make_slowly(GArray *rows, void *data, GError **error)
{
	Slow *slow = data;

	(void)rows, (void)error;
	(void)pthread_mutex_lock(&slow->lock);
	slow->begun = true;
	(void)pthread_cond_signal(&slow->moved);
	while (!slow->may_end) {
		(void)pthread_cond_wait(&slow->moved, &slow->lock);
	}
	(void)pthread_mutex_unlock(&slow->lock);
	return true;
}

static void *
ask_slowly(void *data)
{
	Slow *slow = data;

	listing_unref(listing_cache_get(slow->cache, "a", 1, WAIT_NS, make_slowly, slow, NULL));
	return NULL;
}

static void
test_patience(void)
{
	Slow slow = { .cache = listing_cache_new(4096),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER };
	GThread *maker = g_thread_new("ask", ask_slowly, &slow);
	g_autoptr(GError) error = NULL;

	(void)pthread_mutex_lock(&slow.lock);
	while (!slow.begun) {
		(void)pthread_cond_wait(&slow.moved, &slow.lock);
	}
	(void)pthread_mutex_unlock(&slow.lock);
	g_assert_null(listing_cache_get(slow.cache, "a", 1, 1000000, fail, NULL, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT);

	(void)pthread_mutex_lock(&slow.lock);
	slow.may_end = true;
	(void)pthread_cond_signal(&slow.moved);
	(void)pthread_mutex_unlock(&slow.lock);
	(void)g_thread_join(maker);
	/* who went did not take it from the others */
	listing_unref(listing_cache_get(slow.cache, "a", 1, WAIT_NS, fail, NULL, NULL));
	listing_cache_free(slow.cache);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listing/once", test_once);
	g_test_add_func("/listing/again", test_again);
	g_test_add_func("/listing/bound", test_bound);
	g_test_add_func("/listing/patience", test_patience);
	return g_test_run();
}
