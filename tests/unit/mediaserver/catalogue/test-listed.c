/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that files describe: what stands in them as files come and go, and their own items. */
#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/disk.h"
#include "mediaserver/catalogue/listed.h"
#include "mediaserver/catalogue/overlay.h"

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	char *root;
} Fixture;

static void
set_up(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	f->directory = g_dir_make_tmp("listed-XXXXXX", NULL);
	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
	f->root = state_dup_root(f->state, "/srv/music", &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
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

static CatalogueFolder
top(const Fixture *f)
{
	return (CatalogueFolder){ f->root, "Music", "" };
}

static void
fill(Item *item, const char *name, const char *title, ItemKind kind)
{
	item_init(item);
	item->kind = kind;
	item->name = name;
	item->title = title;
	item->sort_title = item->sort_name = item->fold_title = title;
	item->group_artist = item->group_album = item->album_owner = "";
	item->group_genre = item->group_year = "";
	item->mime = "audio/flac";
}

static int64_t
put_file(Fixture *f, const char *name)
{
	const CatalogueFolder folder = top(f);
	g_autoptr(GError) error = NULL;
	Item item;

	fill(&item, name, name, ITEM_AUDIO);
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static void
add_container(const Container *container, void *data)
{
	g_string_append_printf(data, "%s[%d] ", container->title, (int)container->children);
}

static void
add_item(const Item *item, void *data)
{
	g_string_append_printf(data, "%s ", item->title);
}

static void
expect(Fixture *f, int64_t container, const char *text)
{
	static const CataloguePage whole = { .count = 100 };
	g_autoptr(GString) found = g_string_new(NULL);
	const CatalogueSink sink = { add_container, add_item, found };
	AvuContentResult result = { 0 };

	g_assert_true(
		catalogue_get_children(f->catalogue, container, &whole, &sink, &result, NULL));
	g_assert_cmpstr(found->str, ==, text);
}

/* begins and commits around what is one word long */
#define WRITE(f, what)                                                         \
	G_STMT_START                                                           \
	{                                                                      \
		g_autoptr(GError) write_error = NULL;                          \
                                                                               \
		g_assert_true(catalogue_begin((f)->catalogue, NULL));          \
		g_assert_true(what);                                           \
		g_assert_true(catalogue_commit((f)->catalogue, &write_error)); \
		g_assert_no_error(write_error);                                \
	}                                                                      \
	G_STMT_END

static int64_t
put_list(Fixture *f, const char *name, int64_t above)
{
	const CatalogueFolder folder = top(f);
	const ListedContainer list = { listed_id(&folder, name, above),
		above != 0 ? above : listed_playlists(), name,
		"object.container.playlistContainer" };

	WRITE(f, listed_put(f->catalogue, &list, NULL));
	return list.id;
}

static void
test_files(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = top(f);
	const int64_t folder_id = catalogue_folder_id(&folder);
	const ListedFile files[] = {
		{ 1, folder_id, (char *)"b" }, { 2, folder_id, (char *)"a" },
		{ 3, folder_id, (char *)"late" },
		{ 4, folder_id, (char *)"b" }, /* twice: stands there once */
		{ 5, 12345, (char *)"a" },     /* of another folder */
	};
	const ListedFile fewer[] = { { 1, folder_id, (char *)"a" } };

	(void)unused;
	int64_t a = put_file(f, "a");

	(void)put_file(f, "b");
	int64_t list = put_list(f, "Mix", 0);

	expect(f, listed_playlists(), "Mix[0] ");
	WRITE(f, listed_set_files(f->catalogue, list, files, G_N_ELEMENTS(files), NULL));
	expect(f, list, "b a ");
	expect(f, listed_playlists(), "Mix[2] ");
	(void)put_file(f, "late"); /* a file that comes is in it */
	expect(f, list, "b a late ");
	WRITE(f, catalogue_remove_item(f->catalogue, a, NULL));
	expect(f, list, "b late ");
	g_assert_cmpint(put_file(f, "a"), ==, a); /* and again where it was */
	expect(f, list, "b a late ");
	uint32_t before = catalogue_get_update_id(f->catalogue);

	WRITE(f, listed_set_files(f->catalogue, list, files, G_N_ELEMENTS(files), NULL));
	g_assert_cmpuint(catalogue_get_update_id(f->catalogue), ==, before); /* nothing new */
	WRITE(f, listed_set_files(f->catalogue, list, fewer, 1, NULL));
	expect(f, list, "a ");
	WRITE(f, listed_drop(f->catalogue, list, NULL));
	expect(f, listed_playlists(), "");
	(void)put_file(f, "late");
}

static void
test_own_items(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = top(f);
	g_autoptr(GHashTable) keep = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GHashTable) known = NULL;
	g_auto(CatalogueFile) file = { 0 };
	Item station, piece;

	(void)unused;
	(void)put_file(f, "a");
	int64_t list = put_list(f, "Radio", 0);
	int64_t inner = put_list(f, "More", list);

	fill(&station, "Radio", "One", ITEM_RADIO);
	station.url = "http://radio.example/1";
	station.folder = catalogue_folder_id(&folder);
	station.track = 1;
	station.id = listed_item_id(list, "http://radio.example/1");
	WRITE(f, listed_put_item(f->catalogue, list, &station, NULL));
	fill(&piece, "a", "Piece", ITEM_AUDIO);
	piece.folder = station.folder;
	piece.start_ns = 5;
	piece.id = listed_item_id(list, "2");
	WRITE(f, listed_put_item(f->catalogue, list, &piece, NULL));
	expect(f, list, "More[0] Piece One "); /* no place: in front */
	piece.track = 2;
	WRITE(f, listed_put_item(f->catalogue, list, &piece, NULL));
	WRITE(f, listed_put_item(f->catalogue, list, &station, NULL));
	expect(f, list, "More[0] One Piece ");
	expect(f, listed_playlists(), "Radio[3] ");
	/* a piece is its file from a place on; a station is no file */
	g_assert_true(catalogue_find_file(f->catalogue, piece.id, &file, NULL));
	g_assert_cmpstr(file.path, ==, "a");
	g_assert_cmpint(file.start_ns, ==, 5);
	catalogue_file_clear(&file);
	g_assert_false(catalogue_find_file(f->catalogue, station.id, &file, NULL));
	/* the disk has one file still */
	known = catalogue_list_folder(f->catalogue, station.folder, NULL);
	g_assert_cmpuint(g_hash_table_size(known), ==, 1);
	(void)g_hash_table_add(keep, &piece.id);
	WRITE(f, listed_keep(f->catalogue, list, keep, NULL));
	expect(f, list, "Piece ");
	expect(f, listed_playlists(), "Radio[1] ");
	g_assert_false(catalogue_get_container(f->catalogue, inner,
		&(CatalogueSink){ add_container, add_item, NULL }, &(uint32_t){ 0 }, NULL));
	WRITE(f, listed_drop(f->catalogue, list, NULL));
	expect(f, listed_playlists(), "");
	WRITE(f, listed_drop(f->catalogue, list, NULL)); /* nothing is left to drop */
}

/* All items of class below a container, by title. */
static void
expect_search(Fixture *f, int64_t container, const char *text)
{
	static const CataloguePage whole = { .count = 100 };
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(AvuQuery) query =
		avu_query_parse("upnp:class derivedfrom \"object.item\"", &known, NULL);
	g_autoptr(GString) found = g_string_new(NULL);
	const CatalogueSink sink = { add_container, add_item, found };
	AvuContentResult result = { 0 };

	g_assert_true(
		catalogue_search(f->catalogue, container, query, &whole, &sink, &result, NULL));
	g_assert_cmpstr(found->str, ==, text);
}

/* What is below a list is what stands in it and in lists in it, and nothing else of the library. */
static void
test_search(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = top(f);
	const int64_t folder_id = catalogue_folder_id(&folder);
	const ListedFile of_list[] = { { 1, folder_id, (char *)"a" } };
	const ListedFile of_inner[] = { { 1, folder_id, (char *)"b" } };
	int64_t made, made_inner;
	Item station;

	(void)unused;
	(void)put_file(f, "a");
	(void)put_file(f, "b");
	(void)put_file(f, "c");
	int64_t elsewhere = put_file(f, "d");
	int64_t list = put_list(f, "Mix", 0);
	int64_t inner = put_list(f, "More", list);

	WRITE(f, listed_set_files(f->catalogue, list, of_list, 1, NULL));
	WRITE(f, listed_set_files(f->catalogue, inner, of_inner, 1, NULL));
	fill(&station, "Mix", "s", ITEM_RADIO);
	station.url = "http://radio.example/1";
	station.folder = folder_id;
	station.id = listed_item_id(inner, station.url);
	WRITE(f, listed_put_item(f->catalogue, inner, &station, NULL));
	expect_search(f, inner, "b s ");
	expect_search(f, list, "a b s ");
	expect_search(f, listed_playlists(), "a b s ");
	expect_search(f, view_get_container(view_find("music")), "a b c d s ");
	expect_search(f, view_get_container(view_find("0")), "a b c d s ");
	expect_search(f, view_get_container(view_find("video")), "");
	g_assert_true(overlay_make_list(f->catalogue, view_get_container(view_find("0")), "Own",
		"object.container.playlistContainer", &made, NULL));
	g_assert_true(overlay_make_list(f->catalogue, made, "Inner",
		"object.container.playlistContainer", &made_inner, NULL));
	g_assert_true(overlay_add_reference(f->catalogue, made_inner, elsewhere, NULL));
	expect_search(f, made_inner, "d ");
	expect_search(f, made, "d ");
}

/* A sheet of that file, with two pieces. @return the list */
static int64_t
put_sheet(Fixture *f, const char *file)
{
	const CatalogueFolder folder = top(f);
	const int64_t list = put_list(f, "Sheet", 0);
	Item piece;

	for (int64_t track = 1; track <= 2; track++) {
		g_autofree char *key = g_strdup_printf("%d", (int)track);

		fill(&piece, file, key, ITEM_AUDIO);
		piece.folder = catalogue_folder_id(&folder);
		piece.start_ns = track;
		piece.track = track;
		piece.id = listed_item_id(list, key);
		WRITE(f, listed_put_item(f->catalogue, list, &piece, NULL));
	}
	return list;
}

/* Pieces are of their file: without it there are none. */
static void
test_pieces_leave(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = top(f);
	const int64_t tracks = view_get_container(view_find("music-tracks"));
	Item item;

	(void)unused;
	int64_t a = put_file(f, "a");

	(void)put_file(f, "b");
	(void)put_sheet(f, "a");
	expect(f, tracks, "1 2 a b ");
	WRITE(f, catalogue_remove_item(f->catalogue, a, NULL));
	expect(f, tracks, "b ");
	expect(f, listed_playlists(), "");
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, 1);
	/* the file lies elsewhere: the sheet, which does not, is of nothing */
	a = put_file(f, "a");
	(void)put_sheet(f, "a");
	fill(&item, "c", "c", ITEM_AUDIO);
	item.id = a;
	WRITE(f, catalogue_put_item(f->catalogue, &folder, &item, NULL));
	expect(f, tracks, "b c ");
	expect(f, listed_playlists(), "");
	/* it is read anew: nothing happens to them */
	(void)put_sheet(f, "b");
	(void)put_file(f, "b");
	expect(f, tracks, "1 2 b c ");
}

static void
test_find(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = top(f);
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;
	bool there;

	(void)unused;
	(void)put_file(f, "Album.flac");
	(void)put_file(f, "Album.b.flac");
	static const struct {
		const char *name, *found;
	} rows[] = {
		{ "Album.flac", "Album.flac" },
		{ "Album.wav", "Album.flac" }, /* what it was called before */
		{ "Album.b.wav", "Album.b.flac" },
		{ "Alb.wav", NULL },
		{ "Album", NULL },
	};

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_true(listed_find_file(f->catalogue, catalogue_folder_id(&folder),
			rows[i].name, ITEM_AUDIO, &item, strings, &there, NULL));
		g_assert_cmpint(there, ==, rows[i].found != NULL);
		if (there) {
			g_assert_cmpstr(item.name, ==, rows[i].found);
		}
	}
	catalogue_rollback(f->catalogue);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/catalogue/listed/files", Fixture, NULL, set_up, test_files, tear_down);
	g_test_add("/catalogue/listed/own-items", Fixture, NULL, set_up, test_own_items, tear_down);
	g_test_add("/catalogue/listed/search", Fixture, NULL, set_up, test_search, tear_down);
	g_test_add("/catalogue/listed/pieces-leave", Fixture, NULL, set_up, test_pieces_leave,
		tear_down);
	g_test_add("/catalogue/listed/find", Fixture, NULL, set_up, test_find, tear_down);
	return g_test_run();
}
