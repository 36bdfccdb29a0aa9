/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names, dates, MIME types and profiles of files, expected values from the DLNA profile tables. */
#include <av-upnp/text.h>

#include "mediaserver/library/describe.h"
#include "mediaserver/library/formats.h"

static void
test_dates(void)
{
	static const struct {
		const char *text, *date;
		const char *why;
	} rows[] = {
		{ "1997", "1997-01-01", "year alone" },
		{ "1997-09", "1997-09-01", "year and month" },
		{ "1997-09-22", "1997-09-22", "whole" },
		{ "19970922", "1997-09-22", "without signs" },
		{ "1997/09/22", "1997-09-22", "slashes" },
		{ "2019-03-01T10:20:30", "2019-03-01T10:20:30", "with time" },
		{ "2019-03-01T10:20:30.000000Z", "2019-03-01T10:20:30.000000Z", "UTC" },
		{ "1997-13-45", "1997-01-01", "no such month" },
		{ "97", NULL, "two digits say nothing" },
		{ "0000", NULL, "a clock that was never set" },
		{ "unknown", NULL, "words" },
		{ "", NULL, "empty" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *date = describe_date(rows[i].text);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(date, ==, rows[i].date);
	}
}

typedef struct {
	const char *container, *audio, *video;
	int64_t hz, channels, bps, type;       /* sound; type: AAC object type */
	int64_t width, height, profile, level; /* picture */
	int64_t packet;
	const char *mime, *name;
	const char *why;
} Row;

static const Row rows[] = {
	{ "mp3", "mp3", NULL, 44100, 2, 320000, -1, -1, -1, -1, -1, -1, "audio/mpeg", "MP3",
		"highest rate of the profile" },
	{ "mp3", "mp3", NULL, 22050, 2, 64000, -1, -1, -1, -1, -1, -1, "audio/mpeg", "MP3X",
		"half rates are the extended profile" },
	{ "mp3", "mp2", NULL, 44100, 2, 192000, -1, -1, -1, -1, -1, -1, "audio/mpeg", NULL,
		"layer 2" },
	{ "flac", "flac", NULL, 44100, 2, 800000, -1, -1, -1, -1, -1, -1, "audio/flac", NULL,
		"FLAC has no profile" },
	{ "mp4", "aac", NULL, 44100, 2, 256000, 2, -1, -1, -1, -1, -1, "audio/mp4", "AAC_ISO_320",
		"AAC-LC" },
	{ "mp4", "aac", NULL, 44100, 2, 500000, 2, -1, -1, -1, -1, -1, "audio/mp4", "AAC_ISO",
		"above 320 kbit/s" },
	{ "mp4", "aac", NULL, 44100, 2, 64000, 5, -1, -1, -1, -1, -1, "audio/mp4",
		"HEAAC_L2_ISO_320", "HE-AAC is not LC" },
	{ "mp4", "alac", NULL, 44100, 2, 800000, -1, -1, -1, -1, -1, -1, "audio/mp4", NULL,
		"ALAC" },
	{ "adts", "aac", NULL, 48000, 2, 128000, 2, -1, -1, -1, -1, -1, "audio/vnd.dlna.adts",
		"AAC_ADTS_320", "ADTS" },
	{ "asf", "wmav2", NULL, 44100, 2, 192000, -1, -1, -1, -1, -1, -1, "audio/x-ms-wma",
		"WMABASE", "below 193 kbit/s" },
	{ "jpeg", NULL, "baseline", -1, -1, -1, -1, 640, 480, -1, -1, -1, "image/jpeg", "JPEG_SM",
		"just small" },
	{ "jpeg", NULL, "baseline", -1, -1, -1, -1, 641, 480, -1, -1, -1, "image/jpeg", "JPEG_MED",
		"one over small" },
	{ "jpeg", NULL, "baseline", -1, -1, -1, -1, 4096, 4096, -1, -1, -1, "image/jpeg",
		"JPEG_LRG", "just large" },
	{ "jpeg", NULL, "baseline", -1, -1, -1, -1, 6000, 4000, -1, -1, -1, "image/jpeg", NULL,
		"over large" },
	{ "jpeg", NULL, "progressive", -1, -1, -1, -1, 640, 480, -1, -1, -1, "image/jpeg", NULL,
		"progressive conforms to none" },
	{ "mp4", "aac", "h264", 48000, 2, 8000000, 2, 1920, 1080, 100, 40, -1, "video/mp4",
		"AVC_MP4_HP_HD_AAC", "high profile HD" },
	{ "mp4", "aac", "h264", 48000, 2, 8000000, 2, 1920, 1080, 100, 51, -1, "video/mp4", NULL,
		"level over the profile's" },
	{ "mkv", "ac3", "h264", 48000, 6, 8000000, -1, 1920, 1080, 100, 40, -1, "video/x-matroska",
		"AVC_MKV_HP_HD_AC3", "Matroska" },
	{ "ts", "ac3", "h264", 48000, 6, 8000000, -1, 1920, 1080, 100, 40, 188, "video/mpeg",
		"AVC_TS_HP_HD_AC3_ISO", "188-octet packets are the ISO form" },
	{ "ts", "ac3", "h264", 48000, 6, 8000000, -1, 1920, 1080, 77, 40, 192,
		"video/vnd.dlna.mpeg-tts", "AVC_TS_MP_HD_AC3", "192 without stamps" },
	{ "ts", "ac3", "h264", 48000, 6, 8000000, -1, 1920, 1080, 100, 40, 192,
		"video/vnd.dlna.mpeg-tts", NULL, "high profile has no such form" },
	{ "webm", "opus", "vp9", 48000, 2, 1000000, -1, 1280, 720, -1, -1, -1, "video/webm", NULL,
		"no profile" },
};

static void
test_formats(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Row *row = &rows[i];
		ProbeResult result;
		ItemKind kind;
		const char *mime;

		g_test_message("%s %s: %s", row->container, row->mime, row->why);
		probe_result_init(&result);
		result.outcome = PROBE_OK;
		result.container = (char *)row->container;
		result.audio_codec = (char *)row->audio;
		result.video_codec = (char *)row->video;
		result.sample_hz = row->hz;
		result.channels = row->channels;
		result.bitrate_bps = row->bps;
		result.audio_profile = row->type;
		result.width = row->width;
		result.height = row->height;
		result.video_profile = row->profile;
		result.video_level = row->level;
		result.packet_size = row->packet;
		g_assert_true(format_by_contents(&result, &kind, &mime));
		g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

		g_assert_cmpstr(format_profile(&result, &mime, strings), ==, row->name);
		g_assert_cmpstr(mime, ==, row->mime);
	}
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		ItemKind kind;
	} names[] = {
		{ "01 Jóga.flac", ITEM_AUDIO },
		{ "FILM.MKV", ITEM_VIDEO },
		{ "a.b.jpg", ITEM_IMAGE },
		{ "list.m3u", ITEM_NONE },
		{ "flac", ITEM_NONE },
		{ ".flac", ITEM_NONE },
		{ "x.", ITEM_NONE },
		{ "x.flacflacflac", ITEM_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const FormatExtension *extension = format_by_name(names[i].name);

		g_test_message("%s", names[i].name);
		g_assert_cmpint(extension != NULL ? extension->kind : ITEM_NONE, ==, names[i].kind);
	}
}

