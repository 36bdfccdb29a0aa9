/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pushed playlists against spec/upnp-av-avtransport.md 9 and 10: order of pieces, each error code, state, and how a
 * list that grows is played. */
#include "transport-player.h"

#define M3U "audio/x-mpegurl"
#define ONE "http://192.0.2.1:8/1\n" /* 21 characters */
#define TWO "http://192.0.2.1:8/2\n"
#define THREE "http://192.0.2.1:8/3\n"
#define LEN "21"
#define TOTAL "42"

#define push_static(p, data, length, offset, total, mime)                                         \
	code_of(p, "SetStaticPlaylist", "PlaylistData", data, "PlaylistDataLength", length,       \
		"PlaylistOffset", offset, "PlaylistTotalLength", total, "PlaylistMIMEType", mime, \
		"PlaylistExtendedType", "*", "PlaylistStartObj", "", "PlaylistStartGroup", "")

#define push_streaming(p, data, length, mime, step)                                            \
	code_of(p, "SetStreamingPlaylist", "PlaylistData", data, "PlaylistDataLength", length, \
		"PlaylistMIMEType", mime, "PlaylistExtendedType", "*", "PlaylistStep", step)

static void
assert_info(Player *p, const char *type, const char *part)
{
	g_autoptr(AvuSoapMessage) answer = call(p, "GetPlaylistInfo", "PlaylistType", type);
	const char *info = avu_soap_find_argument(answer, "PlaylistInfo");

	if (strstr(info, part) == NULL) {
		g_error("'%s' is not in %s", part, info);
	}
}

/* ---- static */

static void
test_two_pieces(void)
{
	g_auto(Player) p;

	player_init(&p);
	assert_info(&p, "Static", "<playlistState>Idle</playlistState>");
	g_assert_cmpint(push_static(&p, ONE, LEN, "0", TOTAL, M3U), ==, 0);
	assert_state(&p, "TRANSITIONING");
	assert_out(&p, "GetCurrentTransportActions", "Actions", "");
	assert_info(&p, "Static", "<playlistState>Incomplete</playlistState>");
	assert_info(&p, "Streaming", "<playlistState>Idle</playlistState>");
	assert_log(&p, "");
	g_assert_cmpint(push_static(&p, TWO, LEN, LEN, TOTAL, M3U), ==, 0);
	assert_state(&p, "STOPPED"); /* "never starts playing by itself" */
	assert_info(&p, "Static", "<playlistState>Ready</playlistState>");
	assert_log(&p, "load http://192.0.2.1:8/1 -;next http://192.0.2.1:8/2;");
	assert_out(&p, "GetMediaInfo", "NrTracks", "2");
	assert_out(&p, "GetMediaInfo", "CurrentURI", "");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	assert_info(&p, "Static", "<playlistState>Active</playlistState>");
	assert_out(&p, "GetPositionInfo", "Track", "0"); /* of a static list */
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/1");
	g_assert_cmpint(code_of(&p, "Next"), ==, 0);
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/2");
	g_assert_cmpint(code_of(&p, "Previous"), ==, 0);
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/1");
	/* reset: "other arguments ignored" */
	g_assert_cmpint(push_static(&p, "", "7", "3", "0", "x/y"), ==, 0);
	assert_state(&p, "NO_MEDIA_PRESENT");
	assert_info(&p, "Static", "<playlistState>Idle</playlistState>");
}

