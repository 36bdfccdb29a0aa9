/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/views.h: the tree that people browse, as data: which containers there are, by what they
 * group, and in which order their items stand */
#pragma once

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

#define VIEW_LEVELS_MAX 2
#define VIEW_COLUMNS_MAX 2
#define VIEW_VALUES_MAX (VIEW_LEVELS_MAX * VIEW_COLUMNS_MAX)

#define VIEW_ROOT_ID "0"

/* One layer of groups below a view. */
typedef struct {
	const char *columns[VIEW_COLUMNS_MAX]; /* of item; the first names the group; NULL ends */
	const char *upnp_class;
	const char
		*missing; /* name of the group of items without a value; NULL: they are left out */
} ViewLevel;

typedef struct {
	const char *id; /* object id, for ever: clients store it */
	const char *parent;
	const char *title;
	const char *upnp_class;
	ItemKind kind;                     /* of the items below; ITEM_NONE: only views below */
	bool folders;                      /* below are the folders of the disk */
	ViewLevel levels[VIEW_LEVELS_MAX]; /* columns[0] NULL ends */
	const char *order;                 /* own order of the items, as SQL */
} View;

/** All views, parents before children; id NULL ends. */
const View *views(void);
const View *view_find(const char *id);
unsigned view_get_n_levels(const View *view);
/** Container id of a view itself. */
int64_t view_get_container(const View *view);
/** The item's value of a group column, "" when it has none. */
const char *view_get_value(const Item *item, const char *column);

G_END_DECLS
