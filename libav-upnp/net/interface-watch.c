/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Follows the interfaces of this host. The kernel's messages only say "look again": after a burst
 * the whole list is read anew, so a lost message (ENOBUFS) costs nothing.
 * Lives on the thread of its main context; the prefix set alone may be asked from any thread. */
#include "config.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/interface-watch.h>
#include <av-upnp/loop.h>

#include "interface-dump.h"

#define BURST_NS (50 * AVU_NS_PER_MS)

struct AvuPrefixSet {
	pthread_mutex_t lock;
	GArray *prefixes; /* AvuPrefix; guarded by lock */
};

struct AvuInterfaceWatch {
	char **names;    /* empty: choose ourselves */
	AvuAddress only; /* the only one that is used; family 0: all */
	AvuInterfaceV6 v6;
	void (*changed)(void *user_data);
	void *user_data;
	int fd;
	GSource *source;
	AvuTimer *burst;
	GArray *all;        /* AvuInterface: the kernel's list */
	GArray *qualifying; /* AvuInterface, with the addresses that are used */
	AvuPrefixSet set;
};

static bool
is_named(const AvuInterfaceWatch *watch, const char *name)
{
	return g_strv_contains((const char *const *)watch->names, name);
}

/* Without being named, an interface lends only addresses that belong to a house. */
static bool
is_house_address(const AvuAddress *address)
{
	return address->family == AF_INET6 ||
	       (avu_address_class(address) & (AVU_ADDRESS_PRIVATE | AVU_ADDRESS_LINK_LOCAL)) != 0;
}

/* With a source address it is the only one of its interface. @return is there any left? */
static bool
keep_source(const AvuInterfaceWatch *watch, AvuInterface *used)
{
	for (unsigned i = 0; watch->only.family != 0 && i < used->n_addresses; i++) {
		if (avu_address_equal_ip(&used->addresses[i].address, &watch->only)) {
			used->addresses[0] = used->addresses[i];
			used->n_addresses = 1;
			return true;
		}
	}
	return watch->only.family == 0;
}

/* Why an interface is not used, or NULL when it is. ret_used gets the addresses that are.
 * @param v6_alone  when we choose, IPv6 without IPv4 is enough */
static const char *
reject(const AvuInterfaceWatch *watch, const AvuInterface *interface, bool v6_alone,
	AvuInterface *ret_used)
{
	bool choosing = watch->names[0] == NULL && watch->only.family == 0;
	AvuInterface used = *interface;

	if (!interface->up) {
		return "is down";
	}
	if (!choosing) {
		*ret_used = used;
		return interface->n_addresses > 0 ? NULL : "has no address";
	}
	if (interface->loopback) {
		return "is the loopback";
	}
	if (interface->virtual_kind) {
		return "is a VPN, a tunnel or a container bridge";
	}
	used.n_addresses = 0;
	for (unsigned i = 0; i < interface->n_addresses; i++) {
		if (is_house_address(&interface->addresses[i].address)) {
			used.addresses[used.n_addresses++] = interface->addresses[i];
		}
	}
	if (used.n_addresses == 0 ||
		(used.addresses[0].address.family != AF_INET &&
			(!v6_alone || interface->port ||
				interface->addresses[0].address.family == AF_INET))) {
		return "has no private IPv4 address";
	}
	*ret_used = used;
	return NULL;
}

static bool
same_interface(const AvuInterface *a, const AvuInterface *b)
{
	if (a->index != b->index || strcmp(a->name, b->name) != 0 ||
		a->n_addresses != b->n_addresses) {
		return false;
	}
	for (unsigned i = 0; i < a->n_addresses; i++) {
		if (!avu_address_equal_ip(&a->addresses[i].address, &b->addresses[i].address) ||
			a->addresses[i].length != b->addresses[i].length ||
			a->addresses[i].temporary != b->addresses[i].temporary) {
			return false;
		}
	}
	return true;
}

static bool
same_list(const GArray *a, const GArray *b)
{
	if (a->len != b->len) {
		return false;
	}
	for (guint i = 0; i < a->len; i++) {
		if (!same_interface(&g_array_index(a, AvuInterface, i),
			    &g_array_index(b, AvuInterface, i))) {
			return false;
		}
	}
	return true;
}

static void
publish_prefixes(AvuInterfaceWatch *watch)
{
	pthread_mutex_lock(&watch->set.lock);
	g_array_set_size(watch->set.prefixes, 0);
	for (guint i = 0; i < watch->qualifying->len; i++) {
		const AvuInterface *interface = &g_array_index(watch->qualifying, AvuInterface, i);

		g_array_append_vals(
			watch->set.prefixes, interface->addresses, interface->n_addresses);
	}
	pthread_mutex_unlock(&watch->set.lock);
}

