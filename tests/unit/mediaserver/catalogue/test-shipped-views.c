/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tree as it is shipped: each view of the data file has a row here, which says where people find it
 * and what stands in it, worked out by hand from the few files below. */
#include "catalogue-fixture.h"

#include "mediaserver/catalogue/listed.h"

/* "+" between values. 0: unknown, but play_count: -1 is never heard of. */
typedef struct {
	const char *title, *artist, *album_artist, *album, *genre, *composer, *date;
	int64_t disc, track, rating, added;
	bool compilation;
} Song;

typedef struct {
	const char *title, *series, *genre;
	int64_t season, episode, added, play_count, position_s, played;
} Film;

typedef struct {
	const char *title, *folder, *date, *camera;
	int64_t added;
} Picture;

/* The names of the files are numbers, so that the views of folders are in the order of these tables. */
static const Song songs[] = {
	{ "Zebra", "Ann", "Ann", "Blue", "Pop", "Cage", "1999", 2, 1, 80, 10, false },
	{ "Apple", "Ann+Bob", "Ann", "Blue", "Pop+Jazz", NULL, "1999-05", 1, 2, 100, 30, false },
	{ "Mango", "Bob", "Ann", "Blue", "Jazz", NULL, "1999", 1, 10, 0, 20, false },
	{ "Kiwi", "Cy", NULL, "Mix", NULL, "Bach+Cage", "2010", 0, 1, 10, 40, true },
	{ "Fig", "Dee", NULL, "Mix", NULL, NULL, "2010", 0, 2, 0, 50, true },
	{ "Lime", .added = 5 },
	{ "Early", "Bob", "Bob", "Aqua", "Rock", NULL, "2005", 1, 1, 0, 25, false },
};

static const Film films[] = {
	{ "Heat", NULL, "Crime", .added = 10 },
	{ "Alien", NULL, "Horror+Sci-Fi", .added = 30, .play_count = 2 },
	{ "Pilot", "Lost", NULL, 1, 1, 20, -1, 600, 100 },
	{ "Tabula", "Lost", NULL, 1, 3, 21, -1 },
	{ "Ending", "Lost", NULL, 10, 1, 22 },
	{ "Raft", "Lost", NULL, 2, 2, 15, 0, 300, 200 },
	{ "Other", "Lost", NULL, 1, 2, 23, 1 },
};

static const Picture pictures[] = {
	{ "Beach", "Holiday", "2023-07-14", "Canon", 1 },
	{ "Arch", "Holiday", "2023-07-02T10:00:00", "Canon", 3 },
	{ "Snow", "", "2023-01-05", "Nikon", 2 },
	{ "Scan", "", "2024-03-01", NULL, 4 },
};

static const struct {
	const char *view, *path, *wanted;
} rows[] = {
	{ "music-artists", "Music/Artists", /* albums by year, tracks by disc */
		"Ann(Blue(Apple Zebra)) Bob(Blue(Apple Mango) Aqua(Early)) Cy(Mix(Kiwi))"
		" Dee(Mix(Fig)) Unknown artist(Unknown album(Lime))" },
	{ "music-album-artists", "Music/Album artists", /* a compilation is together */
		"Ann(Blue(Apple Mango Zebra)) Bob(Aqua(Early)) Unknown artist(Unknown album(Lime))"
		" Various artists(Mix(Kiwi Fig))" },
	{ "music-albums", "Music/Albums", "Aqua(Early) Blue(Apple Mango Zebra) Mix(Kiwi Fig)" },
	{ "music-random", "Music/Random albums", /* no more than there may be: all */
		"Aqua(Early) Blue(Apple Mango Zebra) Mix(Kiwi Fig)" },
	{ "music-genres", "Music/Genres",
		"Jazz(Apple Mango) Pop(Apple Zebra) Rock(Early) Unknown genre(Fig Kiwi Lime)" },
	{ "music-composers", "Music/Composers", "Bach(Mix(Kiwi)) Cage(Blue(Zebra) Mix(Kiwi))" },
	{ "music-years", "Music/Years",
		"2010(Mix(Kiwi Fig)) 2005(Aqua(Early)) 1999(Blue(Apple Mango Zebra))" },
	{ "music-recent", "Music/Recently added", "Fig Kiwi Apple Early Mango Zebra Lime" },
	{ "music-rating", "Music/By rating", "5(Apple) 4(Zebra) 1(Kiwi)" },
	{ "music-tracks", "Music/All tracks", "Apple Early Fig Kiwi Lime Mango Zebra" },
	{ "music-playlists", "Music/Playlists", "Party(Mango Zebra)" },
	{ "music-folders", "Music/Folders", "Files(Zebra Apple Mango Kiwi Fig Lime Early)" },
	{ "video-films", "Video/Films", "Alien Heat" },
	{ "video-series", "Video/Series", /* by number, not by name */
		"Lost(Season 1(Pilot Other Tabula) Season 2(Raft) Season 10(Ending))" },
	{ "video-recent", "Video/Recently added", "Alien Other Ending Tabula Pilot Raft Heat" },
	{ "video-unwatched", "Video/Unwatched", "Ending Heat Tabula" },
	{ "video-continue", "Video/Continue watching", "Raft Pilot" }, /* the last one first */
	{ "video-genres", "Video/Genres", "Crime(Heat) Horror(Alien) Sci-Fi(Alien)" },
	{ "video-all", "Video/All videos", "Alien Ending Heat Other Pilot Raft Tabula" },
	{ "video-folders", "Video/Folders", "Files(Heat Alien Pilot Tabula Ending Raft Other)" },
	{ "pictures-years", "Pictures/Years",
		"2024(2024-03(Scan)) 2023(2023-01(Snow) 2023-07(Arch Beach))" },
	{ "pictures-albums", "Pictures/Albums", "Files(Snow Scan) Holiday(Arch Beach)" },
	{ "pictures-cameras", "Pictures/Cameras", "Canon(Arch Beach) Nikon(Snow)" },
	{ "pictures-recent", "Pictures/Recently added", "Scan Arch Snow Beach" },
	{ "pictures-all", "Pictures/All pictures", "Snow Arch Beach Scan" },
	{ "pictures-folders", "Pictures/Folders", "Files(Holiday(Beach Arch) Snow Scan)" },
};

