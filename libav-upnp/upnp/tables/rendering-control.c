/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl:1 (2002-06-25), :2 (2006-05-31), :3 (2013-03-31). Constant.
 *
 * Upper ends of ranges are the vendor's: 100 here until the service narrows or widens them. VolumeDB is
 * in 1/256 dB. The lists of presets
 * and of channels are open, since 701 and 703 are the answers to an unknown one. */
#include "table.h"

static const char *const channels_v1[] = { "Master", "LF", "RF", "CF", "LFE", "LS", "RS", "LFC",
	"RFC", "SD", "SL", "SR", "T", "B", NULL };

static const char *const channels[] = { "Master", "LF", "RF", "CF", "LFE", "LS", "RS", "LFC", "RFC",
	"SD", "SL", "SR", "T", "B", "BC", "BL", "BR", NULL };

static const char *const preset_names[] = { "FactoryDefaults", "InstallationDefaults", NULL };

static const AvuArgumentSpec list_presets_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentPresetNameList", "PresetNameList"),
	END,
};
static const AvuArgumentSpec select_preset_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("PresetName", A("PresetName")),
	END,
};
static const AvuArgumentSpec get_brightness_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentBrightness", "Brightness"),
	END,
};
static const AvuArgumentSpec set_brightness_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredBrightness", "Brightness"),
	END,
};
static const AvuArgumentSpec get_contrast_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentContrast", "Contrast"),
	END,
};
static const AvuArgumentSpec set_contrast_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredContrast", "Contrast"),
	END,
};
static const AvuArgumentSpec get_sharpness_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentSharpness", "Sharpness"),
	END,
};
static const AvuArgumentSpec set_sharpness_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredSharpness", "Sharpness"),
	END,
};
static const AvuArgumentSpec get_red_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentRedVideoGain", "RedVideoGain"),
	END,
};
static const AvuArgumentSpec set_red_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredRedVideoGain", "RedVideoGain"),
	END,
};
static const AvuArgumentSpec get_green_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentGreenVideoGain", "GreenVideoGain"),
	END,
};
static const AvuArgumentSpec set_green_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredGreenVideoGain", "GreenVideoGain"),
	END,
};
static const AvuArgumentSpec get_blue_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentBlueVideoGain", "BlueVideoGain"),
	END,
};
static const AvuArgumentSpec set_blue_video_gain_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredBlueVideoGain", "BlueVideoGain"),
	END,
};
static const AvuArgumentSpec get_red_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentRedVideoBlackLevel", "RedVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec set_red_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredRedVideoBlackLevel", "RedVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec get_green_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentGreenVideoBlackLevel", "GreenVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec set_green_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredGreenVideoBlackLevel", "GreenVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec get_blue_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentBlueVideoBlackLevel", "BlueVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec set_blue_video_black_level_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredBlueVideoBlackLevel", "BlueVideoBlackLevel"),
	END,
};
static const AvuArgumentSpec get_color_temperature_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentColorTemperature", "ColorTemperature"),
	END,
};
static const AvuArgumentSpec set_color_temperature_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredColorTemperature", "ColorTemperature"),
	END,
};
static const AvuArgumentSpec get_horizontal_keystone_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentHorizontalKeystone", "HorizontalKeystone"),
	END,
};
static const AvuArgumentSpec set_horizontal_keystone_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredHorizontalKeystone", "HorizontalKeystone"),
	END,
};
static const AvuArgumentSpec get_vertical_keystone_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentVerticalKeystone", "VerticalKeystone"),
	END,
};
static const AvuArgumentSpec set_vertical_keystone_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredVerticalKeystone", "VerticalKeystone"),
	END,
};
static const AvuArgumentSpec get_mute_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	OUT("CurrentMute", "Mute"),
	END,
};
static const AvuArgumentSpec set_mute_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	IN("DesiredMute", "Mute"),
	END,
};
static const AvuArgumentSpec get_volume_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	OUT("CurrentVolume", "Volume"),
	END,
};
static const AvuArgumentSpec set_volume_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	IN("DesiredVolume", "Volume"),
	END,
};
static const AvuArgumentSpec get_volume_db_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	OUT("CurrentVolume", "VolumeDB"),
	END,
};
static const AvuArgumentSpec set_volume_db_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	IN("DesiredVolume", "VolumeDB"),
	END,
};
static const AvuArgumentSpec get_volume_db_range_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	OUT("MinValue", "VolumeDB"),
	OUT("MaxValue", "VolumeDB"),
	END,
};
static const AvuArgumentSpec get_loudness_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	OUT("CurrentLoudness", "Loudness"),
	END,
};
static const AvuArgumentSpec set_loudness_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("Channel", A("Channel")),
	IN("DesiredLoudness", "Loudness"),
	END,
};
static const AvuArgumentSpec get_state_variables_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("StateVariableList", A("StateVariableList")),
	OUT("StateVariableValuePairs", A("StateVariableValuePairs")),
	END,
};
static const AvuArgumentSpec set_state_variables_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("RenderingControlUDN", A("DeviceUDN")),
	IN("ServiceType", A("ServiceType")),
	IN("ServiceId", A("ServiceID")),
	IN("StateVariableValuePairs", A("StateVariableValuePairs")),
	OUT("StateVariableList", A("StateVariableList")),
	END,
};
static const AvuArgumentSpec get_allowed_transforms_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentAllowedTransformSettings", "AllowedTransformSettings"),
	END,
};
static const AvuArgumentSpec set_transforms_args[] = {
	IN("InstanceID", A("InstanceID")),
	IN("DesiredTransformValues", "TransformSettings"),
	END,
};
static const AvuArgumentSpec get_transforms_args[] = {
	IN("InstanceID", A("InstanceID")),
	OUT("CurrentTransformValues", "TransformSettings"),
	END,
};
static const AvuArgumentSpec get_all_available_transforms_args[] = {
	OUT("AllAllowedTransformSettings", "AllowedTransformSettings"),
	END,
};
static const AvuArgumentSpec get_allowed_default_transforms_args[] = {
	OUT("AllowedDefaultTransformSettings", "AllowedDefaultTransformSettings"),
	END,
};
static const AvuArgumentSpec get_default_transforms_args[] = {
	OUT("CurrentDefaultTransformSettings", "DefaultTransformSettings"),
	END,
};
static const AvuArgumentSpec set_default_transforms_args[] = {
	IN("DesiredDefaultTransformSettings", "DefaultTransformSettings"),
	END,
};

