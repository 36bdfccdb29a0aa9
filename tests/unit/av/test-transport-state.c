/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a transport can be kept: GetStateVariables, SetStateVariables and the memory over a restart
 * (spec/upnp-av-avtransport.md 7). */
#include "transport-player.h"

#define A "http://192.0.2.1:8/a"
#define B "http://192.0.2.1:8/b"
#define LIST "http://192.0.2.1:8/list.m3u"

static void
play(Player *p, const char *uri)
{
	g_assert_cmpint(set_uri(p, uri, ""), ==, 0);
	g_assert_cmpint(code_of(p, "Play", "Speed", "1"), ==, 0);
	report(p, AVU_ENGINE_PLAYING);
	g_string_truncate(p->log, 0);
}

/* ---- GetStateVariables */

static void
test_get(void)
{
	g_auto(Player) p;

	player_init(&p);
	play(&p, A);
	p.position_ns = 65 * S;
	assert_out2(&p, "GetStateVariables", "StateVariableList",
		" TransportState,RelativeTimePosition", "StateVariableValuePairs",
		"<stateVariableValuePairs xmlns=\"urn:schemas-upnp-org:av:avs\">"
		"<stateVariable variableName=\"TransportState\">PLAYING</stateVariable>"
		"<stateVariable variableName=\"RelativeTimePosition\">0:01:05</stateVariable>"
		"</stateVariableValuePairs>");
}

static void
test_get_all(void)
{
	static const char *const there[] = { "TransportState", "TransportStatus",
		"CurrentMediaCategory", "PlaybackStorageMedium", "CurrentPlayMode",
		"TransportPlaySpeed", "NumberOfTracks", "CurrentTrack", "CurrentTrackURI",
		"AVTransportURI", "NextAVTransportURI", "RelativeTimePosition",
		"AbsoluteTimePosition", "RelativeCounterPosition", "AbsoluteCounterPosition",
		"CurrentTransportActions", "DRMState" };
	static const char *const absent[] = { "LastChange", "A_ARG_TYPE", "SyncOffset" };
	g_auto(Player) p;

	player_init(&p);
	g_autoptr(AvuSoapMessage) answer = call(&p, "GetStateVariables", "StateVariableList", "*");

	g_assert_cmpint(answer->fault_code, ==, 0);
	const char *text = avu_soap_find_argument(answer, "StateVariableValuePairs");

	for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
		g_autofree char *name = g_strdup_printf("variableName=\"%s\"", there[i]);
		const char *first = strstr(text, name);

		g_test_message("%s", there[i]);
		g_assert_nonnull(first);
		g_assert_null(strstr(first + 1, name)); /* once */
	}
	for (size_t i = 0; i < G_N_ELEMENTS(absent); i++) {
		g_assert_null(strstr(text, absent[i]));
	}
}

static const struct {
	const char *list;
	int code;
	const char *why;
} lists[] = {
	{ "TransportState", 0, "one" },
	{ "TransportState, CurrentTrack", 0, "blanks" },
	{ "", 727, "nothing" },
	{ "TransportState,", 727, "an empty entry" },
	{ ",", 727, "two" },
	{ "\"TransportState\"", 727, "quoted" },
	{ "transportstate", 726, "names are case-sensitive" },
	{ "LastChange", 726, "the envelope of the others" },
	{ "A_ARG_TYPE_InstanceID", 726, "the type of an argument" },
	{ "SyncOffset", 726, "not offered" },
	{ "*,TransportState", 726, "all, and one more" },
};

static void
test_lists(void)
{
	g_auto(Player) p;

	player_init(&p);
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_test_message("%s: '%s'", lists[i].why, lists[i].list);
		g_assert_cmpint(
			code_of(&p, "GetStateVariables", "StateVariableList", lists[i].list), ==,
			lists[i].code);
	}
}

/* ---- SetStateVariables */

#define PAIRS(inside)                                                            \
	"<stateVariableValuePairs xmlns=\"urn:schemas-upnp-org:av:avs\">" inside \
	"</stateVariableValuePairs>"
#define PAIR(name, value) "<stateVariable variableName=\"" name "\">" value "</stateVariable>"

static AvuSoapMessage *
set_state(Player *p, const char *type, const char *id, const char *pairs)
{
	return call(p, "SetStateVariables", "AVTransportUDN", "uuid:another", "ServiceType", type,
		"ServiceId", id, "StateVariableValuePairs", pairs);
}

