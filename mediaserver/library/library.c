/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's thread: walks all at start, then looks at what notices, requests and clocks say, and
 * sleeps between. To the main thread it speaks by mailbox, from others come queues under a lock. */
#include "mediaserver/library/library-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/library/scan.h"

#define STOP_S 1
/* A walk waits so long for files that were young when it came to them. */
#define YOUNG_NS (LIBRARY_QUIET_NS + 200 * AVU_NS_PER_MS)
/* The first line has an estimate, most often. */
#define FIRST_LOG_NS (2 * AVU_NS_PER_S)
#define TOUCHED_MAX 4096
/* What failed, for want of room most often, is tried again: each time after twice as long. */
#define AGAIN_NS (10 * AVU_NS_PER_S)
#define AGAIN_MAX_NS (300 * AVU_NS_PER_S)
/* So many single names of one folder are looked at by listing it. */
#define NAMES_MAX 32

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

static void
free_cargo(void *data)
{
	cargo_free(data);
}

ProbeBatch *
library_new_batch(Library *library)
{
	ProbeBatch *batch = probe_batch_new(on_probed, cargo_new(library));

	batch->user_data_free = free_cargo;
	return batch;
}

void
library_submit(Library *library, ProbeBatch *batch)
{
	worker_pool_submit(library->spec.pool, batch);
}

ProbeBatch *
library_take_probed(Library *library, int64_t wait_ns)
{
	int64_t until_ns = avu_now_ns() + wait_ns;
	const struct timespec until = { .tv_sec = until_ns / AVU_NS_PER_S,
		.tv_nsec = until_ns % AVU_NS_PER_S };
	bool late = wait_ns <= 0;

	(void)pthread_mutex_lock(&library->lock);
	while (!late && g_queue_is_empty(&library->probed) && !atomic_load(&library->stopping)) {
		late = pthread_cond_timedwait(&library->news, &library->lock, &until) != 0;
	}
	ProbeBatch *batch = g_queue_pop_head(&library->probed);

	(void)pthread_mutex_unlock(&library->lock);
	return batch;
}

/* Looking at what is dirty */

static bool
is_below(const DirtyEntry *entry, const DirtyEntry *tree)
{
	size_t len = strlen(tree->folder);

	return tree->extent == DIRTY_TREE && entry->root == tree->root &&
	       strncmp(entry->folder, tree->folder, len) == 0 &&
	       (len == 0 || entry->folder[len] == '/' || entry->folder[len] == '\0');
}

static bool
look_at_tree(Library *library, Scan *scan, const DirtyEntry *entry, GError **error)
{
	const Root *root = roots_get(library->roots, entry->root);
	uint64_t before = scan_get_n_seen(scan);
	int64_t began_ns = avu_now_ns();

	if (!scan_tree(scan, root, entry->folder, error)) {
		return false;
	}
	if (entry->folder[0] == '\0') {
		library_note_walked(
			library, root, avu_now_ns() - began_ns, scan_get_n_seen(scan) > before);
	}
	return true;
}

/* Those of one folder. @param entries  the first of n */
static bool
look_at_folder(Library *library, Scan *scan, DirtyEntry *const *entries, size_t n, GError **error)
{
	const Root *root = roots_get(library->roots, entries[0]->root);
	g_autofree ScanName *names = g_new(ScanName, n);
	size_t n_names = 0;
	bool whole = n > NAMES_MAX;

	for (size_t i = 0; i < n; i++) {
		whole = whole || entries[i]->extent == DIRTY_FOLDER;
		if (entries[i]->extent == DIRTY_NAME) {
			names[n_names++] = (ScanName){ entries[i]->name, entries[i]->quiet_ns,
				entries[i]->waited };
		}
	}
	return (whole ? scan_folder : scan_names)(
		scan, root, entries[0]->folder, names, n_names, error);
}

static bool
look_at(Library *library, Scan *scan, GPtrArray *due, GError **error)
{
	DirtyEntry *const *entries = (DirtyEntry *const *)due->pdata;
	const DirtyEntry *tree = NULL;
	bool good = true;

	for (guint i = 0; good && i < due->len && !atomic_load(&library->stopping);) {
		guint next = i + 1;

		while (next < due->len && entries[next]->root == entries[i]->root &&
			g_str_equal(entries[next]->folder, entries[i]->folder)) {
			next++;
		}
		if (tree != NULL && is_below(entries[i], tree)) {
			/* walked with it */
		} else if (entries[i]->extent == DIRTY_TREE) { /* "" comes before names */
			tree = entries[i];
			good = look_at_tree(library, scan, tree, error);
		} else {
			good = look_at_folder(library, scan, &entries[i], next - i, error);
		}
		i = next;
	}
	return good;
}

