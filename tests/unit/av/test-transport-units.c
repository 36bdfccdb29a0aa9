/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds, frames, octets, and what a station says: what depends on the metadata and on what the engine
 * can do (spec/upnp-av-avtransport.md 2, 4; spec/dlna-device-classes.md 3.2). */
#define PLAYER_HAS_SPEEDS
#include "libav-upnp/av/transport-track.h"
#include "transport-player.h"

#define URI "http://192.0.2.1:8/a"
#define DIDL(attributes)                                                                    \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" "                \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                                    \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">"                           \
	"<item id=\"1\" parentID=\"0\" restricted=\"1\"><dc:title>Radio X</dc:title>"       \
	"<upnp:class>object.item</upnp:class>"                                              \
	"<upnp:albumArtURI>http://192.0.2.1:8/x.png</upnp:albumArtURI>"                     \
	"<res protocolInfo=\"http-get:*:video/mp4:*\" duration=\"0:01:40.000\" " attributes \
	">" URI "</res></item></DIDL-Lite>"

static void
play_with(Player *p, const char *metadata)
{
	player_init(p);
	g_assert_cmpint(set_uri(p, URI, metadata), ==, 0);
	g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	report(p, AVU_ENGINE_PLAYING);
	g_string_truncate(p->log, 0);
}

/* ---- frames */

static const struct {
	const char *attributes, *unit, *target;
	int code;
	int64_t position_ns;
	const char *why;
} frames[] = {
	{ "framerate=\"25p\"", "FRAME", "0", 0, 0, "the first" },
	{ "framerate=\"25p\"", "FRAME", "26", 0, 1040 * AVU_NS_PER_MS, "26 / 25 s" },
	{ "framerate=\"25p\"", "REL_FRAME", "50", 0, 2 * S, "of the track" },
	{ "framerate=\"24p\"", "FRAME", "1", 0, 41666667, "1/24 s, not a moment before" },
	{ "framerate=\"29.97i\"", "FRAME", "30000", 711, 0, "1001 s: behind the end" },
	{ "framerate=\"29.97i\"", "FRAME", "2997", 0, 99999900000, "2997 * 1001 / 30000 s" },
	{ "framerate=\"59.94p\"", "FRAME", "60", 0, 1001 * AVU_NS_PER_MS, "60 * 1001 / 60000 s" },
	{ "framerate=\"25p\"", "FRAME", "2501", 711, 0, "behind the end" },
	{ "framerate=\"25p\"", "FRAME", "-1", 711, 0, "before the start" },
	{ "framerate=\"25p\"", "FRAME", "x", 711, 0, "no number" },
	{ "framerate=\"0p\"", "FRAME", "1", 710, 0, "no rate" },
	{ "framerate=\"p\"", "FRAME", "1", 710, 0, "no number in it" },
	{ "", "REL_FRAME", "1", 710, 0, "not told" },
};

static void
test_frames(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
		g_autofree char *metadata =
			strstr(frames[i].attributes, "framerate") != NULL
				? g_strdup_printf(DIDL("%s"), frames[i].attributes)
				: g_strdup(DIDL(""));
		g_auto(Player) p;

		g_test_message("%s %s: %s", frames[i].attributes, frames[i].target, frames[i].why);
		play_with(&p, metadata);
		g_assert_cmpint(
			code_of(&p, "Seek", "Unit", frames[i].unit, "Target", frames[i].target), ==,
			frames[i].code);
		g_assert_cmpint(p.position_ns, ==, frames[i].position_ns);
	}
}

/* ---- octets */

static void
test_octets(void)
{
	g_auto(Player) p;

	play_with(&p, DIDL("size=\"4000000\""));
	p.position_ns = 25 * S;
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "TrackSize", "4000000");
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "RelByte", "1000000");
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "AbsByte", "1000000");
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "X_DLNA_REL_BYTE", "Target", "2000000"), ==, 0);
	g_assert_cmpint(p.position_ns, ==, 50 * S);
	g_assert_cmpint(
		code_of(&p, "Seek", "Unit", "X_DLNA_REL_BYTE", "Target", "4000001"), ==, 711);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "X_DLNA_REL_BYTE", "Target", "-1"), ==, 711);
	/* where it was sent is where it is */
	for (unsigned octet = 0; octet <= 4000000; octet += 76923) {
		g_autofree char *text = g_strdup_printf("%u", octet);

		g_assert_cmpint(
			code_of(&p, "Seek", "Unit", "X_DLNA_REL_BYTE", "Target", text), ==, 0);
		assert_out(&p, "X_DLNA_GetBytePositionInfo", "RelByte", text);
	}
}

