/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table that stays small, whatever a file holds. */
#include "mediaserver/worker/points.h"

static void
test_halving(void)
{
	g_auto(Points) points = { 0 };

	points_init(&points, 8);
	for (int i = 0; i < 1000; i++) {
		points_add(&points, i * AVU_NS_PER_S, (uint64_t)i * 100 + 5);
	}
	g_assert_cmpuint(points.n, >=, 4);
	g_assert_cmpuint(points.n, <=, 8);
	g_assert_cmpint(points.points[0].time_ns, ==, 0);
	for (uint32_t i = 0; i < points.n; i++) {
		int64_t second = points.points[i].time_ns / AVU_NS_PER_S;

		/* a pair stays a pair */
		g_assert_cmpuint(points.points[i].byte, ==, (uint64_t)second * 100 + 5);
		g_assert_true(i == 0 || points.points[i].time_ns > points.points[i - 1].time_ns);
	}
	/* evenly: the widest step is not more than thrice the average */
	for (uint32_t i = 1; i < points.n; i++) {
		g_assert_cmpint(points.points[i].time_ns - points.points[i - 1].time_ns, <=,
			3 * (1000 / points.n + 1) * AVU_NS_PER_S);
	}
	g_assert_cmpint(
		1000 * AVU_NS_PER_S - points.points[points.n - 1].time_ns, <=, 300 * AVU_NS_PER_S);
}

static void
test_what_is_not_taken(void)
{
	g_auto(Points) points = { 0 };

	points_init(&points, 8);
	points_add(&points, 10, 100);
	points_add(&points, 9, 200);  /* runs back */
	points_add(&points, 20, 100); /* the same octet: the first time counts */
	points_add(&points, 30, 300);
	g_assert_cmpuint(points.n, ==, 2);
	g_assert_cmpint(points.points[1].time_ns, ==, 30);
}

static void
test_any_order(void)
{
	static const int64_t times[] = { 50, 10, 40, 20, 30, 99 };
	g_auto(Points) points = { 0 };

	points_init(&points, 5);
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		points_put(&points, times[i], (uint64_t)times[i]);
	}
	g_assert_cmpuint(points.n, ==, 5); /* the last found no room */
	for (uint32_t i = 0; i < 5; i++) {
		g_assert_cmpint(points.points[i].time_ns, ==, (i + 1) * 10);
		g_assert_cmpuint(points.points[i].byte, ==, (i + 1) * 10);
	}
}

/* Whoever reads from a point on meets all that is later. */
static void
test_settle(void)
{
	static const uint64_t before[] = { 10, 30, 20, 50, 40 };
	static const uint64_t after[] = { 10, 20, 20, 40, 40 };
	g_auto(Points) points = { 0 };

	points_init(&points, 8);
	for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
		points_put(&points, (int64_t)i, before[i]);
	}
	points_settle(&points);
	for (size_t i = 0; i < G_N_ELEMENTS(after); i++) {
		g_assert_cmpuint(points.points[i].byte, ==, after[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/points/halving", test_halving);
	g_test_add_func("/worker/points/not-taken", test_what_is_not_taken);
	g_test_add_func("/worker/points/any-order", test_any_order);
	g_test_add_func("/worker/points/settle", test_settle);
	return g_test_run();
}
