/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that follow from others: groups of views, texts for searches. Pure but for memory. */
#include "mediaserver/catalogue/item.h"

#include <string.h>

#include <av-upnp/text.h>

#define VALUES_MAX 64 /* of one property, as far as anybody searches */

static const char *
keep(GPtrArray *strings, char *text)
{
	g_ptr_array_add(strings, text);
	return text;
}

static const char *
first(GPtrArray *strings, const char *joined)
{
	const char *end = joined != NULL ? strchr(joined, ITEM_VALUE_SEPARATOR) : NULL;

	return end == NULL ? joined : keep(strings, g_strndup(joined, (size_t)(end - joined)));
}

static const char *
or_none(const char *text)
{
	return text != NULL ? text : "";
}

/* Albums are told apart by their album artist. Without one the folder does it: a compilation stays
 * together, two "Greatest Hits" stay apart. */
int64_t
item_get_year(const Item *item)
{
	return item->date != NULL && strlen(item->date) >= 4
		       ? (item->date[0] - '0') * 1000 + (item->date[1] - '0') * 100 +
				 (item->date[2] - '0') * 10 + (item->date[3] - '0')
		       : -1;
}

void
item_set_groups(Item *item, GPtrArray *strings)
{
	const char *people = item->artist != NULL ? item->artist : item->album_artist;

	item->group_artist = or_none(first(strings, people));
	item->group_album = or_none(item->album);
	item->group_genre = or_none(first(strings, item->genre));
	item->album_owner = "";
	if (item->album != NULL) {
		item->album_owner =
			item->album_artist != NULL
				? first(strings, item->album_artist)
				: keep(strings, g_strdup_printf("%016" G_GINT64_MODIFIER "x",
							item->folder));
	}
	item->group_year = item->date != NULL ? keep(strings, g_strndup(item->date, 4)) : "";
}

static void
append_folded(GString *folded, const char *joined)
{
	g_auto(GStrv) values =
		g_strsplit(joined, (const char[]){ ITEM_VALUE_SEPARATOR, '\0' }, VALUES_MAX);

	for (char **value = values; *value != NULL; value++) {
		g_autofree char *one = avu_text_fold(*value);

		g_string_append(folded, one);
		g_string_append_c(folded, ITEM_VALUE_SEPARATOR);
	}
}

const char *
item_fold_values(const char *joined, GPtrArray *strings)
{
	if (joined == NULL) {
		return NULL;
	}
	GString *folded = g_string_new((const char[]){ ITEM_VALUE_SEPARATOR, '\0' });

	append_folded(folded, joined);
	return keep(strings, g_string_free(folded, FALSE));
}

/* All that DIDL-Lite shows as upnp:artist, whatever the role. */
static const char *
fold_artists(const Item *item, GPtrArray *strings)
{
	const char *const all[] = { item->artist, item->album_artist, item->conductor };
	GString *folded = g_string_new((const char[]){ ITEM_VALUE_SEPARATOR, '\0' });

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (all[i] != NULL && (i == 0 || g_strcmp0(all[i], all[0]) != 0)) {
			append_folded(folded, all[i]);
		}
	}
	if (folded->len == 1) {
		(void)g_string_free(folded, TRUE);
		return NULL;
	}
	return keep(strings, g_string_free(folded, FALSE));
}

void
item_set_search_texts(Item *item, GPtrArray *strings)
{
	item->fold_title = item->title != NULL ? keep(strings, avu_text_fold(item->title)) : NULL;
	item->fold_album = item->album != NULL ? keep(strings, avu_text_fold(item->album)) : NULL;
	item->fold_artist = fold_artists(item, strings);
	item->fold_genre = item_fold_values(item->genre, strings);
}