static void
test_octets_unknown(void)
{
	g_auto(Player) p;

	player_init(&p);
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "TrackSize", "");
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "RelByte", "");
	g_assert_cmpint(set_uri(&p, URI, DIDL("")), ==, 0);
	assert_out(&p, "X_DLNA_GetBytePositionInfo", "RelByte", "");
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "X_DLNA_REL_BYTE", "Target", "0"), ==, 710);
}

/* Of a recording that is still made, or of what a server has only a part: what lies outside is no target. */
static void
test_octets_limited(void)
{
	static const AvuEngineReach reach = { 1000000, 3000000, 25 * S, 75 * S };
	static const AvuEngineReach unrated = { 1000000, 3000000, AVU_TIME_NONE, AVU_TIME_NONE };
	static const struct {
		const AvuEngineReach *reach; /* NULL: it is not limited */
		const char *unit, *target;
		int code;
		int64_t position_ns;
		const char *why;
	} rows[] = {
		{ &reach, "X_DLNA_REL_BYTE", "1000000", 0, 25 * S, "its first octet" },
		{ &reach, "X_DLNA_REL_BYTE", "2000000", 0, 50 * S, "in its middle" },
		{ &reach, "X_DLNA_REL_BYTE", "3000000", 0, 75 * S, "its last octet" },
		{ &reach, "X_DLNA_REL_BYTE", "999999", 711, 5 * S, "before it" },
		{ &reach, "X_DLNA_REL_BYTE", "3000001", 711, 5 * S, "behind it" },
		{ &reach, "X_DLNA_REL_BYTE", "-1", 711, 5 * S, "no number" },
		{ &reach, "REL_TIME", "0:00:25", 0, 25 * S, "its first moment" },
		{ &reach, "REL_TIME", "0:01:15", 0, 75 * S, "its last moment" },
		{ &reach, "REL_TIME", "0:00:24", 711, 5 * S, "a time before it" },
		{ &reach, "REL_TIME", "0:01:16", 711, 5 * S, "a time behind it" },
		{ &reach, "ABS_TIME", "0:01:16", 711, 5 * S, "likewise" },
		{ &reach, "TRACK_NR", "1", 0, 0, "every track can be begun again" },
		{ &unrated, "REL_TIME", "0:01:16", 0, 76 * S, "which times they are is not known" },
		{ NULL, "REL_TIME", "0:01:16", 0, 76 * S, "all of it" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Player) p;

		g_test_message("%s", rows[i].why);
		play_with(&p, DIDL("size=\"4000000\""));
		p.position_ns = 5 * S;
		p.reaches = rows[i].reach != NULL;
		p.reach = p.reaches ? *rows[i].reach : p.reach;
		g_assert_cmpint(code_of(&p, "Seek", "Unit", rows[i].unit, "Target", rows[i].target),
			==, rows[i].code);
		g_assert_cmpint(p.position_ns, ==, rows[i].position_ns);
	}
}

/* ---- what is read ahead */

static void
assert_buffer(Player *p, const char *level, const char *target, const char *complete)
{
	assert_out(p, "X_AVUPNP_GetBufferInfo", "Level", level);
	assert_out(p, "X_AVUPNP_GetBufferInfo", "Target", target);
	assert_out(p, "X_AVUPNP_GetBufferInfo", "Complete", complete);
}

static void
test_buffer(void)
{
	g_auto(Player) p;

	player_init(&p);
	p.buffers = true;
	p.buffer = (AvuEngineBuffer){ 7250 * AVU_NS_PER_MS, 10 * S, false };
	assert_buffer(&p, "", "", "0"); /* there is no medium */
	player_clear(&p);
	play_with(&p, "");
	assert_buffer(&p, "", "", "0"); /* there is nothing to be read */
	p.buffers = true;
	p.buffer = (AvuEngineBuffer){ 7250 * AVU_NS_PER_MS, 10 * S, false };
	assert_buffer(&p, "0:00:07.250", "0:00:10.000", "0");
	p.buffer = (AvuEngineBuffer){ AVU_TIME_NONE, 10 * S, true }; /* its rate is not known */
	assert_buffer(&p, "", "0:00:10.000", "1");
}

/* ---- speeds */

static void
test_speeds(void)
{
	g_auto(Player) p;

	play_with(&p, "");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "2"), ==, 0);
	assert_log(&p, "speed 2/1;play;");
	assert_state(&p, "PLAYING"); /* only the speed has changed */
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "2");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "-1/2"), ==, 0);
	assert_log(&p, "speed -1/2;play;");
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "-1/2");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "-1/2"), ==, 0);
	assert_log(&p, "play;");
	for (size_t i = 0; i < 5; i++) {
		static const char *const refused[] = { "3", "0", "2/1", "", "fast" };

		g_assert_cmpint(code_of(&p, "Play", "Speed", refused[i]), ==, 717);
	}
	/* the beginning was reached */
	avu_transport_get_listener()->speed_changed(p.token, AVU_PLAY_SPEED_NORMAL, p.transport);
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "1");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "2"), ==, 0);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "1");
}

