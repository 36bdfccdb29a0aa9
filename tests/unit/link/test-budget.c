/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LIM-02: 10 searches a second and source, bursts of 20. LIM-03: 100 replies a second and source,
 * 1000 in all. Both together: SEC-022. */
#include <arpa/inet.h>

#include "libav-upnp/upnp/link/budget.h"

static bool
spend(Budget *budget, BudgetKind kind, in_addr_t address, int64_t now_ns)
{
	const BudgetSource source = budget_source4(address);

	return budget_spend(budget, kind, &source, now_ns);
}

static unsigned
spend_many(Budget *budget, BudgetKind kind, in_addr_t source, unsigned n, int64_t now_ns)
{
	unsigned spent = 0;

	for (unsigned i = 0; i < n; i++) {
		spent += spend(budget, kind, source, now_ns);
	}
	return spent;
}

static void
test_one_source(void)
{
	g_autoptr(Budget) budget = budget_new();
	int64_t now_ns = 1000 * AVU_NS_PER_S;

	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 100, now_ns), ==, 20);
	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 100, now_ns), ==, 0);
	/* Kinds and sources have budgets of their own. */
	g_assert_cmpuint(spend_many(budget, BUDGET_REPLIES, 1, 1000, now_ns), ==, 200);
	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 2, 100, now_ns), ==, 20);
	now_ns += AVU_NS_PER_S;
	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 100, now_ns), ==, 10);
	now_ns += AVU_NS_PER_S / 10;
	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 100, now_ns), ==, 1);
	now_ns += 3600 * AVU_NS_PER_S;
	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 100, now_ns), ==, 20);
}

static void
test_all_sources(void)
{
	g_autoptr(Budget) budget = budget_new();
	int64_t now_ns = AVU_NS_PER_S;
	unsigned spent = 0;

	for (in_addr_t source = 1; source <= 1000; source++) {
		spent += spend_many(budget, BUDGET_REPLIES, source, 10, now_ns);
	}
	g_assert_cmpuint(spent, ==, 1000);
	now_ns += AVU_NS_PER_S;
	spent = 0;
	for (in_addr_t source = 1; source <= 1000; source++) {
		spent += spend_many(budget, BUDGET_REPLIES, source, 10, now_ns);
	}
	g_assert_cmpuint(spent, ==, 1000);
}

/* More sources than the table has places: one that keeps asking is not forgotten for them. */
static void
test_forgetting(void)
{
	g_autoptr(Budget) budget = budget_new();
	int64_t now_ns = AVU_NS_PER_S;

	g_assert_cmpuint(spend_many(budget, BUDGET_SEARCHES, 1, 20, now_ns), ==, 20);
	for (in_addr_t source = 1000; source < 3000; source++) {
		now_ns += AVU_NS_PER_MS / 100;
		(void)spend(budget, BUDGET_NOTICES, source, now_ns);
		g_assert_false(spend(budget, BUDGET_SEARCHES, 1, now_ns));
	}
}

/* LIM-03: one host with 64 addresses, of the link or of the site, leaves half of all to others. */
static void
test_one_network(void)
{
	static const char *const networks[] = { "fe80::", "fd00:1::" };

	for (unsigned i = 0; i < G_N_ELEMENTS(networks); i++) {
		g_autoptr(Budget) budget = budget_new();
		const int64_t now_ns = AVU_NS_PER_S;
		unsigned spent = 0;
		struct in6_addr address;

		g_assert_cmpint(inet_pton(AF_INET6, networks[i], &address), ==, 1);
		for (unsigned host = 0; host < 64; host++) {
			address.s6_addr[15] = (uint8_t)host;
			const BudgetSource source = budget_source6(&address);

			for (unsigned n = 0; n < 500; n++) {
				spent += budget_spend(budget, BUDGET_NOTICES, &source, now_ns);
			}
			/* what one address has is its own */
			g_assert_cmpuint(spent, ==, MIN((host + 1) * 400, 500));
		}
		g_assert_cmpuint(spend_many(budget, BUDGET_NOTICES, 1, 500, now_ns), ==, 400);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/budget/one-source", test_one_source);
	g_test_add_func("/link/budget/all-sources", test_all_sources);
	g_test_add_func("/link/budget/forgetting", test_forgetting);
	g_test_add_func("/link/budget/one-network", test_one_network);
	return g_test_run();
}
