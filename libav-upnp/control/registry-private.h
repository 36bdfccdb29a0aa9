/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* control/registry-private.h: places where descriptions are had, and the devices that live there. Main
 * context's thread. */
#pragma once

#include <av-upnp/loop.h>
#include <av-upnp/registry.h>

#include "description-queue-private.h"

/* A device with addresses of several kinds on one link is spoken to at the last of these. Others cannot
 * use a link-local address, as it means another host on each interface, and most know IPv4 best. */
typedef enum {
	REACH_LINK_LOCAL,
	REACH_V6,
	REACH_V4,
} Reach;

typedef struct Site {
	AvuRegistry *registry;
	char *location; /* as announced: key of the site */
	AvuUrl *url;
	AvuAddress address;       /* family 0: url names a host */
	unsigned interface_index; /* 0: named by the user */
	Reach reach;
	char *udn; /* first one seen there; NULL: named by the user */
	int64_t boot_id;
	int64_t fetched_ns;     /* when it was last queued */
	AvuDescriptionJob *job; /* NULL: nothing under way */
	bool again;             /* to be fetched anew as soon as that may be */
	bool doubtful; /* serves what left elsewhere, and has not said since that it is there */
	GPtrArray *devices; /* AvuRemoteDevice*; NULL: never described */
} Site;

typedef struct {
	AvuRemoteDevice *device;
	Site *site;
} Known;

struct AvuRegistry {
	AvuRegistryListener listener;
	void *user_data;
	AvuDescriptionQueue *queue;
	GHashTable *sites; /* URL → Site */
	GHashTable *known; /* UDN → Known */
	AvuTimer *refetch;
};

/* registry.c: the places */

/** Fetches its description, or does so as soon as SEC-028 lets it. */
void registry_fetch(Site *site);

/* registry-homes.c: at which of its places each device is spoken to */

void registry_known_free(void *known);
Reach registry_reach(const AvuAddress *address);
Known *registry_find(const AvuRegistry *registry, const char *udn);
/** @return borrowed; NULL: it is not described there */
AvuRemoteDevice *registry_device_at(const Site *site, const char *udn);
/** A place describes other devices than before. @param before  AvuRemoteDevice*; NULL: none */
void registry_settle(Site *site, const GPtrArray *before);
/** The device has left that place. */
void registry_leave(Site *site, AvuRemoteDevice *device);
/** A place answers no longer. */
void registry_hand_over(Site *site);
