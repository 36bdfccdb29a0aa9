/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The doctor's datagrams over IPv6: two searches per interface, answers bounded in size and number, every
 * wait with an end. Main thread, which waits. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "doctor/six-probe.h"
#include "doctor/wire.h"

#define GROUP "ff02::c"
#define PORT 1900
#define SEARCH_NS (1300 * AVU_NS_PER_MS) /* MX 1 and the way there and back */
#define ECHO_NS (300 * AVU_NS_PER_MS)
#define ANSWERS_MAX 512
/* So many datagrams, then the clock is looked at: somebody may send faster than they are read. */
#define AT_ONCE_MAX 256

static const char *const targets[] = { "urn:schemas-upnp-org:device:MediaServer:1",
	"urn:schemas-upnp-org:device:MediaRenderer:1" };

static bool
fail(GError **error, const char *what)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", what, g_strerror(errno));
	return false;
}

const AvuAddress *
six_probe_address(const AvuInterface *interface)
{
	const AvuAddress *found = NULL;

	for (unsigned i = 0; i < interface->n_addresses; i++) {
		const AvuAddress *address = &interface->addresses[i].address;

		if (address->family != AF_INET6) {
			continue;
		}
		if (avu_address_class(address) == AVU_ADDRESS_LINK_LOCAL) {
			return address;
		}
		found = found != NULL ? found : address;
	}
	return found;
}

static struct sockaddr_in6
group_address(const AvuInterface *interface)
{
	struct sockaddr_in6 group = {
		.sin6_family = AF_INET6, .sin6_port = htons(PORT), .sin6_scope_id = interface->index
	};

	(void)inet_pton(AF_INET6, GROUP, &group.sin6_addr);
	return group;
}

/* A socket that sends to the group on this interface. @return -1 with IO */
static int
open_sender(const AvuInterface *interface, int hops, GError **error)
{
	avu_autofd int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int index = (int)interface->index;
	struct sockaddr_storage own;
	const socklen_t len = avu_address_to_sockaddr(six_probe_address(interface), &own);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&own, len) != 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) != 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) != 0) {
		(void)fail(error, interface->name);
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* In the group on that interface. @return -1 with IO */
static int
open_member(const AvuInterface *interface, GError **error)
{
	avu_autofd int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_in6 group = group_address(interface);
	const struct ipv6_mreq member = { .ipv6mr_multiaddr = group.sin6_addr,
		.ipv6mr_interface = interface->index };
	const int on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
		bind(fd, (const struct sockaddr *)&group, sizeof group) != 0) {
		(void)fail(error, "port 1900 cannot be listened on over IPv6");
		return -1;
	}
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &member, sizeof member) != 0) {
		(void)fail(error, "the group " GROUP " cannot be joined");
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* Waits for octets until deadline_ns. @return false: it has passed */
static bool
wait_for(struct pollfd *fds, nfds_t n, int64_t deadline_ns)
{
	const int64_t left_ms = (deadline_ns - avu_now_ns()) / AVU_NS_PER_MS;

	return left_ms > 0 && (poll(fds, n, (int)left_ms) > 0 || avu_now_ns() < deadline_ns);
}

bool
six_probe_echo(const AvuInterface *interface, bool *ret_came, GError **error)
{
	avu_autofd int member = open_member(interface, error);
	/* no hops: no other host sees it */
	avu_autofd int sender = member >= 0 ? open_sender(interface, 0, error) : -1;
	const struct sockaddr_in6 group = group_address(interface);

	*ret_came = false;
	if (sender < 0) {
		return false;
	}
	g_autofree char *mark = avu_random_uuid();
	g_autofree char *text = g_strconcat("av-upnp doctor ", mark, NULL);
	const int64_t deadline_ns = avu_now_ns() + ECHO_NS;

	if (sendto(sender, text, strlen(text), 0, (const struct sockaddr *)&group, sizeof group) <
		0) {
		return fail(error, "a datagram to " GROUP " cannot be sent");
	}
	struct pollfd fds = { .fd = member, .events = POLLIN };

	while (!*ret_came && wait_for(&fds, 1, deadline_ns)) {
		char octets[AVU_LIMIT_SSDP_DATAGRAM];
		const ssize_t n = recv(member, octets, sizeof octets, 0);

		/* others on the port are read and dropped */
		*ret_came =
			n >= 0 && (size_t)n == strlen(text) && memcmp(octets, text, (size_t)n) == 0;
	}
	return true;
}

static bool
send_search(int fd, const AvuInterface *interface, const char *target, GError **error)
{
	const struct sockaddr_in6 group = group_address(interface);
	g_autofree char *text = g_strdup_printf("M-SEARCH * HTTP/1.1\r\nHOST: [" GROUP "]:%d\r\n"
						"MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: %s\r\n\r\n",
		PORT, target);

	return sendto(fd, text, strlen(text), 0, (const struct sockaddr *)&group, sizeof group) >=
		       0 ||
	       fail(error, "a search cannot be sent over IPv6");
}

static void
take_answers(int fd, const AvuInterface *interface, GPtrArray *answers, GHashTable *addresses)
{
	char octets[AVU_LIMIT_SSDP_DATAGRAM];
	struct sockaddr_in6 from;

	for (unsigned i = 0; i < AT_ONCE_MAX; i++) {
		socklen_t len = sizeof from;
		const ssize_t n =
			recvfrom(fd, octets, sizeof octets, 0, (struct sockaddr *)&from, &len);
		SsdpAnswer *answer = n > 0 && answers->len < ANSWERS_MAX
					     ? ssdp_answer_parse(octets, (size_t)n)
					     : NULL;
		AvuAddress source;

		if (n < 0) {
			return;
		}
		if (answer != NULL &&
			avu_address_from_sockaddr((struct sockaddr *)&from, len, &source)) {
			ssdp_answer_came(answer, &source, interface->name);
			g_ptr_array_add(answers, answer);
			g_hash_table_add(addresses, avu_address_format(&source));
		} else {
			ssdp_answer_free(answer);
		}
	}
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 own = { 0 };
	socklen_t len = sizeof own;

	return getsockname(fd, (struct sockaddr *)&own, &len) == 0 ? ntohs(own.sin6_port) : 0;
}

bool
six_probe_search(
	const AvuInterface *interface, GPtrArray *answers, SsdpProbe *ret_probe, GError **error)
{
	g_autoptr(GHashTable) addresses =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const int64_t deadline_ns = avu_now_ns() + SEARCH_NS;
	avu_autofd int fd = open_sender(interface, 1, error);
	avu_autofd int wire = fd >= 0 ? wire_open(interface->index, AF_INET6) : -1;

	*ret_probe = (SsdpProbe){ .sees_wire = wire >= 0, .port = fd >= 0 ? port_of(fd) : 0 };
	for (size_t i = 0; fd >= 0 && i < G_N_ELEMENTS(targets); i++) {
		if (!send_search(fd, interface, targets[i], error)) {
			return false;
		}
	}
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = wire, .events = POLLIN } };

	while (fd >= 0 && wait_for(fds, G_N_ELEMENTS(fds), deadline_ns)) {
		take_answers(fd, interface, answers, addresses);
		ret_probe->n_on_wire += wire >= 0 ? wire_count_udp(wire, ret_probe->port) : 0;
	}
	ret_probe->n_answers = g_hash_table_size(addresses);
	return fd >= 0;
}
