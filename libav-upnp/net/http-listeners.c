/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets that listen. Changed as a whole or not at all. Any thread, under the acceptor's lock, but
 * http_listeners_open(), for which it is enough that nobody else changes them. */
#include "config.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "http-listeners.h"

#define BACKLOG 256

typedef struct {
	uint64_t id; /* in the epoll events: odd, so that it is no pointer to a connection */
	int fd;
	AvuAddress address;
} Listener;

struct HttpListeners {
	int epoll_fd;
	GArray *list; /* Listener */
	uint64_t last_id;
};

int
http_listener_bind(const AvuAddress *address, GError **error)
{
	const int on = 1;
	struct sockaddr_storage where;
	socklen_t len = avu_address_to_sockaddr(address, &where);
	g_autofree char *text = avu_address_format(address);
	avu_autofd int fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		avu_set_errno(error, errno, "socket for %s", text);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* The address may have left again since netlink told of it; that is told next. */
	(void)setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on));
	if (address->family == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (bind(fd, (struct sockaddr *)&where, len) != 0) {
		avu_set_errno(error, errno, "port %u at %s", address->port, text);
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* A television that lost its power must not hold a stream that waits for its source; what is on its way
 * the table watches. Accepted sockets have it from the one that listens. */
static void
keep_alive(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 45 }, /* with the next two: gone after 75 s */
		{ IPPROTO_TCP, TCP_KEEPINTVL, 10 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 3 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		(void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			sizeof(options[i].value));
	}
}

/* In the epoll, deaf. */
static bool
listen_on(HttpListeners *listeners, GArray *fresh, const AvuAddress *address, GError **error)
{
	Listener listener = { .id = listeners->last_id + 2, .address = *address };
	struct epoll_event event = { .events = 0, .data.u64 = listener.id };
	avu_autofd int fd = http_listener_bind(address, error);

	if (fd < 0) {
		return false;
	}
	keep_alive(fd);
	if (listen(fd, BACKLOG) != 0) {
		avu_set_errno(error, errno, "listening on port %u", address->port);
		return false;
	}
	if (epoll_ctl(listeners->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
		avu_set_errno(error, errno, "watching port %u", address->port);
		return false;
	}
	listeners->last_id = listener.id;
	listener.fd = avu_steal_fd(&fd);
	g_array_append_val(fresh, listener);
	return true;
}

static void
close_listener(gpointer data)
{
	avu_fd_cleanup(&((Listener *)data)->fd);
}

static GArray *
new_list(void)
{
	GArray *listeners = g_array_new(FALSE, TRUE, sizeof(Listener));

	g_array_set_clear_func(listeners, close_listener);
	return listeners;
}

HttpListeners *
http_listeners_new(int epoll_fd)
{
	HttpListeners *listeners = g_new0(HttpListeners, 1);

	listeners->epoll_fd = epoll_fd;
	listeners->list = new_list();
	listeners->last_id = HTTP_LISTENERS_NONE;
	return listeners;
}

void
http_listeners_free(HttpListeners *listeners)
{
	if (listeners != NULL) {
		g_array_unref(listeners->list);
		g_free(listeners);
	}
}

static bool
is_among(const GArray *listeners, const AvuAddress *address)
{
	for (guint i = 0; i < listeners->len; i++) {
		if (avu_address_equal_ip(&g_array_index(listeners, Listener, i).address, address)) {
			return true;
		}
	}
	return false;
}

bool
http_listeners_have(const HttpListeners *listeners, const AvuAddress *address)
{
	return is_among(listeners->list, address);
}

GArray *
http_listeners_open(HttpListeners *listeners, const AvuAddress *addresses, size_t n, GError **error)
{
	g_autoptr(GArray) fresh = new_list();

	for (size_t i = 0; i < n; i++) {
		if (!is_among(listeners->list, &addresses[i]) && !is_among(fresh, &addresses[i]) &&
			!listen_on(listeners, fresh, &addresses[i], error)) {
			return NULL;
		}
	}
	return g_steal_pointer(&fresh);
}

void
http_listeners_commit(
	HttpListeners *listeners, const AvuAddress *addresses, size_t n, GArray *fresh)
{
	for (guint i = listeners->list->len; i-- > 0;) {
		bool kept = false;

		for (size_t j = 0; j < n && !kept; j++) {
			kept = avu_address_equal_ip(&addresses[j],
				&g_array_index(listeners->list, Listener, i).address);
		}
		if (!kept) {
			g_array_remove_index_fast(listeners->list, i);
		}
	}
	for (guint i = 0; i < fresh->len; i++) {
		Listener *listener = &g_array_index(fresh, Listener, i);
		struct epoll_event event = { .events = EPOLLIN, .data.u64 = listener->id };

		/* Needs no memory: of what is in the epoll already only the wish changes. */
		(void)epoll_ctl(listeners->epoll_fd, EPOLL_CTL_MOD, listener->fd, &event);
		g_array_append_val(listeners->list, *listener);
		listener->fd = -1;
	}
}

int
http_listeners_find(const HttpListeners *listeners, uint64_t id)
{
	for (guint i = 0; i < listeners->list->len; i++) {
		const Listener *listener = &g_array_index(listeners->list, Listener, i);

		if (listener->id == id) {
			return listener->fd;
		}
	}
	return -1;
}

void
http_listeners_set_deaf(const HttpListeners *listeners, bool deaf)
{
	for (guint i = 0; i < listeners->list->len; i++) {
		const Listener *listener = &g_array_index(listeners->list, Listener, i);
		struct epoll_event event = { .events = deaf ? 0 : EPOLLIN,
			.data.u64 = listener->id };

		(void)epoll_ctl(listeners->epoll_fd, EPOLL_CTL_MOD, listener->fd, &event);
	}
}
