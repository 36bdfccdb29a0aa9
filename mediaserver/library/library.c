/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's thread: scans at start and when asked, sleeps between. It is the only writer of the
 * catalogue. To the main thread it speaks by mailbox, from it comes a queue under a lock. */
#include "mediaserver/library/library-private.h"

#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

/* A folder of ten thousand broken files needs no ten thousand lines twice. */
#define COMPLAINTS_MAX 10000
#define STOP_S 1

/* From main: the pool has a batch done. */
static void
on_probed(ProbeBatch *batch, void *user_data)
{
	Cargo *cargo = user_data;
	Library *library = cargo->library;

	(void)pthread_mutex_lock(&library->lock);
	g_queue_push_tail(&library->probed, batch);
	(void)pthread_cond_signal(&library->news);
	(void)pthread_mutex_unlock(&library->lock);
}

ProbeBatch *
library_new_batch(Library *library)
{
	return probe_batch_new(on_probed, cargo_new(library));
}

void
library_batch_free(ProbeBatch *batch)
{
	if (batch != NULL) {
		cargo_free(library_cargo_of(batch));
		probe_batch_free(batch);
	}
}

void
library_submit(Library *library, ProbeBatch *batch)
{
	worker_pool_submit(library->pool, batch);
}

ProbeBatch *
library_take_probed(Library *library, bool wait)
{
	(void)pthread_mutex_lock(&library->lock);
	while (wait && g_queue_is_empty(&library->probed) && !atomic_load(&library->stopping)) {
		(void)pthread_cond_wait(&library->news, &library->lock);
	}
	ProbeBatch *batch = g_queue_pop_head(&library->probed);

	(void)pthread_mutex_unlock(&library->lock);
	return batch;
}

void
library_complain(Library *library, const DiskFolder *folder, const char *name, const char *what)
{
	g_autofree char *shown = disk_folder_name_for_display(folder, name);

	if (g_hash_table_size(library->complained) < COMPLAINTS_MAX &&
		g_hash_table_add(library->complained, g_strdup(shown))) {
		g_warning("%s: %s", shown, what);
	}
}

static void
run_changed(void *data)
{
	Library *library = data;

	library->listener.changed(library->user_data);
}

void
library_tell_changed(Library *library)
{
	avu_mailbox_post(library->mailbox, run_changed, library, NULL);
}

typedef struct {
	Library *library;
	LibraryReport report;
} Finished;

static void
run_scanned(void *data)
{
	Finished *finished = data;
	Library *library = finished->library;

	library->listener.scanned(&finished->report, library->user_data);
}

static void
scan(Library *library)
{
	Finished *finished = g_new0(Finished, 1);
	g_autoptr(GError) error = NULL;
	int64_t began_ns = avu_now_ns();

	finished->library = library;
	if (!scan_run(library, &finished->report, &error)) {
		g_warning("the scan was given up, what is known stays: %s", error->message);
	}
	finished->report.duration_ns = avu_now_ns() - began_ns;
	avu_mailbox_post(library->mailbox, run_scanned, finished, g_free);
}

static bool
wait_for_rescan(Library *library)
{
	(void)pthread_mutex_lock(&library->lock);
	while (!library->rescan_wanted && !atomic_load(&library->stopping)) {
		(void)pthread_cond_wait(&library->news, &library->lock);
	}
	library->rescan_wanted = false;
	(void)pthread_mutex_unlock(&library->lock);
	return !atomic_load(&library->stopping);
}

static void *
thread_main(void *data)
{
	Library *library = data;

	do {
		scan(library);
	} while (wait_for_rescan(library));
	return NULL;
}

Library *
library_new(Catalogue *catalogue, const Roots *roots, WorkerPool *pool, AvuMailbox *mailbox,
	const LibraryListener *listener, void *user_data)
{
	Library *library = g_new0(Library, 1);

	library->catalogue = catalogue;
	library->roots = roots;
	library->pool = pool;
	library->mailbox = avu_mailbox_ref(mailbox);
	library->listener = *listener;
	library->user_data = user_data;
	library->complained = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&library->probed);
	(void)pthread_mutex_init(&library->lock, NULL);
	(void)pthread_cond_init(&library->news, NULL);
	library->running = pthread_create(&library->thread, NULL, thread_main, library) == 0;
	if (!library->running) {
		g_warning("no thread for scanning; what is in the catalogue is shared");
	}
	return library;
}

void
library_request_stop(Library *library)
{
	(void)pthread_mutex_lock(&library->lock);
	atomic_store(&library->stopping, true);
	(void)pthread_cond_broadcast(&library->news);
	(void)pthread_mutex_unlock(&library->lock);
}

bool
library_stop(Library *library)
{
	struct timespec until;

	library_request_stop(library);
	(void)clock_gettime(CLOCK_REALTIME, &until); /* pthread_timedjoin_np's clock */
	until.tv_sec += STOP_S;
	if (library->running && pthread_timedjoin_np(library->thread, NULL, &until) != 0) {
		return false;
	}
	library->running = false;
	return true;
}

void
library_free(Library *library)
{
	if (library == NULL) {
		return;
	}
	g_return_if_fail(!library->running);
	g_queue_clear_full(&library->probed, (GDestroyNotify)library_batch_free);
	g_hash_table_unref(library->complained);
	(void)pthread_cond_destroy(&library->news);
	(void)pthread_mutex_destroy(&library->lock);
	avu_mailbox_unref(library->mailbox);
	g_free(library);
}

void
library_rescan(Library *library)
{
	(void)pthread_mutex_lock(&library->lock);
	library->rescan_wanted = true;
	(void)pthread_cond_signal(&library->news);
	(void)pthread_mutex_unlock(&library->lock);
}

void
library_touch(Library *library, const char *root, const char *path)
{
	if (roots_find(library->roots, root) != NULL && path != NULL) {
		library_rescan(library); /* finds the file among the others */
	}
}
