/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reading half of a pass: folders are opened below their root and compared with what the
 * catalogue knows. Nothing is followed out of a root (roots.c), no symlink is followed at all, loops
 * of bind mounts are noticed. What changes while it is looked at is looked at again. Library's
 * thread. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "mediaserver/library/file-system.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/left-out.h"
#include "mediaserver/library/scan-private.h"

/* a second or two of a broadcast: its streams are known then */
#define RECORDING_MIN_BYTES (512 * 1024)

unsigned char
walk_type_of(int directory, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN ||
		fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return entry->d_type;
	}
	return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
}

static void
complain(Scan *scan, const DiskFolder *folder, const char *name, const char *what)
{
	library_complain(scan->library, folder, name, what);
	scan->report->n_skipped++;
}

static void
complain_errno(Scan *scan, const DiskFolder *folder, const char *name, int errnum)
{
	g_autofree char *why = g_strdup_printf("%s, skipping", g_strerror(errnum));

	complain(scan, folder, name, why);
}

/* Files */

static bool
is_unchanged(const DiskFolder *folder, const CatalogueKnown *known, const struct stat *st)
{
	int64_t mtime_ns = (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec;

	return known != NULL && !known->folder && known->size_bytes == st->st_size &&
	       known->mtime_ns == mtime_ns &&
	       (known->inode == (int64_t)st->st_ino ||
		       (folder->traits & FILE_SYSTEM_NUMBERLESS) != 0);
}

/* @return NULL: the whole folder was */
static const ScanName *
asked_for(const Scan *scan, const char *name)
{
	for (size_t i = 0; i < scan->n_names; i++) {
		if (g_str_equal(scan->names[i].name, name)) {
			return &scan->names[i];
		}
	}
	return NULL;
}

static int64_t
quiet_time_of(const Scan *scan, const char *name, const struct stat *st)
{
	const ScanName *asked = asked_for(scan, name);
	int64_t quiet_ns = asked != NULL ? asked->quiet_ns : LIBRARY_QUIET_NS;

	/* with another name it was there before it got this one */
	return st->st_nlink > 1 ? MIN(quiet_ns, LIBRARY_QUIET_NS) : quiet_ns;
}

/* Written to within its quiet time; a clock that is elsewhere says nothing. Not the time of change:
 * a new name for an old file is no writing. */
static bool
is_young(const struct stat *st, int64_t quiet_ns)
{
	int64_t written_ns = (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec;
	int64_t age_ns = avu_wall_ns() - written_ns;

	return age_ns < quiet_ns && age_ns > -quiet_ns;
}

/* Still written when it is looked at again, with enough in it to say what it is. A copy that takes so long is
 * the same to a player. */
static bool
is_recording(const Scan *scan, const char *name, const struct stat *st)
{
	const ScanName *asked = asked_for(scan, name);

	return asked != NULL && asked->waited && st->st_size >= RECORDING_MIN_BYTES &&
	       format_can_grow(name);
}

/* Which item it is. @param known  what was at its place; NULL: nothing */
static bool
identify(Scan *scan, Candidate *file, const CatalogueKnown *known, GError **error)
{
	bool same = known != NULL && !known->folder && known->inode == (int64_t)file->st.st_ino;

	if (same) {
		file->id = known->id;
		return true;
	}
	if (!moves_claim(scan->moves, file->folder, file->name, &file->st, &file->id, error)) {
		return false;
	}
	if (known == NULL || known->folder || file->id == known->id) {
		return true;
	}
	if (file->id == 0) { /* written anew under its name: the same item */
		file->id = known->id;
	} else {
		file->replaces = known->id;
		moves_lose(scan->moves, known);
	}
	return true;
}

/* Before it is asked whose file this is: what cannot be read has not moved anywhere.
 * @param ret_st  of what was opened  @return descriptor; -1: none, which is told where that helps */
static int
open_media(
	Scan *scan, const DiskFolder *folder, int directory, const char *name, struct stat *ret_st)
{
	avu_autofd int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, ret_st) < 0) {
		if (errno != ENOENT && errno != ELOOP) {
			complain_errno(scan, folder, name, errno);
		}
		return -1;
	}
	return S_ISREG(ret_st->st_mode) ? avu_steal_fd(&fd) : -1;
}

/* @param known  what the catalogue has at this place; NULL: nothing
 * @param ret_is_there  it is media and a file */
