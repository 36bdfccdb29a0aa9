/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a playlist file to a list of the catalogue. What is named in it is a station, a pipe, a file or another
 * playlist; the latter becomes a list inside this one. Nesting ends at AVU_PLAYLIST_NESTING_MAX and where a
 * list would stand in itself; one reading makes at most LISTS_MAX lists with AVU_PLAYLIST_ENTRIES_MAX
 * entries in all (LIM-47). Library's thread. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/fd.h>
#include <av-upnp/pieces.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/listed.h"
#include <av-upnp/foreign-text.h>
#include "mediaserver/library/formats.h"
#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/list-readers.h"
#include "mediaserver/library/playlist-location.h"
#include "mediaserver/library/udp-location.h"
#include <av-upnp/playlist.h>

#define LISTS_MAX 100
#define TITLE_MAX 1024
#define NAME_SHOWN 200
#define KIND_SHOWN 16

typedef struct {
	Catalogue *catalogue;
	const Root *root;
	unsigned n_lists, n_entries; /* made in this reading */
} Reading;

/* A playlist file on its way into one list. */
typedef struct {
	Reading *reading;
	const AvuPlaylist *playlist;
	const CatalogueFolder *folder;
	const char *name;
	int64_t list;
	unsigned depth;
	GArray *files;       /* ListedFile */
	GHashTable *keep;    /* ids of its own items and lists */
	unsigned n_strange;  /* addresses that nothing is fetched from */
	const char *strange; /* the first of them, borrowed */
} Filling;

static bool fill_file(Reading *reading, const CatalogueFolder *folder, const char *name,
	int64_t above, unsigned depth, GError **error);

/* "Mix/Chill.m3u" as "Mix" and "Chill.m3u". */
static char *
split_path(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	*ret_name = slash != NULL ? slash + 1 : path;
	return g_strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
}

static void
clear_file(void *data)
{
	g_free(((ListedFile *)data)->name);
}

static void
add_file(Filling *filling, const char *path, int64_t position)
{
	const char *name;
	g_autofree char *above = split_path(path, &name);
	const CatalogueFolder folder = { filling->folder->root, filling->folder->title, above };
	const ListedFile file = { position, catalogue_folder_id(&folder), g_strdup(name) };

	g_array_append_val(filling->files, file);
}

/* What comes from an address, as far as that and its attributes tell: lists of pieces are mostly television, as
 * is what a guide has a name for, and most other stations send MPEG audio. A transport stream has DLNA's name. */
static void
set_format(Item *item, const char *url, AvuPlaylistHint hint)
{
	g_autofree char *path = g_strndup(url, strcspn(url, "?#"));
	const char *slash = strrchr(path, '/');
	const FormatExtension *extension = format_by_name(slash != NULL ? slash + 1 : path);
	const bool pieces = avu_pieces_kind_of(NULL, url) != AVU_PIECES_NONE;
	const bool packets = udp_location_parse(url, NULL);

	item->kind = ITEM_RADIO;
	item->mime = pieces ? "audio/vnd.dlna.adts" : "audio/mpeg";
	if (packets) {
		item->kind = ITEM_TELEVISION;
		item->mime = "video/mpeg";
	} else if (extension != NULL && extension->kind == ITEM_AUDIO) {
		item->mime = extension->mime;
	} else if (extension != NULL && extension->kind == ITEM_VIDEO) {
		item->kind = ITEM_TELEVISION;
		item->mime = extension->mime;
	} else if (hint == AVU_PLAYLIST_TELEVISION || (pieces && hint == AVU_PLAYLIST_NOTHING)) {
		item->kind = ITEM_TELEVISION;
		item->mime = "video/mpeg";
	}
}

static void
keep_id(Filling *filling, int64_t id)
{
	int64_t *copy = g_new(int64_t, 1);

	*copy = id;
	(void)g_hash_table_add(filling->keep, copy);
}

/* @param url  of the item */
static bool
put_live(Filling *filling, const AvuPlaylistEntry *entry, const char *url, int64_t position,
	GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;

	item_init(&item);
	set_format(&item, url, entry->hint);
	item.id = listed_item_id(filling->list, entry->location);
	item.folder = catalogue_folder_id(filling->folder);
	item.name = filling->name;
	item.size_bytes = -1;
	item.url = url;
	item.title = entry->title != NULL ? entry->title : entry->location;
	item.track = position;
	item_keys_set(&item, NULL, strings);
	keep_id(filling, item.id);
	return listed_put_item(filling->reading->catalogue, filling->list, &item, error);
}

