/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What files beside the media add to its description. */
#include <glib/gstdio.h>
#include <string.h>

#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/sidecars.h"
#include "mediaserver/library/subtitles.h"

typedef struct {
	char *directory; /* state and a root "r" */
	State *state;
	Roots *roots;
	GPtrArray *files; /* to be deleted */
} Fixture;

static void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->directory = g_dir_make_tmp("sidecars-XXXXXX", NULL);
	f->files = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *root = g_build_filename(f->directory, "r", NULL);
	const char *const folders[] = { root, NULL };

	g_assert_cmpint(g_mkdir(root, 0700), ==, 0);
	f->state = state_open(f->directory, NULL);
	f->roots = roots_new(f->state, folders, NULL);
	g_assert_nonnull(f->roots);
}

static void
tear_down(Fixture *f, const void *unused)
{
	static const char *const rest[] = { "r/Season 1", "r", "state.db", "state.db-wal",
		"state.db-shm", "state.db.copy" };

	(void)unused;
	roots_free(f->roots);
	state_close(f->state);
	for (guint i = 0; i < f->files->len; i++) {
		(void)g_unlink(g_ptr_array_index(f->files, i));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rest); i++) {
		g_autofree char *path = g_build_filename(f->directory, rest[i], NULL);

		(void)g_remove(path);
	}
	(void)g_rmdir(f->directory);
	g_ptr_array_unref(f->files);
	g_free(f->directory);
}

typedef struct {
	const char *name, *text;
} File;

static Companions *
make(Fixture *f, const char *path, const File *files, Companions *above)
{
	const Root *root = roots_get(f->roots, 0);
	const CatalogueFolder folder = { root->uuid, root->title, path };
	Companions *set = companions_new(root, &folder, above);
	g_autofree char *directory = g_build_filename(f->directory, "r", path, NULL);

	(void)g_mkdir_with_parents(directory, 0700);
	for (; files->name != NULL; files++) {
		char *file = g_build_filename(directory, files->name, NULL);
		struct stat st = { .st_size = (off_t)strlen(files->text) };

		g_ptr_array_add(f->files, file);
		if (strchr(files->name, '/') == NULL) {
			g_assert_true(g_file_set_contents(file, files->text, -1, NULL));
		}
		g_assert_true(
			companions_add(set, companion_kind_of(files->name), files->name, &st));
	}
	companions_sort(set);
	return set;
}

static void
describe(Fixture *f, const char *path, const char *name, const ProbeResult *result,
	const Companions *companions, Description *ret_description)
{
	const Root *root = roots_get(f->roots, 0);
	const CatalogueFolder folder = { root->uuid, root->title, path };
	const struct stat st = { .st_size = 10 };

	description_init(ret_description, &folder, name, &st, result);
	sidecars_describe(ret_description, companions);
}

static void
init_result(ProbeResult *result, const char *container, const char *video)
{
	probe_result_init(result);
	result->outcome = PROBE_OK;
	result->container = (char *)container;
	result->audio_codec = (char *)"aac";
	result->video_codec = (char *)video;
}

static void
test_film(Fixture *f, const void *unused)
{
	static const File files[] = {
		{ "Film.nfo", "<movie><title>The Film</title><sorttitle>Film 1</sorttitle>"
			      "<plot>P</plot><genre>Drama</genre><year>1979</year>"
			      "<director>D</director><userrating>9</userrating></movie>" },
		{ "Film.de.srt", "1" },
		{ "Subs/English.srt", "1" },
		{ "Other.nfo", "<movie><title>Wrong</title></movie>" },
		{ NULL },
	};
	g_autoptr(Companions) set = make(f, "", files, NULL);
	g_auto(Description) description = { 0 }, bare = { 0 };
	const Item *item = &description.item;
	ProbeResult result;
	Subtitle subtitle;

	(void)unused;
	init_result(&result, "mkv", "h264");
	result.title = (char *)"release.by.somebody";
	describe(f, "", "Film.mkv", &result, set, &description);
	g_assert_cmpstr(item->title, ==, "The Film");
	g_assert_cmpstr(item->description, ==, "P");
	g_assert_cmpstr(item->genre, ==, "Drama");
	g_assert_cmpstr(item->group_genre, ==, "Drama");
	g_assert_cmpstr(item->director, ==, "D");
	g_assert_cmpint(item->year, ==, 1979);
	g_assert_cmpint(item->rating, ==, 90);
	g_autofree char *key = item_keys_dup("Film 1");

	g_assert_cmpstr(item->sort_title, ==, key);
	const char *at = item->subtitles;

	g_assert_true(subtitles_next(&at, &subtitle));
	g_assert_cmpstr(subtitle.language, ==, "de");
	g_assert_true(subtitles_next(&at, &subtitle));
	g_assert_cmpstr(subtitle.language, ==, "en");
	g_assert_false(subtitles_next(&at, &subtitle));
	/* without companions only the file speaks */
	describe(f, "", "Film.mkv", &result, NULL, &bare);
	g_assert_cmpstr(bare.item.title, ==, "release.by.somebody");
	g_assert_null(bare.item.subtitles);
}

