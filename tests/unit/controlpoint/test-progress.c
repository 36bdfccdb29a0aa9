/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "output/progress.h"

#define MIB (1024 * 1024)

static const struct {
	uint64_t from;
	int64_t total;
	uint64_t octets;
	int64_t elapsed_ns;
	const char *line;
	const char *why;
} rows[] = {
	{ 0, 4 * MIB, MIB, AVU_NS_PER_S, "song  25 %  1.0 MiB  1.0 MiB/s  0:03 left", "a quarter" },
	{ 2 * MIB, 4 * MIB, 3 * MIB, AVU_NS_PER_S, "song  75 %  3.0 MiB  1.0 MiB/s  0:01 left",
		"what was there before is no speed" },
	{ 0, -1, 3 * MIB, 3 * AVU_NS_PER_S, "song  3.0 MiB  1.0 MiB/s", "length not known" },
	{ 0, 4 * MIB, 0, AVU_NS_PER_S, "song  0 %  0 B  0 B/s", "nothing came: no end in sight" },
	{ 0, 3700 * (int64_t)MIB, 100 * MIB, 100 * AVU_NS_PER_S,
		"song  2 %  100.0 MiB  1.0 MiB/s  60:00 left", "an hour" },
	{ 0, MIB, 2 * MIB, AVU_NS_PER_S, "song  200 %  2.0 MiB  2.0 MiB/s  0:00 left",
		"more than was announced" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char name[] = "song";
		const Progress progress = {
			.name = name, .from = rows[i].from, .total = rows[i].total
		};
		g_autofree char *line =
			progress_format(&progress, rows[i].octets, rows[i].elapsed_ns);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(line, ==, rows[i].line);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/progress/format", test_rows);
	return g_test_run();
}
