/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six.c: libupnp knows IPv6 too, but searches there first and IPv4 after 400 ms, and announces one
 * LOCATION alone. So it is not told: each of its searches and announcements leaves over IPv6 as well, at
 * the same moment. What comes in for a control point is handed to libupnp in the words of IPv4
 * (receive.c), with the true source in the gate's note; a device's searches are answered by six-device.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "send-from.h"
#include "six.h"
#include "sockets.h"
#include "ssdp-six.h"

#define MULTICAST_HOPS \
	10 /* for the site (UDA 1.1, annex A); ff02::c goes no further than the link */

static const char *const groups[SIX_N_SOCKETS] = {
	[SIX_GROUP_LINK] = SSDP_GROUP6_LINK,
	[SIX_GROUP_SITE] = SSDP_GROUP6_SITE,
};

static int fds[SIX_N_SOCKETS] = { -1, -1, -1, -1 };
static unsigned interface_index;

static bool
set_int(int fd, int level, int name, int value)
{
	return sockets_real_setsockopt(fd, level, name, &value, sizeof value) == 0;
}

struct sockaddr_in6
six_group(SixSocket which)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
		.sin6_port = htons(SSDP_PORT),
		.sin6_scope_id = interface_index };

	(void)inet_pton(AF_INET6, groups[which], &address.sin6_addr);
	return address;
}

const char *
six_group_name(SixSocket which)
{
	return groups[which];
}

static bool
change_group(int fd, SixSocket group, int option)
{
	const struct ipv6_mreq request = { .ipv6mr_multiaddr = six_group(group).sin6_addr,
		.ipv6mr_interface = interface_index };

	return sockets_real_setsockopt(fd, IPPROTO_IPV6, option, &request, sizeof request) == 0;
}

/* The groups that a socket hears: its own, of a device both. */
static bool
change_groups(SixSocket which, int fd, int option)
{
	bool good = true;

	for (unsigned i = 0; i < SIX_N_SOCKETS; i++) {
		if (groups[i] != NULL && (which == SIX_DEVICE || which == i)) {
			good = change_group(fd, i, option) && good;
		}
	}
	return good;
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
	/* Else ff02::1, where every host is, and the groups of other programs' sockets come in as well. */
	(void)set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
	/* What an old kernel or container refuses here, the gate's own checks make up for. */
	(void)sockets_real_setsockopt(
		fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1);
	if (groups[which] != NULL) {
		address = six_group(which);
	} else if (which == SIX_DEVICE) {
		address.sin6_port = htons(SSDP_PORT);
	}
	if (address.sin6_port != 0 && !set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1)) {
		return false;
	}
	return change_groups(which, fd, IPV6_JOIN_GROUP) &&
	       syscall(SYS_bind, fd, &address, sizeof address) == 0;
}

bool
six_open(const char *interface, unsigned index, unsigned role)
{
	const bool device = role == LINK_ROLE_DEVICE;
	int trouble = 0;

	interface_index = index;
	for (unsigned i = device ? SIX_DEVICE : 0; i < (device ? SIX_N_SOCKETS : SIX_N_SEARCHING);
		i++) {
		const int fd = (int)syscall(
			SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (fd >= 0 && prepare(fd, i, interface)) {
			fds[i] = fd;
			continue;
		}
		trouble = errno;
		if (fd >= 0) {
			(void)close(fd);
		}
	}
	errno = trouble;
	return trouble == 0;
}

void
six_rejoin(void)
{
	for (unsigned i = 0; i < SIX_N_SOCKETS; i++) {
		if (fds[i] >= 0) {
			(void)change_groups(i, fds[i], IPV6_LEAVE_GROUP);
			(void)change_groups(i, fds[i], IPV6_JOIN_GROUP);
		}
	}
}

int
six_get_fd(SixSocket which)
{
	return fds[which];
}

void
six_send(SixSocket which, const GString *datagram, const struct in6_addr *from,
	const struct sockaddr_in6 *to)
{
	const struct in6_pktinfo info = { .ipi6_addr = *from, .ipi6_ifindex = interface_index };
	struct sockaddr_in6 name = *to;

	name.sin6_scope_id = interface_index;
	/* An address that has just gone sends nothing, and that is told next. */
	(void)send_from(fds[which], datagram, &name, sizeof name, IPPROTO_IPV6, IPV6_PKTINFO, &info,
		sizeof info);
}

void
six_search(const SsdpLink *link, const GString *datagram)
{
	const struct in6_addr *of_link = ssdp_six_of_link(link), *of_site = ssdp_six_of_site(link);
	/* Who has one kind of address only, or was told to use one, searches from that. */
	const struct in6_addr *const from[SIX_N_SEARCHING] = {
		[SIX_GROUP_LINK] = of_link != NULL ? of_link : of_site,
		[SIX_GROUP_SITE] = of_site != NULL ? of_site : of_link,
	};

	for (unsigned i = 0; fds[SIX_ANSWERS] >= 0 && i < SIX_N_SEARCHING; i++) {
		if (from[i] == NULL) {
			continue;
		}
		const struct sockaddr_in6 to = six_group(i);
		g_autoptr(GString) out = g_string_sized_new(datagram->len + sizeof SSDP_GROUP);

		ssdp_six_search(datagram, groups[i], out);
		six_send(SIX_ANSWERS, out, from[i], &to);
	}
}

size_t
six_receive(SixSocket which, char *data, size_t size, struct in6_addr *ret_source,
	uint16_t *ret_port, SsdpArrival *ret_arrival)
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
	*ret_port = ntohs(source.sin6_port);
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
