/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is remembered of a format within an answer is what negotiate() says of each item: for every client
 * here, every item after every other one. The items differ from their neighbours in one field each. */
#include <string.h>

#include "mediaserver/negotiate/memo.h"

static const char house[] =
	"[Plain]\nSource = nothing is known\n"
	"[Everything]\nPlays.Audio = *\nPlays.Video = *\nPlays.Image = *\n"
	"[Television]\n"
	"Plays.Video = video/mp4 video/mpeg video/x-matroska : h264 mpeg2video : aac ac3 mp3\n"
	"Plays.Audio = audio/mpeg\nPlays.Image = image/jpeg\n"
	"[Old television]\nPlays.Video = video/mpeg : mpeg2video : ac3 mp2\n"
	"[Ordered]\nPlays.Audio = audio/mpeg audio/flac\nMax.SampleRate = 48000\n"
	"Convert.Order = flac\n"
	"[Narrow]\nPlays.Video = *\nMax.VideoKbps = 8000\nMax.Width = 1280\n"
	"[Stereo]\nPlays.Audio = *\nMax.Channels = 2\nMax.Bits = 16\n"
	"[Never]\nPlays.Audio = audio/mpeg\nConvert = no\n"
	"[First]\nConvert.First = yes\n"
	"[Whole]\nPicture.Smaller = no\n";

static const char *const profile_names[] = { "Plain", "Everything", "Television", "Old television",
	"Ordered", "Narrow", "Stereo", "Never", "First", "Whole" };

static const char *const sinks[] = { NULL,
	"http-get:*:audio/L16;rate=48000;channels=2:DLNA.ORG_PN=LPCM",
	"http-get:*:video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL" };

#define MINUTE (60 * AVU_NS_PER_S)
#define SOUND .kind = ITEM_AUDIO, .video = NULL, .width = -1, .height = -1, .rate = -1
#define FLAC SOUND, .mime = "audio/flac", .audio = "flac"
#define FILM \
	.kind = ITEM_VIDEO, .mime = "video/x-matroska", .bits = -1, .hz = 48000, .length = MINUTE

static const struct {
	int64_t kind;
	const char *mime, *profile, *video, *audio, *hdr;
	int64_t width, height, rate, hz, bits, channels, bps, length, size, orientation;
} files[] = {
	{ FLAC, .hz = 44100, .bits = 16, .channels = 2, .bps = 900000, .length = MINUTE },
	{ FLAC, .hz = 44100, .bits = 16, .channels = 2, .bps = 700000, .length = 2 * MINUTE },
	{ FLAC, .hz = 44100, .bits = 16, .channels = 2, .bps = -1, .length = -1 },
	{ FLAC, .hz = 44100, .bits = 16, .channels = 6, .bps = 900000, .length = MINUTE },
	{ FLAC, .hz = 44100, .bits = 24, .channels = 2, .bps = 900000, .length = MINUTE },
	{ FLAC, .hz = 96000, .bits = 16, .channels = 2, .bps = 900000, .length = MINUTE },
	{ FLAC, .hz = -1, .bits = -1, .channels = -1, .bps = -1, .length = MINUTE },
	{ FLAC, .hz = 44100, .bits = 16, .channels = 2, .length = MINUTE, .size = ITEM_SIZE_GROWS },
	{ SOUND, .mime = "audio/flac", .hz = 44100, .bits = 16, .channels = 2, .length = MINUTE },
	{ SOUND, .mime = "audio/x-dsd", .audio = "dsd_lsbf", .hz = 2822400, .bits = 1,
		.channels = 2, .length = MINUTE },
	{ SOUND, .mime = "audio/mpeg", .profile = "MP3", .audio = "mp3", .hz = 44100, .bits = -1,
		.channels = 2, .bps = 192000, .length = MINUTE },
	{ SOUND, .mime = "audio/mpeg", .profile = NULL, .audio = "mp3", .hz = 44100, .bits = -1,
		.channels = 2, .bps = 192000, .length = MINUTE },
	{ SOUND, .mime = "audio/wav", .audio = "pcm_s16le", .hz = 44100, .bits = 16, .channels = 2,
		.bps = 1411200, .length = MINUTE },
	{ FILM, .video = "h264", .audio = "aac", .width = 1280, .height = 720, .rate = 25000,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "h264", .audio = "aac", .width = 1280, .height = 720, .rate = 25000,
		.channels = 2, .bps = 40000000 },
	{ FILM, .video = "h264", .audio = "aac", .width = 1280, .height = 720, .rate = 25000,
		.channels = 2, .bps = 4000000, .orientation = 6 },
	{ FILM, .video = "h264", .audio = "aac", .width = 1280, .height = 720, .rate = 23976,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "h264", .audio = "aac", .width = 1920, .height = 720, .rate = 25000,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "h264", .audio = "aac", .width = 1280, .height = 576, .rate = 25000,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "hevc", .audio = "aac", .width = 1280, .height = 720, .rate = 25000,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "hevc", .audio = "aac", .width = 3840, .height = 2160, .rate = 50000,
		.channels = 2, .bps = 4000000 },
	{ FILM, .video = "hevc", .audio = "aac", .width = 3840, .height = 2160, .rate = 50000,
		.channels = 2, .bps = 4000000, .hdr = "HDR10" },
	{ FILM, .video = "h264", .audio = "dts", .width = 1280, .height = 720, .rate = 25000,
		.channels = 6, .bps = 4000000 },
	{ FILM, .video = "h264", .audio = NULL, .width = 1280, .height = 720, .rate = 25000,
		.channels = -1, .bps = 4000000 },
	{ FILM, .video = "h264", .audio = "ac3", .profile = "AVC_MKV_MP_HD_AC3", .width = 1280,
		.height = 720, .rate = 25000, .channels = 2, .bps = 4000000 },
	{ .kind = ITEM_IMAGE,
		.mime = "image/heic",
		.video = "hevc",
		.width = 4000,
		.height = 3000 },
	{ .kind = ITEM_IMAGE,
		.mime = "image/jpeg",
		.profile = "JPEG_LRG",
		.width = 4000,
		.height = 3000 },
};

