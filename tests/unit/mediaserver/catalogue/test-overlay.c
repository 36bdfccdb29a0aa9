/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people say about objects: shown at once, kept by a scan, a restart and a rebuild of the
 * catalogue, and taken back without the file. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/disk.h"
#include "mediaserver/catalogue/overlay.h"

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	CatalogueFolder folder;
	int64_t item;
} Fixture;

static void
open_catalogue(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
}

static void
close_catalogue(Fixture *f)
{
	catalogue_close(f->catalogue);
	state_close(f->state);
}

/* As the scan does, from the tags of the file. */
static int64_t
scan(Fixture *f, const char *name, const char *title, const char *artist)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *sort = avu_text_sort_key(title);
	g_autofree char *fold = avu_text_fold(title);
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = name;
	item.title = title;
	item.artist = artist;
	item.track = 3;
	item.mime = "audio/flac";
	item.sort_title = item.sort_name = sort;
	item.fold_title = fold;
	item.fold_artist = item_fold_values(artist, strings);
	item_set_groups(&item, strings);
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &f->folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &f->folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	return item.id;
}

static void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->directory = g_dir_make_tmp("overlay-XXXXXX", NULL);
	f->folder = (CatalogueFolder){ "11111111-2222-3333-4444-555555555555", "Music", "" };
	open_catalogue(f);
	f->item = scan(f, "a.flac", "Song", "Can");
}

static void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
	close_catalogue(f);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	g_free(f->directory);
}

/* Everything a user sees of it after the catalogue was lost. */
static void
rebuild(Fixture *f)
{
	static const char *const parts[] = { "", "-wal", "-shm" };

	close_catalogue(f);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_strconcat(f->directory, "/library.db", parts[i], NULL);

		(void)g_unlink(path);
	}
	open_catalogue(f);
}

static void
note_item(const Item *item, void *data)
{
	g_string_append_printf(data, "%s/%s/%d/%d ", item->title,
		item->artist != NULL ? item->artist : "-", (int)item->track, (int)item->play_count);
}

static void
note_container(const Container *container, void *data)
{
	g_string_append_printf(data, "%s[%d] ", container->title, (int)container->children);
}

static void
expect_item(Fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };

	(void)catalogue_get_item(f->catalogue, f->item, 0, &sink, &error);
	g_assert_cmpstr(seen->str, ==, text);
}

static void
expect(Fixture *f, int64_t container, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };
	const CataloguePage page = { .count = 100 };
	AvuContentResult result = { 0 };

	if (!catalogue_get_children(f->catalogue, container, &page, &sink, &result, &error)) {
		g_string_assign(seen, "none");
	}
	g_assert_cmpstr(seen->str, ==, text);
}

static void
edit(Fixture *f, AvuProperty property, const char *value)
{
	g_autoptr(GError) error = NULL;
	const OverlayEdit one = { property, value };

	g_assert_true(overlay_edit(f->catalogue, f->item, &one, 1, &error));
	g_assert_no_error(error);
}

static void
test_edits(Fixture *f, const void *unused)
{
	const int64_t artists = view_get_container(view_find("music-artists"));

	(void)unused;
	edit(f, AVU_PROPERTY_TITLE, "Halleluhwah");
	edit(f, AVU_PROPERTY_ARTIST, "The Can\037Neu!");
	edit(f, AVU_PROPERTY_TRACK, "7");
	expect_item(f, "Halleluhwah/The Can\037Neu!/7/-1 ");
	scan(f, "a.flac", "Song (remastered)", "Can");
	expect_item(f, "Halleluhwah/The Can\037Neu!/7/-1 ");
	close_catalogue(f);
	open_catalogue(f);
	expect_item(f, "Halleluhwah/The Can\037Neu!/7/-1 ");
	rebuild(f);
	expect_item(f, "");
	scan(f, "a.flac", "Song (remastered)", "Can");
	expect_item(f, "Halleluhwah/The Can\037Neu!/7/-1 ");
	/* groups follow */
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };
	const CataloguePage page = { .count = 100 };
	AvuContentResult result = { 0 };

	g_assert_true(catalogue_get_children(f->catalogue, artists, &page, &sink, &result, NULL));
	g_assert_nonnull(strstr(seen->str, "The Can[1]"));
	/* taken back: what the file says now */
	edit(f, AVU_PROPERTY_TITLE, NULL);
	expect_item(f, "Song (remastered)/The Can\037Neu!/7/-1 ");
	edit(f, AVU_PROPERTY_ARTIST, "");
	edit(f, AVU_PROPERTY_TRACK, NULL);
	expect_item(f, "Song (remastered)/-/3/-1 ");
	edit(f, AVU_PROPERTY_ARTIST, NULL);
	expect_item(f, "Song (remastered)/Can/3/-1 ");
}

