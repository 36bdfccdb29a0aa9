/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes our own device description. */
#pragma once

#include <av-upnp/device-host.h>

/* variant: NULL: none. services: AvuService*. URLs are paths on this server, so one text serves every interface.
 * @clause UDA 1.0, 2.1; DLNA 7.2.10, 7.2.13 */
GBytes *device_description_write(
	const AvuDeviceInfo *info, const AvuDeviceVariant *variant, const GPtrArray *services);

/* Deep copy, and its end. */
AvuDeviceInfo *device_info_copy(const AvuDeviceInfo *info);
void device_info_free(AvuDeviceInfo *info);
