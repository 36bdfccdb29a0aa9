/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder that was not read to its end says nothing of what is gone from it. */
#include <dirent.h>
#include <fcntl.h>
#include <glib/gstdio.h>

#include "mediaserver/library/scan-private.h"

typedef struct {
	char *files, *directory;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	Library library;
	Scan scan;
} House;

static void
put_list(House *h, const char *name)
{
	g_autofree char *path = g_build_filename(h->files, name, NULL);

	g_assert_true(g_file_set_contents(path, "song.flac\n", -1, NULL));
}

static void
set_up(House *h, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	h->files = g_dir_make_tmp("survey-files-XXXXXX", NULL);
	h->directory = g_dir_make_tmp("survey-state-XXXXXX", NULL);
	h->state = state_open(h->directory, &error);
	g_assert_no_error(error);
	h->catalogue = catalogue_open(h->directory, h->state, &error);
	g_assert_no_error(error);
	h->roots = roots_new(h->state, (const char *const[]){ h->files, NULL }, &error);
	g_assert_no_error(error);
	h->library.catalogue = h->catalogue;
	h->library.roots = h->roots;
	h->scan.library = &h->library;
	put_list(h, "one.m3u");
	put_list(h, "two.m3u");
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		(void)g_unlink(file);
	}
	(void)g_rmdir(path);
}

static void
tear_down(House *h, const void *unused)
{
	(void)unused;
	roots_free(h->roots);
	catalogue_close(h->catalogue);
	state_close(h->state);
	remove_all(h->files);
	remove_all(h->directory);
	g_free(h->files);
	g_free(h->directory);
}

/* @return how many companions came, changed or went */
static unsigned
survey(House *h, bool stopping, bool store)
{
	g_autoptr(DiskFolder) folder = disk_folder_new(roots_get(h->roots, 0), NULL, "");
	g_autoptr(GError) error = NULL;
	DIR *dir = opendir(h->files);
	Survey seen;

	atomic_store(&h->library.stopping, stopping);
	g_assert_true(survey_folder(&h->scan, folder, dir, &seen, &error));
	g_assert_no_error(error);
	(void)closedir(dir);
	const unsigned n = folder->changed != NULL ? folder->changed->len : 0;

	if (store) {
		CatalogueFolder description = disk_folder_describe(folder);

		g_assert_true(catalogue_begin(h->catalogue, NULL));
		g_assert_true(catalogue_put_folder(h->catalogue, &description, NULL));
		g_assert_true(survey_store(&h->scan, folder, &error));
		g_assert_no_error(error);
		g_assert_true(catalogue_commit(h->catalogue, NULL));
	}
	return n;
}

static void
test_stopped(House *h, const void *unused)
{
	g_autofree char *path = g_build_filename(h->files, "two.m3u", NULL);

	(void)unused;
	g_assert_cmpuint(survey(h, false, true), ==, 2);
	g_assert_cmpuint(survey(h, false, false), ==, 0);
	g_assert_cmpuint(survey(h, true, false), ==, 0); /* the server ends now */
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpuint(survey(h, true, false), ==, 0);
	g_assert_cmpuint(survey(h, false, false), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/survey/stopped", House, NULL, set_up, test_stopped, tear_down);
	return g_test_run();
}
