/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is offered what, in which order: one row per client and file. What an unknown client gets is
 * the standard's list of mandatory formats; the rest follows from what the client says. */
#include <string.h>

#include "mediaserver/negotiate/negotiate.h"

/* Files */
enum {
	FLAC,
	FINE,
	SURROUND,
	MP3,
	AAC,
	FILM,
	HEVC,
	DTS,
	OLD,
	HEIC,
	PHOTO,
	RADIO,
	AAC_RADIO,
	VORBIS_RADIO,
	TV
};

static const struct {
	int64_t kind;
	const char *mime, *profile, *video, *audio;
	int64_t width, height, hz, bits, channels, bps;
} files[] = {
	[FLAC] = { ITEM_AUDIO, "audio/flac", NULL, NULL, "flac", -1, -1, 44100, 16, 2, 900000 },
	[FINE] = { ITEM_AUDIO, "audio/flac", NULL, NULL, "flac", -1, -1, 96000, 24, 2, 2900000 },
	[SURROUND] = { ITEM_AUDIO, "audio/flac", NULL, NULL, "flac", -1, -1, 48000, 16, 6,
		1900000 },
	[MP3] = { ITEM_AUDIO, "audio/mpeg", "MP3", NULL, "mp3", -1, -1, 44100, -1, 2, 192000 },
	[AAC] = { ITEM_AUDIO, "audio/mp4", "AAC_ISO_320", NULL, "aac", -1, -1, 44100, -1, 2,
		192000 },
	[FILM] = { ITEM_VIDEO, "video/x-matroska", NULL, "h264", "aac", 1280, 720, 48000, -1, 2,
		4000000 },
	[HEVC] = { ITEM_VIDEO, "video/x-matroska", NULL, "hevc", "aac", 1280, 720, 48000, -1, 2,
		4000000 },
	[DTS] = { ITEM_VIDEO, "video/x-matroska", NULL, "h264", "dts", 1280, 720, 48000, -1, 6,
		4000000 },
	[OLD] = { ITEM_VIDEO, "video/x-msvideo", NULL, "mpeg4", "mp3", 640, 480, 44100, -1, 2,
		1500000 },
	[HEIC] = { ITEM_IMAGE, "image/heic", NULL, "hevc", NULL, 4000, 3000, -1, -1, -1, -1 },
	[PHOTO] = { ITEM_IMAGE, "image/jpeg", "JPEG_LRG", "baseline", NULL, 4000, 3000, -1, -1, -1,
		-1 },
	/* nobody looked into these */
	[RADIO] = { ITEM_RADIO, "audio/mpeg", NULL, NULL, NULL, -1, -1, -1, -1, -1, -1 },
	[AAC_RADIO] = { ITEM_RADIO, "audio/aac", NULL, NULL, NULL, -1, -1, -1, -1, -1, -1 },
	[VORBIS_RADIO] = { ITEM_RADIO, "audio/ogg", NULL, NULL, NULL, -1, -1, -1, -1, -1, -1 },
	[TV] = { ITEM_TELEVISION, "video/mpeg", NULL, NULL, NULL, -1, -1, -1, -1, -1, -1 },
};

static const char house[] =
	"[Plain]\nSource = nothing is known\n"
	"[Everything]\nPlays.Audio = *\nPlays.Video = *\nPlays.Image = *\n"
	"[Television]\n"
	"Plays.Video = video/mp4 video/mpeg video/x-matroska : h264 mpeg2video : aac ac3 mp3\n"
	"Plays.Audio = audio/mpeg\nPlays.Image = image/jpeg\n"
	"[Old television]\nPlays.Video = video/mpeg : mpeg2video : ac3 mp2\n"
	"[Stamped]\nPlays.Video = video/vnd.dlna.mpeg-tts : h264 : aac ac3\n"
	"[Ordered]\nPlays.Audio = audio/mpeg audio/flac\nMax.SampleRate = 48000\n"
	"Convert.Order = flac\n"
	"[Never]\nPlays.Audio = audio/mpeg\nConvert = no\n"
	"[First]\nConvert.First = yes\n"
	"[Whole]\nPicture.Smaller = no\n"
	"[Narrow]\nPlays.Video = *\nMax.Width = 1279\n"
	"[Low]\nPlays.Video = *\nMax.Height = 719\n"
	"[Slow]\nPlays.Video = *\nMax.VideoKbps = 3999\n"
	"[Coarse]\nPlays.Audio = *\nMax.Bits = 16\n"
	"[Two ears]\nPlays.Audio = *\nMax.Channels = 2\n";

