/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/sockets.c: socket(), bind(), listen(), setsockopt(), ioctl(), getifaddrs() and usleep() as libupnp finds them.
 *
 * The dynamic linker resolves libupnp's calls to these. Each link is for one interface, and as far as
 * libupnp knows for IPv4 (six.c); the
 * HTTP server of libupnp gets descriptors on which nothing ever arrives, so it listens nowhere, not
 * even while starting. Called on libupnp's threads and on ours. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/fd.h>

#include "gate.h"
#include "sockets.h"

#define STARTING_US 1000
#define MULTICAST_TTL 2 /* UDA 1.1, 1.1.2 */

int
sockets_real_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

static void
set_int(int fd, int level, int name, int value)
{
	/* What an old kernel or container refuses here, the gate's own checks make up for. */
	(void)sockets_real_setsockopt(fd, level, name, &value, sizeof value);
}

/* A pipe that nobody writes to: never readable, never writable, never an error. */
static int
deaf_pipe(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static int ends[2] = { -1, -1 };

	(void)pthread_mutex_lock(&lock);
	if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		ends[0] = -1;
	}
	(void)pthread_mutex_unlock(&lock);
	return ends[0] < 0 ? -1 : fcntl(ends[0], F_DUPFD_CLOEXEC, 0);
}

/* No IPv4 on this interface. */
static bool
needs_address(void)
{
	return gate_interface()->open && gate_interface()->address == 0;
}

int
socket(int domain, int type, int protocol)
{
	bool datagram = (type & 0xf) == SOCK_DGRAM;

	if (domain == AF_INET6 && datagram) {
		/* libupnp wants a descriptor. One that is never writable spares its searches the
		 * 400 ms it would spend on IPv6 first. */
		return deaf_pipe();
	}
	/* Without IPv4 the description is read over IPv6 while the device is registered. */
	if (domain == AF_INET6 && (gate_is_starting() || !needs_address())) {
		errno = EAFNOSUPPORT; /* it lives without */
		return -1;
	}

	int fd = (int)syscall(SYS_socket, domain, type | SOCK_CLOEXEC, protocol);

	if (fd >= 0 && domain == AF_INET && datagram) {
		set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
	}
	return fd;
}

static int
socket_type(int fd)
{
	int type = -1;
	socklen_t len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 ? type : -1;
}

/* A connected stream whose other end stays silent: getsockname() still works on it, which libupnp
 * asks for its port. */
static int
deafen(int fd)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
		return -1;
	}

	int result = dup3(pair[0], fd, O_CLOEXEC);

	(void)close(pair[0]);
	/* pair[1] stays open for the life of the process: closing it would make fd readable. */
	return result < 0 ? -1 : 0;
}

static int
bind_group(int fd, const struct sockaddr_in *asked)
{
	const GateInterface *interface = gate_interface();
	struct sockaddr_in address = *asked;

	/* Bound to the group, a control point takes no searches that are meant for a server on the
	 * same host: unicast goes to whoever bound the port last. */
	if (interface->group_only) {
		address.sin_addr.s_addr = inet_addr(SSDP_GROUP);
	}
	set_int(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	(void)sockets_real_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface->interface,
		(socklen_t)strlen(interface->interface) + 1);
	gate_set_group_fd(fd);
	return (int)syscall(SYS_bind, fd, &address, sizeof address);
}

int
bind(int fd, const struct sockaddr *address, socklen_t len)
{
	int type = socket_type(fd);
	const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;

	if (type < 0) {
		return 0; /* deaf already */
	}
	if (type == SOCK_DGRAM && address->sa_family == AF_INET && len >= sizeof *in &&
		ntohs(in->sin_port) == SSDP_PORT) {
		return bind_group(fd, in);
	}
	/* The HTTP server's, and the one on loopback by which anybody on this host could tell
	 * libupnp to stop. */
	return deafen(fd);
}

