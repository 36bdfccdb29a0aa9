/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The storing half of a pass: batches to the workers and back, transactions, what is gone. Library's
 * thread. Files under way are bounded by BATCHES_MAX; readers see progress every TRANSACTION_NS
 * (ROB-024). */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/overlay.h"
#include "mediaserver/library/describe.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/scan-private.h"
#include "mediaserver/library/sidecars.h"

/* Two at work, two that wait: the walk is never what the workers wait for. */
#define BATCHES_MAX 4
#define TRANSACTION_NS (150 * AVU_NS_PER_MS)
/* Workers may take long for what is on a slow disk: who asks how far the scan is hears of now. */
#define WAIT_NS (250 * AVU_NS_PER_MS)
/* so many files in one pass leave more than a piece or two */
#define TIDY_FILES 5000

bool
scan_is_stopping(const Scan *scan)
{
	return atomic_load(&scan->library->stopping);
}

/* Transactions */

bool
scan_begin(Scan *scan, GError **error)
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

bool
scan_commit(Scan *scan, GError **error)
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

bool
scan_commit_if_old(Scan *scan, GError **error)
{
	return !scan->writing || avu_now_ns() - scan->began_ns < TRANSACTION_NS ||
	       scan_commit(scan, error);
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
		if (folder->known != 0) {
			moves_find(scan->moves, folder->known);
		}
	}
	return true;
}

