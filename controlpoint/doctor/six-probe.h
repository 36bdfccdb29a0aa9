/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor/six-probe.h: the doctor's own datagrams over IPv6, to the group of the link */
#pragma once

#include "doctor/ssdp-probe.h"

/** Our address there that datagrams of IPv6 come from: link-local, if there is one. @return NULL: none */
const AvuAddress *six_probe_address(const AvuInterface *interface);

/** As ssdp_probe_echo(), over IPv6. */
bool six_probe_echo(const AvuInterface *interface, bool *ret_came, GError **error);

/** Searches for servers and renderers, some 1.3 s.
 *  @param answers    of SsdpAnswer*; taken ones are added
 *  @param ret_probe  n_answers: how many addresses answered
 *  @return false with IO (could not be sent: the message says why) */
bool six_probe_search(
	const AvuInterface *interface, GPtrArray *answers, SsdpProbe *ret_probe, GError **error);
