/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The doctor's own datagrams: at most two searches per interface, answers bounded in size and number,
 * every wait with an end. Main thread, which waits. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "doctor/ssdp-probe.h"
#include "doctor/wire.h"

#define GROUP "239.255.255.250"
#define PORT 1900
#define SEARCH_NS (1300 * AVU_NS_PER_MS) /* MX 1 and the way there and back */
#define UNICAST_NS (800 * AVU_NS_PER_MS)
#define ECHO_NS (300 * AVU_NS_PER_MS)
#define ANSWERS_MAX 512
#define LISTEN_PIECE_NS (500 * AVU_NS_PER_MS)
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

static bool
find_ipv4(const AvuInterface *interface, AvuAddress *ret_address)
{
	for (unsigned i = 0; i < interface->n_addresses; i++) {
		if (interface->addresses[i].address.family == AF_INET) {
			*ret_address = interface->addresses[i].address;
			return true;
		}
	}
	return false;
}

static struct sockaddr_in
group_address(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = inet_addr(GROUP)
	};
}

/* A socket that sends to the group on this interface alone. @return -1 with IO */
static int
open_sender(const AvuInterface *interface, int ttl, uint16_t *ret_port, GError **error)
{
	avu_autofd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	AvuAddress address;
	struct sockaddr_in bound = { .sin_family = AF_INET };
	socklen_t len = sizeof bound;
	const struct ip_mreqn out = { .imr_ifindex = (int)interface->index };

	if (fd < 0 || !find_ipv4(interface, &address)) {
		errno = fd < 0 ? errno : EADDRNOTAVAIL;
		(void)fail(error, interface->name);
		return -1;
	}
	bound.sin_addr = address.ip.v4;
	if (bind(fd, (struct sockaddr *)&bound, len) != 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) != 0 ||
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl) != 0 ||
		getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
		(void)fail(error, interface->name);
		return -1;
	}
	*ret_port = ntohs(bound.sin_port);
	return avu_steal_fd(&fd);
}

static bool
send_search(int fd, const struct sockaddr_in *to, bool group, const char *target, GError **error)
{
	char host[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, &to->sin_addr, host, sizeof host);
	g_autofree char *text = g_strdup_printf(
		"M-SEARCH * HTTP/1.1\r\nHOST: %s:%d\r\nMAN: \"ssdp:discover\"\r\n%sST: %s\r\n\r\n",
		host, PORT, group ? "MX: 1\r\n" : "", target);

	return sendto(fd, text, strlen(text), 0, (const struct sockaddr *)to, sizeof *to) >= 0 ||
	       fail(error, "a search cannot be sent");
}

static void
take_answers(int fd, const AvuInterface *interface, GPtrArray *answers, SsdpProbe *probe)
{
	char octets[AVU_LIMIT_SSDP_DATAGRAM];
	struct sockaddr_in from;

	for (unsigned i = 0; i < AT_ONCE_MAX; i++) {
		socklen_t len = sizeof from;
		const ssize_t n =
			recvfrom(fd, octets, sizeof octets, 0, (struct sockaddr *)&from, &len);
		SsdpAnswer *answer = n > 0 && answers->len < ANSWERS_MAX
					     ? ssdp_answer_parse(octets, (size_t)n)
					     : NULL;

		if (n < 0) {
			return;
		}
		if (answer != NULL) {
			AvuAddress source = { 0 };

			(void)avu_address_from_sockaddr((struct sockaddr *)&from, len, &source);
			ssdp_answer_came(answer, &source, interface->name);
			g_ptr_array_add(answers, answer);
			probe->n_answers++;
		}
	}
}

/* Waits for octets on either descriptor until deadline_ns. @return false: it has passed */
static bool
wait_for(struct pollfd *fds, nfds_t n, int64_t deadline_ns)
{
	const int64_t left_ms = (deadline_ns - avu_now_ns()) / AVU_NS_PER_MS;

	return left_ms > 0 && (poll(fds, n, (int)left_ms) > 0 || avu_now_ns() < deadline_ns);
}

bool
ssdp_probe_search(const AvuInterface *interface, const AvuAddress *to, GPtrArray *answers,
	SsdpProbe *ret_probe, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + (to == NULL ? SEARCH_NS : UNICAST_NS);
	struct sockaddr_in peer = group_address();

	*ret_probe = (SsdpProbe){ 0 };
	avu_autofd int fd = open_sender(interface, 2, &ret_probe->port, error);

	if (fd < 0) {
		return false;
	}
	avu_autofd int wire = wire_open(interface->index, AF_INET);

	ret_probe->sees_wire = wire >= 0;
	if (to != NULL) {
		peer.sin_addr = to->ip.v4;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		if (!send_search(fd, &peer, to == NULL, targets[i], error)) {
			return false;
		}
	}
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = wire, .events = POLLIN } };

	while (wait_for(fds, G_N_ELEMENTS(fds), deadline_ns)) {
		take_answers(fd, interface, answers, ret_probe);
		ret_probe->n_on_wire += wire >= 0 ? wire_count_udp(wire, ret_probe->port) : 0;
	}
	return true;
}

