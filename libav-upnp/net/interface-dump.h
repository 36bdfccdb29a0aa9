/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interface-dump.h: what the kernel says about all interfaces, once */
#pragma once

#include <av-upnp/interface-watch.h>

/* Interfaces of a host, without limit of the kernel's; more are ignored. */
#define INTERFACES_MAX 1024

/** Appends every interface with its usable addresses to ret (array of AvuInterface).
 *  @return false with IO */
bool interface_dump(GArray *ret, GError **error);
/** Names and kinds that are tunnels, VPNs or bridges of containers and virtual machines. Plain veth
 *  and bridge are not: they are a container's own wire and many a router's LAN. */
bool interface_is_virtual(const char *name, const char *kind);
