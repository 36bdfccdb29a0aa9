/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/rendering-value.h: what RenderingControl can set: one number per value and channel */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* @clause RenderingControl:3 2.3.2, A_ARG_TYPE_Channel */
typedef enum {
	AVU_CHANNEL_MASTER, /* moves all others together; also where a value has no channel */
	AVU_CHANNEL_LF,
	AVU_CHANNEL_RF,
	AVU_CHANNEL_CF,
	AVU_CHANNEL_LFE,
	AVU_CHANNEL_LS,
	AVU_CHANNEL_RS,
	AVU_CHANNEL_SL,
	AVU_CHANNEL_SR,
	AVU_N_CHANNELS
} AvuChannel;

typedef enum {
	AVU_VALUE_VOLUME, /* for an engine: VolumeDB, or AVU_VOLUME_SILENT; in a set: the position */
	AVU_VALUE_MUTE,   /* 0 or 1 */
	AVU_VALUE_LOUDNESS, /* 0 or 1 */
	AVU_VALUE_BRIGHTNESS,
	AVU_VALUE_CONTRAST,
	AVU_VALUE_SHARPNESS,
	AVU_VALUE_RED_GAIN,
	AVU_VALUE_GREEN_GAIN,
	AVU_VALUE_BLUE_GAIN,
	AVU_VALUE_RED_BLACK,
	AVU_VALUE_GREEN_BLACK,
	AVU_VALUE_BLUE_BLACK,
	AVU_VALUE_COLOR_TEMPERATURE,
	AVU_VALUE_HORIZONTAL_KEYSTONE,
	AVU_VALUE_VERTICAL_KEYSTONE,
	AVU_VALUE_ROTATION,       /* degrees, clockwise */
	AVU_VALUE_ZOOM,           /* per cent */
	AVU_VALUE_HORIZONTAL_PAN, /* per cent of the width; positive shows more of the right */
	AVU_VALUE_VERTICAL_PAN,   /* per cent of the height; positive shows more of the top */
	AVU_N_VALUES
} AvuValue;

/* Below every VolumeDB (0x8000 is none): position 0 of the scale. */
#define AVU_VOLUME_SILENT INT16_MIN

typedef struct {
	const char *name;          /* of the state variable, or of the transform alone */
	const char *unit;          /* of the transform, or NULL */
	int32_t min, max, neutral; /* of VOLUME: position, its max is the vendor's */
	bool channels;             /* one per channel */
	bool picture;
	bool transform_only; /* has no actions of its own */
} AvuValueSpec;

/** @thread any */
AVU_API const AvuValueSpec *avu_value_get_spec(AvuValue value);
/** By its name. @return false: none has it */
AVU_API bool avu_value_find(const char *name, AvuValue *ret_value);
AVU_API const char *avu_channel_get_name(AvuChannel channel);
AVU_API bool avu_channel_find(const char *name, AvuChannel *ret_channel);

/** All of them. Volume here is a position of the scale. */
typedef struct {
	int32_t at[AVU_N_VALUES][AVU_N_CHANNELS];
} AvuValues;

/** Every value where it does nothing, volume at 0. */
AVU_API void avu_values_init(AvuValues *values);

G_END_DECLS
