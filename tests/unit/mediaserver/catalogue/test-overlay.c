/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people say about objects: shown at once, kept by a scan, a restart and a rebuild of the
 * catalogue, and taken back without the file. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mediaserver/catalogue/disk.h"
#include "overlay-fixture.h"

static void
test_edits(Fixture *f, const void *unused)
{
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
	g_autoptr(GString) artists = look_into(f, container_of_view("music-artists"));

	g_assert_nonnull(strstr(artists->str, "The Can[1]"));
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
	const int64_t years = container_of_view("music-years");

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
	ADD("full-disk", test_full_disk);
#undef ADD
	return g_test_run();
}
