/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FLT-20: a file of which one page is damaged, each of its pages in turn: wherever that is met, the catalogue says so
 * and is built anew, with the ids it had. Of the backend in SQLite. */
#include "catalogue-fixture.h"

#include <fcntl.h>
#include <stdatomic.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/disk.h"
#include "mediaserver/catalogue/overlay.h"

#define PAGE 4096
#define N_ITEMS 12

static const char view_text[] = "[tracks]\nTitle=T\nItems=audio\nSort=title\n"
				"[artist]\nTitle=R\nItems=audio\nLevel1=artist\nSort=title\n";

/* @return some of it could not be read or written; then it says that it is damaged */
static bool
put_all(House *house, int64_t ids[N_ITEMS])
{
	static const char *const artists[] = { "Ann", "Bob", "Cy" };

	if (!catalogue_begin(house->catalogue, NULL)) {
		return false;
	}
	for (unsigned i = 0; i < N_ITEMS; i++) {
		const CatalogueFolder folder = { HOUSE_ROOT, "Files", "" };
		g_autofree char *title = g_strdup_printf("Song %02u", i);
		g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
		Item item;

		item_init(&item);
		item.kind = ITEM_AUDIO;
		item.mime = "audio/flac";
		item.name = item.title = item.sort_name = item.sort_title = title;
		item.artist = artists[i % G_N_ELEMENTS(artists)];
		item_set_groups(&item, strings);
		item.id = 0;
		if (!catalogue_put_folder(house->catalogue, &folder, NULL) ||
			!catalogue_put_item(house->catalogue, &folder, &item, NULL)) {
			catalogue_rollback(house->catalogue);
			return false;
		}
		ids[i] = item.id;
	}
	return catalogue_commit(house->catalogue, NULL);
}

static bool
read_all(House *house)
{
	static const CataloguePage whole = { .count = 100 };
	static const char *const names[] = { "tracks", "artist" };
	g_autoptr(GHashTable) known = catalogue_list_folder(house->catalogue,
		catalogue_folder_id(&(CatalogueFolder){ HOUSE_ROOT, "Files", "" }), NULL);
	bool good = known != NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		HouseListing listing = { g_ptr_array_new_with_free_func(g_free),
			g_array_new(FALSE, FALSE, sizeof(int64_t)) };
		const CatalogueSink sink = { house_note_container, house_note_item, &listing };
		AvuContentResult result = { 0 };

		good = catalogue_get_children(house->catalogue,
			       view_get_container(view_find(names[i])), &whole, &sink, &result,
			       NULL) &&
		       good;
		g_ptr_array_unref(listing.titles);
		g_array_unref(listing.containers);
	}
	return good;
}

static void
note_damaged(void *data)
{
	++*(unsigned *)data;
}

static void
damage(const char *path, unsigned page)
{
	unsigned char junk[PAGE];
	avu_autofd int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(junk, 0xa5, sizeof(junk));
	g_assert_cmpint(pwrite(fd, junk, sizeof(junk), (off_t)page * PAGE), ==, PAGE);
}

typedef struct {
	int64_t ids[N_ITEMS];
	char *tracks, *artists, *library; /* the last: what is in the file */
	size_t size;
	unsigned n_rebuilt, n_at_start;
} Before;

static void
compare(House *house, const Before *before)
{
	g_autofree char *tracks = house_list_view(house, "tracks");
	g_autofree char *artists = house_list_view(house, "artist");
	OverlayPlay play;

	g_assert_cmpstr(tracks, ==, before->tracks);
	g_assert_cmpstr(artists, ==, before->artists);
	g_assert_true(overlay_get_play(house->catalogue, before->ids[3], "", &play));
	g_assert_cmpint(play.count, ==, 7);
}

static void
test_page(House *house, Before *before, unsigned page)
{
	g_autofree char *path = g_build_filename(house->directory, "library.db", NULL);
	int64_t ids[N_ITEMS];
	unsigned told = 0;

	house_close(house);
	catalogue_backend()->lose(house->directory);
	g_assert_true(g_file_set_contents(path, before->library, (gssize)before->size, NULL));
	damage(path, page);
	house_open_again(house);
	before->n_at_start += catalogue_count_items(house->catalogue) == 0;
	catalogue_set_damaged(house->catalogue, note_damaged, &told);
	g_autofree char *token = catalogue_dup_reset_token(house->catalogue);
	const uint32_t update_id = catalogue_get_update_id(house->catalogue);
	bool read = read_all(house);
	bool written = put_all(house, ids);

	g_assert_cmpint(catalogue_is_damaged(house->catalogue), ==, told > 0);
	g_assert_cmpuint(told, <=, 1);
	if (!read || !written) {
		g_assert_true(catalogue_is_damaged(house->catalogue));
	}
	if (catalogue_is_damaged(house->catalogue)) {
		g_autoptr(GError) error = NULL;

		g_assert_true(catalogue_rebuild(house->catalogue, &error));
		g_assert_no_error(error);
		g_assert_false(catalogue_is_damaged(house->catalogue));
		before->n_rebuilt++;
		g_autofree char *other = catalogue_dup_reset_token(house->catalogue);

		g_assert_cmpstr(other, !=, token);
		g_assert_cmpuint(catalogue_get_update_id(house->catalogue), >, update_id);
		g_assert_cmpint(catalogue_count_items(house->catalogue), ==, 0);
		g_assert_true(read_all(house));
		g_assert_true(put_all(house, ids));
	}
	g_assert_cmpmem(ids, sizeof(ids), before->ids, sizeof(ids));
	compare(house, before);
}

