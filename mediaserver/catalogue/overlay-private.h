/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/overlay-private.h: the overlay within the writer's transaction */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/overlay-state.h"

G_BEGIN_DECLS

/** Lays over a file's item what people say of it, and keeps what the file said.
 *  @param strings  keeps the texts that item points to */
bool overlay_apply(Catalogue *catalogue, Item *item, GPtrArray *strings, GError **error);
/** Forgets what the file said: it is gone. */
bool overlay_forget_originals(Catalogue *catalogue, int64_t item, GError **error);

bool overlay_is_hidden(Catalogue *catalogue, const CatalogueFolder *folder, const char *name);
/** What was hidden at this place is so no more: another file comes there. */
bool overlay_show(
	Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error);

/** A file has come where one was promised. */
bool overlay_keep_promise(Catalogue *catalogue, const Item *item, GError **error);
/** A reference in a container, when both are there. Within a transaction. */
bool overlay_put_member(
	Catalogue *catalogue, int64_t container, int64_t position, int64_t item, GError **error);
bool overlay_drop_member(Catalogue *catalogue, int64_t container, int64_t item, GError **error);
/** The lists that refer to an item have it again, or no longer. */
bool overlay_enter_lists(Catalogue *catalogue, int64_t item, GError **error);
bool overlay_leave_lists(Catalogue *catalogue, int64_t item, GError **error);

/** At start: the catalogue follows the overlay if it has another version of it. */
bool overlay_reconcile(Catalogue *catalogue, GError **error);
/** Promises, made containers and references; within a transaction. */
bool overlay_put_objects(Catalogue *catalogue, GError **error);

/** The container of a folder is shown only while there is something in it, as if nobody had made it. Nothing happens
 *  when nobody did. @param forget  in state.db, too */
bool overlay_unmake_folder(Catalogue *catalogue, int64_t id, bool forget, GError **error);

/** The rows of references that state.db has. @param item  0: of all */
bool overlay_put_members(Catalogue *catalogue, int64_t item, GError **error);

/* What is done in several files, with the writer. */

/** @return false, error set */
bool overlay_refuse(GError **error, int code, const char *what);
/** A statement with numbers only. */
bool overlay_run(
	Catalogue *catalogue, const char *sql, int64_t first, int64_t second, GError **error);
/** The first number of the first row. @param ret_found  there was one */
bool overlay_find(Catalogue *catalogue, const char *sql, int64_t first, int64_t second,
	bool *ret_found, int64_t *ret_value, GError **error);
bool overlay_has_container(Catalogue *catalogue, int64_t id, bool *ret_has, GError **error);

/* Whole operations. */
bool overlay_begin(Catalogue *catalogue, GError **error);
/** Commits when good, with the version of the overlay that the catalogue has then. */
bool overlay_end(Catalogue *catalogue, bool good, GError **error);

G_END_DECLS
