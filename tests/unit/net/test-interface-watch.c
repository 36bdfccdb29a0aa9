/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interfaces of a network namespace of our own: chosen, named, followed, explained. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include <av-upnp/interface-watch.h>

#include "own-network.h"

static void
count_change(void *user_data)
{
	(*(unsigned *)user_data)++;
}

static char *
names_of(const AvuInterfaceWatch *watch)
{
	GString *text = g_string_new(NULL);
	const AvuInterface *list;
	size_t n;

	list = avu_interface_watch_list(watch, &n);
	for (size_t i = 0; i < n; i++) {
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "", list[i].name);
	}
	return g_string_free(text, FALSE);
}

static void
expect_names(const AvuInterfaceWatch *watch, const char *names)
{
	g_autofree char *found = names_of(watch);

	g_assert_cmpstr(found, ==, names);
}

/* Runs the loop until the list is as told; IPv6 addresses that settle meanwhile also count as
 * changes, so the number of calls is only a lower bound. */
static void
wait_for_names(const AvuInterfaceWatch *watch, const char *names)
{
	gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	while (g_get_monotonic_time() < end) {
		g_autofree char *found = names_of(watch);

		if (strcmp(found, names) == 0) {
			return;
		}
		g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	expect_names(watch, names);
}

static void
make_house(void)
{
	g_assert_true(IP("link", "add", "lan0", "type", "veth", "peer", "name", "lan0p"));
	g_assert_true(IP("link", "set", "lan0p", "up"));
	g_assert_true(IP("link", "set", "lan0", "up"));
	g_assert_true(IP("address", "add", "192.168.7.2/24", "dev", "lan0"));
	g_assert_true(IP("address", "add", "8.8.4.4/32", "dev", "lan0"));
	/* Not chosen: a global address alone, a container bridge by name, one that is down. */
	g_assert_true(IP("link", "add", "wan0", "type", "veth", "peer", "name", "wan0p"));
	g_assert_true(IP("link", "set", "wan0p", "up"));
	g_assert_true(IP("link", "set", "wan0", "up"));
	g_assert_true(IP("address", "add", "9.9.9.9/24", "dev", "wan0"));
	g_assert_true(IP("link", "add", "docker0", "type", "veth", "peer", "name", "docker0p"));
	g_assert_true(IP("link", "set", "docker0p", "up"));
	g_assert_true(IP("link", "set", "docker0", "up"));
	g_assert_true(IP("address", "add", "172.17.0.1/16", "dev", "docker0"));
	g_assert_true(IP("link", "add", "off0", "type", "veth", "peer", "name", "off0p"));
	g_assert_true(IP("address", "add", "10.1.1.1/24", "dev", "off0"));
}

static void
test_choose(void)
{
	unsigned changes = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, NULL, count_change, &changes, &error);
	const AvuPrefixSet *set;
	const AvuInterface *list;
	AvuAddress inside, outside, other;
	size_t n;

	g_assert_no_error(error);
	expect_names(watch, "lan0");
	list = avu_interface_watch_list(watch, &n);
	for (unsigned i = 0; i < list[0].n_addresses; i++) {
		g_assert_cmpuint(avu_address_class(&list[0].addresses[i].address) &
					 (AVU_ADDRESS_PRIVATE | AVU_ADDRESS_LINK_LOCAL),
			!=, 0);
	}
	g_assert_cmpint(list[0].addresses[0].address.family, ==, AF_INET);
	g_assert_true(avu_address_parse("192.168.7.99", &inside));
	g_assert_true(avu_address_parse("192.168.7.1", &other));
	g_assert_true(avu_address_parse("9.9.9.10", &outside));
	set = avu_interface_watch_get_prefixes(watch);
	g_assert_true(avu_prefix_set_contains(set, &inside));
	g_assert_true(avu_prefix_set_same_link(set, &inside, &other));
	g_assert_false(avu_prefix_set_contains(set, &outside));
	g_assert_false(avu_prefix_set_same_link(set, &inside, &outside));
	g_assert_true(avu_interface_watch_find(watch, &inside) == list);
	g_assert_null(avu_interface_watch_find(watch, &outside));
}

