/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/budget.h: how much one source, one network of IPv6, and all together may cost us (LIM-02, LIM-03).
 * A host gives itself as many IPv6 addresses as it likes, all of one network. Pure. */
#pragma once

#include <netinet/in.h>

#include <av-upnp/base.h>

typedef enum {
	BUDGET_SEARCHES, /* searches let in */
	BUDGET_REPLIES,  /* answers let out */
	BUDGET_NOTICES,  /* announcements and answers let in */
	BUDGET_N_KINDS,
} BudgetKind;

typedef struct Budget Budget;

Budget *budget_new(void);
void budget_free(Budget *budget);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Budget, budget_free)

typedef struct {
	int family;              /* AF_INET, AF_INET6 */
	struct in6_addr address; /* of IPv4 the first four octets */
} BudgetSource;

BudgetSource budget_source4(in_addr_t address);
BudgetSource budget_source6(const struct in6_addr *address);

/** Spends one of kind for source. @return false: the source's, its network's or the common budget is used
 *  up */
bool budget_spend(Budget *budget, BudgetKind kind, const BudgetSource *source, int64_t now_ns);