/* What played goes on playing with the new list. */
static void
test_while_playing(void)
{
	g_auto(Player) p;

	player_init(&p);
	play_one(&p);
	g_assert_cmpint(push_static(&p, "", "0", "0", "0", M3U), ==, 0); /* there is none */
	g_assert_cmpint(push_static(&p, "bad\n", "4", "0", "4", M3U), ==, 736);
	assert_log(&p, ""); /* what is refused at once changes nothing */
	assert_state(&p, "PLAYING");
	g_assert_cmpint(push_static(&p, ONE, LEN, "0", TOTAL, M3U), ==, 0);
	assert_log(&p, "stop;");
	assert_state(&p, "TRANSITIONING");
	g_assert_cmpint(push_static(&p, TWO, LEN, LEN, TOTAL, M3U), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/1 -;play;next http://192.0.2.1:8/2;");
	report(&p, AVU_ENGINE_PLAYING);
	assert_state(&p, "PLAYING");
}

static const struct {
	const char *data, *length, *offset, *total, *mime;
	int code;
	const char *why;
} refused[] = {
	{ ONE, LEN, "0", TOTAL, "audio/flac", 714, "no list" },
	{ ONE, LEN, "1", TOTAL, M3U, 734, "the first offset is not 0" },
	{ ONE, "0", "0", TOTAL, M3U, 735, "no length" },
	{ ONE, "20", "0", TOTAL, M3U, 735, "a length that it cannot have" },
	{ ONE, LEN, "0", "20", M3U, 735, "over the total" },
	{ ONE, LEN, "0", "1048577", M3U, 735, "no room" },
	{ "bad", "3", "0", "3", M3U, 736, "no list" },
	{ "#EXTM3U\n", "8", "0", "8", M3U, 736, "nothing to play in it" },
	{ "file:///etc/passwd", "18", "0", "18", M3U, 736, "nothing that may be played" },
};

static const struct {
	const char *data, *length, *offset, *total, *mime;
	int code;
	const char *why;
} refused_later[] = {
	{ TWO, LEN, "22", TOTAL, M3U, 734, "a gap" },
	{ TWO, LEN, "20", TOTAL, M3U, 734, "twice" },
	{ TWO, LEN, LEN, "43", M3U, 735, "another total" },
	{ TWO, "22", LEN, TOTAL, M3U, 735, "over the total" },
	{ TWO, LEN, LEN, TOTAL, "text/xml", 714, "another type" },
};

static void
test_refused(void)
{
	g_auto(Player) p;

	player_init(&p);
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_test_message("%s", refused[i].why);
		g_assert_cmpint(push_static(&p, refused[i].data, refused[i].length,
					refused[i].offset, refused[i].total, refused[i].mime),
			==, refused[i].code);
		assert_state(&p, "NO_MEDIA_PRESENT");
	}
	g_autoptr(AvuSoapMessage) answer = fixture_call(
		&p.base, "GetPlaylistInfo", "InstanceID", "7", "PlaylistType", "Static", NULL);

	g_assert_cmpint(answer->fault_code, ==, 718);
	g_assert_cmpint(push_static(&p, ONE, LEN, "0", TOTAL, M3U), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(refused_later); i++) {
		g_test_message("%s", refused_later[i].why);
		g_assert_cmpint(push_static(&p, refused_later[i].data, refused_later[i].length,
					refused_later[i].offset, refused_later[i].total,
					refused_later[i].mime),
			==, refused_later[i].code);
		assert_info(&p, "Static", "<playlistState>Incomplete</playlistState>");
	}
	/* "transport action before the total was reached" */
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 735);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 735);
	g_assert_cmpint(code_of(&p, "Next"), ==, 735);
	/* it goes on in spite of all that; and is no list in the end */
	g_assert_cmpint(push_static(&p, "bad http://192.0.2.1\n", LEN, LEN, TOTAL, M3U), ==, 736);
	assert_state(&p, "NO_MEDIA_PRESENT");
	g_assert_cmpint(push_static(&p, TWO, LEN, LEN, TOTAL, M3U), ==, 734);
}

static void
test_begun_anew_and_given_up(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(push_static(&p, ONE, LEN, "0", TOTAL, M3U), ==, 0);
	p.now_ns += 20 * S;
	g_assert_cmpint(push_static(&p, TWO, LEN, "0", "63", M3U), ==, 0);
	p.now_ns += 20 * S;
	g_assert_cmpint(push_static(&p, THREE, LEN, LEN, "63", M3U), ==, 0);
	p.now_ns += 32 * S;
	assert_state(&p, "TRANSITIONING"); /* since the last piece */
	p.now_ns += S;
	assert_state(&p, "NO_MEDIA_PRESENT");
	assert_status(&p, "ERROR_OCCURRED");
	g_assert_cmpint(push_static(&p, ONE, LEN, TOTAL, "63", M3U), ==, 734);
	/* another URI takes its place */
	g_assert_cmpint(push_static(&p, ONE, LEN, "0", TOTAL, M3U), ==, 0);
	g_assert_cmpint(set_uri(&p, "http://192.0.2.1:8/a", ""), ==, 0);
	assert_state(&p, "STOPPED");
}

