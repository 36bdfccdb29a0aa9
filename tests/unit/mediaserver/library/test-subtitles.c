/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitle files by their names, and the way into the column and out of it. */
#include "mediaserver/library/scan-private.h"
#include "mediaserver/library/subtitles.h"

static const struct {
	const char *path;
	const char *type; /* NULL: refused */
	const char *language;
	bool forced, described;
	const char *why;
} rows[] = {
	{ "Film.srt", "srt", "", false, false, "bare" },
	{ "Film.en.srt", "srt", "en", false, false, "two letters" },
	{ "Film.ger.SRT", "srt", "de", false, false, "three letters, capitals" },
	{ "Film.pt-BR.vtt", "vtt", "pt-BR", false, false, "with a region" },
	{ "Film.German.forced.ass", "ass", "de", true, false, "forced" },
	{ "Film.en.sdh.srt", "srt", "en", false, true, "with sounds" },
	{ "Film.en.hi.srt", "srt", "en", false, true, "the same, shorter" },
	{ "Film.hi.srt", "srt", "hi", false, false, "Hindi" },
	{ "Film (English).srt", "srt", "en", false, false, "in brackets" },
	{ "Film_de.idx", "idx", "de", false, false, "pictures" },
	{ "Subs/English.srt", "srt", "en", false, false, "in a folder" },
	{ "Subs/2_English.srt", "srt", "en", false, false, "numbered" },
	{ "Subs/Film/3_fre.srt", "srt", "fr", false, false, "in a folder of the film" },
	{ "Film.x264-web.srt", "srt", "", false, false, "no language" },
	{ "Bj\xf6rk.srt", "srt", "", false, false, "octets" },
	{ "Film.txt", NULL, NULL, false, false, "another file" },
	{ "Fi\nlm.srt", NULL, NULL, false, false, "a new line in its name" },
	{ "srt", NULL, NULL, false, false, "no extension" },
};

static void
test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Subtitle subtitle;
		bool good = subtitle_parse(rows[i].path, "Film.mkv", &subtitle);

		g_autofree char *shown = g_strescape(rows[i].path, NULL);
		g_test_message("%s: %s", shown, rows[i].why);
		g_assert_cmpint(good, ==, rows[i].type != NULL);
		if (good) {
			g_assert_cmpstr(subtitle.type, ==, rows[i].type);
			g_assert_cmpstr(subtitle.language, ==, rows[i].language);
			g_assert_cmpint(subtitle.forced, ==, rows[i].forced);
			g_assert_cmpint(subtitle.described, ==, rows[i].described);
		}
	}
}

static void
test_column(void)
{
	g_autoptr(GString) column = g_string_new(NULL);
	Subtitle subtitle;
	const char *at;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (subtitle_parse(rows[i].path, "Film.mkv", &subtitle)) {
			subtitles_append(column, &subtitle);
		}
	}
	at = column->str;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].type == NULL) {
			continue;
		}
		g_assert_true(subtitles_next(&at, &subtitle));
		g_autofree char *path = g_strndup(subtitle.path, subtitle.path_len);

		g_assert_cmpstr(path, ==, rows[i].path);
		g_assert_cmpstr(subtitle.type, ==, rows[i].type);
		g_assert_cmpstr(subtitle.language, ==, rows[i].language);
		g_assert_cmpint(subtitle.forced, ==, rows[i].forced);
		g_assert_cmpint(subtitle.described, ==, rows[i].described);
	}
	g_assert_false(subtitles_next(&at, &subtitle));
	for (size_t len = 0; len < column->len; len++) { /* a damaged row: an end, never more */
		g_autofree char *cut = g_strndup(column->str, len);

		at = cut;
		while (subtitles_next(&at, &subtitle)) {
			g_assert_true(subtitle.path + subtitle.path_len <= cut + len);
		}
	}
}

/* Texts in a film, as a worker tells them: foreign until here. */
static void
test_tracks(void)
{
	static const struct {
		const char *tracks;
		const char *column; /* NULL: none */
		const char *why;
	} told[] = {
		{ "2 -- ger", "track de -- 2", "one" },
		{ "2 f- eng\n3 -d und", "track en f- 2\ntrack - -d 3", "two, with marks" },
		{ "3 -- x y\n4 -- fre", "track - -- 3\ntrack fr -- 4", "no language" },
		{ "", NULL, "nothing" },
		{ "x -- ger", NULL, "no number" },
		{ "2", NULL, "cut" },
		{ "99999999999 -- ger", NULL, "a number of nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autofree char *column = subtitles_of_tracks(told[i].tracks);
		const char *at = column;
		Subtitle subtitle;

		g_test_message("%s", told[i].why);
		g_assert_cmpstr(column, ==, told[i].column);
		g_assert_cmpint(subtitles_next(&at, &subtitle), ==, told[i].column != NULL);
		if (told[i].column != NULL) {
			g_assert_cmpstr(subtitle.type, ==, SUBTITLE_TRACK);
			g_assert_true(subtitle_is_text(&subtitle, told[i].column));
		}
	}
}

/* Beside a film, of any case; what else lies there is no part of it. */
static void
test_folders(void)
{
	static const struct {
		const char *name;
		bool is_one;
	} folders[] = {
		{ "Subs", true },
		{ "sub", true },
		{ "SUBTITLES", true },
		{ "Subtitle", true },
		{ "Subs2", false },
		{ "Extras", false },
		{ "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_test_message("%s", folders[i].name);
		g_assert_cmpint(survey_is_subtitle_folder(folders[i].name), ==, folders[i].is_one);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/subtitles/names", test_names);
	g_test_add_func("/library/subtitles/folders", test_folders);
	g_test_add_func("/library/subtitles/column", test_column);
	g_test_add_func("/library/subtitles/tracks", test_tracks);
	return g_test_run();
}
