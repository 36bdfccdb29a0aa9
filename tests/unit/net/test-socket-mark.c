/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks as the kernel gives them back (spec/dlna-qos.md 1). */
#include "config.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <av-upnp/fd.h>
#include <av-upnp/socket-mark.h>

static const struct {
	AvuTraffic traffic;
	bool dscp, priority;
	int tos, prio;
	const char *why;
} rows[] = {
	{ AVU_TRAFFIC_STREAMING, true, true, 0xa0, 4, "CS5, and the priority survives it" },
	{ AVU_TRAFFIC_BACKGROUND, true, true, 0x20, 1, "CS1" },
	{ AVU_TRAFFIC_DEFAULT, true, true, 0, 0, "nothing" },
	{ AVU_TRAFFIC_STREAMING, true, false, 0xa0, 0, "DSCP only" },
	{ AVU_TRAFFIC_STREAMING, false, true, 0, 4, "priority only" },
	{ AVU_TRAFFIC_STREAMING, false, false, 0, 0, "both off" },
};

static int
get(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	g_assert_cmpint(getsockopt(fd, level, name, &value, &len), ==, 0);
	return value;
}

static void
test_marks(void)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		int family = families[i % 2];
		avu_autofd int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool v6 = family == AF_INET6;

		if (fd < 0) {
			g_assert_true(v6);
			continue;
		}
		g_test_message("%s", rows[i / 2].why);
		avu_socket_mark(
			fd, family, rows[i / 2].traffic, rows[i / 2].dscp, rows[i / 2].priority);
		g_assert_cmpint(get(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS),
			==, rows[i / 2].tos);
		g_assert_cmpint(get(fd, SOL_SOCKET, SO_PRIORITY), ==, rows[i / 2].prio);
	}
}

/* A kept connection: the marks of one answer are not those of the next. */
static void
test_back(void)
{
	avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	avu_socket_mark(fd, AF_INET, AVU_TRAFFIC_STREAMING, true, true);
	avu_socket_mark(fd, AF_INET, AVU_TRAFFIC_DEFAULT, true, true);
	g_assert_cmpint(get(fd, IPPROTO_IP, IP_TOS), ==, 0);
	g_assert_cmpint(get(fd, SOL_SOCKET, SO_PRIORITY), ==, 0);
}

static void
test_raise(void)
{
	avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	avu_socket_mark(fd, AF_INET, AVU_TRAFFIC_STREAMING, true, true);
	avu_socket_raise(fd, true);
	g_assert_cmpint(get(fd, SOL_SOCKET, SO_PRIORITY), ==, 6); /* pfifo_fast: the first band */
	g_assert_cmpint(get(fd, IPPROTO_IP, IP_TOS), ==, 0xa0);   /* others see no change */
	avu_socket_raise(fd, false);
	g_assert_cmpint(get(fd, SOL_SOCKET, SO_PRIORITY), ==, 4);
}

static void
test_pace(void)
{
	static const uint64_t paces[] = { 1000000, UINT64_C(5000000000), AVU_PACE_NONE };
	avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	for (size_t i = 0; i < G_N_ELEMENTS(paces); i++) {
		unsigned long rate = 0;
		socklen_t len = sizeof(rate);

		avu_socket_set_pace(fd, paces[i]);
		g_assert_cmpint(getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, &len), ==, 0);
		g_assert_cmpuint(rate, ==, MIN(paces[i], ULONG_MAX));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/socket-mark/marks", test_marks);
	g_test_add_func("/net/socket-mark/back", test_back);
	g_test_add_func("/net/socket-mark/raise", test_raise);
	g_test_add_func("/net/socket-mark/pace", test_pace);
	return g_test_run();
}
