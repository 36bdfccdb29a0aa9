/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that are kept: made once for all who ask at the same time, anew for another state of the
 * catalogue, and by the next one when it failed. */
#include <stdatomic.h>

#include "mediaserver/catalogue/listing.h"

#define N_THREADS 6

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
	g_autoptr(Listing) listing = listing_cache_get(cache, "a", 1, make_three, &factor, NULL);

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
	g_assert_null(listing_cache_get(cache, "a", 1, fail, NULL, &error));
	g_assert_nonnull(error);
	listing_unref(listing_cache_get(cache, "a", 1, make_three, &one, NULL)); /* not kept */
	g_autoptr(Listing) kept = listing_cache_get(cache, "a", 1, fail, NULL, NULL);
	g_autoptr(Listing) later = listing_cache_get(cache, "a", 2, make_three, &two, NULL);
	g_autoptr(Listing) other = listing_cache_get(cache, "b", 2, make_three, &one, NULL);

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
		listing_unref(listing_cache_get(cache, "a", 1, make_three, &one, NULL));
	}
	g_assert_cmpint(atomic_load(&n_made), ==, 2);
	listing_cache_free(cache);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listing/once", test_once);
	g_test_add_func("/listing/again", test_again);
	g_test_add_func("/listing/bound", test_bound);
	return g_test_run();
}
