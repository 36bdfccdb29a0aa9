/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/playback/choose", test_choose);
	g_test_add_func("/playback/without-uri", test_without_uri);
	return g_test_run();
}
