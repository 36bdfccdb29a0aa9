/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport over an engine that only writes down what it is asked, with a clock of its own. The
 * expected answers are those of spec/upnp-av-avtransport.md. */
#include "transport-player.h"

typedef enum { NO_MEDIA, STOPPED, PLAYING, PAUSED, TRANSITIONING, N_STATES } State;

static const char *const state_names[N_STATES] = { "NO_MEDIA_PRESENT", "STOPPED", "PLAYING",
	"PAUSED_PLAYBACK", "TRANSITIONING" };

static void
bring_to(Player *p, State state)
{
	if (state != NO_MEDIA) {
		g_assert_cmpint(set_uri(p, "http://192.0.2.1:8/a", ""), ==, 0);
	}
	if (state >= PLAYING) {
		g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	}
	if (state == PLAYING || state == PAUSED) {
		report(p, AVU_ENGINE_PLAYING);
	}
	if (state == PAUSED) {
		g_assert_cmpint(code_of(p, "Pause"), ==, 0);
		report(p, AVU_ENGINE_PAUSED);
	}
	assert_state(p, state_names[state]);
	g_string_truncate(p->log, 0);
}

/* ---- every state with every action */

/* What the engine would report after the last thing it was asked. */
static void
settle(Player *p)
{
	static const struct {
		const char *asked;
		AvuEngineState state;
	} outcomes[] = {
		{ "play;", AVU_ENGINE_PLAYING },
		{ "pause;", AVU_ENGINE_PAUSED },
		{ "load http://192.0.2.1:8/b -;", AVU_ENGINE_PAUSED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) {
		if (g_str_has_suffix(p->log->str, outcomes[i].asked)) {
			report(p, outcomes[i].state);
			return;
		}
	}
}

static const struct {
	const char *action;
	const char *name, *value, *name2, *value2; /* arguments after InstanceID */
	struct {
		int code;
		State after; /* once the engine is done */
	} expected[N_STATES];
} pairs[] = {
	{ "SetAVTransportURI", "CurrentURI", "http://192.0.2.1:8/b", "CurrentURIMetaData", "",
		{ { 0, STOPPED }, { 0, STOPPED }, { 0, PLAYING }, { 0, PAUSED }, { 0, PLAYING } } },
	{ "SetNextAVTransportURI", "NextURI", "http://192.0.2.1:8/b", "NextURIMetaData", "",
		{ { 0, NO_MEDIA }, { 0, STOPPED }, { 0, PLAYING }, { 0, PAUSED },
			{ 0, TRANSITIONING } } },
	{ "Play", "Speed", "1", NULL, NULL,
		{ { 702, NO_MEDIA }, { 0, PLAYING }, { 0, PLAYING }, { 0, PLAYING },
			{ 0, PLAYING } } },
	{ "Stop", NULL, NULL, NULL, NULL,
		{ { 701, NO_MEDIA }, { 0, STOPPED }, { 0, STOPPED }, { 0, STOPPED },
			{ 0, STOPPED } } },
	{ "Pause", NULL, NULL, NULL, NULL,
		{ { 701, NO_MEDIA }, { 701, STOPPED }, { 0, PAUSED }, { 701, PAUSED },
			{ 0, PAUSED } } },
	{ "Seek", "Unit", "REL_TIME", "Target", "0:00:10",
		{ { 701, NO_MEDIA }, { 0, STOPPED }, { 0, PLAYING }, { 0, PAUSED },
			{ 0, TRANSITIONING } } },
	{ "Next", NULL, NULL, NULL, NULL,
		{ { 701, NO_MEDIA }, { 711, STOPPED }, { 711, PLAYING }, { 711, PAUSED },
			{ 711, TRANSITIONING } } },
	{ "Previous", NULL, NULL, NULL, NULL,
		{ { 701, NO_MEDIA }, { 711, STOPPED }, { 711, PLAYING }, { 711, PAUSED },
			{ 711, TRANSITIONING } } },
};

static void
test_pairs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		for (unsigned state = 0; state < N_STATES; state++) {
			g_auto(Player) p;

			g_test_message("%s in %s", pairs[i].action, state_names[state]);
			player_init(&p);
			bring_to(&p, (State)state);

			g_autoptr(AvuSoapMessage) answer = fixture_call(&p.base, pairs[i].action,
				"InstanceID", "0", pairs[i].name, pairs[i].value, pairs[i].name2,
				pairs[i].value2, NULL);

			g_assert_cmpint(answer->fault_code, ==, pairs[i].expected[state].code);
			settle(&p);
			assert_state(&p, state_names[pairs[i].expected[state].after]);
			assert_status(&p, "OK");
		}
	}
}

