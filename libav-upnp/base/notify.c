/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/notify.c: the datagram of the service manager's notify protocol (sd_notify(3)), which is too
 * small to link libsystemd for. Any thread. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <av-upnp/fd.h>
#include <av-upnp/notify.h>

/* "@name" is an abstract socket, "/path" one in the file system; others (vsock) are not for us.
 * @return length of the address, 0: none */
static socklen_t
read_address(const char *text, struct sockaddr_un *ret_address)
{
	size_t len = strlen(text);

	if ((text[0] != '@' && text[0] != '/') || len < 2 || len >= sizeof ret_address->sun_path) {
		return 0;
	}
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, text, len);
	if (text[0] == '@') {
		ret_address->sun_path[0] = '\0';
		/* The name of an abstract socket has no NUL at its end. */
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	}
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
}

void
avu_notify(const char *state)
{
	const char *socket_name = g_getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t address_len = socket_name != NULL ? read_address(socket_name, &address) : 0;

	if (address_len == 0) {
		return;
	}

	avu_autofd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* A service manager that cannot be told is no reason to fail. */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
		address_len);
}
