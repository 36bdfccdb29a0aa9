/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SortCriteria as keys. Pure; any thread. Bounded: a property counts once, the first time. */
#include <av-upnp/content-directory.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "sort-private.h"

#define NO_SORT 709

static const struct {
	const char *name;
	AvuSortProperty property;
} properties[] = {
	{ "dc:title", AVU_SORT_TITLE },
	{ "dc:date", AVU_SORT_DATE },
	{ "upnp:artist", AVU_SORT_ARTIST },
	{ "dc:creator", AVU_SORT_ARTIST },
	{ "upnp:album", AVU_SORT_ALBUM },
	{ "upnp:originalTrackNumber", AVU_SORT_TRACK },
	{ "upnp:class", AVU_SORT_CLASS },
};
G_STATIC_ASSERT(G_N_ELEMENTS(properties) <= AVU_SORT_KEYS_MAX);

char *
sort_capabilities(void)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		g_string_append(out, i > 0 ? "," : "");
		g_string_append(out, properties[i].name);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool
find_property(const AvuCursor *name, AvuSortProperty *ret_property)
{
	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		if (avu_cursor_equal(name, properties[i].name)) {
			*ret_property = properties[i].property;
			return true;
		}
	}
	return false;
}

static void
add_key(AvuSortKey *keys, unsigned *n, AvuSortKey key)
{
	for (unsigned i = 0; i < *n; i++) {
		if (keys[i].property == key.property) {
			return; /* it can no longer decide */
		}
	}
	keys[(*n)++] = key;
}

/* "+dc:title"; blanks around it, as some control points send. */
static bool
take_key(AvuCursor *in, AvuSortKey *ret_key)
{
	AvuCursor word = avu_cursor_take_until(in, ",");

	(void)avu_cursor_take_char(in, ',');
	(void)avu_cursor_skip_blank(&word);
	while (word.end > word.at && g_ascii_isspace(word.end[-1])) {
		word.end--;
	}
	ret_key->descending = avu_cursor_take_char(&word, '-');
	return (ret_key->descending || avu_cursor_take_char(&word, '+')) &&
	       find_property(&word, &ret_key->property);
}

bool
avu_sort_parse(
	const char *text, AvuSortKey keys[AVU_SORT_KEYS_MAX], unsigned *ret_n, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	AvuSortKey found[AVU_SORT_KEYS_MAX];
	unsigned n = 0;

	while (!avu_cursor_at_end(&in)) {
		const AvuCursor word = in;
		AvuSortKey key;

		if (!take_key(&in, &key)) {
			g_autofree char *copy =
				g_strndup(word.at, MIN(avu_cursor_len(&word), (size_t)256));
			g_autofree char *shown = avu_text_for_display(copy, 40);

			g_set_error(error, AVU_UPNP_ERROR, NO_SORT, "cannot sort by '%s'", shown);
			return false;
		}
		add_key(found, &n, key);
	}
	for (unsigned i = 0; i < n; i++) {
		keys[i] = found[i];
	}
	*ret_n = n;
	return true;
}
