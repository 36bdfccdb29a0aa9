/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/rendering-control.h: RenderingControl over an engine: volume, mute, presets.
 * Main context's thread. */
#pragma once

#include <av-upnp/device-host.h>
#include <av-upnp/engine.h>

G_BEGIN_DECLS

typedef struct AvuRendering AvuRendering;

/** Adds the service to host. Volume 0…100, channel Master; preset FactoryDefaults. */
AVU_API AvuRendering *avu_rendering_new(
	AvuDeviceHost *host, const AvuEngine *engine, void *engine_self, unsigned volume_percent);
AVU_API void avu_rendering_free(AvuRendering *rendering);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRendering, avu_rendering_free)
/** The engine's volume_changed goes here (changes made elsewhere). */
AVU_API void avu_rendering_volume_changed(AvuRendering *rendering, unsigned percent, bool mute);

G_END_DECLS