static void
test_named(void)
{
	static const char *const names[] = { "docker0", "lo", NULL };
	unsigned changes = 0;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, names, count_change, &changes, NULL);
	AvuAddress loopback;

	expect_names(watch, "lo docker0");
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_prefix_set_contains(avu_interface_watch_get_prefixes(watch), &loopback));
}

static void
test_follow(void)
{
	unsigned changes = 0;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, NULL, count_change, &changes, NULL);
	g_autofree char *explained = NULL;

	g_assert_true(IP("link", "set", "off0p", "up"));
	g_assert_true(IP("link", "set", "off0", "up"));
	wait_for_names(watch, "lan0 off0");
	g_assert_true(IP("address", "flush", "dev", "off0"));
	wait_for_names(watch, "lan0");
	g_assert_true(IP("link", "delete", "lan0"));
	wait_for_names(watch, "");
	g_assert_cmpuint(changes, >=, 3);
	explained = avu_interface_watch_explain(watch);
	g_test_message("%s", explained);
	g_assert_nonnull(strstr(explained, "docker0 is a VPN, a tunnel or a container bridge"));
	g_assert_nonnull(strstr(explained, "wan0 has no private IPv4 address"));
	g_assert_nonnull(strstr(explained, "--interface "));
}

static const AvuInterface *
find(const AvuInterfaceWatch *watch, const char *name)
{
	size_t n;
	const AvuInterface *list = avu_interface_watch_list(watch, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0) {
			return &list[i];
		}
	}
	return NULL;
}

/* When this runs, no interface qualifies by IPv4. */
static void
test_v6(void)
{
	unsigned changes = 0;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, NULL, count_change, &changes, NULL);
	AvuAddress temporary;

	g_assert_true(IP("link", "add", "br0", "type", "bridge"));
	g_assert_true(IP("link", "add", "six0", "type", "veth", "peer", "name", "six0p"));
	g_assert_true(IP("link", "set", "six0p", "master", "br0"));
	g_assert_true(IP("link", "set", "six0p", "up"));
	g_assert_true(IP("link", "set", "six0", "up"));
	/* as one that is to be gone: valid, no longer preferred */
	g_assert_true(IP("-6", "address", "add", "fd01::9/64", "dev", "six0", "nodad", "valid_lft",
		"1000", "preferred_lft", "0"));
	g_assert_true(IP("-6", "address", "add", "fd01::2/64", "dev", "six0", "nodad"));
	g_assert_true(IP("-6", "address", "add", "fd01::5/64", "dev", "six0p", "nodad"));
	expect_names(watch, "");
	g_assert_true(avu_interface_watch_use_v6(watch, AVU_V6_ALONE, NULL));
	const AvuInterface *six = find(watch, "six0");

	g_assert_nonnull(six);
	g_assert_cmpuint(six->n_addresses, >=, 2);
	g_assert_true(avu_address_parse("fd01::9", &temporary));
	g_assert_true(
		avu_address_equal_ip(&six->addresses[six->n_addresses - 1].address, &temporary));
	g_assert_false(six->addresses[0].temporary);
	g_assert_null(find(watch, "six0p")); /* a port of a bridge */
	g_assert_null(find(watch, "wan0"));  /* public by IPv4 */
	/* as soon as there is one by IPv4, only that */
	g_assert_true(IP("address", "add", "192.168.9.2/24", "dev", "off0"));
	wait_for_names(watch, "off0");
	g_assert_true(IP("-6", "address", "add", "fd02::2/64", "dev", "off0", "nodad"));
	g_assert_true(avu_interface_watch_use_v6(watch, AVU_V6_BESIDE, NULL));
	g_assert_cmpuint(find(watch, "off0")->n_addresses, >=, 2);
	g_assert_true(avu_interface_watch_use_v6(watch, AVU_V6_NEVER, NULL));
	g_assert_cmpuint(find(watch, "off0")->n_addresses, ==, 1);
}

