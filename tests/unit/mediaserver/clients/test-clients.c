/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who asks: what is remembered of an address, what a device there says, what the administrator said. */
#include <string.h>

#include <glib/gstdio.h>

#include "mediaserver/clients/clients.h"

static const char *
find_line(const void *lines, const char *what)
{
	size_t len = strlen(what);

	for (const char *const *line = lines; *line != NULL; line++) {
		if (strncmp(*line, what, len) == 0 && (*line)[len] == ':') {
			return *line + len + 2;
		}
	}
	return NULL;
}

static void
check(Clients *clients, const char *address, const char *line, const char *profile)
{
	const char *const lines[] = { line, NULL };
	AvuAddress peer;

	g_assert_true(avu_address_parse(address, &peer));
	g_autoptr(ClientView) view = clients_identify(clients, &peer, find_line, lines);

	g_test_message("%s %s: %s", address, line, view->why);
	g_assert_cmpstr(view->profile->name, ==, profile);
}

static void
test_identify(void)
{
	g_autoptr(Clients) clients = clients_new();

	check(clients, "192.0.2.1", "User-Agent: somebody", "Default");
	check(clients, "192.0.2.1", "User-Agent: PLAYSTATION 3", "PlayStation 3");
	/* its player says less than its browser */
	check(clients, "192.0.2.1", "User-Agent: GUPnP/1.0 DLNADOC/1.50", "PlayStation 3");
	check(clients, "192.0.2.1", NULL, "PlayStation 3");
	/* another program there says who it is */
	check(clients, "192.0.2.1", "User-Agent: VLC/3 LibVLC/3", "VLC");
	check(clients, "192.0.2.2", "User-Agent: GUPnP/1.0 DLNADOC/1.50", "Device SDK");
}

static void
test_device(void)
{
	g_autoptr(Clients) clients = clients_new();
	ClientDevice device = { .friendly_name = (char *)"Parlour",
		.manufacturer = (char *)"Sonos, Inc.",
		.udn = (char *)"uuid:RINCON_1" };
	g_autoptr(GPtrArray) sink =
		avu_protocol_info_parse_list("http-get:*:audio/mpeg:DLNA.ORG_PN=MP3");
	AvuAddress peer;

	clients_set_device(clients, "192.0.2.7", &device);
	check(clients, "192.0.2.7", "User-Agent: x", "Sonos");
	clients_set_sink(clients, "192.0.2.7", device.udn, sink);
	g_assert_true(avu_address_parse("192.0.2.7", &peer));
	const char *const lines[] = { NULL };
	g_autoptr(ClientView) view = clients_identify(clients, &peer, find_line, lines);

	g_assert_cmpuint(client_view_get_witnesses(view).sink->len, ==, 1);
	clients_lose_device(clients, "192.0.2.7", device.udn);
	check(clients, "192.0.2.7", "User-Agent: x", "Default");
}

/* @param formats  that the list has; 0: there is none */
static void
check_list(Clients *clients, const char *profile, guint formats, const char *why)
{
	const char *const lines[] = { "User-Agent: x", NULL };
	AvuAddress peer;

	g_assert_true(avu_address_parse("192.0.2.7", &peer));
	g_autoptr(ClientView) view = clients_identify(clients, &peer, find_line, lines);
	const GPtrArray *sink = client_view_get_witnesses(view).sink;

	g_test_message("%s", why);
	g_assert_cmpstr(view->profile->name, ==, profile);
	g_assert_cmpuint(sink != NULL ? sink->len : 0, ==, formats);
}

