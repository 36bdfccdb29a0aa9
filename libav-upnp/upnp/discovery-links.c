/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery-links.c: discovery by one link per interface and role. Main context's thread.
 *
 * Call-backs of links only take notes; starting, ending and telling is done by tend(), which a timer
 * of no delay runs, so nothing is freed under the feet of its caller. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/discovery.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>

#include "discovery-known.h"
#include "discovery-link.h"

/* Of the three seconds that withdrawing may take: a busy machine needs one of them, and what has not said bye-bye is
 * remembered for half an hour. */
#define WITHDRAW_NS (2900 * AVU_NS_PER_MS)
#define MAX_SEARCHES 16

typedef struct {
	char *target;
	unsigned mx_s;
} Search;

typedef struct {
	AvuSupervisor *supervisor;
	AvuInterfaceWatch *watch;
	AvuDiscoveryListener listener;
	void *user_data;
	bool announcing;
	AvuAnnouncement announcement; /* udn owned */
	GArray *searches;             /* Search; some: we are a control point */
	GPtrArray *links;             /* DiscoveryLink* */
	DiscoveryKnown *known;
	AvuTimer *tend_timer;
	AvuTimer *leave_timer; /* what has not said bye-bye by then goes without */
	AvuTimer *expiry_timer;
	bool told; /* settled was called since the last change */
	void (*withdrawn)(void *user_data);
	void *withdrawn_data;
} Links;

static void
plan(Links *self)
{
	self->told = false;
	avu_timer_set(self->tend_timer, 0);
}

static void
search_clear(void *data)
{
	Search *search = data;

	g_clear_pointer(&search->target, g_free);
}

/* --- what links tell --- */

static void
on_registered(DiscoveryLink *link, void *user_data)
{
	Links *self = user_data;

	if (discovery_link_get_role(link) == LINK_ROLE_CONTROL_POINT) {
		for (guint i = 0; i < self->searches->len; i++) {
			const Search *search = &g_array_index(self->searches, Search, i);

			discovery_link_search(link, search->target, search->mx_s);
		}
	}
	plan(self);
}

static void
plan_expiry(Links *self)
{
	int64_t next_ns = discovery_known_next(self->known);

	avu_timer_set(self->expiry_timer,
		next_ns == AVU_TIME_NONE ? AVU_TIME_NONE : MAX(next_ns - avu_now_ns(), 0));
}

static void
tell_gone(const char *udn, unsigned interface_index, const AvuAddress *source, bool last,
	void *user_data)
{
	Links *self = user_data;

	if (last && self->listener.gone != NULL) {
		self->listener.gone(udn, interface_index, self->user_data);
	} else if (!last && self->listener.moved != NULL) {
		self->listener.moved(udn, interface_index, source, self->user_data);
	}
}

static bool
is_described(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	const Links *self = user_data;

	return self->listener.is_described(udn, interface_index, source, self->user_data);
}

static void
on_seen(DiscoveryLink *link, const AvuSeen *seen, void *user_data)
{
	Links *self = user_data;
	int64_t expires_ns = avu_now_ns() + seen->max_age_s * AVU_NS_PER_S;

	(void)link;
	if (!discovery_known_note(self->known, seen->udn, seen->interface_index, &seen->source,
		    expires_ns, self->listener.is_described != NULL ? is_described : NULL, self)) {
		g_debug("%s: too many devices, ignored", seen->udn);
		return;
	}
	plan_expiry(self);
	if (self->listener.seen != NULL) {
		self->listener.seen(seen, self->user_data);
	}
}

static void
on_gone(DiscoveryLink *link, const char *udn, const AvuAddress *source, void *user_data)
{
	Links *self = user_data;
	unsigned interface_index = discovery_link_get_interface(link)->index;

	discovery_known_remove(self->known, udn, interface_index, source, tell_gone, self);
	plan_expiry(self);
}

static void
on_withdrawn(DiscoveryLink *link, void *user_data)
{
	Links *self = user_data;

	(void)link; /* it knows itself that it is done; tend() frees it */
	plan(self);
}

static void
on_failed(DiscoveryLink *link, void *user_data)
{
	if (discovery_link_is_hopeless(link)) {
		avu_timer_set(((Links *)user_data)->tend_timer, 0);
	}
}

static void
on_trouble(DiscoveryLink *link, const char *sentence, void *user_data)
{
	Links *self = user_data;

	if (self->listener.trouble != NULL) {
		self->listener.trouble(
			discovery_link_get_interface(link)->name, sentence, self->user_data);
	}
}

