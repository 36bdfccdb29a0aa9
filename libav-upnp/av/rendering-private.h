/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/rendering-private.h: RenderingControl between its actions, presets, documents and the engine */
#pragma once

#include <av-upnp/rendering-control.h>

typedef enum {
	RENDERING_INVALID_NAME = 701,
	RENDERING_INVALID_INSTANCE = 702,
	RENDERING_INVALID_CHANNEL = 703,
	RENDERING_INVALID_VARIABLE_LIST = 704,
	RENDERING_ILL_FORMED_LIST = 705,
	RENDERING_INVALID_VALUE = 706,
	RENDERING_INVALID_UDN = 707,
	RENDERING_INVALID_SERVICE_TYPE = 708,
	RENDERING_INVALID_SERVICE_ID = 709,
	RENDERING_IMPROPER_VARIABLES = 710,
	RENDERING_TRANSFORMS_NOT_ALLOWED = 711,
	RENDERING_UNSUPPORTED_VALUES = 712,
} RenderingError;

typedef struct {
	char *name;
	AvuValues values;
} RenderingPreset;

struct AvuRendering {
	unsigned instance;   /* InstanceID; 0 is the first */
	AvuRendering *first; /* itself, or the one that owns service, bindings, scale and presets */
	GPtrArray *others;   /* of the first: borrowed instances */
	const AvuEngine *engine;
	void *engine_self;
	AvuVariables *variables;
	GArray *bindings; /* AvuBinding */
	unsigned version;
	char *udn;
	int16_t *volume_db;
	unsigned n_positions;
	uint32_t channels, offered;
	AvuValues factory, values, defaults;
	GPtrArray *presets; /* RenderingPreset */
	void (*changed)(void *data);
	void *changed_data;
};

/** This device has the value, and the channel for it. */
bool rendering_has(const AvuRendering *self, AvuValue value, AvuChannel channel);
int32_t rendering_get_max(const AvuRendering *self, AvuValue value);
/** Of VolumeDB to the nearest position. */
int32_t rendering_find_position(const AvuRendering *self, int32_t volume_db);
/** Wish to engine and variables. The number is in range. */
void rendering_set(AvuRendering *self, AvuValue value, AvuChannel channel, int32_t number);
void rendering_set_all(AvuRendering *self, const AvuValues *values);

/* What a document wants, each value of each channel once: a later wish takes the place of an earlier one,
 * so that a document of repeats costs no more than one that is whole. */
typedef struct {
	AvuValues values;
	uint32_t wanted[AVU_N_VALUES]; /* bits 1 << AvuChannel */
} RenderingWishes;

void rendering_wish(RenderingWishes *wishes, AvuValue value, AvuChannel channel, int32_t number);
/** All in one change. */
void rendering_set_wishes(AvuRendering *self, const RenderingWishes *wishes);
/** Something is to be kept. */
void rendering_note_change(AvuRendering *self);

/* Presets */
void rendering_preset_free(void *data);
/** @return NULL: none */
const AvuValues *rendering_find_preset(const AvuRendering *self, const char *name, AvuValues *room);
void rendering_tell_presets(AvuRendering *self);

/* Transforms: the values of version 3 as documents */
void rendering_tell_transforms(AvuRendering *self);
void rendering_tell_transform_ranges(AvuRendering *self);
void rendering_tell_default_transforms(AvuRendering *self);
bool rendering_set_transforms(
	AvuRendering *self, const char *document, bool defaults, GError **error);

/* Bookmarks of state */
bool rendering_get_state(AvuRendering *self, AvuCall *call, GError **error);
bool rendering_set_state(AvuRendering *self, AvuCall *call, GError **error);
