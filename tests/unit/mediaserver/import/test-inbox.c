/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told to be there of an upload is there, whatever became of its file. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "import-fixture.h"
#include "mediaserver/import/inbox-private.h"

#define WHOLE 10000
#define FIRST 3000
#define LIMIT 6000 /* no file may be longer for now */

static void
set_up(House *h, const void *unused)
{
	(void)unused;
	h->files = make_folder("inbox-files-XXXXXX");
	h->directory = make_folder("inbox-state-XXXXXX");
	g_assert_true(open_house(h));
}

static void
tear_down(House *h, const void *unused)
{
	(void)unused;
	close_house(h);
	remove_all(h->files);
	remove_all(h->directory);
	g_free(h->files);
	g_free(h->directory);
}

static int64_t
promise(House *h, const char *title)
{
	g_autofree char *name = NULL, *sort = NULL;
	Item item;

	fill(&item, title, &sort);
	g_assert_true(inbox_promise(h->inbox, &h->folder, &item, title, "wav", NULL, &name, NULL));
	return item.id;
}

static void
fill_octets(char octets[WHOLE])
{
	for (int i = 0; i < WHOLE; i++) {
		octets[i] = (char)(1 + i % 251);
	}
}

static void
expect_file(const House *h, const char *name, const char *octets, size_t len)
{
	g_autofree char *path = g_build_filename(h->files, name, NULL);
	g_autoptr(GBytes) file = avu_file_read(path, 1000000, NULL);
	gsize n = 0;
	const void *data = file != NULL ? g_bytes_get_data(file, &n) : NULL;

	g_assert_cmpmem(data, n, octets, len);
}

/* @return how much is told to be there after a disk that was full in the midst of it */
static uint64_t
send_until_full(House *h, int64_t item, const char *octets)
{
	const struct rlimit less = { LIMIT, RLIM_INFINITY };
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	g_autoptr(GError) error = NULL;
	InboxFile *file = inbox_open(h->inbox, item, NULL, 0, WHOLE, NULL);
	uint64_t told;

	g_assert_true(inbox_file_write(file, octets, FIRST, NULL));
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &less), ==, 0);
	g_assert_false(inbox_file_write(file, octets + FIRST, WHOLE - FIRST, &error));
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &all), ==, 0);
	inbox_file_free(file);
	g_assert_true(inbox_get_uploaded(h->inbox, item, &told));
	return told;
}

/* Who goes on where the server says it is gets the file whole, without a hole in it. */
static void
test_full_disk(House *h, const void *unused)
{
	char octets[WHOLE];
	const int64_t item = promise(h, "song");

	(void)unused;
	(void)signal(SIGXFSZ, SIG_IGN);
	fill_octets(octets);
	const uint64_t told = send_until_full(h, item, octets);

	g_assert_cmpuint(told, ==, LIMIT);
	InboxFile *file = inbox_open(h->inbox, item, NULL, told, WHOLE - told, NULL);

	g_assert_nonnull(file);
	g_assert_true(inbox_file_write(file, octets + told, WHOLE - told, NULL));
	g_assert_true(inbox_file_finish(file, NULL));
	inbox_file_free(file);
	expect_file(h, "song.wav", octets, WHOLE);
}