static void
drop_v6(GArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		AvuInterface *interface = &g_array_index(all, AvuInterface, i);

		while (interface->n_addresses > 0 &&
			interface->addresses[interface->n_addresses - 1].address.family ==
				AF_INET6) {
			interface->n_addresses--;
		}
	}
}

static void
choose(const AvuInterfaceWatch *watch, const GArray *all, bool v6_alone, GArray *ret_qualifying)
{
	for (guint i = 0; i < all->len; i++) {
		const AvuInterface *interface = &g_array_index(all, AvuInterface, i);
		AvuInterface used;

		if ((watch->names[0] == NULL || is_named(watch, interface->name)) &&
			reject(watch, interface, v6_alone, &used) == NULL &&
			keep_source(watch, &used)) {
			g_array_append_val(ret_qualifying, used);
		}
	}
}

/* @return false when the kernel could not be asked; ret_changed tells whether the list differs */
static bool
look(AvuInterfaceWatch *watch, bool *ret_changed, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(AvuInterface));
	g_autoptr(GArray) qualifying = g_array_new(FALSE, TRUE, sizeof(AvuInterface));

	if (!interface_dump(all, error)) {
		return false;
	}
	if (watch->v6 == AVU_V6_NEVER) {
		drop_v6(all);
	}
	choose(watch, all, /* v6_alone = */ false, qualifying);
	/* Only then: on many hosts there is always something that has a link-local address. */
	if (qualifying->len == 0 && watch->v6 == AVU_V6_ALONE) {
		choose(watch, all, /* v6_alone = */ true, qualifying);
	}
	*ret_changed = !same_list(qualifying, watch->qualifying);
	g_array_unref(watch->all);
	watch->all = g_steal_pointer(&all);
	if (*ret_changed) {
		g_array_unref(watch->qualifying);
		watch->qualifying = g_steal_pointer(&qualifying);
		publish_prefixes(watch);
	}
	return true;
}

static void
on_burst_over(void *data)
{
	AvuInterfaceWatch *watch = data;
	g_autoptr(GError) error = NULL;
	bool changed = false;

	if (!look(watch, &changed, &error)) {
		g_warning("%s; looking again", error->message);
		avu_timer_set(watch->burst, AVU_NS_PER_S);
	} else if (changed) {
		watch->changed(watch->user_data);
	}
}

/* The content does not matter, only that there was some. */
static bool
on_netlink(int fd, GIOCondition condition, void *data)
{
	AvuInterfaceWatch *watch = data;
	char buffer[8192];
	int reads = 0;

	(void)condition;
	while (reads++ < 64 &&
		(recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0 || errno == ENOBUFS)) {
	}
	avu_timer_set(watch->burst, BURST_NS);
	return true;
}

static bool
open_netlink(AvuInterfaceWatch *watch, GError **error)
{
	const struct sockaddr_nl where = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };

	watch->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (watch->fd < 0 || bind(watch->fd, (const struct sockaddr *)&where, sizeof(where)) != 0) {
		avu_set_errno(error, errno, "netlink socket");
		return false;
	}
	return true;
}

AvuInterfaceWatch *
avu_interface_watch_new(GMainContext *context, const char *const *names,
	void (*changed)(void *user_data), void *user_data, GError **error)
{
	static const char *const none[] = { NULL };
	g_autoptr(AvuInterfaceWatch) watch = g_new0(AvuInterfaceWatch, 1);
	bool first;

	pthread_mutex_init(&watch->set.lock, NULL);
	watch->set.prefixes = g_array_new(FALSE, TRUE, sizeof(AvuPrefix));
	watch->fd = -1;
	watch->names = g_strdupv((char **)(names != NULL ? names : none));
	watch->changed = changed;
	watch->user_data = user_data;
	watch->all = g_array_new(FALSE, TRUE, sizeof(AvuInterface));
	watch->qualifying = g_array_new(FALSE, TRUE, sizeof(AvuInterface));
	/* The socket listens before the first look, so that nothing falls between. */
	if (!open_netlink(watch, error) || !look(watch, &first, error)) {
		return NULL;
	}
	watch->burst = avu_timer_new(context, AVU_TIME_NONE, on_burst_over, watch);
	watch->source = avu_watch_fd(context, watch->fd, G_IO_IN, on_netlink, watch);
	return g_steal_pointer(&watch);
}

