/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where playing stopped, from what was fetched: minutes, by hand. */
#include "mediaserver/delivery/reports.h"

#define MIN_NS (60 * AVU_NS_PER_S)

static const struct {
	ItemKind kind;
	int64_t duration, start, elapsed, reached; /* minutes */
	int64_t position;                          /* minutes; -1: nothing is kept; -2: watched */
	const char *why;
} rows[] = {
	{ ITEM_VIDEO, 100, 0, 40, 45, 40, "played from the start" },
	{ ITEM_VIDEO, 100, 30, 20, 60, 50, "after a seek" },
	{ ITEM_VIDEO, 100, 0, 120, 20, 20, "paused for long: no more than was fetched" },
	{ ITEM_VIDEO, 100, 0, 95, 100, -2, "to the end" },
	{ ITEM_VIDEO, 100, 80, 12, 100, -2, "the last part" },
	{ ITEM_VIDEO, 100, 80, 11, 100, 91, "nearly to the end" },
	{ ITEM_VIDEO, 100, 0, 0, 100, -1, "copied at once" },
	{ ITEM_VIDEO, 100, 50, 20, 40, -1, "nothing that was fetched" },
	{ ITEM_VIDEO, 4, 0, 3, 4, -1, "a short film" },
	{ ITEM_AUDIO, 4, 0, 3, 4, -1, "a song" },
	{ ITEM_AUDIO, 60, 0, 30, 40, 30, "an audio book" },
	{ ITEM_IMAGE, 60, 0, 30, 40, -1, "a picture" },
	{ ITEM_VIDEO, 0, 0, 30, 40, -1, "how long it is, is not known" },
};

static void
test_estimate(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Stopped stopped;
		const Fetched fetched = { rows[i].start * MIN_NS, rows[i].reached * MIN_NS,
			rows[i].elapsed * MIN_NS };
		const bool kept = reports_estimate(
			rows[i].kind, rows[i].duration * MIN_NS, &fetched, MIN_NS / 2, &stopped);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(kept, ==, rows[i].position != -1);
		if (kept) {
			g_assert_cmpint(stopped.watched, ==, rows[i].position == -2);
			g_assert_cmpint(stopped.position_ns, ==,
				rows[i].position == -2 ? AVU_TIME_NONE : rows[i].position * MIN_NS);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reports/estimate", test_estimate);
	return g_test_run();
}
