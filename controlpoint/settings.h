/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* settings.h: the settings of avcp, one table for flags, file, help and man page */
#pragma once

#include <av-upnp/settings.h>

extern const AvuSettingSpec control_point_settings[];
