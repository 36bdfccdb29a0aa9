/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/rendering/rendering.h: RenderingControl of this renderer: what it offers, its scale, its
 * limits, and what of it is kept */
#pragma once

#include <av-upnp/rendering-control.h>
#include <av-upnp/settings.h>
#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

typedef struct Rendering Rendering;

/** Adds the service to host. settings, state and engine outlive it. */
Rendering *rendering_new(AvuDeviceHost *host, const AvuSettings *settings, AvuStateDir *state,
	const char *udn, const AvuEngine *engine, void *engine_self);
/** A further instance: its volume has the same scale and limits, begins as FactoryDefaults has it, and is
 *  not kept. @param first  outlives it  @param id  its InstanceID */
Rendering *rendering_new_instance(Rendering *first, unsigned id, const AvuSettings *settings,
	const AvuEngine *engine, void *engine_self);
/** Writes what is not written yet. */
void rendering_free(Rendering *rendering);
/** There is something that makes it louder and quieter. */
bool rendering_has_volume(const AvuSettings *settings);
/** Presets are added and removed there. */
AvuRendering *rendering_get_service(Rendering *rendering);
/** For AvuEngineListener.value_changed. */
void rendering_value_changed(AvuValue value, AvuChannel channel, int32_t number, void *rendering);

G_END_DECLS