static void
give_up(Library *library, const GError *error)
{
	library->again_ns = CLAMP(2 * library->again_ns, AGAIN_NS, AGAIN_MAX_NS);
	if (g_strcmp0(library->gave_up, error->message) !=
		0) { /* once, however often it is tried */
		g_warning("the scan was given up, what is known stays; it is tried again: %s",
			error->message);
		g_free(library->gave_up);
		library->gave_up = g_strdup(error->message);
	}
	for (guint i = 0; i < roots_get_n(library->roots); i++) {
		library_note_root(library, i, avu_now_ns() + library->again_ns);
	}
}

static void
note_success(Library *library)
{
	if (library->gave_up != NULL) {
		g_message("the scan that failed before was done to its end");
	}
	library->again_ns = 0;
	g_clear_pointer(&library->gave_up, g_free);
}

/* @return false: nothing could be written; there is no sense in going on at once */
static bool
look_at_due(Library *library, LibraryReport *report)
{
	g_autoptr(GPtrArray) due = dirty_take(library->dirty, avu_now_ns());
	g_autoptr(GError) error = NULL;

	if (due->len == 0) {
		return true;
	}
	g_autoptr(Scan) scan = scan_new(library, report, SCAN_OF_CHANGES);

	if (look_at(library, scan, due, &error) && scan_finish(scan, &error)) {
		note_success(library);
		return true;
	}
	give_up(library, error);
	return false;
}

/* Requests and waiting */

/* Sleeps until something is there, or until_ns; AVU_TIME_NONE: for ever. */
static void
sleep_until(Library *library, int64_t until_ns)
{
	struct pollfd fds[] = {
		{ .fd = library->wake, .events = POLLIN },
		{ .fd = library->watch != NULL ? watch_get_fd(library->watch) : -1,
			.events = POLLIN },
		{ .fd = library->mounts, .events = POLLPRI },
		{ .fd = library->view_watch != NULL ? view_watch_get_fd(library->view_watch) : -1,
			.events = POLLIN },
	};
	int64_t left_ns = until_ns == AVU_TIME_NONE ? 0 : MAX(until_ns - avu_now_ns(), 0);
	const struct timespec timeout = { .tv_sec = left_ns / AVU_NS_PER_S,
		.tv_nsec = left_ns % AVU_NS_PER_S };

	if (ppoll(fds, G_N_ELEMENTS(fds), until_ns == AVU_TIME_NONE ? NULL : &timeout, NULL) <= 0) {
		return;
	}
	if (fds[0].revents != 0) {
		uint64_t count;

		(void)read(library->wake, &count, sizeof(count)); /* only wakes */
	}
	if (fds[2].revents != 0) { /* POLLERR: the list of mounts is another one */
		library->next_check_ns = avu_now_ns();
	}
	if (fds[3].revents != 0) {
		view_watch_read(library->view_watch);
	}
}

/* AVU_TIME_NONE: nothing is to be done. */
static int64_t
next_work_ns(const Library *library)
{
	const int64_t times_ns[] = { library->mend_ns, dirty_next_ns(library->dirty),
		library_next_care_ns(library),
		library->view_watch != NULL ? view_watch_next_ns(library->view_watch)
					    : AVU_TIME_NONE };
	int64_t next_ns = AVU_TIME_NONE;

	for (size_t i = 0; i < G_N_ELEMENTS(times_ns); i++) {
		if (next_ns == AVU_TIME_NONE ||
			(times_ns[i] != AVU_TIME_NONE && times_ns[i] < next_ns)) {
			next_ns = times_ns[i];
		}
	}
	return next_ns;
}

/* @return everything is to be walked */
static bool
take_requests(Library *library)
{
	(void)pthread_mutex_lock(&library->lock);
	bool wanted = library->rescan_wanted;

	library->rescan_wanted = false;
	for (;;) {
		DirtyEntry *entry = g_queue_pop_head(&library->touched);

		if (entry == NULL) {
			break;
		}
		library_note_dirty(library, entry, false);
		dirty_entry_free(entry);
	}
	(void)pthread_mutex_unlock(&library->lock);
	return wanted;
}

/* Walking all */