static AvuClientProfiles *profiles;

static Item
item_of(size_t i)
{
	Item item;

	item_init(&item);
	item.kind = files[i].kind;
	item.mime = files[i].mime;
	item.profile = files[i].profile;
	item.video_codec = files[i].video;
	item.audio_codec = files[i].audio;
	item.hdr = files[i].hdr;
	item.orientation = files[i].orientation != 0 ? files[i].orientation : -1;
	item.width = files[i].width;
	item.height = files[i].height;
	item.frame_rate_mhz = files[i].rate;
	item.sample_hz = files[i].hz;
	item.bits = files[i].bits;
	item.channels = files[i].channels;
	item.bitrate_bps = files[i].bps;
	item.duration_ns = files[i].length;
	item.size_bytes = files[i].size != 0 ? files[i].size : 1000000;
	return item;
}

static void
assert_same_plan(const ConvertPlan *a, const ConvertPlan *b)
{
	g_assert_true(a->recipe == b->recipe);
	g_assert_cmpstr(a->mime, ==, b->mime);
	g_assert_cmpstr(a->profile, ==, b->profile);
	g_assert_cmpint(a->sample_hz, ==, b->sample_hz);
	g_assert_cmpint(a->channels, ==, b->channels);
	g_assert_cmpint(a->bits, ==, b->bits);
	g_assert_cmpint(a->width, ==, b->width);
	g_assert_cmpint(a->height, ==, b->height);
	g_assert_cmpint(a->frame_rate_mhz, ==, b->frame_rate_mhz);
	g_assert_cmpint(a->video_bps, ==, b->video_bps);
	g_assert_cmpint(a->bitrate_bps, ==, b->bitrate_bps);
	g_assert_cmpint(a->duration_ns, ==, b->duration_ns);
	g_assert_cmpuint(a->size_bytes, ==, b->size_bytes);
	g_assert_cmpint(a->byte_seek, ==, b->byte_seek);
	g_assert_cmpint(a->halves_rate, ==, b->halves_rate);
	g_assert_cmpint(a->changes_region, ==, b->changes_region);
	g_assert_cmpint(a->preset, ==, b->preset);
}

static void
check(NegotiateMemo *memo, const NegotiateClient *client, const ConvertMachine *machine, size_t i)
{
	const Item item = item_of(i);
	const Negotiation asked = { .item = &item, .client = *client, .machine = machine };
	Offer right[NEGOTIATE_OFFERS_MAX], got[NEGOTIATE_OFFERS_MAX];
	const unsigned n = negotiate(&asked, right);

	g_assert_cmpuint(negotiate_memo_ask(memo, &item, got), ==, n);
	for (unsigned o = 0; o < n; o++) {
		g_assert_cmpint(got[o].kind, ==, right[o].kind);
		g_assert_cmpint(got[o].verdict, ==, right[o].verdict);
		if (right[o].kind == OFFER_CONVERSION) {
			assert_same_plan(&got[o].plan, &right[o].plan);
		}
	}
}

