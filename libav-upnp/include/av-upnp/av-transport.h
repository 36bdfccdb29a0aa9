/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/av-transport.h: AVTransport's behaviour over an engine: one instance, one or two tracks.
 * The state machine is a table without I/O (av/transport-rules). Main context's thread. */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/device-host.h>
#include <av-upnp/engine.h>

G_BEGIN_DECLS

typedef struct AvuTransport AvuTransport;

/** Adds the service to host.
 *  @param accepts  may this URI with this protocolInfo (NULL: unknown) be played? false with
 *                  AVU_UPNP_ERROR 714 (type) or 716 (address); may be NULL
 *  @param clock    for tests; NULL: monotonic */
AVU_API AvuTransport *avu_transport_new(AvuDeviceHost *host, const AvuEngine *engine, void *engine_self,
	bool (*accepts)(const char *uri, const char *protocol_info, void *data, GError **error),
	void *accepts_data, const AvuClock *clock);
AVU_API void avu_transport_free(AvuTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuTransport, avu_transport_free)
/** To be wired into the engine; volume_changed is not used here. */
AVU_API const AvuEngineListener *avu_transport_get_listener(void);

G_END_DECLS
