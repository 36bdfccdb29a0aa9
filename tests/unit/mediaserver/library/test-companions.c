/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which names say something of which media. */
#include "mediaserver/library/companions.h"

#include <fcntl.h>
#include <glib/gstdio.h>

#include <av-upnp/error.h>

#include "mediaserver/library/root-door.h"

static const struct {
	const char *name;
	CompanionKind kind;
	const char *why;
} kinds[] = {
	{ "Party.m3u", COMPANION_PLAYLIST, "a playlist" },
	{ "Party.M3U8", COMPANION_PLAYLIST, "letters of any case" },
	{ "Party.pls", COMPANION_PLAYLIST, "of Winamp" },
	{ "Party.xspf", COMPANION_PLAYLIST, "of XML" },
	{ "Party.asx", COMPANION_PLAYLIST, "of Windows" },
	{ "album.cue", COMPANION_CUE, "a sheet" },
	{ "Film.nfo", COMPANION_NFO, "of Kodi" },
	{ "Song.lrc", COMPANION_LYRICS, "what is sung" },
	{ "Film.vtt", COMPANION_SUBTITLE, "of the web" },
	{ "Film.ass", COMPANION_SUBTITLE, "with styles" },
	{ "Film.ssa", COMPANION_SUBTITLE, "of the time before that" },
	{ "Film.idx", COMPANION_SUBTITLE, "pictures: where they are" },
	{ "Film.sub", COMPANION_SUBTITLE, "pictures, or lines by frames" },
	{ "cover.png", COMPANION_ART, "of a folder" },
	{ "Subs/English.srt", COMPANION_SUBTITLE, "in a folder of its own" },
	{ "Folder.JPG", COMPANION_ART, "what Windows writes" },
	{ "Film-poster.jpg", COMPANION_ART, "of one film" },
	{ "holiday.jpg", COMPANION_NONE, "a picture like any other" },
	{ "Film.IFO", COMPANION_IFO, "of a recorder" },
	{ "-poster.jpg", COMPANION_NONE, "the end alone names no film" },
	{ "srt", COMPANION_NONE, "no extension" },
	{ ".srt", COMPANION_NONE, "an extension alone is a hidden file" },
	{ "x.srt.bak", COMPANION_NONE, "the last extension counts" },
	{ "a.jpg/notes", COMPANION_NONE, "a folder's name is not the file's" },
	{ "", COMPANION_NONE, "nothing" },
};

static void
test_kinds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_test_message("%s: %s", kinds[i].name, kinds[i].why);
		g_assert_cmpint(companion_kind_of(kinds[i].name), ==, kinds[i].kind);
	}
}

static const struct {
	const char *name, *media;
	bool belongs;
	const char *why;
} pairs[] = {
	{ "Film.srt", "Film.mkv", true, "same stem" },
	{ "film.de.forced.srt", "Film.mkv", true, "with a language" },
	{ "Filmmusic.srt", "Film.mkv", false, "a longer word" },
	{ "Film\xc3\xa4.srt", "Film.mkv", false, "a longer word beyond ASCII" },
	{ "Film.srt", "Film.de.mkv", false, "the stem of the media is the longer one" },
	{ "Subs/2_English.srt", "Film.mkv", true, "named by language only" },
	{ "movie.nfo", "Film.mkv", true, "of the folder" },
	{ "Film.nfo", "Film.mkv", true, "of the film" },
	{ "Other.nfo", "Film.mkv", false, "of another" },
	{ "cover.png", "01.flac", true, "of the folder" },
	{ "Film-poster.jpg", "Film.mkv", true, "of the film" },
	{ "Film-poster.jpg", "Other.mkv", false, "of another film" },
	{ "Film.m3u", "Film.mkv", false, "a playlist says nothing of what it lists" },
	{ "album.cue", "album.flac", true, "one sheet, one file" },
	{ "Film.IFO", "Film.mpg", true, "one recording, one IFO file" },
	{ "film.IFO", "Film.mpg", false, "it is opened by the film's own name" },
	{ "Film.de.ifo", "Film.mpg", false, "of another recording" },
	{ "VTS_01_0.IFO", "VTS_01_1.VOB", false, "those of discs are others" },
};

static void
test_belonging(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		const Companion companion = { .kind = companion_kind_of(pairs[i].name),
			.name = pairs[i].name };

		g_test_message("%s, %s: %s", pairs[i].name, pairs[i].media, pairs[i].why);
		g_assert_cmpint(
			companion_belongs_to(&companion, pairs[i].media), ==, pairs[i].belongs);
	}
}

static void
test_set(void)
{
	g_autofree char *path = g_dir_make_tmp("avu-companions-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(path, "b.srt", NULL);
	const CatalogueFolder folder = { "uuid", "Films", "" };
	const struct stat st = { .st_ino = 7, .st_size = 5, .st_mtim = { 3, 4 } };
	Root root = { .path = path, .door = root_door_new() };

	root_door_set(root.door, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	g_assert_true(g_file_set_contents(file, "hello", -1, NULL));
	g_autoptr(Companions) above = companions_new(&root, &folder, NULL);
	g_autoptr(Companions) set = companions_new(&root, &folder, above);

	g_assert_true(companions_add(set, COMPANION_SUBTITLE, "b.srt", &st));
	g_assert_true(companions_add(set, COMPANION_SUBTITLE, "b.de.srt", &st));
	g_assert_true(companions_add(set, COMPANION_NFO, "b.nfo", &st));
	companions_sort(set);
	g_assert_cmpuint(companions_get_n(set), ==, 3);
	g_assert_true(companions_get_above(set) == above && companions_get_above(above) == NULL);

	const Companion *first = companions_find(set, COMPANION_SUBTITLE, "b.mkv", NULL);
	const Companion *second = companions_find(set, COMPANION_SUBTITLE, "b.mkv", first);

	g_assert_cmpstr(first->name, ==, "b.de.srt");
	g_assert_cmpstr(second->name, ==, "b.srt");
	g_assert_null(companions_find(set, COMPANION_SUBTITLE, "b.mkv", second));
	g_assert_cmpint(second->mtime_ns, ==, 3 * AVU_NS_PER_S + 4);

	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) whole = companions_read(set, second, 5, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(whole, NULL), g_bytes_get_size(whole), "hello", 5);
	g_assert_null(companions_read(set, second, 4, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	(void)g_unlink(file);
	root_door_free(root.door);
	(void)g_rmdir(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/companions/kinds", test_kinds);
	g_test_add_func("/companions/belonging", test_belonging);
	g_test_add_func("/companions/set", test_set);
	return g_test_run();
}
