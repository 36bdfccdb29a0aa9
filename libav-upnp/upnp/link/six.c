/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six.c: libupnp knows IPv6 too, but searches there first and IPv4 after 400 ms. So it is not told:
 * each of its searches leaves over IPv6 as well, at the same moment, and what comes in here is handed
 * to it in the words of IPv4 (receive.c), with the true source in the gate's note. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "six.h"
#include "sockets.h"

#define MULTICAST_HOPS 2 /* as the TTL of IPv4: UDA 1.1, 1.1.2 */

static const char *const groups[SIX_N_SOCKETS] = {
	[SIX_GROUP_LINK] = SSDP_GROUP6_LINK,
	[SIX_GROUP_SITE] = SSDP_GROUP6_SITE,
};

static int fds[SIX_N_SOCKETS] = { -1, -1, -1 };
static unsigned interface_index;

static bool
set_int(int fd, int level, int name, int value)
{
	return sockets_real_setsockopt(fd, level, name, &value, sizeof value) == 0;
}

static struct sockaddr_in6
group_address(SixSocket which)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
		.sin6_port = htons(SSDP_PORT),
		.sin6_scope_id = interface_index };

	(void)inet_pton(AF_INET6, groups[which], &address.sin6_addr);
	return address;
}

static bool
join(int fd, const struct sockaddr_in6 *group)
{
	const struct ipv6_mreq request = { .ipv6mr_multiaddr = group->sin6_addr,
		.ipv6mr_interface = interface_index };

	return sockets_real_setsockopt(
		       fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0;
}

/* A socket for a group is bound to it: searches that are meant for a server on this host are not ours
 * to take. */
static bool
prepare(int fd, SixSocket which, const char *interface)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };

	if (!set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) ||
		!set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) ||
		!set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)interface_index) ||
		!set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, MULTICAST_HOPS)) {
		return false;
	}
	/* What an old kernel or container refuses here, the gate's own checks make up for. */
	(void)sockets_real_setsockopt(
		fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1);
	if (groups[which] != NULL) {
		address = group_address(which);
		if (!set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) || !join(fd, &address)) {
			return false;
		}
	}
	return syscall(SYS_bind, fd, &address, sizeof address) == 0;
}

void
six_open(const char *interface, unsigned index)
{
	interface_index = index;
	for (unsigned i = 0; i < SIX_N_SOCKETS; i++) {
		const int fd = (int)syscall(
			SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (fd >= 0 && prepare(fd, i, interface)) {
			fds[i] = fd;
		} else if (fd >= 0) {
			(void)close(fd);
		}
	}
}

int
six_get_fd(SixSocket which)
{
	return fds[which];
}

void
six_search(const GString *datagram)
{
	for (unsigned i = 0; fds[SIX_ANSWERS] >= 0 && i < SIX_N_SOCKETS; i++) {
		if (groups[i] == NULL) {
			continue;
		}
		const struct sockaddr_in6 to = group_address(i);
		g_autoptr(GString) out = g_string_sized_new(datagram->len + sizeof SSDP_GROUP);

		ssdp_for_group6(datagram, groups[i], out);
		/* Without a route or an address for that scope nobody is there to be found. */
		(void)syscall(SYS_sendto, fds[SIX_ANSWERS], out->str, out->len, MSG_NOSIGNAL, &to,
			sizeof to);
	}
}

size_t
six_receive(SixSocket which, char *data, size_t size, struct in6_addr *ret_source,
	SsdpArrival *ret_arrival)
{
	struct sockaddr_in6 source = { 0 };
	union {
		char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
		struct cmsghdr align;
	} control;
	struct iovec part = { data, size };
	struct msghdr message = { .msg_name = &source,
		.msg_namelen = sizeof source,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = sizeof control.octets };
	const ssize_t got = recvmsg(fds[which], &message, MSG_DONTWAIT);

	if (got <= 0) {
		return 0;
	}
	*ret_source = source.sin6_addr;
	*ret_arrival = (SsdpArrival){ .source6 = ret_source, .answer = which == SIX_ANSWERS };
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
		header = CMSG_NXTHDR(&message, header)) {
		struct in6_pktinfo info;

		if (header->cmsg_level != IPPROTO_IPV6 || header->cmsg_type != IPV6_PKTINFO) {
			continue;
		}
		memcpy(&info, CMSG_DATA(header), sizeof info);
		/* Interface 1 is loopback: only this host's own datagrams come in there. */
		ret_arrival->on_link =
			info.ipi6_ifindex == interface_index || info.ipi6_ifindex == 1;
		ret_arrival->multicast = IN6_IS_ADDR_MULTICAST(&info.ipi6_addr);
	}
	return (size_t)got;
}
