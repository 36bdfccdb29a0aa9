/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-reload.h: other views over the items that are there
 *
 * Which views the containers of the catalogue were made of is kept in it. Where a definition is another
 * one now, the containers of that view are made anew from the rows of the items; nothing is read from
 * the disk, and what other views made stays as it is. */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"

G_BEGIN_DECLS

/* Which views have containers. */
#define VIEW_RELOAD_TABLE                                                                         \
	"CREATE TABLE known_view (id TEXT PRIMARY KEY, signature INTEGER NOT NULL, split INTEGER" \
	" NOT NULL) STRICT, WITHOUT ROWID;"

/** When some views were split by letters, views() are split so, too. Before other threads look.
 *  @return false: the files of views cannot be read */
bool view_split_restore(Database *database, GError **error);
/** Ids of those of views() that are split, NULL-ended; borrowed from them. g_ptr_array_unref() it. */
GPtrArray *view_split_list(void);
/** Are the views that hold folders and lists of files those that the catalogue was made with? Items and
 *  lists have their ids from these. */
bool view_reload_can(Database *database);
/** Makes containers, indexes and counts those of views(). Within a transaction. */
bool view_reload(Catalogue *catalogue, GError **error);

G_END_DECLS
