/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What discovery remembers (LIM-04, SEC-027, UDA 1.1 section 1.2.2), and that a second
 * implementation gets the calls of the first. Links themselves: tests/system/test_discovery.py. */
#include <av-upnp/discovery.h>
#include <av-upnp/limits.h>

#include "libav-upnp/upnp/discovery-known.h"

static AvuAddress
address(unsigned number)
{
	AvuAddress result = { .family = AF_INET };

	result.ip.v4.s_addr = htonl(0x0a000000 + number);
	return result;
}

/* "uuid:a@1 " when it is gone, "uuid:a@1-10.0.0.1 " when it is not heard from there any more */
static void
collect(const char *udn, unsigned interface_index, const AvuAddress *source, bool last,
	void *user_data)
{
	g_autofree char *from = avu_address_format(source);

	g_string_append_printf(
		user_data, "%s@%u%s%s ", udn, interface_index, last ? "" : "-", last ? "" : from);
}

/* What a bye-bye does, as collect() says it. g_free() it. */
static char *
bye(DiscoveryKnown *known, const char *udn, unsigned interface_index, const AvuAddress *source)
{
	GString *gone = g_string_new(NULL);

	discovery_known_remove(known, udn, interface_index, source, collect, gone);
	return g_string_free(gone, FALSE);
}

static void
expect_bye(DiscoveryKnown *known, const char *udn, unsigned interface_index,
	const AvuAddress *source, const char *expected)
{
	g_autofree char *gone = bye(known, udn, interface_index, source);

	g_assert_cmpstr(gone, ==, expected);
}

static void
test_expiry(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	g_autoptr(GString) gone = g_string_new(NULL);
	AvuAddress tv = address(1);

	g_assert_cmpint(discovery_known_next(known), ==, AVU_TIME_NONE);
	g_assert_true(discovery_known_note(known, "uuid:a", 1, &tv, 100, NULL, NULL));
	g_assert_true(discovery_known_note(known, "uuid:b", 1, &tv, 50, NULL, NULL));
	g_assert_true(discovery_known_note(known, "uuid:a", 2, &tv, 70, NULL, NULL));
	g_assert_cmpint(discovery_known_next(known), ==, 50);
	/* Heard again: lives longer. */
	g_assert_true(discovery_known_note(known, "uuid:b", 1, &tv, 200, NULL, NULL));
	discovery_known_expire(known, 70, collect, gone);
	g_assert_cmpstr(gone->str, ==, "uuid:a@2 ");
	discovery_known_expire(known, 1000, collect, gone);
	g_assert_cmpstr(gone->str, ==, "uuid:a@2 uuid:b@1 uuid:a@1 ");
	g_assert_cmpint(discovery_known_next(known), ==, AVU_TIME_NONE);
}

static void
test_who_may_end_what(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	g_autoptr(GString) gone = g_string_new(NULL);
	AvuAddress tv = address(1), thief = address(2);

	g_assert_true(discovery_known_note(known, "uuid:a", 1, &tv, 100, NULL, NULL));
	expect_bye(known, "uuid:a", 1, &thief, "");
	expect_bye(known, "uuid:a", 2, &tv, "");
	expect_bye(known, "uuid:b", 1, &tv, "");
	/* Nor by announcing it first, and ending that. */
	g_assert_true(discovery_known_note(known, "uuid:a", 1, &thief, 10, NULL, NULL));
	expect_bye(known, "uuid:a", 1, &thief, "uuid:a@1-10.0.0.2 ");
	g_assert_true(discovery_known_note(known, "uuid:a", 1, &thief, 10, NULL, NULL));
	discovery_known_expire(known, 20, collect, gone);
	g_assert_cmpstr(gone->str, ==, "uuid:a@1-10.0.0.2 ");
	expect_bye(known, "uuid:a", 1, &tv, "uuid:a@1 ");
	expect_bye(known, "uuid:a", 1, &tv, "");
}

static void
test_leave(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	g_autoptr(GString) gone = g_string_new(NULL);
	AvuAddress tv = address(1);

	g_assert_true(discovery_known_note(known, "uuid:a", 1, &tv, 100, NULL, NULL));
	g_assert_true(discovery_known_note(known, "uuid:b", 2, &tv, 100, NULL, NULL));
	discovery_known_leave(known, 1, collect, gone);
	g_assert_cmpstr(gone->str, ==, "uuid:a@1 ");
	expect_bye(known, "uuid:a", 1, &tv, "");
	expect_bye(known, "uuid:b", 2, &tv, "uuid:b@2 ");
}

static void
test_limits(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	unsigned noted = 0;

	for (unsigned i = 0; i < 20000; i++) {
		AvuAddress source = address(i % 1000);
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);

		noted += discovery_known_note(known, udn, 1, &source, 100, NULL, NULL);
		/* 16 an address: the first 64 000 / 4 would fit, the total says 1 024. */
		g_assert_cmpuint(noted, <=, 1024);
	}
	g_assert_cmpuint(noted, ==, 1024);

	AvuAddress first = address(0);

	/* Those that were there first stay, and may be heard again. */
	g_assert_true(discovery_known_note(known, "uuid:0", 1, &first, 200, NULL, NULL));
	expect_bye(known, "uuid:0", 1, &first, "uuid:0@1 ");
}

