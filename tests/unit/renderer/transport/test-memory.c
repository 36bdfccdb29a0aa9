/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transport as text: what is written comes back, what makes no sense is nothing. */
#include <string.h>

#include "transport/memory.h"

#define S AVU_NS_PER_S
#define TEXT(track, position)                                                                \
	"{\"uri\":\"http://h/a\",\"metadata\":\"<m/>\",\"next_uri\":\"\",\"next_metadata\":" \
	"\"\",\"mode\":\"SHUFFLE\",\"track\":" track ",\"position_ms\":" position "}"

static void
test_round_trip(void)
{
	const AvuTransportMemory memory = { .uri = (char *)"http://h/\xc3\xa4\"\\",
		.metadata = (char *)"<a>\n\t</a>",
		.next_uri = (char *)"b",
		.next_metadata = (char *)"",
		.mode = (char *)"RANDOM",
		.track = 4294967295u,
		.position_ns = 3723 * S + 45 * AVU_NS_PER_MS };
	g_autofree char *text = memory_format(&memory);
	g_auto(AvuTransportMemory) again;

	g_assert_null(strchr(text, '\n'));
	g_assert_true(memory_parse(text, strlen(text), &again));
	g_assert_cmpstr(again.uri, ==, memory.uri);
	g_assert_cmpstr(again.metadata, ==, memory.metadata);
	g_assert_cmpstr(again.next_uri, ==, memory.next_uri);
	g_assert_cmpstr(again.next_metadata, ==, memory.next_metadata);
	g_assert_cmpstr(again.mode, ==, memory.mode);
	g_assert_cmpuint(again.track, ==, memory.track);
	g_assert_cmpint(again.position_ns, ==, memory.position_ns);
}

static const struct {
	const char *text;
	bool good;
	const char *why;
} rows[] = {
	{ TEXT("1", "0"), true, "plain" },
	{ TEXT("4294967295", "3600000000"), true, "the largest" },
	{ TEXT("4294967296", "0"), false, "no ui4" },
	{ TEXT("-1", "0"), false, "negative" },
	{ TEXT("1", "3600000001"), false, "more than a thousand hours" },
	{ TEXT("1", "-1"), false, "before the start" },
	{ TEXT("1", "1.5"), false, "no integer" },
	{ TEXT("\"1\"", "0"), false, "a text" },
	{ TEXT("1,\"track\":2", "0"), false, "twice" },
	{ "{}", false, "nothing in it" },
	{ "[]", false, "no object" },
	{ "", false, "empty" },
	{ "{\"track\":1,\"position_ms\":0,\"uri\":5}", false, "a number for a text" },
	{ "{\"track\":1", false, "cut off" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(AvuTransportMemory) memory;

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(memory_parse(rows[i].text, strlen(rows[i].text), &memory), ==,
			rows[i].good);
		g_assert_cmpint(memory.uri != NULL, ==, rows[i].good);
	}
}

static void
test_extent(void)
{
	for (unsigned i = 0; memory_extents[i] != NULL; i++) {
		g_assert_cmpint(memory_extent_parse(memory_extents[i]), ==, i);
	}
	g_assert_cmpstr(memory_extents[MEMORY_ALL], ==, "all");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/round-trip", test_round_trip);
	g_test_add_func("/memory/parse", test_parse);
	g_test_add_func("/memory/extent", test_extent);
	return g_test_run();
}
