/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager with connection 0 alone (spec/upnp-av-connectionmanager.md 3.3). */
#include <av-upnp/connection-manager.h>
#include <av-upnp/error.h>

#include "service-fixture.h"

#define FLAC "http-get:*:audio/flac:*"

typedef struct {
	Fixture base;
	AvuConnectionManager *manager;
} Device;

static void
device_init_with(Device *d, unsigned flags, const char *source, const char *sink)
{
	fixture_init(&d->base);
	d->manager = avu_connection_manager_new(d->base.host, 3, flags, source, sink);
	fixture_start(&d->base, "ConnectionManager");
}

static void
device_init(Device *d, const char *source, const char *sink)
{
	device_init_with(d, 0, source, sink);
}

static void
device_clear(Device *d)
{
	avu_connection_manager_free(d->manager);
	fixture_clear(&d->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Device, device_clear)

static const struct {
	const char *source, *sink;
	const char *rcs_id, *transport_id, *direction;
	const char *why;
} rows[] = {
	{ FLAC, "", "-1", "-1", "Output", "a server" },
	{ "", FLAC, "0", "0", "Input", "a renderer" },
	{ "", "", "0", "0", "Input", "a renderer that does not know its formats yet" },
};

static void
test_connection_0(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Device) d;

		g_test_message("%s", rows[i].why);
		device_init(&d, rows[i].source, rows[i].sink);

		g_autoptr(AvuSoapMessage) lists = fixture_call(&d.base, "GetProtocolInfo", NULL);
		g_autoptr(AvuSoapMessage) ids =
			fixture_call(&d.base, "GetCurrentConnectionIDs", NULL);
		g_autoptr(AvuSoapMessage) info = fixture_call(
			&d.base, "GetCurrentConnectionInfo", "ConnectionID", "0", NULL);

		fixture_assert_out(lists, "Source", rows[i].source);
		fixture_assert_out(lists, "Sink", rows[i].sink);
		fixture_assert_out(ids, "ConnectionIDs", "0");
		fixture_assert_out(info, "RcsID", rows[i].rcs_id);
		fixture_assert_out(info, "AVTransportID", rows[i].transport_id);
		fixture_assert_out(info, "ProtocolInfo", "");
		fixture_assert_out(info, "PeerConnectionManager", "");
		fixture_assert_out(info, "PeerConnectionID", "-1");
		fixture_assert_out(info, "Direction", rows[i].direction);
		fixture_assert_out(info, "Status", "OK");
	}
}

static void
test_other_connections(void)
{
	static const char *const ids[] = { "1", "-1", "2147483647" };
	g_auto(Device) d;

	device_init(&d, FLAC, "");
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autoptr(AvuSoapMessage) answer = fixture_call(
			&d.base, "GetCurrentConnectionInfo", "ConnectionID", ids[i], NULL);

		g_assert_cmpint(answer->fault_code, ==, 706);
	}
}

static void
test_new_lists(void)
{
	g_auto(Device) d;

	device_init(&d, "", "");
	avu_connection_manager_set_protocols(d.manager, "", FLAC);

	g_autoptr(AvuSoapMessage) lists = fixture_call(&d.base, "GetProtocolInfo", NULL);

	fixture_assert_out(lists, "Sink", FLAC);
}

static void
assert_ids(Device *d, const char *ids)
{
	g_autoptr(AvuSoapMessage) answer = fixture_call(&d->base, "GetCurrentConnectionIDs", NULL);

	fixture_assert_out(answer, "ConnectionIDs", ids);
}

