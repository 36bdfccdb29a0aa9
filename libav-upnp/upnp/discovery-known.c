/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery-known.c: a bounded table of announcements. At most AVU_LIMIT_REMOTE_DEVICES
 * entries, so it is walked, not indexed; oldest first, as far as none left. Pure: time comes in. */
#include <string.h>

#include <av-upnp/discovery.h>
#include <av-upnp/limits.h>

#include "discovery-known.h"

typedef struct {
	char *udn;
	unsigned interface_index;
	AvuAddress source;
	int64_t expires_ns;
} Entry;

struct DiscoveryKnown {
	GArray *entries; /* Entry */
};

static void
entry_clear(void *data)
{
	Entry *entry = data;

	g_clear_pointer(&entry->udn, g_free);
}

DiscoveryKnown *
discovery_known_new(void)
{
	DiscoveryKnown *known = g_new0(DiscoveryKnown, 1);

	known->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	g_array_set_clear_func(known->entries, entry_clear);
	return known;
}

void
discovery_known_free(DiscoveryKnown *known)
{
	if (known == NULL) {
		return;
	}
	g_array_unref(known->entries);
	g_free(known);
}

static Entry *
entry_at(const DiscoveryKnown *known, guint i)
{
	return &g_array_index(known->entries, Entry, i);
}

static bool
is_device(const Entry *entry, const char *udn, unsigned interface_index)
{
	return entry->interface_index == interface_index && strcmp(entry->udn, udn) == 0;
}

static bool
is_known(const DiscoveryKnown *known, const char *udn, unsigned interface_index)
{
	for (guint i = 0; i < known->entries->len; i++) {
		if (is_device(entry_at(known, i), udn, interface_index)) {
			return true;
		}
	}
	return false;
}

/* @param bits  whoever shares so many of its bits with source is concerned; 0: all are
 *  @return false: none can go */
static bool
make_room(DiscoveryKnown *known, const AvuAddress *source, unsigned bits,
	DiscoveryKnownDescribed described, void *user_data)
{
	const AvuPrefix near = { .address = *source, .length = bits };

	for (guint i = 0; described != NULL && i < known->entries->len; i++) {
		const Entry *entry = entry_at(known, i);

		if ((bits == 0 || avu_prefix_contains(&near, &entry->source)) &&
			!described(entry->udn, entry->interface_index, &entry->source, user_data)) {
			g_array_remove_index(known->entries, i); /* the others keep their order */
			return true;
		}
	}
	return false;
}

bool
discovery_known_note(DiscoveryKnown *known, const char *udn, unsigned interface_index,
	const AvuAddress *source, int64_t expires_ns, DiscoveryKnownDescribed described,
	void *user_data)
{
	const AvuPrefix network = { .address = *source, .length = 64 };
	const unsigned all_bits = source->family == AF_INET6 ? 128 : 32;
	unsigned of_source = 0, of_network = 0;

	for (guint i = 0; i < known->entries->len; i++) {
		Entry *entry = entry_at(known, i);

		of_network +=
			source->family == AF_INET6 && avu_prefix_contains(&network, &entry->source);
		if (!avu_address_equal_ip(&entry->source, source)) {
			continue;
		}
		if (is_device(entry, udn, interface_index)) {
			entry->expires_ns = expires_ns;
			return true;
		}
		of_source++;
	}
	if ((of_source >= AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS &&
		    !make_room(known, source, all_bits, described, user_data)) ||
		(of_source < AVU_LIMIT_REMOTE_DEVICES_PER_ADDRESS &&
			of_network >= AVU_DISCOVERY_PER_NETWORK &&
			!make_room(known, source, network.length, described, user_data)) ||
		(known->entries->len >= AVU_LIMIT_REMOTE_DEVICES &&
			!make_room(known, source, 0, described, user_data))) {
		return false;
	}

	Entry entry = { .udn = g_strdup(udn),
		.interface_index = interface_index,
		.source = *source,
		.expires_ns = expires_ns };

	g_array_append_val(known->entries, entry);
	return true;
}

/* Takes entry i out and tells. */
static void
drop(DiscoveryKnown *known, guint i, DiscoveryKnownGone gone, void *user_data)
{
	g_autofree char *udn = g_steal_pointer(&entry_at(known, i)->udn);
	const Entry entry = *entry_at(known, i);

	g_array_remove_index_fast(known->entries, i);
	gone(udn, entry.interface_index, &entry.source,
		!is_known(known, udn, entry.interface_index), user_data);
}

void
discovery_known_remove(DiscoveryKnown *known, const char *udn, unsigned interface_index,
	const AvuAddress *source, DiscoveryKnownGone gone, void *user_data)
{
	for (guint i = 0; i < known->entries->len; i++) {
		const Entry *entry = entry_at(known, i);

		if (is_device(entry, udn, interface_index) &&
			avu_address_equal_ip(&entry->source, source)) {
			drop(known, i, gone, user_data);
			return;
		}
	}
}

void
discovery_known_expire(
	DiscoveryKnown *known, int64_t now_ns, DiscoveryKnownGone gone, void *user_data)
{
	/* From the end: what takes a removed one's place was looked at already. */
	for (guint i = known->entries->len; i-- > 0;) {
		if (entry_at(known, i)->expires_ns <= now_ns) {
			drop(known, i, gone, user_data);
		}
	}
}

void
discovery_known_leave(
	DiscoveryKnown *known, unsigned interface_index, DiscoveryKnownGone gone, void *user_data)
{
	for (guint i = known->entries->len; i-- > 0;) {
		if (entry_at(known, i)->interface_index == interface_index) {
			drop(known, i, gone, user_data);
		}
	}
}

int64_t
discovery_known_next(const DiscoveryKnown *known)
{
	int64_t next_ns = AVU_TIME_NONE;

	for (guint i = 0; i < known->entries->len; i++) {
		int64_t expires_ns = entry_at(known, i)->expires_ns;

		if (next_ns == AVU_TIME_NONE || expires_ns < next_ns) {
			next_ns = expires_ns;
		}
	}
	return next_ns;
}
