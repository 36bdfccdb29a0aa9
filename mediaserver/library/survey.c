/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first look at a folder: what is in it beside the media, compared with what the catalogue knows
 * of that. Library's thread. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <av-upnp/fd.h>

#include "mediaserver/library/companion-readers.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/left-out.h"
#include "mediaserver/library/scan-private.h"

static const char *const subtitle_folders[] = { "subs", "sub", "subtitles", "subtitle", NULL };

bool
survey_is_subtitle_folder(const char *name)
{
	for (size_t i = 0; subtitle_folders[i] != NULL; i++) {
		if (g_ascii_strcasecmp(name, subtitle_folders[i]) == 0) {
			return true;
		}
	}
	return false;
}

static void
add(DiskFolder *folder, int directory, const char *prefix, const char *name)
{
	CompanionKind kind = companion_kind_of(name);
	struct stat st;

	if (kind == COMPANION_NONE || (prefix[0] != '\0' && kind != COMPANION_SUBTITLE) ||
		fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode)) {
		return;
	}
	g_autofree char *path = g_strconcat(prefix, name, NULL);

	(void)companions_add(folder->companions, kind, path, &st); /* full: those there are do */
}

/* "Subs/English.srt". @return false: there may be more in it */
static bool
add_subtitles(DiskFolder *folder, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	g_autofree char *prefix = g_strconcat(name, "/", NULL);
	const struct dirent *entry;

	if (dir == NULL) {
		avu_fd_cleanup(&fd); /* walking it tells why */
		return true;
	}
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (!left_out_name(folder->root, folder->path, entry->d_name)) {
			add(folder, dirfd(dir), prefix, entry->d_name);
		}
	}
	const bool whole = errno == 0;

	(void)closedir(dir);
	return whole;
}

/* What changed, as the catalogue's rows and the set are walked side by side, both by name. */
typedef struct {
	DiskFolder *folder;
	size_t next; /* in the set */
} Comparison;

static void
note_changed(DiskFolder *folder, const char *name)
{
	if (folder->changed == NULL) {
		folder->changed = g_ptr_array_new_with_free_func(g_free);
	}
	g_ptr_array_add(folder->changed, g_strdup(name));
}

static void
compare_row(const CatalogueCompanion *row, void *data)
{
	Comparison *comparison = data;
	DiskFolder *folder = comparison->folder;
	const Companion *now = NULL;
	int order = -1;

	while (comparison->next < companions_get_n(folder->companions)) {
		now = companions_get(folder->companions, comparison->next);
		order = strcmp(row->name, now->name);
		if (order <= 0) {
			break;
		}
		note_changed(folder, now->name);
		comparison->next++;
		order = -1;
	}
	if (now == NULL || order < 0) {
		note_changed(folder, row->name); /* it went */
		return;
	}
	comparison->next++;
	if (row->inode != now->inode || row->size_bytes != now->size_bytes ||
		row->mtime_ns != now->mtime_ns) {
		note_changed(folder, now->name);
	}
}

/* What stands for a whole show or artist is in the folder above theirs. */
static bool
changes_below(const DiskFolder *folder)
{
	for (guint i = 0; folder->changed != NULL && i < folder->changed->len; i++) {
		const char *name = g_ptr_array_index(folder->changed, i);

		if (g_ascii_strcasecmp(name, "tvshow.nfo") == 0 ||
			g_ascii_strcasecmp(name, "artist.nfo") == 0) {
			return true;
		}
	}
	return false;
}

static bool
compare(Scan *scan, DiskFolder *folder, GError **error)
{
	CatalogueFolder description = disk_folder_describe(folder);
	Comparison comparison = { .folder = folder };

	if (!catalogue_list_companions(scan->library->catalogue, catalogue_folder_id(&description),
		    compare_row, &comparison, error)) {
		return false;
	}
	for (; comparison.next < companions_get_n(folder->companions); comparison.next++) {
		note_changed(folder, companions_get(folder->companions, comparison.next)->name);
	}
	folder->again = folder->again || changes_below(folder);
	return true;
}

static Companions *
new_set(DiskFolder *folder)
{
	CatalogueFolder description = disk_folder_describe(folder);

	return companions_new(folder->root, &description,
		folder->parent != NULL ? folder->parent->companions : NULL);
}

/* @return false: there may be more in the subtitle folder that it is */
static bool
look_at_entry(DiskFolder *folder, int directory, const struct dirent *entry, Survey *survey)
{
	const char *name = entry->d_name;
	unsigned char type = left_out_name(folder->root, folder->path, name)
				     ? DT_UNKNOWN
				     : walk_type_of(directory, entry);
	const FormatExtension *format = type == DT_REG ? format_by_name(name) : NULL;

	if (type == DT_DIR) {
		survey->n_folders++;
		return !survey_is_subtitle_folder(name) || add_subtitles(folder, directory, name);
	}
	if (format != NULL && format->kind != ITEM_IMAGE) {
		survey->has_av = true;
	} else if (type == DT_REG) {
		add(folder, directory, "", name);
	}
	return true;
}