static const DiscoveryLinkListener link_listener = {
	on_registered,
	on_seen,
	on_gone,
	on_withdrawn,
	on_failed,
	on_trouble,
};

/* --- which links there should be --- */

static bool
is_wanted(const Links *self, unsigned role)
{
	return role == LINK_ROLE_DEVICE ? self->announcing : self->searches->len > 0;
}

static DiscoveryLink *
find_link(const Links *self, unsigned interface_index, unsigned role)
{
	for (guint i = 0; i < self->links->len; i++) {
		DiscoveryLink *link = self->links->pdata[i];

		if (discovery_link_get_interface(link)->index == interface_index &&
			discovery_link_get_role(link) == role) {
			return link;
		}
	}
	return NULL;
}

static bool
has_place(const Links *self, const DiscoveryLink *link)
{
	size_t n;
	const AvuInterface *list = avu_interface_watch_list(self->watch, &n);

	for (size_t i = 0; i < n; i++) {
		if (discovery_link_can_be(&list[i]) &&
			discovery_link_same_place(&list[i], discovery_link_get_interface(link))) {
			return is_wanted(self, discovery_link_get_role(link));
		}
	}
	return false;
}

/* A device's link says bye-bye before its successor starts: the other way round, control points
 * would take the late bye-bye for the end of the new one. */
static void
end_links(Links *self)
{
	for (guint i = self->links->len; i-- > 0;) {
		DiscoveryLink *link = self->links->pdata[i];
		unsigned interface_index = discovery_link_get_interface(link)->index;

		if (discovery_link_is_done(link)) {
			g_ptr_array_remove_index_fast(self->links, i);
			continue;
		}
		if (discovery_link_is_leaving(link) || has_place(self, link)) {
			continue;
		}
		if (discovery_link_get_role(link) == LINK_ROLE_DEVICE) {
			discovery_link_withdraw(link);
			avu_timer_set(self->leave_timer, WITHDRAW_NS);
		} else {
			g_ptr_array_remove_index_fast(self->links, i);
			discovery_known_leave(self->known, interface_index, tell_gone, self);
		}
	}
}

static void
start_link(Links *self, const AvuInterface *interface, unsigned role)
{
	g_ptr_array_add(self->links, discovery_link_new(self->supervisor, interface,
					     role == LINK_ROLE_DEVICE ? &self->announcement : NULL,
					     &link_listener, self));
}

typedef enum {
	PLACE_SERVED,
	PLACE_WAITING,
	PLACE_HOPELESS, /* tried on, but not waited for */
} Place;

/* Starts what is missing on one interface. */
static Place
tend_interface(Links *self, const AvuInterface *interface)
{
	Place place = PLACE_SERVED;

	for (unsigned role = 0; role < LINK_N_ROLES; role++) {
		DiscoveryLink *link = find_link(self, interface->index, role);

		if (!is_wanted(self, role)) {
			continue;
		}
		if (link != NULL) {
			discovery_link_update(link, interface);
		}
		if (link == NULL) {
			start_link(self, interface, role);
			place = PLACE_WAITING;
		} else if (!discovery_link_is_registered(link) && place == PLACE_SERVED) {
			place = discovery_link_is_hopeless(link) ? PLACE_HOPELESS : PLACE_WAITING;
		}
	}
	return place;
}

static bool
is_any_wanted(const Links *self)
{
	return is_wanted(self, LINK_ROLE_DEVICE) || is_wanted(self, LINK_ROLE_CONTROL_POINT);
}

/* @return nothing is left to wait for */
static bool
start_links(Links *self, unsigned *ret_n_interfaces)
{
	size_t n;
	const AvuInterface *list = avu_interface_watch_list(self->watch, &n);
	bool complete = true;

	*ret_n_interfaces = 0;
	for (size_t i = 0; i < n; i++) {
		Place place = PLACE_HOPELESS;

		if (list[i].loopback) {
			place = PLACE_SERVED;
		} else if (is_any_wanted(self) && discovery_link_can_be(&list[i])) {
			place = tend_interface(self, &list[i]);
		}
		complete = complete && place != PLACE_WAITING;
		*ret_n_interfaces += place == PLACE_SERVED;
	}
	return complete;
}

static bool
is_anyone_leaving(const Links *self)
{
	for (guint i = 0; i < self->links->len; i++) {
		if (discovery_link_is_leaving(self->links->pdata[i])) {
			return true;
		}
	}
	return false;
}

