/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pauses before a server is asked again: how long the first ones are, that none is so long that a
 * server that came back stays unnoticed for 2 s, and where patience ends. */

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "libav-upnp/stream/back-off.h"

static const struct {
	BackOffReason reason;
	int64_t asked_ms; /* -1: not said */
	int pauses_ms[5]; /* the first ones, without randomness */
	const char *why;
} rows[] = {
	{ BACK_OFF_BROKEN, -1, { 0, 100, 200, 400, 800 }, "a break is mended at once" },
	{ BACK_OFF_ABSENT, -1, { 200, 300, 450, 675, 1000 }, "nobody there" },
	{ BACK_OFF_SILENT, -1, { 50, 100, 200, 300, 300 }, "a deadline was pause enough" },
	{ BACK_OFF_BUSY, -1, { 500, 1000, 2000, 2000, 2000 }, "busy" },
	{ BACK_OFF_BUSY, 3000, { 3000, 3000, 3000, 3000, 3000 }, "busy, its own word" },
	{ BACK_OFF_BUSY, 1, { 500, 1000, 2000, 2000, 2000 }, "its word is too short" },
	{ BACK_OFF_BUSY, 3600000, { 5000, 5000, 5000, 5000, 5000 }, "its word is too long" },
	{ BACK_OFF_ABSENT, 3000, { 200, 300, 450, 675, 1000 }, "only the busy have a word" },
	{ BACK_OFF_GROWING, -1, { 500, 750, 1125, 1687, 2000 }, "more is made of it" },
	{ BACK_OFF_MISSING, -1, { 500, 500, 500, 500, 500 }, "does not know it yet" },
};

static void
test_pauses(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t asked_ns =
			rows[i].asked_ms >= 0 ? rows[i].asked_ms * AVU_NS_PER_MS : AVU_TIME_NONE;
		BackOff back_off = { 0 };

		for (unsigned round = 0; round < 2; round++) {
			for (size_t k = 0; k < G_N_ELEMENTS(rows[i].pauses_ms); k++) {
				int64_t next_ns =
					back_off_next(&back_off, rows[i].reason, asked_ns, 1000, 0);

				g_test_message("%s: %zu", rows[i].why, k);
				g_assert_cmpint(
					(next_ns - 1000) / AVU_NS_PER_MS, ==, rows[i].pauses_ms[k]);
			}
			back_off_reset(&back_off); /* octets came: from the beginning */
		}
	}
}

/* Randomness shortens, by a fifth at most; no pause of ours grows beyond 2 s. */
static void
test_bounds(void)
{
	for (unsigned reason = 0; reason < BACK_OFF_REASONS; reason++) {
		BackOff plain = { 0 }, random = { 0 };

		for (unsigned i = 0; i < 200; i++) {
			int64_t plain_ns = back_off_next(&plain, reason, AVU_TIME_NONE, 0, 0);
			int64_t random_ns = back_off_next(&random, reason, AVU_TIME_NONE, 0, 999);

			g_assert_cmpint(plain_ns, <=, 2 * AVU_NS_PER_S);
			g_assert_cmpint(random_ns, <=, plain_ns - plain_ns / 6);
			g_assert_cmpint(random_ns, >=, plain_ns * 4 / 5);
		}
	}
}

static void
test_patience(void)
{
	BackOff back_off = { 0 };

	/* 5 s of "not found" are the time a server needs to start; then it means it. */
	g_assert_cmpint(
		back_off_next(&back_off, BACK_OFF_MISSING, AVU_TIME_NONE, 0, 0), !=, AVU_TIME_NONE);
	g_assert_cmpint(
		back_off_next(&back_off, BACK_OFF_MISSING, AVU_TIME_NONE, 5 * AVU_NS_PER_S - 1, 0),
		!=, AVU_TIME_NONE);
	g_assert_cmpint(
		back_off_next(&back_off, BACK_OFF_MISSING, AVU_TIME_NONE, 5 * AVU_NS_PER_S, 0), ==,
		AVU_TIME_NONE);
	/* Another way to fail in between begins anew. */
	(void)back_off_next(&back_off, BACK_OFF_ABSENT, AVU_TIME_NONE, 6 * AVU_NS_PER_S, 0);
	g_assert_cmpint(
		back_off_next(&back_off, BACK_OFF_MISSING, AVU_TIME_NONE, 7 * AVU_NS_PER_S, 0), !=,
		AVU_TIME_NONE);
	for (unsigned i = 0; i < 1000; i++) {
		g_assert_cmpint(back_off_next(&back_off, BACK_OFF_ABSENT, AVU_TIME_NONE,
					i * 60 * AVU_NS_PER_S, 0),
			!=, AVU_TIME_NONE);
	}
}

static void
test_reasons(void)
{
	static const struct {
		bool answered;
		int code; /* of the error; 0: none */
		BackOffReason reason;
		const char *why;
	} ends[] = {
		{ true, AVU_ERROR_UNREACHABLE, BACK_OFF_BROKEN, "in the middle" },
		{ true, AVU_ERROR_TIMEOUT, BACK_OFF_BROKEN, "likewise, by silence" },
		{ true, 0, BACK_OFF_BROKEN, "shorter than announced" },
		{ false, AVU_ERROR_TIMEOUT, BACK_OFF_SILENT, "no head came in time" },
		{ false, AVU_ERROR_UNREACHABLE, BACK_OFF_ABSENT, "nobody is there" },
		{ false, 0, BACK_OFF_ABSENT, "closed without a word" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autoptr(GError) error =
			ends[i].code != 0 ? g_error_new_literal(AVU_ERROR, ends[i].code, "") : NULL;

		g_test_message("%s", ends[i].why);
		g_assert_cmpint(back_off_reason_for(ends[i].answered, error), ==, ends[i].reason);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/back-off/pauses", test_pauses);
	g_test_add_func("/back-off/bounds", test_bounds);
	g_test_add_func("/back-off/patience", test_patience);
	g_test_add_func("/back-off/reasons", test_reasons);
	return g_test_run();
}
