/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of properties: no hole, no name twice, found under their names. */
#include <av-upnp/object.h>

static void
test_table(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < AVU_N_PROPERTIES; i++) {
		const AvuPropertySpec *spec = avu_property_get_spec((AvuProperty)i);

		g_assert_nonnull(spec->name); /* a line of the enum without a row */
		g_assert_true(g_hash_table_add(names, (void *)spec->name));
		g_assert_true(
			(spec->flags & (AVU_PROPERTY_ON_ITEM | AVU_PROPERTY_ON_CONTAINER)) != 0);

		const AvuCursor name = avu_cursor_string(spec->name);
		AvuProperty found;

		g_assert_true(avu_property_find(&name, &found));
		g_assert_cmpuint(found, ==, i);
	}
}

static const struct {
	const char *name;
	int property; /* -1: none */
	const char *why;
} rows[] = {
	{ "dc:title", AVU_PROPERTY_TITLE, "element" },
	{ "@parentID", AVU_PROPERTY_PARENT_ID, "attribute" },
	{ "parentID", AVU_PROPERTY_PARENT_ID, "attribute of old control points" },
	{ "res@size", AVU_PROPERTY_RES_SIZE, "attribute of an element" },
	{ "upnp:artist[@role=\"AlbumArtist\"]", AVU_PROPERTY_ALBUM_ARTIST, "with a condition" },
	{ "upnp:lastPlaybackPosition", AVU_PROPERTY_LAST_PLAYBACK_POSITION, "element" },
	{ "", -1, "empty" },
	{ "title", -1, "prefix absent" },
	{ "dc:Title", -1, "names keep their case" },
	{ "dc:title ", -1, "blank behind" },
	{ "es@size", -1, "end of a name" },
};

static void
test_find(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuCursor name = avu_cursor_string(rows[i].name);
		AvuProperty found = AVU_N_PROPERTIES;

		g_test_message("'%s': %s", rows[i].name, rows[i].why);
		g_assert_cmpint(avu_property_find(&name, &found), ==, rows[i].property >= 0);
		if (rows[i].property >= 0) {
			g_assert_cmpint(found, ==, rows[i].property);
		}
	}
}

static void
test_set(void)
{
	AvuPropertySet set = { 0 };
	g_autofree char *none = avu_property_set_format(&set);

	avu_property_set_add(&set, AVU_PROPERTY_RES_SUBTITLE_URI); /* of the last word */
	avu_property_set_add(&set, AVU_PROPERTY_TITLE);

	g_autofree char *two = avu_property_set_format(&set);

	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(two, ==, "dc:title,res@pv:subtitleFileUri");
	g_assert_false(avu_property_set_has(&set, AVU_PROPERTY_ID));
}

static void
test_values(void)
{
	static const struct {
		const char *text;
		const char *values[4];
	} texts[] = {
		{ "A", { "A" } },
		{ "", { "" } },
		{ "A\037B\037C", { "A", "B", "C" } },
		{ "\037", { "", "" } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *at = texts[i].text;
		AvuCursor value;
		unsigned n = 0;

		for (; avu_object_next_value(&at, &value); n++) {
			g_assert_nonnull(texts[i].values[n]);
			g_assert_true(avu_cursor_equal(&value, texts[i].values[n]));
		}
		g_assert_null(texts[i].values[n]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/property/table", test_table);
	g_test_add_func("/property/find", test_find);
	g_test_add_func("/property/set", test_set);
	g_test_add_func("/property/values", test_values);
	return g_test_run();
}
