/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The notify datagram over both kinds of socket, and silence where there is no manager. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <glib/gstdio.h>

#include <av-upnp/fd.h>
#include <av-upnp/notify.h>

/* @param name  as in $NOTIFY_SOCKET */
static int
listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, name, strlen(name));
	if (name[0] == '@') {
		address.sun_path[0] = '\0';
	} else {
		len++;
	}
	g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, len), ==, 0);
	return fd;
}

static void
check_told(const char *name)
{
	avu_autofd int fd = listen_at(name);
	char got[100] = "";

	g_setenv("NOTIFY_SOCKET", name, TRUE);
	avu_notify("READY=1\nSTATUS=2 interfaces");
	g_assert_cmpint(recv(fd, got, sizeof got - 1, 0), >, 0);
	g_assert_cmpstr(got, ==, "READY=1\nSTATUS=2 interfaces");
}

static void
test_path(void)
{
	g_autofree char *folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "notify", NULL);

	check_told(path);
	(void)g_unlink(path);
	(void)g_rmdir(folder);
}

static void
test_abstract(void)
{
	g_autofree char *name = g_strdup_printf("@avu-test-%d", (int)getpid());

	check_told(name);
}

/* None of these may fail, block or write anywhere. */
static void
test_nobody(void)
{
	g_autofree char *too_long = g_strnfill(200, 'x');

	too_long[0] = '/';

	const char *const names[] = { "/nobody/listens/here", "@avu-nobody", "relative",
		"vsock:1:2", "@", "", too_long };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_setenv("NOTIFY_SOCKET", names[i], TRUE);
		avu_notify("READY=1");
	}
	g_unsetenv("NOTIFY_SOCKET");
	avu_notify("READY=1");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notify/path", test_path);
	g_test_add_func("/notify/abstract", test_abstract);
	g_test_add_func("/notify/nobody", test_nobody);
	return g_test_run();
}