/* The file was written to, or replaced, while it was read: what was read may be of both. */
static bool
changed_since(const ProbeBatch *batch, unsigned i, const struct stat *before)
{
	struct stat now;

	return fstat(batch->fds[i], &now) == 0 &&
	       (now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
		       now.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

static void
complain_of(Scan *scan, const Candidate *file, const ProbeResult *result)
{
	g_autofree char *why = g_strdup_printf("%s, %s",
		result->reason != NULL ? result->reason : "cannot be read",
		result->outcome == PROBE_UNREADABLE ? "skipping" : "listed by its name only");

	library_complain(scan->library, file->folder, file->name, why);
}

/* Another file was here: it goes, unless it was found elsewhere and stored there already. */
static bool
remove_replaced(Scan *scan, const Candidate *file, GError **error)
{
	g_auto(CataloguePlace) place = { 0 };

	if (file->replaces == 0) {
		return true;
	}
	if (!catalogue_find_place(scan->library->catalogue, file->replaces, &place, error)) {
		return false;
	}
	bool here = place.known.id != 0 && g_str_equal(place.name, file->name) &&
		    g_str_equal(place.path, file->folder->path) &&
		    g_str_equal(place.root, file->folder->root->uuid);

	return !here || catalogue_remove_item(scan->library->catalogue, file->replaces, error);
}

static bool
store_file(Scan *scan, const Candidate *file, const ProbeResult *result, GError **error)
{
	CatalogueFolder folder = disk_folder_describe(file->folder);
	g_auto(Description) description = { 0 };

	if (result->outcome != PROBE_OK) {
		complain_of(scan, file, result);
	}
	if (result->outcome == PROBE_UNREADABLE) {
		scan->report->n_skipped++;
		return true;
	}
	description_init(&description, &folder, file->name, &file->st, result);
	if (file->growing) {
		description_set_growing(&description);
	}
	sidecars_describe(&description, file->folder->companions);
	if (!scan->library->spec.locations) {
		description.item.location = NULL;
	}
	description.item.id = file->id;
	file->folder->media_changed = true;
	scan->report->n_probed++;
	if (file->id != 0) {
		moves_find(scan->moves, file->id);
	} else if (file->uncounted) {
		scan->report->n_files++;
	}
	return store_folder(scan, file->folder, error) && remove_replaced(scan, file, error) &&
	       catalogue_put_item(scan->library->catalogue, &folder, &description.item, error);
}

static bool
finish_folder(Scan *scan, DiskFolder *folder, GError **error)
{
	if (!folder->walked || folder->n_out > 0 ||
		(folder->changed == NULL && !folder->media_changed)) {
		return true;
	}
	return scan_begin(scan, error) &&
	       (folder->changed == NULL || store_folder(scan, folder, error)) &&
	       survey_store(scan, folder, error);
}

bool
scan_folder_walked(Scan *scan, DiskFolder *folder, GError **error)
{
	folder->walked = true;
	progress_meter_advance(&scan->library->meter, folder->share);
	folder->share = 0;
	return finish_folder(scan, folder, error);
}

static bool
store_batch(Scan *scan, const ProbeBatch *batch, GError **error)
{
	const Cargo *cargo = library_cargo_of(batch);
	bool good = true;

	for (unsigned i = 0; good && i < batch->n; i++) {
		const Candidate *file = &cargo->files[i];

		file->folder->n_out--;
		if (!file->growing && changed_since(batch, i, &file->st)) {
			library_put_off(scan->library, file->folder, file->name, LIBRARY_QUIET_NS);
		} else if (!file->growing || batch->results[i].outcome == PROBE_OK) {
			good = scan_begin(scan, error) &&
			       store_file(scan, file, &batch->results[i], error);
		} /* else it is looked at again when it is whole */
		good = good && finish_folder(scan, file->folder, error);
	}
	return good;
}

/* Takes one batch that came back, if one does in that time. */
static bool
store_one_batch(Scan *scan, int64_t wait_ns, bool *ret_stored, GError **error)
{
	g_autoptr(ProbeBatch) batch = library_take_probed(scan->library, wait_ns);
	bool good = true;

	*ret_stored = batch != NULL;
	if (batch != NULL) {
		scan->n_out--;
		good = store_batch(scan, batch, error);
	}
	library_note_progress(scan->library, scan->report);
	return good && scan_commit_if_old(scan, error);
}

/* Stores until at most n batches are out. */
static bool
store_until(Scan *scan, unsigned n, GError **error)
{
	bool stored = true;

	while ((scan->n_out > n || stored) && !scan_is_stopping(scan)) {
		if (!store_one_batch(scan, scan->n_out > n ? WAIT_NS : 0, &stored, error)) {
			return false;
		}
	}
	return true;
}

bool
scan_submit(Scan *scan, GError **error)
{
	if (scan->batch == NULL) {
		return true;
	}
	library_submit(scan->library, g_steal_pointer(&scan->batch));
	scan->n_out++;
	return store_until(scan, BATCHES_MAX - 1, error);
}

bool
scan_probe(Scan *scan, const Candidate *file, int fd, GError **error)
{
	if (scan->batch == NULL) {
		scan->batch = library_new_batch(scan->library);
	}
	cargo_add(library_cargo_of(scan->batch), file);
	probe_batch_add(scan->batch, fd, format_by_name(file->name)->extension);
	file->folder->n_out++;
	return scan->batch->n < AVU_LIMIT_WORKER_BATCH || scan_submit(scan, error);
}

/* What is gone */

/* A part of it after the other: others write between, and a server that ends goes on at the next start. */
static bool
remove_folder(Scan *scan, int64_t id, bool gone, GError **error)
{
	bool more = true;

	if (!scan_begin(scan, error) || !survey_remove_folder(scan, id, error)) {
		return false;
	}
	while (more && !scan_is_stopping(scan)) {
		if (!scan_begin(scan, error) ||
			!catalogue_remove_folder(
				scan->library->catalogue, id, gone, &more, error) ||
			!scan_commit_if_old(scan, error)) {
			return false;
		}
	}
	return true;
}

static bool
remove_lost(Scan *scan, GError **error)
{
	CatalogueKnown known;

	while (!scan_is_stopping(scan) && moves_take_lost(scan->moves, &known)) {
		if (known.folder ? !remove_folder(scan, known.id, /* gone = */ true, error)
				 : !scan_begin(scan, error) ||
					   !catalogue_remove_item(
						   scan->library->catalogue, known.id, error) ||
					   !scan_commit_if_old(scan, error)) {
			return false;
		}
		scan->report->n_removed++;
	}
	return true;
}

/* Searches look into what each transaction left, until that is brought together. */
static bool
tidy(Scan *scan, GError **error)
{
	bool more = scan->report->n_probed >= TIDY_FILES;

	for (bool first = true; more && !scan_is_stopping(scan); first = false) {
		if (!catalogue_tidy(scan->library->catalogue, first, &more, error)) {
			return false;
		}
	}
	return true;
}

bool
scan_finish(Scan *scan, GError **error)
{
	if (!scan_submit(scan, error) || !store_until(scan, 0, error)) {
		return false;
	}
	/* a walk that was broken off proves nothing about what it did not come to */
	return (scan_is_stopping(scan) || remove_lost(scan, error)) && scan_commit(scan, error) &&
	       tidy(scan, error);
}

uint64_t
scan_get_n_seen(const Scan *scan)
{
	return scan->n_seen;
}

bool
scan_drop_old_roots(Scan *scan, GError **error)
{
	const Roots *roots = scan->library->roots;
	g_autofree const char **uuids = g_new0(const char *, roots_get_n(roots) + 1);

	for (size_t i = 0; i < roots_get_n(roots); i++) {
		uuids[i] = roots_get(roots, i)->uuid;
	}
	g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool good = scan_begin(scan, error) &&
		    catalogue_list_other_roots(scan->library->catalogue, uuids, others, error);

	for (guint i = 0; good && i < others->len && !scan_is_stopping(scan); i++) {
		good = remove_folder(
			scan, g_array_index(others, int64_t, i), /* gone = */ false, error);
	}
	return good && scan_begin(scan, error) &&
	       overlay_keep_roots(scan->library->catalogue, uuids, error) &&
	       scan_commit(scan, error);
}

Scan *
scan_new(Library *library, LibraryReport *ret_report, ScanKind kind)
{
	Scan *scan = g_new0(Scan, 1);

	scan->kind = kind;
	scan->library = library;
	scan->report = ret_report;
	scan->moves = moves_new(library->catalogue, library->roots, library->renames);
	g_queue_init(&scan->folders);
	return scan;
}

void
scan_free(Scan *scan)
{
	if (scan == NULL) {
		return;
	}
	if (scan->writing) {
		catalogue_rollback(scan->library->catalogue);
	}
	probe_batch_free(scan->batch);
	g_queue_clear_full(&scan->folders, (GDestroyNotify)disk_folder_unref);
	/* given up: what is still at the workers is not stored, but has to come back */
	while (scan->n_out > 0 && !scan_is_stopping(scan)) {
		ProbeBatch *batch = library_take_probed(scan->library, WAIT_NS);

		scan->n_out -= batch != NULL;
		probe_batch_free(batch);
	}
	moves_free(scan->moves);
	g_free(scan);
}
