/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses: what is a literal, which class it has, what a prefix holds. */
#include <arpa/inet.h>
#include <net/if.h>

#include <av-upnp/address.h>

static void
test_parse(void)
{
	static const struct {
		const char *text;
		const char *formatted; /* NULL: refused */
		uint16_t port;
		const char *why;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", 0, "plain" },
		{ "192.0.2.1:8200", "192.0.2.1", 8200, "with port" },
		{ "192.0.2.1:65535", "192.0.2.1", 65535, "highest port" },
		{ "2001:db8::1", "[2001:db8::1]", 0, "bare IPv6" },
		{ "[2001:DB8:0::1]", "[2001:db8::1]", 0, "one spelling on output" },
		{ "[2001:db8::1]:80", "[2001:db8::1]", 80, "IPv6 with port" },
		{ "::ffff:192.0.2.7", "192.0.2.7", 0, "mapped is IPv4" },
		{ "[::ffff:10.0.0.1]:99", "10.0.0.1", 99, "mapped with port" },
		{ "fe80::1%1", "[fe80::1]", 0, "zone by number" },
		{ "[fe80::1%lo]", "[fe80::1]", 0, "zone by name" },
		{ "[fe80::1%25lo]:8", "[fe80::1]", 8, "zone as in a URL" },
		{ "", NULL, 0, "empty" },
		{ "192.0.2.1:", NULL, 0, "colon without port" },
		{ "192.0.2.1:0", NULL, 0, "port 0" },
		{ "192.0.2.1:65536", NULL, 0, "port too large" },
		{ "192.0.2.1:+80", NULL, 0, "sign" },
		{ "192.0.2.1:80 ", NULL, 0, "blank behind" },
		{ " 192.0.2.1", NULL, 0, "blank in front" },
		{ "192.0.2.1.", NULL, 0, "trailing dot" },
		{ "192.0.2", NULL, 0, "three numbers" },
		{ "3221225985", NULL, 0, "one number" },
		{ "0300.0.2.1", NULL, 0, "octal" },
		{ "0xc0.0.2.1", NULL, 0, "hexadecimal" },
		{ "192.0.2.256", NULL, 0, "number too large" },
		{ "localhost", NULL, 0, "name" },
		{ "evil.example.com:80", NULL, 0, "name with port" },
		{ "user@192.0.2.1", NULL, 0, "userinfo" },
		{ "[192.0.2.1]", NULL, 0, "IPv4 in brackets" },
		{ "[2001:db8::1", NULL, 0, "bracket open" },
		{ "[2001:db8::1]80", NULL, 0, "port without colon" },
		{ "[2001:db8::1]]", NULL, 0, "bracket twice" },
		{ "2001:db8:::1", NULL, 0, "three colons" },
		{ "fe80::1%", NULL, 0, "empty zone" },
		{ "fe80::1%nosuchif0", NULL, 0, "zone that does not exist" },
		{ "fe80::1%4294967296", NULL, 0, "zone number too large" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuAddress address = { .port = 4711 };
		bool taken = avu_address_parse(rows[i].text, &address);
		g_autofree char *formatted = avu_address_format(&address);

		g_test_message("%s: '%s'", rows[i].why, rows[i].text);
		g_assert_cmpint(taken, ==, rows[i].formatted != NULL);
		if (taken) {
			g_assert_cmpstr(formatted, ==, rows[i].formatted);
			g_assert_cmpuint(address.port, ==, rows[i].port);
		} else {
			g_assert_cmpuint(address.port, ==, 4711); /* untouched */
		}
	}
}

static void
test_class(void)
{
	static const struct {
		const char *text;
		AvuAddressClass class;
		const char *why;
	} rows[] = {
		{ "127.0.0.1", AVU_ADDRESS_LOOPBACK, "RFC 1122" },
		{ "127.255.255.255", AVU_ADDRESS_LOOPBACK, "all of 127/8" },
		{ "::1", AVU_ADDRESS_LOOPBACK, "RFC 4291" },
		{ "169.254.169.254", AVU_ADDRESS_LINK_LOCAL, "cloud metadata" },
		{ "fe80::1", AVU_ADDRESS_LINK_LOCAL, "RFC 4291" },
		{ "febf::1", AVU_ADDRESS_LINK_LOCAL, "end of fe80::/10" },
		{ "10.255.255.255", AVU_ADDRESS_PRIVATE, "RFC 1918" },
		{ "172.15.255.255", AVU_ADDRESS_GLOBAL, "below 172.16/12" },
		{ "172.16.0.0", AVU_ADDRESS_PRIVATE, "first of 172.16/12" },
		{ "172.31.255.255", AVU_ADDRESS_PRIVATE, "last of 172.16/12" },
		{ "172.32.0.0", AVU_ADDRESS_GLOBAL, "above 172.16/12" },
		{ "192.168.0.1", AVU_ADDRESS_PRIVATE, "RFC 1918" },
		{ "192.169.0.1", AVU_ADDRESS_GLOBAL, "above 192.168/16" },
		{ "100.63.255.255", AVU_ADDRESS_GLOBAL, "below 100.64/10" },
		{ "100.64.0.1", AVU_ADDRESS_PRIVATE, "RFC 6598" },
		{ "100.127.255.255", AVU_ADDRESS_PRIVATE, "end of 100.64/10" },
		{ "100.128.0.0", AVU_ADDRESS_GLOBAL, "above 100.64/10" },
		{ "fd12::1", AVU_ADDRESS_PRIVATE, "RFC 4193" },
		{ "9.9.9.9", AVU_ADDRESS_GLOBAL, "a name server" },
		{ "2620:fe::fe", AVU_ADDRESS_GLOBAL, "a name server" },
		{ "0.0.0.0", AVU_ADDRESS_OTHER, "unspecified" },
		{ "0.1.2.3", AVU_ADDRESS_OTHER, "this network" },
		{ "::", AVU_ADDRESS_OTHER, "unspecified" },
		{ "224.0.0.1", AVU_ADDRESS_OTHER, "multicast" },
		{ "239.255.255.250", AVU_ADDRESS_OTHER, "multicast" },
		{ "ff02::c", AVU_ADDRESS_OTHER, "multicast" },
		{ "240.0.0.1", AVU_ADDRESS_OTHER, "reserved" },
		{ "255.255.255.255", AVU_ADDRESS_OTHER, "broadcast" },
		{ "::ffff:127.0.0.1", AVU_ADDRESS_LOOPBACK, "mapped" },
		{ "::127.0.0.1", AVU_ADDRESS_OTHER, "compatible, RFC 4291 deprecated" },
		{ "2002:7f00:1::", AVU_ADDRESS_OTHER, "6to4 of 127.0.0.1" },
		{ "64:ff9b::7f00:1", AVU_ADDRESS_OTHER, "NAT64 of 127.0.0.1" },
		{ "64:ff9b::a00:1", AVU_ADDRESS_OTHER, "NAT64 of 10.0.0.1" },
		{ "64:ff9b::909:909", AVU_ADDRESS_GLOBAL, "NAT64 of 9.9.9.9" },
	};
	AvuAddress empty = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuAddress address;

		g_test_message("%s: %s", rows[i].why, rows[i].text);
		g_assert_true(avu_address_parse(rows[i].text, &address));
		g_assert_cmpuint(avu_address_class(&address), ==, rows[i].class);
	}
	g_assert_cmpuint(avu_address_class(&empty), ==, AVU_ADDRESS_OTHER);
}

