/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/device-list.h: asks the media process, which knows them, for the sound devices */
#pragma once

#include <av-upnp/spawner.h>

G_BEGIN_DECLS

/** One line each: name, tab, more. Blocks for as long as looking takes; for a program that does nothing
 *  else. @return NULL with AVU_ERROR; g_free() it */
char *device_list_ask(AvuSpawner *spawner, GError **error);

G_END_DECLS