static void
test_series(Fixture *f, const void *unused)
{
	static const File above_files[] = {
		{ "tvshow.nfo", "<tvshow><title>The Show</title><genre>Crime</genre></tvshow>" },
		{ NULL },
	};
	static const File files[] = {
		{ "show.s01e02.nfo", "<episodedetails><title>Two</title><season>1</season>"
				     "<episode>2</episode></episodedetails>" },
		{ "show.s01e03.nfo", "no XML at all" },
		{ NULL },
	};
	g_autoptr(Companions) above = make(f, "", above_files, NULL);
	g_autoptr(Companions) set = make(f, "Season 1", files, above);
	g_auto(Description) two = { 0 }, three = { 0 }, alone = { 0 };
	ProbeResult result;

	(void)unused;
	init_result(&result, "mkv", "h264");
	describe(f, "Season 1", "show.s01e02.mkv", &result, set, &two);
	g_assert_cmpstr(two.item.series, ==, "The Show");
	g_assert_cmpstr(two.item.title, ==, "Two");
	g_assert_cmpstr(two.item.genre, ==, "Crime");
	g_assert_cmpint(two.item.season, ==, 1);
	g_assert_cmpint(two.item.episode, ==, 2);
	/* an NFO that is none: the name of the file still counts */
	describe(f, "Season 1", "show.s01e03.mkv", &result, set, &three);
	g_assert_cmpstr(three.item.series, ==, "The Show");
	g_assert_cmpint(three.item.episode, ==, 3);
	describe(f, "Season 1", "show.s01e03.mkv", &result, NULL, &alone);
	g_assert_cmpstr(alone.item.series, ==, "show");
}

static void
test_sheet(Fixture *f, const void *unused)
{
	static const File files[] = {
		{ "Album.cue", "FILE \"Album.wav\" WAVE\nTRACK 1 AUDIO\nINDEX 01 00:00:00\n"
			       "TRACK 2 AUDIO\nINDEX 01 01:00:00\n" },
		{ "Album.lrc", "[00:00]la" },
		{ NULL },
	};
	g_autoptr(Companions) set = make(f, "", files, NULL);
	g_auto(Description) description = { 0 };
	ProbeResult result;

	(void)unused;
	init_result(&result, "flac", NULL);
	result.album = (char *)"Album";
	result.artist = (char *)"Can";
	describe(f, "", "Album.flac", &result, set, &description);
	g_assert_null(description.item.album); /* its tracks have it */
	g_assert_cmpstr(description.item.group_artist, ==, "");
	g_assert_cmpint(description.item.has_lyrics, ==, 1);
}

static void
test_art(Fixture *f, const void *unused)
{
	static const File above[] = { { "Cover.jpg", "x" }, { NULL } };
	static const File beside[] = { { "fanart.jpg", "x" }, { NULL } };
	g_autoptr(Companions) album = make(f, "", above, NULL);
	g_autoptr(Companions) disc = make(f, "CD 1", beside, album);
	g_autoptr(Companions) live = make(f, "Live", beside, album);
	const struct {
		const char *folder;
		const Companions *companions;
		int64_t has_art;
	} rows[] = { { "", album, 1 }, { "CD 1", disc, 1 }, { "Live", live, 0 } };

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Description) description = { 0 };
		ProbeResult result;

		init_result(&result, "flac", NULL);
		describe(f, rows[i].folder, "1.flac", &result, rows[i].companions, &description);
		g_assert_cmpint(description.item.has_art, ==, rows[i].has_art);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/library/sidecars/film", Fixture, NULL, set_up, test_film, tear_down);
	g_test_add("/library/sidecars/series", Fixture, NULL, set_up, test_series, tear_down);
	g_test_add("/library/sidecars/sheet", Fixture, NULL, set_up, test_sheet, tear_down);
	g_test_add("/library/sidecars/art", Fixture, NULL, set_up, test_art, tear_down);
	return g_test_run();
}