static void
test_start_object(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(
		code_of(&p, "SetStaticPlaylist", "PlaylistData", ONE TWO, "PlaylistDataLength",
			TOTAL, "PlaylistOffset", "0", "PlaylistTotalLength", TOTAL,
			"PlaylistMIMEType", "text/xml", "PlaylistExtendedType", "DIDL_S",
			"PlaylistStartObj", "/2", "PlaylistStartGroup", ""),
		==, 0);
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/2");
	assert_info(&p, "Static",
		"<playlistCurrentFormat><contentType MIMEType=\"text/xml\" "
		"extendedType=\"DIDL_S\"/></playlistCurrentFormat>");
}

/* ---- streaming */

static void
test_grows(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	assert_state(&p, "STOPPED");
	assert_log(&p, "load http://192.0.2.1:8/1 -;");
	assert_info(&p, "Streaming", "<playlistState>Ready</playlistState>");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	g_string_truncate(p.log, 0);
	/* in time */
	g_assert_cmpint(push_streaming(&p, TWO, LEN, M3U, "Continue"), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/2;");
	assert_info(&p, "Streaming",
		"<playlistState>Active</playlistState><playlistChunkLengthMax>200000</"
		"playlistChunkLengthMax><playlistDataLengthUsed>42</playlistDataLengthUsed>"
		"<playlistTotalLengthAvail>1048534</playlistTotalLengthAvail>"
		"<playlistTrackMin>1</playlistTrackMin><playlistTrackMax>2</playlistTrackMax>");
	follow(&p);
	assert_out(&p, "GetPositionInfo", "Track", "2");
	/* what comes after the list waits until it is known to be over */
	g_assert_cmpint(set_next_uri(&p, "http://192.0.2.1:8/a"), ==, 0);
	assert_log(&p, "");
	/* too late */
	end(&p);
	assert_state(&p, "TRANSITIONING");
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, ""); /* it is waited for all the same */
	g_assert_cmpint(push_streaming(&p, THREE, LEN, M3U, "Continue"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/3 -;play;");
	report(&p, AVU_ENGINE_PLAYING);
	assert_out(&p, "GetMediaInfo", "NrTracks", "3");
	/* "end after pending data" */
	g_assert_cmpint(push_streaming(&p, "", "0", M3U, "Stop"), ==, 0);
	assert_log(&p, "next http://192.0.2.1:8/a;");
	assert_state(&p, "PLAYING");
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Continue"), ==, 736);
	follow(&p);
	assert_out(&p, "GetMediaInfo", "CurrentURI", "http://192.0.2.1:8/a");
}

static void
test_starved(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(push_streaming(&p, "#EXTM3U\n", "8", M3U, "Initial"), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_state(&p, "TRANSITIONING"); /* "until the first CurrentTrackURI is known" */
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Continue"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/1 -;play;");
	report(&p, AVU_ENGINE_PLAYING);
	end(&p);
	g_assert_cmpint(push_streaming(&p, "", "0", M3U, "Stop"), ==, 0);
	assert_state(&p, "STOPPED"); /* nothing was pending */
	assert_status(&p, "OK");
	/* nobody goes on with it */
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	report(&p, AVU_ENGINE_PLAYING);
	end(&p);
	p.now_ns += 33 * S;
	assert_state(&p, "STOPPED");
	assert_status(&p, "ERROR_OCCURRED");
	g_assert_cmpint(push_streaming(&p, TWO, LEN, M3U, "Continue"), ==, 736);
	g_assert_cmpint(push_streaming(&p, "", "0", M3U, "Reset"), ==, 0);
	assert_state(&p, "NO_MEDIA_PRESENT");
	/* back to what was over */
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	end(&p);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Seek", "Unit", "REL_TIME", "Target", "0:00:07"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/1 -;seek 7;play;");
	/* stopped while it waited: what comes is not begun */
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	end(&p);
	g_assert_cmpint(code_of(&p, "Stop"), ==, 0);
	g_string_truncate(p.log, 0);
	g_assert_cmpint(push_streaming(&p, TWO, LEN, M3U, "Continue"), ==, 0);
	assert_state(&p, "STOPPED");
	assert_log(&p, "");
}

/* The last one there is cannot be played: the next one that comes is. */
static void
test_last_fails(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	avu_transport_get_listener()->failed(p.token, 704, "no", p.transport);
	assert_state(&p, "TRANSITIONING");
	g_string_truncate(p.log, 0);
	g_assert_cmpint(push_streaming(&p, TWO, LEN, M3U, "Continue"), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/2 -;play;");
}

/* In a shuffled order what is new is among what is still to come. */
static void
test_shuffled(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "SHUFFLE"), ==, 0);
	g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
	g_assert_cmpint(push_streaming(&p, TWO THREE, TOTAL, M3U, "Continue"), ==, 0);
	assert_out(&p, "GetPositionInfo", "TrackURI", "http://192.0.2.1:8/1");
	g_assert_cmpint(code_of(&p, "Next"), ==, 0);
	g_assert_cmpint(code_of(&p, "Next"), ==, 0);
	g_assert_cmpint(code_of(&p, "Next"), ==, 711);
}

