/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By names and by markers; the patterns are exclude.c's. Any thread that may wait for a disk. */
#include "mediaserver/library/left-out.h"

#include <fcntl.h>

#include <av-upnp/fd.h>

/* Folders that systems and appliances keep for themselves. */
static const char *const own_names[] = { "lost+found", "@eaDir", "#recycle", "$RECYCLE.BIN",
	"System Volume Information", NULL };

bool
left_out_name(const Root *root, const char *folder, const char *name)
{
	return name[0] == '.' || g_strv_contains(own_names, name) ||
	       exclude_has(root->exclude, root->path, folder, name);
}

bool
left_out_path(const Root *root, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	g_autoptr(GString) folder = g_string_new(NULL);

	for (size_t i = 0; names[i] != NULL && path[0] != '\0'; i++) {
		avu_autofd int fd = root_open(root, folder->str, O_DIRECTORY);

		if (left_out_name(root, folder->str, names[i]) ||
			(fd >= 0 && exclude_is_marked(fd))) {
			return true;
		}
		g_string_append_printf(folder, "%s%s", folder->len > 0 ? "/" : "", names[i]);
	}
	return false;
}