static void
test_instance(void)
{
	static const char *const rows[][5] = {
		{ "SetAVTransportURI", "CurrentURI", "http://192.0.2.1:8/", "CurrentURIMetaData",
			"" },
		{ "SetNextAVTransportURI", "NextURI", "http://192.0.2.1:8/", "NextURIMetaData",
			"" },
		{ "Play", "Speed", "1" },
		{ "Pause" },
		{ "Stop" },
		{ "Seek", "Unit", "TRACK_NR", "Target", "1" },
		{ "Next" },
		{ "Previous" },
		{ "GetTransportInfo" },
		{ "GetPositionInfo" },
		{ "GetMediaInfo" },
		{ "GetDeviceCapabilities" },
		{ "GetTransportSettings" },
		{ "GetCurrentTransportActions" },
	};
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuSoapMessage) answer = fixture_call(&p.base, rows[i][0], "InstanceID",
			"1", rows[i][1], rows[i][2], rows[i][3], rows[i][4], NULL);

		g_test_message("%s", rows[i][0]);
		g_assert_cmpint(answer->fault_code, ==, 718);
	}
	assert_log(&p, "");
	assert_state(&p, "PLAYING");
}

/* ---- what the engine is asked */

static void
test_play_through(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a b", ""), ==, 716);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/\xc3\xa4", ""), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/%C3%A4 -;");
	assert_state(&p, "STOPPED");
	report(&p, AVU_ENGINE_PAUSED); /* first sample is there */
	assert_state(&p, "STOPPED");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "play;");
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PLAYING);
	assert_state(&p, "PLAYING");
	g_assert_cmpint(code_of(&p, "Pause"), ==, 0);
	assert_log(&p, "pause;");
	report(&p, AVU_ENGINE_PAUSED);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	assert_log(&p, "stop;");
	assert_state(&p, "STOPPED");
	report(&p, AVU_ENGINE_PLAYING); /* late word of a dropped track */
	assert_state(&p, "STOPPED");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/%C3%A4 -;play;");
	report(&p, AVU_ENGINE_PLAYING);
	avu_transport_get_listener()->ended(p.token, p.transport);
	assert_state(&p, "STOPPED");
	assert_status(&p, "OK");
	assert_log(&p, "");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/\xc3\xa4");
	g_assert_cmpint(set_uri(&p, "", ""), ==, 0);
	assert_state(&p, "NO_MEDIA_PRESENT");
	assert_out(&p, "GetMediaInfo", "NrTracks", "0");
}

#define DIDL(resource)                                                                 \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" "           \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><item id=\"1\" parentID=\"0\" " \
	"restricted=\"1\"><dc:title>T &amp; U</dc:title>" resource "</item></DIDL-Lite>"

static void
test_metadata(void)
{
	static const char two[] =
		DIDL("<res protocolInfo=\"http-get:*:audio/x-unplayable:*\" "
		     "duration=\"0:03:25.500\">http://192.0.2.1:8/x</res>"
		     "<res protocolInfo=\"http-get:*:audio/FLAC:*\">http://192.0.2.1:8/a</res>");
	static const char unplayable[] = DIDL(
		"<res protocolInfo=\"http-get:*:audio/x-unplayable:*\">http://192.0.2.1:8/a</res>");
	static const char large[] = DIDL("<res protocolInfo=\"http-get:*:video/mp4:*\" "
					 "resolution=\"20000x20000\">http://192.0.2.1:8/a</res>");
	static const char locked[] = DIDL("<res protocolInfo=\"http-get:*:video/mp4:*\" "
					  "protection=\"DTCP\">http://192.0.2.1:8/a</res>");
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", unplayable), ==, 714);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", large), ==, 704);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", locked), ==, 719);
	g_assert_cmpint(code_of(&p, "SetNextAVTransportURI", "NextURI", "http://192.0.2.1:8/a",
				"NextURIMetaData", large),
		==, 704);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/busy", ""), ==, 715);
	g_assert_cmpint(set_uri(&p, "file:///etc/passwd", ""), ==, 716);
	assert_log(&p, ""); /* what plays is not touched */
	assert_state(&p, "PLAYING");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/a");
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", "");

	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", two), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/a audio/flac;play;");
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", two);
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:03:25");
	assert_out(&p, "GetMediaInfo", "NrTracks", "1");
	assert_out(&p, "GetMediaInfo", "PlayMedium", "NETWORK");
	assert_out(&p, "GetMediaInfo", "RecordMedium", "NOT_IMPLEMENTED");
	assert_out(&p, "GetMediaInfo", "WriteStatus", "NOT_IMPLEMENTED");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	assert_out(&p, "GetPositionInfo", "TrackMetaData", two);
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/a");
	avu_transport_get_listener()->duration_known(p.token, 207 * S, p.transport);
	assert_out(&p, "GetPositionInfo", "TrackDuration", "0:03:27");
	avu_transport_get_listener()->duration_known(p.token, S / 4, p.transport);
	assert_out(&p, "GetPositionInfo", "TrackDuration", "0:00:00.250");

	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", "<no DIDL>"), ==, 0);
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", "<no DIDL>");
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:00:00");
}

