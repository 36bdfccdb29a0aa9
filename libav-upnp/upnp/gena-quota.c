/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscriptions per address and per IPv6 /64. The limit of a network is far above that of an address: all devices
 * of a house share one, and whoever fills it leaves half of the places to IPv4. Main context's thread. */
#include "gena-quota.h"

#include <string.h>

#include <av-upnp/limits.h>

/* Of all addresses of an IPv6 /64. */
#define PER_NETWORK (AVU_LIMIT_SUBSCRIPTIONS / 2)

struct GenaQuota {
	unsigned all;
	GHashTable *used; /* text of an address or of a network → number */
};

GenaQuota *
gena_quota_new(void)
{
	GenaQuota *quota = g_new0(GenaQuota, 1);

	quota->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return quota;
}

void
gena_quota_free(GenaQuota *quota)
{
	if (quota != NULL) {
		g_hash_table_unref(quota->used);
		g_free(quota);
	}
}

static char *
name_address(const AvuAddress *address)
{
	g_autofree char *text = avu_address_format(address);

	return g_strdup_printf("%s%%%u", text, address->scope_id);
}

/* @return NULL: it has none that counts */
static char *
name_network(const AvuAddress *address)
{
	AvuAddress network = *address;

	if (address->family != AF_INET6) {
		return NULL;
	}
	memset(network.ip.v6.s6_addr + 8, 0, 8);
	g_autofree char *text = name_address(&network);

	return g_strconcat("net ", text, NULL);
}

static unsigned
count(const GenaQuota *quota, const char *name)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(quota->used, name));
}

static void
change(GenaQuota *quota, const char *name, int by)
{
	const unsigned n = (unsigned)((int)count(quota, name) + by);

	if (n == 0) {
		g_hash_table_remove(quota->used, name);
	} else {
		g_hash_table_insert(quota->used, g_strdup(name), GUINT_TO_POINTER(n));
	}
}

static void
change_both(GenaQuota *quota, const AvuAddress *address, int by)
{
	g_autofree char *own = name_address(address);
	g_autofree char *network = name_network(address);

	quota->all = (unsigned)((int)quota->all + by);
	change(quota, own, by);
	if (network != NULL) {
		change(quota, network, by);
	}
}

void
gena_quota_add(GenaQuota *quota, const AvuAddress *address)
{
	change_both(quota, address, 1);
}

void
gena_quota_remove(GenaQuota *quota, const AvuAddress *address)
{
	change_both(quota, address, -1);
}

bool
gena_quota_is_used_up(const GenaQuota *quota, const AvuAddress *address)
{
	g_autofree char *own = name_address(address);
	g_autofree char *network = name_network(address);

	return quota->all >= AVU_LIMIT_SUBSCRIPTIONS ||
	       count(quota, own) >= AVU_LIMIT_SUBSCRIPTIONS_PER_ADDRESS ||
	       (network != NULL && count(quota, network) >= PER_NETWORK);
}
