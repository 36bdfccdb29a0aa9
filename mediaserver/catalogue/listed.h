/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/listed.h: containers that files on the disk describe, playlists and CUE sheets, and what
 * stands in them
 *
 * A list refers to files by their places. A file that is not there yet stands in the list from when it
 * comes. Items that only the list knows, stations and pieces of recordings, belong to it and go with
 * it. All within a transaction of catalogue.h. */
#pragma once

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

#define LISTED_NESTING_MAX 8
/* The view that playlists stand in, if there is one of this name. */
#define LISTED_VIEW "music-playlists"

/** Id of the list that a file describes. @param above  the list it is named in; 0: none */
int64_t listed_id(const CatalogueFolder *folder, const char *name, int64_t above);
/** Id of an item of a list. @param key  tells it from the others there, for ever */
int64_t listed_item_id(int64_t list, const char *key);

typedef struct {
	int64_t id;
	int64_t parent; /* container; when there is none, the list is not shown */
	const char *title;
	const char *upnp_class;
} ListedContainer;

/** Container that playlists stand in. */
int64_t listed_playlists(void);
/** Container of a folder of music, made on demand. */
bool listed_ensure_folder(
	Catalogue *catalogue, const CatalogueFolder *folder, int64_t *ret_id, GError **error);
/** Makes the container, or gives it another title. */
bool listed_put(Catalogue *catalogue, const ListedContainer *list, GError **error);

typedef struct {
	int64_t position; /* in the list; no two are the same */
	int64_t folder;   /* catalogue_folder_id() */
	char *name;       /* octets */
} ListedFile;

/** Files that stand in the list, all of them: those it had before are forgotten. */
bool listed_set_files(
	Catalogue *catalogue, int64_t list, const ListedFile *files, size_t n, GError **error);
/** Adds or replaces an item of the list. @param item  id is listed_item_id(), track its position; home
 *  and list are filled in, folder is that of the file */
bool listed_put_item(Catalogue *catalogue, int64_t list, Item *item, GError **error);
/** Removes the items and lists of this list that are not in items (ids of either). */
bool listed_keep(Catalogue *catalogue, int64_t list, GHashTable *items, GError **error);
/** The list with all that is its own. Nothing happens when there is none. */
bool listed_drop(Catalogue *catalogue, int64_t list, GError **error);

/** Lists that have the file among theirs, appended. */
bool listed_find_naming(Catalogue *catalogue, const CatalogueFolder *folder, const char *name,
	GArray *lists, GError **error);
/** How many lists a list stands in. */
bool listed_get_depth(Catalogue *catalogue, int64_t list, unsigned *ret_depth, GError **error);
/** Is the list, or one that it stands in, the one that this file describes? */
bool listed_stands_in(Catalogue *catalogue, int64_t list, const CatalogueFolder *folder,
	const char *name, bool *ret_inside, GError **error);
/** The item of a file, or of the one that has its name but for the extension and is of kind.
 *  @param strings  keeps its texts  @param ret_there  false: there is neither */
bool listed_find_file(Catalogue *catalogue, int64_t folder, const char *name, ItemKind kind,
	Item *ret_item, GPtrArray *strings, bool *ret_there, GError **error);

G_END_DECLS
