/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of views: what is refused with which sentence, what comes of a view, and that conditions say
 * the same of an item in memory as the words they are written in. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/view-sql.h"

#define HOMES                                              \
	"[a-folders]\nTitle=A\nItems=audio\nFolders=yes\n" \
	"[v-folders]\nTitle=V\nItems=video\nFolders=yes\n" \
	"[p-folders]\nTitle=P\nItems=image\nFolders=yes\n"

static const struct {
	const char *text;
	const char *told; /* part of the sentence; NULL: good */
	const char *why;
} rows[] = {
	{ "[x]\nTitle=X\nItems=audio\nLevel1=genre\n", NULL, "shortest view" },
	{ "[x]\nTitl=X\n", "F:14:1: unknown key \"Titl\", did you mean \"Title\"?", "key" },
	{ "[x]\nLevel1.Misisng=X\n", "did you mean \"Level1.Missing\"?", "key of a level" },
	{ "[x]\nLevel5=genre\n", "unknown key \"Level5\"", "too many levels" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1=genr\n",
		"F:16:8: unknown property to group by \"genr\", did you mean \"genre\"?",
		"property" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1=track\n", "unknown property to group by \"track\"",
		"a property that does not group" },
	{ "[x]\nTitle=X\nItems=audio\nSort=titl\n", "did you mean \"title\"?", "sort" },
	{ "[x]\nTitle=X\nItems=sound\n", "\"sound\" is not one of audio, video, image", "items" },
	{ "[x]\nItems=audio\n", "F:13:1: view \"x\" has no Title", "no title" },
	{ "[x]\nTitle=X\nLevel1=genre\n", "says nothing of its Items", "levels without items" },
	{ "[x]\nTitle=X\nItems=audio\nLevel2=genre\n", "Level2 without Level1", "gap" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1.Missing=M\n", "there are keys of Level1 but no Level1",
		"keys of no level" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1=album\nLevel2=album\nLevel3=genre\n",
		"too many levels", "more columns than a container has" },
	{ "[x]\nTitle=X\nParent=a-foldres\n", "did you mean \"a-folders\"?", "parent unknown" },
	{ "[x]\nTitle=X\nParent=a-folders\n", "parent \"a-folders\" has items",
		"parent has items" },
	{ "[x]\nTitle=X\nParent=y\n[y]\nTitle=Y\nParent=x\n", "stands in itself", "loop" },
	{ "[X]\nTitle=X\n", "lower-case letters", "name in capitals" },
	{ "[c0123456789abcde]\nTitle=X\n", "lower-case letters", "a name like a group's id" },
	{ "[x]\nTitle=X\nTitle=Y\n", "stands in this section already", "key twice" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=rating\n", "after \"rating\" comes one of",
		"no operator" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=ratng > 1\n", "did you mean \"rating\"?", "filter" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=rating > high\n", "compared with a number", "value" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=genre = Pop\n", "in double quotes", "no quotes" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=genre > \"Pop\"\n",
		"after \"genre\" comes one of =", "texts have no order" },
	{ "[x]\nTitle=X\nItems=audio\nFilter=rating > 1 or bpm > 1\n", "joined by \"and\"", "or" },
	{ "[x]\nTitle=X\nItems=audio\nLimit=0\n", "not a number from 1", "limit" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1=season\nLevel1.Name=Season\n", "stands for the value",
		"name without the value" },
	{ "[x]\nTitle=X\nItems=audio\nLevel1=year\nLevel1.Sort=-title\n", "is not a number",
		"groups sorted by a text" },
	{ "[x]\nTitle=X\nClass=object.item\n", "not a class derived from", "class of items" },
	{ "[x]\nTitle=X\nItems=audio\nFolders=yes\n", "there must be one", "two homes for audio" },
};

static ViewSet *
read_set(const char *second, GError **error)
{
	g_autoptr(ViewSet) set = view_set_new();
	g_autofree char *text = g_strconcat(HOMES, second, NULL);

	return view_set_add(set, "F", text, strlen(text), error) && view_set_finish(set, error)
		       ? g_steal_pointer(&set)
		       : NULL;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ViewSet) set = read_set(rows[i].text, &error);

		g_test_message("%s: %s", rows[i].why, error != NULL ? error->message : "good");
		if (rows[i].told == NULL) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, rows[i].told));
	}
}

static const View *
find(const ViewSet *set, const char *id)
{
	for (const View *view = view_set_get_views(set); view->id != NULL; view++) {
		if (g_str_equal(view->id, id)) {
			return view;
		}
	}
	return NULL;
}

