/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of av-renderer as one table: parser, --help, --print-config and the man page's option
 * part follow from it. Constant. */

#include <av-upnp/program.h>

#include "settings.h"

const AvuSettingSpec renderer_setting_specs[] = {
	AVU_SERVICE_SETTINGS("Renderer"),
	{ .section = "Network",
		.key = "Internet",
		.flag = "internet",
		.type = AVU_SETTING_BOOL,
		.fallback = "yes",
		.help = "media may come from public addresses too, such as radio stations" },
	{ .section = "Network",
		.key = "Buffer",
		.flag = "buffer",
		.type = AVU_SETTING_DURATION,
		.fallback = "15s",
		.min = 2 * AVU_NS_PER_S,
		.max = 30 * AVU_NS_PER_S,
		.placeholder = "TIME",
		.help = "so far ahead media is read while nothing goes wrong; a troubled network "
			"gets "
			"more, up to 30s; at least 10s, radio at most 5s" },
	{ .section = "Output",
		.key = "AudioSink",
		.flag = "audio-sink",
		.type = AVU_SETTING_STRING,
		.placeholder = "BIN",
		.help = "where sound goes, as gst-launch-1.0 writes it, such as \"alsasink "
			"device=hw:1\"; the system's output by default" },
	{ .section = "Output",
		.key = "VideoSink",
		.flag = "video-sink",
		.type = AVU_SETTING_STRING,
		.placeholder = "BIN",
		.help = "where pictures go, as gst-launch-1.0 writes it; Wayland, X or the console "
			"by default" },
	{ .section = "Output",
		.key = "MediaIdle",
		.flag = "media-idle",
		.type = AVU_SETTING_DURATION,
		.fallback = "10m",
		.min = AVU_NS_PER_S,
		.max = 7 * 86400 * AVU_NS_PER_S,
		.placeholder = "TIME",
		.help = "with nothing to play, the process that decodes ends after this time and "
			"gives its memory back" },
	AVU_PROGRAM_SETTINGS,
	{ .key = NULL },
};
