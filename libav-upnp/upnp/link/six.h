/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six.h: the sockets of SSDP over IPv6 (UDA 1.1, annex A) */
#pragma once

#include "ssdp-check.h"

/* Which socket. */
typedef enum {
	/* a control point's */
	SIX_ANSWERS,    /* searches leave here, and are answered here */
	SIX_GROUP_LINK, /* ff02::c */
	SIX_GROUP_SITE, /* ff05::c */
	SIX_N_SEARCHING,
	/* a device's: both groups, what is sent to its own addresses, and all that it says */
	SIX_DEVICE = SIX_N_SEARCHING,
	SIX_N_SOCKETS,
} SixSocket;

/** Opens those of the role. Before libupnp starts and before rights are given up. An interface on which
 *  IPv6 is switched off has none of them. @return false: one is missing, and errno says why */
bool six_open(const char *interface, unsigned interface_index, unsigned role);

/** Joins the groups again: when an interface loses IPv6 the kernel forgets who was in them. */
void six_rejoin(void);

/** @return -1: none. @thread any */
int six_get_fd(SixSocket which);

/** Sends a search that passed the gate to both groups, from our addresses; without one nothing leaves.
 *  @thread any */
void six_search(const SsdpLink *link, const GString *datagram);

/** Sends from an address of ours. @thread any */
void six_send(SixSocket which, const GString *datagram, const struct in6_addr *from,
	const struct sockaddr_in6 *to);
/** Where the groups are; which: one of the two. */
struct sockaddr_in6 six_group(SixSocket which);
const char *six_group_name(SixSocket which);

/** One datagram with its circumstances; never waits.
 *  @param ret_port     where it came from, in host order
 *  @param ret_arrival  its source6 borrows from ret_source
 *  @return its length, 0 when there is none */
size_t six_receive(SixSocket which, char *data, size_t size, struct in6_addr *ret_source,
	uint16_t *ret_port, SsdpArrival *ret_arrival);
