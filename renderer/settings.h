/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/settings.h: every option of av-renderer, on the command line and in its file */
#pragma once

#include <av-upnp/settings.h>

G_BEGIN_DECLS

#define RENDERER_PROGRAM "av-renderer"

/* For avu_settings_new(). */
extern const AvuSettingSpec renderer_setting_specs[];

G_END_DECLS
