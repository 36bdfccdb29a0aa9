/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/receive.c: select() and recvfrom() as libupnp finds them. Both are called on the one thread
 * that serves its sockets, so the state below needs no lock.
 *
 * For each datagram it receives libupnp starts a job, and of those it queues a hundred: what does not
 * pass must not become one, or a flood keeps honest searches out. So select() reads ahead and
 * reports a socket only when something admitted is there. */
#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <av-upnp/limits.h>

#include "gate.h"
#include "six.h"

/* So many datagrams that fail are skipped before the other socket gets its turn. */
#define SKIP_MAX 64
#define SOCKETS 2 /* the group's, and the one for answers */

typedef struct {
	int fd; /* valid while datagram is not NULL */
	GString *datagram;
	struct sockaddr_in source;
} Admitted;

static Admitted waiting[SOCKETS];

/* One datagram with its circumstances; never waits. @return its length, 0 when there is none */
static size_t
receive_one(int fd, char *data, size_t size, struct sockaddr_in *ret_source, SsdpArrival *arrival)
{
	union {
		char octets[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control;
	struct iovec part = { data, size };
	struct msghdr message = { .msg_name = ret_source,
		.msg_namelen = sizeof *ret_source,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = sizeof control.octets };
	ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);

	if (got <= 0) {
		return 0;
	}
	*arrival = (SsdpArrival){ .source = ret_source->sin_addr.s_addr,
		.answer = fd != gate_get_group_fd() };
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
		header = CMSG_NXTHDR(&message, header)) {
		struct in_pktinfo info;

		if (header->cmsg_level != IPPROTO_IP || header->cmsg_type != IP_PKTINFO) {
			continue;
		}
		memcpy(&info, CMSG_DATA(header), sizeof info);
		/* Interface 1 is loopback: only this host's own datagrams come in there. */
		arrival->on_link = info.ipi_ifindex == (int)gate_interface()->interface_index ||
				   info.ipi_ifindex == 1;
		arrival->multicast = IN_MULTICAST(ntohl(info.ipi_addr.s_addr));
	}
	return (size_t)got;
}

static Admitted *
find_waiting(int fd)
{
	for (unsigned i = 0; i < SOCKETS; i++) {
		if (waiting[i].datagram != NULL && waiting[i].fd == fd) {
			return &waiting[i];
		}
	}
	return NULL;
}

static Admitted *
find_room(void)
{
	for (unsigned i = 0; i < SOCKETS; i++) {
		if (waiting[i].datagram == NULL) {
			return &waiting[i];
		}
	}
	return NULL;
}

/* Reads from fd until something passes. @return whether something admitted waits for recvfrom() */
static bool
read_ahead(int fd)
{
	char data[AVU_LIMIT_SSDP_DATAGRAM + 1];
	Admitted *room = find_waiting(fd) == NULL ? find_room() : NULL;

	if (room == NULL) {
		return find_waiting(fd) != NULL;
	}
	g_autoptr(GString) out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

	for (unsigned n = 0; n < SKIP_MAX; n++) {
		SsdpArrival arrival;
		size_t len = receive_one(fd, data, sizeof data, &room->source, &arrival);

		if (len == 0) {
			return false;
		}
		if (gate_admit(&arrival, data, len, out) == SSDP_PASS) {
			room->fd = fd;
			room->datagram = g_steal_pointer(&out);
			return true;
		}
	}
	return false;
}

/* The same for one of IPv6, of which libupnp does not know: what passes waits at fd of IPv4. */
static void
read_six(SixSocket which, int fd)
{
	char data[AVU_LIMIT_SSDP_DATAGRAM + 1];
	Admitted *room = find_waiting(fd) == NULL ? find_room() : NULL;
	g_autoptr(GString) out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

	for (unsigned n = 0; room != NULL && n < SKIP_MAX; n++) {
		struct in6_addr source;
		SsdpArrival arrival;
		uint16_t port;
		const size_t len = six_receive(which, data, sizeof data, &source, &port, &arrival);

		if (len == 0) {
			return;
		}
		if (gate_admit(&arrival, data, len, out) == SSDP_PASS && fd >= 0) {
			room->fd = fd;
			room->datagram = g_steal_pointer(&out);
			room->source = (struct sockaddr_in){ .sin_family = AF_INET };
			return;
		}
	}
}

static bool
is_datagram_socket(int fd)
{
	int type = -1;
	socklen_t len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_DGRAM;
}