/* Views by years follow a date. */
static void
test_years(Fixture *f, const void *unused)
{
	const int64_t years = view_get_container(view_find("music-years"));

	(void)unused;
	edit(f, AVU_PROPERTY_DATE, "1971-02-28");
	expect(f, years, "1971[1] ");
	edit(f, AVU_PROPERTY_ARTIST, "Can");
	edit(f, AVU_PROPERTY_DATE, "1973");
	expect(f, years, "1973[1] ");
	edit(f, AVU_PROPERTY_DATE, NULL);
	expect(f, years, "");
}

static const struct {
	AvuProperty property;
	const char *value;
	int code;
	const char *why;
} refused[] = {
	{ AVU_PROPERTY_RES_SIZE, "5", 705, "follows from the file" },
	{ AVU_PROPERTY_TITLE, "", 703, "an object needs a title" },
	{ AVU_PROPERTY_TRACK, "seven", 703, "not a number" },
	{ AVU_PROPERTY_TRACK, "-1", 703, "below nought" },
	{ AVU_PROPERTY_RATING, "101", 703, "of a hundred" },
	{ AVU_PROPERTY_DATE, "yesterday", 703, "not a date" },
	{ AVU_PROPERTY_ARTIST, "\xff", 703, "not UTF-8" },
};

static void
test_refused(Fixture *f, const void *unused)
{
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;
		/* all or none: the good one before it is not kept */
		const OverlayEdit edits[] = { { AVU_PROPERTY_ALBUM, "X" },
			{ refused[i].property, refused[i].value } };

		g_test_message("%s", refused[i].why);
		g_assert_false(overlay_edit(f->catalogue, f->item, edits, 2, &error));
		g_assert_error(error, AVU_UPNP_ERROR, refused[i].code);
	}
	g_autoptr(GError) error = NULL;
	const OverlayEdit good = { AVU_PROPERTY_TITLE, "X" };

	g_assert_false(overlay_edit(f->catalogue, 12345, &good, 1, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 701);
	expect_item(f, "Song/Can/3/-1 ");
}

static void
test_play(Fixture *f, const void *unused)
{
	const OverlayPlay play = { .position_ns = INT64_C(65000000000),
		.count = 2,
		.watched = true,
		.played_s = 1700000000 };
	OverlayPlay got;

	(void)unused;
	g_assert_false(overlay_get_play(f->catalogue, f->item, "", &got));
	g_assert_cmpint(got.count, ==, -1);
	g_assert_true(overlay_set_play(f->catalogue, f->item, "", &play, NULL));
	/* of another user: not what the catalogue shows */
	const OverlayPlay other = { .count = 9, .position_ns = 1, .played_s = 2 };

	g_assert_true(overlay_set_play(f->catalogue, f->item, "ann", &other, NULL));
	expect_item(f, "Song/Can/3/2 ");
	rebuild(f);
	scan(f, "a.flac", "Song", "Can");
	expect_item(f, "Song/Can/3/2 ");
	g_assert_true(overlay_get_play(f->catalogue, f->item, "", &got));
	g_assert_cmpint(got.position_ns, ==, play.position_ns);
	g_assert_cmpint(got.played_s, ==, play.played_s);
	g_assert_true(got.watched);
}

static void
count_promise(const OverlayPromise *promise, void *data)
{
	g_assert_cmpstr(promise->path, ==, "new.flac");
	*(int *)data += 1;
}