/* Files that were being copied, or had just been, when the walk came to them: a moment is waited for
 * them, so that what was there at the start is there at the end. */
static void
wait_for_young(Library *library, LibraryReport *report)
{
	int64_t until_ns = avu_now_ns() + YOUNG_NS;
	int64_t next_ns = dirty_next_ns(library->dirty);

	while (next_ns != AVU_TIME_NONE && next_ns <= until_ns &&
		!atomic_load(&library->stopping)) {
		sleep_until(library, next_ns);
		library_read_notices(library);
		if (!look_at_due(library, report)) {
			return;
		}
		next_ns = dirty_next_ns(library->dirty);
	}
}

static bool
walk_all(Library *library, Scan *scan, GError **error)
{
	bool good = scan_drop_old_roots(scan, error);

	for (unsigned i = 0; good && i < roots_get_n(library->roots); i++) {
		const DirtyEntry all = {
			.root = i,
			.folder = (char *)"",
			.name = (char *)"",
			.extent = DIRTY_TREE,
		};

		dirty_forget_root(library->dirty, i);
		good = look_at_tree(library, scan, &all, error);
	}
	return good && scan_finish(scan, error);
}

static void
scan_all(Library *library)
{
	LibraryReport report = { .complete = true };
	g_autoptr(GError) error = NULL;
	int64_t began_ns = avu_now_ns();
	Scan *scan = scan_new(library, &report, SCAN_OF_ALL);

	progress_meter_start(&library->meter, began_ns, (unsigned)roots_get_n(library->roots));
	library->showing_progress = true;
	library->next_log_ns = began_ns + FIRST_LOG_NS;
	bool good = walk_all(library, scan, &error);

	scan_free(scan);
	report.failed = !good;
	if (good) {
		note_success(library);
		wait_for_young(library, &report);
	} else {
		give_up(library, error);
	}
	library->showing_progress = false;
	report.duration_ns = avu_now_ns() - began_ns;
	library_tell_scanned(library, &report);
	if (good) {
		library_balance_views(library);
	}
}

static void
scan_part(Library *library)
{
	LibraryReport report = { .complete = false };
	int64_t began_ns = avu_now_ns();

	(void)look_at_due(library, &report); /* told there */
	report.duration_ns = avu_now_ns() - began_ns;
	if (report.n_probed > 0 || report.n_removed > 0) {
		library_tell_scanned(library, &report);
		library_balance_views(library);
	}
	if (dirty_next_ns(library->dirty) == AVU_TIME_NONE) {
		renames_clear(library->renames);
	}
}

/* Some of the catalogue cannot be read any more: it is made anew of what is on the disk. */
static void
mend(Library *library)
{
	g_autoptr(GError) error = NULL;

	g_warning("a part of the catalogue is damaged; it is set aside and built anew");
	if (catalogue_rebuild(library->catalogue, &error)) {
		library->mend_ns = AVU_TIME_NONE;
		library_tell_changed(library);
		scan_all(library);
	} else {
		g_warning("the catalogue: %s; it is tried again", error->message);
		library->mend_ns = avu_now_ns() + AGAIN_NS;
	}
}

static bool
is_to_be_mended(const Library *library)
{
	return catalogue_is_damaged(library->catalogue) &&
	       (library->mend_ns == AVU_TIME_NONE || library->mend_ns <= avu_now_ns());
}

static void *
thread_main(void *data)
{
	Library *library = data;

	scan_all(library);
	while (!atomic_load(&library->stopping)) {
		if (is_to_be_mended(library)) {
			mend(library);
			continue;
		}
		if (take_requests(library)) {
			library_reload_views(library);
			library_check_roots(library);
			scan_all(library);
			continue;
		}
		library_read_notices(library);
		library_care(library);
		library_care_views(library);
		int64_t next_ns = next_work_ns(library);

		if (next_ns != AVU_TIME_NONE && next_ns <= avu_now_ns()) {
			scan_part(library);
		} else {
			sleep_until(library, next_ns);
		}
	}
	return NULL;
}

