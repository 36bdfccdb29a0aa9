/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library as a whole, on a clock of its own: what the first scan could not store for want of room is looked for
 * again ten seconds later, not before; folders of which there are no notices are walked each minute. */
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
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

/* No notices here: tests say when something is looked at. */
int
inotify_init1(int flags)
{
	(void)flags;
	errno = EMFILE;
	return -1;
}

static _Atomic unsigned n_given_up, n_polled;

static void
on_log(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
	if (strstr(text, "given up") != NULL) {
		g_assert_nonnull(strstr(text, "full"));
		atomic_fetch_add(&n_given_up, 1);
	}
	if (strstr(text, "from time to time") != NULL) {
		atomic_fetch_add(&n_polled, 1);
	}
	g_log_default_handler(domain, level, text, data);
}

static pthread_t main_thread;

typedef struct {
	char *directory, *root;
	GMainLoop *loop;
	unsigned n_scanned;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	AvuMailbox *mailbox;
	AvuSupervisor *supervisor;
	WorkerPool *pool;
	Library *library; /* NULL: not yet */
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

static char *
sum_up(void *data)
{
	(void)data;
	/* it may ask the catalogue, as long as a query takes: nobody may wait for it but the library */
	return g_strdup(pthread_equal(pthread_self(), main_thread) ? "main" : "library");
}

static void
on_scanned(const LibraryReport *report, void *data)
{
	Fixture *f = data;

	g_assert_cmpstr(report->summary, ==, "library");
	f->n_scanned++;
	g_main_loop_quit(f->loop);
}

static const LibraryListener listener = { on_changed, on_progress, sum_up, on_scanned };

static void
put_file(const Fixture *f, unsigned i)
{
	const struct utimbuf old = { 1000000000, 1000000000 }; /* nobody writes to it any more */
	g_autofree char *name = g_strdup_printf("%s/%0*u.flac", f->root, NAME_LEN, i);

	g_assert_true(g_file_set_contents(name, "x", 1, NULL));
	g_assert_cmpint(utime(name, &old), ==, 0);
}

static void
set_up(Fixture *f, const void *spawner)
{
	f->directory = g_dir_make_tmp("library-XXXXXX", NULL);
	f->root = g_build_filename(f->directory, "r", NULL);
	f->loop = g_main_loop_new(NULL, FALSE);
	g_assert_cmpint(g_mkdir(f->root, 0700), ==, 0);
	for (unsigned i = 0; i < N_FILES; i++) {
		put_file(f, i);
	}
	const char *const folders[] = { f->root, NULL };

	n_given_up = n_polled = 0;
	f->state = state_open(f->directory, NULL);
	f->catalogue = catalogue_open(f->directory, f->state, NULL);
	f->roots = roots_new(f->state, folders, NULL);
	f->mailbox = avu_mailbox_new(NULL);
	f->supervisor = avu_supervisor_new((AvuSpawner *)spawner, NULL);
	f->pool = worker_pool_new((AvuSpawner *)spawner, f->supervisor, f->mailbox, 1, NULL, NULL);
	g_assert_true(f->catalogue != NULL && f->roots != NULL && f->pool != NULL);
}

/* Its first scan ends. */
static void
start(Fixture *f)
{
	const LibrarySpec spec = {
		.catalogue = f->catalogue,
		.state = f->state,
		.roots = f->roots,
		.pool = f->pool,
		.mailbox = f->mailbox,
	};

	f->library = library_new(&spec, &listener, f);
	g_main_loop_run(f->loop);
	g_assert_cmpuint(f->n_scanned, ==, 1);
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
	g_assert_true(library_stop(f->library));
	worker_pool_free(f->pool); /* does not call back any more */
	library_free(f->library);
	avu_supervisor_free(f->supervisor);
	avu_mailbox_unref(f->mailbox);
	roots_free(f->roots);
	catalogue_close(f->catalogue);
	state_close(f->state);
	remove_all(f->root);
	remove_all(f->directory);
	g_main_loop_unref(f->loop);
	g_free(f->root);
	g_free(f->directory);
}

/* So much later. The library's thread wakes, does what is due by its clock, and sleeps again: it takes what wakes it
 * before it looks, so once it takes the second all is done that the first led to. */
static void
pass(const Fixture *f, int64_t ns)
{
	static const uint64_t one = 1;

	atomic_fetch_add(&ahead_ns, ns);
	for (int i = 0; i < 2; i++) {
		struct pollfd fd = { .fd = f->library->wake, .events = POLLIN };

		g_assert_cmpint(write(fd.fd, &one, sizeof one), ==, sizeof one);
		while (poll(&fd, 1, 0) > 0) {
			(void)g_main_context_iteration(NULL, FALSE); /* workers answer there */
		}
	}
}

/* While nobody writes. */
static void
set_room(const Fixture *f, const char *pragma)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(database_run(f->catalogue->writer, pragma, &error));
}

static void
test_full_disk(Fixture *f, const void *unused)
{
	(void)unused;
	set_room(f, "PRAGMA max_page_count = 1"); /* as many as there are, and no more */
	start(f);
	g_assert_cmpuint(n_given_up, ==, 1);
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, 0);
	pass(f, 9 * AVU_NS_PER_S);
	g_assert_cmpuint(n_given_up, ==, 1); /* it would fail once more, and say so */
	set_room(f, "PRAGMA max_page_count = 100000");
	pass(f, AVU_NS_PER_S);
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, N_FILES);
	g_assert_cmpuint(n_given_up, ==, 1);
}

/* Also where the setting RescanInterval is 0, as here. */
static void
test_polled(Fixture *f, const void *unused)
{
	(void)unused;
	start(f);
	g_assert_cmpint(catalogue_count_items(f->catalogue), ==, N_FILES);
	for (unsigned round = 0; round < 2; round++) {
		put_file(f, N_FILES + round);
		pass(f, 30 * AVU_NS_PER_S);
		g_assert_cmpint(catalogue_count_items(f->catalogue), ==, N_FILES + round);
		pass(f, 31 * AVU_NS_PER_S);
		g_assert_cmpint(catalogue_count_items(f->catalogue), ==, N_FILES + round + 1);
	}
	g_assert_cmpuint(n_polled, ==, 1); /* it is said once */
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
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);

	g_test_init(&argc, &argv, NULL);
	main_thread = pthread_self();
	g_log_set_always_fatal(G_LOG_FATAL_MASK); /* what is given up is a warning */
	(void)g_log_set_default_handler(on_log, NULL);
	g_assert_true(formats_load(&error) && views_load(&error));
	g_test_add("/library/full-disk", Fixture, spawner, set_up, test_full_disk, tear_down);
	g_test_add("/library/polled", Fixture, spawner, set_up, test_polled, tear_down);
	return g_test_run();
}