/* Files */

static const char *
join(GPtrArray *strings, const char *text)
{
	char *joined =
		text != NULL ? g_strdelimit(g_strdup(text), "+", ITEM_VALUE_SEPARATOR) : NULL;

	g_ptr_array_add(strings, joined);
	return joined;
}

/* What all have: title, a name that is a number, the groups that follow. */
static void
put(House *house, const char *path, Item *item, unsigned number, GPtrArray *strings)
{
	const CatalogueFolder folder = { HOUSE_ROOT, "Files", path };
	g_autofree char *name = g_strdup_printf("%04u", number);
	g_autofree char *sort_name = avu_text_sort_key(name);
	g_autofree char *sort_title = avu_text_sort_key(item->title);
	g_autoptr(GError) error = NULL;

	item->name = name;
	item->sort_name = sort_name;
	item->sort_title = sort_title;
	item->folder = catalogue_folder_id(&folder);
	item->year = item->date != NULL ? g_ascii_strtoll(item->date, NULL, 10) : -1;
	item_set_groups(item, strings);
	(void)catalogue_put_folder(house->catalogue, &folder, &error);
	g_assert_no_error(error);
	(void)catalogue_put_item(house->catalogue, &folder, item, &error);
	g_assert_no_error(error);
}

static int64_t
or_unknown(int64_t number)
{
	return number != 0 ? number : -1;
}

static void
put_song(House *house, const Song *song, unsigned number)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.mime = "audio/flac";
	item.title = song->title;
	item.artist = join(strings, song->artist);
	item.album_artist = song->album_artist;
	item.album = song->album;
	item.genre = join(strings, song->genre);
	item.composer = join(strings, song->composer);
	item.date = song->date;
	item.disc = or_unknown(song->disc);
	item.track = or_unknown(song->track);
	item.rating = or_unknown(song->rating);
	item.added = song->added;
	item.compilation = song->compilation ? 1 : -1;
	put(house, "", &item, number, strings);
}

static void
put_film(House *house, const Film *film, unsigned number)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	item_init(&item);
	item.kind = ITEM_VIDEO;
	item.mime = "video/mp4";
	item.title = film->title;
	item.series = film->series;
	item.genre = join(strings, film->genre);
	item.season = or_unknown(film->season);
	item.episode = or_unknown(film->episode);
	item.added = film->added;
	item.play_count = film->play_count;
	item.position = film->position_s > 0 ? film->position_s * AVU_NS_PER_S : -1;
	item.played = or_unknown(film->played);
	put(house, "", &item, number, strings);
}

static void
put_picture(House *house, const Picture *picture, unsigned number)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	item_init(&item);
	item.kind = ITEM_IMAGE;
	item.mime = "image/jpeg";
	item.title = picture->title;
	item.date = picture->date;
	item.camera = picture->camera;
	item.added = picture->added;
	put(house, picture->folder, &item, number, strings);
}

/* Mango, then Zebra. */
static void
put_playlist(House *house)
{
	const CatalogueFolder folder = { HOUSE_ROOT, "Files", "" };
	const ListedContainer list = { listed_id(&folder, "party.m3u", 0), listed_playlists(),
		"Party", "object.container.playlistContainer" };
	const int64_t where = catalogue_folder_id(&folder);
	const ListedFile files[] = { { 1, where, (char *)"0002" }, { 2, where, (char *)"0000" } };
	g_autoptr(GError) error = NULL;

	(void)listed_put(house->catalogue, &list, &error);
	g_assert_no_error(error);
	(void)listed_set_files(house->catalogue, list.id, files, G_N_ELEMENTS(files), &error);
	g_assert_no_error(error);
}

