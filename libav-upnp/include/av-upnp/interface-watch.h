/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/interface-watch.h: the network interfaces of this host, followed over netlink */
#pragma once

#include <av-upnp/address.h>

G_BEGIN_DECLS

#define AVU_INTERFACE_ADDRESSES_MAX 16

typedef struct {
	unsigned index;
	char name[16];
	bool up; /* administratively up and carrier */
	bool loopback;
	bool port;         /* of a bridge or a bond: hosts talk to that, not to the port */
	bool virtual_kind; /* VPN, container bridge, tunnel: used only when named */
	AvuPrefix addresses
		[AVU_INTERFACE_ADDRESSES_MAX]; /* IPv4 first, temporary ones last; tentative ones are absent */
	unsigned n_addresses;
} AvuInterface;

typedef struct AvuInterfaceWatch AvuInterfaceWatch;

/** @param names  NULL or empty: every interface that is up, not loopback, not virtual, and has a
 *                private or link-local IPv4 address; else exactly the named ones (lo too)
 *  @param changed  called on the context's thread after the list of qualifying interfaces or their
 *                addresses changed, bursts merged (50 ms)
 *  @return the list is filled on return; NULL with IO */
AVU_API AvuInterfaceWatch *avu_interface_watch_new(GMainContext *context, const char *const *names,
	void (*changed)(void *user_data), void *user_data, GError **error);
AVU_API void avu_interface_watch_free(AvuInterfaceWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuInterfaceWatch, avu_interface_watch_free)

/** From now on only the interface with that address qualifies (of the named ones, if some were), and with
 *  that address alone. @return false with IO */
AVU_API bool avu_interface_watch_use_source(
	AvuInterfaceWatch *watch, const AvuAddress *source, GError **error);
typedef enum {
	AVU_V6_BESIDE, /* of an interface that qualifies by IPv4, or is named; so it begins */
	AVU_V6_ALONE, /* where none qualifies by IPv4, those that have IPv6 and no IPv4 address do */
	AVU_V6_NEVER, /* as if no interface had IPv6 addresses */
} AvuInterfaceV6;

/** What IPv6 addresses are used from now on. @return false with IO */
AVU_API bool avu_interface_watch_use_v6(
	AvuInterfaceWatch *watch, AvuInterfaceV6 how, GError **error);

/** Qualifying interfaces, valid until the next return to the main loop. */
AVU_API const AvuInterface *avu_interface_watch_list(const AvuInterfaceWatch *watch, size_t *ret_n);
/** The qualifying interface one of whose prefixes holds the address, or NULL. */
AVU_API const AvuInterface *avu_interface_watch_find(
	const AvuInterfaceWatch *watch, const AvuAddress *address);
/** When none qualifies: one sentence that says why, per interface, with the --interface word to
 *  use. g_free() it. */
AVU_API char *avu_interface_watch_explain(const AvuInterfaceWatch *watch);

/** Thread-safe copy of the attached prefixes, for address policies. */
typedef struct AvuPrefixSet AvuPrefixSet;
AVU_API const AvuPrefixSet *avu_interface_watch_get_prefixes(const AvuInterfaceWatch *watch);
AVU_API bool avu_prefix_set_contains(const AvuPrefixSet *set, const AvuAddress *address);
/** Both in the same attached prefix (or both loopback). */
AVU_API bool avu_prefix_set_same_link(
	const AvuPrefixSet *set, const AvuAddress *a, const AvuAddress *b);

G_END_DECLS