static int
set_pairs(Player *p, const char *pairs)
{
	g_autoptr(AvuSoapMessage) answer =
		set_state(p, "AVTransport:2", "urn:upnp-org:serviceId:AVTransport", pairs);

	return answer->fault_code;
}

static void
test_set(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_autoptr(AvuSoapMessage) answer = set_state(&p,
		"urn:schemas-upnp-org:service:AVTransport:1", "urn:upnp-org:serviceId:AVTransport",
		PAIRS(PAIR("AVTransportURI", A) PAIR("TransportState", "PLAYING") PAIR(
			"CurrentPlayMode", "REPEAT_ALL") PAIR("NextAVTransportURI", B)
				PAIR("CurrentTrack", "1") PAIR("RelativeTimePosition", "0:01:00")));

	fixture_assert_out(answer, "StateVariableList",
		"AVTransportURI,CurrentPlayMode,NextAVTransportURI,CurrentTrack,"
		"RelativeTimePosition");
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetMediaInfo", "CurrentURI", A);
	assert_out(&p, "GetMediaInfo", "NextURI", B);
	assert_out(&p, "GetTransportSettings", "PlayMode", "REPEAT_ALL");
	assert_out(&p, "GetPositionInfo", "RelTime", "0:01:00");
	g_string_truncate(p.log, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "play;"); /* it was loaded at that place */
}

static void
test_set_list(void)
{
	g_auto(Player) p;

	player_init(&p);
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("AVTransportURI", LIST) PAIR("CurrentTrack", "3")
						      PAIR("RelativeTimePosition", "0:00:30"))),
		==, 0);
	assert_out(&p, "GetPositionInfo", "Track", "3");
	list_is(&p, 4, 0, true);
	assert_log(&p, "load http://192.0.2.1:8/3 -;seek 30;next http://192.0.2.1:8/4;");
	assert_out(&p, "GetPositionInfo", "RelTime", "0:00:30");
	/* another place in what is there */
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("CurrentTrack", "2")
						      PAIR("RelativeTimePosition", "0:00:05"))),
		==, 0);
	assert_log(&p, "load http://192.0.2.1:8/2 -;seek 5;next http://192.0.2.1:8/3;");
	/* one of both */
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("RelativeTimePosition", "0:00:00"))), ==, 0);
	assert_log(&p, "seek 0;");
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("CurrentTrack", "2"))), ==, 0);
	assert_log(&p, ""); /* it is there */
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("CurrentTrack", "1"))), ==, 0);
	assert_log(&p, "load http://192.0.2.1:8/1 -;next http://192.0.2.1:8/2;");
	assert_out(&p, "GetPositionInfo", "Track", "1");
	/* the list has four */
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("CurrentTrack", "5"))), ==, 728);
	g_assert_cmpint(set_pairs(&p, PAIRS(PAIR("CurrentTrack", "0"))), ==, 728);
	assert_log(&p, "");
	assert_out(&p, "GetPositionInfo", "Track", "1");
}

static const struct {
	const char *type, *id, *pairs;
	int code;
	const char *why;
} refused[] = {
	{ "RenderingControl:1", NULL, PAIRS(""), 729, "another service" },
	{ "AVTransport", NULL, PAIRS(""), 729, "no version" },
	{ "AVTransport:0", NULL, PAIRS(""), 729, "version 0" },
	{ "x-AVTransport:1", NULL, PAIRS(""), 729, "something in front" },
	{ NULL, "urn:upnp-org:serviceId:Other", PAIRS(""), 730, "another id" },
	{ NULL, NULL, "", 728, "nothing" },
	{ NULL, NULL, "<a/>", 728, "another document" },
	{ NULL, NULL, PAIRS(PAIR("Nonsense", "1")), 726, "no such variable" },
	{ NULL, NULL, PAIRS("<stateVariable>x</stateVariable>"), 726, "no name" },
	{ NULL, NULL, PAIRS(PAIR("CurrentPlayMode", "LOUD")), 728, "no such mode" },
	{ NULL, NULL, PAIRS(PAIR("CurrentTrack", "x")), 728, "no number" },
	{ NULL, NULL, PAIRS(PAIR("RelativeTimePosition", "-0:00:01")), 728, "before the start" },
	{ NULL, NULL, PAIRS(PAIR("AVTransportURI", "file:///etc/passwd")), 728, "no address" },
	{ NULL, NULL, PAIRS(PAIR("AVTransportURI", B) PAIR("NextAVTransportURI", "gopher:x")), 728,
		"one of two is wrong" },
};