static void
open_notices(Library *library)
{
	g_autoptr(GError) error = NULL;

	library->watch = watch_new(&error);
	if (library->watch == NULL) {
		g_warning("%s", error->message);
	}
	library->view_watch = library_watch_views();
	library->mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	library->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* On the thread of whoever met it: the library's own looks before it sleeps again. */
static void
on_damaged(void *data)
{
	const Library *library = data;
	const uint64_t one = 1;

	(void)write(library->wake, &one, sizeof(one)); /* full: it wakes anyway */
}

Library *
library_new(const LibrarySpec *spec, const LibraryListener *listener, void *user_data)
{
	Library *library = g_new0(Library, 1);
	pthread_condattr_t attributes;

	library->spec = *spec;
	library->catalogue = spec->catalogue;
	library->roots = spec->roots;
	(void)avu_mailbox_ref(spec->mailbox);
	library->listener = *listener;
	library->user_data = user_data;
	library->complained = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	library->dirty = dirty_new();
	library->renames = renames_new();
	library->care = g_new0(RootCare, roots_get_n(spec->roots));
	for (unsigned i = 0; i < roots_get_n(spec->roots); i++) {
		library->care[i].next_ns = AVU_TIME_NONE; /* the first walk is on its way */
	}
	library->next_check_ns = avu_now_ns();
	g_queue_init(&library->probed);
	g_queue_init(&library->touched);
	(void)pthread_mutex_init(&library->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&library->news, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	open_notices(library);
	library->mend_ns = AVU_TIME_NONE;
	catalogue_set_damaged(library->catalogue, on_damaged, library);
	library->running = pthread_create(&library->thread, NULL, thread_main, library) == 0;
	if (!library->running) {
		g_warning("no thread for scanning; what is in the catalogue is shared");
	}
	return library;
}

static void
wake(Library *library)
{
	const uint64_t one = 1;

	(void)pthread_cond_broadcast(&library->news);
	(void)write(library->wake, &one, sizeof(one)); /* full: it wakes anyway */
}

void
library_request_stop(Library *library)
{
	catalogue_end_long(library->catalogue);
	(void)pthread_mutex_lock(&library->lock);
	atomic_store(&library->stopping, true);
	wake(library);
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
	catalogue_set_damaged(library->catalogue, NULL, NULL);
	g_queue_clear_full(&library->probed, (GDestroyNotify)probe_batch_free);
	g_queue_clear_full(&library->touched, dirty_entry_free);
	g_hash_table_unref(library->complained);
	g_free(library->gave_up);
	dirty_free(library->dirty);
	renames_free(library->renames);
	watch_free(library->watch);
	view_watch_free(library->view_watch);
	avu_fd_cleanup(&library->mounts);
	avu_fd_cleanup(&library->wake);
	g_free(library->care);
	(void)pthread_cond_destroy(&library->news);
	(void)pthread_mutex_destroy(&library->lock);
	avu_mailbox_unref(library->spec.mailbox);
	g_free(library);
}

void
library_rescan(Library *library)
{
	(void)pthread_mutex_lock(&library->lock);
	library->rescan_wanted = true;
	wake(library);
	(void)pthread_mutex_unlock(&library->lock);
}

/* Of a path: the folder and the name in it; "" is a root's own folder. */
static DirtyEntry *
entry_for(const Root *root, const char *path)
{
	const char *slash = strrchr(path, '/');
	DirtyEntry *entry = g_new0(DirtyEntry, 1);

	entry->root = root->number;
	entry->extent = path[0] == '\0' ? DIRTY_TREE : DIRTY_NAME;
	entry->folder = slash != NULL ? g_strndup(path, (size_t)(slash - path)) : g_strdup("");
	entry->name = g_strdup(slash != NULL ? slash + 1 : path);
	entry->due_ns = avu_now_ns();
	return entry;
}

static void
touch(Library *library, const char *root_uuid, const char *path, bool growing)
{
	const Root *root = roots_find(library->roots, root_uuid);

	if (root == NULL) {
		return;
	}
	DirtyEntry *entry = entry_for(root, path);

	entry->quiet_ns = growing ? LIBRARY_WRITER_QUIET_NS : 0;
	entry->waited = growing; /* by whoever fetched it */
	(void)pthread_mutex_lock(&library->lock);
	if (g_queue_get_length(&library->touched) < TOUCHED_MAX) {
		g_queue_push_tail(&library->touched, entry);
	} else {
		dirty_entry_free(entry);
		library->rescan_wanted = true;
	}
	wake(library);
	(void)pthread_mutex_unlock(&library->lock);
}

void
library_touch(Library *library, const char *root_uuid, const char *path)
{
	touch(library, root_uuid, path, /* growing = */ false);
}

void
library_touch_growing(Library *library, const char *root_uuid, const char *path)
{
	touch(library, root_uuid, path, /* growing = */ true);
}