static bool
put_nested(Filling *filling, const char *path, GError **error)
{
	const char *name;
	g_autofree char *above = split_path(path, &name);
	const CatalogueFolder folder = { filling->folder->root, filling->folder->title, above };

	keep_id(filling, listed_id(&folder, name, filling->list));
	return fill_file(filling->reading, &folder, name, filling->list, filling->depth + 1, error);
}

/* "pipe:Turntable.mp3": nobody looks whether there is a pipe until somebody listens. */
static bool
put_pipe(Filling *filling, const AvuPlaylistEntry *entry, int64_t position, GError **error)
{
	const char *const roots[] = { filling->reading->root->path, NULL };
	const char *name = entry->location + strlen(CATALOGUE_PIPE_SCHEME);
	LocalPlace place;

	if (!location_resolve(roots, 0, filling->folder->path, name, &place)) {
		return true;
	}
	g_autofree char *path = place.path;
	g_autofree char *url = g_strconcat(CATALOGUE_PIPE_SCHEME, path, NULL);

	return !g_utf8_validate(path, -1, NULL) || put_live(filling, entry, url, position, error);
}

/* RTSP, for one: nobody who shares a list of it finds it here, and should not look for long. */
static void
note_strange(Filling *filling, const char *location)
{
	const char *colon = strstr(location, "://");

	if (colon != NULL && colon > location && !g_str_has_prefix(location, "file:")) {
		filling->strange = filling->strange != NULL ? filling->strange : location;
		filling->n_strange++;
	}
}

static void
tell_strange(const Filling *filling)
{
	if (filling->n_strange > 0) {
		g_autofree char *name = avu_text_for_display(filling->name, NAME_SHOWN);
		g_autofree char *kind = g_strndup(filling->strange, strcspn(filling->strange, ":"));
		g_autofree char *shown = avu_text_for_display(kind, KIND_SHOWN);

		g_message("the playlist %s: %u left out whose address is of a kind that cannot be "
			  "sent on (%s), only http, https, udp and rtp can",
			name, filling->n_strange, shown);
	}
}

/* @param n  place of the entry, from 0 */
static bool
put_entry(Filling *filling, const AvuPlaylistEntry *entry, size_t n, GError **error)
{
	const char *const roots[] = { filling->reading->root->path, NULL };
	/* two for each: the name as it stands there, and in the encoding of the disk */
	const int64_t position = 2 * (int64_t)n + 2;
	LocalPlace place;

	if (location_is_stream(entry->location) || udp_location_parse(entry->location, NULL)) {
		return put_live(filling, entry, entry->location, position, error);
	}
	if (g_str_has_prefix(entry->location, CATALOGUE_PIPE_SCHEME)) {
		return put_pipe(filling, entry, position, error);
	}
	if (!location_resolve(roots, 0, filling->folder->path, entry->location, &place)) {
		note_strange(filling, entry->location);
		return true;
	}
	g_autofree char *path = place.path;

	add_file(filling, path, position);
	if (companion_kind_of(path) == COMPANION_PLAYLIST) {
		return put_nested(filling, path, error);
	}
	if (!g_utf8_validate(entry->location, -1, NULL)) {
		g_autofree char *text = avu_foreign_text(
			entry->location, strlen(entry->location), strlen(entry->location) * 3);

		if (location_resolve(roots, 0, filling->folder->path, text, &place)) {
			g_autofree char *other = place.path;

			add_file(filling, other, position + 1);
		}
	}
	return true;
}

static bool
put_entries(Filling *filling, GError **error)
{
	const GArray *entries = filling->playlist->entries;
	Catalogue *catalogue = filling->reading->catalogue;
	bool good = true;

	for (guint i = 0;
		good && i < entries->len && filling->reading->n_entries < AVU_PLAYLIST_ENTRIES_MAX;
		i++, filling->reading->n_entries++) {
		good = put_entry(filling, avu_playlist_get(filling->playlist, i), i, error);
	}
	tell_strange(filling);
	return good &&
	       listed_set_files(catalogue, filling->list,
		       (const ListedFile *)(const void *)filling->files->data, filling->files->len,
		       error) &&
	       listed_keep(catalogue, filling->list, filling->keep, error);
}