static const char *const lpcm_only[] = {
	"http-get:*:audio/L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM",
	"http-get:*:audio/L16;rate=48000;channels=2:DLNA.ORG_PN=LPCM", NULL
};
static const char *const lpcm_48[] = {
	"http-get:*:audio/L16;rate=48000;channels=2:DLNA.ORG_PN=LPCM", NULL
};
static const char *const mp3_only[] = { "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", NULL };
static const char *const mpeg2_only[] = { "http-get:*:video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL", NULL };
static const char *const both[] = { "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3",
	"http-get:*:video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL", NULL };
static const char *const fine[] = { "http-get:*:audio/wav:*", "http-get:*:audio/mpeg:*", NULL };
static const char *const flacs[] = { "http-get:*:audio/x-flac:*", NULL };
static const char *const wildcard[] = { "http-get:*:audio/*:*", NULL };
static const char *const containers[] = { "http-get:*:video/x-mkv:*", "http-get:*:video/mpeg:*",
	NULL };

static const char *const aac_iso[] = { "http-get:*:audio/mp4:DLNA.ORG_PN=AAC_ISO", NULL };
static const char *const dash_only[] = { "http-get:*:video/mp4:DLNA.ORG_PN=DASH_HEVC_MP4", NULL };
static const char *const aac_streamed[] = { "rtsp-rtp-udp:*:audio/mp4:DLNA.ORG_PN=AAC_ISO",
	"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", NULL };

static AvuClientProfiles *profiles;

static const ConvertMachine every = { .able = UINT32_MAX }; /* every recipe */

/* "original lpcm mp3": the offers by name */
static void
check_on(const ConvertMachine *machine, const char *profile, const char *const *entries,
	const History *history, unsigned file, const char *offers)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *list =
		entries != NULL ? avu_protocol_info_format_list(entries) : g_strdup("");
	g_autoptr(GPtrArray) sink = avu_protocol_info_parse_list(list);
	Offer got[NEGOTIATE_OFFERS_MAX];
	Item item;

	item_init(&item);
	item.kind = files[file].kind;
	item.mime = files[file].mime;
	item.profile = files[file].profile;
	item.video_codec = files[file].video;
	item.audio_codec = files[file].audio;
	item.width = files[file].width;
	item.height = files[file].height;
	item.sample_hz = files[file].hz;
	item.bits = files[file].bits;
	item.channels = files[file].channels;
	item.bitrate_bps = files[file].bps;
	item.duration_ns = item_is_live(&item) ? AVU_TIME_NONE : 60 * AVU_NS_PER_S;
	item.url = item_is_live(&item) ? "http://192.0.2.1/" : NULL;
	item.frame_rate_mhz = item.kind == ITEM_VIDEO ? 25000 : -1;
	const Negotiation asked = {
		.item = &item,
		.client = { avu_client_profiles_find(profiles, profile), sink, history },
		.machine = machine,
		.explain = true,
	};
	unsigned n = negotiate(&asked, got);

	for (unsigned i = 0; i < n; i++) {
		g_test_message("%s: %s",
			got[i].kind == OFFER_CONVERSION ? got[i].plan.recipe->name : "file",
			got[i].why);
		g_assert_cmpstr(got[i].why, !=, "");
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
			got[i].kind == OFFER_ORIGINAL   ? "original"
			: got[i].kind == OFFER_PICTURES ? "pictures"
							: got[i].plan.recipe->name);
	}
	g_assert_cmpstr(text->str, ==, offers);
}

static void
check(const char *profile, const char *const *entries, const History *history, unsigned file,
	const char *offers)
{
	check_on(&every, profile, entries, history, file, offers);
}

typedef struct {
	const char *profile;
	const char *const *sink;
	unsigned file;
	const char *offers, *why;
} Case;