static const AvuActionSpec actions[] = {
	REQUIRED("ListPresets", 1, list_presets_args),
	REQUIRED("SelectPreset", 1, select_preset_args),
	ACTION("GetBrightness", 1, get_brightness_args),
	ACTION("SetBrightness", 1, set_brightness_args),
	ACTION("GetContrast", 1, get_contrast_args),
	ACTION("SetContrast", 1, set_contrast_args),
	ACTION("GetSharpness", 1, get_sharpness_args),
	ACTION("SetSharpness", 1, set_sharpness_args),
	ACTION("GetRedVideoGain", 1, get_red_video_gain_args),
	ACTION("SetRedVideoGain", 1, set_red_video_gain_args),
	ACTION("GetGreenVideoGain", 1, get_green_video_gain_args),
	ACTION("SetGreenVideoGain", 1, set_green_video_gain_args),
	ACTION("GetBlueVideoGain", 1, get_blue_video_gain_args),
	ACTION("SetBlueVideoGain", 1, set_blue_video_gain_args),
	ACTION("GetRedVideoBlackLevel", 1, get_red_video_black_level_args),
	ACTION("SetRedVideoBlackLevel", 1, set_red_video_black_level_args),
	ACTION("GetGreenVideoBlackLevel", 1, get_green_video_black_level_args),
	ACTION("SetGreenVideoBlackLevel", 1, set_green_video_black_level_args),
	ACTION("GetBlueVideoBlackLevel", 1, get_blue_video_black_level_args),
	ACTION("SetBlueVideoBlackLevel", 1, set_blue_video_black_level_args),
	ACTION("GetColorTemperature", 1, get_color_temperature_args),
	ACTION("SetColorTemperature", 1, set_color_temperature_args),
	ACTION("GetHorizontalKeystone", 1, get_horizontal_keystone_args),
	ACTION("SetHorizontalKeystone", 1, set_horizontal_keystone_args),
	ACTION("GetVerticalKeystone", 1, get_vertical_keystone_args),
	ACTION("SetVerticalKeystone", 1, set_vertical_keystone_args),
	ACTION("GetMute", 1, get_mute_args),
	ACTION("SetMute", 1, set_mute_args),
	ACTION("GetVolume", 1, get_volume_args),
	ACTION("SetVolume", 1, set_volume_args),
	ACTION("GetVolumeDB", 1, get_volume_db_args),
	ACTION("SetVolumeDB", 1, set_volume_db_args),
	ACTION("GetVolumeDBRange", 1, get_volume_db_range_args),
	ACTION("GetLoudness", 1, get_loudness_args),
	ACTION("SetLoudness", 1, set_loudness_args),
	ACTION("GetStateVariables", 2, get_state_variables_args),
	ACTION("SetStateVariables", 2, set_state_variables_args),
	ACTION("GetAllowedTransforms", 3, get_allowed_transforms_args),
	ACTION("SetTransforms", 3, set_transforms_args),
	ACTION("GetTransforms", 3, get_transforms_args),
	ACTION("GetAllAvailableTransforms", 3, get_all_available_transforms_args),
	ACTION("GetAllowedDefaultTransforms", 3, get_allowed_default_transforms_args),
	ACTION("GetDefaultTransforms", 3, get_default_transforms_args),
	ACTION("SetDefaultTransforms", 3, set_default_transforms_args),
	END,
};

