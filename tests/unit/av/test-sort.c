/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SortCriteria (spec/upnp-av-contentdirectory.md 4.3). */
#include <string.h>

#include <av-upnp/content-directory.h>
#include <av-upnp/error.h>

static const struct {
	const char *text;
	int n; /* -1: 709 */
	AvuSortKey keys[3];
	const char *why;
} rows[] = {
	{ "", 0, { { 0 } }, "the container's own order" },
	{ "+dc:title", 1, { { AVU_SORT_TITLE, false } }, "one key" },
	{ "-dc:date", 1, { { AVU_SORT_DATE, true } }, "descending" },
	{ "+upnp:artist,-dc:date,+dc:title", 3,
		{ { AVU_SORT_ARTIST, false }, { AVU_SORT_DATE, true }, { AVU_SORT_TITLE, false } },
		"three keys" },
	{ "+upnp:album, +upnp:originalTrackNumber", 2,
		{ { AVU_SORT_ALBUM, false }, { AVU_SORT_TRACK, false } }, "blank" },
	{ "+upnp:class,", 1, { { AVU_SORT_CLASS, false } }, "comma at the end" },
	{ "+dc:title,-dc:title,+dc:title", 1, { { AVU_SORT_TITLE, false } },
		"the first time counts" },
	{ "+upnp:artist,-dc:creator", 1, { { AVU_SORT_ARTIST, false } }, "two names of one key" },
	{ "dc:title", -1, { { 0 } }, "modifier absent" },
	{ "TIME+dc:date", -1, { { 0 } }, "modifier of version 2" },
	{ "+dc:Title", -1, { { 0 } }, "names keep their case" },
	{ "+upnp:rating", -1, { { 0 } }, "property not offered" },
	{ "+dc:title,+upnp:rating", -1, { { 0 } }, "one of two not offered" },
	{ ",", -1, { { 0 } }, "nothing before the comma" },
	{ "+", -1, { { 0 } }, "modifier alone" },
	{ "+dc:title,,+dc:date", -1, { { 0 } }, "nothing between commas" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuSortKey keys[AVU_SORT_KEYS_MAX];
		unsigned n = 77;
		g_autoptr(GError) error = NULL;
		const bool accepted = avu_sort_parse(rows[i].text, keys, &n, &error);

		g_test_message("'%s': %s", rows[i].text, rows[i].why);
		if (rows[i].n < 0) {
			g_assert_false(accepted);
			g_assert_error(error, AVU_UPNP_ERROR, 709);
			g_assert_cmpuint(n, ==, 77);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpint(n, ==, rows[i].n);
		for (unsigned k = 0; k < n; k++) {
			g_assert_cmpint(keys[k].property, ==, rows[i].keys[k].property);
			g_assert_cmpint(keys[k].descending, ==, rows[i].keys[k].descending);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sort/parse", test_parse);
	return g_test_run();
}
