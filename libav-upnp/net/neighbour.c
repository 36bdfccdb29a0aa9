/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table per process, since URLs go through many hands between whoever was heard and whoever connects. It only
 * chooses among interfaces: whether the address may be connected to at all is decided as for any other. Any thread. */
#include <string.h>

#include <av-upnp/neighbour.h>

typedef struct {
	struct in6_addr ip;
	uint32_t scope_id; /* 0: none */
} Neighbour;

/* The newest first. */
static struct {
	GMutex lock;
	Neighbour all[AVU_NEIGHBOURS_MAX];
} table;

static bool
is_link_local(const AvuAddress *address)
{
	return address->family == AF_INET6 && avu_address_class(address) == AVU_ADDRESS_LINK_LOCAL;
}

/* The lock is held. @return its place; the last one: it is not there, or there */
static size_t
find_locked(const struct in6_addr *ip)
{
	size_t i = 0;

	while (i + 1 < AVU_NEIGHBOURS_MAX && table.all[i].scope_id != 0 &&
		memcmp(&table.all[i].ip, ip, sizeof(*ip)) != 0) {
		i++;
	}
	return i;
}

void
avu_neighbour_note(const AvuAddress *address)
{
	if (!is_link_local(address) || address->scope_id == 0) {
		return;
	}
	g_mutex_lock(&table.lock);
	const size_t at = find_locked(&address->ip.v6);

	memmove(&table.all[1], &table.all[0], at * sizeof(table.all[0]));
	table.all[0] = (Neighbour){ address->ip.v6, address->scope_id };
	g_mutex_unlock(&table.lock);
}

uint32_t
avu_neighbour_find(const AvuAddress *address)
{
	if (!is_link_local(address)) {
		return 0;
	}
	g_mutex_lock(&table.lock);
	const Neighbour *found = &table.all[find_locked(&address->ip.v6)];
	const bool known =
		found->scope_id != 0 && memcmp(&found->ip, &address->ip.v6, sizeof(found->ip)) == 0;
	const uint32_t scope_id = known ? found->scope_id : table.all[0].scope_id;

	g_mutex_unlock(&table.lock);
	return scope_id;
}

void
avu_neighbour_forget(void)
{
	g_mutex_lock(&table.lock);
	memset(table.all, 0, sizeof(table.all));
	g_mutex_unlock(&table.lock);
}
