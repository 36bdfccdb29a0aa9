/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/device-cache.h: where devices were last seen, so that one named in full is found without
 * waiting for a search. A hint only: its description is fetched before anything is believed. */
#pragma once

#include <av-upnp/remote-device.h>

#include "address/device-name.h"

typedef struct DeviceCache DeviceCache;

/** @param path  file, one that is missing or cannot be read is an empty cache; NULL: the user's */
DeviceCache *device_cache_load(const char *path);
void device_cache_free(DeviceCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeviceCache, device_cache_free)

/** Location of the one device of that kind that wanted means in full; NULL when there is none or
 *  several. Lives until the next learn. */
const char *device_cache_find(const DeviceCache *cache, AvuDeviceKind kind, const char *wanted);
/** Number of the network card of the one device that wanted means in full; NULL: none, several, not known. */
const char *device_cache_find_mac(const DeviceCache *cache, AvuDeviceKind kind, const char *wanted);
/** Every device of that kind, the most recently used first. @param kind  OTHER: any */
void device_cache_each(const DeviceCache *cache, AvuDeviceKind kind,
	void (*emit)(const DeviceLabel *label, void *data), void *data);
/** The device is there now. */
void device_cache_learn(
	DeviceCache *cache, AvuDeviceKind kind, const DeviceLabel *label, const char *location);
/** Writes the file when something changed. Not being able to is no failure of a verb. */
void device_cache_save(DeviceCache *cache);
