/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-datagram.h: packets of a transport stream in a datagram, alone or behind a head of RTP. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define LIVE_PACKET_OCTETS 188

/* Zeros to begin with. */
typedef struct {
	bool begun;
	uint32_t sender; /* of RTP */
	uint16_t last;   /* number of the last one that was taken */
} LiveDatagrams;

/** Whatever the address says: senders of "udp" may send RTP. What comes twice, or late, is nothing.
 *  @param ret_len  whole packets; 0: there are none @return borrowed, within data */
const uint8_t *live_datagram_take(
	LiveDatagrams *self, const uint8_t *data, size_t len, size_t *ret_len);

G_END_DECLS