/* What is not loaded yet gets its speed with the load; a new resource begins at 1. */
static void
test_speed_of_load(void)
{
	g_auto(Player) p;

	play_with(&p, "");
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "2"), ==, 0);
	assert_log(&p, "load " URI " -;speed 2/1;play;");
	g_assert_cmpint(set_uri(&p, URI, ""), ==, 0);
	assert_log(&p, "load " URI " -;play;");
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "1");
	avu_transport_get_listener()->seekable_known(p.token, false, p.transport);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "2"), ==, 717); /* a live stream */
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
}

/* ---- radio */

static void
assert_metadata_has(Player *p, const char *text, bool there)
{
	g_autoptr(AvuSoapMessage) answer = call(p, "GetPositionInfo");
	const char *metadata = avu_soap_find_argument(answer, "TrackMetaData");

	g_test_message("%s in %s", text, metadata);
	g_assert_cmpint(strstr(metadata, text) != NULL, ==, there);
}

static void
test_station(void)
{
	static const char metadata[] = DIDL("");
	g_auto(Player) p;

	play_with(&p, metadata);
	avu_transport_get_listener()->title_changed(
		p.token, "Radio <X>", "Can - Vitamin C & D", p.transport);
	assert_metadata_has(&p, "<dc:title>Vitamin C &amp; D</dc:title>", true);
	assert_metadata_has(&p, "<upnp:artist>Can</upnp:artist>", true);
	assert_metadata_has(&p, "Radio &lt;X&gt;", true);
	assert_metadata_has(&p, "x.png", true);
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", metadata); /* as it was given */
	avu_transport_get_listener()->title_changed(p.token, NULL, "News - ", p.transport);
	assert_metadata_has(&p, "<dc:title>News - </dc:title>", true);
	assert_metadata_has(&p, "artist", false);
	avu_transport_get_listener()->title_changed(p.token + 9, NULL, "Other", p.transport);
	assert_metadata_has(&p, "Other", false);
	avu_transport_get_listener()->title_changed(p.token, NULL, "", p.transport);
	assert_out(&p, "GetPositionInfo", "TrackMetaData", metadata);
}

/* ---- loudness that a server tells */

static const struct {
	const char *facts;
	bool has_track, has_album;
	double track_db, album_db;
	const char *why;
} gains[] = {
	{ "<a:replayGainTrack>-6.54 dB</a:replayGainTrack>", true, false, -6.54, 0, "as in files" },
	{ "<a:replayGainTrack>+1.5</a:replayGainTrack><a:replayGainAlbum>-2 db</a:replayGainAlbum>",
		true, true, 1.5, -2, "without a unit, and with another spelling" },
	{ "<a:replayGainAlbum>0.00 dB</a:replayGainAlbum>", false, true, 0, 0,
		"none is known, too" },
	{ "<a:replayGainTrack>-900 dB</a:replayGainTrack>", false, false, 0, 0, "of no music" },
	{ "<a:replayGainTrack>nan</a:replayGainTrack>", false, false, 0, 0, "no number" },
	{ "<a:replayGainTrack>inf dB</a:replayGainTrack>", false, false, 0, 0, "no end" },
	{ "<a:replayGainTrack>loud</a:replayGainTrack>", false, false, 0, 0, "a word" },
	{ "<a:replayGainTrack>-3 %</a:replayGainTrack>", false, false, 0, 0, "another unit" },
	{ "<a:lyrics>1</a:lyrics>", false, false, 0, 0, "another fact" },
};

static void
test_gains(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(gains); i++) {
		g_autofree char *metadata = g_strdup_printf(
			"<DIDL-Lite><item id=\"1\"><title>x</title><desc><a:facts "
			"xmlns:a=\"urn:av-upnp:facts\">%s</a:facts></desc></item></DIDL-Lite>",
			gains[i].facts);
		g_autoptr(TransportTrack) track = transport_track_new(URI, metadata, NULL);

		g_test_message("%s", gains[i].why);
		g_assert_nonnull(track);
		const AvuTrack told = transport_track_for_engine(track, 1, 0);

		g_assert_cmpint(told.has_track_gain, ==, gains[i].has_track);
		g_assert_cmpint(told.has_album_gain, ==, gains[i].has_album);
		g_assert_cmpfloat_with_epsilon(told.track_gain_db, gains[i].track_db, 1e-9);
		g_assert_cmpfloat_with_epsilon(told.album_gain_db, gains[i].album_db, 1e-9);
	}
}

