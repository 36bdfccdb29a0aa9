/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which tag ends up in which field, and as what; scales from the documents of those who write them. */
#include "mediaserver/worker/tag-table.h"

static const struct {
	const char *container, *name, *value;
	size_t offset;
	int64_t expected;
	const char *why;
} numbers[] = {
#define ROW(container, name, value, field, expected, why)                           \
	{                                                                           \
		container, name, value, offsetof(ProbeResult, field), expected, why \
	}
	ROW("flac", "TRACKNUMBER", "03", track, 3, "leading zero"),
	ROW("mp3", "TRCK", "3/12", track, 3, "of"),
	ROW("mp3", "TRCK", "3/12", tracks, 12, "of"),
	ROW("mp4", "disc", "1 of 2", disc, 1, "in words"),
	ROW("mp4", "disc", "1 of 2", discs, 2, "in words"),
	ROW("flac", "TRACKNUMBER", "0", track, -1, "zero is none"),
	ROW("flac", "TRACKNUMBER", "A1", track, -1, "side of a record"),
	ROW("flac", "TOTALTRACKS", "9", tracks, 9, "a tag of its own"),
	ROW("mp3", "POPM", "1", rating, 20, "one star"),
	ROW("mp3", "POPM", "64", rating, 40, "two"),
	ROW("mp3", "POPM", "128", rating, 60, "three"),
	ROW("mp3", "POPM", "196", rating, 80, "four"),
	ROW("mp3", "POPM", "255", rating, 100, "five"),
	ROW("mp3", "POPM", "0", rating, -1, "not rated"),
	ROW("mp3", "POPM", "256", rating, -1, "off the scale"),
	ROW("asf", "WM/SharedUserRating", "99", rating, 100, "five stars of WM"),
	ROW("asf", "WM/SharedUserRating", "25", rating, 40, "two"),
	ROW("ogg", "RATING", "4", rating, 80, "stars"),
	ROW("mkv", "RATING", "4.5", rating, 90, "half stars"),
	ROW("ogg", "RATING", "80", rating, 80, "per cent"),
	ROW("ogg", "RATING", "8", rating, 80, "of ten"),
	ROW("ogg", "RATING", "0", rating, -1, "not rated"),
	ROW("ogg", "RATING", "great", rating, -1, "words"),
	ROW("ogg", "FMPS_RATING", "0.7", rating, 70, "of one"),
	ROW("mp4", "rating", "1", rating, -1, "explicit, no rating"),
	ROW("flac", "REPLAYGAIN_TRACK_GAIN", "-6.54 dB", track_gain, -654, "gain"),
	ROW("flac", "replaygain_album_gain", "+1.2 dB", album_gain, 120, "one decimal"),
	ROW("flac", "REPLAYGAIN_TRACK_GAIN", "dB", track_gain, PROBE_NO_GAIN, "no number"),
	ROW("ogg", "R128_TRACK_GAIN", "-1280", track_gain, 0, "-5 dB to -23 LUFS"),
	ROW("mp3", "TBPM", "127.96", bpm, 128, "rounded"),
	ROW("mp4", "tmpo", "0", bpm, -1, "not measured"),
	ROW("mp3", "TCMP", "1", compilation, 1, "compilation"),
	ROW("flac", "COMPILATION", "0", compilation, 0, "none"),
	ROW("mp3", "lyrics-eng", "la la", has_lyrics, 1, "as FFmpeg calls them"),
	ROW("mp4", "season_number", "0", season, 0, "specials"),
	ROW("mkv", "SEASON/PART_NUMBER", "2", season, 2, "target of Matroska"),
#undef ROW
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_auto(ProbeResult) result = { 0 };
		TagTaker taker;

		g_test_message("%s=%s: %s", numbers[i].name, numbers[i].value, numbers[i].why);
		probe_result_init(&result);
		tag_taker_init(&taker, &result, numbers[i].container);
		tag_taker_add(&taker, numbers[i].name, numbers[i].value);
		g_assert_cmpint(
			*(int64_t *)((char *)&result + numbers[i].offset), ==, numbers[i].expected);
	}
}

static void
test_texts(void)
{
	g_auto(ProbeResult) result = { 0 };
	TagTaker taker;

	probe_result_init(&result);
	tag_taker_init(&taker, &result, "mp3");
	tag_taker_add(&taker, "TPE1", "Can feat. Faust");
	tag_taker_add(&taker, "ARTISTS", "Can");
	tag_taker_add(&taker, "ARTISTS", "Faust");
	tag_taker_add(&taker, "TDOR", "1971");
	tag_taker_add(&taker, "TDRC", "2004-11-22");
	tag_taker_add(&taker, "TIT2", "  ");
	tag_taker_add(&taker, "TCOM", "Bj\xf6rk");
	tag_taker_add(&taker, "UNHEARD_OF", "x");
	tag_taker_add(&taker, "model", "X100");
	tag_taker_add(&taker, "make", "Maker");
	tag_taker_add(&taker, "location", "+48.8584-002.2945+035/");
	g_assert_cmpstr(result.artist, ==, "Can\nFaust");     /* the better name wins */
	g_assert_cmpstr(result.date, ==, "2004-11-22");       /* also when it comes later */
	g_assert_cmpstr(result.original_date, ==, "1971");    /* one tag, two fields */
	g_assert_null(result.title);                          /* blanks are nothing */
	g_assert_cmpstr(result.composer, ==, "Bj\xc3\xb6rk"); /* Latin-1 */
	g_assert_cmpstr(result.camera, ==, "Maker X100");
	g_assert_cmpstr(result.location, ==, "48.858400,-2.294500");
	tag_taker_next_source(&taker);
	tag_taker_add(&taker, "title", "Halleluhwah");
	tag_taker_add(&taker, "artist", "Can & Faust");
	tag_taker_add(&taker, "date", "1999");
	g_assert_cmpstr(result.title, ==, "Halleluhwah"); /* what was empty is filled */
	g_assert_cmpstr(result.artist, ==, "Can\nFaust");
	g_assert_cmpstr(result.date, ==, "2004-11-22");
}

static void
test_places(void)
{
	static const struct {
		const char *value, *expected;
		const char *why;
	} rows[] = {
		{ "+48.8584+002.2945/", "48.858400,2.294500", "two parts" },
		{ "-33.8568+151.2153+010.000/", "-33.856800,151.215300", "with a height" },
		{ "+91+000/", NULL, "beyond the pole" },
		{ "48.8,2.2", NULL, "another form" },
		{ "+48.8584", NULL, "half" },
		{ "+", NULL, "a sign" },
		{ "+1..1e9+1/", NULL, "no number" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(ProbeResult) result = { 0 };
		TagTaker taker;

		g_test_message("%s: %s", rows[i].value, rows[i].why);
		probe_result_init(&result);
		tag_taker_init(&taker, &result, "mp4");
		tag_taker_add(&taker, "com.apple.quicktime.location.ISO6709", rows[i].value);
		g_assert_cmpstr(result.location, ==, rows[i].expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/tag-table/numbers", test_numbers);
	g_test_add_func("/worker/tag-table/texts", test_texts);
	g_test_add_func("/worker/tag-table/places", test_places);
	return g_test_run();
}
