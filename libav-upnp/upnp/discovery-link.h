/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery-link.h: one link helper, as its program sees it: frames into calls */
#pragma once

#include <av-upnp/discovery.h>

#include "link/protocol.h"

typedef struct DiscoveryLink DiscoveryLink;

/* Not called any more once discovery_link_free() was. */
typedef struct {
	void (*registered)(DiscoveryLink *link, void *user_data);
	void (*seen)(DiscoveryLink *link, const AvuSeen *seen, void *user_data);
	void (*gone)(
		DiscoveryLink *link, const char *udn, const AvuAddress *source, void *user_data);
	/* The bye-bye is out, or there was none to say. */
	void (*withdrawn)(DiscoveryLink *link, void *user_data);
	/* It ended, and is started again by itself. */
	void (*failed)(DiscoveryLink *link, void *user_data);
	/* Why it failed, or what it goes on without. */
	void (*trouble)(DiscoveryLink *link, const char *sentence, void *user_data);
} DiscoveryLinkListener;

/** @param announcement  for LINK_ROLE_DEVICE, else NULL; copied
 *  @param interface     copied; discovery_link_can_be() there */
DiscoveryLink *discovery_link_new(AvuSupervisor *supervisor, const AvuInterface *interface,
	const AvuAnnouncement *announcement, const DiscoveryLinkListener *listener,
	void *user_data);
/** Ends the helper; a device's says bye-bye. */
void discovery_link_free(DiscoveryLink *link);

const AvuInterface *discovery_link_get_interface(const DiscoveryLink *link);
unsigned discovery_link_get_role(const DiscoveryLink *link);
bool discovery_link_is_registered(const DiscoveryLink *link);
/** It failed several times in a row: nobody should wait for it, though it is tried again. */
bool discovery_link_is_hopeless(const DiscoveryLink *link);
/** Asks for the bye-bye, once. */
void discovery_link_withdraw(DiscoveryLink *link);
bool discovery_link_is_leaving(const DiscoveryLink *link);
/** Its bye-bye is out: it may be freed. */
bool discovery_link_is_done(const DiscoveryLink *link);
void discovery_link_search(DiscoveryLink *link, const char *target, unsigned mx_s);

/** Is there something to announce or to search from? */
bool discovery_link_can_be(const AvuInterface *interface);
/** Whether a link for a could serve b: same interface, same IPv4 addresses. */
bool discovery_link_same_place(const AvuInterface *a, const AvuInterface *b);
/** Its interface is now this one, of the same place. */
void discovery_link_update(DiscoveryLink *link, const AvuInterface *interface);