static void
open_shipped(House *house)
{
	g_autoptr(GError) error = NULL;

	(void)views_load(&error);
	g_assert_no_error(error);
	house_open(house);
	g_assert_true(catalogue_begin(house->catalogue, NULL));
}

static void
fill(House *house)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(songs); i++) {
		put_song(house, &songs[i], i);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(films); i++) {
		put_film(house, &films[i], 100 + i);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(pictures); i++) {
		put_picture(house, &pictures[i], 200 + i);
	}
	put_playlist(house);
	g_assert_true(catalogue_commit(house->catalogue, NULL));
}

/* Finding */

typedef struct {
	const char *title;
	int64_t found;
} Lookup;

static void
look_at_container(const Container *container, void *data)
{
	Lookup *lookup = data;

	if (g_str_equal(container->title, lookup->title)) {
		g_assert_cmpint(lookup->found, ==, 0); /* no two of the same name side by side */
		lookup->found = container->id;
	}
}

static void
ignore_item(const Item *item, void *data)
{
	(void)item;
	(void)data;
}

/* As a person walks there, by titles from the root. */
static int64_t
walk(House *house, const char *path)
{
	static const CataloguePage whole = { .count = 1000 };
	int64_t container = view_get_container(view_find(VIEW_ROOT_ID));
	g_auto(GStrv) titles = g_strsplit(path, "/", -1);

	for (char **title = titles; *title != NULL; title++) {
		Lookup lookup = { *title, 0 };
		const CatalogueSink sink = { look_at_container, ignore_item, &lookup };
		AvuContentResult result = { 0 };

		g_assert_true(catalogue_get_children(
			house->catalogue, container, &whole, &sink, &result, NULL));
		container = lookup.found;
	}
	return container;
}

static void
test_rows(void)
{
	House house;

	open_shipped(&house);
	fill(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const View *view = view_find(rows[i].view);

		g_test_message("%s", rows[i].path);
		g_assert_nonnull(view);
		g_assert_cmpint(walk(&house, rows[i].path), ==, view_get_container(view));
		g_autofree char *found = house_list_view(&house, rows[i].view);

		g_assert_cmpstr(found, ==, rows[i].wanted);
	}
	house_clear(&house);
}

static bool
has_row(const char *id)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_str_equal(rows[i].view, id)) {
			return true;
		}
	}
	return false;
}

/* A view that is added to the data file is refused until somebody says here what it shows. */
static void
test_all_have_rows(void)
{
	static const char *const above[] = { VIEW_ROOT_ID, "music", "video", "pictures", NULL };
	g_autoptr(GError) error = NULL;

	(void)views_load(&error);
	g_assert_no_error(error);
	for (const View *view = views(); view->id != NULL; view++) {
		g_test_message("%s", view->id);
		g_assert_true(g_strv_contains(above, view->id) != has_row(view->id));
	}
}

/* Limits */

#define MANY 210

static const struct {
	const char *view;
	unsigned wanted;
} limits[] = {
	{ "music-recent", 200 },
	{ "video-recent", 100 },
	{ "pictures-recent", 200 },
	{ "music-random", 50 },
	{ "music-albums", MANY },
	{ "music-tracks", MANY },
	{ "video-all", MANY },
	{ "pictures-all", MANY },
};

static unsigned
count_children(House *house, const char *view)
{
	static const CataloguePage page = { .count = 1 };
	Lookup none = { "", 0 };
	const CatalogueSink sink = { look_at_container, ignore_item, &none };
	AvuContentResult result = { 0 };

	g_assert_true(catalogue_get_children(house->catalogue, view_get_container(view_find(view)),
		&page, &sink, &result, NULL));
	return result.total;
}

static void
test_limits(void)
{
	House house;

	open_shipped(&house);
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);

		put_song(&house, &(Song){ name, "Ann", "Ann", name, .added = i + 1 }, i);
		put_film(&house, &(Film){ name, .added = i + 1 }, 1000 + i);
		put_picture(&house, &(Picture){ name, "", "2024-03-01", NULL, i + 1 }, 2000 + i);
	}
	g_assert_true(catalogue_commit(house.catalogue, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		g_test_message("%s", limits[i].view);
		g_assert_cmpuint(count_children(&house, limits[i].view), ==, limits[i].wanted);
	}
	house_clear(&house);
}

int
main(int argc, char **argv)
{
	g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE); /* read once; no views but the shipped */
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/shipped-views/rows", test_rows);
	g_test_add_func("/shipped-views/all-have-rows", test_all_have_rows);
	g_test_add_func("/shipped-views/limits", test_limits);
	return g_test_run();
}