static void
test_prefix(void)
{
	static const struct {
		const char *prefix;
		unsigned length;
		const char *address;
		bool inside;
		const char *why;
	} rows[] = {
		{ "192.168.1.77", 24, "192.168.1.255", true, "host bits do not count" },
		{ "192.168.1.77", 24, "192.168.2.1", false, "next network" },
		{ "10.0.0.0", 0, "9.9.9.9", true, "length 0 holds all" },
		{ "10.0.0.4", 30, "10.0.0.7", true, "last of a /30" },
		{ "10.0.0.4", 30, "10.0.0.8", false, "behind a /30" },
		{ "10.0.0.4", 32, "10.0.0.4", true, "one host" },
		{ "10.0.0.4", 32, "10.0.0.5", false, "another host" },
		{ "10.0.0.4", 33, "10.0.0.4", false, "length that cannot be" },
		{ "fd00::1", 64, "fd00::ffff:1", true, "IPv6" },
		{ "fd00::1", 127, "fd00::2", false, "odd length" },
		{ "fd00::1", 128, "fd00::1", true, "whole" },
		{ "0.0.0.0", 0, "::1", false, "families do not mix" },
		{ "fe80::1%1", 64, "fe80::2%1", true, "same zone" },
		{ "fe80::1%1", 64, "fe80::2%2", false, "other zone" },
		{ "fe80::1%1", 64, "fe80::2", true, "zone not known" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuPrefix prefix = { .length = rows[i].length };
		AvuAddress address;

		g_test_message("%s", rows[i].why);
		g_assert_true(avu_address_parse(rows[i].prefix, &prefix.address));
		g_assert_true(avu_address_parse(rows[i].address, &address));
		g_assert_cmpint(avu_prefix_contains(&prefix, &address), ==, rows[i].inside);
	}
}

static void
test_sockaddr(void)
{
	static const char *const texts[] = { "192.0.2.1:80", "[2001:db8::1]:8200",
		"[fe80::1%1]:9" };
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = htons(7) };
	AvuAddress address;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct sockaddr_storage storage;
		AvuAddress back;
		socklen_t len;

		g_assert_true(avu_address_parse(texts[i], &address));
		len = avu_address_to_sockaddr(&address, &storage);
		g_assert_true(avu_address_from_sockaddr((struct sockaddr *)&storage, len, &back));
		g_assert_true(avu_address_equal_ip(&address, &back));
		g_assert_cmpuint(address.port, ==, back.port);
		g_assert_cmpuint(address.scope_id, ==, back.scope_id);
		g_assert_false(
			avu_address_from_sockaddr((struct sockaddr *)&storage, len - 1, &back));
	}
	g_assert_cmpint(inet_pton(AF_INET6, "::ffff:192.0.2.9", &mapped.sin6_addr), ==, 1);
	g_assert_true(
		avu_address_from_sockaddr((struct sockaddr *)&mapped, sizeof(mapped), &address));
	g_assert_cmpint(address.family, ==, AF_INET);
	g_assert_cmpuint(address.port, ==, 7);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/address/parse", test_parse);
	g_test_add_func("/net/address/class", test_class);
	g_test_add_func("/net/address/prefix", test_prefix);
	g_test_add_func("/net/address/sockaddr", test_sockaddr);
	return g_test_run();
}