/* res@bitrate is octets a second. */
static void
test_rates(void)
{
	static const struct {
		const char *attribute;
		uint64_t rate_bps;
		const char *why;
	} rows[] = {
		{ "bitrate=\"176400\"", 1411200, "of a CD" },
		{ "", 0, "not said" },
		{ "bitrate=\"0\"", 0, "none" },
		{ "bitrate=\"-5\"", 0, "no number" },
		{ "bitrate=\"9223372036854775807\"", UINT64_C(9223372036854775800), "2^63-1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *metadata = g_strdup_printf(
			"<DIDL-Lite><item id=\"1\"><title>x</title><res %s "
			"protocolInfo=\"http-get:*:audio/mpeg:*\">" URI "</res></item></DIDL-Lite>",
			rows[i].attribute);
		g_autoptr(TransportTrack) track = transport_track_new(URI, metadata, NULL);

		g_test_message("%s", rows[i].why);
		g_assert_nonnull(track);
		const AvuTrack told = transport_track_for_engine(track, 1, 0);

		g_assert_cmpuint(told.rate_bps, ==, rows[i].rate_bps);
		g_assert_cmpstr(track->mime, ==, "audio/mpeg");
	}
}

/* ---- subtitles */

#define RES(attributes, mime, uri)                                                           \
	"<res " attributes " protocolInfo=\"http-get:*:" mime ":*\">http://192.0.2.1:8/" uri \
	"</res>"
#define FILM(attributes) RES(attributes, "video/mp4", "a")
#define PV "pv:subtitleFileUri=\"http://192.0.2.1:8/pv\""
#define SEC(element) "<sec:" element ">http://192.0.2.1:8/sec</sec:" element ">"

static const struct {
	const char *inside, *subtitles, *why;
} subtitles[] = {
	{ FILM(PV), "pv", "Panasonic's" },
	{ FILM("") SEC("CaptionInfoEx"), "sec", "Samsung's" },
	{ FILM("") SEC("CaptionInfo"), "sec", "its older one" },
	{ FILM(PV) SEC("CaptionInfo") SEC("CaptionInfoEx"), "pv", "the chosen resource's first" },
	{ RES("", "video/mpeg", "b") RES("", "video/mp4", "c") SEC("CaptionInfoEx"), "sec",
		"of no resource that was chosen" },
	{ RES(PV, "video/mpeg", "b") FILM(""), NULL, "another resource's" },
	{ FILM("") RES("", "text/srt", "srt"), "srt", "a resource of its own" },
	{ RES("", "image/jpeg", "b") RES("", "application/x-subrip", "srt") FILM(""), "srt",
		"under another name, and before the film" },
	{ RES("", "video/mpeg", "b") RES("", "text/vtt", "vtt"), "vtt",
		"although no resource was chosen" },
	{ FILM("") RES("", "text/srt", "srt") SEC("CaptionInfo"), "sec",
		"what is said of it first" },
	{ FILM("") RES("", "text/html", "b"), NULL, "a text that is none" },
	{ RES("", "text/srt", "a"), NULL, "it is what is played" },
};

static void
test_subtitles(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(subtitles); i++) {
		g_autofree char *metadata = g_strdup_printf(
			"<DIDL-Lite xmlns:sec=\"http://www.sec.co.kr/\" "
			"xmlns:pv=\"http://www.pv.com/pvns/\"><item id=\"1\"><title>x</title>"
			"%s</item></DIDL-Lite>",
			subtitles[i].inside);
		g_autofree char *expected =
			subtitles[i].subtitles != NULL
				? g_strconcat("http://192.0.2.1:8/", subtitles[i].subtitles, NULL)
				: NULL;
		g_autoptr(TransportTrack) track = transport_track_new(URI, metadata, NULL);

		g_test_message("%s", subtitles[i].why);
		g_assert_nonnull(track);
		g_assert_cmpstr(transport_track_for_engine(track, 1, 0).subtitle_uri, ==, expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-units/frames", test_frames);
	g_test_add_func("/transport-units/octets", test_octets);
	g_test_add_func("/transport-units/octets-unknown", test_octets_unknown);
	g_test_add_func("/transport-units/octets-limited", test_octets_limited);
	g_test_add_func("/transport-units/rates", test_rates);
	g_test_add_func("/transport-units/buffer", test_buffer);
	g_test_add_func("/transport-units/speeds", test_speeds);
	g_test_add_func("/transport-units/speed-of-load", test_speed_of_load);
	g_test_add_func("/transport-units/station", test_station);
	g_test_add_func("/transport-units/gains", test_gains);
	g_test_add_func("/transport-units/subtitles", test_subtitles);
	return g_test_run();
}
