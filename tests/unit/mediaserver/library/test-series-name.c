/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of episodes in the forms that are about, and names that only look like them. */
#include "mediaserver/library/series-name.h"

static const struct {
	const char *path;
	const char *series; /* with season -1: it is no episode */
	int64_t season, episode;
	const char *title;
	const char *why;
} rows[] = {
	{ "Show.Name.S02E05.The.Title.1080p.WEB-DL.x264.mkv", "Show Name", 2, 5, "The Title",
		"dots, and notes behind" },
	{ "Show Name - s02e05 - The Title.mkv", "Show Name", 2, 5, "The Title", "dashes" },
	{ "Show Name 2x05 The Title.avi", "Show Name", 2, 5, "The Title", "with a cross" },
	{ "Show_Name_1x05.avi", "Show Name", 1, 5, NULL, "no title" },
	{ "Show S01E02E03 Double.mkv", "Show", 1, 2, "Double", "two episodes" },
	{ "Show S01E02-E03.mkv", "Show", 1, 2, NULL, "two with a dash" },
	{ "Show Season 1 Episode 2.mkv", "Show", 1, 2, NULL, "in words" },
	{ "Show S01 Ep02.mkv", "Show", 1, 2, NULL, "half in words" },
	{ "Show.S2019E103.mkv", "Show", 2019, 103, NULL, "seasons by years" },
	{ "Show (2005) S01E02.mkv", "Show (2005)", 1, 2, NULL, "a year belongs to the name" },
	{ "Mr. Show S01E02.mkv", "Mr. Show", 1, 2, NULL, "a dot that stays" },
	{ "Show S00E01 [Extra].mkv", "Show", 0, 1, NULL, "a special" },
	{ "Show/Season 2/S02E05 - Title.mkv", "Show", 2, 5, "Title", "the folder above" },
	{ "Videos/Show/Staffel 2/2x05.mkv", "Show", 2, 5, NULL, "seasons in German" },
	{ "Show/S02E05.mkv", "Show", 2, 5, NULL, "without a folder for the season" },
	{ "S02E05.mkv", NULL, 2, 5, NULL, "nobody says which" },
	{ "Bj\xc3\xb6rns Show S01E02.mkv", "Bj\xc3\xb6rns Show", 1, 2, NULL, "beyond ASCII" },
	{ "Show \xff S01E02.mkv", "Show \xef\xbf\xbd", 1, 2, NULL, "not UTF-8" },
	{ "Film 640x480.avi", NULL, -1, -1, NULL, "a size" },
	{ "Film 1920x1080.mkv", NULL, -1, -1, NULL, "a large size" },
	{ "Film.x264.mkv", NULL, -1, -1, NULL, "a codec" },
	{ "Film 16x9.mkv", NULL, -1, -1, NULL, "a shape" },
	{ "Alias2e05x.mkv", NULL, -1, -1, NULL, "inside a word" },
	{ "S01E02x.mkv", NULL, -1, -1, NULL, "a letter behind" },
	{ "Film (1999).mkv", NULL, -1, -1, NULL, "a film" },
	{ "S99999E1.mkv", NULL, -1, -1, NULL, "no such season" },
	{ "", NULL, -1, -1, NULL, "empty" },
};

static void
test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(SeriesName) name = { 0 };
		bool found = series_name_parse(rows[i].path, &name);

		g_autofree char* shown = g_strescape(rows[i].path, NULL);
		g_test_message("%s: %s", shown, rows[i].why);
		g_assert_cmpint(found, ==, rows[i].season >= 0);
		if (found) {
			g_assert_cmpstr(name.series, ==, rows[i].series);
			g_assert_cmpint(name.season, ==, rows[i].season);
			g_assert_cmpint(name.episode, ==, rows[i].episode);
			g_assert_cmpstr(name.title, ==, rows[i].title);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/series-name/names", test_names);
	return g_test_run();
}
