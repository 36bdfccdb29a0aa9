/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters: both texts as the formats want them, and no count lost between threads. */
#include <pthread.h>

#include <av-upnp/counters.h>

#define THREADS 8
#define TIMES 20000

static const AvuCounterSpec level = { "av_b_connections", "connections now", NULL, NULL,
	AVU_COUNTER_LEVEL };
static const AvuCounterSpec good = { "av_a_requests_total", "requests", "status", "2xx",
	AVU_COUNTER_TOTAL };
static const AvuCounterSpec bad = { "av_a_requests_total", "requests", "status", "4xx",
	AVU_COUNTER_TOTAL };
static const AvuCounterSpec asked = { "av_c_octets", "octets held", NULL, NULL, AVU_COUNTER_LEVEL };

static int64_t
read_source(void *data)
{
	return *(int64_t *)data;
}

static void
test_texts(void)
{
	g_autoptr(AvuCounters) counters = avu_counters_new();
	int64_t held = -7;
	g_autofree char *empty_json = avu_counters_format_json(counters);
	g_autofree char *empty_text = avu_counters_format_prometheus(counters);
	AvuCounter *refused = avu_counters_add(counters, &bad);
	AvuCounter *connections = avu_counters_add(counters, &level);

	g_assert_cmpstr(empty_json, ==, "{}");
	g_assert_cmpstr(empty_text, ==, "");
	avu_counters_add_source(counters, &asked, read_source, &held);
	avu_counter_add(avu_counters_add(counters, &good), 5);
	avu_counter_add(avu_counters_add(counters, &good), INT64_C(5000000000));
	avu_counter_add(refused, 1);
	avu_counter_add(connections, 3);
	avu_counter_add(connections, -1);
	g_assert_cmpint(avu_counter_get(connections), ==, 2);

	g_autofree char *json = avu_counters_format_json(counters);
	g_autofree char *text = avu_counters_format_prometheus(counters);

	g_assert_cmpstr(json, ==,
		"{\"av_a_requests_total\":{\"2xx\":5000000005,\"4xx\":1},"
		"\"av_b_connections\":2,\"av_c_octets\":-7}");
	g_assert_cmpstr(text, ==,
		"# HELP av_a_requests_total requests\n"
		"# TYPE av_a_requests_total counter\n"
		"av_a_requests_total{status=\"2xx\"} 5000000005\n"
		"av_a_requests_total{status=\"4xx\"} 1\n"
		"# HELP av_b_connections connections now\n"
		"# TYPE av_b_connections gauge\n"
		"av_b_connections 2\n"
		"# HELP av_c_octets octets held\n"
		"# TYPE av_c_octets gauge\n"
		"av_c_octets -7\n");
}

static void
test_nobody(void)
{
	AvuCounter *none = avu_counters_add(NULL, &level);

	g_assert_null(none);
	avu_counter_add(none, 1);
	avu_counter_set(none, 1);
	g_assert_cmpint(avu_counter_get(none), ==, 0);
	avu_counters_add_source(NULL, &asked, read_source, NULL);
}

/* Texts are written as they are: one that would need an escape is refused where it is registered. */
static void
test_refused(void)
{
	static const struct {
		AvuCounterSpec spec;
		const char *why;
	} rows[] = {
		{ { "", "x", NULL, NULL, AVU_COUNTER_TOTAL }, "no name" },
		{ { "1_total", "x", NULL, NULL, AVU_COUNTER_TOTAL }, "begins with a digit" },
		{ { "av_Total", "x", NULL, NULL, AVU_COUNTER_TOTAL }, "a capital" },
		{ { "av total", "x", NULL, NULL, AVU_COUNTER_TOTAL }, "a blank" },
		{ { "av_total", "x\ny", NULL, NULL, AVU_COUNTER_TOTAL }, "help of two lines" },
		{ { "av_total", "x\\y", NULL, NULL, AVU_COUNTER_TOTAL }, "a backslash in it" },
		{ { "av_total", "x", "kind", NULL, AVU_COUNTER_TOTAL }, "a label without a value" },
		{ { "av_total", "x", NULL, "a", AVU_COUNTER_TOTAL }, "a value without a label" },
		{ { "av_total", "x", "a-b", "a", AVU_COUNTER_TOTAL }, "a label that is no name" },
		{ { "av_total", "x", "kind", "a\"b", AVU_COUNTER_TOTAL }, "a quote" },
		{ { "av_total", "x", "kind", "a\\b", AVU_COUNTER_TOTAL }, "a backslash" },
		{ { "av_total", "x", "kind", "a\nb", AVU_COUNTER_TOTAL }, "two lines" },
		{ { "av_total", "x", "kind", "\xc3\xa4", AVU_COUNTER_TOTAL }, "not ASCII" },
	};
	g_autoptr(AvuCounters) counters = avu_counters_new();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_test_expect_message(G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*assertion*");
		g_assert_null(avu_counters_add(counters, &rows[i].spec));
		g_test_assert_expected_messages();
	}
	g_autofree char *json = avu_counters_format_json(counters);

	g_assert_cmpstr(json, ==, "{}");
}

static void *
count(void *data)
{
	for (int i = 0; i < TIMES; i++) {
		avu_counter_add(avu_counters_add(data, i % 2 == 0 ? &good : &bad), 1);
	}
	return NULL;
}

static void
test_threads(void)
{
	g_autoptr(AvuCounters) counters = avu_counters_new();
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		g_assert_cmpint(pthread_create(&threads[i], NULL, count, counters), ==, 0);
	}
	for (int i = 0; i < THREADS; i++) {
		g_autofree char *text = avu_counters_format_json(counters);

		g_assert_nonnull(text);
		pthread_join(threads[i], NULL);
	}
	g_assert_cmpint(
		avu_counter_get(avu_counters_add(counters, &good)), ==, THREADS * TIMES / 2);
	g_assert_cmpint(avu_counter_get(avu_counters_add(counters, &bad)), ==, THREADS * TIMES / 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/counters/texts", test_texts);
	g_test_add_func("/base/counters/nobody", test_nobody);
	g_test_add_func("/base/counters/refused", test_refused);
	g_test_add_func("/base/counters/threads", test_threads);
	return g_test_run();
}
