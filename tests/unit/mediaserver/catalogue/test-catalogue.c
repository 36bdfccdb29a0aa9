/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The catalogue as its users see it: what is in which container, in which order, with which ids,
 * after additions, changes, removals, restarts and damage. */
#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "catalogue-fixture.h"
#include "mediaserver/catalogue/catalogue.h"

typedef struct {
	House house;
	char *root;
} Fixture;

static void
open_catalogue(Fixture *f)
{
	house_open_again(&f->house);
	f->root = house_dup_root(&f->house);
}

static void
close_catalogue(Fixture *f)
{
	house_close(&f->house);
	g_clear_pointer(&f->root, g_free);
}

static void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->house.directory = g_dir_make_tmp("catalogue-XXXXXX", NULL);
	open_catalogue(f);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	close_catalogue(f);
	house_clear(&f->house);
}

typedef struct {
	const char *path, *name, *title, *artist, *album, *genre;
	int64_t track;
	const char *date;
} Song;

static const Song songs[] = {
	{ "Björk/Debut", "02.flac", "Crying", "Björk", "Debut", "Pop", 2, "1993-07-05" },
	{ "Björk/Debut", "01.flac", "Human Behaviour", "Björk", "Debut", "Pop", 1, "1993-07-05" },
	{ "Björk/Post", "10.flac", "Headphones", "Björk", "Post", "Electronic", 11, "1995-06-13" },
	{ "Björk/Post", "9.flac", "Cover Me", "Björk", "Post", "Electronic", 10, "1995-06-13" },
	{ "", "alone.mp3", "Änne", NULL, NULL, NULL, -1, NULL },
};

/* The folder and those above it. */
static void
put_folders(Fixture *f, const char *path)
{
	g_autofree char *above = g_strdup(path);

	for (;;) {
		const CatalogueFolder folder = { f->root, "Music", above };

		g_assert_true(catalogue_put_folder(f->house.catalogue, &folder, NULL));
		if (above[0] == '\0') {
			return;
		}
		char *slash = strrchr(above, '/');

		*(slash != NULL ? slash : above) = '\0';
	}
}

