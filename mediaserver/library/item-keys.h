/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/item-keys.h: what items are sorted by, grouped under and found by, from what they are called */
#pragma once

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/* Tags for sorting; NULL: by the value itself, of several by the first. */
typedef struct {
	const char *title, *artist, *album_artist, *album, *composer;
} SortTags;

/** All keys, the year and the groups. item's folder and name are set.
 *  @param strings  keeps the texts */
void item_keys_set(Item *item, const SortTags *tags, GPtrArray *strings);
/** Again for the texts that are others than they were. A key that changed with its text stays. */
void item_keys_update(Item *item, const Item *before, GPtrArray *strings);
/** Key of one text. @return g_free() it */
char *item_keys_dup(const char *text);

G_END_DECLS
