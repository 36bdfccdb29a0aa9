/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor/ssdp-probe.h: searches of the doctor's own, below the helper that normally does them, so that
 * it can be seen where a datagram is lost */
#pragma once

#include <av-upnp/interface-watch.h>

#include "address/announced.h"
#include "doctor/ssdp-answer.h"

/* One search on one interface. */
typedef struct {
	unsigned n_answers; /* taken from the socket */
	unsigned n_on_wire; /* seen on the wire for our port, whether a filter let them in or not */
	bool sees_wire;     /* false: that needs root */
	uint16_t port;      /* ours */
} SsdpProbe;

/** Searches for servers and renderers and collects answers, some 1.3 s.
 *  @param to       one device, port 1900; NULL: the group
 *  @param answers  of SsdpAnswer*; taken ones are added
 *  @return false with IO (could not be sent: the message says why) */
bool ssdp_probe_search(const AvuInterface *interface, const AvuAddress *to, GPtrArray *answers,
	SsdpProbe *ret_probe, GError **error);

/** Sends a datagram to the group that does not leave this host and waits for it to come back on that
 *  interface, at most 300 ms.
 *  @param ret_came  did it?  @return false with IO: joining or sending failed */
bool ssdp_probe_echo(const AvuInterface *interface, bool *ret_came, GError **error);

/** Listens to announcements on those interfaces until deadline_ns (avu_now_ns() scale) or until over says
 *  so, which is asked after every announcement and twice in a second.
 *  @return false with IO: joining failed */
bool ssdp_probe_listen(const AvuInterface *interfaces, size_t n, Announced *announced,
	int64_t deadline_ns, bool (*over)(void *data), void *data, GError **error);
