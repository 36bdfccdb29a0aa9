/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes as a table, and what becomes of files by them: rates, sizes, names, and what a machine can. */
#include <string.h>

#include <av-upnp/media-source.h>

#include "mediaserver/convert/plan.h"

static const ConvertMachine able = { .able = UINT32_MAX };

static Item
sound(const char *mime, int64_t hz, int64_t channels, int64_t bits)
{
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.mime = mime;
	item.audio_codec = "flac";
	item.sample_hz = hz;
	item.channels = channels;
	item.bits = bits;
	item.duration_ns = 2 * AVU_NS_PER_S;
	return item;
}

static Item
film(const char *video, const char *audio, int64_t width, int64_t height, int64_t mhz)
{
	Item item;

	item_init(&item);
	item.kind = ITEM_VIDEO;
	item.mime = "video/x-matroska";
	item.video_codec = video;
	item.audio_codec = audio;
	item.width = width;
	item.height = height;
	item.frame_rate_mhz = mhz;
	item.sample_hz = 48000;
	item.channels = 6;
	item.duration_ns = 60 * AVU_NS_PER_S;
	return item;
}

static void
test_table(void)
{
	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		g_assert_cmpuint(strlen(recipe->name), <=, RECIPE_NAME_MAX);
		g_assert_cmpuint(strspn(recipe->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
			strlen(recipe->name));
		g_assert_true(recipe_find(recipe->name) == recipe);
		g_assert_true(recipe_nth(recipe_index(recipe)) == recipe);
		g_assert_true((recipe->kind == RECIPE_AUDIO) == (recipe->video == RECIPE_NO_VIDEO));
	}
	g_assert_null(recipe_find("lpcm;rate=1"));
	g_assert_null(recipe_find(""));
	g_assert_null(recipe_nth(UINT32_MAX));
	g_assert_null(recipe_nth(32));
}

static const struct {
	const char *recipe;
	int64_t hz, channels, bits; /* of the file */
	const char *mime, *profile;
	int64_t to_hz, to_channels, to_bits;
	uint64_t size; /* of two seconds; 0: unknown */
	const char *why;
} sounds[] = {
	{ "lpcm", 44100, 2, 16, "audio/L16;rate=44100;channels=2", "LPCM", 44100, 2, 16, 352800,
		"a CD's sound: as it is" },
	{ "lpcm", 96000, 2, 24, "audio/L16;rate=48000;channels=2", "LPCM", 48000, 2, 16, 384000,
		"the family of 48" },
	{ "lpcm", 88200, 1, 24, "audio/L16;rate=44100;channels=1", "LPCM", 44100, 1, 16, 176400,
		"the family of 44.1; one channel stays one" },
	{ "lpcm", 22050, 2, 16, "audio/L16;rate=44100;channels=2", "LPCM", 44100, 2, 16, 352800,
		"upwards in the family" },
	{ "lpcm", 352800, 2, 1, "audio/L16;rate=44100;channels=2", "LPCM", 44100, 2, 16, 352800,
		"DSD" },
	{ "lpcm-48", 44100, 1, 16, "audio/L16;rate=48000;channels=2", "LPCM", 48000, 2, 16, 384000,
		"what every player has to take" },
	{ "l24", 96000, 6, 24, "audio/L24;rate=96000;channels=2", NULL, 96000, 2, 24, 1152000,
		"wide, but two channels" },
	{ "wav", 44100, 2, 16, "audio/wav", NULL, 44100, 2, 16, 352844, "a head of 44 octets" },
	{ "wav-24", 192000, 6, 24, "audio/wav", NULL, 192000, 6, 24, 6912068,
		"a head of 68 octets" },
	{ "wav-24", 352800, 2, 1, "audio/wav", NULL, 176400, 2, 24, 2116868, "DSD, wide" },
	{ "flac-24", 44100, 2, 16, "audio/flac", NULL, 44100, 2, 16, 0,
		"no more bits than there are" },
	{ "mp3", 96000, 2, 24, "audio/mpeg", "MP3", 48000, 2, -1, 0, "of 32 and 48 the larger" },
	{ "mp3", 8000, 1, 16, "audio/mpeg", "MP3", 32000, 1, -1, 0, "MPEG-1 goes down to 32" },
	{ "ac3", 48000, 8, 24, "audio/vnd.dolby.dd-raw", "AC3", 48000, 6, -1, 0, "5.1 at most" },
};

