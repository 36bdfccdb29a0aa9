/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices a control point knows, by the places where their descriptions are had: a site is one LOCATION
 * on one interface. Which of its sites a device belongs to is registry-homes.c's business, which site is
 * fetched when description-queue's. Main context's thread. Limits: sites in all and per address (LIM-04),
 * one fetch of a site in 5 s (SEC-028). */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>
#include <av-upnp/registry.h>

#include "registry-private.h"
#include "remote-device-private.h"

#define REFETCH_NS (5 * AVU_NS_PER_S)

static void
site_free(void *data)
{
	Site *site = data;

	if (site->job != NULL) {
		avu_description_queue_cancel(site->registry->queue, site->job);
	}
	if (site->devices != NULL) {
		g_ptr_array_unref(site->devices);
	}
	avu_url_free(site->url);
	g_free(site->location);
	g_free(site->udn);
	g_free(site);
}

static void
described(AvuDescription *description, const GError *error, void *user_data)
{
	Site *site = user_data;
	AvuRegistry *registry = site->registry;

	site->job = NULL;
	if (description == NULL) {
		if (registry->listener.trouble != NULL) {
			registry->listener.trouble(
				avu_url_get_text(site->url), error, registry->user_data);
		}
		registry_hand_over(site);
		return;
	}
	g_autoptr(GPtrArray) before = g_steal_pointer(&site->devices);

	site->devices = avu_remote_devices_new(site->url, description);
	registry_settle(site, before);
}

static void
arm_refetch(AvuRegistry *registry)
{
	int64_t due_ns = AVU_TIME_NONE;
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->sites);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Site *site = value;
		const int64_t at_ns = site->fetched_ns + REFETCH_NS;

		if (site->again && (due_ns == AVU_TIME_NONE || at_ns < due_ns)) {
			due_ns = at_ns;
		}
	}
	avu_timer_set(registry->refetch,
		due_ns == AVU_TIME_NONE ? AVU_TIME_NONE : MAX(due_ns - avu_now_ns(), 0));
}

static void
refetch_due(void *data)
{
	AvuRegistry *registry = data;
	const int64_t now_ns = avu_now_ns();
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->sites);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Site *site = value;

		if (site->again && now_ns >= site->fetched_ns + REFETCH_NS) {
			registry_fetch(site);
		}
	}
	arm_refetch(registry);
}

void
registry_fetch(Site *site)
{
	const int64_t now_ns = avu_now_ns();

	if (site->job != NULL) {
		return;
	}
	if (site->fetched_ns != AVU_TIME_NONE && now_ns < site->fetched_ns + REFETCH_NS) {
		if (!site->again) {
			site->again = true;
			arm_refetch(site->registry);
		}
		return;
	}
	site->again = false;
	site->fetched_ns = now_ns;
	site->job = avu_description_queue_add(site->registry->queue, site->url, described, site);
}

static bool
is_of_network(const Site *site, const AvuPrefix *network)
{
	return network == NULL || avu_prefix_contains(network, &site->address);
}

/* Which places may be forgotten: of those that never described themselves. */
typedef struct {
	const AvuPrefix *network; /* NULL: of all */
	const char *host;         /* NULL: of all */
	bool under_way;           /* those whose turn has not come, or those that failed */
	int64_t before_ns;        /* asked before then */
} Forgettable;

static bool
may_be_forgotten(const Site *site, const Forgettable *what)
{
	return site->devices == NULL && (site->job != NULL) == what->under_way &&
	       is_of_network(site, what->network) &&
	       (what->host == NULL || strcmp(avu_url_get_host(site->url), what->host) == 0) &&
	       site->fetched_ns <= what->before_ns;
}

/* @return false when there is none */
static bool
evict(AvuRegistry *registry, const Forgettable *what)
{
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->sites);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (may_be_forgotten(value, what)) {
			g_hash_table_iter_remove(&iter);
			return true;
		}
	}
	return false;
}

/* SEC-029: those that failed go first, then those whose turn has not come; described ones stay.
 * @param network  NULL: of all */
static bool
make_room(AvuRegistry *registry, const AvuPrefix *network)
{
	const Forgettable failed = { .network = network, .before_ns = INT64_MAX };
	const Forgettable waiting = {
		.network = network, .under_way = true, .before_ns = INT64_MAX
	};

	return evict(registry, &failed) || evict(registry, &waiting);
}

/* Of one address only what failed, else whoever announces most would have all places. What is announced has to wait
 * until the failure is old: no more fetches from there than SEC-028 has it. */
static bool
make_room_at(AvuRegistry *registry, const char *host, bool named)
{
	const Forgettable failed = { .host = host,
		.before_ns = named ? INT64_MAX : avu_now_ns() - REFETCH_NS };

	return evict(registry, &failed);
}

static bool
room_for(AvuRegistry *registry, const AvuUrl *url, const AvuAddress *address, bool named)
{
	const AvuPrefix network = { .address = *address, .length = 64 };
	unsigned same_host = 0, same_network = 0;
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->sites);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Site *site = value;

		same_host += strcmp(avu_url_get_host(site->url), avu_url_get_host(url)) == 0;
		same_network += address->family == AF_INET6 && is_of_network(site, &network);
	}
	if ((same_host >= AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS &&
		    !make_room_at(registry, avu_url_get_host(url), named)) ||
		(same_network >= AVU_DISCOVERY_PER_NETWORK && !make_room(registry, &network))) {
		return false;
	}
	return g_hash_table_size(registry->sites) < AVU_LIMIT_REMOTE_DEVICES ||
	       make_room(registry, NULL);
}

/* @param named  by the user
 * @return NULL when the URL cannot be used or there is no room, with error if that is asked for */