static void
test_position(void)
{
	g_auto(Player) p;

	player_init(&p);
	assert_out(&p, "GetPositionInfo", "Track", "0");
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:00");
	assert_out(&p, "GetPositionInfo", "TrackDuration", "0:00:00");
	bring_to(&p, PLAYING);
	p.position_ns = 3661 * S + S / 2;
	assert_out(&p, "GetPositionInfo", "Track", "1");
	assert_out(&p, "GetPositionInfo", "RelTime", "1:01:01");
	assert_out(&p, "GetPositionInfo", "AbsTime", "1:01:01");
	assert_out(&p, "GetPositionInfo", "RelCount", "3661500"); /* milliseconds */
	assert_out(&p, "GetPositionInfo", "AbsCount", "3661500");
	p.position_ns = AVU_TIME_NONE;
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:00");
	p.position_ns = 5 * S;
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:00");
}

static const struct {
	const char *unit, *target;
	int code;
	const char *asked;
	const char *why;
} seeks[] = {
	{ "REL_TIME", "0:00:10", 0, "seek 10;", "from the start of the track" },
	{ "ABS_TIME", "00:01:00.500", 0, "seek 60;", "from the start of the media" },
	{ "REL_TIME", "0:03:20", 0, "seek 200;", "the very end" },
	{ "REL_TIME", "0:03:21", 711, "", "behind the end" },
	{ "REL_TIME", "-0:00:10", 711, "", "before the start" },
	{ "REL_TIME", "0:0:9", 0, "seek 9;", "as Home Assistant writes it" },
	{ "REL_TIME", "0:3:7", 0, "seek 187;", "the same" },
	{ "ABS_TIME", "00:1:05", 0, "seek 65;", "one of them with two digits" },
	{ "REL_TIME", "0:0:60", 711, "", "limit of seconds + 1" },
	{ "REL_TIME", "0:60:0", 711, "", "limit of minutes + 1" },
	{ "REL_TIME", "0:000:01", 711, "", "three digits" },
	{ "REL_TIME", "0::1", 711, "", "no minutes" },
	{ "REL_TIME", "-0:0:1", 711, "", "one digit, before the start" },
	{ "REL_TIME", "1:5", 711, "", "no hours" },
	{ "REL_TIME", "10", 711, "", "not a duration" },
	{ "REL_TIME", "", 711, "", "empty" },
	{ "TRACK_NR", "1", 0, "seek 0;", "the track there is" },
	{ "TRACK_NR", "0", 0, "seek 200;", "end of the media" },
	{ "TRACK_NR", "2", 711, "", "no such track" },
	{ "TRACK_NR", "x", 711, "", "not a number" },
	{ "TRACK_NR", "-1", 711, "", "negative" },
	{ "REL_COUNT", "10000", 0, "seek 10;", "milliseconds of the track" },
	{ "ABS_COUNT", "60500", 0, "seek 60;", "milliseconds of the media" },
	{ "REL_COUNT", "200001", 711, "", "behind the end" },
	{ "REL_COUNT", "-1", 711, "", "before the start" },
	{ "ABS_COUNT", "2147483647", 711, "", "stands for no number" },
	{ "FRAME", "1", 710, "", "the rate is not known" },
	{ "X_DLNA_REL_BYTE", "1", 710, "", "the size is not known" },
	{ "TAPE-INDEX", "1", 710, "", "not done here" },
	{ "CHANNEL_FREQ", "1", 710, "", "not done here" },
	{ "X_OTHER", "1", 710, "", "of somebody else" },
};

static void
test_seek(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	avu_transport_get_listener()->duration_known(p.token, 200 * S, p.transport);
	for (size_t i = 0; i < G_N_ELEMENTS(seeks); i++) {
		g_test_message("%s '%s': %s", seeks[i].unit, seeks[i].target, seeks[i].why);
		g_assert_cmpint(
			code_of(&p, "Seek", "Unit", seeks[i].unit, "Target", seeks[i].target), ==,
			seeks[i].code);
		assert_log(&p, seeks[i].asked);
		assert_state(&p, "PLAYING");
	}
	report(&p, AVU_ENGINE_TRANSITIONING);
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PLAYING);
	assert_state(&p, "PLAYING");
}