/* Who takes it tells which ConnectionManager is its own. */
static void
test_peer_managers(void)
{
	static const char own[] = "uuid:2/urn:upnp-org:serviceId:ConnectionManager";
	g_autofree char *endless = g_strnfill(257, 'u');
	const struct {
		const char *sent, *told, *why;
	} cases[] = {
		{ own, own, "as it is" },
		{ NULL, "", "a player that is no renderer" },
		{ "\xff/x", "", "no text" },
		{ endless, "", "too long" },
	};
	g_auto(Device) d;
	AvuAddress peer;

	g_assert_true(avu_address_parse("192.0.2.7", &peer));
	device_init(&d, FLAC, "");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const int32_t id =
			avu_connection_manager_begin(d.manager, &peer, FLAC, cases[i].sent, -1);
		g_autofree char *text = g_strdup_printf("%d", id);
		g_autoptr(AvuSoapMessage) info = fixture_call(
			&d.base, "GetCurrentConnectionInfo", "ConnectionID", text, NULL);

		g_test_message("%s", cases[i].why);
		fixture_assert_out(info, "PeerConnectionManager", cases[i].told);
		avu_connection_manager_end(d.manager, id);
	}
}

static gboolean
set_flag(gpointer flag)
{
	*(bool *)flag = true;
	return G_SOURCE_REMOVE;
}

/* A player that seeks begins and ends many transfers: one message to the main thread, until it looked. */
static void
test_changes_are_noted_once(void)
{
	g_auto(Device) d;
	bool over = false;

	device_init(&d, FLAC, "");
	g_assert_true(avu_connection_manager_note(d.manager));
	g_assert_false(avu_connection_manager_note(d.manager));
	avu_connection_manager_changed(d.manager);
	g_assert_false(avu_connection_manager_note(d.manager)); /* the event is still to come */
	(void)g_timeout_add(1500, set_flag, &over);
	while (!over) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_true(avu_connection_manager_note(d.manager));
}

static AvuSoapMessage *
prepare(Device *d, const char *protocol, const char *direction)
{
	return fixture_call(&d->base, "PrepareForConnection", "RemoteProtocolInfo", protocol,
		"PeerConnectionManager", "uuid:1/urn:upnp-org:serviceId:ConnectionManager",
		"PeerConnectionID", "5", "Direction", direction, NULL);
}

/* Every transfer is a connection while it lasts. */
static void
test_transfers(void)
{
	g_auto(Device) d;
	AvuAddress peer;

	g_assert_true(avu_address_parse("192.0.2.7", &peer));
	device_init(&d, FLAC, "");

	const int32_t first = avu_connection_manager_begin(d.manager, &peer, FLAC, NULL, -1);
	const int32_t second = avu_connection_manager_begin(d.manager, &peer, FLAC, NULL, first);

	g_assert_cmpint(first, ==, 1);
	g_assert_cmpint(second, ==, 2); /* a transfer is nothing that another could name */
	assert_ids(&d, "0,1,2");

	g_autoptr(AvuSoapMessage) info =
		fixture_call(&d.base, "GetCurrentConnectionInfo", "ConnectionID", "1", NULL);

	fixture_assert_out(info, "ProtocolInfo", FLAC);
	fixture_assert_out(info, "RcsID", "-1");
	fixture_assert_out(info, "Direction", "Output");
	fixture_assert_out(info, "PeerConnectionID", "-1");
	avu_connection_manager_end(d.manager, first);
	assert_ids(&d, "0,2");
	avu_connection_manager_end(d.manager, second);
	assert_ids(&d, "0");

	g_autoptr(AvuSoapMessage) prepared = prepare(&d, FLAC, "Output");
	g_autoptr(AvuSoapMessage) features = fixture_call(&d.base, "GetFeatureList", NULL);

	g_assert_cmpint(prepared->fault_code, ==, 602); /* not offered */
	fixture_assert_out(features, "FeatureList",
		"<Features xmlns=\"urn:schemas-upnp-org:av:cm-featureList\"/>");
}

