/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/rendering-control.h: RenderingControl over an engine: sound, picture, presets, transforms.
 * Main context's thread. */
#pragma once

#include <av-upnp/device-host.h>
#include <av-upnp/engine.h>

G_BEGIN_DECLS

#define AVU_PRESET_FACTORY "FactoryDefaults"
#define AVU_PRESET_INSTALLATION "InstallationDefaults"
#define AVU_PRESETS_MAX 32
#define AVU_PRESET_NAME_MAX 64 /* octets */

typedef struct AvuRendering AvuRendering;

typedef struct {
	unsigned version; /* 1…3 */
	const char *udn;  /* "uuid:…", for SetStateVariables */
	/* VolumeDB of each position of Volume, rising: what the scale looks like. The first is told where
	 * there is silence. */
	const int16_t *volume_db;
	unsigned n_positions;
	uint32_t channels; /* bits 1 << AvuChannel; Master is always one */
	uint32_t values; /* bits 1 << AvuValue: what this device can do; the rest is not offered */
	const AvuValues *factory;
	const AvuValues *now;      /* at start; NULL: factory */
	const AvuValues *defaults; /* of transforms; NULL: factory */
	/* A value, a preset or a default is another: to be kept. May be NULL. */
	void (*changed)(void *data);
	void *data;
} AvuRenderingConfig;

/** Adds the service to host and tells the engine all values.
 *  @param config  copied, and what it points to */
AVU_API AvuRendering *avu_rendering_new(AvuDeviceHost *host, const AvuRenderingConfig *config,
	const AvuEngine *engine, void *engine_self);
/** A further instance of the same service: values of its own, begun at FactoryDefaults; presets and
 *  default transforms are those of the first.
 *  @param first  outlives the result  @param id  its InstanceID: not 0, and of no other */
AVU_API AvuRendering *avu_rendering_new_instance(
	AvuRendering *first, unsigned id, const AvuEngine *engine, void *engine_self);
AVU_API void avu_rendering_free(AvuRendering *rendering);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRendering, avu_rendering_free)

/** The engine's value_changed goes here: a change made elsewhere, which the engine has already.
 *  @param number  of VOLUME: VolumeDB, shown as the nearest position */
AVU_API void avu_rendering_value_changed(
	AvuRendering *rendering, AvuValue value, AvuChannel channel, int32_t number);

/** As an action would. @param number  in its range */
AVU_API void avu_rendering_set_value(
	AvuRendering *rendering, AvuValue value, AvuChannel channel, int32_t number);
/** Of VOLUME: the last position. */
AVU_API int32_t avu_rendering_get_max(const AvuRendering *rendering, AvuValue value);
AVU_API const AvuValues *avu_rendering_get_values(const AvuRendering *rendering);
AVU_API const AvuValues *avu_rendering_get_defaults(const AvuRendering *rendering);

/** A preset under that name, in place of one that has it.
 *  @return false with AVU_ERROR_USAGE (the name: empty, too long, with a comma or a control character,
 *          FactoryDefaults), LIMIT (there are AVU_PRESETS_MAX) */
AVU_API bool avu_rendering_add_preset(
	AvuRendering *rendering, const char *name, const AvuValues *values, GError **error);
/** @return false: none of that name, or it is FactoryDefaults */
AVU_API bool avu_rendering_remove_preset(AvuRendering *rendering, const char *name);
/** Those that were added, in their order. @return false: no more */
AVU_API bool avu_rendering_get_preset(const AvuRendering *rendering, unsigned index,
	const char **ret_name, const AvuValues **ret_values);

G_END_DECLS
