/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-six.h: what goes out over IPv6 (UDA 1.1, annex A), made of what was written for IPv4. Pure. */
#pragma once

#include "ssdp-check.h"

/** A search that ssdp_check_out() wrote, for a group of IPv6. */
void ssdp_six_search(const GString *datagram, const char *group, GString *out);

/** Our address that messages of the scope of this link come from, that of the whole site; NULL: none.
 *  Both borrow from link. */
const struct in6_addr *ssdp_six_of_link(const SsdpLink *link);
const struct in6_addr *ssdp_six_of_site(const SsdpLink *link);
/** Our address that one who is near us knows how to reach; NULL: none. Borrows from link. */
const struct in6_addr *ssdp_six_towards(const SsdpLink *link, const struct in6_addr *peer);

/** An alive or bye-bye that ssdp_check_out() wrote, for a group of IPv6.
 *  @param from  of ours: it stands in LOCATION, and the datagram has to leave from there */
void ssdp_six_notify(const SsdpLink *link, const GString *datagram, const struct in6_addr *from,
	const char *group, GString *out);

/** The answer to a search for target, by what was announced.
 *  @param alive  an ssdp:alive that ssdp_check_out() wrote
 *  @param now    seconds since 1970, for DATE
 *  @return false: the search does not ask for that */
bool ssdp_six_reply(const SsdpLink *link, const GString *alive, const AvuCursor *target,
	const struct in6_addr *from, int64_t now, GString *out);
