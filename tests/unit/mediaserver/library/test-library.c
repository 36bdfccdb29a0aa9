/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library as a whole, on a clock of its own: what the first scan could not store for want of room is looked for
 * again ten seconds later, not before. */
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

#include <av-upnp/clock.h>

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/library-private.h"

#define N_FILES 64
#define NAME_LEN 200 /* so long that the pages that are there do not hold them */

/* The clock of this program: what avu_now_ns() and GLib read, so much ahead of the true one. */
static _Atomic int64_t ahead_ns;

int
clock_gettime(clockid_t clock, struct timespec *time)
{
	const int status = (int)syscall(SYS_clock_gettime, clock, time);
	const int64_t add_ns = clock == CLOCK_MONOTONIC ? atomic_load(&ahead_ns) : 0;

	if (status == 0) {
		const int64_t ns = time->tv_nsec + add_ns;

		time->tv_sec += ns / AVU_NS_PER_S;
		time->tv_nsec = ns % AVU_NS_PER_S;
	}
	return status;
}

static _Atomic unsigned n_given_up;

static void
on_log(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
	if (strstr(text, "given up") != NULL) {
		g_assert_nonnull(strstr(text, "full"));
		atomic_fetch_add(&n_given_up, 1);
	}
	g_log_default_handler(domain, level, text, data);
}

typedef struct {
	char *directory, *root;
	GMainLoop *loop;
	unsigned n_scanned;
} Fixture;

static void
on_changed(void *data)
{
	(void)data;
}

static void
on_progress(const Progress *progress, void *data)
{
	(void)progress, (void)data;
}

static void
on_scanned(const LibraryReport *report, void *data)
{
	Fixture *f = data;

	(void)report;
	f->n_scanned++;
	g_main_loop_quit(f->loop);
}

static const LibraryListener listener = { on_changed, on_progress, on_scanned };

static char *
name_of(const Fixture *f, unsigned i)
{
	return g_strdup_printf("%s/%0*u.flac", f->root, NAME_LEN, i);
}

static void
set_up(Fixture *f, const void *unused)
{
	const struct utimbuf old = { 1000000000, 1000000000 }; /* nobody writes to it any more */

	(void)unused;
	f->directory = g_dir_make_tmp("library-XXXXXX", NULL);
	f->root = g_build_filename(f->directory, "r", NULL);
	f->loop = g_main_loop_new(NULL, FALSE);
	g_assert_cmpint(g_mkdir(f->root, 0700), ==, 0);
	for (unsigned i = 0; i < N_FILES; i++) {
		g_autofree char *name = name_of(f, i);

		g_assert_true(g_file_set_contents(name, "x", 1, NULL));
		g_assert_cmpint(utime(name, &old), ==, 0);
	}
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		(void)g_unlink(below);
	}
	(void)g_rmdir(path);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	remove_all(f->root);
	remove_all(f->directory);
	g_main_loop_unref(f->loop);
	g_free(f->root);
	g_free(f->directory);
}

/* The library's thread wakes, does what is due by its clock, and sleeps again: it takes what wakes it before it
 * looks, so once it takes the second all is done that the first led to. */
static void
look_at_clock(const Library *library)
{
	static const uint64_t one = 1;

	for (int i = 0; i < 2; i++) {
		struct pollfd fd = { .fd = library->wake, .events = POLLIN };

		g_assert_cmpint(write(library->wake, &one, sizeof one), ==, sizeof one);
		while (poll(&fd, 1, 0) > 0) {
			(void)g_main_context_iteration(NULL, FALSE); /* workers answer there */
		}
	}
}

static void
set_pages_max(Catalogue *catalogue, const char *sql)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(database_run(catalogue->writer, sql, &error));
}

static void
test_full_disk(Fixture *f, const void *spawner)
{
	const char *const folders[] = { f->root, NULL };
	State *state = state_open(f->directory, NULL);
	Catalogue *catalogue = catalogue_open(f->directory, state, NULL);
	g_autoptr(Roots) roots = roots_new(state, folders, NULL);
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new((AvuSpawner *)spawner, NULL);
	g_autoptr(WorkerPool) pool =
		worker_pool_new((AvuSpawner *)spawner, supervisor, mailbox, 1, NULL);
	const LibrarySpec spec = { .catalogue = catalogue,
		.state = state,
		.roots = roots,
		.pool = pool,
		.mailbox = mailbox };

	g_assert_true(catalogue != NULL && roots != NULL && pool != NULL);
	set_pages_max(
		catalogue, "PRAGMA max_page_count = 1"); /* as many as there are, and no more */
	Library *library = library_new(&spec, &listener, f);

	g_main_loop_run(f->loop);
	g_assert_cmpuint(f->n_scanned, ==, 1);
	g_assert_cmpuint(n_given_up, ==, 1);
	g_assert_cmpint(catalogue_count_items(catalogue), ==, 0);
	/* it would fail once more, and say so */
	atomic_fetch_add(&ahead_ns, 9 * AVU_NS_PER_S);
	look_at_clock(library);
	g_assert_cmpuint(n_given_up, ==, 1);
	set_pages_max(catalogue, "PRAGMA max_page_count = 100000");
	atomic_fetch_add(&ahead_ns, AVU_NS_PER_S);
	look_at_clock(library);
	g_assert_cmpint(catalogue_count_items(catalogue), ==, N_FILES);
	g_assert_cmpuint(n_given_up, ==, 1);
	g_assert_true(library_stop(library));
	g_clear_pointer(&pool, worker_pool_free); /* does not call back any more */
	library_free(library);
	catalogue_close(catalogue);
	state_close(state);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_path_get_dirname(argv[0]);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
	g_autoptr(GError) error = NULL;

	g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
	g_setenv("AV_UPNP_LIBEXECDIR", absolute,
		TRUE); /* a worker that says the same of each file */
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL);

	g_test_init(&argc, &argv, NULL);
	g_log_set_always_fatal(G_LOG_FATAL_MASK); /* what is given up is a warning */
	(void)g_log_set_default_handler(on_log, NULL);
	g_assert_true(formats_load(&error) && views_load(&error));
	g_test_add("/library/full-disk", Fixture, spawner, set_up, test_full_disk, tear_down);
	return g_test_run();
}
