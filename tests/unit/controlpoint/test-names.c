/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include <av-upnp/error.h>

#include "address/names.h"

#define TV "uuid:00000000-0000-4000-8000-000000000001"
#define NAS "uuid:00000000-0000-4000-8000-000000000002"

static void
test_kept(void)
{
	g_autofree char *folder = g_dir_make_tmp("test-names-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "new", "avcp.json", NULL);
	g_autofree char *parent = g_build_filename(folder, "new", NULL);
	g_autoptr(Names) names = names_load(path);
	g_autoptr(GError) error = NULL;

	g_assert_null(names_find(names, "tv"));
	g_assert_true(names_set(names, "Fernseher", TV, &error));
	names_set_default(names, AVU_DEVICE_SERVER, NAS);
	g_assert_true(names_save(names, &error));
	g_assert_no_error(error);
	g_autoptr(Names) again = names_load(path);

	g_assert_cmpstr(names_find(again, "FERNSEHER"), ==, TV);
	g_assert_cmpstr(names_get_default(again, AVU_DEVICE_SERVER), ==, NAS);
	g_assert_null(names_get_default(again, AVU_DEVICE_RENDERER));
	/* in any case, the name is the same: given anew, taken away */
	g_assert_true(names_set(again, "fernseher", NAS, &error));
	g_assert_cmpstr(names_find(again, "Fernseher"), ==, NAS);
	g_assert_true(names_set(again, "FERNSEHER", NULL, &error));
	g_assert_null(names_find(again, "fernseher"));
	g_unlink(path);
	g_rmdir(parent);
	g_rmdir(folder);
}

static void
test_resolve(void)
{
	g_autoptr(Names) names = names_load("/nowhere/avcp.json");
	static const struct {
		AvuDeviceKind kind;
		const char *word;
		const char *meant;
		const char *why;
	} rows[] = {
		{ AVU_DEVICE_RENDERER, "tv", TV, "a name" },
		{ AVU_DEVICE_SERVER, "tv", TV, "a name, whatever the kind" },
		{ AVU_DEVICE_RENDERER, "kitchen", "kitchen", "no name of ours" },
		{ AVU_DEVICE_RENDERER, NULL, TV, "the default" },
		{ AVU_DEVICE_SERVER, NULL, NULL, "no default of that kind" },
		{ AVU_DEVICE_OTHER, NULL, NULL, "no default of no kind" },
	};

	g_assert_true(names_set(names, "tv", TV, NULL));
	names_set_default(names, AVU_DEVICE_RENDERER, TV);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *meant = names_resolve(names, rows[i].kind, rows[i].word);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(meant, ==, rows[i].meant);
	}
}

static void
test_no_names(void)
{
	static const char *const bad[] = { "", "a/b", "uuid:1", "http://192.0.2.1/", "192.0.2.1",
		"\xff", "0123456789012345678901234567890123456789012345678901234567890123456789" };
	g_autoptr(Names) names = names_load("/nowhere/avcp.json");

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(names_set(names, bad[i], TV, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
	}
}

static void
test_full(void)
{
	g_autoptr(Names) names = names_load("/nowhere/avcp.json");
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < 256; i++) {
		g_autofree char *alias = g_strdup_printf("tv%u", i);

		g_assert_true(names_set(names, alias, TV, NULL));
	}
	g_assert_false(names_set(names, "one more", TV, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

static void
test_rubbish(void)
{
	static const char *const files[] = { "", "[]", "{\"aliases\":7}",
		"{\"aliases\":{\"tv\":7},\"renderer\":[]}", "\x00\xff" };
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "test-names-XXXXXX", NULL);
	const int fd = g_mkstemp(path);

	g_close(fd, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_assert_true(g_file_set_contents(path, files[i], -1, NULL));
		g_autoptr(Names) names = names_load(path);

		g_assert_null(names_find(names, "tv"));
		g_assert_null(names_get_default(names, AVU_DEVICE_RENDERER));
	}
	g_unlink(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/names/kept", test_kept);
	g_test_add_func("/names/resolve", test_resolve);
	g_test_add_func("/names/no-names", test_no_names);
	g_test_add_func("/names/full", test_full);
	g_test_add_func("/names/rubbish", test_rubbish);
	return g_test_run();
}