static Site *
site_add(AvuRegistry *registry, const char *location, bool named, GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(location, error);
	AvuAddress address = { 0 };

	if (url == NULL) {
		return NULL;
	}
	(void)avu_address_parse(avu_url_get_host(url), &address);
	if (!room_for(registry, url, &address, named)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"too many devices, '%s' is not looked at", avu_url_get_text(url));
		return NULL;
	}
	Site *site = g_new0(Site, 1);

	site->registry = registry;
	site->url = g_steal_pointer(&url);
	site->address = address;
	site->reach = registry_reach(&address);
	site->boot_id = -1;
	site->fetched_ns = AVU_TIME_NONE;
	site->location = g_strdup(location);
	g_hash_table_insert(registry->sites, site->location, site);
	return site;
}

/* It was started anew, and is told so from another place than the one it is spoken to at: is it still
 * there? */
static void
look_after(AvuRegistry *registry, const Site *site, const AvuSeen *seen)
{
	const Known *known = registry_find(registry, seen->udn);
	Site *home = known != NULL ? known->site : NULL;

	if (home != NULL && home != site && home->interface_index == site->interface_index &&
		home->boot_id >= 0 && home->boot_id != seen->boot_id) {
		home->boot_id = seen->boot_id;
		registry_fetch(home);
	}
}

static void
seen(const AvuSeen *seen, void *user_data)
{
	AvuRegistry *registry = user_data;
	Site *site = g_hash_table_lookup(registry->sites, seen->location);
	bool stale = false;

	if (site == NULL) {
		site = site_add(registry, seen->location, /* named = */ false, NULL);
		if (site == NULL) {
			return;
		}
		stale = true;
	} else {
		stale = site->devices == NULL || (seen->boot_id >= 0 && site->boot_id >= 0 &&
							 seen->boot_id != site->boot_id);
	}
	/* Also a place that the user named first: from now on it can leave. */
	if (site->interface_index == 0) {
		site->interface_index = seen->interface_index;
		site->udn = g_strdup(seen->udn);
	}
	if (seen->boot_id >= 0) {
		site->boot_id = seen->boot_id;
		look_after(registry, site, seen);
	}
	if (stale) {
		registry_fetch(site);
	}
}

/* @return true when nothing is left there */
static bool
site_drop(Site *site, const char *udn)
{
	AvuRemoteDevice *device = registry_device_at(site, udn);

	if (device != NULL) {
		registry_leave(site, device);
		return site->devices->len == 0;
	}
	/* Left before its description came. */
	return site->devices == NULL && site->udn != NULL &&
	       g_ascii_strcasecmp(site->udn, udn) == 0;
}

static void
gone(const char *udn, unsigned interface_index, void *user_data)
{
	AvuRegistry *registry = user_data;
	g_autoptr(GList) sites = g_hash_table_get_values(registry->sites);

	for (GList *l = sites; l != NULL; l = l->next) {
		Site *site = l->data;

		if (site->interface_index == interface_index && site_drop(site, udn)) {
			(void)g_hash_table_remove(registry->sites, site->location);
		}
	}
}

static void
moved(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	AvuRegistry *registry = user_data;
	g_autoptr(GList) sites = g_hash_table_get_values(registry->sites);

	for (GList *l = sites; l != NULL; l = l->next) {
		Site *site = l->data;

		if (site->interface_index == interface_index &&
			avu_address_equal_ip(&site->address, source) && site_drop(site, udn)) {
			(void)g_hash_table_remove(registry->sites, site->location);
		}
	}
}

static bool
is_described(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	const AvuRegistry *registry = user_data;
	const Known *known = registry_find(registry, udn);

	return known != NULL && known->site->interface_index == interface_index &&
	       avu_address_equal_ip(&known->site->address, source);
}

const AvuDiscoveryListener *
avu_registry_get_discovery_listener(void)
{
	static const AvuDiscoveryListener listener = {
		.seen = seen,
		.gone = gone,
		.moved = moved,
		.is_described = is_described,
	};

	return &listener;
}

AvuRegistry *
avu_registry_new(AvuFetcher *fetcher, const AvuRegistryListener *listener, void *user_data)
{
	AvuRegistry *registry = g_new0(AvuRegistry, 1);

	if (listener != NULL) {
		registry->listener = *listener;
	}
	registry->user_data = user_data;
	registry->queue = avu_description_queue_new(fetcher);
	registry->sites = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, site_free);
	registry->known =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, registry_known_free);
	registry->refetch = avu_timer_new(NULL, AVU_TIME_NONE, refetch_due, registry);
	return registry;
}

void
avu_registry_free(AvuRegistry *registry)
{
	if (registry != NULL) {
		avu_timer_free(registry->refetch);
		g_hash_table_unref(registry->known);
		g_hash_table_unref(registry->sites);
		avu_description_queue_free(registry->queue);
		g_free(registry);
	}
}

void
avu_registry_add_location(AvuRegistry *registry, const char *location)
{
	g_autoptr(GError) error = NULL;
	Site *site = g_hash_table_lookup(registry->sites, location);

	if (site == NULL) {
		site = site_add(registry, location, /* named = */ true, &error);
	}
	if (site != NULL) {
		registry_fetch(site);
	} else if (registry->listener.trouble != NULL) {
		registry->listener.trouble(location, error, registry->user_data);
	}
}

GPtrArray *
avu_registry_list(const AvuRegistry *registry)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)avu_remote_device_unref);
	GHashTableIter iter;
	void *value = NULL;

	g_hash_table_iter_init(&iter, registry->known);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Known *known = value;

		g_ptr_array_add(list, avu_remote_device_ref(known->device));
	}
	return list;
}

unsigned
avu_registry_get_pending(const AvuRegistry *registry)
{
	return avu_description_queue_get_pending(registry->queue);
}
