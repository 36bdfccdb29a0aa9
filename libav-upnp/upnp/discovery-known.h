/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery-known.h: which devices were heard of, from where, and until when that holds */
#pragma once

#include <av-upnp/address.h>

typedef struct DiscoveryKnown DiscoveryKnown;

DiscoveryKnown *discovery_known_new(void);
void discovery_known_free(DiscoveryKnown *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiscoveryKnown, discovery_known_free)

/** Is more known of it than that somebody announces it? */
typedef bool (*DiscoveryKnownDescribed)(
	const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data);

/** A sign of life of udn from source. Where AVU_LIMIT_REMOTE_DEVICES, …_PER_ADDRESS or AVU_DISCOVERY_PER_NETWORK is
 *  reached, the oldest of those concerned that was never described is forgotten for it, without a word (SEC-029).
 *  @param described  NULL: all were
 *  @return false: there is no place for it */
bool discovery_known_note(DiscoveryKnown *known, const char *udn, unsigned interface_index,
	const AvuAddress *source, int64_t expires_ns, DiscoveryKnownDescribed described,
	void *user_data);

/** One source announces udn no longer. last: nobody does on that interface any more */
typedef void (*DiscoveryKnownGone)(const char *udn, unsigned interface_index,
	const AvuAddress *source, bool last, void *user_data);

/** A bye-bye of udn from source. One address cannot end what another one announced (SEC-027): nothing
 *  happens unless it was heard from there. */
void discovery_known_remove(DiscoveryKnown *known, const char *udn, unsigned interface_index,
	const AvuAddress *source, DiscoveryKnownGone gone, void *user_data);

/** Forgets what expired by now_ns. */
void discovery_known_expire(
	DiscoveryKnown *known, int64_t now_ns, DiscoveryKnownGone gone, void *user_data);
/** Forgets all of one interface, likewise. */
void discovery_known_leave(
	DiscoveryKnown *known, unsigned interface_index, DiscoveryKnownGone gone, void *user_data);
/** @return when the next one expires, or AVU_TIME_NONE */
int64_t discovery_known_next(const DiscoveryKnown *known);
