/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which pictures stay when there are too many, and what is done where nothing can be written. */
#include <glib/gstdio.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <av-upnp/fd.h>

#include "mediaserver/art/cache.h"

#define A "aa000000000000000000000000000000"
#define B "ab000000000000000000000000000000"
#define C "ac000000000000000000000000000000"

static bool
has(ArtCache *cache, const char *key)
{
	avu_autofd int fd = art_cache_open(cache, key);

	return fd >= 0;
}

static void
put(ArtCache *cache, const char *key, size_t len)
{
	g_autofree char *octets = g_malloc0(len);
	g_autoptr(GBytes) picture = g_bytes_new(octets, len);

	art_cache_put(cache, key, picture);
}

/* As if it had been used so long ago. */
static void
age(const char *folder, const char *key, int64_t hours)
{
	g_autofree char *path = g_strdup_printf("%s/%.2s/%s", folder, key, key);
	const int64_t then = g_get_real_time() / G_USEC_PER_SEC - hours * 3600;
	const struct timespec times[2] = { { .tv_sec = then }, { .tv_sec = then } };

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
remove_all(const char *folder)
{
	static const char *const keys[] = { A, B, C };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autofree char *below = g_strdup_printf("%s/%.2s", folder, keys[i]);
		g_autofree char *path = g_build_filename(below, keys[i], NULL);

		(void)g_remove(path);
		(void)g_rmdir(below);
	}
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
test_oldest_goes(void)
{
	g_autofree char *folder = g_dir_make_tmp("art-XXXXXX", NULL);
	g_autoptr(ArtCache) cache = art_cache_new(folder, 1000);

	put(cache, A, 450);
	put(cache, B, 450);
	age(folder, A, 10);
	age(folder, B, 20);
	put(cache, C, 450);
	g_assert_true(has(cache, A));
	g_assert_false(has(cache, B)); /* used longest ago */
	g_assert_true(has(cache, C));
	/* what was used now stays before what was made later */
	age(folder, A, 10);
	age(folder, C, 5);
	g_assert_true(has(cache, A)); /* that is a use */
	put(cache, B, 450);
	g_assert_true(has(cache, A));
	g_assert_false(has(cache, C));
	remove_all(folder);
}

static void
test_counts_what_is_there(void)
{
	g_autofree char *folder = g_dir_make_tmp("art-XXXXXX", NULL);
	ArtCache *cache = art_cache_new(folder, 1000);

	put(cache, A, 600);
	age(folder, A, 10);
	art_cache_free(cache);
	cache = art_cache_new(folder, 1000); /* the next start */
	g_assert_true(has(cache, A));
	age(folder, A, 10);
	put(cache, B, 600);
	g_assert_false(has(cache, A));
	g_assert_true(has(cache, B));
	art_cache_free(cache);
	remove_all(folder);
}

static void
test_limits(void)
{
	g_autofree char *folder = g_dir_make_tmp("art-XXXXXX", NULL);
	g_autoptr(ArtCache) none = art_cache_new(folder, 0);
	g_autoptr(ArtCache) nowhere = art_cache_new("/proc/nowhere", 1000);

	put(none, A, 10);
	g_assert_false(has(none, A));
	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*made anew each time*");
	put(nowhere, A, 10);
	g_test_assert_expected_messages();
	put(nowhere, B, 10); /* told once */
	g_assert_false(art_cache_is_hopeless(none, A));
	art_cache_give_up(none, A);
	g_assert_true(art_cache_is_hopeless(none, A));
	remove_all(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/art/cache/oldest-goes", test_oldest_goes);
	g_test_add_func("/art/cache/counts-what-is-there", test_counts_what_is_there);
	g_test_add_func("/art/cache/limits", test_limits);
	return g_test_run();
}