static void
test_sounds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sounds); i++) {
		const Item item =
			sound("audio/x-test", sounds[i].hz, sounds[i].channels, sounds[i].bits);
		ConvertPlan plan;

		g_test_message("%s: %s", sounds[i].recipe, sounds[i].why);
		g_assert_true(convert_plan(recipe_find(sounds[i].recipe), &item, &able, &plan));
		g_assert_cmpstr(plan.mime, ==, sounds[i].mime);
		g_assert_cmpstr(plan.profile, ==, sounds[i].profile);
		g_assert_cmpint(plan.sample_hz, ==, sounds[i].to_hz);
		g_assert_cmpint(plan.channels, ==, sounds[i].to_channels);
		g_assert_cmpint(plan.bits, ==, sounds[i].to_bits);
		g_assert_cmpuint(plan.size_bytes, ==,
			sounds[i].size != 0 ? sounds[i].size : AVU_LENGTH_UNKNOWN);
		g_assert_true(plan.byte_seek == (sounds[i].size != 0));
	}
}

/* 88217 samples are 2.000385487 s; what the catalogue keeps of it is cut to microseconds. */
static void
test_exact_size(void)
{
	Item item = sound("audio/flac", 44100, 2, 16);
	ConvertPlan plan;

	item.duration_ns = INT64_C(2000385000);
	g_assert_true(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	g_assert_cmpuint(plan.size_bytes, ==, 88217 * 4);
	item.mime = "audio/mpeg"; /* its duration may be a guess */
	g_assert_true(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	g_assert_true(plan.size_bytes == AVU_LENGTH_UNKNOWN && !plan.byte_seek);
}

#define SPEEDS "DLNA.ORG_PS=2,4,8,16,32,-2,-4,-8,-16,-32"

static void
test_features(void)
{
	static const struct {
		const char *recipe, *features;
		bool film, endless;
		const char *why;
	} rows[] = {
		{ "lpcm",
			"DLNA.ORG_PN=LPCM;DLNA.ORG_OP=11;DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			false, false, "by octets and by time" },
		{ "wav",
			"DLNA.ORG_OP=01;DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			false, false, "its head stands first" },
		{ "mp3",
			"DLNA.ORG_PN=MP3;DLNA.ORG_OP=10;DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			false, false, "by time; sound has one speed" },
		{ "lpcm",
			"DLNA.ORG_PN=LPCM;DLNA.ORG_OP=11;DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			true, false, "also that of a film" },
		{ "avc-ts-ac3",
			"DLNA.ORG_PN=AVC_TS_MP_HD_AC3_ISO;DLNA.ORG_OP=10;" SPEEDS ";DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			true, false, "a film in all speeds" },
		{ "copy-mp4",
			"DLNA.ORG_OP=10;" SPEEDS ";DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			true, false, "a copy, too" },
		{ "mpeg-ps-pal",
			"DLNA.ORG_PN=MPEG_PS_PAL;DLNA.ORG_CI=1;"
			"DLNA.ORG_FLAGS=01700000000000000000000000000000",
			true, true, "nobody knows its end: no time, no speeds" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Item item = rows[i].film ? film("h264", "ac3", 1280, 720, 25000)
					 : sound("audio/flac", 44100, 2, 16);
		ConvertPlan plan;

		item.duration_ns = rows[i].endless ? -1 : item.duration_ns;
		g_test_message("%s: %s", rows[i].recipe, rows[i].why);
		g_assert_true(convert_plan(recipe_find(rows[i].recipe), &item, &able, &plan));
		const AvuDlnaParameters dlna = convert_plan_get_dlna(&plan);
		g_autofree char *text = avu_dlna_format_features(&dlna);

		g_assert_cmpstr(text, ==, rows[i].features);
	}
}

/* 320,000 bits a second for 2 s (and a bit) are 80,000 octets; packets are whole. */
static void
test_estimate(void)
{
	Item item = sound("audio/flac", 44100, 2, 16);
	ConvertPlan plan;

	item.duration_ns = 2 * AVU_NS_PER_S;
	g_assert_true(convert_plan(recipe_find("mp3"), &item, &able, &plan));
	convert_plan_estimate(&plan);
	g_assert_true(plan.estimated && plan.byte_seek);
	g_assert_cmpuint(plan.size_bytes, ==, 80001);
	/* known already, and not to be joined in the middle */
	g_assert_true(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	convert_plan_estimate(&plan);
	g_assert_true(!plan.estimated && plan.size_bytes == 352800);
	g_assert_true(convert_plan(recipe_find("flac"), &item, &able, &plan));
	convert_plan_estimate(&plan);
	g_assert_true(!plan.estimated && !plan.byte_seek);
	item.duration_ns = -1;
	g_assert_true(convert_plan(recipe_find("mp3"), &item, &able, &plan));
	convert_plan_estimate(&plan);
	g_assert_true(plan.size_bytes == AVU_LENGTH_UNKNOWN);
}

/* Two cores: 1280x720 at 50 to H.264 "veryfast" ran at 1.4 times real time, its decoding included. */
static const ConvertMachine two_cores = {
	.able = UINT32_MAX,
	.decode_pps = 300000000,
	.h264_pps = { 80000000, 110000000, 160000000 },
	.mpeg2_pps = 120000000,
};

static const struct {
	const char *recipe, *video, *audio;
	int64_t width, height, mhz;
	const ConvertMachine *machine;
	const char *profile; /* NULL: none */
	int64_t to_width, to_height, to_mhz;
	int64_t preset; /* -1: any; -2: nothing comes of it */
	const char *why;
} films[] = {
	{ "avc-ts-ac3", "hevc", "aac", 640, 480, 25000, &two_cores, "AVC_TS_MP_SD_AC3_ISO", 640,
		480, 25000, CONVERT_VERYFAST, "small: as it is" },
	{ "avc-ts-ac3", "h264", "aac", 1280, 720, 50000, &two_cores, "AVC_TS_MP_HD_AC3_ISO", 1280,
		720, 50000, CONVERT_VERYFAST, "0.15 + 0.58 s of the machine for a second of film" },
	{ "avc-ts-ac3", "hevc", "aac", 1920, 1080, 50000, &two_cores, "AVC_TS_MP_HD_AC3_ISO", 1024,
		576, 50000, CONVERT_SUPERFAST,
		"0.55 + 0.27; 720p would be 0.55 + 0.29 (ultrafast) and too slow" },
	{ "avc-tts-aac", "hevc", "aac", 3840, 2160, 23976, &two_cores, NULL, 0, 0, 0, -2,
		"decoding alone takes longer than the film" },
	{ "avc-tts-aac", "h264", "aac", 1920, 1080, 30000, &two_cores, "AVC_TS_MP_HD_AAC_MULT5_T",
		1920, 1080, 30000, CONVERT_SUPERFAST,
		"0.21 + 0.78 (veryfast) is too slow, 0.21 + 0.57 is not" },
	{ "avc-ts-aac", "h264", "aac", 1920, 1080, 50000, &able, "AVC_TS_MP_HD_AAC_MULT5_ISO", 854,
		480, 50000, CONVERT_VERYFAST, "not measured: as many pixels as 720p25" },
	{ "avc-ts-aac", "h264", "aac", 1440, 1920, 30000, &two_cores, "AVC_TS_MP_HD_AAC_MULT5_ISO",
		810, 1080, 30000, CONVERT_VERYFAST, "upright: within the same box" },
	{ "mpeg-ps-pal", "h264", "aac", 1280, 720, 25000, &two_cores, "MPEG_PS_PAL", 720, 576,
		25000, -1, "one raster" },
	{ "mpeg-ps-ntsc", "h264", NULL, 1280, 720, 23976, &two_cores, "MPEG_PS_NTSC", 720, 480,
		29970, -1, "film in the other region; no sound" },
	{ "copy-ts", "h264", "ac3", 1920, 1080, 24000, &two_cores, NULL, 1920, 1080, 24000, -1,
		"a copy at any size" },
	{ "copy-ts", "h264", "dts", 1920, 1080, 24000, &two_cores, NULL, 0, 0, 0, -2,
		"sound that a television lacks" },
	{ "copy-ts-ac3", "h264", "dts", 1920, 1080, 24000, &two_cores, NULL, 1920, 1080, 24000, -1,
		"only the sound is converted" },
	{ "copy-ts-ac3", "vp9", "opus", 1920, 1080, 24000, &two_cores, NULL, 0, 0, 0, -2,
		"no place for VP9 in a transport stream" },
	{ "lpcm", "h264", "aac", 1920, 1080, 24000, &two_cores, "LPCM", -1, -1, -1, -1,
		"its sound alone, whatever the picture costs" },
	{ "lpcm", "h264", NULL, 1920, 1080, 24000, &two_cores, NULL, 0, 0, 0, -2,
		"of a silent film nothing" },
};

static void
test_films(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(films); i++) {
		const Item item = film(films[i].video, films[i].audio, films[i].width,
			films[i].height, films[i].mhz);
		ConvertPlan plan;

		g_test_message("%s: %s", films[i].recipe, films[i].why);
		bool good =
			convert_plan(recipe_find(films[i].recipe), &item, films[i].machine, &plan);

		g_assert_true(good == (films[i].preset != -2));
		if (!good) {
			continue;
		}
		g_assert_cmpstr(plan.profile, ==, films[i].profile);
		g_assert_cmpint(plan.width, ==, films[i].to_width);
		g_assert_cmpint(plan.height, ==, films[i].to_height);
		g_assert_cmpint(plan.frame_rate_mhz, ==, films[i].to_mhz);
		if (films[i].preset >= 0) {
			g_assert_cmpint(plan.preset, ==, films[i].preset);
		}
	}
}

/* What those that run together take of the machine is added: what was planned is told. */
static void
test_cost(void)
{
	static const struct {
		const char *recipe;
		double cost;
		const char *why;
	} rows[] = {
		{ "avc-ts-ac3", 0.73, "1280*720*50: / 300000000 + / 80000000" },
		{ "mpeg-ps-pal", 0.24, "1280*720*50 / 300000000 + 720*576*25 / 120000000" },
		{ "copy-ts", 0, "a copy" },
		{ "mp3", 0, "its sound alone" },
	};
	const Item item = film("h264", "ac3", 1280, 720, 50000);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ConvertPlan plan;

		g_test_message("%s: %s", rows[i].recipe, rows[i].why);
		g_assert_true(convert_plan(recipe_find(rows[i].recipe), &item, &two_cores, &plan));
		g_assert_cmpfloat_with_epsilon(plan.cost, rows[i].cost, 0.005);
	}
}

/* Level 4 of H.264 has no 1080p60. */
static void
test_halved(void)
{
	const ConvertMachine fast = { UINT32_MAX, INT64_MAX, { INT64_MAX, 1, 1 }, INT64_MAX };
	const Item item = film("h264", "aac", 1920, 1080, 60000);
	ConvertPlan plan;

	g_assert_true(convert_plan(recipe_find("avc-ts-aac"), &item, &fast, &plan));
	g_assert_true(plan.halves_rate && plan.frame_rate_mhz == 30000 && plan.height == 1080);
}

/* What a client cannot show is not made: in the same shape, and with no more bits than it takes. */
static void
test_smaller_screens(void)
{
	static const struct {
		int64_t max_width, max_height, max_kbps;
		int64_t width, height, bps; /* 0: by its pixels */
		const char *profile;
		const char *why;
	} rows[] = {
		{ 0, 0, 0, 1920, 1080, 0, "AVC_TS_MP_HD_AC3_ISO", "no bound" },
		{ 1280, 720, 0, 1280, 720, 0, "AVC_TS_MP_HD_AC3_ISO", "as many televisions were" },
		{ 800, 0, 0, 800, 450, 0, "AVC_TS_MP_HD_AC3_ISO", "only how wide is known" },
		{ 0, 480, 0, 854, 480, 0, "AVC_TS_MP_HD_AC3_ISO", "only how high" },
		{ 720, 576, 0, 720, 406, 0, "AVC_TS_MP_SD_AC3_ISO", "a standard one" },
		{ 320, 240, 0, 320, 180, 0, "AVC_TS_MP_SD_AC3_ISO", "below the smallest of ours" },
		/* 4000000 / 1.08 - 448000 */
		{ 0, 0, 4000, 1920, 1080, 3255703, "AVC_TS_MP_HD_AC3_ISO", "a slow network" },
		{ 0, 0, 100, 1920, 1080, 0, "AVC_TS_MP_HD_AC3_ISO", "nothing can be so little" },
	};
	const ConvertMachine fast = { UINT32_MAX, INT64_MAX, { INT64_MAX, 1, 1 }, INT64_MAX };
	const Item item = film("hevc", "aac", 3840, 2160, 25000);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuClientProfile client = { .max_width = rows[i].max_width,
			.max_height = rows[i].max_height,
			.max_video_kbps = rows[i].max_kbps };
		const ConvertMachine machine = convert_machine_for(&fast, &client);
		ConvertPlan plan;

		g_test_message("%s", rows[i].why);
		g_assert_true(convert_plan(recipe_find("avc-ts-ac3"), &item, &machine, &plan));
		g_assert_cmpint(plan.width, ==, rows[i].width);
		g_assert_cmpint(plan.height, ==, rows[i].height);
		g_assert_cmpstr(plan.profile, ==, rows[i].profile);
		if (rows[i].bps > 0) {
			g_assert_cmpint(plan.video_bps, ==, rows[i].bps);
			g_assert_cmpint(plan.bitrate_bps, <=, rows[i].max_kbps * 1000);
		}
	}
}

/* Streams without a codec here are not offered; nor what has no file. */
static void
test_refused(void)
{
	const ConvertMachine none = { 0 };
	Item item = sound("audio/flac", 44100, 2, 16);
	ConvertPlan plan;

	g_assert_false(convert_plan(recipe_find("lpcm"), &item, &none, &plan));
	item.url = "http://192.0.2.1/radio";
	g_assert_false(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	item.url = NULL;
	item.promised = 1;
	g_assert_false(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	item.promised = 0;
	item.audio_codec = NULL; /* could not be read */
	g_assert_false(convert_plan(recipe_find("lpcm"), &item, &able, &plan));
	item.audio_codec = "cook"; /* no decoder of ours */
	g_assert_false(convert_plan(recipe_find("lpcm"), &item, &able, &plan));

	Item tape = film("rv40", "aac", 640, 480, 25000);

	g_assert_false(convert_plan(recipe_find("avc-ts-ac3"), &tape, &able, &plan));
	g_assert_true(convert_plan(recipe_find("mp3"), &tape, &able, &plan));
	tape.video_codec = "av1";
	g_assert_true(convert_plan(recipe_find("avc-ts-ac3"), &tape, &able, &plan));

	tape.video_codec = "h264";
	g_assert_true(convert_plan(recipe_find("copy-ts-ac3"), &tape, &able, &plan));
	tape.orientation = 6; /* who copies does not turn */
	g_assert_false(convert_plan(recipe_find("copy-ts-ac3"), &tape, &able, &plan));
	g_assert_false(convert_plan(recipe_find("copy-tts-ac3"), &tape, &able, &plan));
	g_assert_true(convert_plan(recipe_find("avc-ts-ac3"), &tape, &able, &plan));
	tape.orientation = 1;
	tape.video_codec = "av1";
	ConvertMachine lacks = able;

	for (unsigned n = 0; decodable_nth(n) != NULL; n++) {
		if (g_str_equal(decodable_nth(n), "av1")) {
			decodable_set_missing(&lacks.gaps, n);
		}
	}
	g_assert_false(convert_plan(recipe_find("avc-ts-ac3"), &tape, &lacks, &plan));
	tape.video_codec = "h264";
	g_assert_true(convert_plan(recipe_find("avc-ts-ac3"), &tape, &lacks, &plan));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/convert/plan/table", test_table);
	g_test_add_func("/convert/plan/sounds", test_sounds);
	g_test_add_func("/convert/plan/exact-size", test_exact_size);
	g_test_add_func("/convert/plan/features", test_features);
	g_test_add_func("/convert/plan/estimate", test_estimate);
	g_test_add_func("/convert/plan/films", test_films);
	g_test_add_func("/convert/plan/cost", test_cost);
	g_test_add_func("/convert/plan/halved", test_halved);
	g_test_add_func("/convert/plan/smaller-screens", test_smaller_screens);
	g_test_add_func("/convert/plan/refused", test_refused);
	return g_test_run();
}