int
listen(int fd, int backlog)
{
	(void)fd;
	(void)backlog;
	return 0;
}

/* While starting, libupnp looks every 50 ms whether its first thread runs; it does after one or two,
 * and somebody in front of a shell waits. Everything it sleeps for later keeps its length. */
int
usleep(useconds_t duration_us)
{
	uint64_t shorter_us = gate_is_starting() ? MIN(duration_us, STARTING_US) : duration_us;
	struct timespec left = { .tv_sec = (time_t)(shorter_us / 1000000),
		.tv_nsec = (long)(shorter_us % 1000000) * 1000 };

	return nanosleep(&left, NULL);
}

/* What libupnp is told of an interface without an IPv4 address, where it would not start. It takes the
 * address for its own and sends nothing with it: gate.c. */
static const struct sockaddr_in *
invented_address(void)
{
	static struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_addr.s_addr = htonl(0xa9fe0001); /* 169.254.0.1 */
	return &address;
}

static int
list_invented(struct ifconf *list)
{
	struct ifreq only = { 0 };

	if (list->ifc_len < (int)sizeof only) {
		list->ifc_len = 0;
		return 0;
	}
	g_strlcpy(only.ifr_name, gate_interface()->interface, sizeof only.ifr_name);
	memcpy(&only.ifr_addr, invented_address(), sizeof only.ifr_addr);
	memcpy(list->ifc_buf, &only, sizeof only);
	list->ifc_len = (int)sizeof only;
	return 0;
}

/* 1.8.4 asks in this way. */
int
ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);

	va_end(arguments);
	return request == SIOCGIFCONF && needs_address()
		       ? list_invented(argument)
		       : (int)syscall(SYS_ioctl, fd, request, argument);
}

/* 1.14 in this. */
int
getifaddrs(struct ifaddrs **ret_list)
{
	static struct sockaddr_in mask = { .sin_family = AF_INET };
	static struct ifaddrs only;
	int (*real)(struct ifaddrs **) = NULL;

	if (!needs_address()) {
		*(void **)&real = dlsym(RTLD_NEXT, "getifaddrs");
		return real(ret_list);
	}
	mask.sin_addr.s_addr = htonl(0xffff0000);
	only.ifa_name = (char *)gate_interface()->interface;
	only.ifa_flags = IFF_UP | IFF_RUNNING | IFF_MULTICAST;
	only.ifa_addr = (struct sockaddr *)invented_address();
	only.ifa_netmask = (struct sockaddr *)&mask;
	*ret_list = &only;
	return 0;
}

void
freeifaddrs(struct ifaddrs *list)
{
	void (*real)(struct ifaddrs *) = NULL;

	if (!needs_address()) {
		*(void **)&real = dlsym(RTLD_NEXT, "freeifaddrs");
		real(list);
	}
}

static int
join_group(int fd, const void *value, socklen_t len)
{
	struct ip_mreqn request = { .imr_address.s_addr = gate_interface()->address,
		.imr_ifindex = (int)gate_interface()->interface_index };

	if (len < sizeof request.imr_multiaddr) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&request.imr_multiaddr, value, sizeof request.imr_multiaddr);
	return sockets_real_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
}

int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	static const int ttl = MULTICAST_TTL;

	if (socket_type(fd) < 0) {
		return 0; /* deaf: stands for an IPv6 socket */
	}
	if (level != IPPROTO_IP) {
		return sockets_real_setsockopt(fd, level, name, value, len);
	}
	switch (name) {
	case IP_MULTICAST_IF:
		/* 1.8.4 passes 8 octets, which mean "no interface". Each datagram of ours names
		 * its interface when it is sent. */
		return 0;
	case IP_MULTICAST_TTL:
		return sockets_real_setsockopt(fd, level, name, &ttl, sizeof ttl);
	case IP_ADD_MEMBERSHIP:
		return join_group(fd, value, len);
	default:
		return sockets_real_setsockopt(fd, level, name, value, len);
	}
}
