/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What whoever calls a catalogue relies on: transactions, numbers of changes, ids, pages, codes, and what
 * is there again after the library was lost. See catalogue-backends.h for the rest of the suite. */
#include "catalogue-fixture.h"

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/overlay.h"

static const char view_text[] = "[tracks]\nTitle=T\nItems=audio\nSort=title\n"
				"[artist]\nTitle=R\nItems=audio\nLevel1=artist\nSort=title\n";

static void
set_up(House *house, const void *unused)
{
	(void)unused;
	views_use(house_views(view_text));
	house_open(house);
}

static void
tear_down(House *house, const void *unused)
{
	(void)unused;
	house_clear(house);
}

static void
expect(House *house, const char *view, const char *text)
{
	g_autofree char *found = house_list_view(house, view);

	g_assert_cmpstr(found, ==, text);
}

static void
lose_library(House *house)
{
	house_close(house);
	catalogue_backend()->lose(house->directory);
	house_open_again(house);
}

static void
expect_code(const GError *error, int code)
{
	g_assert_error(error, AVU_UPNP_ERROR, code);
}

/* Transactions */

static void
test_transaction(House *house, const void *unused)
{
	(void)unused;
	(void)house_put(house, &(HouseItem){ "One", "Ann" });
	const uint32_t before = catalogue_get_update_id(house->catalogue);
	g_auto(CatalogueChanges) seen = { NULL };
	g_auto(CatalogueChanges) none = { NULL };

	catalogue_take_changes(house->catalogue, &seen);
	g_assert_cmpuint(seen.changes->len, >, 0);
	g_assert_true(catalogue_begin(house->catalogue, NULL));
	(void)house_put_within(house, &(HouseItem){ "Two", "Bob" });
	/* nobody sees half of it */
	expect(house, "artist", "Ann(One)");
	g_assert_cmpint(catalogue_count_items(house->catalogue), ==, 1);
	catalogue_rollback(house->catalogue);
	expect(house, "artist", "Ann(One)");
	g_assert_cmpuint(catalogue_get_update_id(house->catalogue), ==, before);
	catalogue_take_changes(house->catalogue, &none);
	g_assert_cmpuint(none.changes->len + none.containers->len, ==, 0);
	/* the writer is free again */
	(void)house_put(house, &(HouseItem){ "Two", "Bob" });
	expect(house, "artist", "Ann(One) Bob(Two)");
	g_assert_cmpint(catalogue_count_items(house->catalogue), ==, 2);
}

/* Numbers */

static void
test_numbers(House *house, const void *unused)
{
	g_autofree char *token = catalogue_dup_reset_token(house->catalogue);
	uint32_t last = catalogue_get_update_id(house->catalogue);

	(void)unused;
	for (int i = 0; i < 3; i++) {
		int64_t id = house_put(house, &(HouseItem){ "One", "Ann" });

		g_assert_cmpuint(catalogue_get_update_id(house->catalogue), >, last);
		last = catalogue_get_update_id(house->catalogue);
		house_remove(house, id);
		g_assert_cmpuint(catalogue_get_update_id(house->catalogue), >, last);
		last = catalogue_get_update_id(house->catalogue);
		house_close(house);
		house_open_again(house);
		/* a start changes nothing */
		g_assert_cmpuint(catalogue_get_update_id(house->catalogue), ==, last);
	}
	g_autofree char *same = catalogue_dup_reset_token(house->catalogue);

	g_assert_cmpstr(same, ==, token);
	lose_library(house);
	g_assert_cmpuint(catalogue_get_update_id(house->catalogue), >=, last);
	g_autofree char *other = catalogue_dup_reset_token(house->catalogue);

	g_assert_cmpstr(other, !=, token);
}

/* The end of 32 bits */

typedef struct {
	GArray *numbers; /* uint32_t */
	int64_t deleted;
} Numbers;