static void
test_promise(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) known = NULL;
	int n = 0;
	Item item;

	(void)unused;
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "new.flac";
	item.title = "New";
	item.mime = "audio/flac";
	g_assert_true(overlay_promise(f->catalogue, &f->folder, &item, 5000, &error));
	f->item = item.id;
	expect_item(f, "New/-/-1/-1 ");
	/* the name is taken now, and that of a file always was */
	g_assert_false(overlay_promise(f->catalogue, &f->folder, &item, 5000, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	/* a scan does not miss its file */
	known = catalogue_list_folder(f->catalogue, catalogue_folder_id(&f->folder), NULL);
	g_assert_cmpuint(g_hash_table_size(known), ==, 1);
	rebuild(f);
	expect_item(f, "New/-/-1/-1 ");
	g_assert_true(overlay_list_promises(f->catalogue, count_promise, &n, NULL));
	g_assert_cmpint(n, ==, 1);
	/* the file comes: the same object */
	g_assert_cmpint(scan(f, "new.flac", "New", "Can"), ==, f->item);
	expect_item(f, "New/Can/3/-1 ");
	n = 0;
	g_assert_true(overlay_list_promises(f->catalogue, count_promise, &n, NULL));
	g_assert_cmpint(n, ==, 0);
	/* nothing to drop: it has come */
	g_assert_true(overlay_drop_promise(f->catalogue, f->item, NULL));
	expect_item(f, "New/Can/3/-1 ");
}

/* In a folder that has had nothing so far, of which no scan has told: where its file is to go is known, from now on. */
static void
test_first_promise_of_a_folder(Fixture *f, const void *unused)
{
	const CatalogueFolder empty = { f->folder.root, f->folder.title, "Empty" };
	Item item;

	(void)unused;
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "new.flac";
	item.title = "New";
	item.mime = "audio/flac";
	g_assert_true(overlay_promise(f->catalogue, &empty, &item, 5000, NULL));
	for (int times = 0; times < 2; times++) {
		g_auto(CatalogueFile) file = { 0 };

		g_assert_true(catalogue_find_file(f->catalogue, item.id, &file, NULL));
		g_assert_cmpstr(file.path, ==, "Empty/new.flac");
		rebuild(f);
	}
}

static void
test_broken_promise(Fixture *f, const void *unused)
{
	Item item;

	(void)unused;
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "new.flac";
	item.title = "New";
	item.mime = "audio/flac";
	g_assert_true(overlay_promise(f->catalogue, &f->folder, &item, 5000, NULL));
	f->item = item.id;
	g_assert_true(overlay_drop_promise(f->catalogue, item.id, NULL));
	expect_item(f, "");
	rebuild(f);
	expect_item(f, "");
}

/* Beside all else that the catalogue asks the state of while it puts a promise in again: edits, hidden files, ids
 * of files that moved. */
static void
test_promise_among_others(Fixture *f, const void *unused)
{
	const OverlayEdit edit = { AVU_PROPERTY_TITLE, "Edited" };
	const SettledId settled = { 4711, f->folder.root, "elsewhere.flac" };
	Item item;

	(void)unused;
	g_assert_true(overlay_edit(f->catalogue, f->item, &edit, 1, NULL));
	g_assert_true(overlay_hide(f->catalogue, scan(f, "b.flac", "Other", "Can"), NULL));
	g_assert_true(state_settle(f->state, &settled, 1, NULL));
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "new.flac";
	item.title = "New";
	item.mime = "audio/flac";
	g_assert_true(overlay_promise(f->catalogue, &f->folder, &item, 5000, NULL));
	f->item = item.id;
	rebuild(f);
	expect_item(f, "New/-/-1/-1 ");
	/* the same while others look */
	g_assert_true(catalogue_rebuild(f->catalogue, NULL));
	expect_item(f, "New/-/-1/-1 ");
}

/* A name that was hidden, and whose file is gone since. */
static void
test_promise_of_hidden(Fixture *f, const void *unused)
{
	Item item;

	(void)unused;
	g_assert_true(overlay_hide(f->catalogue, f->item, NULL));
	expect_item(f, "");
	g_assert_cmpint(scan(f, "a.flac", "Song", "Can"), ==, 0); /* it stays hidden */
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "a.flac";
	item.title = "Again";
	item.mime = "audio/flac";
	g_assert_true(overlay_promise(f->catalogue, &f->folder, &item, 5000, NULL));
	g_assert_cmpint(item.id, ==, f->item);
	expect_item(f, "Again/-/-1/-1 ");
	g_assert_cmpint(scan(f, "a.flac", "Song", "Can"), ==, f->item);
	expect_item(f, "Song/Can/3/-1 ");
}

static void
test_folder(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = { f->folder.root, f->folder.title, "Mine" };
	const int64_t folders = view_get_container(view_find("music-folders"));
	int64_t id;

	(void)unused;
	g_assert_true(overlay_make_folder(f->catalogue, ITEM_AUDIO, &folder, &id, NULL));
	expect(f, id, "");
	g_assert_true(overlay_is_made(f->catalogue, id));
	expect(f, folders, "Music[2] ");
	rebuild(f);
	expect(f, id, "");
	expect(f, folders, "Music[1] ");
	g_assert_true(overlay_drop_container(f->catalogue, id, NULL));
	expect(f, id, "none");
	g_assert_false(overlay_drop_container(f->catalogue, id, NULL));
}

/* Within a transaction of its own. @return whether there is more to remove */
static bool
remove_folder(Fixture *f, const CatalogueFolder *folder, bool gone)
{
	bool more;

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_folder(
		f->catalogue, catalogue_folder_id(folder), gone, &more, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	return more;
}

static void
keep_root(Fixture *f, const char *root)
{
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(overlay_keep_roots(f->catalogue, (const char *const[]){ root, NULL }, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* A folder that was made goes with the folder on the disk; one in a root that is not shared is not shown. */
static void
test_folder_gone(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = { f->folder.root, f->folder.title, "Mine" };
	const int64_t folders = view_get_container(view_find("music-folders"));
	int64_t id;

	(void)unused;
	g_assert_true(overlay_make_folder(f->catalogue, ITEM_AUDIO, &folder, &id, NULL));
	g_assert_false(remove_folder(f, &f->folder, /* gone = */ false));
	keep_root(f, "other");
	expect(f, folders, "");
	g_assert_true(overlay_is_made(f->catalogue, id));
	/* nor after the catalogue was built anew */
	rebuild(f);
	keep_root(f, "other");
	expect(f, folders, "");
	/* it is shared again */
	keep_root(f, f->folder.root);
	expect(f, folders, "Music[1] ");
	expect(f, id, "");
	g_assert_false(remove_folder(f, &folder, /* gone = */ true));
	expect(f, folders, "");
	g_assert_false(overlay_is_made(f->catalogue, id));
	rebuild(f);
	keep_root(f, f->folder.root);
	expect(f, folders, "");
}

/* However much is in a folder: others write between its parts. */
static void
test_large_folder(Fixture *f, const void *unused)
{
	unsigned parts = 1;

	(void)unused;
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	for (unsigned i = 0; i < 1200; i++) {
		g_autofree char *name = g_strdup_printf("%04u.flac", i);
		Item item;

		item_init(&item);
		item.kind = ITEM_AUDIO;
		item.name = item.title = name;
		item.sort_title = item.sort_name = name;
		item.mime = "audio/flac";
		g_assert_true(catalogue_put_item(f->catalogue, &f->folder, &item, NULL));
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	for (int64_t left = catalogue_count_items(f->catalogue);
		remove_folder(f, &f->folder, /* gone = */ true); parts++) {
		const int64_t now = catalogue_count_items(f->catalogue);

		g_assert_cmpint(left - now, >, 0);
		g_assert_cmpint(left - now, <=, 500);
		left = now;
	}
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, 0);
	g_assert_cmpuint(parts, >=, 3);
	expect(f, view_get_container(view_find("music-folders")), "");
}

static void
test_list(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	const int64_t music = view_get_container(view_find("music"));
	int64_t second = scan(f, "b.flac", "Another", "Neu!");
	int64_t list;

	(void)unused;
	g_assert_false(overlay_make_list(
		f->catalogue, 12345, "Mix", "object.container.playlistContainer", &list, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 710);
	g_clear_error(&error);
	g_assert_true(overlay_make_list(
		f->catalogue, music, "Mix", "object.container.playlistContainer", &list, &error));
	expect(f, list, "");
	g_assert_true(overlay_add_reference(f->catalogue, list, f->item, &error));
	g_assert_true(overlay_add_reference(f->catalogue, list, second, &error));
	g_assert_false(overlay_add_reference(f->catalogue, list, second, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_clear_error(&error);
	/* in the order they were put, not by name */
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	rebuild(f);
	expect(f, list, "");
	scan(f, "b.flac", "Another", "Neu!");
	scan(f, "a.flac", "Song", "Can");
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	g_assert_true(overlay_set_title(f->catalogue, list, "Best", NULL));
	g_assert_false(overlay_set_title(f->catalogue, music, "Best", NULL));
	/* a reference goes with its item, and comes back with it */
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_item(f->catalogue, f->item, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	expect(f, list, "Another/Neu!/3/-1 ");
	scan(f, "a.flac", "Song", "Can");
	expect(f, list, "Song/Can/3/-1 Another/Neu!/3/-1 ");
	g_assert_true(overlay_drop_reference(f->catalogue, list, second, NULL));
	g_assert_false(overlay_drop_reference(f->catalogue, list, second, NULL));
	expect(f, list, "Song/Can/3/-1 ");
	g_assert_true(overlay_drop_container(f->catalogue, list, NULL));
	expect(f, list, "none");
}

/* Until nothing more can be written. @return how many edits were acknowledged */
static int
edit_until_full(Fixture *f)
{
	const struct rlimit limit = { 400 * 1024, 400 * 1024 };
	int n = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	open_catalogue(f);
	for (;; n++) {
		g_autofree char *title = g_strdup_printf("Edited %d", n + 1);
		const OverlayEdit one = { AVU_PROPERTY_TITLE, title };

		if (!overlay_edit(f->catalogue, f->item, &one, 1, NULL)) {
			return n;
		}
		/* what it had until then can be read on */
		g_autofree char *shown = g_strconcat(title, "/Can/3/-1 ", NULL);

		expect_item(f, shown);
	}
}

/* A disk that is full, as far as a file can see: refused, and nothing acknowledged is lost. */
static void
test_full_disk(Fixture *f, const void *unused)
{
	int ends[2], n = 0;
	int status;

	(void)unused;
	close_catalogue(f);
	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t pid = fork();

	if (pid == 0) {
		n = edit_until_full(f);
		_exit(write(ends[1], &n, sizeof(n)) == sizeof(n) ? 0 : 1);
	}
	close(ends[1]);
	g_assert_cmpint(read(ends[0], &n, sizeof(n)), ==, sizeof(n));
	close(ends[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	g_assert_cmpint(n, >, 3);
	open_catalogue(f);

	g_autofree char *last = g_strdup_printf("Edited %d/Can/3/-1 ", n);
	g_autofree char *begun = g_strdup_printf("Edited %d/Can/3/-1 ", n + 1);
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };

	g_assert_true(catalogue_get_item(f->catalogue, f->item, 0, &sink, NULL));
	/* the one that failed may have reached state.db before the catalogue was full */
	if (!g_str_equal(seen->str, begun)) {
		g_assert_cmpstr(seen->str, ==, last);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/overlay/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("years", test_years);
	ADD("edits", test_edits);
	ADD("refused", test_refused);
	ADD("play", test_play);
	ADD("promise", test_promise);
	ADD("first-promise-of-a-folder", test_first_promise_of_a_folder);
	ADD("broken-promise", test_broken_promise);
	ADD("promise-among-others", test_promise_among_others);
	ADD("promise-of-hidden", test_promise_of_hidden);
	ADD("folder", test_folder);
	ADD("folder-gone", test_folder_gone);
	ADD("large-folder", test_large_folder);
	ADD("list", test_list);
	ADD("full-disk", test_full_disk);
#undef ADD
	return g_test_run();
}
