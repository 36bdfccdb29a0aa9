/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Other views over items that are there: the tree is the one that a new catalogue would have, whatever
 * it was before; ids stay, numbers of changes only rise. */
#include <signal.h>
#include <sys/resource.h>

#include <av-upnp/error.h>
#include <av-upnp/hash.h>

#include "catalogue-fixture.h"

static const HouseItem items[] = {
	{ "One", "Ann+Bob", "First", "Pop", .year = 1999, .rating = 80 },
	{ "Two", "Bob", "First", "Jazz+Pop", .year = 2001 },
	{ "Three", "Cy", "Second", NULL, .year = 2001 },
	{ "Film", NULL, NULL, "Pop", ITEM_VIDEO },
};

#define GENRES "[genre]\nTitle=G\nItems=audio\nLevel1=genre\nSort=title\n"
#define ARTISTS "[artist]\nTitle=R\nItems=audio\nLevel1=artist\nLevel2=album\n"
#define TOP "[top]\nTitle=T\n"
#define FOLDERS(more) "[a-folders]\nTitle=A\nItems=audio\nFolders=yes\n" more

static const struct {
	const char *before, *after, *why;
} rows[] = {
	{ GENRES, GENRES ARTISTS, "one more" },
	{ GENRES ARTISTS, ARTISTS, "one less" },
	{ GENRES, ARTISTS, "another" },
	{ GENRES, "", "none" },
	{ "", GENRES ARTISTS, "from none" },
	{ GENRES, "[genre]\nTitle=G\nItems=video\nLevel1=genre\n", "of other items" },
	{ GENRES, "[genre]\nTitle=G\nItems=audio\nLevel1=year\nLevel1.Sort=-year\n",
		"by another property" },
	{ GENRES, "[genre]\nTitle=G\nItems=audio\nFilter=year = 2001\nLevel1=genre\n", "filtered" },
	{ GENRES, "[genre]\nTitle=G\nItems=audio\nLevel1=genre\nLevel1.Missing=None\n",
		"with a group of those that have none" },
	{ GENRES, "[genre]\nTitle=Other\nItems=audio\nLevel1=genre\nSort=title\n",
		"another title" },
	{ GENRES, "[genre]\nTitle=G\nItems=audio\nSort=-title\n", "no groups any more" },
	{ "[genre]\nTitle=G\nItems=audio\nSort=title\nLimit=2\n", GENRES, "groups of a list" },
	{ GENRES, TOP "[genre]\nParent=top\nTitle=G\nItems=audio\nLevel1=genre\nSort=title\n",
		"below another" },
	{ TOP "[genre]\nParent=top\nTitle=G\nItems=audio\nLevel1=genre\nSort=title\n", GENRES,
		"at the top again" },
	{ TOP "[genre]\nParent=top\nTitle=G\nItems=audio\nLevel1=genre\n", TOP,
		"what is above is empty, and hidden" },
	{ GENRES ARTISTS, ARTISTS GENRES, "in another order" },
	{ GENRES, TOP FOLDERS("Parent=top\n") GENRES, "folders below another" },
	{ TOP FOLDERS("Parent=top\n") GENRES, TOP FOLDERS("Sort=-title\n") GENRES,
		"folders at the top again, and what was above is empty" },
	{ GENRES, GENRES "[a-folders]\nTitle=On the disk\nItems=audio\nFolders=yes\n",
		"folders by another title" },
	{ GENRES "[some]\nTitle=Z\nItems=audio\nLevel1=genre\nSample=9\nOf=genre\n",
		"[genre]\nTitle=G\nItems=audio\nLevel1=year\n"
		"[some]\nTitle=Z\nItems=audio\nLevel1=year\nSample=9\nOf=genre\n",
		"a sample of what is another view" },
	{ "[artist]\nTitle=R\nItems=audio\nLevel1=artist\nLevel1.Letters=yes\n", ARTISTS,
		"no letters any more" },
	{ ARTISTS, "[artist]\nTitle=R\nItems=audio\nLevel1=artist\nLevel1.Letters=yes\n",
		"letters" },
};

static void
fill(House *house)
{
	catalogue_set_letters_above(house->catalogue, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
		(void)house_put(house, &items[i]);
	}
}

static char *
list_all(House *house)
{
	return house_list_view(house, VIEW_ROOT_ID);
}

/* What a catalogue has that never knew other views. */
static char *
list_fresh(const char *text)
{
	House house;

	views_use(house_views(text));
	house_open(&house);
	fill(&house);
	char *listing = list_all(&house);

	house_clear(&house);
	return listing;
}