static void
test_prepared(void)
{
	static const struct {
		const char *protocol, *direction;
		int code;
	} refused[] = {
		{ "http-get:*:video/mp4:*", "Output", 701 },
		{ "nonsense", "Output", 701 },
		{ FLAC, "Input", 702 },
		{ FLAC, "Sideways", 601 },
	};
	g_auto(Device) d;
	AvuAddress peer;

	g_assert_true(avu_address_parse("192.0.2.7", &peer));
	device_init_with(&d, AVU_CONNECTIONS_PREPARE, FLAC, "");
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(AvuSoapMessage) answer =
			prepare(&d, refused[i].protocol, refused[i].direction);

		g_assert_cmpint(answer->fault_code, ==, refused[i].code);
	}
	g_autoptr(AvuSoapMessage) answer = prepare(&d, "http-get:*:audio/flac:*", "Output");

	fixture_assert_out(answer, "ConnectionID", "1");
	fixture_assert_out(answer, "AVTransportID", "-1");
	assert_ids(&d, "0,1");
	/* the transfer says which it is */
	g_assert_cmpint(avu_connection_manager_begin(d.manager, &peer, FLAC, NULL, 1), ==, 1);
	/* nobody prepared this one */
	g_assert_cmpint(avu_connection_manager_begin(d.manager, &peer, FLAC, NULL, -1), ==, 2);
	avu_connection_manager_end(d.manager, 1);
	avu_connection_manager_end(d.manager, 2);
	assert_ids(&d, "0,1");

	g_autoptr(AvuSoapMessage) info =
		fixture_call(&d.base, "GetCurrentConnectionInfo", "ConnectionID", "1", NULL);
	g_autoptr(AvuSoapMessage) complete =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "1", NULL);
	g_autoptr(AvuSoapMessage) again =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "1", NULL);
	g_autoptr(AvuSoapMessage) zero =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "0", NULL);

	fixture_assert_out(info, "PeerConnectionID", "5");
	fixture_assert_out(
		info, "PeerConnectionManager", "uuid:1/urn:upnp-org:serviceId:ConnectionManager");
	g_assert_cmpint(complete->fault_code, ==, 0);
	g_assert_cmpint(again->fault_code, ==, 706);
	g_assert_cmpint(zero->fault_code, ==, 706);
	assert_ids(&d, "0");
}

/* Who prepared it sends something else: that is a connection of its own. And one that is completed while it is
 * sent lasts as long as that. */
static void
test_prepared_for_one(void)
{
	g_auto(Device) d;
	AvuAddress caller;

	g_assert_true(avu_address_parse("127.0.0.1", &caller));
	device_init_with(&d, AVU_CONNECTIONS_PREPARE, FLAC, "");
	g_autoptr(AvuSoapMessage) answer = prepare(&d, "http-get:*:audio/flac:*", "Output");

	fixture_assert_out(answer, "ConnectionID", "1");
	g_assert_cmpint(avu_connection_manager_begin(
				d.manager, &caller, "http-get:*:audio/mpeg:*", NULL, -1),
		==, 2);
	avu_connection_manager_end(d.manager, 2);
	g_assert_cmpint(avu_connection_manager_begin(d.manager, &caller, FLAC, NULL, -1), ==, 1);
	g_autoptr(AvuSoapMessage) complete =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "1", NULL);

	g_assert_cmpint(complete->fault_code, ==, 0);
	assert_ids(&d, "0,1");
	avu_connection_manager_end(d.manager, 1);
	assert_ids(&d, "0");
}

static void
wait_told(Device *d, const char *ids)
{
	const AvuVariables *variables = avu_service_get_variables(d->base.service);

	for (;;) {
		g_autofree char *told =
			avu_variables_dup(variables, 0, NULL, "CurrentConnectionIDs");

		if (strcmp(told, ids) == 0) {
			break;
		}
		g_main_context_iteration(NULL, TRUE); /* the harness's time-out ends a hang */
	}
}

/* Subscribers hear of one that comes and of one that goes. */
static void
test_prepared_are_told(void)
{
	g_auto(Device) d;

	device_init_with(&d, AVU_CONNECTIONS_PREPARE, FLAC, "");
	g_autoptr(AvuSoapMessage) answer = prepare(&d, FLAC, "Output");

	wait_told(&d, "0,1");
	g_autoptr(AvuSoapMessage) complete =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "1", NULL);

	wait_told(&d, "0");
}

