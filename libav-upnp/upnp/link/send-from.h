/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/send-from.h: one datagram from an address and interface of our choice, whatever the routing table says. Any
 * thread. */
#pragma once

#include <sys/socket.h>

#include <av-upnp/base.h>

/** @param to     sockaddr of the socket's family
 *  @param level  IPPROTO_IP with type IP_PKTINFO and a struct in_pktinfo, or IPPROTO_IPV6 with type IPV6_PKTINFO and a
 *                struct in6_pktinfo as info
 *  @return as sendmsg() */
ssize_t send_from(int fd, const GString *datagram, const void *to, socklen_t to_len, int level,
	int type, const void *info, size_t info_len);
