/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/media-receiver-registrar.h: X_MS_MediaReceiverRegistrar, Microsoft's question whether a player
 * may browse. Who may is settled by the host's gate, so everybody who can ask is told yes. */
#pragma once

#include <av-upnp/device-host.h>

G_BEGIN_DECLS

/** Adds the service. */
AVU_API void avu_media_receiver_registrar_add(AvuDeviceHost *host);

G_END_DECLS