/* The order is drawn: each of the two comes up. That one does not in so many rounds is less likely than a broken machine. */
static void
test_shuffled_anew(void)
{
	unsigned seen = 0;

	for (unsigned round = 0; round < 64 && seen != 3; round++) {
		g_auto(Player) p;

		player_init(&p);
		g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "SHUFFLE"), ==, 0);
		g_assert_cmpint(push_streaming(&p, ONE, LEN, M3U, "Initial"), ==, 0);
		g_assert_cmpint(push_streaming(&p, TWO THREE, TOTAL, M3U, "Continue"), ==, 0);
		seen |= strstr(p.log->str, "next http://192.0.2.1:8/2;") != NULL ? 1 : 2;
	}
	g_assert_cmpuint(seen, ==, 3);
}

static const struct {
	const char *data, *length, *mime, *step;
	int code;
	const char *why;
} steps[] = {
	{ "", "0", M3U, "Reset", 0, "there is none" },
	{ ONE, LEN, M3U, "Continue", 736, "there is none that goes on" },
	{ ONE, LEN, M3U, "Stop", 736, "nor one that ends" },
	{ ONE, LEN, "text/xml", "Initial", 714, "whole documents alone" },
	{ ONE, "0", M3U, "Initial", 735, "no length" },
	{ ONE, "200001", M3U, "Initial", 735, "not this length" },
	{ "bad\n", "4", M3U, "Initial", 736, "no list" },
	{ ONE, LEN, M3U, "Replace", 601, "not offered" },
	{ "#\n", "2", M3U, "Initial", 0, "no track yet" },
	{ ONE, "3", M3U, "Continue", 735, "not this length" },
	{ "bad\n", "4", M3U, "Continue", 736, "no list" },
	{ "", "0", M3U, "Stop", 736, "it stayed empty" },
	{ "", "0", M3U, "Stop", 736, "and is gone" },
};

static void
test_steps(void)
{
	g_auto(Player) p;

	player_init(&p);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_test_message("%s", steps[i].why);
		g_assert_cmpint(push_streaming(&p, steps[i].data, steps[i].length, steps[i].mime,
					steps[i].step),
			==, steps[i].code);
	}
	assert_state(&p, "NO_MEDIA_PRESENT");
	assert_info(&p, "Streaming",
		"<playlistAllowedFormats><contentType MIMEType=\"audio/x-mpegurl\" "
		"extendedType=\"*\"/></playlistAllowedFormats></streamingPlaylistInfo>");
	assert_info(&p, "Static", "<playlistInfo xmlns=\"urn:schemas-upnp-org:av:rpl\">");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-playlists/two-pieces", test_two_pieces);
	g_test_add_func("/transport-playlists/while-playing", test_while_playing);
	g_test_add_func("/transport-playlists/refused", test_refused);
	g_test_add_func("/transport-playlists/begun-anew", test_begun_anew_and_given_up);
	g_test_add_func("/transport-playlists/start-object", test_start_object);
	g_test_add_func("/transport-playlists/grows", test_grows);
	g_test_add_func("/transport-playlists/starved", test_starved);
	g_test_add_func("/transport-playlists/last-fails", test_last_fails);
	g_test_add_func("/transport-playlists/shuffled", test_shuffled);
	g_test_add_func("/transport-playlists/shuffled-anew", test_shuffled_anew);
	g_test_add_func("/transport-playlists/steps", test_steps);
	return g_test_run();
}
