/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-fetch.h"

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>
#include <av-upnp/registry.h>

#include "descriptions.h"

#define LINK_A 2
#define LINK_B 3
#define URL_A "http://192.0.2.1:8200/description.xml"
#define URL_B "http://198.51.100.1:8200/description.xml"
#define URL_MOVED "http://192.0.2.1:9000/description.xml"

typedef struct {
	AvuFetcher *fetcher;
	AvuRegistry *registry;
	GString *story; /* "+name@location " appeared, "-name " vanished, "!code " trouble */
} House;

static void
appeared(AvuRemoteDevice *device, void *user_data)
{
	House *house = user_data;

	g_string_append_printf(house->story, "+%s@%s ", avu_remote_device_get_name(device),
		avu_remote_device_get_address(device));
}

static void
vanished(AvuRemoteDevice *device, void *user_data)
{
	House *house = user_data;

	g_string_append_printf(house->story, "-%s ", avu_remote_device_get_name(device));
}

static void
trouble(const char *location, const GError *error, void *user_data)
{
	House *house = user_data;

	(void)location;
	g_string_append_printf(house->story, "!%d ", error->code);
}

static void
house_init(House *house)
{
	static const AvuRegistryListener listener = { appeared, vanished, trouble };

	house->fetcher = avu_fetcher_new(NULL, NULL);
	house->registry = avu_registry_new(house->fetcher, &listener, house);
	house->story = g_string_new(NULL);
}

static void
house_clear(House *house)
{
	avu_registry_free(house->registry);
	avu_fetcher_free(house->fetcher);
	g_string_free(house->story, true);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static void
see_boot(House *house, const char *udn, const char *location, unsigned link, int64_t boot_id)
{
	const AvuSeen seen = { .udn = udn,
		.location = location,
		.max_age_s = 1800,
		.boot_id = boot_id,
		.interface_index = link };

	avu_registry_get_discovery_listener()->seen(&seen, house->registry);
}

static void
see(House *house, const char *udn, const char *location, unsigned link)
{
	see_boot(house, udn, location, link, -1);
}

static void
lose(House *house, const char *udn, unsigned link)
{
	avu_registry_get_discovery_listener()->gone(udn, link, house->registry);
}

static unsigned
count(const House *house)
{
	g_autoptr(GPtrArray) list = avu_registry_list(house->registry);

	return list->len;
}

static void
test_comes_and_goes(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	see(&house, "uuid:a", URL_A, LINK_A); /* the second announcement costs no second fetch */
	g_assert_cmpuint(house.fetcher->n_started, ==, 1);
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, 1);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, 0);
	lose(&house, "uuid:other", LINK_A);
	lose(&house, "uuid:a", LINK_B); /* said on a link it was not seen on */
	g_assert_cmpuint(count(&house), ==, 1);
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpuint(count(&house), ==, 0);
	see(&house, "uuid:a", URL_A, LINK_A); /* it may come back at once */
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpstr(house.story->str, ==, "+NAS@192.0.2.1 -NAS +NAS@192.0.2.1 ");
}

