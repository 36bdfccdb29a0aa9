/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A CALLBACK has to name our address before there is a connection whose end could be asked for it. A
 * datagram socket that is connected but never written to gets the same source address. Any thread. */
#include "local-address.h"

#include <errno.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

bool
local_address_towards(const AvuAddress *peer, AvuAddress *ret_local, GError **error)
{
	struct sockaddr_storage address;
	socklen_t len = avu_address_to_sockaddr(peer, &address);
	avu_autofd int fd = socket(peer->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		avu_set_errno(error, errno, "socket");
		return false;
	}
	if (connect(fd, (const struct sockaddr *)&address, len) != 0) {
		g_autofree char *text = avu_address_format(peer);

		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "no way to %s: %s", text,
			g_strerror(errno));
		return false;
	}
	len = sizeof(address);
	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
		!avu_address_from_sockaddr((const struct sockaddr *)&address, len, ret_local)) {
		avu_set_errno(error, errno, "getsockname");
		return false;
	}
	return true;
}
