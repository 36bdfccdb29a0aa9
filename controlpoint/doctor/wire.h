/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor/wire.h: what arrives on an interface before any packet filter has its say. Needs root. */
#pragma once

#include <av-upnp/base.h>

/** @param family  AF_INET, AF_INET6  @return descriptor, or -1 when it is not permitted */
int wire_open(unsigned interface_index, int family);
/** How many UDP datagrams for that port have come since the last call. */
unsigned wire_count_udp(int fd, uint16_t port);

/** Is it an IPv4 packet, or one of IPv6 without extensions, with an UDP datagram for that port? Pure. */
bool wire_is_udp_for(const uint8_t *packet, size_t len, uint16_t port);
