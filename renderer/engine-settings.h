/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* engine-settings.h: what the settings say of the engine. Pure. */
#pragma once

#include <av-upnp/settings.h>

#include "engine/client.h"

G_BEGIN_DECLS

/** Fills in what settings decide, and clears the rest. @param ret_config  its texts are those of settings */
void engine_settings_read(const AvuSettings *settings, EngineConfig *ret_config);

G_END_DECLS
