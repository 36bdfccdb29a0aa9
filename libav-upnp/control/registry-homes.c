/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At which of its places a device is spoken to: one is known under its UDN and belongs to the site that
 * described it first or reaches furthest; what other sites say of it is kept, so that it can move there when
 * the first one falls silent. Main context's thread. */
#include <string.h>

#include "registry-private.h"
#include "remote-device-private.h"

void
registry_known_free(void *data)
{
	Known *known = data;

	avu_remote_device_unref(known->device);
	g_free(known);
}

AvuRemoteDevice *
registry_device_at(const Site *site, const char *udn)
{
	for (guint i = 0; site->devices != NULL && i < site->devices->len; i++) {
		if (g_ascii_strcasecmp(avu_remote_device_get_udn(site->devices->pdata[i]), udn) ==
			0) {
			return site->devices->pdata[i];
		}
	}
	return NULL;
}

static void
tell_appeared(AvuRegistry *registry, AvuRemoteDevice *device)
{
	if (registry->listener.appeared != NULL) {
		registry->listener.appeared(device, registry->user_data);
	}
}

/* From now on the device is the one that site describes. */
static void
adopt(AvuRegistry *registry, Site *site, AvuRemoteDevice *device)
{
	Known *known = g_new0(Known, 1);

	known->device = avu_remote_device_ref(device);
	known->site = site;
	g_hash_table_replace(
		registry->known, g_ascii_strdown(avu_remote_device_get_udn(device), -1), known);
	tell_appeared(registry, device);
}

Known *
registry_find(const AvuRegistry *registry, const char *udn)
{
	g_autofree char *key = g_ascii_strdown(udn, -1);

	return g_hash_table_lookup(registry->known, key);
}

/* Who takes over from a site: one of its own link first, then the one that reaches further; of two that are
 * alike always the same. */
static bool
is_better_heir(const Site *loser, const Site *site, const Site *other)
{
	const bool near = site->interface_index == loser->interface_index;
	const bool other_near = other->interface_index == loser->interface_index;

	if (near != other_near) {
		return near;
	}
	if (site->reach != other->reach) {
		return site->reach > other->reach;
	}
	return strcmp(site->location, other->location) < 0;
}

static Site *
find_heir(const AvuRegistry *registry, const Site *loser, const char *udn)
{
	Site *heir = NULL;
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->sites);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (value != loser && registry_device_at(value, udn) != NULL &&
			(heir == NULL || is_better_heir(loser, value, heir))) {
			heir = value;
		}
	}
	return heir;
}

/* The device's site lost it: another site that knows it takes over, or it vanishes. The other is asked: an
 * address that went away could not be taken back, and a device that left is not there, either. */
static void
disown(AvuRegistry *registry, const Site *loser, const char *udn)
{
	const Known *known = registry_find(registry, udn);

	if (known == NULL || known->site != loser) {
		return;
	}
	Site *heir = find_heir(registry, loser, udn);

	if (heir != NULL) {
		adopt(registry, heir, registry_device_at(heir, udn));
		heir->doubtful = true;
		registry_fetch(heir);
		return;
	}
	g_autoptr(AvuRemoteDevice) device = avu_remote_device_ref(known->device);
	g_autofree char *key = g_ascii_strdown(udn, -1);

	g_hash_table_remove(registry->known, key);
	if (registry->listener.vanished != NULL) {
		registry->listener.vanished(device, registry->user_data);
	}
}

/* A device that moved is forgotten where it was, so that it cannot come back from there. With addresses of
 * IPv6 it has as many as there are networks, and each is a place of it. */
static bool
has_moved(const Site *old, const Site *site)
{
	return old->interface_index == site->interface_index && old->reach == site->reach &&
	       (old->reach == REACH_V4 || avu_address_equal_ip(&old->address, &site->address));
}

static void
forget_at(AvuRegistry *registry, Site *old, const char *udn)
{
	AvuRemoteDevice *device = registry_device_at(old, udn);

	if (device != NULL) {
		(void)g_ptr_array_remove(old->devices, device);
	}
	if (old->devices == NULL || old->devices->len == 0) {
		(void)g_hash_table_remove(registry->sites, old->location);
	}
}

/* One that moved to another port or path of the same link is served by the newcomer; one that is
 * also seen on another link, or at an address that reaches less far, stays where it is. */
static bool
takes_over(const Site *newcomer, const Known *known)
{
	return known == NULL || known->site == newcomer || newcomer->interface_index == 0 ||
	       (known->site->interface_index == newcomer->interface_index &&
		       newcomer->reach >= known->site->reach);
}

Reach
registry_reach(const AvuAddress *address)
{
	if (address->family != AF_INET6) {
		return REACH_V4;
	}
	return avu_address_class(address) == AVU_ADDRESS_LINK_LOCAL ? REACH_LINK_LOCAL : REACH_V6;
}

/* A place that is silent keeps no device that is described elsewhere, too: one that restarted without IPv4
 * is spoken to over IPv6. Other devices outlast one silence, unless there was doubt. */
void
registry_hand_over(Site *site)
{
	for (guint i = site->devices != NULL ? site->devices->len : 0; i-- > 0;) {
		g_autoptr(AvuRemoteDevice) device = avu_remote_device_ref(site->devices->pdata[i]);
		const char *udn = avu_remote_device_get_udn(device);

		if (site->doubtful || find_heir(site->registry, site, udn) != NULL) {
			(void)g_ptr_array_remove_index(site->devices, i);
			disown(site->registry, site, udn);
		}
	}
	if (site->devices != NULL && site->devices->len == 0) {
		g_clear_pointer(&site->devices, g_ptr_array_unref); /* as if never described */
	}
}

void
registry_settle(Site *site, const GPtrArray *before)
{
	AvuRegistry *registry = site->registry;
	g_autoptr(GPtrArray) after = g_ptr_array_ref(site->devices);

	site->doubtful = false;
	for (guint i = 0; i < after->len; i++) {
		AvuRemoteDevice *device = after->pdata[i];
		const char *udn = avu_remote_device_get_udn(device);
		const Known *known = registry_find(registry, udn);
		Site *old = known != NULL && known->site != site ? known->site : NULL;

		if (takes_over(site, known)) {
			adopt(registry, site, device);
			if (old != NULL && has_moved(old, site)) {
				forget_at(registry, old, udn);
			}
		}
	}
	for (guint i = 0; before != NULL && i < before->len; i++) {
		const char *udn = avu_remote_device_get_udn(before->pdata[i]);

		if (registry_device_at(site, udn) == NULL) {
			disown(registry, site, udn);
		}
	}
}

void
registry_leave(Site *site, AvuRemoteDevice *device)
{
	g_autoptr(AvuRemoteDevice) kept = avu_remote_device_ref(device);

	(void)g_ptr_array_remove(site->devices, device);
	disown(site->registry, site, avu_remote_device_get_udn(kept));
}
