/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks and pace of one socket; system calls only, any thread. */
#include "config.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <av-upnp/socket-mark.h>

/* TC_PRIO_INTERACTIVE, the first band of pfifo_fast and prio. */
#define RAISED 6

/* 802.1p has 5 for media, but no VLAN takes its priority from here without a map of its owner's (4:5, say),
 * while pfifo_fast and prio, which queue where nothing else was chosen, have 5 in the last of three bands:
 * whatever else leaves this host goes before it, and a film stands still. 4 (TC_PRIO_INTERACTIVE_BULK) is in the
 * same band as all that is not marked. */
static const struct {
	int tos; /* DSCP in the upper six bits */
	int priority;
} marks[] = {
	[AVU_TRAFFIC_DEFAULT] = { 0x00, 0 },
	[AVU_TRAFFIC_STREAMING] = { 0xa0, 4 },
	[AVU_TRAFFIC_BACKGROUND] = { 0x20, 1 },
};

void
avu_socket_mark(int fd, int family, AvuTraffic traffic, bool dscp, bool priority)
{
	int tos = marks[traffic].tos;

	/* In this order: IP_TOS sets the priority too, by a table that knows no DSCP. */
	if (dscp && family == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos));
	} else if (dscp) {
		(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	}
	if (priority) {
		(void)setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &marks[traffic].priority,
			sizeof(marks[traffic].priority));
	}
}

void
avu_socket_raise(int fd, bool raised)
{
	const int priority = raised ? RAISED : marks[AVU_TRAFFIC_STREAMING].priority;

	(void)setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority));
}

void
avu_socket_set_pace(int fd, uint64_t octets_per_s)
{
	/* Kernels take 64 bits where long has them; all ones is no limit in either width. */
	unsigned long rate = octets_per_s < ULONG_MAX ? (unsigned long)octets_per_s : ULONG_MAX;

	(void)setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof(rate));
}
