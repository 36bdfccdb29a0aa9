/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ConnectionManager of a renderer that plays several things at once. Linked with --wrap of timers and of the clock. */
#include <av-upnp/connection-manager.h>
#include <av-upnp/error.h>

#include "service-fixture.h"
#include "tests/support/fake-timer.h"

#define FLAC "http-get:*:audio/flac:*"

typedef struct {
	Fixture base;
	AvuConnectionManager *manager;
} Device;

static void
device_init(Device *d)
{
	fixture_init(&d->base);
	d->manager = avu_connection_manager_new(d->base.host, 3, AVU_CONNECTIONS_PREPARE, "", FLAC);
	fixture_start(&d->base, "ConnectionManager");
}

static void
device_clear(Device *d)
{
	avu_connection_manager_free(d->manager);
	fixture_clear(&d->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Device, device_clear)

static void
assert_ids(Device *d, const char *ids)
{
	g_autoptr(AvuSoapMessage) answer = fixture_call(&d->base, "GetCurrentConnectionIDs", NULL);

	fixture_assert_out(answer, "ConnectionIDs", ids);
}

static AvuSoapMessage *
prepare(Device *d)
{
	return fixture_call(&d->base, "PrepareForConnection", "RemoteProtocolInfo", FLAC,
		"PeerConnectionManager", "uuid:1/urn:upnp-org:serviceId:ConnectionManager",
		"PeerConnectionID", "5", "Direction", "Input", NULL);
}

/* Two that play beside the first. */
typedef struct {
	bool open[3]; /* by InstanceID */
	bool at_rest[3];
} Beside;

static unsigned
beside_open(void *self, GError **error)
{
	Beside *beside = self;

	for (unsigned id = 1; id < G_N_ELEMENTS(beside->open); id++) {
		if (!beside->open[id]) {
			beside->open[id] = true;
			return id;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "two are enough");
	return 0;
}

static void
beside_close(unsigned instance, void *self)
{
	g_assert_true(((Beside *)self)->open[instance]);
	((Beside *)self)->open[instance] = false;
}

static bool
beside_is_busy(unsigned instance, void *self)
{
	const Beside *beside = self;

	return beside->open[instance] && !beside->at_rest[instance];
}

/* Each connection that a renderer prepares has a transport and a rendering control of its own. */
static void
test_instances(void)
{
	static const AvuInstances functions = { beside_open, beside_close, beside_is_busy };
	static const char *const outs[][3] = { { "1", "1", "1" }, { "2", "2", "2" } };
	Beside beside = { { false } };
	g_auto(Device) d;

	device_init(&d);
	avu_connection_manager_set_instances(d.manager, &functions, &beside);
	for (size_t i = 0; i < G_N_ELEMENTS(outs); i++) {
		g_autoptr(AvuSoapMessage) answer = prepare(&d);

		fixture_assert_out(answer, "ConnectionID", outs[i][0]);
		fixture_assert_out(answer, "AVTransportID", outs[i][1]);
		fixture_assert_out(answer, "RcsID", outs[i][2]);
	}
	g_autoptr(AvuSoapMessage) third = prepare(&d);
	g_autoptr(AvuSoapMessage) info =
		fixture_call(&d.base, "GetCurrentConnectionInfo", "ConnectionID", "2", NULL);
	g_autoptr(AvuSoapMessage) first =
		fixture_call(&d.base, "GetCurrentConnectionInfo", "ConnectionID", "0", NULL);

	g_assert_cmpint(third->fault_code, ==, 704);
	fixture_assert_out(info, "AVTransportID", "2");
	fixture_assert_out(info, "RcsID", "2");
	fixture_assert_out(info, "PeerConnectionID", "5");
	fixture_assert_out(info, "Direction", "Input");
	fixture_assert_out(first, "AVTransportID", "0");
	assert_ids(&d, "0,1,2");
	g_autoptr(AvuSoapMessage) over =
		fixture_call(&d.base, "ConnectionComplete", "ConnectionID", "1", NULL);

	g_assert_cmpint(over->fault_code, ==, 0);
	g_assert_false(beside.open[1]);
	assert_ids(&d, "0,2");
	g_autoptr(AvuSoapMessage) fourth = prepare(&d);

	fixture_assert_out(fourth, "ConnectionID", "3");
	fixture_assert_out(fourth, "AVTransportID", "1");
}

/* What is prepared and then used by nobody is free again without ConnectionComplete, what plays is not. */
static void
test_idle(void)
{
	static const AvuInstances functions = { beside_open, beside_close, beside_is_busy };
	const int64_t idle_ns = AVU_CONNECTIONS_IDLE_S * AVU_NS_PER_S, look_ns = 60 * AVU_NS_PER_S;
	Beside beside = { .at_rest = { false, true, false } };
	g_auto(Device) d;

	device_init(&d);
	avu_connection_manager_set_instances(d.manager, &functions, &beside);
	for (unsigned i = 0; i < 2; i++) {
		g_autoptr(AvuSoapMessage) answer = prepare(&d);

		g_assert_cmpint(answer->fault_code, ==, 0);
	}
	fake_time_pass(idle_ns - AVU_NS_PER_S);
	assert_ids(&d, "0,1,2");
	fake_time_pass(look_ns);
	assert_ids(&d, "0,2");
	g_assert_false(beside.open[1]);
	fake_time_pass(10 * idle_ns);
	assert_ids(&d, "0,2");
	beside.at_rest[2] = true;
	fake_time_pass(idle_ns + look_ns);
	assert_ids(&d, "0");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/connection-instances/each-its-own", test_instances);
	g_test_add_func("/connection-instances/idle", test_idle);
	return g_test_run();
}
