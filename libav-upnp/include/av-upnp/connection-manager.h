/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/connection-manager.h: ConnectionManager without PrepareForConnection: connection 0 */
#pragma once

#include <av-upnp/device-host.h>

G_BEGIN_DECLS

typedef struct AvuConnectionManager AvuConnectionManager;

/** Adds the service. @param version  1…3
 *  @param source,sink  lists as GetProtocolInfo gives them, "" for none; copied */
AVU_API AvuConnectionManager *avu_connection_manager_new(
	AvuDeviceHost *host, unsigned version, const char *source, const char *sink);
AVU_API void avu_connection_manager_free(AvuConnectionManager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuConnectionManager, avu_connection_manager_free)
/** New lists, evented. @thread main */
AVU_API void avu_connection_manager_set_protocols(
	AvuConnectionManager *manager, const char *source, const char *sink);

G_END_DECLS
