/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/udp-location.h: addresses of stations that send datagrams, as IPTV's lists have them:
 * "udp://@239.1.1.1:1234", "rtp://10.1.1.1@232.1.1.1:5004", "udp://@:1234". Pure. */
#pragma once

#include <av-upnp/address.h>

G_BEGIN_DECLS

typedef struct {
	AvuAddress place;  /* a group, with port; else an address of this machine, or all of them */
	bool group;        /* of multicast */
	AvuAddress source; /* who alone is listened to; family 0: anybody */
} UdpLocation;

/** Literal addresses alone. Ports of the system and groups that no router passes on, or that the house's own services use,
 *  are none. @param ret_location  may be NULL @thread any */
bool udp_location_parse(const char *url, UdpLocation *ret_location);

G_END_DECLS
