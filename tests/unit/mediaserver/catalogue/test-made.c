/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people made: folders and lists, over a scan, a restart and a rebuild of the catalogue, until they are removed. */
#include "mediaserver/catalogue/disk.h"
#include "overlay-fixture.h"

static void
test_folder(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = { f->folder.root, f->folder.title, "Mine" };
	const int64_t folders = container_of_view("music-folders");
	int64_t id;

	(void)unused;
	g_assert_true(overlay_make_folder(f->catalogue, ITEM_AUDIO, &folder, &id, NULL));
	expect(f, id, "");
	g_assert_true(overlay_is_made(f->catalogue, id));
	expect(f, folders, "Music[2] ");
	rebuild(f);
	expect(f, id, "");
	expect(f, folders, "Music[1] ");
	g_assert_true(overlay_drop_container(f->catalogue, id, NULL));
	expect(f, id, "none");
	g_assert_false(overlay_drop_container(f->catalogue, id, NULL));
}

/* Within a transaction of its own. @return whether there is more to remove */
static bool
remove_folder(Fixture *f, const CatalogueFolder *folder, bool gone)
{
	bool more;

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_folder(
		f->catalogue, catalogue_folder_id(folder), gone, &more, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	return more;
}

static void
keep_root(Fixture *f, const char *root)
{
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(overlay_keep_roots(f->catalogue, (const char *const[]){ root, NULL }, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* A folder that was made goes with the folder on the disk; one in a root that is not shared is not shown. */
static void
test_folder_gone(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = { f->folder.root, f->folder.title, "Mine" };
	const int64_t folders = container_of_view("music-folders");
	int64_t id;

	(void)unused;
	g_assert_true(overlay_make_folder(f->catalogue, ITEM_AUDIO, &folder, &id, NULL));
	g_assert_false(remove_folder(f, &f->folder, /* gone = */ false));
	keep_root(f, "other");
	expect(f, folders, "");
	g_assert_true(overlay_is_made(f->catalogue, id));
	/* nor after the catalogue was built anew */
	rebuild(f);
	keep_root(f, "other");
	expect(f, folders, "");
	/* it is shared again */
	keep_root(f, f->folder.root);
	expect(f, folders, "Music[1] ");
	expect(f, id, "");
	g_assert_false(remove_folder(f, &folder, /* gone = */ true));
	expect(f, folders, "");
	g_assert_false(overlay_is_made(f->catalogue, id));
	rebuild(f);
	keep_root(f, f->folder.root);
	expect(f, folders, "");
}

/* However much is in a folder: others write between its parts. */
static void
test_large_folder(Fixture *f, const void *unused)
{
	unsigned parts = 1;

	(void)unused;
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	for (unsigned i = 0; i < 1200; i++) {
		g_autofree char *name = g_strdup_printf("%04u.flac", i);
		Item item;

		item_init(&item);
		item.kind = ITEM_AUDIO;
		item.name = item.title = name;
		item.sort_title = item.sort_name = name;
		item.mime = "audio/flac";
		g_assert_true(catalogue_put_item(f->catalogue, &f->folder, &item, NULL));
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	for (int64_t left = catalogue_count_items(f->catalogue);
		remove_folder(f, &f->folder, /* gone = */ true); parts++) {
		const int64_t now = catalogue_count_items(f->catalogue);

		g_assert_cmpint(left - now, >, 0);
		g_assert_cmpint(left - now, <=, 500);
		left = now;
	}
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, 0);
	g_assert_cmpuint(parts, >=, 3);
	expect(f, container_of_view("music-folders"), "");
}

static void
test_list(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	const int64_t music = container_of_view("music");
	int64_t second = scan(f, "b.flac", "Another", "Neu!");
	int64_t list;

	(void)unused;
	g_assert_false(overlay_make_list(
		f->catalogue, 12345, "Mix", "object.container.playlistContainer", &list, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 710);
	g_clear_error(&error);
	g_assert_true(overlay_make_list(
		f->catalogue, music, "Mix", "object.container.playlistContainer", &list, &error));
	expect(f, list, "");
	g_assert_true(overlay_add_reference(f->catalogue, list, f->item, &error));
	g_assert_true(overlay_add_reference(f->catalogue, list, second, &error));
	g_assert_false(overlay_add_reference(f->catalogue, list, second, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_clear_error(&error);
	/* in the order they were put, not by name */
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	rebuild(f);
	expect(f, list, "");
	scan(f, "b.flac", "Another", "Neu!");
	scan(f, "a.flac", "Song", "Can");
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	g_assert_true(overlay_set_title(f->catalogue, list, "Best", NULL));
	g_assert_false(overlay_set_title(f->catalogue, music, "Best", NULL));
	/* a reference goes with its item, and comes back with it */
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_item(f->catalogue, f->item, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	expect(f, list, "Another/Neu!/3/-1 ");
	scan(f, "a.flac", "Song", "Can");
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	g_assert_true(overlay_drop_reference(f->catalogue, list, second, NULL));
	g_assert_false(overlay_drop_reference(f->catalogue, list, second, NULL));
	expect(f, list, "Song/Can/3/-1 ");
	g_assert_true(overlay_drop_container(f->catalogue, list, NULL));
	expect(f, list, "none");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/made/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("folder", test_folder);
	ADD("folder-gone", test_folder_gone);
	ADD("large-folder", test_large_folder);
	ADD("list", test_list);
#undef ADD
	return g_test_run();
}