/* What somebody removed meanwhile is not there: the rest alone is no file. */
static void
test_part_gone(House *h, const void *unused)
{
	g_autoptr(GDir) dir = NULL;
	g_autoptr(GError) error = NULL;
	char octets[WHOLE];
	const int64_t item = promise(h, "song");
	InboxFile *file = inbox_open(h->inbox, item, NULL, 0, WHOLE, NULL);
	const char *name;
	uint64_t told;

	(void)unused;
	fill_octets(octets);
	g_assert_true(inbox_file_write(file, octets, FIRST, NULL));
	inbox_file_free(file);
	dir = g_dir_open(h->files, 0, NULL);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(h->files, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_null(inbox_open(h->inbox, item, NULL, FIRST, WHOLE - FIRST, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
	g_assert_true(inbox_get_uploaded(h->inbox, item, &told));
	g_assert_cmpuint(told, ==, 0);
	file = inbox_open(h->inbox, item, NULL, 0, WHOLE, NULL);
	g_assert_true(inbox_file_write(file, octets, WHOLE, NULL));
	g_assert_true(inbox_file_finish(file, NULL));
	inbox_file_free(file);
	expect_file(h, "song.wav", octets, WHOLE);
}

/* Killed after the file got its name and before the library saw it: at the next start it is an item like any
 * other, which can be destroyed. */
static void
test_arrived_before_start(House *h, const void *unused)
{
	const int64_t item = promise(h, "song");
	g_autofree char *path = g_build_filename(h->files, "song.wav", NULL);
	uint64_t told;

	(void)unused;
	g_assert_true(g_file_set_contents(path, "x", 1, NULL));
	close_house(h);
	g_assert_true(open_house(h));
	g_assert_true(inbox_get_uploaded(h->inbox, item, &told));
	touch(NULL, "song.wav", h); /* the first scan */
	inbox_expire(h->inbox);
	g_assert_false(inbox_get_uploaded(h->inbox, item, &told));
}

/* The library, which sees late that a file has another name. */
static gpointer
see_late(gpointer data)
{
	House *h = data;
	g_autofree char *sort = NULL;
	Item item;

	g_assert_true(catalogue_begin(h->catalogue, NULL));
	fill(&item, "song", &sort);
	item.id = h->seen_late;
	item.name = "song, moved.wav";
	g_assert_true(catalogue_put_item(h->catalogue, &h->folder, &item, NULL));
	g_assert_true(catalogue_commit(h->catalogue, NULL));
	inbox_catalogue_changed(h->inbox);
	return NULL;
}

static void
test_moved_again(House *h, const void *unused)
{
	g_autofree char *old = g_build_filename(h->files, "song.wav", NULL);
	g_autofree char *now = g_build_filename(h->files, "song, moved.wav", NULL);
	g_autofree char *sort = NULL;
	g_autoptr(GError) error = NULL;
	CatalogueFile file = { 0 };
	Item item;

	(void)unused;
	fill(&item, "song", &sort);
	item.name = "song.wav";
	g_assert_true(catalogue_begin(h->catalogue, NULL));
	g_assert_true(catalogue_put_item(h->catalogue, &h->folder, &item, NULL));
	g_assert_true(catalogue_commit(h->catalogue, NULL));
	h->seen_late = item.id;
	g_assert_true(g_file_set_contents(
		now, "x", 1, NULL)); /* there is none of the old name any more */
	g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	GThread *library = g_thread_new("library", see_late, h);

	g_assert_true(inbox_find_file(h->inbox, item.id, &file, NULL));
	g_thread_join(library);
	g_assert_cmpstr(file.path, ==, "song, moved.wav");
	catalogue_file_clear(&file);
	g_assert_false(inbox_find_file(h->inbox, item.id + 1, &file, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 701);
}

static int64_t
upload(House *h, const char *title, const char *octets)
{
	const int64_t item = promise(h, title);
	InboxFile *file = inbox_open(h->inbox, item, NULL, 0, WHOLE, NULL);

	g_assert_true(inbox_file_write(file, octets, WHOLE, NULL));
	g_assert_true(inbox_file_finish(file, NULL));
	inbox_file_free(file);
	return item;
}

static void
expect_used(House *h, uint64_t bytes)
{
	h->inbox->recounted_ns = 0; /* as if the last were long ago */
	g_assert_true(inbox_recount(h->inbox));
	g_assert_false(inbox_recount(h->inbox));
	g_assert_cmpuint(h->inbox->stored_bytes, ==, bytes);
}

/* The quota is of what came in and is there: not less by a file that others put there, nor by one that is only
 * hidden; less by one that others remove. Over restarts, too. */
static void
test_used(House *h, const void *unused)
{
	char octets[WHOLE];

	(void)unused;
	fill_octets(octets);
	const int64_t one = upload(h, "one", octets), two = upload(h, "two", octets);
	const int64_t three = upload(h, "three", octets);

	expect_used(h, 3 * WHOLE);
	inbox_release(h->inbox, 12345); /* no upload */
	expect_used(h, 3 * WHOLE);
	inbox_release(h->inbox, one);
	inbox_release(h->inbox, one); /* once */
	expect_used(h, 2 * WHOLE);
	g_assert_true(overlay_hide(h->catalogue, two, NULL));
	close_house(h);
	g_assert_true(open_house(h));
	expect_used(h, 2 * WHOLE);
	g_autofree char *path = g_build_filename(h->files, "three.wav", NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
	expect_used(h, 2 * WHOLE); /* it may have moved: the library has not seen it yet */
	g_assert_true(overlay_hide(h->catalogue, three, NULL));
	expect_used(h, WHOLE);
}

/* The sum is made of what is kept of each file: a server that is killed between two of its words takes nothing from the
 * quota, and a folder that is not shared any more gives its part back. */
static void
test_former_run(House *h, const void *unused)
{
	char octets[WHOLE];

	(void)unused;
	fill_octets(octets);
	const int64_t one = upload(h, "one", octets);
	g_autofree char *key = g_strdup_printf("uploaded-%015" G_GINT64_MODIFIER "x", one);

	(void)upload(h, "two", octets);
	g_assert_true(
		state_set(h->state, "uploaded-000000000000007", "700 elsewhere song.wav", NULL));
	close_house(h);
	g_assert_true(open_house(h));
	g_assert_cmpuint(h->inbox->stored_bytes, ==, 2 * WHOLE);
	g_assert_true(state_drop(h->state, key, NULL)); /* and then it was killed */
	close_house(h);
	g_assert_true(open_house(h));
	g_assert_cmpuint(h->inbox->stored_bytes, ==, WHOLE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/inbox/" name, House, NULL, set_up, test, tear_down)
	ADD("full-disk", test_full_disk);
	ADD("part-gone", test_part_gone);
	ADD("arrived-before-start", test_arrived_before_start);
	ADD("moved-again", test_moved_again);
	ADD("used", test_used);
	ADD("former-run", test_former_run);
#undef ADD
	return g_test_run();
}