static int64_t
put(Fixture *f, const Song *song)
{
	g_autoptr(GError) error = NULL;
	const CatalogueFolder folder = { f->root, "Music", song->path };
	g_autofree char *sort_title = avu_text_sort_key(song->title);
	g_autofree char *sort_name = avu_text_sort_key(song->name);
	g_autofree char *fold_title = avu_text_fold(song->title);
	g_autofree char *fold_artist = song->artist != NULL ? avu_text_fold(song->artist) : NULL;
	g_autofree char *fold_album = song->album != NULL ? avu_text_fold(song->album) : NULL;
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = song->name;
	item.title = song->title;
	item.artist = item.group_artist = song->artist;
	item.album = item.group_album = song->album;
	item.group_genre = song->genre;
	item.track = song->track;
	item.date = song->date;
	item.year = song->date != NULL ? g_ascii_strtoll(song->date, NULL, 10) : -1;
	item.fold_title = fold_title;
	item.fold_artist = fold_artist;
	item.fold_album = fold_album;
	item.sort_title = sort_title;
	item.sort_name = sort_name;
	item.mime = "audio/flac";
	g_assert_true(catalogue_begin(f->house.catalogue, &error));
	put_folders(f, song->path);
	g_assert_true(catalogue_put_item(f->house.catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->house.catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static void
put_all(Fixture *f)
{
	for (size_t i = 0; i < G_N_ELEMENTS(songs); i++) {
		(void)put(f, &songs[i]);
	}
}

/* What a container holds, as "Title[children]" and "title", with commas. */
typedef struct {
	GString *text;
	int64_t last_container;
	const char *wanted;
} Listing;

static void
note_container(const Container *container, void *data)
{
	Listing *listing = data;

	g_string_append_printf(listing->text, "%s%s[%d]", listing->text->len > 0 ? ", " : "",
		container->title, (int)container->children);
	if (g_strcmp0(container->title, listing->wanted) == 0) {
		listing->last_container = container->id;
	}
}

static void
note_item(const Item *item, void *data)
{
	Listing *listing = data;

	g_string_append_printf(
		listing->text, "%s%s", listing->text->len > 0 ? ", " : "", item->title);
}

/* @param wanted  title of a child container; its id is returned */
static int64_t
expect(Fixture *f, int64_t container, const CataloguePage *page, const char *wanted,
	const char *text, uint32_t total)
{
	static const CataloguePage whole = { .count = 100 };
	g_autoptr(GError) error = NULL;
	Listing listing = { g_string_new(NULL), 0, wanted };
	const CatalogueSink sink = { note_container, note_item, &listing };
	AvuContentResult result = { 0 };

	g_assert_true(catalogue_get_children(f->house.catalogue, container,
		page != NULL ? page : &whole, &sink, &result, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(listing.text->str, ==, text);
	g_assert_cmpuint(result.total, ==, total);
	(void)g_string_free(listing.text, TRUE);
	return listing.last_container;
}

static int64_t
view_id(const char *id)
{
	return view_get_container(view_find(id));
}

static void
test_views(Fixture *f, const void *unused)
{
	(void)unused;
	put_all(f);
	(void)expect(f, view_id("0"), NULL, NULL, "Music[9]", 1);
	(void)expect(f, view_id("music"), NULL, NULL,
		"Artists[2], Album artists[2], Albums[2], Random albums[2], Genres[3], Years[2], "
		"Recently added[5], All tracks[5], Folders[1]",
		9);
	int64_t bjork = expect(
		f, view_id("music-artists"), NULL, "Björk", "Björk[2], Unknown artist[1]", 2);
	int64_t debut = expect(f, bjork, NULL, "Debut", "Debut[2], Post[2]", 2);

	/* album: by track, not by title or name */
	(void)expect(f, debut, NULL, NULL, "Human Behaviour, Crying", 2);
	(void)expect(f, view_id("music-albums"), NULL, NULL, "Debut[2], Post[2]", 2);
	(void)expect(f, view_id("music-genres"), NULL, NULL,
		"Electronic[2], Pop[2], Unknown genre[1]", 3);
	/* accents do not matter to the order */
	(void)expect(f, view_id("music-tracks"), NULL, NULL,
		"Änne, Cover Me, Crying, Headphones, Human Behaviour", 5);
}

static void
test_folders(Fixture *f, const void *unused)
{
	(void)unused;
	put_all(f);
	int64_t root = expect(f, view_id("music-folders"), NULL, "Music", "Music[2]", 1);
	int64_t bjork = expect(f, root, NULL, "Björk", "Björk[2], Änne", 2);
	int64_t post = expect(f, bjork, NULL, "Post", "Debut[2], Post[2]", 2);

	/* by the file's own name, digits by value: 9 before 10 */
	(void)expect(f, post, NULL, NULL, "Cover Me, Headphones", 2);
	/* nothing of it is a video */
	(void)expect(f, view_id("video-folders"), NULL, NULL, "", 0);
}

static void
test_sort_and_pages(Fixture *f, const void *unused)
{
	static const AvuSortKey by_date_down[] = { { AVU_PROPERTY_DATE, true },
		{ AVU_PROPERTY_TITLE, false } };
	static const AvuSortKey by_track[] = { { AVU_PROPERTY_TRACK, false } };
	CataloguePage page = { .count = 100, .sort = by_date_down, .n_sort = 2 };

	(void)unused;
	put_all(f);
	(void)expect(f, view_id("music-tracks"), &page, NULL,
		"Cover Me, Headphones, Crying, Human Behaviour, Änne", 5);
	page.sort = by_track; /* + puts what lacks the property first */
	page.n_sort = 1;
	(void)expect(f, view_id("music-tracks"), &page, NULL,
		"Änne, Human Behaviour, Crying, Cover Me, Headphones", 5);
	page.start = 1;
	page.count = 2;
	(void)expect(f, view_id("music-tracks"), &page, NULL, "Human Behaviour, Crying", 5);
	page.start = 5;
	(void)expect(f, view_id("music-tracks"), &page, NULL, "", 5);
}

static void
remove_item(Fixture *f, int64_t id)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(catalogue_begin(f->house.catalogue, &error));
	g_assert_true(catalogue_remove_item(f->house.catalogue, id, &error));
	g_assert_true(catalogue_commit(f->house.catalogue, &error));
}

static void
test_changes(Fixture *f, const void *unused)
{
	Song renamed = songs[0];

	(void)unused;
	put_all(f);
	renamed.artist = "Bjork Guðmundsdóttir";
	renamed.genre = NULL;
	uint32_t before = catalogue_get_update_id(f->house.catalogue);
	int64_t id = put(f, &renamed);

	g_assert_cmpuint(catalogue_get_update_id(f->house.catalogue), >, before);
	(void)expect(f, view_id("music-artists"), NULL, NULL,
		"Björk[2], Bjork Guðmundsdóttir[1], Unknown artist[1]", 3);
	(void)expect(f, view_id("music-genres"), NULL, NULL,
		"Electronic[2], Pop[1], Unknown genre[2]", 3);
	g_assert_cmpint(catalogue_count_items(f->house.catalogue), ==, 5);
	remove_item(f, id);
	(void)expect(f, view_id("music-artists"), NULL, NULL, "Björk[2], Unknown artist[1]", 2);
	g_assert_cmpint(catalogue_count_items(f->house.catalogue), ==, 4);
	/* the group that lost its last item is gone, with the folder above it */
	g_assert_true(catalogue_begin(f->house.catalogue, NULL));
	g_autoptr(GArray) roots = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool more;

	g_assert_true(catalogue_list_other_roots(
		f->house.catalogue, (const char *const[]){ NULL }, roots, NULL));
	g_assert_cmpuint(roots->len, ==, 1);
	g_assert_true(catalogue_remove_folder(
		f->house.catalogue, g_array_index(roots, int64_t, 0), false, &more, NULL));
	g_assert_false(more);
	g_assert_true(catalogue_commit(f->house.catalogue, NULL));
	g_assert_cmpint(catalogue_count_items(f->house.catalogue), ==, 0);
	/* what is empty is not shown */
	(void)expect(f, view_id("music"), NULL, NULL, "", 0);
	(void)expect(f, view_id("0"), NULL, NULL, "", 0);
	put_all(f);
	(void)expect(f, view_id("0"), NULL, NULL, "Music[9]", 1);
}

static void
test_restart_and_rebuild(Fixture *f, const void *unused)
{
	(void)unused;
	put_all(f);
	int64_t id = put(f, &songs[0]);
	int64_t bjork = expect(
		f, view_id("music-artists"), NULL, "Björk", "Björk[2], Unknown artist[1]", 2);
	uint32_t update_id = catalogue_get_update_id(f->house.catalogue);

	close_catalogue(f);
	open_catalogue(f);
	g_assert_cmpuint(catalogue_get_update_id(f->house.catalogue), ==, update_id);
	(void)expect(f, bjork, NULL, NULL, "Debut[2], Post[2]", 2);
	close_catalogue(f);

	/* a damaged library is set aside; ids and update ids survive its rebuild */
	g_autofree char *path = g_build_filename(f->house.directory, "library.db", NULL);

	g_assert_true(g_file_set_contents(
		path, "this is no database, and longer than its head", -1, NULL));
	g_test_expect_message(NULL, G_LOG_LEVEL_MESSAGE, "*is damaged*");
	open_catalogue(f);
	g_test_assert_expected_messages();
	g_assert_cmpint(catalogue_count_items(f->house.catalogue), ==, 0);
	g_assert_cmpuint(catalogue_get_update_id(f->house.catalogue), >, update_id);
	put_all(f);
	g_assert_cmpint(put(f, &songs[0]), ==, id);
	(void)expect(f, bjork, NULL, NULL, "Debut[2], Post[2]", 2);
}

static void
test_unclean_stop(Fixture *f, const void *unused)
{
	(void)unused;
	put_all(f);
	uint32_t update_id = catalogue_get_update_id(f->house.catalogue);
	/* what is on the disk while it runs is what a crash leaves */
	uint32_t kept = state_get_update_id(f->house.state);

	g_assert_cmpuint(kept, >=, update_id);
}

static void
test_objects(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	Listing listing = { g_string_new(NULL), 0, NULL };
	const CatalogueSink sink = { note_container, note_item, &listing };
	uint32_t update_id;

	(void)unused;
	put_all(f);
	int64_t id = put(f, &songs[0]);
	int64_t pop = expect(f, view_id("music-genres"), NULL, "Pop",
		"Electronic[2], Pop[2], Unknown genre[1]", 3);
	int64_t electronic = expect(f, view_id("music-genres"), NULL, "Electronic",
		"Electronic[2], Pop[2], Unknown genre[1]", 3);

	g_assert_true(catalogue_get_item(f->house.catalogue, id, 0, &sink, &error));
	g_assert_true(catalogue_get_item(f->house.catalogue, id, pop, &sink, &error));
	g_assert_true(catalogue_get_container(f->house.catalogue, pop, &sink, &update_id, &error));
	g_assert_cmpstr(listing.text->str, ==, "Crying, Crying, Pop[2]");
	(void)g_string_free(listing.text, TRUE);
	g_assert_false(catalogue_get_item(f->house.catalogue, id, electronic, &sink, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 701);
	g_clear_error(&error);
	g_assert_false(
		catalogue_get_container(f->house.catalogue, 12345, &sink, &update_id, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 701);
	g_clear_error(&error);

	const CataloguePage page = { .count = 1 };
	AvuContentResult result;

	g_assert_false(
		catalogue_get_children(f->house.catalogue, 12345, &page, &sink, &result, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 710);
}

static void
search(Fixture *f, int64_t container, const char *criteria, const char *text)
{
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuQuery) query = avu_query_parse(criteria, &known, &error);
	Listing listing = { g_string_new(NULL), 0, NULL };
	const CatalogueSink sink = { note_container, note_item, &listing };
	const CataloguePage page = { .count = 3 };
	AvuContentResult result = { 0 };

	g_assert_no_error(error);
	g_test_message("%s", criteria);
	g_assert_true(catalogue_search(
		f->house.catalogue, container, query, &page, &sink, &result, &error));
	g_assert_no_error(error);
	g_autofree char *found = g_strdup_printf("%u: %s", result.total, listing.text->str);

	g_assert_cmpstr(found, ==, text);
	(void)g_string_free(listing.text, TRUE);
}

#define TRACK "upnp:class derivedfrom \"object.item.audioItem\" and "

static void
test_search(Fixture *f, const void *unused)
{
	static const struct {
		const char *view, *criteria, *found;
	} rows[] = {
		{ "0", TRACK "dc:title contains \"COVER\"", "1: Cover Me" },
		{ "0", TRACK "dc:title contains \"anne\"", "1: Änne" },
		{ "0", TRACK "upnp:artist = \"bjork\"", "4: Cover Me, Crying, Headphones" },
		{ "0", TRACK "upnp:artist != \"bjork\"", "0: " }, /* who has none does not count */
		{ "0", TRACK "upnp:artist exists false", "1: Änne" },
		{ "0", TRACK "upnp:originalTrackNumber >= \"10\"", "2: Cover Me, Headphones" },
		{ "0", TRACK "dc:date < \"1994\"", "2: Crying, Human Behaviour" },
		{ "0", TRACK "@refID exists false and dc:title startsWith \"h\"",
			"2: Headphones, Human Behaviour" },
		{ "0", TRACK "(upnp:album = \"post\" or dc:title doesNotContain \"e\")",
			"3: Cover Me, Crying, Headphones" },
		{ "0", "upnp:class derivedfrom \"object.container.album\" and dc:title = \"debut\"",
			"5: Debut[2], Debut[2], Debut[2]" },
		{ "0", "dc:title contains \"%\"", "0: " },
		{ "0", "dc:title = \"' or 1=1 --\"", "0: " },
		{ "video", TRACK "dc:title contains \"e\"", "0: " },
		{ "music-albums", "upnp:class = \"object.container.album.musicAlbum\"",
			"2: Debut[2], Post[2]" },
		{ "0", TRACK "res@protocolInfo contains \"AUDIO/FLAC\"",
			"5: Änne, Cover Me, Crying" },
	};

	(void)unused;
	put_all(f);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		search(f, view_id(rows[i].view), rows[i].criteria, rows[i].found);
	}
	int64_t root = expect(f, view_id("music-folders"), NULL, "Music", "Music[2]", 1);
	int64_t bjork = expect(f, root, NULL, "Björk", "Björk[2], Änne", 2);

	search(f, root, "upnp:class derivedfrom \"object.item\"", "5: Änne, Cover Me, Crying");
	search(f, bjork, "*", "6: Cover Me, Crying, Headphones");
	int64_t pop = expect(f, view_id("music-genres"), NULL, "Pop",
		"Electronic[2], Pop[2], Unknown genre[1]", 3);

	search(f, pop, "dc:title contains \"c\"", "1: Crying");
}

static void
test_files(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	g_auto(CatalogueFile) file = { 0 };

	(void)unused;
	put_all(f);
	g_assert_true(catalogue_find_file(f->house.catalogue, put(f, &songs[1]), &file, &error));
	g_assert_cmpstr(file.path, ==, "Björk/Debut/01.flac");
	g_assert_cmpstr(file.root, ==, f->root);
	catalogue_file_clear(&file);
	g_assert_true(catalogue_find_file(f->house.catalogue, put(f, &songs[4]), &file, &error));
	g_assert_cmpstr(file.path, ==, "alone.mp3");
}

static void
note_format(const char *mime, const char *profile, ItemKind kind, void *data)
{
	GString *text = data;

	g_string_append_printf(
		text, "%s %s %d; ", mime, profile != NULL ? profile : "-", (int)kind);
}

static void
test_formats(Fixture *f, const void *unused)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const CatalogueFolder folder = { f->root, "Music", "" };
	Item item;
	int64_t ids[2];

	(void)unused;
	(void)put(f, &songs[0]);
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.title = "t";
	item.mime = "audio/mpeg";
	item.profile = "MP3";
	g_assert_true(catalogue_begin(f->house.catalogue, NULL));
	for (size_t i = 0; i < 2; i++) {
		item.id = 0; /* not the one of the other */
		item.name = i == 0 ? "a.mp3" : "b.mp3";
		g_assert_true(catalogue_put_item(f->house.catalogue, &folder, &item, NULL));
		ids[i] = item.id;
	}
	g_assert_true(catalogue_commit(f->house.catalogue, NULL));
	remove_item(f, ids[0]);
	/* those with a profile first (spec/dlna-protocolinfo.md 6) */
	g_assert_true(catalogue_list_formats(f->house.catalogue, note_format, text, NULL));
	g_assert_cmpstr(text->str, ==, "audio/mpeg MP3 1; audio/flac - 1; ");
	remove_item(f, ids[1]);
	(void)g_string_truncate(text, 0);
	g_assert_true(catalogue_list_formats(f->house.catalogue, note_format, text, NULL));
	g_assert_cmpstr(text->str, ==, "audio/flac - 1; ");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, const void *unused);
	} tests[] = {
		{ "/catalogue/views", test_views },
		{ "/catalogue/folders", test_folders },
		{ "/catalogue/sort-and-pages", test_sort_and_pages },
		{ "/catalogue/changes", test_changes },
		{ "/catalogue/restart-and-rebuild", test_restart_and_rebuild },
		{ "/catalogue/unclean-stop", test_unclean_stop },
		{ "/catalogue/objects", test_objects },
		{ "/catalogue/search", test_search },
		{ "/catalogue/files", test_files },
		{ "/catalogue/formats", test_formats },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