static void
check_numbers(House *house, uint32_t before)
{
	g_auto(CatalogueChanges) changes = { NULL };
	const uint32_t now = catalogue_get_update_id(house->catalogue);

	g_assert_cmpuint(now, >, before);
	catalogue_take_changes(house->catalogue, &changes);
	for (guint i = 0; i < changes.changes->len; i++) {
		g_assert_cmpuint(
			g_array_index(changes.changes, CatalogueChange, i).update_id, <=, now);
	}
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *wanted = list_fresh(rows[i].after);
		g_autofree char *at_first = list_fresh(rows[i].before);
		g_autoptr(GError) error = NULL;
		House house;

		g_test_message("%s", rows[i].why);
		house_open(&house);
		fill(&house);
		const uint32_t before = catalogue_get_update_id(house.catalogue);

		(void)catalogue_use_views(house.catalogue, house_views(rows[i].after), &error);
		g_assert_no_error(error);
		g_autofree char *found = list_all(&house);

		g_assert_cmpstr(found, ==, wanted);
		check_numbers(&house, before);
		/* items that come and go find their groups */
		house_remove(
			&house, house_put(&house, &(HouseItem){ "Four", "Dee", "Fourth", "Folk" }));
		g_autofree char *after = list_all(&house);

		g_assert_cmpstr(after, ==, wanted);
		/* and back, at a start: nothing is built anew */
		house_close(&house);
		views_use(house_views(rows[i].before));
		house_open_again(&house);
		catalogue_set_letters_above(house.catalogue, 2);
		g_assert_cmpint(catalogue_count_items(house.catalogue), ==, G_N_ELEMENTS(items));
		house_remove(
			&house, house_put(&house, &(HouseItem){ "Four", "Dee", "Fourth", "Folk" }));
		g_autofree char *back = list_all(&house);

		g_assert_cmpstr(back, ==, at_first);
		house_clear(&house);
	}
}

static void
test_refused(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ViewSet) set = view_set_new();
	static const char moved[] = "[other]\nTitle=A\nItems=audio\nFolders=yes\n"
				    "[v-folders]\nTitle=V\nItems=video\nFolders=yes\n"
				    "[p-folders]\nTitle=P\nItems=image\nFolders=yes\n";
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	fill(&house);
	g_autofree char *before = list_all(&house);

	g_assert_true(view_set_add(set, "M", moved, strlen(moved), NULL));
	g_assert_true(view_set_finish(set, NULL));
	g_assert_false(catalogue_use_views(house.catalogue, g_steal_pointer(&set), &error));
	g_assert_nonnull(error);
	g_autofree char *after = list_all(&house);

	g_assert_cmpstr(after, ==, before);
	house_clear(&house);
}

static const CatalogueChange *
find_change(const CatalogueChanges *changes, const char *view)
{
	for (guint i = 0; i < changes->changes->len; i++) {
		const CatalogueChange *change =
			&g_array_index(changes->changes, CatalogueChange, i);

		if (change->item == 0 &&
			change->container == avu_hash_strings(60, "view", view, NULL)) {
			return change;
		}
	}
	return NULL;
}

static bool
has_update(const CatalogueChanges *changes, const char *view)
{
	for (guint i = 0; i < changes->containers->len; i++) {
		if (g_array_index(changes->containers, CatalogueContainerUpdate, i).id ==
			avu_hash_strings(60, "view", view, NULL)) {
			return true;
		}
	}
	return false;
}