static void
test_order_and_files(void)
{
	g_autoptr(ViewSet) set = view_set_new();
	static const char first[] = HOMES "[b]\nTitle=B\nParent=top\n[top]\nTitle=Top\n"
					  "[c]\nTitle=C\nParent=top\n";
	static const char second[] = "[b]\nTitle=Changed\nParent=top\n[c]\nTitle=C\nShow=no\n";
	g_autoptr(GError) error = NULL;

	g_assert_true(view_set_add(set, "F", first, strlen(first), &error));
	g_assert_true(view_set_add(set, "G", second, strlen(second), &error));
	g_assert_true(view_set_finish(set, &error));
	const View *view = view_set_get_views(set);

	g_assert_cmpstr(view->id, ==, "0");
	g_assert_cmpstr(find(set, "b")->title, ==, "Changed");
	g_assert_true(find(set, "b") > find(set, "top")); /* parents first */
	g_assert_null(find(set, "c"));
}

static void
test_signature(void)
{
	g_autoptr(ViewSet) one = read_set("[x]\nTitle=X\n", NULL);
	g_autoptr(ViewSet) same = read_set("# a word on it\n[x]\nTitle = X\n", NULL);
	g_autoptr(ViewSet) other = read_set("[x]\nTitle=Y\n", NULL);

	g_assert_cmpint(view_set_get_signature(one), ==, view_set_get_signature(same));
	g_assert_cmpint(view_set_get_signature(one), !=, view_set_get_signature(other));
}

static void
test_filter(void)
{
	static const struct {
		const char *filter;
		bool passes;
	} conditions[] = {
		{ "rating > 60", true }, { "rating >= 80", true }, { "rating > 80", false },
		{ "rating < 80", false }, { "rating <= 80", true }, { "rating = 80", true },
		{ "rating != 80", false }, { "rating exists", true }, { "rating missing", false },
		{ "bpm > 0", false }, { "bpm < 10", false }, /* unknown fulfils no comparison */
		{ "bpm missing", true }, { "bpm exists", false },
		{ "play-count = 0", true }, /* never counted is never played */
		{ "position = 0", true }, { "genre = \"Pop\"", true },
		{ "genre != \"Pop\"", false }, { "camera missing", true },
		{ "camera = \"X\"", false }, { "camera != \"X\"", false },
		{ "rating > 60 and genre = \"Pop\"", true },
		{ "rating > 60 and bpm exists", false },
		{ "duration >= 2400 and duration < 2402", true }, /* seconds */
	};
	Item item;

	item_init(&item);
	item.rating = 80;
	item.genre = item.group_genre = "Pop";
	item.duration_ns = INT64_C(2401500000000);
	for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ViewFilter) filter = view_filter_parse(conditions[i].filter, &error);

		g_test_message("%s", conditions[i].filter);
		g_assert_no_error(error);
		g_assert_true(view_filter_passes(filter, &item) == conditions[i].passes);
	}
}

static void
test_filter_sql(void)
{
	g_autoptr(ViewFilter) filter = view_filter_parse(
		"genre = \"Rock 'n' Roll\" and play-count = 0 and camera missing", NULL);
	g_autoptr(GString) sql = g_string_new(NULL);

	view_sql_append_filter(sql, filter);
	g_assert_cmpstr(sql->str, ==,
		" AND nullif(group_genre, '') = 'Rock ''n'' Roll' AND ifnull(play_count, 0) = 0"
		" AND camera IS NULL");
}

static void
test_shipped(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ViewSet) set = NULL;

	g_setenv(
		"XDG_CONFIG_HOME", "/nonexistent", TRUE); /* GLib reads it once, at the first use */
	static const char *const split[] = { "music-tracks", NULL };

	set = view_set_load(split, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(find(set, "music-artists")->n_levels, ==, 2);
	g_assert_cmpstr(find(set, "music-tracks")->levels[0].property->name, ==, "initial");
	g_assert_cmpuint(find(set, "video-all")->n_levels, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/views/rows", test_rows);
	g_test_add_func("/views/order-and-files", test_order_and_files);
	g_test_add_func("/views/signature", test_signature);
	g_test_add_func("/views/filter", test_filter);
	g_test_add_func("/views/filter-sql", test_filter_sql);
	g_test_add_func("/views/shipped", test_shipped);
	return g_test_run();
}