static void
test_limit_per_address(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	AvuAddress liar = address(1), honest = address(2);

	for (unsigned i = 0; i < 16; i++) {
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);

		g_assert_true(discovery_known_note(known, udn, 1, &liar, 100, NULL, NULL));
	}
	g_assert_false(discovery_known_note(known, "uuid:16", 1, &liar, 100, NULL, NULL));
	g_assert_true(discovery_known_note(known, "uuid:16", 1, &honest, 100, NULL, NULL));
}

/* One host with 64 IPv6 addresses, of the link or of the site, leaves the others their places. */
static void
test_limit_per_network(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	const AvuAddress honest = address(1);
	unsigned noted = 0;

	for (unsigned i = 0; i < 64 * 16; i++) {
		g_autofree char *text =
			g_strdup_printf(i % 2 == 0 ? "fe80::%u" : "fd00:1::%u", i / 32);
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);
		AvuAddress source;

		g_assert_true(avu_address_parse(text, &source));
		noted += discovery_known_note(known, udn, 1, &source, 100, NULL, NULL);
	}
	g_assert_cmpuint(noted, ==, 2 * 256);
	for (unsigned i = 0; i < 16; i++) {
		g_autofree char *udn = g_strdup_printf("uuid:honest-%u", i);

		g_assert_true(discovery_known_note(known, udn, 1, &honest, 100, NULL, NULL));
	}
}

/* Those whose names say so. */
static bool
is_described(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	(void)interface_index, (void)source, (void)user_data;
	return g_str_has_prefix(udn, "uuid:real");
}

static bool
note_real(DiscoveryKnown *known, const char *udn, const AvuAddress *source)
{
	return discovery_known_note(known, udn, 1, source, 100, is_described, NULL);
}

/* SEC-029: forged announcements do not keep a device out, be they of all addresses or of its own. */
static void
test_flood(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	const AvuAddress first = address(1), second = address(2), third = address(3);

	g_assert_true(note_real(known, "uuid:real-1", &first));
	for (unsigned i = 0; i < 20000; i++) {
		AvuAddress source = address(i % 1000);
		g_autofree char *udn = g_strdup_printf("uuid:forged-%u", i);

		g_assert_true(note_real(known, udn, &source));
	}
	g_assert_true(note_real(known, "uuid:real-2", &second));
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *udn = g_strdup_printf("uuid:shadow-%u", i);

		g_assert_true(note_real(known, udn, &third));
	}
	g_assert_true(note_real(known, "uuid:real-3", &third));
	expect_bye(known, "uuid:real-1", 1, &first, "uuid:real-1@1 ");
	expect_bye(known, "uuid:real-2", 1, &second, "uuid:real-2@1 ");
	expect_bye(known, "uuid:real-3", 1, &third, "uuid:real-3@1 ");
	/* the oldest of those that were never described left */
	expect_bye(known, "uuid:shadow-0", 1, &third, "");
	expect_bye(known, "uuid:shadow-99", 1, &third, "uuid:shadow-99@1 ");
}

/* There is no more room than there is. */
static void
test_flood_of_real_ones(void)
{
	g_autoptr(DiscoveryKnown) known = discovery_known_new();
	unsigned noted = 0;

	for (unsigned i = 0; i < 2000; i++) {
		AvuAddress source = address(i / 16);
		g_autofree char *udn = g_strdup_printf("uuid:real-%u", i);

		noted += note_real(known, udn, &source);
	}
	g_assert_cmpuint(noted, ==, 1024);
}

static void
note_announce(void *self, const AvuAnnouncement *announcement)
{
	g_string_append_printf(self, "announce %s;", announcement->udn);
}

static void
note_withdraw(void *self, void (*done)(void *), void *user_data)
{
	g_string_append(self, "withdraw;");
	done(user_data);
}

static void
note_search(void *self, const char *target, unsigned mx_s)
{
	g_string_append_printf(self, "search %s %u;", target, mx_s);
}

static void
note_changed(void *self)
{
	g_string_append(self, "changed;");
}

static void
note_free(void *self)
{
	g_string_append(self, "free;");
}

static void
note_done(void *user_data)
{
	*(bool *)user_data = true;
}

static void
test_custom(void)
{
	static const AvuDiscoveryInterface functions = { note_announce, note_withdraw, note_search,
		note_changed, note_free };
	g_autoptr(GString) notes = g_string_new(NULL);
	AvuDiscovery *discovery = avu_discovery_new_custom(&functions, notes);
	AvuAnnouncement announcement = { .udn = "uuid:a" };
	bool done = false;

	avu_discovery_announce(discovery, &announcement);
	avu_discovery_search(discovery, "ssdp:all", 3);
	avu_discovery_interfaces_changed(discovery);
	avu_discovery_withdraw(discovery, note_done, &done);
	avu_discovery_free(discovery);
	avu_discovery_free(NULL);
	g_assert_true(done);
	g_assert_cmpstr(notes->str, ==, "announce uuid:a;search ssdp:all 3;changed;withdraw;free;");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/discovery/expiry", test_expiry);
	g_test_add_func("/upnp/discovery/who-may-end-what", test_who_may_end_what);
	g_test_add_func("/upnp/discovery/leave", test_leave);
	g_test_add_func("/upnp/discovery/limits", test_limits);
	g_test_add_func("/upnp/discovery/limit-per-address", test_limit_per_address);
	g_test_add_func("/upnp/discovery/limit-per-network", test_limit_per_network);
	g_test_add_func("/upnp/discovery/custom", test_custom);
	g_test_add_func("/upnp/discovery/flood", test_flood);
	g_test_add_func("/upnp/discovery/flood-of-real-ones", test_flood_of_real_ones);
	return g_test_run();
}
