/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of the pictures beside a file is taken. */
#include "mediaserver/library/art-name.h"

static const struct {
	const char *better, *worse; /* NULL: better is none at all */
	const char *media;
	ItemKind kind;
	const char *why;
} rows[] = {
	{ "folder.jpg", "cover.jpg", "1.mp3", ITEM_AUDIO, "folder before cover" },
	{ "Cover.PNG", "AlbumArtSmall.jpg", "1.mp3", ITEM_AUDIO, "any case; small ones last" },
	{ "Film-poster.jpg", "poster.jpg", "Film.mkv", ITEM_VIDEO, "its own before the folder's" },
	{ "Film.jpg", "poster.jpg", "Film.mkv", ITEM_VIDEO, "named like the film" },
	{ "Film-poster.jpg", "Film-thumb.jpg", "Film.mkv", ITEM_VIDEO, "a poster before a frame" },
	{ "poster.jpg", "folder.jpg", "Film.mkv", ITEM_VIDEO, "films have posters" },
	{ "Film 2-poster.jpg", NULL, "Film.mkv", ITEM_VIDEO, "of another film" },
	{ "fanart.jpg", NULL, "Film.mkv", ITEM_VIDEO, "a background is no poster" },
	{ "holiday.jpg", NULL, "1.mp3", ITEM_AUDIO, "a picture of its own" },
	{ "folder.txt", NULL, "1.mp3", ITEM_AUDIO, "no picture" },
	{ "folder", NULL, "1.mp3", ITEM_AUDIO, "no extension" },
};

static void
test_rank(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int better = art_name_rank(rows[i].better, rows[i].media, rows[i].kind);

		g_test_message("%s", rows[i].why);
		if (rows[i].worse == NULL) {
			g_assert_cmpint(better, ==, -1);
			continue;
		}
		g_assert_cmpint(better, >=, 0);
		g_assert_cmpint(
			better, <, art_name_rank(rows[i].worse, rows[i].media, rows[i].kind));
	}
}

static void
test_part_folders(void)
{
	g_assert_true(art_name_is_part_folder("CD 1"));
	g_assert_true(art_name_is_part_folder("season 02"));
	g_assert_false(art_name_is_part_folder("Live"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/art-name/rank", test_rank);
	g_test_add_func("/art-name/part-folders", test_part_folders);
	return g_test_run();
}
