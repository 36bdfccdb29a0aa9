/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The doctor's datagrams over IPv6 where somebody sends faster than they can be read: the network's calls are
 * ours, and there is always one more. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "controlpoint/doctor/six-probe.h"

int
socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int
bind(int fd, const struct sockaddr *address, socklen_t len)
{
	(void)fd;
	(void)address;
	(void)len;
	return 0;
}

int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)len;
	return 0;
}

ssize_t
sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *address,
	socklen_t address_len)
{
	(void)fd;
	(void)data;
	(void)flags;
	(void)address;
	(void)address_len;
	return (ssize_t)len;
}

int
poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	(void)timeout_ms;
	fds[0].revents = POLLIN;
	return (int)n;
}

ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	(void)fd;
	(void)flags;
	memset(data, 'x', MIN(size, 8));
	return (ssize_t)MIN(size, 8);
}

ssize_t
recvfrom(int fd, void *data, size_t size, int flags, struct sockaddr *address,
	socklen_t *address_len)
{
	const struct sockaddr_in6 from = { .sin6_family = AF_INET6 };

	memcpy(address, &from, MIN(*address_len, sizeof from));
	return recv(fd, data, size, flags);
}

/* It comes to an end at all. */
static void
test_flood(void)
{
	AvuInterface interface = { .index = 2, .name = "eth0", .n_addresses = 1 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(ssdp_answer_free);
	SsdpProbe probe = { .n_answers = 1 };
	bool came = true;

	g_assert_true(avu_address_parse("fd00::2", &interface.addresses[0].address));
	g_assert_true(six_probe_echo(&interface, &came, &error));
	g_assert_false(came);
	g_assert_true(six_probe_search(&interface, answers, &probe, &error));
	g_assert_cmpuint(probe.n_answers + answers->len, ==, 0);
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/controlpoint/six-probe/flood", test_flood);
	return g_test_run();
}
