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
	{ "+dc:title", 1, { { AVU_PROPERTY_TITLE, false, false } }, "one key" },
	{ "-dc:date", 1, { { AVU_PROPERTY_DATE, true, false } }, "descending" },
	{ "+upnp:artist,-dc:date,+dc:title", 3,
		{ { AVU_PROPERTY_ARTIST, false, false }, { AVU_PROPERTY_DATE, true, false },
			{ AVU_PROPERTY_TITLE, false, false } },
		"three keys" },
	{ "+upnp:album, +upnp:originalTrackNumber", 2,
		{ { AVU_PROPERTY_ALBUM, false, false }, { AVU_PROPERTY_TRACK, false, false } },
		"blank" },
	{ "+upnp:class,", 1, { { AVU_PROPERTY_CLASS, false, false } }, "comma at the end" },
	{ "+dc:title,-dc:title,+dc:title", 1, { { AVU_PROPERTY_TITLE, false, false } },
		"the first time counts" },
	{ "TIME+dc:date", 1, { { AVU_PROPERTY_DATE, false, true } }, "hours, version 2" },
	{ "TIME-dc:date,+dc:date", 2,
		{ { AVU_PROPERTY_DATE, true, true }, { AVU_PROPERTY_DATE, false, false } },
		"hours, then the whole date" },
	{ "dc:title", -1, { { 0 } }, "modifier absent" },
	{ "TIME+dc:title", -1, { { 0 } }, "a title has no hours" },
	{ "time+dc:date", -1, { { 0 } }, "modifiers keep their case" },
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
	static const AvuProperty offered[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_DATE,
		AVU_PROPERTY_ARTIST, AVU_PROPERTY_ALBUM, AVU_PROPERTY_TRACK, AVU_PROPERTY_CLASS };
	AvuPropertySet known = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(offered); i++) {
		avu_property_set_add(&known, offered[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuSortKey keys[AVU_SORT_KEYS_MAX];
		unsigned n = 77;
		g_autoptr(GError) error = NULL;
		const bool accepted = avu_sort_parse(rows[i].text, &known, keys, &n, &error);

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
			g_assert_cmpint(keys[k].time_of_day, ==, rows[i].keys[k].time_of_day);
		}
	}
}

/* More keys than are looked at are refused, not forgotten. */
static void
test_limit(void)
{
	const AvuPropertySet known = { { UINT64_MAX, UINT64_MAX } };
	g_autoptr(GString) text = g_string_new(NULL);
	AvuSortKey keys[AVU_SORT_KEYS_MAX];
	unsigned n;

	for (unsigned i = 0; i < AVU_SORT_KEYS_MAX; i++) {
		g_string_append_printf(
			text, "%s+%s", i == 0 ? "" : ",", avu_property_get_name((AvuProperty)i));
	}
	g_assert_true(avu_sort_parse(text->str, &known, keys, &n, NULL));
	g_assert_cmpuint(n, ==, AVU_SORT_KEYS_MAX);
	g_string_append_printf(text, ",+%s", avu_property_get_name((AvuProperty)AVU_SORT_KEYS_MAX));
	g_assert_false(avu_sort_parse(text->str, &known, keys, &n, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sort/parse", test_parse);
	g_test_add_func("/sort/limit", test_limit);
	return g_test_run();
}
