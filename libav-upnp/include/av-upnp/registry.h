/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/registry.h: the devices a control point knows: discovery plus descriptions.
 *
 * A device that is seen on several interfaces is one device; the place it was described at first is
 * used until it leaves there. A description is fetched again at most every 5 s, 16 are fetched at
 * once, and one that does not come does not hold up the others. Main context's thread. */
#pragma once

#include <av-upnp/discovery.h>
#include <av-upnp/remote-device.h>

G_BEGIN_DECLS

typedef struct AvuRegistry AvuRegistry;

typedef struct {
	void (*appeared)(AvuRemoteDevice *device, void *user_data); /* also: changed */
	void (*vanished)(AvuRemoteDevice *device, void *user_data);
	/* A description could not be had; the device stays unknown until it is heard of again. */
	void (*trouble)(const char *location, const GError *error, void *user_data);
} AvuRegistryListener; /* any member may be NULL */

/** @param fetcher   outlives the registry
 *  @param listener  copied; may be NULL */
AVU_API AvuRegistry *avu_registry_new(
	AvuFetcher *fetcher, const AvuRegistryListener *listener, void *user_data);
AVU_API void avu_registry_free(AvuRegistry *registry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRegistry, avu_registry_free)

/** To be wired into avu_discovery_new(): user_data must be the registry. */
AVU_API const AvuDiscoveryListener *avu_registry_get_discovery_listener(void);
/** A device named by its description URL, without discovery. Asked for again: fetched again. */
AVU_API void avu_registry_add_location(AvuRegistry *registry, const char *location);
/** Known devices: array of AvuRemoteDevice*, each with a reference; g_ptr_array_unref() it. */
AVU_API GPtrArray *avu_registry_list(const AvuRegistry *registry);
/** Descriptions still being fetched. */
AVU_API unsigned avu_registry_get_pending(const AvuRegistry *registry);

G_END_DECLS
