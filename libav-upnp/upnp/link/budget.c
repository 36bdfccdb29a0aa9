/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/budget.c: token buckets per source, per network of IPv6 (64 bits) and for all. A network has half of
 * what all have, so that one host of many addresses leaves the others room, and a whole house of one
 * network is served. The table of sources and networks has a fixed size; a newcomer takes the place of the one heard of longest ago, and what forged sources gain by
 * that is held by the common budget. */
#include <string.h>

#include <av-upnp/limits.h>

#include "budget.h"

#define SOURCES 256
#define NETWORK_SHARE 2
#define NETWORK_OCTETS 8
#define FAMILY_NETWORK (-1) /* a source that stands for its network */

/* Tokens a second, and as many at once as `burst` says. */
static const struct {
	double source_rate, source_burst;
	double all_rate, all_burst;
} rates[BUDGET_N_KINDS] = {
	/* A search costs up to a dozen replies, so all searches together get a tenth of those. */
	[BUDGET_SEARCHES] = { AVU_LIMIT_SSDP_SEARCHES_PER_S, 2 * AVU_LIMIT_SSDP_SEARCHES_PER_S,
		AVU_LIMIT_SSDP_REPLIES_PER_S / 10, AVU_LIMIT_SSDP_REPLIES_PER_S / 10 },
	[BUDGET_REPLIES] = { AVU_LIMIT_SSDP_REPLIES_PER_SOURCE_PER_S,
		2 * AVU_LIMIT_SSDP_REPLIES_PER_SOURCE_PER_S, AVU_LIMIT_SSDP_REPLIES_PER_S,
		AVU_LIMIT_SSDP_REPLIES_PER_S },
	/* A host with several devices announces about 20 datagrams each, twice. */
	[BUDGET_NOTICES] = { AVU_LIMIT_SSDP_REPLIES_PER_SOURCE_PER_S,
		4 * AVU_LIMIT_SSDP_REPLIES_PER_SOURCE_PER_S, AVU_LIMIT_SSDP_REPLIES_PER_S,
		AVU_LIMIT_SSDP_REPLIES_PER_S },
};

typedef struct {
	double tokens;
	int64_t filled_ns;
} Bucket;

typedef struct {
	BudgetSource name;
	int64_t heard_ns;
	bool used;
	Bucket buckets[BUDGET_N_KINDS];
} Source;

struct Budget {
	Bucket all[BUDGET_N_KINDS];
	bool started;
	Source sources[SOURCES];
};

Budget *
budget_new(void)
{
	return g_new0(Budget, 1);
}

void
budget_free(Budget *budget)
{
	g_free(budget);
}

static void
fill(Bucket *bucket, double rate, double burst, int64_t now_ns)
{
	double gained = rate * (double)(now_ns - bucket->filled_ns) / (double)AVU_NS_PER_S;

	bucket->tokens = MIN(bucket->tokens + gained, burst);
	bucket->filled_ns = now_ns;
}

BudgetSource
budget_source4(in_addr_t address)
{
	BudgetSource source = { .family = AF_INET };

	memcpy(&source.address, &address, sizeof address);
	return source;
}

BudgetSource
budget_source6(const struct in6_addr *address)
{
	return (BudgetSource){ .family = AF_INET6, .address = *address };
}

static BudgetSource
network_of(const BudgetSource *source)
{
	BudgetSource network = { .family = FAMILY_NETWORK };

	memcpy(&network.address, &source->address, NETWORK_OCTETS);
	return network;
}

static bool
is_same(const BudgetSource *a, const BudgetSource *b)
{
	return a->family == b->family && IN6_ARE_ADDR_EQUAL(&a->address, &b->address);
}

static double
rate_of(const BudgetSource *name, BudgetKind kind)
{
	return name->family == FAMILY_NETWORK ? rates[kind].all_rate / NETWORK_SHARE
					      : rates[kind].source_rate;
}

static double
burst_of(const BudgetSource *name, BudgetKind kind)
{
	return name->family == FAMILY_NETWORK ? rates[kind].all_burst / NETWORK_SHARE
					      : rates[kind].source_burst;
}

static Source *
find_source(Budget *budget, const BudgetSource *name, int64_t now_ns)
{
	Source *oldest = &budget->sources[0];

	for (unsigned i = 0; i < SOURCES; i++) {
		Source *source = &budget->sources[i];

		if (source->used && is_same(&source->name, name)) {
			source->heard_ns = now_ns;
			return source;
		}
		if (!source->used || (oldest->used && source->heard_ns < oldest->heard_ns)) {
			oldest = source;
		}
	}
	*oldest = (Source){ .name = *name, .used = true, .heard_ns = now_ns };
	for (unsigned kind = 0; kind < BUDGET_N_KINDS; kind++) {
		oldest->buckets[kind] = (Bucket){ burst_of(name, kind), now_ns };
	}
	return oldest;
}

static Bucket *
filled_bucket(Budget *budget, const BudgetSource *name, BudgetKind kind, int64_t now_ns)
{
	Bucket *bucket = &find_source(budget, name, now_ns)->buckets[kind];

	fill(bucket, rate_of(name, kind), burst_of(name, kind), now_ns);
	return bucket;
}

bool
budget_spend(Budget *budget, BudgetKind kind, const BudgetSource *source, int64_t now_ns)
{
	if (!budget->started) {
		for (unsigned i = 0; i < BUDGET_N_KINDS; i++) {
			budget->all[i] = (Bucket){ rates[i].all_burst, now_ns };
		}
		budget->started = true;
	}

	const BudgetSource network_name = network_of(source);
	Bucket *all = &budget->all[kind];
	Bucket *own = filled_bucket(budget, source, kind, now_ns);
	/* The second look-up finds a place without taking that of the first, which is the youngest. */
	Bucket *network = source->family == AF_INET6
				  ? filled_bucket(budget, &network_name, kind, now_ns)
				  : NULL;

	fill(all, rates[kind].all_rate, rates[kind].all_burst, now_ns);
	if (own->tokens < 1 || all->tokens < 1 || (network != NULL && network->tokens < 1)) {
		return false;
	}
	own->tokens -= 1;
	all->tokens -= 1;
	if (network != NULL) {
		network->tokens -= 1;
	}
	return true;
}
