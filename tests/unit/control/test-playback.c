/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/playback.h>

#define AUDIO "object.item.audioItem.musicTrack"
#define VIDEO "object.item.videoItem"
#define IMAGE "object.item.imageItem.photo"

static const struct {
	const char *upnp_class;
	const char *resources[4]; /* protocolInfo in order */
	const char *sink;
	int chosen;
	const char *why;
} rows[] = {
	{ AUDIO, { "http-get:*:audio/flac:*" }, "http-get:*:audio/flac:*", 0, "the only one" },
	{ AUDIO, { "http-get:*:audio/flac:*", "http-get:*:audio/mpeg:*" },
		"http-get:*:audio/mpeg:*", 1, "only the second is played" },
	{ AUDIO, { "http-get:*:audio/flac:*", "http-get:*:audio/mpeg:*" },
		"http-get:*:audio/mpeg:*,http-get:*:audio/flac:*", 0,
		"both: the server's order, not the sink's" },
	{ AUDIO, { "http-get:*:audio/flac:*", "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3" },
		"http-get:*:*:*,http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", 1,
		"an equal profile beats a wildcard" },
	{ AUDIO,
		{ "http-get:*:audio/wav:*",
			"http-get:*:audio/"
			"L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM;DLNA.ORG_CI=1" },
		"http-get:*:audio/wav:*,http-get:*:audio/"
		"L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM",
		0, "the file, though what is made of it has a name" },
	{ AUDIO,
		{ "http-get:*:audio/flac:*",
			"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=1" },
		"http-get:*:audio/*:*,http-get:*:audio/mpeg:DLNA.ORG_PN=MP3", 1,
		"what is made of it, when the file is a guess" },
	{ AUDIO, { "http-get:*:audio/flac:*" }, "http-get:*:audio/mpeg:*", -1, "none is played" },
	{ AUDIO, { "http-get:*:audio/flac:*" }, "", 0, "sink says nothing" },
	{ AUDIO, { "http-get:*:audio/flac:*" }, "rubbish", 0, "sink says nothing readable" },
	{ AUDIO, { "rtsp-rtp-udp:*:audio/L16:*", "http-get:*:audio/mpeg:*" }, "", 1,
		"sink says nothing: http only" },
	{ AUDIO, { "rtsp-rtp-udp:*:audio/L16:*" }, "rtsp-rtp-udp:*:audio/L16:*", -1,
		"a protocol we do not hand over" },
	{ AUDIO, { "http-get:*:audio/flac:*", "http-get:*:image/jpeg:DLNA.ORG_PN=JPEG_TN" },
		"http-get:*:image/jpeg:*", -1, "the cover is not the music" },
	{ VIDEO, { "http-get:*:image/jpeg:*", "http-get:*:video/mp4:*" }, "http-get:*:*:*", 1,
		"the thumbnail is not the film, even in front" },
	{ IMAGE, { "http-get:*:image/jpeg:*" }, "http-get:*:image/jpeg:*", 0, "a picture" },
	{ "object.item.imageitem", { "http-get:*:image/png:*" }, "http-get:*:image/png:*", 0,
		"class in a case of its own" },
	{ NULL, { "http-get:*:audio/mpeg:*" }, "http-get:*:audio/mpeg:*", 0, "no class" },
	{ AUDIO, { "http-get:*:audio/mpeg", "http-get:*:audio/mpeg:*" }, "", 1,
		"a protocolInfo that cannot be read" },
	{ AUDIO, { NULL }, "http-get:*:*:*", -1, "no resource" },
};

static void
test_choose(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuObject object;

		avu_object_init(&object);
		object.upnp_class = rows[i].upnp_class;
		for (unsigned j = 0; rows[i].resources[j] != NULL; j++) {
			avu_resource_init(&object.resources[j]);
			object.resources[j].uri = "http://192.0.2.1/x";
			object.resources[j].protocol_info = rows[i].resources[j];
			object.n_resources = j + 1;
		}
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(avu_playback_choose(&object, rows[i].sink), ==, rows[i].chosen);
	}
}