bool
survey_folder(Scan *scan, DiskFolder *folder, DIR *dir, Survey *ret_survey, GError **error)
{
	const struct dirent *entry;
	bool whole = true;

	companions_unref(folder->companions);
	folder->companions = new_set(folder);
	*ret_survey = (Survey){ .marked = exclude_is_marked(dirfd(dir)) };
	errno = 0;
	while (!ret_survey->marked && !scan_is_stopping(scan) &&
		(errno = 0, entry = readdir(dir)) != NULL) {
		whole = look_at_entry(folder, dirfd(dir), entry, ret_survey) && whole;
	}
	whole = whole && !scan_is_stopping(scan) && errno == 0;
	companions_sort(folder->companions);
	/* of a folder that was not read to its end nobody knows what went */
	return !whole || compare(scan, folder, error);
}

static void
recall_row(const CatalogueCompanion *row, void *data)
{
	const struct stat st = {
		.st_ino = (ino_t)row->inode,
		.st_size = row->size_bytes,
		.st_mtim = { .tv_sec = row->mtime_ns / AVU_NS_PER_S,
			.tv_nsec = row->mtime_ns % AVU_NS_PER_S },
	};

	(void)companions_add(data, (CompanionKind)row->kind, row->name, &st);
}

bool
survey_recall(Scan *scan, DiskFolder *folder, GError **error)
{
	CatalogueFolder description = disk_folder_describe(folder);

	folder->companions = new_set(folder);
	return catalogue_list_companions(scan->library->catalogue,
		catalogue_folder_id(&description), recall_row, folder->companions, error);
}

bool
survey_touches(const DiskFolder *folder, const char *media_name)
{
	for (guint i = 0; folder->changed != NULL && i < folder->changed->len; i++) {
		const char *name = g_ptr_array_index(folder->changed, i);
		const Companion companion = { .kind = companion_kind_of(name), .name = name };

		if (companion_belongs_to(&companion, media_name)) {
			return true;
		}
	}
	return false;
}

/* Storing */

static const Companion *
find(const Companions *companions, const char *name)
{
	for (size_t i = 0; i < companions_get_n(companions); i++) {
		if (g_str_equal(companions_get(companions, i)->name, name)) {
			return companions_get(companions, i);
		}
	}
	return NULL;
}

static bool
store_one(Catalogue *catalogue, DiskFolder *folder, const char *name, GError **error)
{
	CatalogueFolder description = disk_folder_describe(folder);
	int64_t id = catalogue_folder_id(&description);
	const Companion *companion = find(folder->companions, name);
	const CompanionReader *reader = companion_reader_of(companion_kind_of(name));

	if (companion == NULL) {
		return (reader == NULL || reader->remove(catalogue, &description, name, error)) &&
		       catalogue_remove_companion(catalogue, id, name, error);
	}
	const CatalogueCompanion row = {
		.name = name,
		.kind = companion->kind,
		.inode = companion->inode,
		.size_bytes = companion->size_bytes,
		.mtime_ns = companion->mtime_ns,
	};

	return catalogue_put_companion(catalogue, id, &row, error) &&
	       (reader == NULL || reader->put(catalogue, folder->companions, companion, error));
}

/* The others of a kind that goes by the media beside it. */
static bool
read_again(Catalogue *catalogue, DiskFolder *folder, GError **error)
{
	const Companions *companions = folder->companions;

	for (size_t i = 0; companions != NULL && i < companions_get_n(companions); i++) {
		const Companion *companion = companions_get(companions, i);
		const CompanionReader *reader = companion_reader_of(companion->kind);
		bool stored =
			folder->changed != NULL && g_ptr_array_find_with_equal_func(folder->changed,
							   companion->name, g_str_equal, NULL);

		if (reader != NULL && reader->with_media && !stored &&
			!reader->put(catalogue, companions, companion, error)) {
			return false;
		}
	}
	return true;
}

bool
survey_store(Scan *scan, DiskFolder *folder, GError **error)
{
	Catalogue *catalogue = scan->library->catalogue;

	for (guint i = 0; folder->changed != NULL && i < folder->changed->len; i++) {
		if (!store_one(catalogue, folder, g_ptr_array_index(folder->changed, i), error)) {
			return false;
		}
	}
	if (folder->media_changed && !read_again(catalogue, folder, error)) {
		return false;
	}
	g_clear_pointer(&folder->changed, g_ptr_array_unref);
	folder->media_changed = false;
	return true;
}

typedef struct {
	Scan *scan;
	const CompanionReader *reader;
	bool good;
	GError **error;
} Removal;

static void
remove_one(const char *root_uuid, const char *path, const char *name, void *data)
{
	Removal *removal = data;
	const Root *root = roots_find(removal->scan->library->roots, root_uuid);
	const CatalogueFolder folder = { root_uuid, root != NULL ? root->title : "", path };

	removal->good = removal->good && removal->reader->remove(removal->scan->library->catalogue,
						 &folder, name, removal->error);
}

bool
survey_remove_folder(Scan *scan, int64_t folder, GError **error)
{
	Removal removal = { .scan = scan, .good = true, .error = error };

	for (int kind = COMPANION_PLAYLIST; removal.good && kind <= COMPANION_ART; kind++) {
		removal.reader = companion_reader_of((CompanionKind)kind);
		if (removal.reader != NULL &&
			!catalogue_list_companions_below(scan->library->catalogue, folder, kind,
				remove_one, &removal, error)) {
			return false;
		}
	}
	return removal.good;
}
