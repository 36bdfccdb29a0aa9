/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One walk over all roots: what is new or changed (mtime, size, inode) goes to the workers, what is
 * gone leaves the catalogue. Nothing is followed out of a root (roots.c), no symlink is followed at
 * all, loops of bind mounts are noticed. Library's thread. Files under way are bounded by
 * BATCHES_MAX; readers see progress every TRANSACTION_NS (ROB-024). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/disk.h"
#include "mediaserver/library/describe.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/library-private.h"

/* Two at work, two that wait: the walk is never what the workers wait for. */
#define BATCHES_MAX 4
#define TRANSACTION_NS (150 * AVU_NS_PER_MS)
#define FIRST_PROGRESS_NS AVU_NS_PER_S
#define PROGRESS_NS (5 * AVU_NS_PER_S)

/* Folders that systems and appliances keep for themselves. */
static const char *const skipped_names[] = { "lost+found", "@eaDir", "#recycle", "$RECYCLE.BIN",
	"System Volume Information", NULL };

typedef struct {
	Library *library;
	LibraryReport *report;
	GQueue folders;    /* DiskFolder still to walk */
	ProbeBatch *batch; /* being filled; NULL: none */
	unsigned n_out;    /* batches at the workers */
	bool writing;      /* a transaction is open */
	int64_t began_ns;  /* it was */
	int64_t next_progress_ns;
} Scan;

static bool
is_stopping(const Scan *scan)
{
	return atomic_load(&scan->library->stopping);
}

/* Transactions */

static bool
begin(Scan *scan, GError **error)
{
	if (!scan->writing && !catalogue_begin(scan->library->catalogue, error)) {
		return false;
	}
	if (!scan->writing) {
		scan->writing = true;
		scan->began_ns = avu_now_ns();
	}
	return true;
}

static bool
commit(Scan *scan, GError **error)
{
	uint32_t before = catalogue_get_update_id(scan->library->catalogue);

	if (!scan->writing) {
		return true;
	}
	scan->writing = false;
	if (!catalogue_commit(scan->library->catalogue, error)) {
		return false;
	}
	if (catalogue_get_update_id(scan->library->catalogue) != before) {
		library_tell_changed(scan->library);
	}
	return true;
}

static bool
commit_if_old(Scan *scan, GError **error)
{
	return !scan->writing || avu_now_ns() - scan->began_ns < TRANSACTION_NS ||
	       commit(scan, error);
}

static void
tell_progress(Scan *scan)
{
	int64_t now_ns = avu_now_ns();

	if (now_ns >= scan->next_progress_ns) {
		scan->next_progress_ns = now_ns + PROGRESS_NS;
		g_message("scan: %" G_GINT64_FORMAT " items so far",
			catalogue_count_items(scan->library->catalogue));
	}
}

/* Storing what workers answered */

static bool
store_folder(Scan *scan, DiskFolder *folder, GError **error)
{
	for (; folder != NULL && !folder->stored; folder = folder->parent) {
		CatalogueFolder description = disk_folder_describe(folder);

		if (!catalogue_put_folder(scan->library->catalogue, &description, error)) {
			return false;
		}
		folder->stored = true;
	}
	return true;
}

static bool
store_file(Scan *scan, const Candidate *file, const ProbeResult *result, GError **error)
{
	CatalogueFolder folder = disk_folder_describe(file->folder);
	g_auto(Description) description = { 0 };

	if (result->outcome != PROBE_OK) {
		g_autofree char *why = g_strdup_printf("%s, %s",
			result->reason != NULL ? result->reason : "cannot be read",
			result->outcome == PROBE_UNREADABLE ? "skipping"
							    : "listed by its name only");

		library_complain(scan->library, file->folder, file->name, why);
	}
	if (result->outcome == PROBE_UNREADABLE) {
		scan->report->n_skipped++;
		return true;
	}
	description_init(&description, &folder, file->name, &file->st, result);
	return store_folder(scan, file->folder, error) &&
	       catalogue_put_item(scan->library->catalogue, &folder, &description.item, error);
}

