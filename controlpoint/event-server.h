/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* event-server.h: where devices send their events to, during one run of a verb. Main thread; the HTTP
 * server behind it has threads of its own and hands events over by mailbox.
 *
 * Events are taken from attached networks and from the devices themselves, at this host's addresses in
 * those networks. */
#pragma once

#include <av-upnp/gena.h>

#include "session.h"

#define EVENT_SERVER_DEVICES_MAX 64

typedef struct EventServer EventServer;

/** Listens on a free port of every address in use.
 *  @param devices  whose events are wanted, at most EVENT_SERVER_DEVICES_MAX
 *  @return NULL with UNREACHABLE (no address), IO */
EventServer *event_server_new(
	Session *session, AvuRemoteDevice *const *devices, size_t n, GError **error);
/** After all its subscriptions are freed. */
void event_server_free(EventServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventServer, event_server_free)

/** For avu_subscribe(). Borrowed. */
AvuSubscriber *event_server_get_subscriber(EventServer *server);