static void
test_without_uri(void)
{
	AvuObject object;

	avu_object_init(&object);
	avu_resource_init(&object.resources[0]);
	object.resources[0].protocol_info = "http-get:*:audio/mpeg:*";
	object.n_resources = 1;
	g_assert_cmpint(avu_playback_choose(&object, "http-get:*:*:*"), ==, -1);
	object.resources[0].uri = "";
	g_assert_cmpint(avu_playback_choose(&object, "http-get:*:*:*"), ==, -1);
}

/* What the television's list does not say, its profile does. */
static const char known_text[] = "[Television]\n"
				 "Source = none, a test\n"
				 "Match.Device.ModelName = TV 9000\n"
				 "Plays.Audio = audio/flac audio/mpeg\n"
				 "Plays.Video = video/x-matroska : h264 : aac\n"
				 "Max.SampleRate = 96000\n";

#define FLAC "http-get:*:audio/flac:*"
#define MP3 "http-get:*:audio/mpeg:*"
#define MADE_MP3 "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=1"
#define OPUS "http-get:*:audio/ogg:*"
#define MKV "http-get:*:video/x-matroska:*"
#define MADE_TS "http-get:*:video/mp2t:DLNA.ORG_CI=1"

static const struct {
	const char *upnp_class;
	const char *resources[3];
	const char *sink;
	int64_t sample_hz; /* of the first; -1: not told */
	int unknown;       /* chosen when nothing is known of the renderer */
	int known;         /* chosen for the television */
	const char *why;
} orders[] = {
	{ AUDIO, { FLAC, MADE_MP3 }, "http-get:*:audio/flac:*,http-get:*:audio/mpeg:*", -1, 0, 0,
		"1. an original that the list has" },
	{ AUDIO, { OPUS, MP3 }, "http-get:*:audio/ogg:*", -1, 0, 0,
		"1. before one that only the profile has" },
	{ AUDIO, { FLAC, MADE_MP3 }, "http-get:*:audio/mpeg:*", -1, 1, 0,
		"2. an original that the profile has, before a conversion" },
	{ AUDIO, { FLAC }, "http-get:*:audio/mpeg:*", -1, -1, 0,
		"2. though the list has nothing of it" },
	{ AUDIO, { OPUS, MADE_MP3 }, "http-get:*:audio/mpeg:*", -1, 1, 1,
		"3. a conversion that the list has" },
	{ AUDIO, { FLAC, MADE_MP3 }, "http-get:*:audio/mpeg:*", 192000, 1, 1,
		"3. the original is beyond the profile's limits" },
	{ VIDEO, { MKV, MADE_TS }, "http-get:*:video/mp2t:*", -1, 1, 1,
		"3. before a film whose codecs nobody told" },
	{ VIDEO, { MKV }, "http-get:*:video/mp2t:*", -1, -1, 0,
		"4. which is tried when there is nothing else" },
	{ AUDIO, { OPUS }, "http-get:*:audio/mpeg:*", -1, -1, -1, "5. none" },
};

static void
test_order(void)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuClientProfiles) profiles =
		avu_client_profiles_parse("test", known_text, strlen(known_text), problems);
	const AvuClientProfile *television = avu_client_profiles_find(profiles, "Television");

	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
	}
	g_assert_cmpuint(problems->len, ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		AvuObject object;

		avu_object_init(&object);
		object.upnp_class = orders[i].upnp_class;
		for (unsigned j = 0; orders[i].resources[j] != NULL; j++) {
			avu_resource_init(&object.resources[j]);
			object.resources[j].uri = "http://192.0.2.1/x";
			object.resources[j].protocol_info = orders[i].resources[j];
			object.n_resources = j + 1;
		}
		object.resources[0].sample_hz = orders[i].sample_hz;
		g_test_message("%s", orders[i].why);
		g_assert_cmpint(avu_playback_choose_known(&object, orders[i].sink, NULL), ==,
			orders[i].unknown);
		g_assert_cmpint(avu_playback_choose_known(&object, orders[i].sink, television), ==,
			orders[i].known);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/playback/choose", test_choose);
	g_test_add_func("/playback/order", test_order);
	g_test_add_func("/playback/without-uri", test_without_uri);
	return g_test_run();
}