/* All or nothing. */
static void
test_refused(void)
{
	g_auto(Player) p;

	player_init(&p);
	play(&p, A);
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_test_message("%s", refused[i].why);
		g_autoptr(AvuSoapMessage) answer =
			set_state(&p, refused[i].type != NULL ? refused[i].type : "AVTransport:1",
				refused[i].id != NULL ? refused[i].id
						      : "urn:upnp-org:serviceId:AVTransport",
				refused[i].pairs);

		g_assert_cmpint(answer->fault_code, ==, refused[i].code);
		assert_log(&p, "");
		assert_out(&p, "GetMediaInfo", "CurrentURI", A);
	}
}

/* ---- over a restart */

static void
test_memory(void)
{
	g_auto(Player) p;
	g_auto(AvuTransportMemory) memory;

	player_init(&p);
	g_assert_cmpint(code_of(&p, "SetPlayMode", "NewPlayMode", "SHUFFLE"), ==, 0);
	g_assert_cmpint(set_uri(&p, A, "<m/>"), ==, 0);
	g_assert_cmpint(set_next_uri(&p, B), ==, 0);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	p.position_ns = 70 * S;
	avu_transport_get_memory(p.transport, &memory);
	g_assert_cmpstr(memory.uri, ==, A);
	g_assert_cmpstr(memory.metadata, ==, "<m/>");
	g_assert_cmpstr(memory.next_uri, ==, B);
	g_assert_cmpstr(memory.mode, ==, "SHUFFLE");
	g_assert_cmpuint(memory.track, ==, 1);
	g_assert_cmpint(memory.position_ns, ==, 70 * S);

	g_string_truncate(p.log, 0);
	avu_transport_restore(p.transport, &memory);
	assert_log(&p, "stop;");
	assert_state(&p, "STOPPED");
	assert_out(&p, "GetMediaInfo", "CurrentURIMetaData", "<m/>");
	assert_out(&p, "GetMediaInfo", "NextURI", B);
	assert_out(&p, "GetPositionInfo", "RelTime", "0:01:10");
	assert_log(&p, ""); /* nothing is fetched before somebody wants it */
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_log(&p, "load " A " -;seek 70;play;next " B ";");
}

static void
test_memory_of_list(void)
{
	const AvuTransportMemory memory = {
		.uri = (char *)LIST, .mode = (char *)"NORMAL", .track = 2, .position_ns = 20 * S
	};
	g_auto(Player) p;
	g_auto(AvuTransportMemory) again;

	player_init(&p);
	avu_transport_restore(p.transport, &memory);
	g_assert_null(p.read_done);
	avu_transport_get_memory(p.transport, &again); /* unchanged by a start without use */
	g_assert_cmpuint(again.track, ==, 2);
	g_assert_cmpint(again.position_ns, ==, 20 * S);
	g_assert_cmpint(code_of(&p, "Play", "Speed", "1"), ==, 0);
	assert_state(&p, "TRANSITIONING");
	list_is(&p, 2, 0, true);
	assert_log(&p, "load http://192.0.2.1:8/2 -;seek 20;play;");
}

static void
test_memory_not_accepted(void)
{
	const AvuTransportMemory memory = { .uri = (char *)"http://192.0.2.1:8/busy",
		.next_uri = (char *)"file:///x",
		.mode = (char *)"?" };
	g_auto(Player) p;

	player_init(&p);
	avu_transport_restore(p.transport, &memory);
	assert_state(&p, "NO_MEDIA_PRESENT");
	assert_out(&p, "GetMediaInfo", "NextURI", "");
	assert_out(&p, "GetTransportSettings", "PlayMode", "NORMAL");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-state/get/some", test_get);
	g_test_add_func("/transport-state/get/all", test_get_all);
	g_test_add_func("/transport-state/get/lists", test_lists);
	g_test_add_func("/transport-state/set/single", test_set);
	g_test_add_func("/transport-state/set/list", test_set_list);
	g_test_add_func("/transport-state/set/refused", test_refused);
	g_test_add_func("/transport-state/memory/single", test_memory);
	g_test_add_func("/transport-state/memory/list", test_memory_of_list);
	g_test_add_func("/transport-state/memory/not-accepted", test_memory_not_accepted);
	return g_test_run();
}