static char *
title_of(const AvuPlaylist *playlist, const char *name)
{
	const char *dot = strrchr(name, '.');

	return playlist->title != NULL && *playlist->title != '\0'
		       ? g_strdup(playlist->title)
		       : avu_text_sanitize(name,
				 dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name),
				 TITLE_MAX);
}

static bool
fill(Reading *reading, const AvuPlaylist *playlist, const CatalogueFolder *folder, const char *name,
	int64_t above, unsigned depth, GError **error)
{
	g_autoptr(GHashTable) keep =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(ListedFile));
	g_autofree char *title = title_of(playlist, name);
	Filling filling = {
		.reading = reading,
		.playlist = playlist,
		.folder = folder,
		.name = name,
		.list = listed_id(folder, name, above),
		.depth = depth,
		.files = files,
		.keep = keep,
	};
	const ListedContainer list = { filling.list, above != 0 ? above : listed_playlists(), title,
		"object.container.playlistContainer" };

	g_array_set_clear_func(files, clear_file);
	reading->n_lists++;
	return listed_put(reading->catalogue, &list, error) && put_entries(&filling, error);
}

static GBytes *
read_file(const Root *root, const CatalogueFolder *folder, const char *name)
{
	g_autofree char *path = folder->path[0] != '\0' ? g_build_filename(folder->path, name, NULL)
							: g_strdup(name);
	avu_autofd int fd = root_open(root, path, 0);
	g_autofree uint8_t *data = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		st.st_size > AVU_PLAYLIST_BYTES_MAX) {
		return NULL;
	}
	data = g_malloc((size_t)st.st_size + 1);
	ssize_t len = pread(fd, data, (size_t)st.st_size, 0);

	return len >= 0 ? g_bytes_new(data, (size_t)len) : NULL;
}

/* A playlist inside another one. One that is not there, or would be too deep, is left out. */
static bool
fill_file(Reading *reading, const CatalogueFolder *folder, const char *name, int64_t above,
	unsigned depth, GError **error)
{
	bool inside;

	if (depth >= AVU_PLAYLIST_NESTING_MAX || reading->n_lists >= LISTS_MAX) {
		return true;
	}
	if (!listed_stands_in(reading->catalogue, above, folder, name, &inside, error)) {
		return false;
	}
	g_autoptr(GBytes) bytes = inside ? NULL : read_file(reading->root, folder, name);
	g_autoptr(AvuPlaylist) playlist =
		bytes != NULL ? avu_playlist_parse(name, bytes, NULL) : NULL;

	return playlist == NULL || fill(reading, playlist, folder, name, above, depth, error);
}

bool
playlist_reader_put(Catalogue *catalogue, const Companions *companions, const Companion *companion,
	GError **error)
{
	const CatalogueFolder *folder = companions_get_folder(companions);
	Reading reading = { .catalogue = catalogue, .root = companions_get_root(companions) };
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes =
		companions_read(companions, companion, AVU_PLAYLIST_BYTES_MAX, &cause);
	g_autoptr(AvuPlaylist) playlist =
		bytes != NULL ? avu_playlist_parse(companion->name, bytes, &cause) : NULL;

	if (playlist == NULL) {
		g_autofree char *name = avu_text_for_display(companion->name, 200);

		g_message("playlist '%s': %s, skipping", name, cause->message);
		return playlist_reader_remove(catalogue, folder, companion->name, error);
	}
	bool good = fill(&reading, playlist, folder, companion->name, 0, 0, error) &&
		    listed_find_naming(catalogue, folder, companion->name, lists, error);

	for (guint i = 0; good && i < lists->len && reading.n_lists < LISTS_MAX; i++) {
		int64_t above = g_array_index(lists, int64_t, i);
		unsigned depth;

		good = listed_get_depth(catalogue, above, &depth, error) &&
		       fill_file(&reading, folder, companion->name, above, depth + 1, error);
	}
	return good;
}

bool
playlist_reader_remove(
	Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error)
{
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool good = listed_drop(catalogue, listed_id(folder, name, 0), error) &&
		    listed_find_naming(catalogue, folder, name, lists, error);

	for (guint i = 0; good && i < lists->len; i++) {
		good = listed_drop(catalogue,
			listed_id(folder, name, g_array_index(lists, int64_t, i)), error);
	}
	return good;
}
