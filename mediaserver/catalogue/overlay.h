/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/overlay.h: what people say about objects, laid over what the files say
 *
 * Edited properties, play state, files that are promised but not there yet, folders and playlists that
 * control points made, and the references in them. All of it lies in state.db, on the disk before a
 * function here returns; the catalogue has a copy, which a scan keeps and the next start completes.
 *
 * Functions that change something begin and commit by themselves: they must not be called between
 * catalogue_begin() and catalogue_commit(). All may be called from any thread that may wait (not the
 * main thread). What they change is told by catalogue_take_changes(). */
#pragma once

#include <av-upnp/property.h>

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

#define OVERLAY_VALUE_MAX 4096 /* octets */

/* Edits of an item's properties */

typedef struct {
	AvuProperty property;
	/* several joined by AVU_VALUE_SEPARATOR; "": the object has none; NULL: as the file says again */
	const char *value;
} OverlayEdit;

/** Properties that overlay_edit() takes. The form of a value is the caller's matter, but numbers
 *  (track, disc, rating 0…100, season, episode) must be decimal and dates begin with YYYY. */
bool overlay_can_edit(AvuProperty property);
/** All or none. @return false with 701 (no such item), 703 (a value of the wrong form), 705 (cannot
 *  be edited), or what the disk said */
bool overlay_edit(
	Catalogue *catalogue, int64_t item, const OverlayEdit *edits, unsigned n, GError **error);

/* Files that people do not want to see. The file stays; when it is moved or renamed it is another one. */

/** Until overlay_promise() promises another file of that name. @return false with 701, or what the disk said */
bool overlay_hide(Catalogue *catalogue, int64_t item, GError **error);

/* Play state */

typedef struct {
	int64_t position_ns; /* where to go on; AVU_TIME_NONE: at the beginning */
	int64_t count;       /* how often it was played; -1: never heard of */
	int64_t played_s;    /* when last, seconds since 1970; -1: never */
	bool watched;
} OverlayPlay;

/** @param user  "" while there are no users: what the catalogue shows
 *  @return false with 701, or what the disk said */
bool overlay_set_play(Catalogue *catalogue, int64_t item, const char *user, const OverlayPlay *play,
	GError **error);
/** @return false: nothing is known, ret_play says so */
bool overlay_get_play(Catalogue *catalogue, int64_t item, const char *user, OverlayPlay *ret_play);

/* Files to come: an item is there (Item.promised) before its file is. Its id is the one that the file
 * will have, so nothing changes for who knows it. The promise ends when a scan puts a file of that name,
 * or by overlay_drop_promise(). */

typedef struct {
	int64_t item;
	const char *root, *path; /* uuid; below it, octets */
	int64_t expires_s;       /* seconds since 1970 */
} OverlayPromise;

/** @param item  as for catalogue_put_item(): name, kind, title, mime and their keys; id is filled in
 *  @return false with AVU_ERROR_BUSY when there is a file or promise of that name */
bool overlay_promise(Catalogue *catalogue, const CatalogueFolder *folder, Item *item,
	int64_t expires_s, GError **error);
/** It is waited for until then. */
bool overlay_extend_promise(Catalogue *catalogue, int64_t item, int64_t expires_s, GError **error);
/** Removes the item with it, when its file has not come. Without a promise it does nothing. */
bool overlay_drop_promise(Catalogue *catalogue, int64_t item, GError **error);
/** @param add  strings live until it returns */
bool overlay_list_promises(Catalogue *catalogue,
	void (*add)(const OverlayPromise *promise, void *data), void *data, GError **error);

/* Containers that control points made, shown though they are empty. */

/** A folder on the disk. The caller makes it there; its container stands in the view of kind's
 *  folders. @param ret_id  its container */
bool overlay_make_folder(Catalogue *catalogue, ItemKind kind, const CatalogueFolder *folder,
	int64_t *ret_id, GError **error);
/** A list of references. @param parent  container it stands in
 *  @return false with 710 when there is no parent */
bool overlay_make_list(Catalogue *catalogue, int64_t parent, const char *title,
	const char *upnp_class, int64_t *ret_id, GError **error);
/** @return false with 710 when it was not made by overlay_make_list() */
bool overlay_set_title(Catalogue *catalogue, int64_t container, const char *title, GError **error);
/** Folders that were made are shown where their root is in the NULL-ended list of uuids. Within a transaction of the
 *  caller's. */
bool overlay_keep_roots(Catalogue *catalogue, const char *const *uuids, GError **error);
/** Was it made here? */
bool overlay_is_made(Catalogue *catalogue, int64_t container);
/** A list goes with its references, a folder when nothing is in it. @return false with 710 */
bool overlay_drop_container(Catalogue *catalogue, int64_t container, GError **error);

/* References made by CreateReference. An item stands in a container once. */

/** @return false with 701 (item), 710 (container), AVU_ERROR_BUSY when it is in there */
bool overlay_add_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error);
/** @return false with 701 when it is not in there by overlay_add_reference() */
bool overlay_drop_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error);

G_END_DECLS