static bool
walk_file(Scan *scan, DiskFolder *folder, int directory, const char *name,
	const CatalogueKnown *known, bool *ret_is_there, GError **error)
{
	struct stat st;

	*ret_is_there = format_by_name(name) != NULL &&
			fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode);
	if (!*ret_is_there) {
		return true;
	}
	scan->n_seen++;
	scan->report->n_files += scan->kind == SCAN_OF_ALL;
	if (is_unchanged(folder, known, &st) && !folder->again && !survey_touches(folder, name)) {
		moves_find(scan->moves, known->id);
		return true;
	}
	const ScanName *asked = asked_for(scan, name);
	Candidate file = { .folder = folder,
		.name = (char *)name,
		.uncounted = scan->kind != SCAN_OF_ALL && (asked == NULL || !asked->waited) };
	avu_autofd int fd = open_media(scan, folder, directory, name, &file.st);

	if (fd < 0) {
		return true;
	}
	int64_t quiet_ns = quiet_time_of(scan, name, &file.st);

	if (!identify(scan, &file, known, error)) {
		return false;
	}
	/* one that moved is not waited for: by then, its item would be gone */
	bool moved = file.id != 0 && (known == NULL || file.id != known->id);

	if (!moved && quiet_ns > 0 && is_young(&file.st, quiet_ns)) {
		file.growing = is_recording(scan, name, &file.st);
		library_put_off(scan->library, folder, name,
			file.growing ? LIBRARY_WRITER_QUIET_NS : quiet_ns);
		/* what is listed as that already stays until it is whole */
		if (!file.growing || (file.id != 0 && known->size_bytes == ITEM_SIZE_GROWS)) {
			return true;
		}
	}
	return scan_probe(scan, &file, avu_steal_fd(&fd), error);
}

/* Folders */

static void
push_folder(
	Scan *scan, DiskFolder *folder, const char *name, const CatalogueKnown *known, double share)
{
	if (strlen(folder->path) + strlen(name) + 1 >= AVU_LIMIT_PATH) {
		complain(scan, folder, name, "its path is too long, skipping");
		return;
	}
	DiskFolder *below = disk_folder_new(folder->root, folder, name);

	below->share = share;
	below->again = folder->again;
	if (known != NULL && known->folder) {
		below->known = known->id;
		below->stored = true;
	}
	g_queue_push_head(&scan->folders, below);
}

static void
lose_rest(Scan *scan, GHashTable *known)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, known);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		moves_lose(scan->moves, value);
	}
}

typedef struct {
	DiskFolder *folder;
	DIR *dir;
	GHashTable *known; /* name → CatalogueKnown; what is seen leaves it */
	Survey survey;
	double share; /* of each folder below */
} Listing;

static bool
walk_entry(Scan *scan, Listing *listing, const struct dirent *entry, GError **error)
{
	const char *name = entry->d_name;
	DiskFolder *folder = listing->folder;
	unsigned char type = left_out_name(folder->root, folder->path, name)
				     ? DT_UNKNOWN
				     : walk_type_of(dirfd(listing->dir), entry);
	const CatalogueKnown *known = g_hash_table_lookup(listing->known, name);
	bool is_there = false;

	if (type == DT_DIR) {
		is_there = known != NULL && known->folder;
		if (scan->deep || known == NULL || folder->again) {
			push_folder(scan, folder, name, known, listing->share);
		}
	} else if (type == DT_REG &&
		   !(listing->survey.has_av && companion_kind_of(name) == COMPANION_ART) &&
		   !walk_file(scan, folder, dirfd(listing->dir), name, known, &is_there, error)) {
		return false;
	} else if (type == DT_LNK) {
		library_tell_link(scan->library, folder, name);
	}
	if (is_there) {
		(void)g_hash_table_remove(listing->known, name);
	}
	return true;
}

static bool
walk_entries(Scan *scan, Listing *listing, GError **error)
{
	struct dirent *entry;

	errno = 0;
	while (!listing->survey.marked && !scan_is_stopping(scan) &&
		(errno = 0, entry = readdir(listing->dir)) != NULL) {
		if (!walk_entry(scan, listing, entry, error)) {
			return false;
		}
	}
	const bool failed = errno != 0; /* of readdir(), unless it was not asked any more */

	if (failed && !scan_is_stopping(scan)) {
		library_complain(scan->library, listing->folder, NULL, "cannot be read to its end");
	} else if (!scan_is_stopping(scan)) {
		lose_rest(scan, listing->known);
	}
	return scan_folder_walked(scan, listing->folder, error);
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

/* @return descriptor; -1: it is not to be read, which is told where that helps */
static int
open_folder(Scan *scan, DiskFolder *folder)
{
	avu_autofd int fd = root_open(folder->root, folder->path, O_DIRECTORY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		bool vanished = errno == ENOENT || errno == ENOTDIR;

		if (vanished && folder->known != 0 && folder->parent != NULL) {
			moves_lose(scan->moves,
				&(CatalogueKnown){ .id = folder->known, .folder = true });
		} else if (!vanished && errno != ENODEV) { /* a root that is away is told of */
			complain_errno(scan, folder, NULL, errno);
		}
		return -1;
	}
	const DiskFolder *above = folder->parent;

	folder->device = st.st_dev;
	folder->inode = st.st_ino;
	folder->traits = above != NULL && above->device == folder->device
				 ? above->traits
				 : file_system_get_traits(fd);
	return is_loop(folder) ? -1 : avu_steal_fd(&fd);
}

static bool
walk_open_folder(Scan *scan, DiskFolder *folder, DIR *dir, GError **error)
{
	CatalogueFolder description = disk_folder_describe(folder);
	Listing listing = { .folder = folder, .dir = dir };

	/* before it is read: what comes after is told of */
	library_watch_folder(scan->library, folder, dirfd(dir));
	g_autoptr(GHashTable) known = catalogue_list_folder(
		scan->library->catalogue, catalogue_folder_id(&description), error);

	if (known == NULL || !survey_folder(scan, folder, dir, &listing.survey, error)) {
		return false;
	}
	rewinddir(dir);
	listing.known = known;
	listing.share = folder->share / (listing.survey.n_folders + 1);
	folder->share = listing.share;
	return walk_entries(scan, &listing, error);
}

static bool
walk_folder(Scan *scan, DiskFolder *folder, GError **error)
{
	int fd = open_folder(scan, folder);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL) {
		avu_fd_cleanup(&fd);
		progress_meter_advance(&scan->library->meter, folder->share);
		return true;
	}
	bool good = walk_open_folder(scan, folder, dir, error);

	(void)closedir(dir);
	return good;
}