static void
check_cases(const ConvertMachine *machine, const Case cases[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_test_message(
			"%s, %s: %s", cases[i].profile, files[cases[i].file].mime, cases[i].why);
		check_on(machine, cases[i].profile, cases[i].sink, NULL, cases[i].file,
			cases[i].offers);
	}
}

static const Case offered[] = {
	{ "Plain", NULL, FLAC, "original lpcm mp3", "unknown: original, LPCM, MP3" },
	{ "Plain", NULL, MP3, "original lpcm", "MP3 is not made of MP3" },
	{ "Plain", NULL, FILM, "original copy-ts mpeg-ps-pal",
		"unknown: original, H.264 in a transport stream, MPEG-2" },
	{ "Plain", NULL, DTS, "original copy-ts-ac3 mpeg-ps-pal", "sound alone is converted" },
	{ "Plain", NULL, HEVC, "original avc-ts-ac3 mpeg-ps-pal", "a copy would be HEVC still" },
	{ "Plain", NULL, OLD, "original avc-ts-ac3 mpeg-ps-pal", "both are" },
	{ "Plain", NULL, PHOTO, "original pictures", "pictures: smaller ones behind" },
	{ "Whole", NULL, PHOTO, "original", "but not for this one" },
	{ "Everything", NULL, HEVC, "original", "who plays all needs no conversion" },
	{ "Everything", NULL, FINE, "original", "and of sound" },
	{ "Television", NULL, FILM, "original", "it has container and codecs" },
	{ "Television", NULL, DTS, "copy-ts-ac3 copy-ts-aac copy-mp4-aac avc-ts-ac3 original",
		"the picture stays, the sound is new" },
	{ "Television", NULL, HEVC, "avc-ts-ac3 avc-ts-aac avc-mp4 original",
		"no HEVC: all is new" },
	{ "Television", NULL, FLAC, "mp3 mp3-128 original", "MP3 is all it plays" },
	{ "Television", NULL, HEIC, "pictures original", "JPEG in front" },
	{ "Old television", NULL, HEVC, "mpeg-ps-pal mpeg-ts-eu original", "MPEG-2 only" },
	{ "Ordered", NULL, FINE, "flac mp3 mp3-128 original", "over its rate; as it likes it" },
	{ "Ordered", NULL, FLAC, "original", "within its rate" },
	{ "Never", NULL, FLAC, "original", "converts nothing" },
	{ "First", NULL, FLAC, "lpcm mp3 original", "takes the first without looking" },
	{ "Narrow", NULL, FILM, "avc-ts-ac3 avc-ts-aac avc-mp4 avc-tts-ac3 original",
		"one column too many: made smaller" },
	{ "Narrow", NULL, OLD, "original", "within it" },
	{ "Low", NULL, FILM, "avc-ts-ac3 avc-ts-aac avc-mp4 avc-tts-ac3 original",
		"one line too many" },
	{ "Slow", NULL, FILM, "avc-ts-ac3 avc-ts-aac avc-mp4 avc-tts-ac3 original",
		"one kbit/s too many: made with fewer" },
	{ "Slow", NULL, OLD, "original", "within it" },
	{ "Coarse", NULL, FINE, "lpcm wav flac aac original", "24 bits" },
	{ "Coarse", NULL, FLAC, "original", "16 bits" },
	{ "Two ears", NULL, SURROUND, "lpcm wav flac aac original", "six channels" },
	{ "Two ears", NULL, FINE, "original", "two" },
	/* the renderer's own list comes before its profile */
	{ "Plain", lpcm_only, FLAC, "lpcm lpcm-48 lpcm-44 original", "LPCM only" },
	{ "Plain", lpcm_48, FLAC, "lpcm-48 original", "the only rate it has" },
	{ "Plain", mp3_only, FLAC, "mp3 mp3-128 original", "MP3 only" },
	{ "Plain", mp3_only, MP3, "original", "which this is" },
	{ "Plain", mpeg2_only, HEVC, "mpeg-ps-pal original", "MPEG-2 only" },
	{ "Plain", mp3_only, HEVC, "mp3 mp3-128 original", "of a film a radio has the sound" },
	{ "Plain", lpcm_48, FILM, "lpcm lpcm-48 original", "which is of 48 kHz here" },
	{ "Everything", mp3_only, FLAC, "mp3 mp3-128 original", "it says itself what it plays" },
	{ "Plain", fine, FINE, "wav-24 wav mp3 mp3-128 original", "what is fine stays fine" },
	{ "Plain", flacs, FLAC, "original", "another name of the same type" },
	{ "Plain", aac_iso, AAC, "original", "its profile holds this one" },
	{ "Plain", aac_iso, FLAC, "lpcm mp3 original", "nothing makes AAC in MP4: the usual" },
	{ "Plain", aac_iso, HEVC, "lpcm mp3 original", "nor of the sound of a film" },
	{ "Plain", dash_only, OLD, "avc-ts-ac3 mpeg-ps-pal original", "nothing makes HEVC" },
	{ "Never", aac_iso, FLAC, "original", "converts nothing" },
	{ "Plain", aac_streamed, AAC, "mp3 mp3-128 original", "but not by HTTP" },
	{ "Plain", wildcard, FLAC, "original lpcm mp3", "a wildcard says nothing" },
	{ "Plain", NULL, RADIO, "original lpcm", "a station is offered as a file is" },
	{ "Plain", NULL, AAC_RADIO, "original lpcm mp3", "of AAC MP3 is made, too" },
	{ "Plain", NULL, TV, "original mpeg-ps-pal", "of H.264 MPEG-2" },
	{ "Everything", NULL, VORBIS_RADIO, "original", "it needs nothing" },
	{ "Television", NULL, VORBIS_RADIO, "mp3 mp3-128 original", "MP3 is all it plays" },
	{ "Television", NULL, TV, "original", "it has what television mostly is" },
	{ "Old television", NULL, TV, "mpeg-ps-pal mpeg-ts-eu original", "MPEG-2 only" },
	{ "Ordered", NULL, AAC_RADIO, "mp3 mp3-128 original",
		"FLAC has a head, nobody can join it" },
	{ "Never", NULL, VORBIS_RADIO, "original", "converts nothing" },
	{ "Plain", lpcm_only, RADIO, "lpcm lpcm-48 lpcm-44 original", "LPCM only" },
	{ "Stamped", NULL, TV, "copy-tts copy-tts-ac3 avc-tts-ac3 avc-tts-aac original",
		"only the packets do not fit" },
	{ "Plain", mp3_only, TV, "mp3 mp3-128 original", "a radio has the sound" },
	{ "Television", containers, HEVC, "avc-ts-ac3 avc-ts-aac original",
		"the type alone says nothing of codecs, the profile does" },
};

