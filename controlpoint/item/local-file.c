/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The disk of this host. Folders are followed DEPTH_MAX deep, links to folders are not. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/playlist.h>
#include <av-upnp/text.h>

#include "item/local-file.h"
#include "item/media-type.h"

#define DEPTH_MAX 32
#define TITLE_BYTES 512

typedef struct {
	LocalFileEmit emit;
	void *data;
	bool enough;
} Listing;

static bool
is_playlist(const char *path)
{
	static const char *const endings[] = { ".m3u", ".m3u8", ".pls", ".xspf", ".asx" };
	g_autofree char *lower = g_ascii_strdown(path, -1);

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (g_str_has_suffix(lower, endings[i])) {
			return true;
		}
	}
	return false;
}

static bool
is_media(const char *path)
{
	return strcmp(media_type_of_path(path), "*") != 0;
}

bool
local_file_is_meant(const char *operand, bool server_named)
{
	const bool has_slash = strchr(operand, '/') != NULL || strcmp(operand, ".") == 0 ||
			       strcmp(operand, "..") == 0;
	struct stat info;

	if (operand[0] == '/' ? server_named
			      : !has_slash && !is_media(operand) && !is_playlist(operand)) {
		return false;
	}
	return stat(operand, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

static void
emit_file(Listing *listing, const char *path, const char *title, int64_t duration_ns)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *file = g_filename_to_uri(absolute, NULL, NULL);
	g_autofree char *base = g_path_get_basename(absolute);
	g_autofree char *name = avu_text_sanitize(base, strlen(base), TITLE_BYTES);

	listing->enough =
		!listing->emit(file, title != NULL ? title : name, duration_ns, listing->data);
}

/* Playlists */

static void
emit_entry(Listing *listing, const char *folder, const AvuPlaylistEntry *entry)
{
	g_autofree char *from_uri = g_filename_from_uri(entry->location, NULL, NULL);

	if (from_uri == NULL && strstr(entry->location, "://") != NULL) {
		listing->enough = !listing->emit(entry->location,
			entry->title != NULL ? entry->title : entry->location, entry->duration_ns,
			listing->data);
		return;
	}
	g_autofree char *path =
		g_canonicalize_filename(from_uri != NULL ? from_uri : entry->location, folder);
	g_autofree char *decoded = avu_playlist_decode_location(path);

	if (is_media(path)) {
		/* as it stands there, or with its escapes taken for such */
		emit_file(listing,
			decoded != NULL && !g_file_test(path, G_FILE_TEST_EXISTS) ? decoded : path,
			entry->title, entry->duration_ns);
	}
}

static bool
list_playlist(Listing *listing, const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = avu_file_read(path, AVU_PLAYLIST_BYTES_MAX, error);
	g_autoptr(AvuPlaylist) playlist =
		bytes != NULL ? avu_playlist_parse(path, bytes, error) : NULL;
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);

	if (playlist == NULL) {
		g_prefix_error(error, "%s: ", path);
		return false;
	}
	for (guint i = 0; i < playlist->entries->len && !listing->enough; i++) {
		emit_entry(listing, folder, avu_playlist_get(playlist, i));
	}
	return true;
}

/* Folders */

typedef struct {
	char *name, *key;
} Name;

static void
name_free(void *data)
{
	Name *name = data;

	g_free(name->name);
	g_free(name->key);
	g_free(name);
}

static int
compare_names(const void *a, const void *b)
{
	const Name *left = *(Name *const *)a, *right = *(Name *const *)b;
	const int order = strcmp(left->key, right->key);

	return order != 0 ? order : strcmp(left->name, right->name);
}

/* In the order people expect; hidden ones are left out. */
static GPtrArray *
read_names(const char *folder, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	GPtrArray *names = g_ptr_array_new_with_free_func(name_free);

	if (dir == NULL) {
		g_set_error(error, AVU_ERROR,
			g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_ACCES) ? AVU_ERROR_DENIED
									       : AVU_ERROR_IO,
			"%s", why->message);
		g_ptr_array_unref(names);
		return NULL;
	}
	for (const char *text = g_dir_read_name(dir); text != NULL; text = g_dir_read_name(dir)) {
		if (text[0] != '.') {
			Name *name = g_new(Name, 1);

			*name = (Name){ g_strdup(text), avu_text_sort_key(text) };
			g_ptr_array_add(names, name);
		}
	}
	g_ptr_array_sort(names, compare_names);
	return names;
}

static bool
list_folder(Listing *listing, const char *folder, unsigned depth, GError **error)
{
	g_autoptr(GPtrArray) names = read_names(folder, error);

	for (guint i = 0; names != NULL && i < names->len && !listing->enough; i++) {
		g_autofree char *path =
			g_build_filename(folder, ((const Name *)names->pdata[i])->name, NULL);
		struct stat info;

		if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
			if (depth < DEPTH_MAX && !list_folder(listing, path, depth + 1, error)) {
				return false;
			}
		} else if (is_media(path) && stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
			emit_file(listing, path, NULL, AVU_TIME_NONE);
		}
	}
	return names != NULL;
}

bool
local_file_list(const char *operand, LocalFileEmit emit, void *data, GError **error)
{
	Listing listing = { emit, data, false };
	struct stat info;

	if (stat(operand, &info) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s: %s", operand,
			g_strerror(errno));
		return false;
	}
	if (S_ISDIR(info.st_mode)) {
		return list_folder(&listing, operand, 0, error);
	}
	if (is_playlist(operand)) {
		return list_playlist(&listing, operand, error);
	}
	emit_file(&listing, operand, NULL, AVU_TIME_NONE);
	return true;
}
