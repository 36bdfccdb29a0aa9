/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clients/renderers.h: renderers that are seen on the network: who stands at an address, and what it says
 * it plays. Asked in the background, never while a client waits. Main thread. */
#pragma once

#include <av-upnp/discovery.h>
#include <av-upnp/http-fetch.h>

#include "mediaserver/clients/clients.h"

G_BEGIN_DECLS

#define RENDERERS_MAX 64          /* that are asked; further ones are clients like others */
#define RENDERER_FORMATS_MAX 1024 /* of one list */

typedef struct Renderers Renderers;

/** Searches now, and listens. All outlive it. */
Renderers *renderers_new(AvuSupervisor *supervisor, AvuInterfaceWatch *interfaces,
	const AvuAddressPolicy *policy, Clients *clients);
void renderers_interfaces_changed(Renderers *renderers);
void renderers_free(Renderers *renderers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Renderers, renderers_free)

G_END_DECLS