static void
test_offers(void)
{
	check_cases(&every, offered, G_N_ELEMENTS(offered));
}

/* What it did counts when nothing is said. */
static void
test_history(void)
{
	const uint64_t mib = 1024 * 1024;
	char film[HISTORY_KEY_MAX], flac[HISTORY_KEY_MAX];
	History history = { 0 };

	history_format_key(film, "video/x-matroska", "hevc", "aac");
	history_format_key(flac, "audio/flac", NULL, "flac");
	g_assert_cmpstr(film, ==, "video/x-matroska hevc aac");
	for (int64_t i = 1; i <= HISTORY_DROPS_MIN; i++) {
		g_assert_cmpint(history_ask(&history, film), ==, HISTORY_UNKNOWN);
		/* its head, then its tail: one look at one film */
		(void)history_add(&history, i, film, 65536, 900 * mib, i * AVU_NS_PER_S);
		(void)history_add(&history, i, film, 4096, 900 * mib, i * AVU_NS_PER_S);
	}
	(void)history_settle(&history, 10 * AVU_NS_PER_S);
	g_assert_cmpint(history_ask(&history, film), ==, HISTORY_UNKNOWN); /* may go on */
	(void)history_settle(&history, 60 * AVU_NS_PER_S);
	g_assert_cmpint(history_ask(&history, film), ==, HISTORY_DROPS);
	check("Plain", NULL, &history, HEVC, "avc-ts-ac3 mpeg-ps-pal original");
	check("Everything", NULL, &history, HEVC, "original");

	(void)history_add(&history, 9, flac, 30 * mib, 30 * mib, 70 * AVU_NS_PER_S);
	(void)history_settle(&history, 99 * AVU_NS_PER_S);
	g_assert_cmpint(history_ask(&history, flac), ==, HISTORY_OPENS);
	check("Plain", NULL, &history, FLAC, "original lpcm mp3");

	/* it is bounded, and what is used stays */
	for (int64_t i = 0; i < 3 * HISTORY_FORMATS; i++) {
		g_autofree char *key = g_strdup_printf("video/%d", (int)i);

		(void)history_add(
			&history, 100 + 2 * i, key, 2 * mib, 9 * mib, (100 + i) * AVU_NS_PER_S);
		history_add(
			&history, 101 + 2 * i, flac, 2 * mib, 9 * mib, (100 + i) * AVU_NS_PER_S);
	}
	g_assert_cmpuint(history.n, ==, HISTORY_FORMATS);
	g_assert_cmpint(history_ask(&history, flac), ==, HISTORY_OPENS);
	g_assert_cmpint(history_ask(&history, film), ==, HISTORY_UNKNOWN);
}