static void
tend(void *data)
{
	Links *self = data;
	unsigned n_interfaces;
	bool complete;

	end_links(self);
	complete = start_links(self, &n_interfaces);
	if (!is_anyone_leaving(self)) {
		void (*withdrawn)(void *) = g_steal_pointer(&self->withdrawn);

		avu_timer_set(self->leave_timer, AVU_TIME_NONE);
		if (withdrawn != NULL) {
			withdrawn(self->withdrawn_data); /* may free us */
			return;
		}
	}
	if (complete && !self->told && (self->announcing || self->searches->len > 0)) {
		self->told = true;
		if (self->listener.settled != NULL) {
			self->listener.settled(n_interfaces, self->user_data);
		}
	}
}

static void
on_leave_timer(void *data)
{
	Links *self = data;

	for (guint i = self->links->len; i-- > 0;) {
		if (discovery_link_is_leaving(self->links->pdata[i])) {
			g_ptr_array_remove_index_fast(self->links, i);
		}
	}
	plan(self);
}

static void
on_expiry_timer(void *data)
{
	Links *self = data;

	discovery_known_expire(self->known, avu_now_ns(), tell_gone, self);
	plan_expiry(self);
}

/* --- the interface --- */

static void
links_announce(void *data, const AvuAnnouncement *announcement)
{
	Links *self = data;
	char *udn = g_strdup(announcement->udn);

	g_free((char *)self->announcement.udn);
	self->announcement = *announcement;
	self->announcement.udn = udn;
	self->announcing = true;
	plan(self);
}

static void
links_withdraw(void *data, void (*done)(void *user_data), void *user_data)
{
	Links *self = data;

	self->announcing = false;
	self->withdrawn = done;
	self->withdrawn_data = user_data;
	plan(self);
}

static void
links_search(void *data, const char *target, unsigned mx_s)
{
	Links *self = data;
	Search search = { .mx_s = CLAMP(mx_s, 1, AVU_LIMIT_SSDP_MX_S) };
	bool known = false;

	for (guint i = 0; i < self->searches->len; i++) {
		known = known ||
			strcmp(g_array_index(self->searches, Search, i).target, target) == 0;
	}
	if (!known && self->searches->len < MAX_SEARCHES) {
		search.target = g_strdup(target);
		g_array_append_val(self->searches, search);
	}
	for (guint i = 0; i < self->links->len; i++) {
		DiscoveryLink *link = self->links->pdata[i];

		if (discovery_link_get_role(link) == LINK_ROLE_CONTROL_POINT) {
			discovery_link_search(link, target, search.mx_s);
		}
	}
	if (!known && self->searches->len == 1) {
		plan(self); /* a control point from now on */
	}
}

static void
links_interfaces_changed(void *data)
{
	plan(data);
}

static void
links_free(void *data)
{
	Links *self = data;

	avu_timer_free(self->tend_timer);
	avu_timer_free(self->leave_timer);
	avu_timer_free(self->expiry_timer);
	g_ptr_array_unref(self->links);
	g_array_unref(self->searches);
	discovery_known_free(self->known);
	g_free((char *)self->announcement.udn);
	g_free(self);
}

static const AvuDiscoveryInterface links_functions = {
	.announce = links_announce,
	.withdraw = links_withdraw,
	.search = links_search,
	.interfaces_changed = links_interfaces_changed,
	.free = links_free,
};

AvuDiscovery *
avu_discovery_new(AvuSupervisor *supervisor, AvuInterfaceWatch *watch,
	const AvuDiscoveryListener *listener, void *user_data)
{
	Links *self = g_new0(Links, 1);

	self->supervisor = supervisor;
	self->watch = watch;
	self->listener = *listener;
	self->user_data = user_data;
	self->searches = g_array_new(FALSE, FALSE, sizeof(Search));
	g_array_set_clear_func(self->searches, search_clear);
	self->links = g_ptr_array_new_with_free_func((GDestroyNotify)discovery_link_free);
	self->known = discovery_known_new();
	self->tend_timer = avu_timer_new(NULL, AVU_TIME_NONE, tend, self);
	self->leave_timer = avu_timer_new(NULL, AVU_TIME_NONE, on_leave_timer, self);
	self->expiry_timer = avu_timer_new(NULL, AVU_TIME_NONE, on_expiry_timer, self);
	return avu_discovery_new_custom(&links_functions, self);
}
