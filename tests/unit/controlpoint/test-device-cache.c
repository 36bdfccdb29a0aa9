/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include <av-upnp/fd.h>

#include "address/device-cache.h"

static const DeviceLabel kitchen = { "Kitchen \"x\"", "uuid:1", "192.0.2.1" };
static const DeviceLabel moved = { "Kitchen \"x\"", "uuid:1", "192.0.2.9" };
static const DeviceLabel twin = { "kitchen \"X\"", "uuid:2", "192.0.2.2" };

typedef struct {
	char *folder;
	char *path;
} Place;

static void
place_init(Place *place)
{
	place->folder = g_dir_make_tmp("avcp-cache-XXXXXX", NULL);
	place->path = g_build_filename(place->folder, "below", "devices.json", NULL);
}

static void
place_clear(Place *place)
{
	g_autofree char *below = g_path_get_dirname(place->path);

	(void)g_unlink(place->path);
	(void)g_rmdir(below);
	(void)g_rmdir(place->folder);
	g_free(place->folder);
	g_free(place->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void
test_remembers(void)
{
	g_auto(Place) place = { NULL, NULL };

	place_init(&place);
	{
		g_autoptr(DeviceCache) cache = device_cache_load(place.path);

		g_assert_null(device_cache_find(cache, AVU_DEVICE_RENDERER, "uuid:1"));
		device_cache_learn(cache, AVU_DEVICE_RENDERER, &kitchen, "http://192.0.2.1/d.xml");
		device_cache_save(cache);
	}
	g_autoptr(DeviceCache) cache = device_cache_load(place.path);

	g_assert_cmpstr(device_cache_find(cache, AVU_DEVICE_RENDERER, "KITCHEN \"x\""), ==,
		"http://192.0.2.1/d.xml");
	g_assert_null(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:1"));
	/* a part of a name might fit others that are not known here */
	g_assert_null(device_cache_find(cache, AVU_DEVICE_RENDERER, "Kitch"));
	device_cache_learn(cache, AVU_DEVICE_RENDERER, &moved, "http://192.0.2.9/d.xml");
	g_assert_cmpstr(device_cache_find(cache, AVU_DEVICE_RENDERER, "uuid:1"), ==,
		"http://192.0.2.9/d.xml");
	device_cache_learn(cache, AVU_DEVICE_RENDERER, &twin, "http://192.0.2.2/d.xml");
	g_assert_null(device_cache_find(cache, AVU_DEVICE_RENDERER, "kitchen \"x\""));
}

static void
test_is_bounded(void)
{
	g_auto(Place) place = { NULL, NULL };

	place_init(&place);
	g_autoptr(DeviceCache) cache = device_cache_load(place.path);

	for (unsigned i = 0; i < 1000; i++) {
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);
		const DeviceLabel label = { "n", udn, "192.0.2.1" };

		device_cache_learn(cache, AVU_DEVICE_SERVER, &label, "http://192.0.2.1/d.xml");
	}
	g_assert_null(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:935"));
	g_assert_nonnull(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:936"));
	g_assert_nonnull(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:999"));
}

static void
test_rubbish(void)
{
	static const char *const texts[] = { "", "{", "{}", "[1, null, {\"type\": 7}]",
		"[{\"type\": \"server\", \"name\": \"a\"}]" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Place) place = { NULL, NULL };

		place_init(&place);
		g_autofree char *below = g_path_get_dirname(place.path);

		g_assert_true(avu_directory_make(below, NULL));
		g_assert_true(g_file_set_contents(place.path, texts[i], -1, NULL));
		g_autoptr(DeviceCache) cache = device_cache_load(place.path);

		g_assert_null(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:1"));
		device_cache_learn(cache, AVU_DEVICE_SERVER, &kitchen, "http://192.0.2.1/d.xml");
		g_assert_nonnull(device_cache_find(cache, AVU_DEVICE_SERVER, "uuid:1"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/device-cache/remembers", test_remembers);
	g_test_add_func("/device-cache/is-bounded", test_is_bounded);
	g_test_add_func("/device-cache/rubbish", test_rubbish);
	return g_test_run();
}