bool
avu_interface_watch_use_source(AvuInterfaceWatch *watch, const AvuAddress *source, GError **error)
{
	bool changed;

	watch->only = *source;
	return look(watch, &changed, error);
}

bool
avu_interface_watch_use_v6(AvuInterfaceWatch *watch, AvuInterfaceV6 how, GError **error)
{
	bool changed;

	watch->v6 = how;
	return look(watch, &changed, error);
}

void
avu_interface_watch_free(AvuInterfaceWatch *watch)
{
	if (watch == NULL) {
		return;
	}
	if (watch->source != NULL) {
		g_source_destroy(watch->source);
		g_source_unref(watch->source);
	}
	avu_timer_free(watch->burst);
	avu_fd_cleanup(&watch->fd);
	g_strfreev(watch->names);
	g_array_unref(watch->all);
	g_array_unref(watch->qualifying);
	g_array_unref(watch->set.prefixes);
	pthread_mutex_destroy(&watch->set.lock);
	g_free(watch);
}

const AvuInterface *
avu_interface_watch_list(const AvuInterfaceWatch *watch, size_t *ret_n)
{
	*ret_n = watch->qualifying->len;
	return (const AvuInterface *)(void *)watch->qualifying->data;
}

const AvuInterface *
avu_interface_watch_find(const AvuInterfaceWatch *watch, const AvuAddress *address)
{
	for (guint i = 0; i < watch->qualifying->len; i++) {
		const AvuInterface *interface = &g_array_index(watch->qualifying, AvuInterface, i);

		for (unsigned j = 0; j < interface->n_addresses; j++) {
			if (avu_prefix_contains(&interface->addresses[j], address)) {
				return interface;
			}
		}
	}
	return NULL;
}

char *
avu_interface_watch_explain(const AvuInterfaceWatch *watch)
{
	GString *text = g_string_new("no usable network interface: ");
	const char *remedy = "lo";
	unsigned told = 0;
	AvuInterface used;

	for (char **name = watch->names; *name != NULL; name++) {
		bool found = false;

		for (guint i = 0; i < watch->all->len; i++) {
			found = found ||
				strcmp(g_array_index(watch->all, AvuInterface, i).name, *name) == 0;
		}
		if (!found) {
			g_string_append_printf(
				text, "%s%s does not exist", told++ ? ", " : "", *name);
		}
	}
	for (guint i = 0; i < watch->all->len; i++) {
		const AvuInterface *interface = &g_array_index(watch->all, AvuInterface, i);
		const char *why = reject(watch, interface, watch->v6 == AVU_V6_ALONE, &used);

		if (watch->names[0] != NULL && !is_named(watch, interface->name)) {
			continue;
		}
		if (why != NULL) {
			g_string_append_printf(
				text, "%s%s %s", told++ ? ", " : "", interface->name, why);
		}
		if (interface->up && !interface->loopback && interface->n_addresses > 0) {
			remedy = interface->name;
		}
	}
	if (watch->names[0] == NULL) {
		g_string_append_printf(text, "; name one with --interface %s", remedy);
	}
	return g_string_free(text, FALSE);
}

const AvuPrefixSet *
avu_interface_watch_get_prefixes(const AvuInterfaceWatch *watch)
{
	return &watch->set;
}

/* Is there a prefix that holds all n addresses? */
static bool
one_holds(const AvuPrefixSet *set, const AvuAddress *const *addresses, size_t n)
{
	AvuPrefixSet *locked = (AvuPrefixSet *)set; /* its lock is not part of its value */
	bool found = false;

	pthread_mutex_lock(&locked->lock);
	for (guint i = 0; !found && i < set->prefixes->len; i++) {
		size_t held = 0;

		while (held < n && avu_prefix_contains(&g_array_index(set->prefixes, AvuPrefix, i),
					   addresses[held])) {
			held++;
		}
		found = held == n;
	}
	pthread_mutex_unlock(&locked->lock);
	return found;
}

bool
avu_prefix_set_contains(const AvuPrefixSet *set, const AvuAddress *address)
{
	return one_holds(set, &address, 1);
}

bool
avu_prefix_set_same_link(const AvuPrefixSet *set, const AvuAddress *a, const AvuAddress *b)
{
	const AvuAddress *both[] = { a, b };

	return one_holds(set, both, 2) || (avu_address_class(a) == AVU_ADDRESS_LOOPBACK &&
						  avu_address_class(b) == AVU_ADDRESS_LOOPBACK);
}