static void
take_container_number(const Container *container, void *data)
{
	Numbers *numbers = data;

	g_array_append_val(numbers->numbers, container->object_update_id);
	g_assert_cmpuint(container->update_id, ==, container->object_update_id);
	numbers->deleted += container->deleted_children;
}

static void
take_item_number(const Item *item, void *data)
{
	const uint32_t number = (uint32_t)item->object_update_id;

	g_array_append_val(((Numbers *)data)->numbers, number);
}

static uint32_t
number_of(House *house, int64_t item)
{
	Numbers numbers = { g_array_new(FALSE, FALSE, sizeof(uint32_t)), 0 };
	const CatalogueSink sink = { take_container_number, take_item_number, &numbers };

	g_assert_true(catalogue_get_item(house->catalogue, item, 0, &sink, NULL));
	const uint32_t number = g_array_index(numbers.numbers, uint32_t, 0);

	g_array_unref(numbers.numbers);
	return number;
}

/* Every view and group is looked at. */
static void
expect_no_deleted(House *house)
{
	Numbers numbers = { g_array_new(FALSE, FALSE, sizeof(uint32_t)), 0 };
	const CatalogueSink sink = { take_container_number, take_item_number, &numbers };
	uint32_t update_id;

	for (const View *view = views(); view->id != NULL; view++) {
		g_assert_true(catalogue_get_container(
			house->catalogue, view_get_container(view), &sink, &update_id, NULL));
	}
	g_assert_cmpint(numbers.deleted, ==, 0);
	g_array_unref(numbers.numbers);
}

static void
use_up(House *house, uint32_t last)
{
	house_close(house);
	house->state = state_open(house->directory, NULL);
	g_assert_true(state_reserve_update_ids(house->state, last, NULL));
	state_close(house->state);
	house_open_again(house);
}

static void
test_numbers_used_up(House *house, const void *unused)
{
	(void)unused;
	/* far enough from the end */
	use_up(house, UINT32_MAX / 2);
	g_assert_cmpuint(catalogue_get_update_id(house->catalogue), ==, UINT32_MAX / 2);
	const int64_t newer = house_put(house, &(HouseItem){ "B", "Ann" });
	const int64_t newest = house_put(house, &(HouseItem){ "A", "Ann" });

	house_remove(house, house_put(house, &(HouseItem){ "C", "Ann" }));
	g_autofree char *token = catalogue_dup_reset_token(house->catalogue);

	use_up(house, UINT32_MAX - 5);
	g_autofree char *other = catalogue_dup_reset_token(house->catalogue);
	const uint32_t now = catalogue_get_update_id(house->catalogue);

	g_assert_cmpstr(other, !=, token);
	g_assert_cmpuint(now, <, 100);
	g_assert_cmpuint(number_of(house, newer), <, number_of(house, newest));
	g_assert_cmpuint(number_of(house, newest), <=, now);
	expect_no_deleted(house);
	expect(house, "tracks", "A B");
	/* they rise again, and a start does not begin anew again */
	(void)house_put(house, &(HouseItem){ "D", "Ann" });
	g_assert_cmpuint(catalogue_get_update_id(house->catalogue), >, now);
	house_close(house);
	house_open_again(house);
	g_autofree char *same = catalogue_dup_reset_token(house->catalogue);

	g_assert_cmpstr(same, ==, other);
	g_assert_cmpuint(catalogue_get_update_id(house->catalogue), <, 100);
}

/* Pages */

static void
note_nothing(const Container *container, void *data)
{
	(void)container;
	(void)data;
	g_assert_not_reached();
}

static void
note_title(const Item *item, void *data)
{
	g_string_append(data, item->title);
}

