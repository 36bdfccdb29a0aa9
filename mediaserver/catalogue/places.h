/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/places.h: where in a view an item stands: one place, none, or several when a property that
 * the view groups by has several values */
#pragma once

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

/* Places of an item in one view. */
#define PLACES_MAX 64

/* A group on the way to a place. Strings belong to the Places. */
typedef struct {
	int64_t id, parent;
	const View *view;
	unsigned level;
	const char *values[VIEW_VALUES_MAX]; /* NULL: none */
	const char *title;
	const char *sort; /* key; NULL: made from the title */
	const char *upnp_class;
	int64_t position;
	bool further; /* by a value that is not the property's first: found through item_value */
} Group;

typedef struct {
	GArray *groups; /* Group, parents before children; of a view of folders none */
	GArray *leaves; /* Group, those that the item stands in */
	GPtrArray *strings;
} Places;

/** @param item  NULL: nowhere
 *  @param folder_title  what people call the item's folder, borrowed; asked only where a view needs it */
void places_init(Places *places, const View *view, const Item *item,
	const char *(*folder_title)(const Item *item, void *data), void *data);
void places_clear(Places *places);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)
/** @return NULL: the item is not in there */
const Group *places_find(const Places *places, int64_t id);

G_END_DECLS