static void
test_prepared_are_bounded(void)
{
	g_auto(Device) d;

	device_init_with(&d, AVU_CONNECTIONS_PREPARE, FLAC, "");
	for (unsigned i = 0; i <= AVU_CONNECTIONS_MAX; i++) {
		g_autoptr(AvuSoapMessage) answer = prepare(&d, FLAC, "Output");

		g_assert_cmpint(answer->fault_code, ==, i < AVU_CONNECTIONS_MAX ? 0 : 708);
	}
}

/* Plays FLAC from http, as the one that AVTransport asks would say it. */
static bool
plays_flac(const char *uri, const char *protocol_info, void *data, GError **error)
{
	if (!g_str_has_prefix(uri, "http://")) {
		g_set_error(error, AVU_UPNP_ERROR, 716, "no http");
		return false;
	}
	if (g_strcmp0(protocol_info, data) != 0) {
		g_set_error(error, AVU_UPNP_ERROR, 714, "no FLAC");
		return false;
	}
	return true;
}

#define RENDERER_INFO(inside) \
	"<rendererInfo xmlns=\"urn:schemas-upnp-org:av:rii\">" inside "</rendererInfo>"
#define ITEM(id, inside) "<item id=\"" id "\" parentID=\"0\" restricted=\"1\">" inside "</item>"
#define RES_FLAC "<res id=\"r1\" protocolInfo=\"" FLAC "\">http://192.0.2.1/1.flac</res>"
#define VERDICT(id, index, can) \
	"<resPlaybackInfo resID=\"" id "\" resIndex=\"" index "\" canPlay=\"" can "\""
#define DRM_FREE "<drmInfo drmProtected=\"0\" drmStatus=\"OK\"/>"
#define PLAYBACK(word) "<playbackInfo playbackCompatibility=\"" word "\"/>"
#define END_VERDICT "</resPlaybackInfo>"

static const struct {
	const char *filter, *items, *answer; /* NULL: 402 */
	const char *why;
} judged[] = {
	{ "", ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("r1", "0", "1") "/></itemInfo>"),
		"what is required needs no filter" },
	{ "itemInfo::resPlaybackInfo::playbackInfo",
		ITEM("7",
			"<res protocolInfo=\"http-get:*:audio/x-ms-wma:*\">http://192.0.2.1/w</res>"
			"<res protocolInfo=\"" FLAC "\">rtsp://192.0.2.1/1</res>"
			"<res id=\"u\" protocolInfo=\"" FLAC "\"/>"
			"<res protection=\"DTCP\" protocolInfo=\"" FLAC
			"\">http://192.0.2.1/2</res>" RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("", "0", "0") ">" PLAYBACK(
			"MEDIA_FORMAT_NOT_SUPPORTED") END_VERDICT VERDICT("", "1",
			"0") ">" PLAYBACK("OTHER_PLAYBACK_ERROR") END_VERDICT VERDICT("u", "2",
			"0") ">" PLAYBACK("OTHER_PLAYBACK_ERROR") END_VERDICT VERDICT("", "3",
			"0") ">" PLAYBACK("DRM_ERROR") END_VERDICT VERDICT("r1", "4",
			"1") ">" PLAYBACK("OK") END_VERDICT "</itemInfo>"),
		"each res has its verdict, in its place" },
	{ "itemInfo::resPlaybackInfo::playbackInfo",
		ITEM("7", "<res nrAudioChannels=\"33\" protocolInfo=\"" FLAC
			  "\">http://192.0.2.1/1</res>"),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("", "0", "0") ">" PLAYBACK(
			"MEDIA_FORMAT_NOT_SUPPORTED") END_VERDICT "</itemInfo>"),
		"more channels than are tried" },
	{ "*", ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT(
			"r1", "0", "1") ">" DRM_FREE PLAYBACK("OK") END_VERDICT "</itemInfo>"),
		"all that is known" },
	{ "rii:itemInfo::rii:resPlaybackInfo#", ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT(
			"r1", "0", "1") ">" DRM_FREE PLAYBACK("OK") END_VERDICT "</itemInfo>"),
		"with descendants, and with the prefix" },
	{ " itemInfo::nothing , itemInfo::resPlaybackInfo::drmInfo::@drmStatus",
		ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT(
			"r1", "0", "1") ">" DRM_FREE END_VERDICT "</itemInfo>"),
		"an unknown path is passed over, an attribute brings its element" },
	{ "itemInfo::resPlaybackInfo::drmInformation", ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("r1", "0", "1") "/></itemInfo>"),
		"a name that only begins alike" },
	{ "itemInfo::resPlayback#", ITEM("7", RES_FLAC),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("r1", "0", "1") "/></itemInfo>"),
		"nor are all that begin alike its descendants" },
	{ "", ITEM("7", "<res protocolInfo=\"" FLAC "\">\n\thttp://192.0.2.1/1.flac\n</res>"),
		RENDERER_INFO("<itemInfo itemID=\"7\">" VERDICT("", "0", "1") "/></itemInfo>"),
		"an address on a line of its own" },
	{ "", "<container id=\"1\">" RES_FLAC "</container>" ITEM("a&amp;b", "") ITEM("8", ""),
		RENDERER_INFO("<itemInfo itemID=\"a&amp;b\"/><itemInfo itemID=\"8\"/>"),
		"items only, also without anything to play" },
	{ "", "", "<rendererInfo xmlns=\"urn:schemas-upnp-org:av:rii\"/>", "no items" },
	{ "*", "<item", NULL, "broken" },
};