/* Takes out of a set of readable descriptors those whose datagrams did not pass.
 * @return how many are left */
static int
keep_admitted(int n_fds, fd_set *readable)
{
	int left = 0;

	for (int fd = 0; fd < n_fds; fd++) {
		if (!FD_ISSET(fd, readable)) {
			continue;
		}
		if (is_datagram_socket(fd) && !read_ahead(fd)) {
			FD_CLR(fd, readable);
		} else {
			left++;
		}
	}
	return left;
}

/* libupnp's socket for answers: the other one among those it reads. @return -1: none */
static int
find_answers(int n_fds, const fd_set *wanted)
{
	for (int fd = 0; fd < n_fds; fd++) {
		if (FD_ISSET(fd, wanted) && fd != gate_get_group_fd() && is_datagram_socket(fd)) {
			return fd;
		}
	}
	return -1;
}

/* @return n_fds, or more if ours are higher */
static int
add_six(int n_fds, fd_set *reading)
{
	for (unsigned i = 0; i < SIX_N_SEARCHING; i++) {
		const int fd = six_get_fd(i);

		if (fd >= 0 && fd < FD_SETSIZE) {
			FD_SET(fd, reading);
			n_fds = MAX(n_fds, fd + 1);
		}
	}
	return n_fds;
}

/* What libupnp knows nothing of, out of the set again; what came there is put in its place. */
static void
take_six(int n_fds, fd_set *readable, int answers_fd)
{
	for (unsigned i = 0; i < SIX_N_SEARCHING; i++) {
		const int fd = six_get_fd(i);
		const int home = i == SIX_ANSWERS ? answers_fd : gate_get_group_fd();

		if (fd < 0 || fd >= FD_SETSIZE || !FD_ISSET(fd, readable)) {
			continue;
		}
		FD_CLR(fd, readable);
		read_six(i, home);
		if (home >= 0 && home < n_fds && find_waiting(home) != NULL) {
			FD_SET(home, readable);
		}
	}
}

int
select(int n_fds, fd_set *reading, fd_set *writing, fd_set *failing, struct timeval *timeout)
{
	struct timespec limit = { 0 };
	int group_fd = gate_get_group_fd();
	fd_set wanted;
	int n;

	if (timeout != NULL) {
		limit.tv_sec = timeout->tv_sec;
		limit.tv_nsec = timeout->tv_usec * 1000;
	}
	/* Only the loop over libupnp's sockets has the group's among them, and it waits for
	 * reading alone, without end. */
	if (reading == NULL || group_fd < 0 || !FD_ISSET(group_fd, reading) || timeout != NULL) {
		return pselect(
			n_fds, reading, writing, failing, timeout != NULL ? &limit : NULL, NULL);
	}
	wanted = *reading;
	do {
		*reading = wanted;
		if (failing != NULL) {
			FD_ZERO(failing); /* deaf descriptors fail no more than they hear */
		}
		n = pselect(add_six(n_fds, reading), reading, writing, NULL, NULL, NULL);
		if (n > 0) {
			take_six(n_fds, reading, find_answers(n_fds, &wanted));
			n = keep_admitted(n_fds, reading);
		}
	} while (n == 0);
	return n;
}

/* 1.14 closes a socket whose recvfrom() fails or gives nothing, so "nothing came" is an octet that
 * no parser takes for a message. */
static ssize_t
give_nothing(char *buffer, struct sockaddr_in *source)
{
	*source = (struct sockaddr_in){ .sin_family = AF_INET };
	buffer[0] = '\n';
	return 1;
}

ssize_t
recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *address,
	socklen_t *address_len)
{
	struct sockaddr_in source = { 0 };
	Admitted *admitted;
	ssize_t result;

	(void)flags;
	if (!gate_interface()->open || size == 0 || address == NULL ||
		*address_len < sizeof source) {
		errno = EINVAL;
		return -1;
	}
	admitted = read_ahead(fd) ? find_waiting(fd) : NULL;
	if (admitted != NULL && admitted->datagram->len < size) {
		memcpy(buffer, admitted->datagram->str, admitted->datagram->len);
		result = (ssize_t)admitted->datagram->len;
		source = admitted->source;
	} else {
		result = give_nothing(buffer, &source);
	}
	if (admitted != NULL) {
		(void)g_string_free(g_steal_pointer(&admitted->datagram), TRUE);
	}
	memcpy(address, &source, sizeof source);
	*address_len = sizeof source;
	return result;
}