static void
test_pages(House *house, const void *unused)
{
	static const char all[] = "ABCDEFGHIJ";
	const int64_t tracks = view_get_container(view_find("tracks"));

	(void)unused;
	for (const char *p = all + strlen(all); p-- > all;) {
		const char title[] = { *p, '\0' };

		(void)house_put(house, &(HouseItem){ title, "Ann" });
	}
	for (uint32_t start = 0; start < 12; start++) {
		for (uint32_t count = 1; count < 13; count++) {
			g_autoptr(GString) found = g_string_new(NULL);
			const CatalogueSink sink = { note_nothing, note_title, found };
			const CataloguePage page = { .start = start, .count = count };
			g_autofree char *wanted = g_strndup(all + MIN(start, strlen(all)), count);
			AvuContentResult result = { 0 };

			g_assert_true(catalogue_get_children(
				house->catalogue, tracks, &page, &sink, &result, NULL));
			g_assert_cmpstr(found->str, ==, wanted);
			g_assert_cmpuint(result.total, ==, strlen(all));
		}
	}
}

/* Codes */

static void
ignore_container(const Container *container, void *data)
{
	(void)container;
	(void)data;
}

static void
ignore_item(const Item *item, void *data)
{
	(void)item;
	(void)data;
}

static const CatalogueSink nowhere = { ignore_container, ignore_item, NULL };
static const CataloguePage first_page = { .count = 10 };

static bool
search(House *house, int64_t container, const char *criteria, GError **error)
{
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(AvuQuery) query = avu_query_parse(criteria, &known, NULL);
	AvuContentResult result;

	g_assert_nonnull(query);
	return catalogue_search(
		house->catalogue, container, query, &first_page, &nowhere, &result, error);
}

static void
test_codes(House *house, const void *unused)
{
	const int64_t root = view_get_container(view_find(VIEW_ROOT_ID));
	g_autoptr(GError) no_item = NULL, not_in = NULL, no_file = NULL, no_container = NULL;
	g_autoptr(GError) no_children = NULL, no_scope = NULL;
	g_auto(CatalogueFile) file = { NULL };
	AvuContentResult result;
	uint32_t update_id;

	(void)unused;
	const int64_t id = house_put(house, &(HouseItem){ "One", "Ann" });

	g_assert_true(catalogue_get_item(house->catalogue, id, 0, &nowhere, NULL));
	g_assert_false(catalogue_get_item(house->catalogue, id + 1, 0, &nowhere, &no_item));
	expect_code(no_item, 701);
	/* it is no reference in there */
	g_assert_false(catalogue_get_item(house->catalogue, id, root, &nowhere, &not_in));
	expect_code(not_in, 701);
	g_assert_false(catalogue_find_file(house->catalogue, id + 1, &file, &no_file));
	expect_code(no_file, 701);
	g_assert_false(
		catalogue_get_container(house->catalogue, id, &nowhere, &update_id, &no_container));
	expect_code(no_container, 701);
	g_assert_false(catalogue_get_children(
		house->catalogue, id, &first_page, &nowhere, &result, &no_children));
	expect_code(no_children, 710);
	g_assert_false(search(house, id, "*", &no_scope));
	expect_code(no_scope, 710);
	g_assert_true(search(house, root, "*", NULL));
}

#define FEW 1

/* Each look at the clock is a moment, however fast the machine is. */
static int64_t ticks, tick_ns = 1;

static int64_t
tick(void *unused)
{
	(void)unused;
	ticks++;
	return ticks * tick_ns;
}

