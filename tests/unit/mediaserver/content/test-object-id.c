/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/content/object-id.h"

static const struct {
	const char *text;
	bool good;
	bool container; /* names one */
	int64_t item;
	const char *why;
} rows[] = {
	{ "0", true, true, 0, "root" },
	{ "music-artists", true, true, 0, "a view" },
	{ "c00000000000002a", true, true, 0, "a group" },
	{ "i00000000000002a", true, false, 42, "an item" },
	{ "music-tracks.i00000000000002a", true, true, 42, "a reference" },
	{ "c00000000000002a.i00000000000002b", true, true, 43, "a reference in a group" },
	{ "", false, false, 0, "empty" },
	{ "-1", false, false, 0, "parent of the root" },
	{ "music-nothing", false, false, 0, "no such view" },
	{ "i2a", false, false, 0, "too short" },
	{ "i00000000000002A", false, false, 0, "capitals: one object would have two ids" },
	{ "i00000000000002a ", false, false, 0, "blank behind" },
	{ "i000000000000000", false, false, 0, "zero is nobody" },
	{ "i00000000000002a.i00000000000002a", false, false, 0, "an item holds nothing" },
	{ "music-tracks.music", false, false, 0, "a container is no reference" },
	{ "../etc/passwd", false, false, 0, "no path" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ObjectId id = { 0 };

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(object_id_parse(rows[i].text, &id), ==, rows[i].good);
		if (rows[i].good) {
			g_assert_cmpint(id.container != 0, ==, rows[i].container);
			g_assert_cmpint(id.item, ==, rows[i].item);
		}
	}
}

static void
test_format(void)
{
	char text[OBJECT_ID_MAX];

	object_id_format_item(text, 42);
	g_assert_cmpstr(text, ==, "i00000000000002a");
	object_id_format_container(text, 42, NULL);
	g_assert_cmpstr(text, ==, "c00000000000002a");
	object_id_format_container(text, 42, view_find("video"));
	g_assert_cmpstr(text, ==, "video");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(views_load(NULL));
	g_test_add_func("/content/object-id/parse", test_parse);
	g_test_add_func("/content/object-id/format", test_format);
	return g_test_run();
}
