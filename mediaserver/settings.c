/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table from which command line, configuration file, --help, --print-config and the man page's
 * option part come. Constant. */
#include <av-upnp/program.h>

#include "mediaserver/settings.h"

const AvuSettingSpec server_setting_specs[] = {
	AVU_SERVICE_SETTINGS("Server"),
	{ .section = "Server",
		.key = "Folder",
		.type = AVU_SETTING_LIST,
		.placeholder = "FOLDER",
		.help = "folders to share, with those of the command line" },
	{ .key = "Json",
		.flag = "json",
		.type = AVU_SETTING_BOOL,
		.help = "with status: answer as JSON" },
	AVU_PROGRAM_SETTINGS,
	{ .key = NULL },
};
