/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The choice of a picture. The disk is asked each time: what was put there a moment ago counts, whether
 * the catalogue knows of it or not. */
#include "mediaserver/art/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include <av-upnp/fd.h>

#include "mediaserver/library/art-name.h"

#define ENTRIES_MAX 20000

/* The best name in a folder; g_free() it. NULL: none */
static char *
find_beside(int folder, const char *media_name, ItemKind kind)
{
	DIR *dir = fdopendir(folder);
	const struct dirent *entry;
	char *best = NULL;
	int best_rank = INT_MAX;

	if (dir == NULL) {
		(void)close(folder);
		return NULL;
	}
	for (unsigned n = 0; n < ENTRIES_MAX && (entry = readdir(dir)) != NULL; n++) {
		int rank = art_name_rank(entry->d_name, media_name, kind);

		/* of equals the first by name: the order on the disk is nobody's */
		if (rank >= 0 && (rank < best_rank ||
					 (rank == best_rank && strcmp(entry->d_name, best) < 0))) {
			g_free(best);
			best = g_strdup(entry->d_name);
			best_rank = rank;
		}
	}
	(void)closedir(dir);
	return best;
}

static char *
path_above(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? g_strndup(path, (size_t)(slash - path)) : g_strdup("");
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* @return path below the root; g_free() it. NULL: none */
static char *
find_art_beside(const Root *root, const CatalogueFile *file)
{
	g_autofree char *folder = path_above(file->path);

	for (unsigned up = 0; up < 2; up++) {
		int fd = root_open(root, folder, O_DIRECTORY);
		g_autofree char *name =
			fd >= 0 ? find_beside(fd, base_of(file->path), file->kind) : NULL;

		if (name != NULL) {
			return folder[0] == '\0' ? g_strdup(name)
						 : g_strconcat(folder, "/", name, NULL);
		}
		if (folder[0] == '\0' || !art_name_is_part_folder(base_of(folder))) {
			return NULL;
		}
		char *above = path_above(folder);

		g_free(folder);
		folder = above;
	}
	return NULL;
}

int
art_source_open(const Roots *roots, const CatalogueFile *file, unsigned i, char **ret_path,
	struct stat *ret_st)
{
	const Root *root = roots_find(roots, file->root);
	bool beside = file->kind == ITEM_VIDEO ? i == 0 : i == 1;

	if (root == NULL || i >= ART_SOURCES_MAX || (beside && file->kind == ITEM_IMAGE)) {
		return -1;
	}
	g_autofree char *path = beside ? find_art_beside(root, file) : g_strdup(file->path);
	avu_autofd int fd = path != NULL ? root_open(root, path, 0) : -1;

	if (fd < 0 || fstat(fd, ret_st) < 0 || !S_ISREG(ret_st->st_mode)) {
		return -1;
	}
	*ret_path = g_steal_pointer(&path);
	return avu_steal_fd(&fd);
}
