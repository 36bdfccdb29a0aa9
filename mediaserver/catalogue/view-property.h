/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-property.h: what views may group, filter and sort by: each property's name in a file
 * of views, and its value of an item */
#pragma once

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/* Values of one property that an item is grouped under. */
#define VIEW_PROPERTY_VALUES_MAX 16

typedef enum {
	VIEW_PROPERTY_TEXT,
	VIEW_PROPERTY_NUMBER,
} ViewPropertyType;

typedef struct ViewProperty ViewProperty;
struct ViewProperty {
	const char *name;
	ViewPropertyType type;
	size_t text;   /* offset of a text in Item */
	size_t first;  /* of its first value; 0: taken from text */
	size_t owner;  /* of a text that tells apart groups of one name; 0: none */
	size_t key;    /* of its sort key; 0: made from the value */
	size_t number; /* of a number in Item; 0: see get_number */
	int64_t (*get_number)(const Item *item); /* -1: unknown */
	char *(*dup_text)(const Item *item);     /* instead of text; "" when there is none */
	char *(*dup_key)(const char *value);     /* sort key of a group; NULL: of its title */
	bool groups;                             /* may stand at a level */
	bool several;            /* values joined by ITEM_VALUE_SEPARATOR: see item_value */
	bool zero;               /* an unknown number counts as 0 */
	bool home;               /* its value is a folder's container, which names it */
	const char *upnp_class;  /* of its groups */
	const char *video_class; /* of those below videos; NULL: upnp_class */
};

/** @return NULL: none has this name. A lasting pointer; index by view_property_get_number() */
const ViewProperty *view_property_find(const char *name);
/** For item_value: numbers stay the same as long as SCHEMA_VERSION. */
int view_property_get_number(const ViewProperty *property);
/** Names of those that group, or of all. NULL-ended, borrowed. */
const char *const *view_property_list(bool groups);

/** Values that an item is grouped under, none: one "". @return NULL-ended, g_strfreev() it */
char **view_property_dup_values(const ViewProperty *property, const Item *item);
/** Cheap to ask: are there values behind the first? */
bool view_property_has_several(const ViewProperty *property, const Item *item);
/** What tells apart groups of one name, "" when nothing does. Borrowed from item. */
const char *view_property_get_owner(const ViewProperty *property, const Item *item);
/** -1: unknown, or not a number. */
int64_t view_property_get_value(const ViewProperty *property, const Item *item);
/** Key that groups are sorted by. @return g_free() it */
char *view_property_dup_sort_key(
	const ViewProperty *property, const Item *item, bool first, const char *title);

G_END_DECLS