/* A host with addresses of three kinds answers from each, in any order, again and again. */
static void
test_reach(void)
{
	static const char *const link_local = "http://[fe80::1%25lo]:80/d.xml";
	static const char *const v6 = "http://[fd00::1]:80/d.xml";
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", link_local, LINK_A);
	fake_answer(house.fetcher, "http://[fe80::1%25lo]/d.xml", 200, SERVER("uuid:a", "NAS"));
	see(&house, "uuid:a", URL_A, LINK_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	see(&house, "uuid:a", v6, LINK_A);
	fake_answer(house.fetcher, "http://[fd00::1]/d.xml", 200, SERVER("uuid:a", "NAS"));
	see(&house, "uuid:a", link_local, LINK_A);
	g_assert_cmpstr(house.story->str, ==, "+NAS@fe80::1%lo +NAS@192.0.2.1 ");
	lose(&house, "uuid:a", LINK_A);
	g_assert_true(g_str_has_suffix(house.story->str, "-NAS "));
	g_assert_cmpuint(count(&house), ==, 0);
}

static void
test_properties(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:r", URL_A, LINK_A);
	fake_answer(house.fetcher, URL_A, 200,
		RENDERER("uuid:r", "Kit\xc2\x9b"
				   "chen"));
	g_autoptr(GPtrArray) list = avu_registry_list(house.registry);
	const AvuRemoteDevice *device = list->pdata[0];

	g_assert_cmpint(avu_remote_device_get_kind(device), ==, AVU_DEVICE_RENDERER);
	g_assert_cmpstr(avu_remote_device_get_udn(device), ==, "uuid:r");
	g_assert_cmpstr(avu_remote_device_get_location(device), ==, URL_A);
	g_assert_cmpstr(avu_remote_device_get_model(device), ==, "Box 7");
	/* C1 control: a terminal would take it for an escape sequence */
	g_assert_null(strstr(avu_remote_device_get_name(device), "\xc2\x9b"));
	const AvuServiceDescription *transport =
		avu_remote_device_find_service(device, &avu_service_av_transport);

	g_assert_nonnull(transport);
	g_assert_cmpstr(avu_url_get_text(transport->control_url), ==,
		"http://192.0.2.1:8200/control/AVTransport");
	g_assert_null(avu_remote_device_find_service(device, &avu_service_content_directory));
}

static void
test_embedded(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:root", URL_A, LINK_A);
	see(&house, "uuid:inner-server", URL_A, LINK_A);
	see(&house, "uuid:inner-renderer", URL_A, LINK_A);
	g_assert_cmpuint(house.fetcher->n_started, ==, 1);
	fake_answer(house.fetcher, URL_A, 200, COMBINED);
	g_assert_cmpuint(count(&house), ==, 3);
	lose(&house, "uuid:inner-server", LINK_A);
	g_assert_cmpuint(count(&house), ==, 2);
	lose(&house, "uuid:inner-renderer", LINK_A);
	lose(&house, "uuid:root", LINK_A);
	g_assert_cmpuint(count(&house), ==, 0);
}

static void
test_two_links(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	see(&house, "uuid:a", URL_B, LINK_B);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	fake_answer(house.fetcher, URL_B, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpuint(count(&house), ==, 1);
	lose(&house, "uuid:a", LINK_A);
	lose(&house, "uuid:a", LINK_B);
	g_assert_cmpstr(house.story->str, ==, "+NAS@192.0.2.1 +NAS@198.51.100.1 -NAS ");
}

static void
test_moved(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	see(&house, "uuid:a", URL_MOVED, LINK_A);
	fake_answer(house.fetcher, URL_MOVED, 200, SERVER("uuid:a", "NAS"));
	g_autoptr(GPtrArray) list = avu_registry_list(house.registry);

	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpstr(avu_remote_device_get_location(list->pdata[0]), ==, URL_MOVED);
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpstr(house.story->str, ==, "+NAS@192.0.2.1 +NAS@192.0.2.1 -NAS ");
}

static void
test_reboot_storm(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see_boot(&house, "uuid:a", URL_A, LINK_A, 1);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	for (int64_t boot_id = 2; boot_id < 1000; boot_id++) {
		see_boot(&house, "uuid:a", URL_A, LINK_A, boot_id);
	}
	/* SEC-028: not again within 5 s, and the device stays meanwhile */
	g_assert_cmpuint(house.fetcher->n_started, ==, 1);
	g_assert_cmpuint(count(&house), ==, 1);
}

static void
test_bad_descriptions(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	fake_answer(house.fetcher, URL_A, 404, "no");
	see(&house, "uuid:b", URL_B, LINK_B);
	fake_answer(house.fetcher, URL_B, 200, "<root><device>");
	see(&house, "uuid:c", URL_MOVED, LINK_A);
	fake_fail(house.fetcher, URL_MOVED, AVU_ERROR_TIMEOUT);
	g_autofree char *expected = g_strdup_printf(
		"!%d !%d !%d ", AVU_ERROR_DENIED, AVU_ERROR_SYNTAX, AVU_ERROR_TIMEOUT);

	g_assert_cmpstr(house.story->str, ==, expected);
	g_assert_cmpuint(count(&house), ==, 0);
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, 0);
}

static void
test_gone_before_described(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpuint(house.fetcher->n_cancelled, ==, 1);
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, 0);
}

