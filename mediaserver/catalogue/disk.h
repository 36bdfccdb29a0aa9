/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/disk.h: what the catalogue knows of the disk, to be compared with it
 *
 * One thread asks: the library's. It sees what is committed, whoever writes at the time. */
#pragma once

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

/* An entry of a folder as it was when it was stored. */
typedef struct {
	int64_t id;
	bool folder;
	int64_t inode, size_bytes, mtime_ns; /* of files */
} CatalogueKnown;

/** @param id  catalogue_folder_id()
 *  @return name (octets) → CatalogueKnown*; g_hash_table_unref() it */
GHashTable *catalogue_list_folder(Catalogue *catalogue, int64_t id, GError **error);
/** One entry by its name. @return false with error; ret_known->id is 0 when there is none */
bool catalogue_find_entry(Catalogue *catalogue, int64_t folder, const char *name,
	CatalogueKnown *ret_known, GError **error);

/* An item and where its file was: for files that turn up at another place. */
typedef struct {
	CatalogueKnown known;
	char *root; /* uuid */
	char *path; /* of its folder, octets */
	char *name;
} CataloguePlace;
void catalogue_place_clear(CataloguePlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CataloguePlace, catalogue_place_clear)

/** Items with that inode number. @return array of CataloguePlace, g_array_unref() it */
GArray *catalogue_find_by_inode(Catalogue *catalogue, int64_t inode, GError **error);
/** Where an item is, within a transaction of this thread: what it wrote counts. @return false with error; ret_place->known.id is 0 when there is none */
bool catalogue_find_place(
	Catalogue *catalogue, int64_t id, CataloguePlace *ret_place, GError **error);

/* Companions of a folder: what lies beside the media (library/companions.h). Names are octets. */
typedef struct {
	const char *name;
	int64_t kind, inode, size_bytes, mtime_ns;
} CatalogueCompanion;

/** Within a transaction, as the next. */
bool catalogue_put_companion(
	Catalogue *catalogue, int64_t folder, const CatalogueCompanion *companion, GError **error);
bool catalogue_remove_companion(
	Catalogue *catalogue, int64_t folder, const char *name, GError **error);
/** @param add  gets each in order of names; what it is given lives until it returns */
bool catalogue_list_companions(Catalogue *catalogue, int64_t folder,
	void (*add)(const CatalogueCompanion *companion, void *data), void *data, GError **error);

/** Those of a kind in a folder and all below. @param add  root is a uuid, path that of the folder */
bool catalogue_list_companions_below(Catalogue *catalogue, int64_t folder, int64_t kind,
	void (*add)(const char *root, const char *path, const char *name, void *data), void *data,
	GError **error);

G_END_DECLS
