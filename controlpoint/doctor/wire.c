/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets as they come off the wire, only counted. Main thread. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>

#include <av-upnp/fd.h>

#include "doctor/wire.h"

#define PACKETS_MAX 4096 /* of one call: a busy network must not hold it */
#define HEAD_BYTES 128

#define IPV4_HEAD_MIN 20
#define IPV6_HEAD 40
#define UDP_HEAD 8

int
wire_open(unsigned interface_index, int family)
{
	const uint16_t protocol = htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP);
	avu_autofd int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	const struct sockaddr_ll address = { .sll_family = AF_PACKET,
		.sll_protocol = protocol,
		.sll_ifindex = (int)interface_index };

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* @return octets before the datagram; 0: there is none */
static size_t
udp_place(const uint8_t *packet, size_t len)
{
	const unsigned version = len > 0 ? packet[0] >> 4 : 0;

	if (version == 6) {
		return len >= IPV6_HEAD && packet[6] == IPPROTO_UDP ? IPV6_HEAD : 0;
	}
	if (version != 4 || len < IPV4_HEAD_MIN || packet[9] != IPPROTO_UDP) {
		return 0;
	}
	const size_t head = (size_t)(packet[0] & 0x0f) * 4;

	return head >= IPV4_HEAD_MIN ? head : 0;
}

bool
wire_is_udp_for(const uint8_t *packet, size_t len, uint16_t port)
{
	const size_t head = udp_place(packet, len);

	return head > 0 && len >= head + UDP_HEAD &&
	       (packet[head + 2] << 8 | packet[head + 3]) == port;
}

unsigned
wire_count_udp(int fd, uint16_t port)
{
	unsigned found = 0;

	for (unsigned i = 0; i < PACKETS_MAX; i++) {
		uint8_t packet[HEAD_BYTES];
		struct sockaddr_ll from;
		socklen_t from_len = sizeof from;
		const ssize_t n =
			recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_len);

		if (n < 0) {
			break;
		}
		found += from.sll_pkttype != PACKET_OUTGOING &&
			 wire_is_udp_for(packet, (size_t)n, port);
	}
	return found;
}
