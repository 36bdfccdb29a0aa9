/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was asked of the catalogue is of use until the next commit, and not after it. */
#include "mediaserver/delivery/known-files.h"

#include <glib/gstdio.h>

#include <av-upnp/error.h>

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	char *root;
	KnownFiles *known;
} Fixture;

static void
set_up(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	f->directory = g_dir_make_tmp("known-files-XXXXXX", NULL);
	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_open(f->directory, f->state, &error);
	g_assert_no_error(error);
	f->root = state_dup_root(f->state, "/srv/music", &error);
	g_assert_no_error(error);
	f->known = known_files_new(f->catalogue);
}

static void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
	known_files_free(f->known);
	catalogue_close(f->catalogue);
	state_close(f->state);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		(void)g_unlink(path);
	}
	(void)g_rmdir(f->directory);
	g_free(f->directory);
	g_free(f->root);
}

/* @return its id */
static int64_t
put_file(Fixture *f, const char *name, const char *mime)
{
	const CatalogueFolder folder = { f->root, "Music", "" };
	g_autoptr(GError) error = NULL;
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = item.title = name;
	item.sort_title = item.sort_name = item.fold_title = name;
	item.group_artist = item.group_album = item.album_owner = "";
	item.group_genre = item.group_year = "";
	item.mime = mime;
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static CatalogueFile *
find(Fixture *f, int64_t id)
{
	g_autoptr(GError) error = NULL;
	CatalogueFile *file = known_files_find(f->known, id, &error);

	g_assert_no_error(error);
	return file;
}

static void
test_until_a_commit(Fixture *f, const void *unused)
{
	const int64_t id = put_file(f, "a.flac", "audio/flac");
	CatalogueFile *first = find(f, id);
	CatalogueFile *again = find(f, id);

	(void)unused;
	g_assert_cmpstr(first->path, ==, "a.flac");
	g_assert_true(first == again); /* nobody was asked */
	known_file_unref(again);
	g_assert_cmpint(put_file(f, "a.flac", "audio/x-flac"), ==, id);

	CatalogueFile *changed = find(f, id);

	g_assert_cmpstr(changed->mime, ==, "audio/x-flac");
	g_assert_cmpstr(first->mime, ==, "audio/flac"); /* who has it keeps it */
	known_file_unref(changed);
	known_file_unref(first);
}

/* Ids that share a place push each other out and are never taken for one another. */
static void
test_many(Fixture *f, const void *unused)
{
	int64_t ids[200];

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *name = g_strdup_printf("%zu.flac", i);

		ids[i] = put_file(f, name, "audio/flac");
	}
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(ids); i++) {
		g_autofree char *name = g_strdup_printf("%zu.flac", i % G_N_ELEMENTS(ids));
		CatalogueFile *file = find(f, ids[i % G_N_ELEMENTS(ids)]);

		g_assert_cmpstr(file->path, ==, name);
		known_file_unref(file);
	}
}

static void
test_none(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	g_assert_null(known_files_find(f->known, 12345, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 701);
}

#define ADD(name, fn) g_test_add("/known-files/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("until-a-commit", test_until_a_commit);
	ADD("many", test_many);
	ADD("none", test_none);
	return g_test_run();
}