static void
test_pages(House *house, const void *unused)
{
	g_autofree char *path = g_build_filename(house->directory, "library.db", NULL);
	Before before = { .n_rebuilt = 0 };
	const OverlayPlay play = { .count = 7, .position_ns = AVU_TIME_NONE, .played_s = 9 };

	(void)unused;
	g_assert_true(put_all(house, before.ids));
	g_assert_true(overlay_set_play(house->catalogue, before.ids[3], "", &play, NULL));
	before.tracks = house_list_view(house, "tracks");
	before.artists = house_list_view(house, "artist");
	house_close(house);
	g_assert_true(g_file_get_contents(path, &before.library, &before.size, NULL));
	house_open_again(house);
	/* that of the head is another test's */
	for (unsigned page = 1; page < before.size / PAGE; page++) {
		test_page(house, &before, page);
	}
	g_test_message("%u of %zu met later, %u at the start", before.n_rebuilt, before.size / PAGE,
		before.n_at_start);
	g_assert_cmpuint(before.n_rebuilt, >, 0);
	g_assert_cmpuint(before.n_at_start, >, 0);
	g_free(before.tracks);
	g_free(before.artists);
	g_free(before.library);
}

typedef struct {
	House *house;
	atomic_bool over;
	atomic_uint reads;
} Browsing;

static void *
browse(void *data)
{
	static const CataloguePage whole = { .count = 100 };
	Browsing *browsing = data;

	while (!atomic_load(&browsing->over)) {
		HouseListing listing = { g_ptr_array_new_with_free_func(g_free),
			g_array_new(FALSE, FALSE, sizeof(int64_t)) };
		const CatalogueSink sink = { house_note_container, house_note_item, &listing };
		AvuContentResult result = { 0 };

		g_autoptr(GError) error = NULL;

		/* all of it, nothing of it, or a code; never that there is no such view */
		if (catalogue_get_children(browsing->house->catalogue,
			    view_get_container(view_find("tracks")), &whole, &sink, &result,
			    &error)) {
			g_assert_true(listing.titles->len == 0 || listing.titles->len == N_ITEMS);
		} else {
			g_assert_error(error, AVU_UPNP_ERROR, 720);
		}
		atomic_fetch_add(&browsing->reads, 1);
		g_ptr_array_unref(listing.titles);
		g_array_unref(listing.containers);
	}
	return NULL;
}

/* Others look all the while. */
static void
test_readers(House *house, const void *unused)
{
	Browsing browsing = { .house = house };
	GThread *threads[3];
	int64_t before[N_ITEMS], ids[N_ITEMS];

	(void)unused;
	g_assert_true(put_all(house, before));
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		threads[i] = g_thread_new("browse", browse, &browsing);
	}
	for (unsigned round = 1; round <= 5; round++) {
		while (atomic_load(&browsing.reads) < 10 * round) {
			g_thread_yield();
		}
		g_assert_true(catalogue_rebuild(house->catalogue, NULL));
		g_assert_true(put_all(house, ids));
		g_assert_cmpmem(ids, sizeof(ids), before, sizeof(before));
	}
	atomic_store(&browsing.over, true);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_thread_join(threads[i]);
	}
}

/* Whatever is missing in the file: it is set aside and built anew, with the ids it had. */
static void
test_missing(House *house, const void *unused)
{
	static const char *const losses[] = { "DROP TABLE folder", "DROP TABLE container",
		"DROP TABLE item", "DROP TABLE item_value", "DROP TABLE member",
		"DROP TABLE listed", "DROP TABLE original", "DROP TABLE companion",
		"DROP TABLE format", "DROP TABLE meta", "DROP TABLE known_view",
		"DROP INDEX item_home", "ALTER TABLE item DROP COLUMN comment" };
	g_autofree char *path = g_build_filename(house->directory, "library.db", NULL);
	int64_t before[N_ITEMS], ids[N_ITEMS];

	(void)unused;
	g_assert_true(put_all(house, before));
	for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
		g_autoptr(GError) error = NULL;

		house_close(house);
		Database *database = database_open(path, 0, &error);

		g_assert_no_error(error);
		(void)database_run(database, losses[i], &error);
		g_assert_no_error(error);
		database_close(database);
		house_open_again(house); /* asserts that it opens */
		g_assert_cmpint(catalogue_count_items(house->catalogue), ==, 0);
		g_assert_true(put_all(house, ids));
		g_assert_cmpmem(ids, sizeof(ids), before, sizeof(before));
	}
}

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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/rebuild/each-page", House, NULL, set_up, test_pages, tear_down);
	g_test_add("/rebuild/missing", House, NULL, set_up, test_missing, tear_down);
	g_test_add("/rebuild/readers", House, NULL, set_up, test_readers, tear_down);
	return g_test_run();
}