static void
test_limit_per_address(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *url = g_strdup_printf("http://192.0.2.9:%u/d.xml", 1000 + i);
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);

		see(&house, udn, url, LINK_A);
	}
	g_assert_cmpuint(
		avu_registry_get_pending(house.registry), ==, AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS);
}

/* What failed there gives up its place at once for what the user names, and stays for what is announced until it is
 * old: no more fetches than were allowed before (SEC-028). */
static void
test_dead_places_of_an_address(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	for (unsigned i = 0; i < AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS; i++) {
		g_autofree char *url = g_strdup_printf("http://192.0.2.1:%u/d.xml", 1000 + i);

		avu_registry_add_location(house.registry, url);
		fake_fail(house.fetcher, url, AVU_ERROR_UNREACHABLE);
	}
	g_string_truncate(house.story, 0);
	see(&house, "uuid:b", URL_MOVED, LINK_A);
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, 0);
	avu_registry_add_location(house.registry, URL_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpstr(house.story->str, ==, "+NAS@192.0.2.1 ");
	for (unsigned i = 0; i < 2 * AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS; i++) {
		g_autofree char *url = g_strdup_printf("http://192.0.2.1:%u/d.xml", 2000 + i);

		avu_registry_add_location(house.registry, url); /* those under way stay, too */
	}
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==,
		AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS - 1);
	g_assert_cmpuint(count(&house), ==, 1);
}

/* 64 addresses of one network leave the others their places, and real devices of that network come in. */
static void
test_limit_per_network(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	for (unsigned i = 0; i < 64 * 16; i++) {
		g_autofree char *url =
			g_strdup_printf("http://[fd00:1::%x]:%u/d.xml", 1 + i / 16, 1000 + i % 16);
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);

		see(&house, udn, url, LINK_A);
	}
	g_assert_cmpuint(avu_registry_get_pending(house.registry), ==, AVU_DISCOVERY_PER_NETWORK);
	see(&house, "uuid:a", "http://[fd00:1::ffff]/d.xml", LINK_A);
	see(&house, "uuid:b", "http://[fd00:2::1]/d.xml", LINK_A);
	see(&house, "uuid:c", URL_A, LINK_A);
	g_assert_cmpuint(
		avu_registry_get_pending(house.registry), ==, AVU_DISCOVERY_PER_NETWORK + 2);
}

#define V6 "http://[fd00::1]:8200/d.xml"
#define LINK_LOCAL "http://[fe80::1%25lo]:8200/d.xml"

static void
see_three(House *house, int64_t boot_id)
{
	static const char *const urls[] = { LINK_LOCAL, URL_A, V6 };

	house_init(house);
	for (unsigned i = 0; i < G_N_ELEMENTS(urls); i++) {
		see_boot(house, "uuid:a", urls[i], LINK_A, boot_id);
		fake_answer(house->fetcher, urls[i], 200, SERVER("uuid:a", "NAS"));
	}
	g_assert_cmpstr(house->story->str, ==, "+NAS@fe80::1%lo +NAS@192.0.2.1 ");
	g_string_truncate(house->story, 0);
}

/* Its IPv4 address is announced no longer, those of IPv6 are: the one that reaches furthest takes over. */
static void
test_one_address_falls_silent(void)
{
	g_auto(House) house = { NULL };
	AvuAddress four, other;

	see_three(&house, -1);
	g_assert_true(avu_address_parse("192.0.2.1", &four));
	g_assert_true(avu_address_parse("192.0.2.2", &other));
	avu_registry_get_discovery_listener()->moved("uuid:a", LINK_A, &other, house.registry);
	avu_registry_get_discovery_listener()->moved("uuid:a", LINK_B, &four, house.registry);
	g_assert_cmpstr(house.story->str, ==, "");
	avu_registry_get_discovery_listener()->moved("uuid:a", LINK_A, &four, house.registry);
	g_assert_cmpstr(house.story->str, ==, "+NAS@fd00::1 ");
	see(&house, "uuid:a", URL_A, LINK_A); /* it is back */
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpstr(house.story->str, ==, "+NAS@fd00::1 +NAS@192.0.2.1 ");
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpuint(count(&house), ==, 0);
}

