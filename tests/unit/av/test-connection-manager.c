/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager with connection 0 alone (spec/upnp-av-connectionmanager.md 3.3). */
#include <av-upnp/connection-manager.h>

#include "service-fixture.h"

#define FLAC "http-get:*:audio/flac:*"

typedef struct {
	Fixture base;
	AvuConnectionManager *manager;
} Device;

static void
device_init(Device *d, const char *source, const char *sink)
{
	fixture_init(&d->base);
	d->manager = avu_connection_manager_new(d->base.host, 1, source, sink);
	fixture_start(&d->base, "ConnectionManager");
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/connection-manager/connection-0", test_connection_0);
	g_test_add_func("/connection-manager/other-connections", test_other_connections);
	g_test_add_func("/connection-manager/new-lists", test_new_lists);
	return g_test_run();
}
