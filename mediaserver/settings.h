/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* settings.h: the options of av-mediaserver, one table */
#pragma once

#include <av-upnp/settings.h>

G_BEGIN_DECLS

#define SERVER_PROGRAM "av-mediaserver"

extern const AvuSettingSpec server_setting_specs[];

G_END_DECLS
