/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets that listen: all of them and heard of, or none. */
#include "config.h"

#include <arpa/inet.h>
#include <sys/epoll.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "libav-upnp/net/http-listeners.h"

static AvuAddress
loopback(void)
{
	AvuAddress address;

	g_assert_true(avu_address_parse("127.0.0.1", &address));
	return address;
}

/* The port is any that is free. */
static uint16_t
find_port(void)
{
	AvuAddress address = loopback();
	avu_autofd int fd = http_listener_bind(&address, NULL);
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&at, &len), ==, 0);
	return ntohs(at.sin_port);
}

static int
dial(const AvuAddress *address)
{
	struct sockaddr_storage to;
	const socklen_t len = avu_address_to_sockaddr(address, &to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(connect(fd, (struct sockaddr *)&to, len), ==, 0);
	return fd;
}

static void
test_heard(void)
{
	avu_autofd int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	g_autoptr(HttpListeners) listeners = http_listeners_new(epoll_fd);
	AvuAddress address = loopback();
	struct epoll_event event;

	address.port = find_port();
	g_autoptr(GArray) fresh = http_listeners_open(listeners, &address, 1, NULL);

	g_assert_nonnull(fresh);
	avu_autofd int caller = dial(&address);

	/* not before all of the change is sure */
	g_assert_cmpint(epoll_wait(epoll_fd, &event, 1, 0), ==, 0);
	http_listeners_commit(listeners, &address, 1, fresh);
	g_assert_cmpint(epoll_wait(epoll_fd, &event, 1, -1), ==, 1);
	g_assert_cmpint(http_listeners_find(listeners, event.data.u64), >=, 0);
	http_listeners_set_deaf(listeners, true);
	g_assert_cmpint(epoll_wait(epoll_fd, &event, 1, 0), ==, 0);
}

/* One that nobody would ever hear of is a failure, told while all is as it was. */
static void
test_unheard(void)
{
	g_autoptr(HttpListeners) listeners = http_listeners_new(-1);
	g_autoptr(GError) error = NULL;
	AvuAddress address = loopback();

	address.port = find_port();
	g_assert_null(http_listeners_open(listeners, &address, 1, &error));
	g_assert_nonnull(error);
	g_assert_cmpint(error->domain, ==, AVU_ERROR);
	g_assert_false(http_listeners_have(listeners, &address));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-listeners/heard", test_heard);
	g_test_add_func("/net/http-listeners/unheard", test_unheard);
	return g_test_run();
}
