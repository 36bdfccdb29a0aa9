/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that come, change and go, in folders that may not be there yet. */
#include "mediaserver/library/view-watch.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <unistd.h>

#include <av-upnp/clock.h>

typedef struct {
	char *top, *file, *folder;
	ViewWatch *watch;
} Fixture;

static void
set_up(Fixture *f, const void *has_folder)
{
	f->top = g_dir_make_tmp("view-watch-XXXXXX", NULL);
	f->folder = g_build_filename(f->top, "a/b", NULL);
	f->file = g_build_filename(f->folder, "views.conf", NULL);
	if (has_folder != NULL) {
		g_assert_cmpint(g_mkdir_with_parents(f->folder, 0700), ==, 0);
	}
	const char *const paths[] = { "/nowhere/at/all", f->file, NULL };

	f->watch = view_watch_new(paths);
	g_assert_nonnull(f->watch);
	g_assert_cmpint(view_watch_next_ns(f->watch), ==, AVU_TIME_NONE);
}

static void
tear_down(Fixture *f, const void *unused)
{
	static const char *const parts[] = { "a/b/views.conf", "a/b/.views.conf.new", "a/b/other",
		"a/b", "a" };

	(void)unused;
	view_watch_free(f->watch);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_build_filename(f->top, parts[i], NULL);

		(void)g_remove(path); /* some are not there */
	}
	(void)g_rmdir(f->top);
	g_free(f->top);
	g_free(f->folder);
	g_free(f->file);
}

static bool
is_noticed(Fixture *f)
{
	struct pollfd fd = { .fd = view_watch_get_fd(f->watch), .events = POLLIN };

	/* what was done is in the queue already */
	if (poll(&fd, 1, 0) != 1) {
		return false;
	}
	view_watch_read(f->watch);
	g_assert_cmpint(view_watch_next_ns(f->watch), !=, AVU_TIME_NONE);
	return true;
}

static void
write_file(Fixture *f, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(f->folder, name, NULL);
	FILE *file = fopen(path, "w");

	g_assert_nonnull(file);
	g_assert_cmpint(fputs(text, file), >=, 0);
	g_assert_cmpint(fclose(file), ==, 0);
}

static void
test_contents(Fixture *f, const void *unused)
{
	g_autofree char *fresh = g_build_filename(f->folder, ".views.conf.new", NULL);

	(void)unused;
	write_file(f, "views.conf", "1");
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	g_assert_cmpint(view_watch_next_ns(f->watch), ==, AVU_TIME_NONE);
	g_assert_false(view_watch_take(f->watch));
	write_file(f, "views.conf", "1 2");
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	/* as editors do: the same length, another file */
	write_file(f, ".views.conf.new", "3 4");
	g_assert_true(is_noticed(f));
	g_assert_false(view_watch_take(f->watch));
	g_assert_cmpint(g_rename(fresh, f->file), ==, 0);
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	/* what is beside it is none of ours */
	write_file(f, "other", "5");
	g_assert_true(is_noticed(f));
	g_assert_false(view_watch_take(f->watch));
	g_assert_cmpint(g_unlink(f->file), ==, 0);
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	g_assert_false(is_noticed(f));
}

static void
test_folders(Fixture *f, const void *unused)
{
	g_autofree char *above = g_path_get_dirname(f->folder);
	g_autofree char *aside = g_build_filename(f->top, "c", NULL);

	(void)unused;
	g_assert_cmpint(g_mkdir(above, 0700), ==, 0);
	g_assert_true(is_noticed(f));
	g_assert_false(view_watch_take(f->watch));
	g_assert_cmpint(g_mkdir(f->folder, 0700), ==, 0);
	g_assert_true(is_noticed(f));
	g_assert_false(view_watch_take(f->watch));
	write_file(f, "views.conf", "1");
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	/* the whole folder leaves, and comes back */
	g_assert_cmpint(g_rename(f->folder, aside), ==, 0);
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
	g_assert_cmpint(g_rename(aside, f->folder), ==, 0);
	g_assert_true(is_noticed(f) && view_watch_take(f->watch));
}

/* What goes on and on is looked at all the same. */
static void
test_no_peace(Fixture *f, const void *unused)
{
	(void)unused;
	write_file(f, "other", "1");
	g_assert_true(is_noticed(f));
	const int64_t latest_ns = avu_now_ns() + 2 * AVU_NS_PER_S;

	for (int i = 0; i < 10; i++) {
		write_file(f, "other", "1");
		g_assert_true(is_noticed(f));
		g_assert_cmpint(view_watch_next_ns(f->watch), <=, latest_ns);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/view-watch/contents", Fixture, "folder", set_up, test_contents, tear_down);
	g_test_add("/view-watch/folders", Fixture, NULL, set_up, test_folders, tear_down);
	g_test_add("/view-watch/no-peace", Fixture, "folder", set_up, test_no_peace, tear_down);
	return g_test_run();
}
