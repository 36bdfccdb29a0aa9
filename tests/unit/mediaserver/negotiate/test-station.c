/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stations: what is taken to be in what nobody has looked into, and which conversions of it can be joined. */
#include "mediaserver/negotiate/station.h"

#include <av-upnp/media-source.h>

static Item
station(int64_t kind, const char *mime)
{
	Item item;

	item_init(&item);
	item.kind = kind;
	item.mime = mime;
	item.url = "http://192.0.2.1/listen";
	return item;
}

static void
test_assumed(void)
{
	static const struct {
		int64_t kind;
		const char *mime;
		int64_t assumed; /* ItemKind */
		const char *video, *audio, *profile;
		const char *why;
	} rows[] = {
		{ ITEM_RADIO, "audio/mpeg", ITEM_AUDIO, NULL, "mp3", "MP3", "as most are" },
		{ ITEM_RADIO, "AUDIO/MPEG", ITEM_AUDIO, NULL, "mp3", "MP3", "types have no case" },
		{ ITEM_RADIO, "audio/mpeg; charset=x", ITEM_AUDIO, NULL, "mp3", "MP3",
			"a parameter is no other type" },
		{ ITEM_RADIO, "audio/aacp", ITEM_AUDIO, NULL, "aac", NULL, "AAC+" },
		{ ITEM_RADIO, "audio/vnd.dlna.adts", ITEM_AUDIO, NULL, "aac", NULL, "AAC" },
		{ ITEM_RADIO, "audio/flac", ITEM_AUDIO, NULL, "flac", NULL, "without loss" },
		{ ITEM_RADIO, "audio/ogg", ITEM_AUDIO, NULL, "vorbis", NULL, "in Ogg mostly" },
		{ ITEM_RADIO, "audio/x-what", ITEM_AUDIO, NULL, "vorbis", NULL,
			"no player says it has that: converted for those who say what they have" },
		{ ITEM_TELEVISION, "video/mpeg", ITEM_VIDEO, "h264", "aac", NULL, "television" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Item item = station(rows[i].kind, rows[i].mime);
		Item assumed;

		g_test_message("%s: %s", rows[i].mime, rows[i].why);
		station_assume(&item, &assumed);
		g_assert_cmpint(assumed.kind, ==, rows[i].assumed);
		g_assert_cmpstr(assumed.video_codec, ==, rows[i].video);
		g_assert_cmpstr(assumed.audio_codec, ==, rows[i].audio);
		g_assert_cmpstr(assumed.profile, ==, rows[i].profile);
		g_assert_cmpstr(assumed.mime, ==, rows[i].mime);
		g_assert_null(assumed.url);
		g_assert_cmpint(assumed.channels, ==, 2);
		g_assert_cmpint(assumed.duration_ns, <=, 0);
	}
}

/* All there is, no film (as many are converted as there may be), no sound but MP3. */
static ConvertMachine
machine_of(const char *kind)
{
	ConvertMachine machine = { .able = 0 };

	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		if (g_str_equal(kind, "all") ||
			(g_str_equal(kind, "no films") && recipe->kind == RECIPE_AUDIO) ||
			g_str_equal(kind, recipe->name)) {
			machine.able |= 1u << recipe_index(recipe);
		}
	}
	return machine;
}

/* A stream: no end, no length, no place, one speed. */
static void
check_endless(const ConvertPlan *plan)
{
	const AvuDlnaParameters dlna = convert_plan_get_dlna(plan);

	g_assert_true(plan->duration_ns == AVU_TIME_NONE);
	g_assert_true(plan->size_bytes == AVU_LENGTH_UNKNOWN && !plan->byte_seek);
	g_assert_true(!dlna.op_time && !dlna.op_range && dlna.speeds == NULL);
	if (plan->recipe->kind == RECIPE_VIDEO && plan->recipe->video != RECIPE_MPEG2) {
		g_assert_null(plan->profile);
		g_assert_cmpint(plan->frame_rate_mhz, ==, -1);
	}
}

static void
test_plans(void)
{
	static const struct {
		const char *recipe;
		int64_t kind;
		const char *machine;
		bool planned;
		const char *why;
	} rows[] = {
		{ "lpcm", ITEM_RADIO, "all", true, "samples begin anywhere" },
		{ "mp3", ITEM_RADIO, "all", true, "frames, too" },
		{ "aac", ITEM_RADIO, "all", true, "and those of ADTS" },
		{ "ac3", ITEM_RADIO, "all", true, "and of AC-3" },
		{ "wav", ITEM_RADIO, "all", false, "who joins has missed the head" },
		{ "flac", ITEM_RADIO, "all", false, "the same" },
		{ "avc-ts-aac", ITEM_TELEVISION, "all", true,
			"packets, and headers again and again" },
		{ "avc-tts-ac3", ITEM_TELEVISION, "all", true, "the same with stamps" },
		{ "mpeg-ps-pal", ITEM_TELEVISION, "all", true, "packs" },
		{ "avc-mp4", ITEM_TELEVISION, "all", false, "its head comes once" },
		{ "copy-ts", ITEM_TELEVISION, "all", true, "from the next key frame on" },
		{ "copy-tts-ac3", ITEM_TELEVISION, "all", true, "with stamps, and other sound" },
		{ "copy-mp4", ITEM_TELEVISION, "all", false, "its head comes once" },
		{ "mp3", ITEM_TELEVISION, "all", true, "a radio hears television" },
		{ "avc-ts-aac", ITEM_RADIO, "all", false, "no picture in it" },
		/* as many films as there may be: conversions_get_machine() leaves them out */
		{ "avc-ts-aac", ITEM_TELEVISION, "no films", false, "no slot is free" },
		{ "mpeg-ps-pal", ITEM_TELEVISION, "no films", false, "none" },
		{ "mp3", ITEM_TELEVISION, "no films", true, "its sound has slots of its own" },
		{ "lpcm", ITEM_RADIO, "no films", true, "and radio" },
		{ "lpcm", ITEM_RADIO, "mp3", false, "no codec for it here" },
		{ "mp3", ITEM_RADIO, "mp3", true, "but for this" },
		{ "mp3", ITEM_RADIO, "nothing", false, "nothing at all" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const bool radio = rows[i].kind == ITEM_RADIO;
		const Item item = station(rows[i].kind, radio ? "audio/ogg" : "video/mpeg");
		const ConvertMachine machine = machine_of(rows[i].machine);
		ConvertPlan plan;
		Item assumed;

		g_test_message("%s, %s: %s", rows[i].recipe, rows[i].machine, rows[i].why);
		station_assume(&item, &assumed);
		g_assert_cmpint(
			station_plan(recipe_find(rows[i].recipe), &assumed, &machine, &plan), ==,
			rows[i].planned);
		if (rows[i].planned) {
			check_endless(&plan);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/negotiate/station/assumed", test_assumed);
	g_test_add_func("/negotiate/station/plans", test_plans);
	return g_test_run();
}
