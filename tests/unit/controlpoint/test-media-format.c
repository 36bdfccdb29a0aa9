/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What avcp status says of the form of a track (ContentDirectory:1 2.8: res@…; bitrate is octets a second). */
#include <jansson.h>

#include <av-upnp/base.h>

#include "commands/media-format.h"

#define URL "http://192.0.2.1:8/a"
#define DIDL(inside)                                                            \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" "    \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                        \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">"               \
	"<item id=\"1\" parentID=\"0\" restricted=\"1\"><dc:title>T</dc:title>" \
	"<upnp:class>object.item</upnp:class>" inside "</item></DIDL-Lite>"
#define RES(fields, attributes, uri) \
	"<res protocolInfo=\"http-get:*:" fields "\" " attributes ">" uri "</res>"
#define FACTS(inside)                                           \
	"<desc id=\"av-upnp\" nameSpace=\"urn:av-upnp:facts\">" \
	"<av:facts xmlns:av=\"urn:av-upnp:facts\">" inside "</av:facts></desc>"
#define CD "sampleFrequency=\"44100\" bitsPerSample=\"16\" nrAudioChannels=\"2\""

static const struct {
	const char *didl, *uri;
	const char *shown; /* NULL: nothing */
	const char *why;
} rows[] = {
	{ DIDL(RES("audio/flac:*", CD " bitrate=\"115125\"", URL)), URL,
		"FLAC, 44.1 kHz, 16 bit, stereo, 921 kbit/s", "all of a song" },
	{ DIDL(RES("audio/mpeg:DLNA.ORG_PN=MP3", "nrAudioChannels=\"1\"", URL)), URL, "MP3, mono",
		"what is told alone" },
	{ DIDL(RES("audio/L16;rate=44100;channels=2:*", "sampleFrequency=\"48000\"", URL)), URL,
		"LPCM, 48 kHz", "a type with parameters" },
	{ DIDL(RES("audio/flac:*", "sampleFrequency=\"192000\" nrAudioChannels=\"6\"", URL)), URL,
		"FLAC, 192 kHz, 6 channels", "more than two" },
	{ DIDL(RES("video/x-matroska:*", "resolution=\"1920x1080\"", URL)), URL,
		"video/x-matroska, 1920x1080", "a container says nothing of its codecs" },
	{ DIDL(RES("video/mp4:*", "resolution=\"1280x720\"", URL) FACTS(
		  "<av:videoCodec>h264</av:videoCodec><av:audioCodec>aac</av:audioCodec>")),
		URL, "H.264, AAC, 1280x720", "unless our server tells them" },
	{ DIDL(RES("audio/mpeg:DLNA.ORG_CI=1", "", URL)
			  FACTS("<av:audioCodec>flac</av:audioCodec>")),
		URL, "MP3", "codecs of the file are not those of what is made of it" },
	{ DIDL(RES("audio/flac:*", "", "http://192.0.2.1:8/b") RES("audio/mpeg:*", "", URL)), URL,
		"MP3", "the resource that plays" },
	{ DIDL(RES("audio/flac:*", "", "http://192.0.2.1:8/b") RES("audio/mpeg:*", "", URL)), NULL,
		"FLAC", "the first one when no address is told" },
	{ DIDL(RES("*:*", "", URL)), URL, NULL, "a type that is not told" },
	{ DIDL(RES("audio/x-made-up:*", "bitrate=\"0\" sampleFrequency=\"0\"", URL)), URL,
		"audio/x-made-up", "zeros are not known" },
	{ DIDL(RES("audio/mpeg:*", "", URL) FACTS("<av:audioCodec>a\xc2\x9b"
						  "b</av:audioCodec>")),
		URL, "ab", "SEC-202: a control character" },
	{ DIDL("<res protocolInfo=\"nonsense\">" URL "</res>"), URL, NULL, "no protocolInfo" },
	{ DIDL(""), URL, NULL, "no resource" },
	{ "", URL, NULL, "no metadata" },
	{ "NOT_IMPLEMENTED", URL, NULL, "as some devices say it" },
};

static void
test_cells(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_auto_t *record = json_object();

		g_test_message("%s", rows[i].why);
		(void)json_object_set_new(
			record, "format", media_format_record(rows[i].didl, rows[i].uri));
		g_autofree char *cell = media_format_cell(record, "format");

		g_assert_cmpstr(cell, ==, rows[i].shown);
	}
}

static void
test_record(void)
{
	json_auto_t *record =
		media_format_record(DIDL(RES("video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL",
					    "bitrate=\"750000\" resolution=\"720x576\"", URL)),
			URL);
	json_auto_t *wanted = json_pack("{s:s, s:n, s:s, s:n, s:n, s:n, s:i, s:i, s:i}", "mime",
		"video/mpeg", "codec", "profile", "MPEG_PS_PAL", "sample_hz", "bits", "channels",
		"bitrate_bps", 6000000, "width", 720, "height", 576);

	g_assert_nonnull(wanted);
	g_assert_true(json_equal(record, wanted));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/controlpoint/media-format/cells", test_cells);
	g_test_add_func("/controlpoint/media-format/record", test_record);
	return g_test_run();
}