/* One memory for all: who is next finds nothing of the one before. */
static void
check_client(NegotiateMemo *memo, const NegotiateClient *client, const ConvertMachine *machine)
{
	for (size_t a = 0; a < G_N_ELEMENTS(files); a++) {
		for (size_t b = 0; b < G_N_ELEMENTS(files); b++) {
			negotiate_memo_init(memo, client, machine);
			check(memo, client, machine, a);
			check(memo, client, machine, b);
		}
	}
	negotiate_memo_init(memo, client, machine);
	for (size_t a = 0; a < 3 * G_N_ELEMENTS(files); a++) { /* more than it has room for */
		check(memo, client, machine, a % G_N_ELEMENTS(files));
		check(memo, client, machine, a * 7 % G_N_ELEMENTS(files));
	}
}

static void
drop(History *history, const char *key)
{
	for (int64_t i = 1; i <= HISTORY_DROPS_MIN + 1; i++) {
		(void)history_add(history, i, key, 65536, 900 * 1024 * 1024, i * AVU_NS_PER_S);
	}
	(void)history_settle(history, 60 * AVU_NS_PER_S);
}

static void
test_clients(void)
{
	static const ConvertMachine machines[] = {
		{ .able = UINT32_MAX },
		{ .able = UINT32_MAX,
			.decode_pps = 200000000,
			.h264_pps = { 40000000, 60000000, 80000000 },
			.mpeg2_pps = 60000000 },
	};
	g_autofree NegotiateMemo *memo = g_new(NegotiateMemo, 1);
	History history = { 0 };

	drop(&history, "video/x-matroska hevc aac");
	drop(&history, "audio/flac flac");
	for (size_t p = 0; p < G_N_ELEMENTS(profile_names); p++) {
		/* a list of its own says the same to each profile */
		for (size_t s = 0; s < (p == 0 ? G_N_ELEMENTS(sinks) : 1); s++) {
			g_autoptr(GPtrArray) sink = avu_protocol_info_parse_list(sinks[s]);
			NegotiateClient client = {
				.profile = avu_client_profiles_find(profiles, profile_names[p]),
				.sink = sink,
			};

			g_test_message("%s, list %zu", profile_names[p], s);
			check_client(memo, &client, &machines[0]);
			client.history = &history;
			check_client(memo, &client, &machines[1]);
		}
	}
}

/* Nothing is remembered of what has too long a name, nor of a machine that converts nothing. */
static void
test_edges(void)
{
	char mime[2 * NEGOTIATE_MEMO_TEXT];
	g_autofree NegotiateMemo *memo = g_new(NegotiateMemo, 1);
	const ConvertMachine machine = { .able = UINT32_MAX };
	const NegotiateClient client = { .profile = avu_client_profiles_find(profiles, "Plain") };
	Offer offers[NEGOTIATE_OFFERS_MAX];
	Item item = item_of(0);

	memset(mime, 'x', sizeof(mime) - 1);
	mime[sizeof(mime) - 1] = '\0';
	item.mime = mime;
	negotiate_memo_init(memo, &client, &machine);
	g_assert_cmpuint(negotiate_memo_ask(memo, &item, offers), ==, 3);
	g_assert_cmpuint(memo->n_known, ==, 0);
	negotiate_memo_init(memo, &client, NULL);
	for (unsigned i = 0; i < 2; i++) {
		item = item_of(0);
		g_assert_cmpuint(negotiate_memo_ask(memo, &item, offers), ==, 1);
		g_assert_cmpint(offers[0].kind, ==, OFFER_ORIGINAL);
	}
	g_assert_cmpuint(memo->n_known, ==, 1);
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

	g_test_init(&argc, &argv, NULL);
	profiles = avu_client_profiles_parse("house", house, strlen(house), problems);
	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
	}
	g_assert_cmpuint(problems->len, ==, 0);
	g_test_add_func("/memo/clients", test_clients);
	g_test_add_func("/memo/edges", test_edges);
	const int failed = g_test_run();

	avu_client_profiles_unref(profiles);
	return failed;
}
