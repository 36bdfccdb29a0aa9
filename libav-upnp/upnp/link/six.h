/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six.h: SSDP over IPv6 for a control point (UDA 1.1, annex A) */
#pragma once

#include "ssdp-check.h"

/* Which socket. */
typedef enum {
	SIX_ANSWERS,    /* searches leave here, and are answered here */
	SIX_GROUP_LINK, /* ff02::c */
	SIX_GROUP_SITE, /* ff05::c */
	SIX_N_SOCKETS,
} SixSocket;

/** Before libupnp starts and before rights are given up. An interface without IPv6 has none of them. */
void six_open(const char *interface, unsigned interface_index);

/** @return -1: none */
int six_get_fd(SixSocket which);

/** Sends a search that passed the gate to both groups. @thread any */
void six_search(const GString *datagram);

/** One datagram with its circumstances; never waits.
 *  @param ret_arrival  its source6 borrows from ret_source
 *  @return its length, 0 when there is none */
size_t six_receive(SixSocket which, char *data, size_t size, struct in6_addr *ret_source,
	SsdpArrival *ret_arrival);