static void
test_too_slow(House *house, const void *unused)
{
	const int64_t root = view_get_container(view_find(VIEW_ROOT_ID));
	static const AvuClock ticking = { tick, NULL };
	static const char slow_query[] =
		"(dc:title doesNotContain \"x\" or upnp:artist doesNotContain \"y\") and res@size "
		"!= \"7\" or dc:title contains \"q\"";
	g_autoptr(GError) too_long = NULL, slow = NULL, fast = NULL;

	(void)unused;
	g_assert_true(catalogue_begin(house->catalogue, NULL));
	for (int i = 0; i < 3000; i++) {
		g_autofree char *title = g_strdup_printf("Title number %d", i);

		(void)house_put_within(house, &(HouseItem){ title, "Ann+Bob" });
	}
	g_assert_true(catalogue_commit(house->catalogue, NULL));
	/* two seconds are enough, if nobody says otherwise */
	catalogue_set_query_clock(house->catalogue, &ticking);
	tick_ns = AVU_NS_PER_S;
	g_assert_false(search(house, root, slow_query, &too_long));
	expect_code(too_long, 720);
	g_assert_cmpint(ticks, >=, 3); /* when it begins, and more than two after that */
	g_assert_cmpint(ticks, <=, 5);
	tick_ns = 1;
	ticks = 0;
	/* a moment is enough for what an index answers, and what is slow is given up under way */
	catalogue_set_query_limit(house->catalogue, FEW);
	g_assert_true(search(house, root, "dc:title = \"Title number 8\"", NULL));
	ticks = 0;
	g_assert_false(search(house, root, slow_query, &slow));
	expect_code(slow, 720);
	const int64_t given_up = ticks;

	g_assert_cmpint(given_up, >, FEW);
	/* and the reader serves again */
	catalogue_set_query_limit(house->catalogue, AVU_LIMIT_QUERY_NS);
	for (int i = 0; i < 20; i++) {
		g_assert_true(search(house, root, "dc:title = \"Title number 7\"", &fast));
		g_assert_no_error(fast);
	}
	/* what was given up would have come to an end, later */
	ticks = 0;
	g_assert_true(search(house, root, slow_query, NULL));
	g_assert_cmpint(ticks, >, given_up);
}

/* What people said */

static void
test_lost(House *house, const void *unused)
{
	const OverlayEdit edit = { AVU_PROPERTY_TITLE, "Edited" };
	const OverlayPlay play = { .position_ns = 5 * AVU_NS_PER_S, .count = 2, .played_s = 99 };
	const int64_t root = view_get_container(view_find(VIEW_ROOT_ID));
	int64_t list;

	(void)unused;
	const int64_t one = house_put(house, &(HouseItem){ "One", "Ann" });
	const int64_t two = house_put(house, &(HouseItem){ "Two", "Ann" });

	g_assert_true(overlay_edit(house->catalogue, one, &edit, 1, NULL));
	g_assert_true(overlay_set_play(house->catalogue, one, "", &play, NULL));
	g_assert_true(overlay_hide(house->catalogue, two, NULL));
	g_assert_true(overlay_make_list(
		house->catalogue, root, "List", "object.container.playlistContainer", &list, NULL));
	g_assert_true(overlay_add_reference(house->catalogue, list, one, NULL));
	expect(house, "tracks", "Edited");
	for (int round = 0; round < 2; round++) {
		OverlayPlay found;

		if (round == 0) {
			house_close(house);
			house_open_again(house);
		} else {
			lose_library(house);
			/* found again, in another order */
			(void)house_put(house, &(HouseItem){ "Two", "Ann" });
			g_assert_cmpint(house_put(house, &(HouseItem){ "One", "Ann" }), ==, one);
		}
		expect(house, "tracks", "Edited");
		g_autofree char *in_list = house_list(house, list);

		g_assert_cmpstr(in_list, ==, "Edited");
		g_assert_true(overlay_get_play(house->catalogue, one, "", &found));
		g_assert_cmpint(found.position_ns, ==, play.position_ns);
		g_assert_cmpint(found.count, ==, 2);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(House *house, const void *unused);
	} tests[] = {
		{ "/conformance/transaction", test_transaction },
		{ "/conformance/numbers", test_numbers },
		{ "/conformance/numbers-used-up", test_numbers_used_up },
		{ "/conformance/pages", test_pages },
		{ "/conformance/codes", test_codes },
		{ "/conformance/too-slow", test_too_slow },
		{ "/conformance/lost", test_lost },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_test_add(tests[i].path, House, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