static void
test_seek_elsewhere(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, STOPPED);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "REL_TIME", "Target", "0:00:10"), ==, 0);
	assert_log(&p, "seek 10;"); /* it is loaded already */
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:10");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "play;");

	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "ABS_TIME", "Target", "0:00:20"), ==, 0);
	assert_log(&p, "");
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:20");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/a -;seek 20;play;");

	/* A live stream: no positions, but it can be begun again. */
	avu_transport_get_listener()->seekable_known(p.token, false, p.transport);
	assert_out(&p, "GetCurrentTransportActions", "Actions", "Play,Stop,Pause");
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "REL_TIME", "Target", "0:00:10"), ==, 701);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "TRACK_NR", "Target", "0"), ==, 711);
	assert_log(&p, "");
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "TRACK_NR", "Target", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/a -;play;");
}

static void
test_speed(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, STOPPED);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "2"), ==, 717);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "0"), ==, 717);
	g_assert_cmpint(code_of(&p, "Play", "Speed", ""), ==, 717);
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetTransportInfo", "CurrentSpeed", "1");
}

/* ---- the next track */

static void
test_next_without_gap(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/b;");
	assert_out(&p, "GetMediaInfo", "NextURI", "http://192.0.2.1:8/b");
	assert_out(&p, "GetCurrentTransportActions", "Actions", "Play,Stop,Pause,Seek,Next");
	avu_transport_get_listener()->duration_known(p.next_token, 100 * S, p.transport);
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:00:00"); /* still of the first */
	p.token = p.next_token;
	avu_transport_get_listener()->track_started(p.next_token, p.transport);
	assert_log(&p, "");
	assert_state(&p, "PLAYING");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/b");
	assert_out(&p, "GetMediaInfo", "MediaDuration", "0:01:40");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/b");
	report(&p, AVU_ENGINE_PAUSED); /* the token moved along */
	assert_state(&p, "TRANSITIONING");
}

static void
test_next_taken_back(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/busy"), ==, 715);
	assert_out(&p, "GetMediaInfo", "NextURI", "http://192.0.2.1:8/b");
	g_assert_cmpint(set_next_uri(&p, ""), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/b;next -;");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/c"), ==, 0);
	g_assert_cmpint(
		set_uri(&p, "http://192.0.2.1:8/d", ""), ==, 0); /* belonged to the old one */
	assert_out(&p, "GetMediaInfo", "NextURI", "");
}

static void
test_next_action(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Next"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/b -;play;");
	assert_state(&p, "TRANSITIONING");
	report(&p, AVU_ENGINE_PLAYING);
	assert_state(&p, "PLAYING");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/b");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	g_assert_cmpint(code_of(&p, "Next"), ==, 711);
}

static void
test_next_survives_stop(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/a -;play;next http://192.0.2.1:8/b;");
}

/* SetNextAVTransportURI crossed the engine's last word on the way. */
static void
test_next_too_late(void)
{
	g_auto(Player) p;

	player_init(&p);
	bring_to(&p, PLAYING);
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/b"), ==, 0);
	g_string_truncate(p.log, 0);
	avu_transport_get_listener()->ended(p.token, p.transport);
	assert_log(&p, "load http://192.0.2.1:8/b -;play;");
	assert_state(&p, "TRANSITIONING");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/b");
}

static void
test_constants(void)
{
	g_auto(Player) p;

	player_init(&p);
	assert_out(&p, "GetDeviceCapabilities", "PlayMedia", "NONE,NETWORK");
	assert_out(&p, "GetDeviceCapabilities", "RecMedia", "NOT_IMPLEMENTED");
	assert_out(&p, "GetDeviceCapabilities", "RecQualityModes", "NOT_IMPLEMENTED");
	assert_out(&p, "GetTransportSettings", "PlayMode", "NORMAL");
	assert_out(&p, "GetTransportSettings", "RecQualityMode", "NOT_IMPLEMENTED");
	assert_out(&p, "GetMediaInfo", "PlayMedium", "NONE");
	assert_out(&p, "GetCurrentTransportActions", "Actions", "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/av-transport/pairs", test_pairs);
	g_test_add_func("/av-transport/instance", test_instance);
	g_test_add_func("/av-transport/play-through", test_play_through);
	g_test_add_func("/av-transport/metadata", test_metadata);
	g_test_add_func("/av-transport/position", test_position);
	g_test_add_func("/av-transport/seek", test_seek);
	g_test_add_func("/av-transport/seek-elsewhere", test_seek_elsewhere);
	g_test_add_func("/av-transport/speed", test_speed);
	g_test_add_func("/av-transport/next/without-gap", test_next_without_gap);
	g_test_add_func("/av-transport/next/taken-back", test_next_taken_back);
	g_test_add_func("/av-transport/next/action", test_next_action);
	g_test_add_func("/av-transport/next/survives-stop", test_next_survives_stop);
	g_test_add_func("/av-transport/next/too-late", test_next_too_late);
	g_test_add_func("/av-transport/constants", test_constants);
	return g_test_run();
}
