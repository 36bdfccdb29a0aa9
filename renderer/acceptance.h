/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/acceptance.h: whom this renderer talks to, and what it takes to play */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/interface-watch.h>

G_BEGIN_DECLS

typedef struct Acceptance Acceptance;

/** @param prefixes  attached ones; borrowed, outlives the result
 *  @param internet  media may come from global unicast addresses too */
Acceptance *acceptance_new(const AvuPrefixSet *prefixes, bool internet);
void acceptance_free(Acceptance *acceptance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Acceptance, acceptance_free)

/** Media: attached prefixes, and the internet where allowed; loopback and link-local only where an
 *  interface with them is in use; private ranges elsewhere never (SEC-181). @thread any */
const AvuAddressPolicy *acceptance_get_media_policy(const Acceptance *acceptance);
/** Events go to attached prefixes only. @thread any */
const AvuAddressPolicy *acceptance_get_event_policy(const Acceptance *acceptance);

/** For avu_http_server_set_accept(): peers of attached prefixes. */
bool acceptance_accepts_peer(const AvuAddress *peer, const AvuAddress *local, void *acceptance);

/** The list of ConnectionManager, once the media process has told it. @thread main */
void acceptance_set_protocols(Acceptance *acceptance, const char *protocols);
/** For avu_transport_new(): http URLs without user names (SEC-180), types of the list; 716, 714. */
bool acceptance_accepts(
	const char *uri, const char *protocol_info, void *acceptance, GError **error);

G_END_DECLS