/* Takes one batch that came back. @param wait  until there is one */
static bool
store_one_batch(Scan *scan, bool wait, bool *ret_stored, GError **error)
{
	ProbeBatch *batch = library_take_probed(scan->library, wait);
	bool good = true;

	*ret_stored = batch != NULL;
	if (batch == NULL) {
		return true;
	}
	const Cargo *cargo = library_cargo_of(batch);

	scan->n_out--;
	for (unsigned i = 0; good && i < batch->n; i++) {
		good = begin(scan, error) &&
		       store_file(scan, &cargo->files[i], &batch->results[i], error);
	}
	scan->report->n_probed += batch->n;
	library_batch_free(batch);
	tell_progress(scan);
	return good && commit_if_old(scan, error);
}

/* Stores until at most n batches are out. */
static bool
store_until(Scan *scan, unsigned n, GError **error)
{
	bool stored = true;

	while ((scan->n_out > n || stored) && !is_stopping(scan)) {
		if (!store_one_batch(scan, /* wait = */ scan->n_out > n, &stored, error)) {
			return false;
		}
	}
	return true;
}

static bool
submit(Scan *scan, GError **error)
{
	if (scan->batch == NULL) {
		return true;
	}
	library_submit(scan->library, g_steal_pointer(&scan->batch));
	scan->n_out++;
	return store_until(scan, BATCHES_MAX - 1, error);
}

/* Walking */

static bool
is_unchanged(const CatalogueKnown *known, const struct stat *st)
{
	int64_t mtime_ns = (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec;

	return known != NULL && !known->folder && known->inode == (int64_t)st->st_ino &&
	       known->size_bytes == st->st_size && known->mtime_ns == mtime_ns;
}

/* Opens a new or changed file and puts it into the batch. */
static bool
probe(Scan *scan, DiskFolder *folder, int directory, const char *name, GError **error)
{
	avu_autofd int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		if (errno != ENOENT && errno != ELOOP) {
			g_autofree char *why = g_strdup_printf("%s, skipping", g_strerror(errno));

			library_complain(scan->library, folder, name, why);
			scan->report->n_skipped++;
		}
		return true;
	}
	if (!S_ISREG(st.st_mode)) {
		return true;
	}
	if (scan->batch == NULL) {
		scan->batch = library_new_batch(scan->library);
	}
	cargo_add(library_cargo_of(scan->batch), folder, name, &st);
	probe_batch_add(scan->batch, avu_steal_fd(&fd), format_by_name(name)->extension);
	return scan->batch->n < AVU_LIMIT_WORKER_BATCH || submit(scan, error);
}

static bool
walk_file(Scan *scan, DiskFolder *folder, int directory, const char *name, GHashTable *known,
	GError **error)
{
	struct stat st;

	if (format_by_name(name) == NULL ||
		fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode)) {
		return true;
	}
	scan->report->n_files++;
	if (is_unchanged(g_hash_table_lookup(known, name), &st)) {
		(void)g_hash_table_remove(known, name);
		return true;
	}
	if (!probe(scan, folder, directory, name, error)) {
		return false;
	}
	(void)g_hash_table_remove(known, name);
	return true;
}

static void
walk_folder_entry(Scan *scan, DiskFolder *folder, const char *name, GHashTable *known)
{
	const CatalogueKnown *entry = g_hash_table_lookup(known, name);

	if (g_strv_contains(skipped_names, name)) {
		return;
	}
	if (strlen(folder->path) + strlen(name) + 1 >= AVU_LIMIT_PATH) {
		library_complain(scan->library, folder, name, "its path is too long, skipping");
		scan->report->n_skipped++;
		return;
	}
	DiskFolder *below = disk_folder_new(folder->root, folder, name);

	below->stored = entry != NULL && entry->folder;
	g_queue_push_head(&scan->folders, below);
	if (below->stored) {
		(void)g_hash_table_remove(known, name);
	}
}

/* Type of an entry where the file system does not tell. */
static unsigned char
type_of(int directory, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN ||
		fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return entry->d_type;
	}
	return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
}

static bool
remove_vanished(Scan *scan, GHashTable *known, GError **error)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, known);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const CatalogueKnown *entry = value;

		if (!begin(scan, error) ||
			!(entry->folder ? catalogue_remove_folder : catalogue_remove_item)(
				scan->library->catalogue, entry->id, error) ||
			!commit_if_old(scan, error)) {
			return false;
		}
		scan->report->n_removed++;
	}
	return true;
}