/* In the group on that interface. @return -1 with IO */
static int
open_member(const AvuInterface *interface, GError **error)
{
	avu_autofd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_in group = group_address();
	const struct ip_mreqn member = { .imr_multiaddr = group.sin_addr,
		.imr_ifindex = (int)interface->index };
	const int on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
		bind(fd, (const struct sockaddr *)&group, sizeof group) != 0) {
		(void)fail(error, "port 1900 cannot be listened on");
		return -1;
	}
	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof member) != 0) {
		(void)fail(error, "the group " GROUP " cannot be joined");
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* Has our own datagram come? Others on the port are read and dropped. */
static bool
came_back(int fd, const char *text)
{
	char octets[AVU_LIMIT_SSDP_DATAGRAM];
	ssize_t n = 0;

	for (unsigned i = 0; n >= 0 && i < AT_ONCE_MAX; i++) {
		n = recv(fd, octets, sizeof octets, 0);
		if (n >= 0 && (size_t)n == strlen(text) && memcmp(octets, text, (size_t)n) == 0) {
			return true;
		}
	}
	return false;
}

bool
ssdp_probe_echo(const AvuInterface *interface, bool *ret_came, GError **error)
{
	uint16_t port;
	avu_autofd int member = open_member(interface, error);
	/* time to live 0: no other host sees it */
	avu_autofd int sender = member >= 0 ? open_sender(interface, 0, &port, error) : -1;
	const struct sockaddr_in group = group_address();

	*ret_came = false;
	if (sender < 0) {
		return false;
	}
	g_autofree char *mark = avu_random_uuid();
	g_autofree char *text = g_strconcat("av-upnp doctor ", mark, NULL);

	if (sendto(sender, text, strlen(text), 0, (const struct sockaddr *)&group, sizeof group) <
		0) {
		return fail(error, "a datagram to " GROUP " cannot be sent");
	}
	const int64_t deadline_ns = avu_now_ns() + ECHO_NS;
	struct pollfd fds = { .fd = member, .events = POLLIN };

	while (!*ret_came && wait_for(&fds, 1, deadline_ns)) {
		*ret_came = came_back(member, text);
	}
	return true;
}

static void
take_announcements(int fd, Announced *announced)
{
	char octets[AVU_LIMIT_SSDP_DATAGRAM];

	for (unsigned i = 0; i < AT_ONCE_MAX; i++) {
		const ssize_t n = recv(fd, octets, sizeof octets, 0);
		SsdpAnswer *alive = n > 0 ? ssdp_alive_parse(octets, (size_t)n) : NULL;

		if (n < 0) {
			return;
		}
		if (alive != NULL) {
			announced_note(announced, alive->usn, avu_now_ns());
		}
		ssdp_answer_free(alive);
	}
}

static bool
join_all(const AvuInterface *interfaces, size_t n, GArray *fds, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		struct pollfd fd = { .events = POLLIN };
		AvuAddress address;

		if (interfaces[i].loopback || !find_ipv4(&interfaces[i], &address)) {
			continue;
		}
		fd.fd = open_member(&interfaces[i], error);
		if (fd.fd < 0) {
			return false;
		}
		g_array_append_val(fds, fd);
	}
	return true;
}

static void
close_member(void *fd)
{
	(void)close(((struct pollfd *)fd)->fd);
}

bool
ssdp_probe_listen(const AvuInterface *interfaces, size_t n, Announced *announced,
	int64_t deadline_ns, bool (*over)(void *data), void *data, GError **error)
{
	g_autoptr(GArray) fds = g_array_new(false, false, sizeof(struct pollfd));

	g_array_set_clear_func(fds, close_member);
	if (!join_all(interfaces, n, fds, error)) {
		return false;
	}
	while (fds->len > 0 && avu_now_ns() < deadline_ns && !over(data)) {
		struct pollfd *list = &g_array_index(fds, struct pollfd, 0);

		(void)wait_for(list, fds->len, MIN(deadline_ns, avu_now_ns() + LISTEN_PIECE_NS));
		for (guint i = 0; i < fds->len; i++) {
			take_announcements(list[i].fd, announced);
		}
	}
	return true;
}
