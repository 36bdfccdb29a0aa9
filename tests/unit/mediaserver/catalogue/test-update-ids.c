/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ROB-005: the end of the numbers of changes, in a process that runs so long that it comes there: 32 bits never wrap.
 * Who asks for what changed since then would be told nothing. */
#include "catalogue-fixture.h"

#include <av-upnp/error.h>

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/renumber.h"

#define GENRES "[genre]\nTitle=G\nItems=audio\nLevel1=genre\nSort=title\n"

static bool
try_put(House *house, const char *title, GError **error)
{
	const HouseItem item = { title, NULL, NULL, "Pop" };

	g_assert_true(catalogue_begin(house->catalogue, NULL));
	(void)house_put_within(house, &item);
	return catalogue_commit(house->catalogue, error);
}

static void
test_end(void)
{
	g_autoptr(GError) error = NULL;
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	g_assert_true(try_put(&house, "One", NULL));
	g_autofree char *token = catalogue_dup_reset_token(house.catalogue);

	/* as if it had counted that far */
	atomic_store(&house.catalogue->update_id, UINT32_MAX - 2);
	g_assert_false(try_put(&house, "Two", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);
	/* nothing went back, and nothing of it is seen */
	g_assert_cmpuint(catalogue_get_update_id(house.catalogue), ==, UINT32_MAX - 2);
	g_assert_cmpint(catalogue_count_items(house.catalogue), ==, 1);
	g_autofree char *kept = house_list_view(&house, "genre");

	g_assert_cmpstr(kept, ==, "Pop(One)");
	/* nor of the next one: it is refused as long as the process runs */
	g_assert_false(try_put(&house, "Three", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	/* the next start begins anew, and says so */
	house_close(&house);
	house_open_again(&house);
	g_autofree char *other = catalogue_dup_reset_token(house.catalogue);

	g_assert_cmpstr(other, !=, token);
	g_assert_cmpuint(catalogue_get_update_id(house.catalogue), <, 1000);
	g_assert_true(try_put(&house, "Two", NULL));
	g_autofree char *all = house_list_view(&house, "genre");

	g_assert_cmpstr(all, ==, "Pop(One Two)");
	house_clear(&house);
}

/* The last number that can be given is given. */
static void
test_last(void)
{
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	const uint32_t before = catalogue_get_update_id(house.catalogue);

	g_assert_true(try_put(&house, "One", NULL));
	const uint32_t used = catalogue_get_update_id(house.catalogue) - before;

	g_assert_true(try_put(&house, "Two", NULL)); /* its groups are there: fewer */
	atomic_store(&house.catalogue->update_id, UINT32_MAX - 1 - used);
	g_assert_true(try_put(&house, "Three", NULL));
	g_assert_cmpuint(catalogue_get_update_id(house.catalogue), <, UINT32_MAX);
	g_assert_true(renumber_is_due(house.catalogue));
	house_clear(&house);
}

/* A library that could not be opened to the end is closed without taking numbers back. */
static void
test_half_open(void)
{
	g_autoptr(GError) error = NULL;
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	g_assert_true(try_put(&house, "One", NULL));
	const uint32_t before = catalogue_get_update_id(house.catalogue);
	g_autofree char *path = g_build_filename(house.directory, "library.db", NULL);

	g_clear_pointer(&house.catalogue, catalogue_close);
	Database *database = database_open(path, 0, &error);

	g_assert_true(database_run(database, "BEGIN IMMEDIATE", &error)); /* somebody writes */
	g_assert_null(catalogue_open(house.directory, house.state, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	database_close(database);
	g_assert_cmpuint(state_get_update_id(house.state), >=, before);
	house_clear(&house);
}

/* A row that always is there is missing in a damaged file: 720, and no more. */
static void
test_no_number(void)
{
	static const CataloguePage deep = { .start = 1000, .count = 10 };
	g_autoptr(GError) error = NULL;
	HouseListing listing = { g_ptr_array_new_with_free_func(g_free),
		g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	const CatalogueSink sink = { house_note_container, house_note_item, &listing };
	AvuContentResult result = { 0 };
	House house;

	views_use(house_views(GENRES));
	house_open(&house);
	g_assert_true(try_put(&house, "One", NULL));
	g_assert_true(database_run(
		house.catalogue->writer, "DELETE FROM meta WHERE key = 'update_id'", NULL));
	g_assert_false(catalogue_get_children(house.catalogue,
		view_get_container(view_find("genre")), &deep, &sink, &result, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 720);
	g_ptr_array_unref(listing.titles);
	g_array_unref(listing.containers);
	house_clear(&house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/update-ids/end", test_end);
	g_test_add_func("/update-ids/last", test_last);
	g_test_add_func("/update-ids/half-open", test_half_open);
	g_test_add_func("/update-ids/no-number", test_no_number);
	return g_test_run();
}