/* Nothing that the machine lacks is offered. */
static void
test_machine(void)
{
	Offer got[NEGOTIATE_OFFERS_MAX];
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.mime = "audio/flac";
	item.audio_codec = "flac";
	item.sample_hz = 44100;
	item.duration_ns = AVU_NS_PER_S;
	ConvertMachine machine = { .able = 1u << recipe_index(recipe_find("mp3")) };
	Negotiation asked = {
		.item = &item,
		.client = { .profile = avu_client_profiles_find(profiles, "Plain") },
		.machine = &machine,
	};

	g_assert_cmpuint(negotiate(&asked, got), ==, 2);
	g_assert_cmpstr(got[1].plan.recipe->name, ==, "mp3");
	item.size_bytes = ITEM_SIZE_GROWS; /* what is made of it would end where it ends now */
	g_assert_cmpuint(negotiate(&asked, got), ==, 1);
	item.size_bytes = 1000;
	asked.machine = NULL;
	g_assert_cmpuint(negotiate(&asked, got), ==, 1);
	g_assert_cmpint(got[0].kind, ==, OFFER_ORIGINAL);
}

/* As many films are converted as there may be: conversions_get_machine() leaves out all of them. */
static void
test_full(void)
{
	static const Case rows[] = {
		{ "Plain", NULL, FILM, "original", "no film is offered, not even a copy" },
		{ "Plain", NULL, HEVC, "original", "nor a new one" },
		{ "Plain", NULL, TV, "original", "nor television" },
		{ "Plain", NULL, FLAC, "original lpcm mp3", "sound as ever" },
		{ "Plain", NULL, RADIO, "original lpcm", "and radio" },
		{ "Plain", NULL, PHOTO, "original pictures", "and pictures" },
		{ "Television", NULL, FILM, "original", "what it plays as it is, too" },
		{ "Television", NULL, HEVC, "original",
			"a film's sound is not what was asked for, though it plays MP3" },
		{ "Plain", both, HEVC, "original", "nor for who says itself what it plays" },
		{ "Television", NULL, FLAC, "mp3 mp3-128 original", "music is sound alone" },
		{ "Old television", NULL, HEVC, "original", "which this one does not play alone" },
		{ "First", NULL, FILM, "original", "nothing stands first" },
		{ "Plain", mp3_only, HEVC, "mp3 mp3-128 original", "a radio loses nothing" },
		{ "Plain", mpeg2_only, HEVC, "original", "a set that plays MPEG-2 waits" },
		{ "Plain", dash_only, OLD, "original", "and one that plays nothing made here" },
	};
	ConvertMachine machine = { .able = 0 };

	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		machine.able |= recipe->kind == RECIPE_AUDIO ? 1u << recipe_index(recipe) : 0;
	}
	check_cases(&machine, rows, G_N_ELEMENTS(rows));
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

	int failed;

	g_test_init(&argc, &argv, NULL);
	profiles = avu_client_profiles_parse("house", house, strlen(house), problems);
	g_assert_cmpuint(problems->len, ==, 0);
	g_test_add_func("/negotiate/offers", test_offers);
	g_test_add_func("/negotiate/history", test_history);
	g_test_add_func("/negotiate/machine", test_machine);
	g_test_add_func("/negotiate/full", test_full);
	failed = g_test_run();
	avu_client_profiles_unref(profiles);
	return failed;
}