static bool
has_address(const AvuInterface *interface, const char *text)
{
	AvuAddress address;

	g_assert_true(avu_address_parse(text, &address));
	for (unsigned i = 0; i < interface->n_addresses; i++) {
		if (avu_address_equal_ip(&interface->addresses[i].address, &address)) {
			return true;
		}
	}
	return false;
}

/* A week with two networks and temporary addresses: more than there are places. The kernel tells the youngest
 * first and the link-local one last. */
static void
test_many_v6(void)
{
	static const char *const names[] = { "many0", NULL };

	g_assert_true(IP("link", "add", "many0", "type", "veth", "peer", "name", "many0p"));
	g_assert_true(IP("link", "set", "many0p", "up"));
	g_assert_true(IP("link", "set", "many0", "up"));
	g_assert_true(IP("address", "add", "192.168.8.2/24", "dev", "many0"));
	g_assert_true(IP("-6", "address", "add", "fe80::7/64", "dev", "many0", "nodad"));
	g_assert_true(IP("-6", "address", "add", "fd03::1/64", "dev", "many0", "nodad"));
	for (unsigned i = 0; i < AVU_INTERFACE_ADDRESSES_MAX; i++) {
		g_autofree char *address = g_strdup_printf("fd03::9:%x/64", i);

		g_assert_true(IP("-6", "address", "add", address, "dev", "many0", "nodad",
			"valid_lft", "1000", "preferred_lft", "0"));
	}
	unsigned changes = 0;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, names, count_change, &changes, NULL);
	const AvuInterface *many = find(watch, "many0");

	g_assert_nonnull(many);
	g_assert_cmpuint(many->n_addresses, ==, AVU_INTERFACE_ADDRESSES_MAX);
	g_assert_cmpint(many->addresses[0].address.family, ==, AF_INET);
	g_assert_true(has_address(many, "fd03::1"));
	g_assert_true(has_address(many, "fe80::7"));
	/* and those that are to stay alone are too many */
	for (unsigned i = 0; i < AVU_INTERFACE_ADDRESSES_MAX; i++) {
		g_autofree char *address = g_strdup_printf("fd03::5:%x/64", i);

		g_assert_true(IP("-6", "address", "add", address, "dev", "many0", "nodad"));
	}
	g_assert_true(avu_interface_watch_use_v6(watch, AVU_V6_BESIDE, NULL));
	many = find(watch, "many0");
	g_assert_cmpint(many->addresses[0].address.family, ==, AF_INET);
	g_assert_true(has_address(many, "fe80::7"));
	g_assert_false(many->addresses[many->n_addresses - 1].temporary);
	g_assert_true(IP("link", "delete", "many0"));
}

static void
test_absent(void)
{
	static const char *const names[] = { "nosuchif0", NULL };
	unsigned changes = 0;
	g_autoptr(AvuInterfaceWatch) watch =
		avu_interface_watch_new(NULL, names, count_change, &changes, NULL);
	g_autofree char *explained = avu_interface_watch_explain(watch);

	expect_names(watch, "");
	g_assert_nonnull(strstr(explained, "nosuchif0 does not exist"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!enter_namespace()) {
		g_print("1..0 # SKIP needs a network namespace and the program ip\n");
		return 0;
	}
	make_house();
	g_test_add_func("/net/interface-watch/choose", test_choose);
	g_test_add_func("/net/interface-watch/named", test_named);
	g_test_add_func("/net/interface-watch/absent", test_absent);
	g_test_add_func("/net/interface-watch/many-v6", test_many_v6);
	g_test_add_func("/net/interface-watch/follow", test_follow);
	g_test_add_func(
		"/net/interface-watch/v6", test_v6); /* the last: what is left of the house */
	return g_test_run();
}