static bool
walk_entries(Scan *scan, DiskFolder *folder, DIR *dir, GHashTable *known, GError **error)
{
	struct dirent *entry;

	while (!is_stopping(scan) && (errno = 0, entry = readdir(dir)) != NULL) {
		unsigned char type =
			entry->d_name[0] == '.' ? DT_UNKNOWN : type_of(dirfd(dir), entry);

		if (type == DT_DIR) {
			walk_folder_entry(scan, folder, entry->d_name, known);
		} else if (type == DT_REG &&
			   !walk_file(scan, folder, dirfd(dir), entry->d_name, known, error)) {
			return false;
		}
	}
	if (errno != 0) {
		library_complain(scan->library, folder, NULL, "cannot be read to its end");
		return true;
	}
	/* an interrupted or broken listing proves nothing about what it did not show */
	return is_stopping(scan) || remove_vanished(scan, known, error);
}

static bool
is_loop(const DiskFolder *folder)
{
	for (const DiskFolder *above = folder->parent; above != NULL; above = above->parent) {
		if (above->device == folder->device && above->inode == folder->inode) {
			return true;
		}
	}
	return false;
}

static bool
walk_folder(Scan *scan, DiskFolder *folder, GError **error)
{
	avu_autofd int fd = root_open(folder->root, folder->path, O_DIRECTORY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		if (folder->root->fd >= 0) { /* a missing root was told at start */
			g_autofree char *why = g_strdup_printf("%s, skipping", g_strerror(errno));

			library_complain(scan->library, folder, NULL, why);
			scan->report->n_skipped++;
		}
		return true;
	}
	folder->device = st.st_dev;
	folder->inode = st.st_ino;
	DIR *dir = is_loop(folder) ? NULL : fdopendir(fd);

	if (dir == NULL) {
		return true;
	}
	(void)avu_steal_fd(&fd); /* dir has it */
	CatalogueFolder description = disk_folder_describe(folder);
	g_autoptr(GHashTable) known = catalogue_list_folder(
		scan->library->catalogue, catalogue_folder_id(&description), error);
	bool good = known != NULL && walk_entries(scan, folder, dir, known, error);

	(void)closedir(dir);
	return good;
}

static bool
walk_root(Scan *scan, const Root *root, GError **error)
{
	bool good = true;

	g_queue_push_head(&scan->folders, disk_folder_new(root, NULL, ""));
	while (good && !is_stopping(scan) && !g_queue_is_empty(&scan->folders)) {
		g_autoptr(DiskFolder) folder = g_queue_pop_head(&scan->folders);

		good = walk_folder(scan, folder, error) && commit_if_old(scan, error);
	}
	/* a batch holds files of one root only (SEC-148) */
	return good && submit(scan, error) && store_until(scan, 0, error);
}

static bool
drop_old_roots(Scan *scan, GError **error)
{
	const Roots *roots = scan->library->roots;
	g_autofree const char **uuids = g_new0(const char *, roots_get_n(roots) + 1);

	for (size_t i = 0; i < roots_get_n(roots); i++) {
		uuids[i] = roots_get(roots, i)->uuid;
	}
	return begin(scan, error) && catalogue_keep_roots(scan->library->catalogue, uuids, error) &&
	       commit(scan, error);
}

static bool
walk_all(Scan *scan, GError **error)
{
	if (!drop_old_roots(scan, error)) {
		return false;
	}
	for (size_t i = 0; i < roots_get_n(scan->library->roots) && !is_stopping(scan); i++) {
		if (!walk_root(scan, roots_get(scan->library->roots, i), error)) {
			return false;
		}
	}
	return commit(scan, error);
}

bool
scan_run(Library *library, LibraryReport *ret_report, GError **error)
{
	Scan scan = {
		.library = library,
		.report = ret_report,
		.next_progress_ns = avu_now_ns() + FIRST_PROGRESS_NS,
	};

	g_queue_init(&scan.folders);
	bool good = walk_all(&scan, error);

	if (scan.writing) {
		catalogue_rollback(library->catalogue);
	}
	library_batch_free(scan.batch);
	g_queue_clear_full(&scan.folders, (GDestroyNotify)disk_folder_unref);
	/* given up: what is still at the workers is not stored, but has to come back */
	while (scan.n_out > 0 && !is_stopping(&scan)) {
		library_batch_free(library_take_probed(library, /* wait = */ true));
		scan.n_out--;
	}
	return good;
}