/* Entry points */

static bool
walk_pushed(Scan *scan, GError **error)
{
	bool good = true;

	while (good && !scan_is_stopping(scan) && !g_queue_is_empty(&scan->folders)) {
		g_autoptr(DiskFolder) folder = g_queue_pop_head(&scan->folders);

		good = walk_folder(scan, folder, error) && scan_commit_if_old(scan, error);
		scan->deep = true; /* what a folder pushed is new to us */
		scan->n_names = 0;
		library_note_progress(scan->library, scan->report);
	}
	/* a batch holds files of one root only (SEC-148) */
	return good && scan_submit(scan, error);
}

/* The folder at path with those above it, which are not looked at. */
static DiskFolder *
make_chain(const Root *root, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	DiskFolder *folder = disk_folder_new(root, NULL, "");

	for (size_t i = 0; names[i] != NULL; i++) {
		if (names[i][0] != '\0') {
			DiskFolder *below = disk_folder_new(root, folder, names[i]);

			disk_folder_unref(folder);
			folder = below;
		}
	}
	return folder;
}

static bool
recall_above(Scan *scan, DiskFolder *folder, GError **error)
{
	if (folder == NULL || folder->companions != NULL) {
		return true;
	}
	return recall_above(scan, folder->parent, error) && survey_recall(scan, folder, error);
}

bool
scan_tree(Scan *scan, const Root *root, const char *path, GError **error)
{
	DiskFolder *folder = make_chain(root, path);

	if (left_out_path(root, path)) {
		disk_folder_unref(folder);
		return true;
	}
	folder->share = 1;
	scan->deep = true;
	scan->n_names = 0;
	if (!recall_above(scan, folder->parent, error)) {
		disk_folder_unref(folder);
		return false;
	}
	g_queue_push_head(&scan->folders, folder);
	return walk_pushed(scan, error);
}

bool
scan_folder(Scan *scan, const Root *root, const char *path, const ScanName *names, size_t n,
	GError **error)
{
	DiskFolder *folder = make_chain(root, path);

	if (left_out_path(root, path)) {
		disk_folder_unref(folder);
		return true;
	}
	scan->deep = false;
	scan->names = names;
	scan->n_names = n;
	if (!recall_above(scan, folder->parent, error)) {
		disk_folder_unref(folder);
		return false;
	}
	g_queue_push_head(&scan->folders, folder);
	bool good = walk_pushed(scan, error);

	scan->n_names = 0;
	return good;
}

static bool
walk_name(Scan *scan, DiskFolder *folder, int directory, const char *name, GError **error)
{
	CatalogueFolder description = disk_folder_describe(folder);
	CatalogueKnown known;
	struct stat st;
	bool is_there = false;

	if (!catalogue_find_entry(scan->library->catalogue, catalogue_folder_id(&description), name,
		    &known, error)) {
		return false;
	}
	const CatalogueKnown *before = known.id != 0 ? &known : NULL;

	if (!left_out_name(folder->root, folder->path, name) &&
		fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISDIR(st.st_mode)) {
			is_there = before != NULL && before->folder;
			push_folder(scan, folder, name, before, 0);
		} else if (!walk_file(scan, folder, directory, name, before, &is_there, error)) {
			return false;
		}
	}
	if (!is_there && before != NULL) {
		moves_lose(scan->moves, before);
	}
	return true;
}

bool
scan_names(Scan *scan, const Root *root, const char *path, const ScanName *names, size_t n,
	GError **error)
{
	g_autoptr(DiskFolder) folder = make_chain(root, path);
	avu_autofd int fd = open_folder(scan, folder);

	if (fd < 0 || left_out_path(folder->root, folder->path) || exclude_is_marked(fd)) {
		return true; /* its own folder tells what became of it */
	}
	scan->deep = true;
	scan->names = names;
	scan->n_names = n;
	bool good = recall_above(scan, folder, error);

	for (size_t i = 0; good && i < n && !scan_is_stopping(scan); i++) {
		good = walk_name(scan, folder, fd, names[i].name, error);
	}
	good = good && scan_folder_walked(scan, folder, error);
	scan->n_names = 0;
	return good && walk_pushed(scan, error);
}
