/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of what RenderingControl can set. Constant. Ranges are ours, as the standard leaves them to
 * the vendor; the neutral value is what does nothing. @clause RenderingControl:3 2.3, 2.2.21 */
#include <av-upnp/rendering-value.h>

#include <string.h>

#define PICTURE(name_, min_, max_, neutral_)                                          \
	{                                                                             \
		.name = (name_), .min = (min_), .max = (max_), .neutral = (neutral_), \
		.picture = true                                                       \
	}
#define TRANSFORM(name_, unit_, min_, max_, neutral_)                           \
	{                                                                       \
		.name = (name_), .unit = (unit_), .min = (min_), .max = (max_), \
		.neutral = (neutral_), .picture = true, .transform_only = true  \
	}

static const AvuValueSpec specs[AVU_N_VALUES] = {
	[AVU_VALUE_VOLUME] = { .name = "Volume", .max = 100, .channels = true },
	[AVU_VALUE_MUTE] = { .name = "Mute", .max = 1, .channels = true },
	[AVU_VALUE_LOUDNESS] = { .name = "Loudness", .max = 1, .channels = true },
	[AVU_VALUE_BRIGHTNESS] = PICTURE("Brightness", 0, 100, 50),
	[AVU_VALUE_CONTRAST] = PICTURE("Contrast", 0, 100, 50),
	[AVU_VALUE_SHARPNESS] = PICTURE("Sharpness", 0, 100, 50),
	[AVU_VALUE_RED_GAIN] = PICTURE("RedVideoGain", 0, 100, 50),
	[AVU_VALUE_GREEN_GAIN] = PICTURE("GreenVideoGain", 0, 100, 50),
	[AVU_VALUE_BLUE_GAIN] = PICTURE("BlueVideoGain", 0, 100, 50),
	[AVU_VALUE_RED_BLACK] = PICTURE("RedVideoBlackLevel", 0, 100, 0),
	[AVU_VALUE_GREEN_BLACK] = PICTURE("GreenVideoBlackLevel", 0, 100, 0),
	[AVU_VALUE_BLUE_BLACK] = PICTURE("BlueVideoBlackLevel", 0, 100, 0),
	[AVU_VALUE_COLOR_TEMPERATURE] = PICTURE("ColorTemperature", 0, 100, 50),
	[AVU_VALUE_HORIZONTAL_KEYSTONE] = PICTURE("HorizontalKeystone", -100, 100, 0),
	[AVU_VALUE_VERTICAL_KEYSTONE] = PICTURE("VerticalKeystone", -100, 100, 0),
	[AVU_VALUE_ROTATION] = TRANSFORM("Rotation", "deg", 0, 359, 0),
	[AVU_VALUE_ZOOM] = TRANSFORM("Zoom", "pct", 25, 400, 100),
	[AVU_VALUE_HORIZONTAL_PAN] = TRANSFORM("HorizontalPan", "pct", -100, 100, 0),
	[AVU_VALUE_VERTICAL_PAN] = TRANSFORM("VerticalPan", "pct", -100, 100, 0),
};

static const char *const channels[AVU_N_CHANNELS] = {
	[AVU_CHANNEL_MASTER] = "Master",
	[AVU_CHANNEL_LF] = "LF",
	[AVU_CHANNEL_RF] = "RF",
	[AVU_CHANNEL_CF] = "CF",
	[AVU_CHANNEL_LFE] = "LFE",
	[AVU_CHANNEL_LS] = "LS",
	[AVU_CHANNEL_RS] = "RS",
	[AVU_CHANNEL_SL] = "SL",
	[AVU_CHANNEL_SR] = "SR",
};

const AvuValueSpec *
avu_value_get_spec(AvuValue value)
{
	g_assert(value < AVU_N_VALUES);
	return &specs[value];
}

bool
avu_value_find(const char *name, AvuValue *ret_value)
{
	for (unsigned i = 0; i < AVU_N_VALUES; i++) {
		if (strcmp(specs[i].name, name) == 0) {
			*ret_value = (AvuValue)i;
			return true;
		}
	}
	return false;
}

const char *
avu_channel_get_name(AvuChannel channel)
{
	g_assert(channel < AVU_N_CHANNELS);
	return channels[channel];
}

bool
avu_channel_find(const char *name, AvuChannel *ret_channel)
{
	for (unsigned i = 0; i < AVU_N_CHANNELS; i++) {
		if (strcmp(channels[i], name) == 0) {
			*ret_channel = (AvuChannel)i;
			return true;
		}
	}
	return false;
}

void
avu_values_init(AvuValues *values)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			values->at[v][c] = specs[v].neutral;
		}
	}
}
