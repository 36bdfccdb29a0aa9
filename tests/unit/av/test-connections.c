/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long connections stay that control points prepared and forgot, by a clock of the test's own. */
#include <av-upnp/clock.h>

#include "libav-upnp/av/connections.h"

#define FLAC "http-get:*:audio/flac:*"
#define IDLE_NS (AVU_CONNECTIONS_IDLE_S * AVU_NS_PER_S)

static int64_t now_ns;

static int64_t
get_now_ns(void *self G_GNUC_UNUSED)
{
	return now_ns;
}

static const AvuClock clock_of_test = { get_now_ns, NULL };

static int32_t
prepare(Connections *connections, int32_t instance)
{
	AvuAddress caller;

	g_assert_true(avu_address_parse("192.0.2.7", &caller));
	return connections_prepare(connections, &caller, FLAC, "", -1, instance);
}

static void
assert_ids(Connections *connections, const char *ids)
{
	g_autofree char *text = connections_format_ids(connections);

	g_assert_cmpstr(text, ==, ids);
}

/* One that is used stays, one with an instance is ended by who has that. */
static void
test_forgotten(void)
{
	Connections *connections = connections_new(&clock_of_test);
	AvuAddress peer;

	g_assert_true(avu_address_parse("192.0.2.8", &peer));
	now_ns = IDLE_NS;
	g_assert_cmpint(prepare(connections, 0), ==, 1);
	g_assert_cmpint(prepare(connections, 0), ==, 2);
	g_assert_cmpint(prepare(connections, 5), ==, 3);
	g_assert_cmpint(connections_begin(connections, &peer, FLAC, NULL, 2), ==, 2);
	now_ns += IDLE_NS;
	assert_ids(connections, "0,1,2,3");
	now_ns++;
	assert_ids(connections, "0,2,3");
	connections_end(connections, 2); /* from now on */
	now_ns += IDLE_NS;
	assert_ids(connections, "0,2,3");
	now_ns++;
	assert_ids(connections, "0,3");
	connections_free(connections);
}

static bool
is_busy(unsigned instance, void *data)
{
	return instance == *(unsigned *)data;
}

/* What plays is in use, however long ago somebody asked for it. */
static void
test_idle_instances(void)
{
	Connections *connections = connections_new(&clock_of_test);
	unsigned playing = 5;
	int32_t instance = 0;

	now_ns = IDLE_NS;
	g_assert_cmpint(prepare(connections, 5), ==, 1);
	g_assert_cmpint(prepare(connections, 6), ==, 2);
	g_assert_cmpint(prepare(connections, 0), ==, 3);
	g_assert_cmpint(connections_find_idle(connections, is_busy, &playing), ==, -1);
	now_ns += IDLE_NS + 1;
	g_assert_cmpint(connections_find_idle(connections, is_busy, &playing), ==, 2);
	g_assert_true(connections_complete(connections, 2, &instance));
	g_assert_cmpint(instance, ==, 6);
	playing = 0; /* its time runs from now */
	g_assert_cmpint(connections_find_idle(connections, is_busy, &playing), ==, -1);
	now_ns += IDLE_NS + 1;
	g_assert_cmpint(connections_find_idle(connections, is_busy, &playing), ==, 1);
	connections_free(connections);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/connections/forgotten", test_forgotten);
	g_test_add_func("/connections/idle-instances", test_idle_instances);
	return g_test_run();
}
