/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses and peers of our own HTTP server. HOSTS_MAX hosts outside the networks in use at most. */
#include <sys/socket.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "local-server.h"

#define HOSTS_MAX 64
#define DISCARD_PORT 9 /* any but 0 */

struct LocalServer {
	Session *session;
	AvuHttpServer *http;
	bool started;
	GMutex mutex;                 /* for what follows: read by the accepting thread */
	const AvuPrefixSet *prefixes; /* NULL: none looked at */
	AvuAddress hosts[HOSTS_MAX];
	size_t n_hosts;
};

static bool
knows_host(LocalServer *server, const AvuAddress *host)
{
	bool known = false;

	g_mutex_lock(&server->mutex);
	for (size_t i = 0; i < server->n_hosts && !known; i++) {
		known = avu_address_equal_ip(host, &server->hosts[i]);
	}
	g_mutex_unlock(&server->mutex);
	return known;
}

static bool
accept_peer(const AvuAddress *peer, const AvuAddress *local, void *user_data)
{
	LocalServer *server = user_data;

	(void)local;
	g_mutex_lock(&server->mutex);
	const AvuPrefixSet *prefixes = server->prefixes;

	g_mutex_unlock(&server->mutex);
	return knows_host(server, peer) ||
	       (prefixes != NULL && avu_prefix_set_contains(prefixes, peer));
}

LocalServer *
local_server_new(Session *session)
{
	LocalServer *server = g_new0(LocalServer, 1);

	g_mutex_init(&server->mutex);
	server->session = session;
	server->http = avu_http_server_new();
	avu_http_server_set_accept(server->http, accept_peer, server);
	return server;
}

void
local_server_free(LocalServer *server)
{
	if (server != NULL) {
		avu_http_server_free(server->http);
		g_mutex_clear(&server->mutex);
		g_free(server);
	}
}

AvuHttpServer *
local_server_get_http(LocalServer *server)
{
	return server->http;
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

/* The address that this host's routes choose towards that one. Nothing is sent. */
static bool
find_source(const AvuAddress *peer, AvuAddress *ret_local)
{
	struct sockaddr_storage place;
	AvuAddress port = *peer;
	avu_autofd int fd = socket(peer->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	port.port = DISCARD_PORT;
	socklen_t len = avu_address_to_sockaddr(&port, &place);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&place, len) != 0) {
		return false;
	}
	len = sizeof place;
	return getsockname(fd, (struct sockaddr *)&place, &len) == 0 &&
	       avu_address_from_sockaddr((const struct sockaddr *)&place, len, ret_local);
}

/* Where devices can reach us: every address in use, loopback for a device that is there, and what leads to
 * a host that was named and is in none of the networks in use. */
static GArray *
collect_addresses(LocalServer *server, GError **error)
{
	g_autoptr(GArray) addresses = g_array_new(false, false, sizeof(AvuAddress));
	g_autoptr(GError) none = NULL;
	AvuInterfaceWatch *interfaces = session_open_interfaces(server->session, &none);
	size_t n = 0;
	const AvuInterface *list =
		interfaces != NULL ? avu_interface_watch_list(interfaces, &n) : NULL;

	for (size_t i = 0; i < n; i++) {
		for (unsigned j = 0; j < list[i].n_addresses; j++) {
			add_address(addresses, &list[i].addresses[j].address);
		}
	}
	for (size_t i = 0; i < server->n_hosts; i++) {
		AvuAddress local;

		if (local_address_find(server->session, &server->hosts[i], &local)) {
			add_address(addresses, &local);
		}
	}
	if (addresses->len == 0) {
		g_propagate_error(error, g_steal_pointer(&none));
		return NULL;
	}
	g_mutex_lock(&server->mutex);
	server->prefixes = interfaces != NULL ? avu_interface_watch_get_prefixes(interfaces) : NULL;
	g_mutex_unlock(&server->mutex);
	return g_steal_pointer(&addresses);
}

static void
name_host(LocalServer *server, const AvuAddress *host)
{
	g_mutex_lock(&server->mutex);
	if (server->n_hosts < HOSTS_MAX) {
		server->hosts[server->n_hosts++] = *host;
	}
	g_mutex_unlock(&server->mutex);
}

bool
local_server_open(LocalServer *server, const AvuAddress *peer, uint16_t preferred, GError **error)
{
	if (peer != NULL && !knows_host(server, peer)) {
		name_host(server, peer);
	}
	g_autoptr(GArray) addresses = collect_addresses(server, error);

	if (addresses == NULL) {
		return false;
	}
	if (!server->started && !avu_http_server_start(server->http, 0, preferred, error)) {
		return false;
	}
	server->started = true;
	return avu_http_server_set_addresses(
		server->http, (const AvuAddress *)(void *)addresses->data, addresses->len, error);
}

bool
local_address_find(Session *session, const AvuAddress *peer, AvuAddress *ret_local)
{
	AvuInterfaceWatch *interfaces = session_open_interfaces(session, NULL);
	const AvuInterface *interface =
		interfaces != NULL ? avu_interface_watch_find(interfaces, peer) : NULL;

	if (avu_address_class(peer) == AVU_ADDRESS_LOOPBACK) {
		*ret_local = *peer;
		return true;
	}
	if (session_get_source(session)->family == peer->family) {
		*ret_local = *session_get_source(session);
		return true;
	}
	for (unsigned i = 0; interface != NULL && i < interface->n_addresses; i++) {
		if (avu_prefix_contains(&interface->addresses[i], peer)) {
			*ret_local = interface->addresses[i].address;
			return true;
		}
	}
	return find_source(peer, ret_local);
}

bool
local_server_find_address(const LocalServer *server, const AvuAddress *peer, AvuAddress *ret_local)
{
	return local_address_find(server->session, peer, ret_local);
}
