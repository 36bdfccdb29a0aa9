/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The receiving end of events. Main thread. */
#include <av-upnp/error.h>

#include "event-server.h"

struct EventServer {
	AvuMailbox *mailbox;
	AvuHttpServer *http;
	AvuSubscriber *subscriber;
	const AvuPrefixSet *prefixes; /* NULL: none looked at */
	AvuAddress hosts[EVENT_SERVER_DEVICES_MAX];
	size_t n_hosts;
};

static bool
accept_peer(const AvuAddress *peer, const AvuAddress *local, void *user_data)
{
	const EventServer *server = user_data;

	(void)local;
	for (size_t i = 0; i < server->n_hosts; i++) {
		if (avu_address_equal_ip(peer, &server->hosts[i])) {
			return true;
		}
	}
	return server->prefixes != NULL && avu_prefix_set_contains(server->prefixes, peer);
}

static void
add_address(GArray *addresses, const AvuAddress *address)
{
	for (guint i = 0; i < addresses->len; i++) {
		if (avu_address_equal_ip(&g_array_index(addresses, AvuAddress, i), address)) {
			return;
		}
	}
	g_array_append_val(addresses, *address);
}

/* Where events can reach us: every address in use, and loopback for a device that is there. */
static GArray *
collect_addresses(EventServer *server, Session *session, GError **error)
{
	g_autoptr(GArray) addresses = g_array_new(false, false, sizeof(AvuAddress));
	g_autoptr(GError) none = NULL;
	AvuInterfaceWatch *interfaces = session_open_interfaces(session, &none);
	size_t n = 0;
	const AvuInterface *list =
		interfaces != NULL ? avu_interface_watch_list(interfaces, &n) : NULL;

	for (size_t i = 0; i < n; i++) {
		for (unsigned j = 0; j < list[i].n_addresses; j++) {
			add_address(addresses, &list[i].addresses[j].address);
		}
	}
	for (size_t i = 0; i < server->n_hosts; i++) {
		if (avu_address_class(&server->hosts[i]) == AVU_ADDRESS_LOOPBACK) {
			add_address(addresses, &server->hosts[i]);
		}
	}
	if (addresses->len == 0) {
		g_propagate_error(error, g_steal_pointer(&none));
		return NULL;
	}
	server->prefixes = interfaces != NULL ? avu_interface_watch_get_prefixes(interfaces) : NULL;
	return g_steal_pointer(&addresses);
}

static bool
start(EventServer *server, Session *session, GError **error)
{
	g_autoptr(GArray) addresses = collect_addresses(server, session, error);

	if (addresses == NULL) {
		return false;
	}
	server->mailbox = avu_mailbox_new(NULL);
	server->http = avu_http_server_new();
	server->subscriber =
		avu_subscriber_new(server->http, session_get_fetcher(session), server->mailbox);
	avu_http_server_set_accept(server->http, accept_peer, server);
	return avu_http_server_start(server->http, 0, 0, error) &&
	       avu_http_server_set_addresses(server->http,
		       (const AvuAddress *)(void *)addresses->data, addresses->len, error);
}

EventServer *
event_server_new(Session *session, AvuRemoteDevice *const *devices, size_t n, GError **error)
{
	g_autoptr(EventServer) server = g_new0(EventServer, 1);

	for (size_t i = 0; i < MIN(n, (size_t)EVENT_SERVER_DEVICES_MAX); i++) {
		(void)avu_address_parse(avu_remote_device_get_address(devices[i]),
			&server->hosts[server->n_hosts++]);
	}
	return start(server, session, error) ? g_steal_pointer(&server) : NULL;
}

void
event_server_free(EventServer *server)
{
	if (server == NULL) {
		return;
	}
	avu_http_server_free(server->http);
	avu_subscriber_free(server->subscriber);
	if (server->mailbox != NULL) {
		avu_mailbox_close(server->mailbox);
		avu_mailbox_unref(server->mailbox);
	}
	g_free(server);
}

AvuSubscriber *
event_server_get_subscriber(EventServer *server)
{
	return server->subscriber;
}
