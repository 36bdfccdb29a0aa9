/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a CUE sheet to an album of the catalogue: each track is a piece of the file that it names, with
 * all that is known of that file, under the names that the sheet has. Library's thread. */
#include <string.h>

#include <av-upnp/text.h>

#include "mediaserver/catalogue/listed.h"
#include "mediaserver/library/cue.h"
#include "mediaserver/library/describe.h"
#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/list-readers.h"
#include "mediaserver/library/playlist-location.h"
#include "mediaserver/library/values.h"

#define TITLE_MAX 1024

typedef struct {
	Catalogue *catalogue;
	const Root *root;
	const CatalogueFolder *folder;
	const CueSheet *sheet;
	int64_t list;
	GHashTable *keep;   /* ids of the tracks */
	GPtrArray *strings; /* texts of the items */
} Reading;

static const char *
keep(Reading *reading, char *text)
{
	if (text != NULL) {
		g_ptr_array_add(reading->strings, text);
	}
	return text;
}

/* The stored item of the file that a track names. */
static bool
find_file(Reading *reading, const char *location, Item *ret_item, bool *ret_there, GError **error)
{
	const char *const roots[] = { reading->root->path, NULL };
	LocalPlace place;

	*ret_there = false;
	if (!location_resolve(roots, 0, reading->folder->path, location, &place)) {
		return true;
	}
	g_autofree char *path = place.path;
	char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	CatalogueFolder folder = *reading->folder;

	folder.path = slash != NULL ? path : "";
	if (slash != NULL) {
		*slash = '\0';
	}
	return listed_find_file(reading->catalogue, catalogue_folder_id(&folder), name, ITEM_AUDIO,
		ret_item, reading->strings, ret_there, error);
}

/* What the sheet says; of what it does not say the file's word stays. */
static void
name_track(Reading *reading, const CueTrack *track, Item *item)
{
	const CueSheet *sheet = reading->sheet;
	const char *performer = track->performer != NULL ? track->performer : sheet->performer;
	const char *writer = track->songwriter != NULL ? track->songwriter : sheet->songwriter;
	const struct {
		const char **field;
		const char *text;
		char *(*convert)(const char *text);
	} fields[] = {
		{ &item->artist, performer, values_join },
		{ &item->album_artist, sheet->performer, values_join },
		{ &item->composer, writer, values_join },
		{ &item->album, sheet->title, values_keep },
		{ &item->genre, sheet->genre, values_join },
		{ &item->date, sheet->date, describe_date },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		char *value = fields[i].text != NULL ? fields[i].convert(fields[i].text) : NULL;

		if (value != NULL) {
			*fields[i].field = keep(reading, value);
		}
	}
	item->title = track->title != NULL
			      ? track->title
			      : keep(reading, g_strdup_printf("Track %u", track->number));
	item->track = track->number;
	item->tracks = sheet->tracks->len;
	item->disc = sheet->disc > 0 ? sheet->disc : item->disc;
	item->discs = sheet->discs > 0 ? sheet->discs : item->discs;
	item->track_gain = track->gain;
	item->album_gain = sheet->gain;
}

static bool
put_track(Reading *reading, const CueTrack *track, GError **error)
{
	g_autofree char *key = g_strdup_printf("%u", track->number);
	int64_t *id = g_new(int64_t, 1);
	Item item;
	bool there;

	*id = listed_item_id(reading->list, key);
	(void)g_hash_table_add(reading->keep, id);
	if (!find_file(reading, track->file, &item, &there, error)) {
		return false;
	}
	if (!there || (item.duration_ns > 0 && track->start_ns >= item.duration_ns)) {
		(void)g_hash_table_remove(reading->keep, id);
		return true;
	}
	/* the file may be shorter than the sheet believes */
	bool to_end = track->end_ns == AVU_TIME_NONE ||
		      (item.duration_ns > 0 && track->end_ns >= item.duration_ns);
	int64_t end_ns = to_end ? item.duration_ns : track->end_ns;

	item.id = *id;
	item.start_ns = track->start_ns;
	item.end_ns = to_end ? -1 : end_ns;
	item.duration_ns = end_ns > track->start_ns ? end_ns - track->start_ns : AVU_TIME_NONE;
	item.size_bytes = -1; /* of a piece nobody knows before it is cut */
	item.inode = 0;
	item.added = item.play_count = item.position = item.played = -1;
	item.watched = 0;
	name_track(reading, track, &item);
	item_keys_set(&item, NULL, reading->strings);
	return listed_put_item(reading->catalogue, reading->list, &item, error);
}

static char *
title_of(const CueSheet *sheet, const char *name)
{
	const char *dot = strrchr(name, '.');

	return sheet->title != NULL
		       ? g_strdup(sheet->title)
		       : avu_text_sanitize(name,
				 dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name),
				 TITLE_MAX);
}

static bool
put_sheet(Reading *reading, const char *name, GError **error)
{
	g_autofree char *title = title_of(reading->sheet, name);
	ListedContainer list = { .id = reading->list,
		.title = title,
		.upnp_class = "object.container.album.musicAlbum" };
	bool good =
		listed_ensure_folder(reading->catalogue, reading->folder, &list.parent, error) &&
		listed_put(reading->catalogue, &list, error);

	for (guint i = 0; good && i < reading->sheet->tracks->len; i++) {
		good = put_track(reading, cue_get(reading->sheet, i), error);
	}
	return good && listed_keep(reading->catalogue, reading->list, reading->keep, error) &&
	       (g_hash_table_size(reading->keep) > 0 ||
		       listed_drop(reading->catalogue, reading->list, error));
}

bool
cue_reader_put(Catalogue *catalogue, const Companions *companions, const Companion *companion,
	GError **error)
{
	const CatalogueFolder *folder = companions_get_folder(companions);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes = companions_read(companions, companion, CUE_BYTES_MAX, &cause);
	g_autoptr(CueSheet) sheet = bytes != NULL ? cue_parse(bytes, &cause) : NULL;

	if (sheet == NULL) {
		g_autofree char *name = avu_text_for_display(companion->name, 200);

		g_message("CUE sheet '%s': %s, skipping", name, cause->message);
		return cue_reader_remove(catalogue, folder, companion->name, error);
	}
	g_autoptr(GHashTable) ids =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Reading reading = {
		.catalogue = catalogue,
		.root = companions_get_root(companions),
		.folder = folder,
		.sheet = sheet,
		.list = listed_id(folder, companion->name, 0),
		.keep = ids,
		.strings = strings,
	};

	return put_sheet(&reading, companion->name, error);
}

bool
cue_reader_remove(
	Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error)
{
	return listed_drop(catalogue, listed_id(folder, name, 0), error);
}
