/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of views that change while the program runs. Library's thread. */
#include <av-upnp/clock.h>
#include <av-upnp/data-dir.h>

#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/library/library-private.h"

ViewWatch *
library_watch_views(void)
{
	g_autofree char *shipped = avu_dup_data_path(VIEW_FILE_NAME);
	g_auto(GStrv) own = avu_dup_config_paths(VIEW_FILE_NAME);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	g_ptr_array_add(paths, shipped);
	for (char **path = own; *path != NULL; path++) {
		g_ptr_array_add(paths, *path);
	}
	g_ptr_array_add(paths, NULL);
	return view_watch_new((const char *const *)paths->pdata);
}

static void
tell(Library *library, bool good, bool changed, const char *what, const GError *error)
{
	if (atomic_load(&library->stopping)) {
		return; /* given up for that: at the next start they are used */
	}
	if (!good) {
		g_warning("views stay as they were: %s", error->message);
	} else if (changed) {
		g_message("%s", what);
		library_tell_changed(library);
	}
}

void
library_reload_views(Library *library)
{
	g_autoptr(GError) error = NULL;
	bool changed = false;

	if (library->view_watch != NULL) {
		(void)view_watch_take(library->view_watch); /* they are read now */
	}
	const bool good = catalogue_reload_views(library->catalogue, &changed, &error);

	tell(library, good, changed, "views changed", error);
}

void
library_care_views(Library *library)
{
	if (library->view_watch == NULL) {
		return;
	}
	const int64_t due_ns = view_watch_next_ns(library->view_watch);

	if (due_ns != AVU_TIME_NONE && due_ns <= avu_now_ns() &&
		view_watch_take(library->view_watch)) {
		library_reload_views(library);
		library_balance_views(library);
	}
}

void
library_balance_views(Library *library)
{
	g_autoptr(GError) error = NULL;
	bool changed = false;
	const bool good = catalogue_balance_views(library->catalogue, &changed, &error);

	tell(library, good, changed, "long lists are divided by letters, short ones are not",
		error);
}