static const AvuVariableSpec variables[] = {
	{ "LastChange", AVU_TYPE_STRING, .since = 1, .flags = EVENTED,
		.moderation_ms = EVENT_MODERATION_MS },
	{ "PresetNameList", AVU_TYPE_STRING, .since = 1, .flags = TOLD },
	{ "Brightness", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100, .step = 1 },
	{ "Contrast", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100, .step = 1 },
	{ "Sharpness", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100, .step = 1 },
	{ "RedVideoGain", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "GreenVideoGain", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "BlueVideoGain", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "RedVideoBlackLevel", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "GreenVideoBlackLevel", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "BlueVideoBlackLevel", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "ColorTemperature", AVU_TYPE_UI2, .since = 1, .flags = TOLD | DYNAMIC, .max = 100,
		.step = 1 },
	{ "HorizontalKeystone", AVU_TYPE_I2, .since = 1, .flags = TOLD | DYNAMIC, .min = -100,
		.max = 100, .step = 1 },
	{ "VerticalKeystone", AVU_TYPE_I2, .since = 1, .flags = TOLD | DYNAMIC, .min = -100,
		.max = 100, .step = 1 },
	{ "Mute", AVU_TYPE_BOOLEAN, .since = 1, .flags = TOLD | CHANNEL },
	{ "Volume", AVU_TYPE_UI2, .since = 1, .flags = TOLD | CHANNEL | DYNAMIC, .max = 100,
		.step = 1 },
	{ "VolumeDB", AVU_TYPE_I2, .since = 1, .flags = TOLD | CHANNEL | DYNAMIC, .min = -32767,
		.max = 32767 },
	{ "Loudness", AVU_TYPE_BOOLEAN, .since = 1, .flags = TOLD | CHANNEL },
	{ "AllowedTransformSettings", AVU_TYPE_STRING, .since = 3, .flags = TOLD },
	{ "TransformSettings", AVU_TYPE_STRING, .since = 3, .flags = TOLD },
	{ "AllowedDefaultTransformSettings", AVU_TYPE_STRING, .since = 3, .flags = EVENTED },
	{ "DefaultTransformSettings", AVU_TYPE_STRING, .since = 3, .flags = EVENTED },
	{ A("Channel"), AVU_TYPE_STRING, .since = 1, .until = 2, .flags = OPEN | DYNAMIC,
		.allowed = channels_v1 },
	{ A("Channel"), AVU_TYPE_STRING, .since = 3, .flags = OPEN | DYNAMIC, .allowed = channels },
	{ A("InstanceID"), AVU_TYPE_UI4, .since = 1 },
	{ A("PresetName"), AVU_TYPE_STRING, .since = 1, .flags = OPEN | DYNAMIC,
		.allowed = preset_names },
	{ A("DeviceUDN"), AVU_TYPE_STRING, .since = 2 },
	{ A("ServiceType"), AVU_TYPE_STRING, .since = 2 },
	{ A("ServiceID"), AVU_TYPE_STRING, .since = 2 },
	{ A("StateVariableValuePairs"), AVU_TYPE_STRING, .since = 2 },
	{ A("StateVariableList"), AVU_TYPE_STRING, .since = 2 },
	END,
};

static const AvuErrorText errors[] = {
	{ 701, "Invalid Name" },
	{ 702, "Invalid InstanceID" },
	{ 703, "Invalid Channel" },
	{ 704, "Invalid StateVariableList" },
	{ 705, "Ill-formed CSV List" },
	{ 706, "Invalid State Variable Value" },
	{ 707, "Invalid MediaRenderer's UDN" },
	{ 708, "Invalid Service Type" },
	{ 709, "Invalid Service Id" },
	{ 710, "State Variables Specified Improperly" },
	{ 711, "Transforms Not Allowed" },
	{ 712, "Unsupported Values for Transforms" },
	{ 713, "Internal Error" },
	{ 0, NULL },
};

const AvuServiceSpec avu_service_rendering_control = {
	.name = "RenderingControl",
	.type_base = "urn:schemas-upnp-org:service:RenderingControl",
	.id = "urn:upnp-org:serviceId:RenderingControl",
	.last_change_namespace = "urn:schemas-upnp-org:metadata-1-0/RCS/",
	.max_version = 3,
	.variables = variables,
	.actions = actions,
	.errors = errors,
};