static void
wait_for_fetch(const House *house, const char *url)
{
	const int64_t start_ns = avu_now_ns();

	while (fake_find(house->fetcher, url) == NULL) {
		g_main_context_iteration(NULL, true);
		g_assert_cmpint(avu_now_ns() - start_ns, <, 60 * AVU_NS_PER_S);
	}
}

/* It restarts without IPv4: long before its last announcement there runs out. */
static void
test_restarted_without_v4(void)
{
	g_auto(House) house = { NULL };

	see_three(&house, 1);
	see_boot(&house, "uuid:a", LINK_LOCAL, LINK_A, 2);
	wait_for_fetch(&house, URL_A); /* SEC-028: 5 s after the fetch before */
	fake_fail(house.fetcher, URL_A, AVU_ERROR_UNREACHABLE);
	g_assert_true(g_str_has_suffix(house.story->str, "+NAS@fd00::1 "));
	g_assert_cmpuint(count(&house), ==, 1);
}

/* Two networks of IPv6 on one link, as most hosts have: both places are kept, so that neither is news. */
static void
test_two_v6(void)
{
	static const char *const urls[] = { V6, "http://[2001:db8::1]:8200/d.xml" };
	g_auto(House) house = { NULL };

	house_init(&house);
	for (unsigned i = 0; i < 20; i++) {
		see_boot(&house, "uuid:a", urls[i % 2], LINK_A, 1);
		if (fake_find(house.fetcher, urls[i % 2]) != NULL) {
			fake_answer(house.fetcher, urls[i % 2], 200, SERVER("uuid:a", "NAS"));
		}
	}
	g_assert_cmpuint(house.fetcher->n_started, ==, 2);
	g_assert_cmpstr(house.story->str, ==, "+NAS@fd00::1 +NAS@2001:db8::1 ");
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpuint(count(&house), ==, 0);
}

/* An address that went away was never taken back. When the device leaves, it is asked whether it is still there,
 * and is not. */
static void
test_left_an_address_behind(void)
{
	g_auto(House) house = { NULL };
	AvuAddress four, link_local;

	see_three(&house, 1);
	g_assert_true(avu_address_parse("192.0.2.1", &four));
	g_assert_true(avu_address_parse("fe80::1%lo", &link_local));
	avu_registry_get_discovery_listener()->moved("uuid:a", LINK_A, &link_local, house.registry);
	avu_registry_get_discovery_listener()->moved("uuid:a", LINK_A, &four, house.registry);
	g_assert_cmpstr(house.story->str, ==, "+NAS@fd00::1 ");
	wait_for_fetch(&house, V6);
	fake_fail(house.fetcher, V6, AVU_ERROR_UNREACHABLE);
	g_assert_true(g_str_has_suffix(house.story->str, "-NAS "));
	g_assert_cmpuint(count(&house), ==, 0);
	see_boot(&house, "uuid:a", V6, LINK_A, 2); /* it comes back */
	wait_for_fetch(&house, V6);
	fake_answer(house.fetcher, V6, 200, SERVER("uuid:a", "NAS"));
	g_assert_cmpuint(count(&house), ==, 1);
}

static void
forge(House *house, unsigned n, bool answering)
{
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *url = g_strdup_printf("http://10.%u.%u.1/d.xml", i / 256, i % 256);
		g_autofree char *udn = g_strdup_printf("uuid:forged-%u", i);

		see(house, udn, url, LINK_A);
		if (answering) {
			fake_fail(house->fetcher, url, AVU_ERROR_UNREACHABLE);
		}
	}
}

