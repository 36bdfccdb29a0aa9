/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/budget.c: token buckets per source and for all sources. The table of sources has a fixed
 * size; a newcomer takes the place of the one heard of longest ago, and what forged sources gain by
 * that is held by the common budget. */
#include <av-upnp/limits.h>

#include "budget.h"

#define SOURCES 256

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
	in_addr_t address;
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

static Source *
find_source(Budget *budget, in_addr_t address, int64_t now_ns)
{
	Source *oldest = &budget->sources[0];

	for (unsigned i = 0; i < SOURCES; i++) {
		Source *source = &budget->sources[i];

		if (source->used && source->address == address) {
			return source;
		}
		if (!source->used || (oldest->used && source->heard_ns < oldest->heard_ns)) {
			oldest = source;
		}
	}
	*oldest = (Source){ .address = address, .used = true };
	for (unsigned kind = 0; kind < BUDGET_N_KINDS; kind++) {
		oldest->buckets[kind] = (Bucket){ rates[kind].source_burst, now_ns };
	}
	return oldest;
}

bool
budget_spend(Budget *budget, BudgetKind kind, in_addr_t address, int64_t now_ns)
{
	if (!budget->started) {
		for (unsigned i = 0; i < BUDGET_N_KINDS; i++) {
			budget->all[i] = (Bucket){ rates[i].all_burst, now_ns };
		}
		budget->started = true;
	}

	Source *source = find_source(budget, address, now_ns);
	Bucket *own = &source->buckets[kind], *all = &budget->all[kind];

	source->heard_ns = now_ns;
	fill(own, rates[kind].source_rate, rates[kind].source_burst, now_ns);
	fill(all, rates[kind].all_rate, rates[kind].all_burst, now_ns);
	if (own->tokens < 1 || all->tokens < 1) {
		return false;
	}
	own->tokens -= 1;
	all->tokens -= 1;
	return true;
}
