/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From what the kernel noticed to what is to be looked at, and when. Library's thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/library/file-system.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/left-out.h"
#include "mediaserver/library/scan-private.h"

/* One look for a tagger's several writes and for both ends of a rename. */
#define SOON_NS (100 * AVU_NS_PER_MS)
/* What is created is written next, most often; a hard link is not. */
#define CREATED_NS (500 * AVU_NS_PER_MS)

static const struct {
	int64_t delay_ns, quiet_ns;
	bool keep_quiet; /* says nothing of whether the file is whole */
} reactions[] = {
	[WATCH_CREATED] = { CREATED_NS, LIBRARY_WRITER_QUIET_NS, false },
	[WATCH_WRITTEN] = { SOON_NS, 0, false },
	[WATCH_ARRIVED] = { SOON_NS, 0, false },
	[WATCH_TOUCHED] = { SOON_NS, 0, true },
	[WATCH_GONE] = { 3 * SOON_NS, 0, true },
};

void
library_note_root(Library *library, unsigned root, int64_t due_ns)
{
	const DirtyEntry entry = { .root = root,
		.folder = (char *)"",
		.name = (char *)"",
		.extent = DIRTY_TREE,
		.due_ns = due_ns };

	dirty_add(library->dirty, &entry, false);
}

void
library_note_dirty(Library *library, const DirtyEntry *entry, bool keep_quiet)
{
	dirty_add(library->dirty, entry, keep_quiet);
}

static void
note_extent(Library *library, unsigned root, const char *folder, DirtyExtent extent, int64_t due_ns)
{
	const DirtyEntry entry = { .root = root,
		.folder = (char *)folder,
		.name = (char *)"",
		.extent = extent,
		.due_ns = due_ns };

	library_note_dirty(library, &entry, false);
}

/* What lies beside media is looked at with all of its folder, and subtitles with the one above, too. */
static void
note_companion(Library *library, unsigned root, const char *folder, int64_t due_ns)
{
	const char *slash = strrchr(folder, '/');
	const char *base = slash != NULL ? slash + 1 : folder;

	note_extent(library, root, folder, DIRTY_FOLDER, due_ns);
	if (survey_is_subtitle_folder(base)) {
		g_autofree char *above =
			slash != NULL ? g_strndup(folder, (size_t)(slash - folder)) : g_strdup("");

		note_extent(library, root, above, DIRTY_FOLDER, due_ns);
	}
}

static void
on_changed(unsigned root, const char *folder, const char *name, bool is_folder, WatchEvent event,
	void *user_data)
{
	Library *library = user_data;
	const DirtyEntry entry = {
		.root = root,
		.folder = (char *)folder,
		.name = (char *)name,
		.extent = DIRTY_NAME,
		.due_ns = avu_now_ns() + (is_folder ? SOON_NS : reactions[event].delay_ns),
		.quiet_ns = reactions[event].quiet_ns,
	};

	if (g_str_equal(name, EXCLUDE_MARKER)) { /* comes or goes: all below with it */
		note_extent(library, root, folder, DIRTY_TREE, entry.due_ns);
		return;
	}
	if (left_out_name(roots_get(library->roots, root), folder, name)) {
		return;
	}
	if (!is_folder && companion_kind_of(name) != COMPANION_NONE) {
		note_companion(library, root, folder, entry.due_ns);
	} else if (is_folder || format_by_name(name) != NULL) {
		library_note_dirty(library, &entry, reactions[event].keep_quiet);
	}
}

static void
on_renamed(unsigned from_root, const char *from, unsigned to_root, const char *to, void *user_data)
{
	Library *library = user_data;

	renames_add(library->renames, from_root, from, to_root, to);
}

static void
on_overflowed(void *user_data)
{
	Library *library = user_data;

	if (!library->told_overflow) {
		library->told_overflow = true;
		g_message("more changed at once than the kernel keeps notices of; all folders are"
			  " looked through, now and whenever that happens again");
	}
	for (unsigned i = 0; i < roots_get_n(library->roots); i++) {
		library_note_root(library, i, avu_now_ns() + DIRTY_STORM_NS);
	}
}

void
library_read_notices(Library *library)
{
	static const WatchListener listener = { on_changed, on_renamed, on_overflowed };

	if (library->watch != NULL) {
		watch_read(library->watch, &listener, library);
	}
}

void
library_put_off(Library *library, const DiskFolder *folder, const char *name, int64_t quiet_ns)
{
	const DirtyEntry entry = {
		.root = folder->root->number,
		.folder = folder->path,
		.name = (char *)name,
		.extent = DIRTY_NAME,
		.due_ns = avu_now_ns() + quiet_ns,
		.quiet_ns = quiet_ns,
		.waited = true,
	};

	library_note_dirty(library, &entry, false);
}

/* One sentence per root. */
static void
poll_instead(Library *library, const DiskFolder *folder, const char *why)
{
	RootCare *care = &library->care[folder->root->number];

	if (!care->polled) {
		care->polled = true;
		g_message("%s is looked through from time to time: %s", folder->root->path, why);
	}
}

void
library_watch_folder(Library *library, const DiskFolder *folder, int fd)
{
	g_autoptr(GError) error = NULL;

	if (library->watch == NULL) {
		poll_instead(library, folder, "the kernel gives no notices");
	} else if ((folder->traits & FILE_SYSTEM_REMOTE) != 0) {
		g_autofree char *why =
			g_strdup_printf("there is no notice of what others do to it (%s)",
				file_system_get_name(fd));

		poll_instead(library, folder, why);
	} else if (!watch_add(library->watch, fd, folder->root->number, folder->path, &error)) {
		poll_instead(library, folder, error->message);
	}
}
