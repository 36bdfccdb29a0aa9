/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/budget.h: how much one source, and all together, may cost us (LIM-02, LIM-03). Pure. */
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

/** Spends one of kind for source. @return false: the source's or the common budget is used up */
bool budget_spend(Budget *budget, BudgetKind kind, in_addr_t source, int64_t now_ns);