/* Who shows the tree hears of views that come, go, or have another title, and where. */
static void
test_told(void)
{
	static const struct {
		const char *after, *view;
		int kind;
	} told[] = {
		{ GENRES TOP FOLDERS("Parent=top\n"), "a-folders", CATALOGUE_MODIFIED },
		{ GENRES "[a-folders]\nTitle=On the disk\nItems=audio\nFolders=yes\n", "a-folders",
			CATALOGUE_MODIFIED },
		{ GENRES ARTISTS, "artist", CATALOGUE_ADDED },
		{ "[genre]\nTitle=Other\nItems=audio\nLevel1=genre\nSort=title\n", "genre",
			CATALOGUE_MODIFIED },
		{ "", "genre", CATALOGUE_DELETED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
		g_auto(CatalogueChanges) before = { NULL }, changes = { NULL };
		g_autoptr(GError) error = NULL;
		House house;

		views_use(house_views(GENRES));
		house_open(&house);
		catalogue_take_changes(house.catalogue, &before);
		g_assert_cmpuint(before.changes->len, ==, 0); /* nobody was there to be told */
		fill(&house);
		catalogue_take_changes(house.catalogue, &changes);
		catalogue_changes_clear(&changes);
		(void)catalogue_use_views(house.catalogue, house_views(told[i].after), &error);
		g_assert_no_error(error);
		catalogue_take_changes(house.catalogue, &changes);
		const CatalogueChange *change = find_change(&changes, told[i].view);

		g_test_message("%s %s", told[i].view, told[i].after);
		g_assert_nonnull(change);
		g_assert_cmpint(change->kind, ==, told[i].kind);
		g_assert_true(has_update(&changes, VIEW_ROOT_ID));
		house_clear(&house);
	}
}

#define LIST "[list]\nTitle=L\nItems=audio\nSort=title\nLetters=yes\n"

static void
check_balanced(House *house, bool changes, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	bool changed;

	(void)catalogue_balance_views(house->catalogue, &changed, &error);
	g_assert_no_error(error);
	g_assert_cmpint(changed, ==, changes);
	g_autofree char *listing = house_list_view(house, "list");

	g_assert_cmpstr(listing, ==, wanted);
}

/* Of views that no file on the disk has: they stay what they are when a list is divided. */
static void
test_balance(void)
{
	House house;

	views_use(house_views(LIST));
	house_open(&house);
	catalogue_set_letters_above(house.catalogue, 2);
	const int64_t one = house_put(&house, &(HouseItem){ "One" });

	(void)house_put(&house, &(HouseItem){ "Two" });
	check_balanced(&house, false, "One Two");
	(void)house_put(&house, &(HouseItem){ "Three" });
	check_balanced(&house, true, "O(One) T(Three Two)");
	check_balanced(&house, false, "O(One) T(Three Two)");
	/* many still, but all below one letter */
	catalogue_set_letters_above(house.catalogue, 1);
	house_remove(&house, one);
	check_balanced(&house, true, "Three Two");
	check_balanced(&house, false, "Three Two");
	(void)house_put(&house, &(HouseItem){ "One" });
	check_balanced(&house, true, "O(One) T(Three Two)");
	house_clear(&house);
}

/* What was tried leaves nothing behind when the disk is full. */
static void
test_no_room(void)
{
	static const char sampled[] =
		"[artist]\nTitle=R\nItems=audio\nLevel1=artist\n"
		"[some]\nTitle=Z\nItems=audio\nLevel1=artist\nSample=9\nOf=artist\n";
	g_autoptr(GError) error = NULL;
	const HouseItem late = { "Late", "Ann" };
	struct rlimit before, none;
	House house;

	views_use(house_views(sampled));
	house_open(&house);
	fill(&house);
	house_close(&house);
	house_open_again(&house); /* what was chosen is known, the log is empty */
	(void)signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	none = before;
	none.rlim_cur = 1;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
	g_assert_false(catalogue_use_views(house.catalogue, house_views(GENRES), &error));
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_nonnull(error);
	(void)house_put(&house, &late);
	g_autofree char *listing = house_list_view(&house, "some");
	g_autofree char *all = house_list_view(&house, "artist");

	g_assert_nonnull(strstr(all, "Late"));
	g_assert_cmpstr(listing, ==, all);
	house_clear(&house);
}

/* A server that ends does not wait for it. */
static void
test_ending(void)
{
	g_autoptr(GError) error = NULL;
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	fill(&house);
	g_autofree char *before = list_all(&house);

	catalogue_end_long(house.catalogue);
	g_assert_false(catalogue_use_views(house.catalogue, house_views(ARTISTS), &error));
	g_assert_true(g_error_matches(error, AVU_ERROR, AVU_ERROR_CANCELLED) ||
		      g_error_matches(error, AVU_ERROR, AVU_ERROR_TIMEOUT));
	g_autofree char *after = list_all(&house);

	g_assert_cmpstr(after, ==, before);
	/* what is short is done still */
	(void)house_put(&house, &(HouseItem){ "Late" });
	house_clear(&house);
}

static void *
begin_too(void *data)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(catalogue_begin(data, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	return NULL;
}

/* Who wants to write beside what takes long hears that it is busy, and takes no turn from others. */
static void
test_busy(void)
{
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	catalogue_set_turn_limit(house.catalogue, 1000000);
	g_assert_true(catalogue_begin(house.catalogue, NULL));
	(void)g_thread_join(g_thread_new("begin", begin_too, house.catalogue));
	g_assert_true(catalogue_commit(house.catalogue, NULL));
	(void)house_put(&house, &(HouseItem){ "Late" });
	house_clear(&house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/view-reload/rows", test_rows);
	g_test_add_func("/view-reload/told", test_told);
	g_test_add_func("/view-reload/refused", test_refused);
	g_test_add_func("/view-reload/balance", test_balance);
	g_test_add_func("/view-reload/no-room", test_no_room);
	g_test_add_func("/view-reload/ending", test_ending);
	g_test_add_func("/view-reload/busy", test_busy);
	return g_test_run();
}
