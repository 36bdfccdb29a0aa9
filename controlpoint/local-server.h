/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* local-server.h: an HTTP server of ours for devices: it listens at this host's addresses in the networks
 * in use, and talks to those networks and to the hosts that were named. Main thread; its handlers run
 * on threads of their own. */
#pragma once

#include <av-upnp/http-server.h>

#include "session.h"

typedef struct LocalServer LocalServer;

/** @param session  outlives it */
LocalServer *local_server_new(Session *session);
/** Waits for handlers that are at work. */
void local_server_free(LocalServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocalServer, local_server_free)

/** For routes, before the first local_server_open(). Borrowed. */
AvuHttpServer *local_server_get_http(LocalServer *server);
/** Listens so that this host can reach us, too; the first time on that port if it is free.
 *  @param peer       NULL: who is in the networks in use
 *  @param preferred  0: any port
 *  @return false with UNREACHABLE (no address), IO, BUSY */
bool local_server_open(
	LocalServer *server, const AvuAddress *peer, uint16_t preferred, GError **error);
/** Our own address in that host's network, else the one that routes to it choose.
 *  @return false when there is none */
bool local_address_find(Session *session, const AvuAddress *peer, AvuAddress *ret_local);
/** Where that host reaches us. @return false when there is no such address */
bool local_server_find_address(
	const LocalServer *server, const AvuAddress *peer, AvuAddress *ret_local);