static void
test_limit_in_all(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	see(&house, "uuid:a", URL_A, LINK_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	forge(&house, 5000, /* answering = */ true);
	/* SEC-029: what never described itself makes room, a real device comes and stays */
	see(&house, "uuid:b", URL_B, LINK_B);
	fake_answer(house.fetcher, URL_B, 200, SERVER("uuid:b", "Second"));
	g_assert_cmpuint(count(&house), ==, 2);
	forge(&house, 5000, /* answering = */ false);
	g_assert_cmpuint(count(&house), ==, 2);
	g_assert_cmpuint(avu_registry_get_pending(house.registry), <=, AVU_LIMIT_REMOTE_DEVICES);
	g_assert_cmpuint(house.fetcher->fetches->len, ==, AVU_LIMIT_FETCHES);
}

static void
test_tarpits(void)
{
	g_auto(House) house = { NULL };
	const int64_t start_ns = avu_now_ns();

	house_init(&house);
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *url = g_strdup_printf("http://10.0.0.%u/d.xml", i + 1);
		g_autofree char *udn = g_strdup_printf("uuid:%u", i);

		see(&house, udn, url, LINK_A);
	}
	see(&house, "uuid:good", URL_A, LINK_A);
	g_assert_cmpuint(house.fetcher->fetches->len, ==, AVU_LIMIT_FETCHES);
	/* SEC-206: behind a hundred that never answer, it has its turn within a second */
	while (fake_find(house.fetcher, URL_A) == NULL) {
		g_main_context_iteration(NULL, true);
		g_assert_cmpint(avu_now_ns() - start_ns, <, 2 * AVU_NS_PER_S);
	}
	g_assert_cmpuint(house.fetcher->fetches->len, <=, AVU_LIMIT_FETCHES);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:good", "Good"));
	g_assert_cmpuint(count(&house), ==, 1);
}

static void
test_named_location(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	avu_registry_add_location(house.registry, URL_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	avu_registry_add_location(house.registry, "ftp://192.0.2.1/");
	g_assert_cmpuint(count(&house), ==, 1);
	g_autofree char *expected = g_strdup_printf("+NAS@192.0.2.1 !%d ", AVU_ERROR_SYNTAX);

	g_assert_cmpstr(house.story->str, ==, expected);
}

static void
test_named_and_heard(void)
{
	g_auto(House) house = { NULL };

	house_init(&house);
	avu_registry_add_location(house.registry, URL_A);
	fake_answer(house.fetcher, URL_A, 200, SERVER("uuid:a", "NAS"));
	see(&house, "uuid:a", URL_A, LINK_A);
	g_assert_cmpuint(house.fetcher->n_started, ==, 1);
	lose(&house, "uuid:a", LINK_A);
	g_assert_cmpstr(house.story->str, ==, "+NAS@192.0.2.1 -NAS ");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/registry/comes-and-goes", test_comes_and_goes);
	g_test_add_func("/registry/reach", test_reach);
	g_test_add_func("/registry/properties", test_properties);
	g_test_add_func("/registry/embedded", test_embedded);
	g_test_add_func("/registry/two-links", test_two_links);
	g_test_add_func("/registry/moved", test_moved);
	g_test_add_func("/registry/reboot-storm", test_reboot_storm);
	g_test_add_func("/registry/bad-descriptions", test_bad_descriptions);
	g_test_add_func("/registry/gone-before-described", test_gone_before_described);
	g_test_add_func("/registry/limit-per-address", test_limit_per_address);
	g_test_add_func("/registry/dead-places-of-an-address", test_dead_places_of_an_address);
	g_test_add_func("/registry/limit-in-all", test_limit_in_all);
	g_test_add_func("/registry/limit-per-network", test_limit_per_network);
	g_test_add_func("/registry/one-address-falls-silent", test_one_address_falls_silent);
	g_test_add_func("/registry/restarted-without-v4", test_restarted_without_v4);
	g_test_add_func("/registry/two-v6", test_two_v6);
	g_test_add_func("/registry/left-an-address-behind", test_left_an_address_behind);
	g_test_add_func("/registry/tarpits", test_tarpits);
	g_test_add_func("/registry/named-location", test_named_location);
	g_test_add_func("/registry/named-and-heard", test_named_and_heard);
	return g_test_run();
}