static void
test_item_info(void)
{
	g_auto(Device) d;

	device_init_with(&d, AVU_CONNECTIONS_ITEM_INFO, "", FLAC);
	avu_connection_manager_set_accepts(d.manager, plays_flac, (void *)FLAC);
	for (size_t i = 0; i < G_N_ELEMENTS(judged); i++) {
		g_autofree char *didl = g_strconcat(
			"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\">",
			judged[i].items, "</DIDL-Lite>", NULL);
		g_autoptr(AvuSoapMessage) answer = fixture_call(&d.base, "GetRendererItemInfo",
			"ItemInfoFilter", judged[i].filter, "ItemMetadataList", didl, NULL);

		g_test_message("%s", judged[i].why);
		if (judged[i].answer != NULL) {
			fixture_assert_out(answer, "ItemRenderingInfoList", judged[i].answer);
		} else {
			g_assert_cmpint(answer->fault_code, ==, 402);
		}
	}
	g_autoptr(AvuSoapMessage) event = fixture_call(&d.base, "GetRendererItemInfo",
		"ItemInfoFilter", "*", "ItemMetadataList", "<Event/>", NULL);

	g_assert_cmpint(event->fault_code, ==, 402);
}

/* A server judges nothing. */
static void
test_item_info_is_offered(void)
{
	g_auto(Device) d;

	device_init(&d, FLAC, "");
	g_autoptr(AvuSoapMessage) answer = fixture_call(&d.base, "GetRendererItemInfo",
		"ItemInfoFilter", "*", "ItemMetadataList", "<DIDL-Lite/>", NULL);

	g_assert_cmpint(answer->fault_code, ==, 602);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/connection-manager/connection-0", test_connection_0);
	g_test_add_func("/connection-manager/other-connections", test_other_connections);
	g_test_add_func("/connection-manager/new-lists", test_new_lists);
	g_test_add_func("/connection-manager/transfers", test_transfers);
	g_test_add_func("/connection-manager/changes-are-noted-once", test_changes_are_noted_once);
	g_test_add_func("/connection-manager/peer-managers", test_peer_managers);
	g_test_add_func("/connection-manager/prepared", test_prepared);
	g_test_add_func("/connection-manager/prepared-for-one", test_prepared_for_one);
	g_test_add_func("/connection-manager/prepared-are-told", test_prepared_are_told);
	g_test_add_func("/connection-manager/prepared-are-bounded", test_prepared_are_bounded);
	g_test_add_func("/connection-manager/item-info", test_item_info);
	g_test_add_func("/connection-manager/item-info-is-offered", test_item_info_is_offered);
	return g_test_run();
}
