/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LIM-10, LIM-11: there are so many subscriptions, an address has so many of them, and so has a host that takes a new
 * address for each. */
#include <string.h>

#include "libav-upnp/upnp/gena-quota.h"

#define ALL 16384
#define PER_ADDRESS 64
#define PER_NETWORK 8192 /* half of LIM-10 */

static AvuAddress
parse(const char *text)
{
	AvuAddress address;

	g_assert_true(avu_address_parse(text, &address));
	return address;
}

static void
test_address(void)
{
	static const char *const hosts[] = { "192.0.2.7", "2001:db8::7", "fe80::7" };

	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
		g_autoptr(GenaQuota) quota = gena_quota_new();
		const AvuAddress host = parse(hosts[i]);

		g_test_message("%s", hosts[i]);
		for (unsigned n = 0; n < PER_ADDRESS; n++) {
			g_assert_false(gena_quota_is_used_up(quota, &host));
			gena_quota_add(quota, &host);
		}
		g_assert_true(gena_quota_is_used_up(quota, &host));
		gena_quota_remove(quota, &host);
		g_assert_false(gena_quota_is_used_up(quota, &host));
	}
}

static const struct {
	const char *text;
	uint32_t zone;
	bool full;
	const char *why;
} others[] = {
	{ "2001:db8:0:1:ffff::1", 0, true,
		"an address that was not seen yet, of the same network" },
	{ "2001:db8:0:2::1", 0, false, "the next network" },
	{ "192.0.2.7", 0, false, "IPv4" },
	{ "fe80::1", 2, false, "the link" },
};

static void
test_network(void)
{
	g_autoptr(GenaQuota) quota = gena_quota_new();
	AvuAddress host = parse("2001:db8:0:1::");

	for (unsigned n = 0; n < PER_NETWORK; n++) {
		host.ip.v6.s6_addr[14] = (uint8_t)(n >> 8);
		host.ip.v6.s6_addr[15] = (uint8_t)n;
		g_assert_false(gena_quota_is_used_up(quota, &host));
		gena_quota_add(quota, &host);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		AvuAddress other = parse(others[i].text);

		g_test_message("%s", others[i].why);
		other.scope_id = others[i].zone;
		g_assert_cmpint(gena_quota_is_used_up(quota, &other), ==, others[i].full);
	}
	gena_quota_remove(quota, &host);
	host = parse(others[0].text);
	g_assert_false(gena_quota_is_used_up(quota, &host));
}

/* Link-local addresses are the same on every link. */
static void
test_links(void)
{
	g_autoptr(GenaQuota) quota = gena_quota_new();
	AvuAddress host = parse("fe80::7");

	host.scope_id = 2;
	for (unsigned n = 0; n < PER_ADDRESS; n++) {
		gena_quota_add(quota, &host);
	}
	g_assert_true(gena_quota_is_used_up(quota, &host));
	host.scope_id = 3;
	g_assert_false(gena_quota_is_used_up(quota, &host));
}

/* Over many hosts of IPv4, 10.0.0.0 and on. */
static void
test_all(void)
{
	g_autoptr(GenaQuota) quota = gena_quota_new();
	AvuAddress host = parse("10.0.0.0");
	const AvuAddress other = parse("192.0.2.7");

	for (unsigned n = 0; n < ALL; n++) {
		host.ip.v4.s_addr = htonl(0x0a000000 + n / PER_ADDRESS);
		g_assert_false(gena_quota_is_used_up(quota, &host));
		gena_quota_add(quota, &host);
	}
	g_assert_true(gena_quota_is_used_up(quota, &other));
	gena_quota_remove(quota, &host);
	g_assert_false(gena_quota_is_used_up(quota, &other));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/gena-quota/address", test_address);
	g_test_add_func("/upnp/gena-quota/network", test_network);
	g_test_add_func("/upnp/gena-quota/all", test_all);
	g_test_add_func("/upnp/gena-quota/links", test_links);
	return g_test_run();
}
