/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that follow from others: groups of views, texts for searches. Pure but for memory. */
#include "mediaserver/catalogue/item.h"

#include <string.h>

#include <av-upnp/text.h>

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

const char *
item_fold_values(const char *joined, GPtrArray *strings)
{
	if (joined == NULL) {
		return NULL;
	}
	g_auto(GStrv) values = g_strsplit(joined, (const char[]){ ITEM_VALUE_SEPARATOR, '\0' }, -1);
	GString *folded = g_string_new(NULL);

	g_string_append_c(folded, ITEM_VALUE_SEPARATOR);
	for (char **value = values; *value != NULL; value++) {
		g_autofree char *one = avu_text_fold(*value);

		g_string_append(folded, one);
		g_string_append_c(folded, ITEM_VALUE_SEPARATOR);
	}
	return keep(strings, g_string_free(folded, FALSE));
}
