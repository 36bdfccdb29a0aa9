/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys by table: a text, the tag that says how to sort it, the key. Pure but for memory. */
#include "mediaserver/library/item-keys.h"

#include <string.h>

#include <av-upnp/text.h>

#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/library/values.h"

#define NAME_MAX_OCTETS 1024
#define NO_TAG SIZE_MAX

static const struct {
	size_t text, key;
	size_t tag; /* of SortTags */
} keys[] = {
#define KEY(field, tag)                                                    \
	{                                                                  \
		offsetof(Item, field), offsetof(Item, sort_##field), (tag) \
	}
	KEY(title, offsetof(SortTags, title)),
	KEY(artist, offsetof(SortTags, artist)),
	KEY(album_artist, offsetof(SortTags, album_artist)),
	KEY(album, offsetof(SortTags, album)),
	KEY(composer, offsetof(SortTags, composer)),
	KEY(series, NO_TAG),
#undef KEY
};

static const char **
text_at(Item *item, size_t offset)
{
	return (const char **)((char *)item + offset);
}

static const char *
keep(GPtrArray *strings, char *text)
{
	g_ptr_array_add(strings, text);
	return text;
}

char *
item_keys_dup(const char *text)
{
	return sort_key_dup(text);
}

static void
set_key(Item *item, size_t i, const char *tag, GPtrArray *strings)
{
	const char *text = *text_at(item, keys[i].text);
	g_autofree char *first = values_first(text);
	const char *by = tag != NULL ? tag : first;

	*text_at(item, keys[i].key) = by != NULL ? keep(strings, sort_key_dup(by)) : NULL;
}

/* What follows from several fields together. */
static void
set_rest(Item *item, GPtrArray *strings)
{
	item->year = item_get_year(item);
	item_set_groups(item, strings);
}

void
item_keys_set(Item *item, const SortTags *tags, GPtrArray *strings)
{
	g_autofree char *name = avu_text_sanitize(item->name, strlen(item->name), NAME_MAX_OCTETS);

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const char *tag = tags != NULL && keys[i].tag != NO_TAG
					  ? *(const char *const *)((const char *)tags + keys[i].tag)
					  : NULL;

		set_key(item, i, tag, strings);
	}
	item->sort_name = keep(strings, sort_key_dup(name));
	set_rest(item, strings);
}

void
item_keys_update(Item *item, const Item *before, GPtrArray *strings)
{
	Item old = *before;

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (*text_at(item, keys[i].text) != *text_at(&old, keys[i].text) &&
			*text_at(item, keys[i].key) == *text_at(&old, keys[i].key)) {
			set_key(item, i, NULL, strings);
		}
	}
	set_rest(item, strings);
}