static void
test_damaged(void)
{
	const CatalogueFolder folder = { "uuid", "Music", "Björk" };
	const struct stat st = { .st_size = 10 };
	ProbeResult result;
	g_auto(Description) description = { 0 };

	probe_result_init(&result);
	result.outcome = PROBE_DIED;
	result.title = (char *)"a lie";
	result.container = (char *)"mkv";
	description_init(&description, &folder, "02 Isobel.mp3", &st, &result);
	g_assert_cmpstr(description.item.title, ==, "02 Isobel");
	g_assert_cmpstr(description.item.mime, ==, "audio/mpeg");
	g_assert_null(description.item.profile);
	g_assert_cmpint(description.item.kind, ==, ITEM_AUDIO);
	g_assert_cmpstr(description.item.group_artist, ==, "");
}

/* Where several values and sort tags end up. */
static void
test_columns(void)
{
	const CatalogueFolder folder = { "uuid", "Music", "Kraut" };
	const struct stat st = { .st_size = 10 };
	ProbeResult result;
	g_auto(Description) description = { 0 };
	const Item *item = &description.item;
	g_autofree char *key = avu_text_sort_key("Beatles, The");

	probe_result_init(&result);
	result.outcome = PROBE_OK;
	result.container = (char *)"mp3";
	result.title = (char *)"Help!";
	result.artist = (char *)"The Beatles\nGuest";
	result.artist_sort = (char *)"Beatles, The";
	result.genre = (char *)"Rock; Pop";
	result.date = (char *)"1965-08";
	result.audio_languages = (char *)"eng\nund";
	result.rating = 80;
	result.album_gain = -654;
	description_init(&description, &folder, "x.mp3", &st, &result);
	g_assert_cmpstr(item->artist, ==, "The Beatles\x1fGuest");
	g_assert_cmpstr(item->group_artist, ==, "The Beatles");
	g_assert_cmpstr(item->genre, ==, "Rock\x1fPop");
	g_assert_cmpstr(item->group_genre, ==, "Rock");
	g_assert_cmpstr(item->sort_artist, ==, key);
	g_assert_cmpstr(item->date, ==, "1965-08-01");
	g_assert_cmpint(item->year, ==, 1965);
	g_assert_cmpstr(item->audio_languages, ==, "en");
	g_assert_cmpint(item->rating, ==, 80);
	g_assert_cmpint(item->album_gain, ==, -654);
	g_assert_cmpint(item->track_gain, ==, ITEM_NO_GAIN);
	g_assert_cmpint(item->season, ==, -1);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	g_test_init(&argc, &argv, NULL);
	g_assert_true(formats_load(&error));
	g_assert_no_error(error);
	g_test_add_func("/library/describe/dates", test_dates);
	g_test_add_func("/library/describe/formats", test_formats);
	g_test_add_func("/library/describe/names", test_names);
	g_test_add_func("/library/describe/damaged", test_damaged);
	g_test_add_func("/library/describe/columns", test_columns);
	return g_test_run();
}
