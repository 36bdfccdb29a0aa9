/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* control/remote-device-private.h: how the registry makes devices */
#pragma once

#include <av-upnp/remote-device.h>

/** One device for each entry of a description, root first; they share it.
 *  @param description  taken
 *  @return array of AvuRemoteDevice*, g_ptr_array_unref() it */
GPtrArray *avu_remote_devices_new(const AvuUrl *location, AvuDescription *description);