/* Two renderers at one address: what one says of itself does not go with the other. */
static void
test_neighbours(void)
{
	static const ClientDevice sonos = { .manufacturer = (char *)"Sonos, Inc.",
		.udn = (char *)"uuid:RINCON_1" };
	static const ClientDevice other = { .friendly_name = (char *)"Desk",
		.udn = (char *)"uuid:desk" };
	static const char at[] = "192.0.2.7";
	g_autoptr(Clients) clients = clients_new();
	g_autoptr(GPtrArray) one = avu_protocol_info_parse_list("http-get:*:audio/mpeg:*");
	g_autoptr(GPtrArray) two =
		avu_protocol_info_parse_list("http-get:*:audio/flac:*,http-get:*:audio/wav:*");

	clients_set_device(clients, at, &sonos);
	clients_set_sink(clients, at, sonos.udn, one);
	clients_set_device(clients, at, &other);
	check_list(clients, "Sonos", 1, "a second one takes nothing away");
	clients_set_sink(clients, at, other.udn, two);
	check_list(clients, "Sonos", 1, "the first counts");
	clients_lose_device(clients, at, "uuid:never");
	clients_lose_device(clients, at, other.udn);
	check_list(clients, "Sonos", 1, "the second is gone");
	clients_set_device(clients, at, &other);
	clients_set_sink(clients, at, other.udn, two);
	clients_lose_device(clients, at, sonos.udn);
	check_list(clients, "Default", 2, "the first is gone: the second counts");
	clients_set_device(clients, at, &sonos);
	clients_set_sink(clients, at, other.udn, NULL);
	clients_set_sink(clients, at, sonos.udn, one);
	check_list(clients, "Default", 1, "the first says none: the second's list");
	clients_lose_device(clients, at, other.udn);
	clients_lose_device(clients, at, sonos.udn);
	check_list(clients, "Default", 0, "both are gone");
	clients_lose_device(clients, "192.0.2.8", sonos.udn);
}

static void
test_override(void)
{
	g_autofree char *folder = g_dir_make_tmp("clients-XXXXXX", NULL);
	g_autoptr(AvuStateDir) dir = avu_state_dir_open(folder, "test", NULL);
	g_autoptr(GError) error = NULL;

	for (unsigned turn = 0; turn < 2; turn++) { /* the second time as after a restart */
		g_autoptr(Clients) clients = clients_new();

		clients_set_state(clients, dir);
		if (turn == 0) {
			check(clients, "192.0.2.1", "User-Agent: VLC/3", "VLC");
			g_assert_true(clients_override(clients, "192.0.2.1", "Sonos", &error));
			g_assert_no_error(error);
		}
		check(clients, "192.0.2.1", "User-Agent: VLC/3", "Sonos");
		check(clients, "192.0.2.2", "User-Agent: VLC/3", "VLC");
	}
	g_autoptr(Clients) clients = clients_new();

	g_assert_false(clients_override(clients, "192.0.2.1", "Sono", &error));
	g_assert_cmpstr(error->message, ==, "no profile \"Sono\", did you mean \"Sonos\"?");
	g_clear_error(&error);
	g_assert_false(clients_override(clients, "nowhere", "Sonos", &error));
	g_clear_error(&error);
	g_assert_true(clients_override(clients, "uuid:1", "Sonos", &error));
	g_assert_true(clients_override(clients, "uuid:1", NULL, &error));
	g_autofree char *file = avu_state_dir_build_path(dir, "clients");

	(void)g_remove(file);
}

/* More addresses than are remembered: the oldest goes, nothing grows. */
static void
test_crowd(void)
{
	g_autoptr(Clients) clients = clients_new();

	for (unsigned i = 0; i < CLIENTS_MAX + 50; i++) {
		g_autofree char *address = g_strdup_printf("10.0.%u.%u", i / 250, i % 250 + 1);

		check(clients, address, "User-Agent: PLAYSTATION 3", "PlayStation 3");
	}
	check(clients, "10.0.0.1", NULL, "Default");
	g_autofree char *json = clients_format_json(clients);
	g_autofree char *text = clients_format_text(json, NULL);

	g_assert_nonnull(text);
	g_assert_cmpuint(strlen(json), <, 90000); /* of an answer on the control socket */
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clients/identify", test_identify);
	g_test_add_func("/clients/device", test_device);
	g_test_add_func("/clients/neighbours", test_neighbours);
	g_test_add_func("/clients/override", test_override);
	g_test_add_func("/clients/crowd", test_crowd);
	return g_test_run();
}
