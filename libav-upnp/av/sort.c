/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SortCriteria as keys. Pure; any thread. Bounded: a property counts once, the first time. */
#include <av-upnp/content-directory.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define NO_SORT 709

/* Longer ones first: "TIME+" ends like "+". */
static const struct {
	const char *text;
	bool descending, time_of_day;
} modifiers[] = {
	{ "TIME+", false, true },
	{ "TIME-", true, true },
	{ "+", false, false },
	{ "-", true, false },
};

static bool
add_key(AvuSortKey *keys, unsigned *n, AvuSortKey key)
{
	for (unsigned i = 0; i < *n; i++) {
		if (keys[i].property == key.property && keys[i].time_of_day == key.time_of_day) {
			return true; /* it can no longer decide */
		}
	}
	if (*n == AVU_SORT_KEYS_MAX) {
		return false;
	}
	keys[(*n)++] = key;
	return true;
}

static bool
take_modifier(AvuCursor *word, AvuSortKey *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modifiers); i++) {
		if (avu_cursor_take(word, modifiers[i].text)) {
			key->descending = modifiers[i].descending;
			key->time_of_day = modifiers[i].time_of_day;
			return true;
		}
	}
	return false;
}

/* "+dc:title"; blanks around it, as some control points send. */
static bool
take_key(AvuCursor *in, const AvuPropertySet *known, AvuSortKey *ret_key)
{
	AvuCursor word = avu_cursor_take_until(in, ",");

	(void)avu_cursor_take_char(in, ',');
	(void)avu_cursor_skip_blank(&word);
	while (word.end > word.at && g_ascii_isspace(word.end[-1])) {
		word.end--;
	}
	return take_modifier(&word, ret_key) && avu_property_find(&word, &ret_key->property) &&
	       avu_property_set_has(known, ret_key->property) &&
	       (!ret_key->time_of_day ||
		       avu_property_get_spec(ret_key->property)->type == AVU_VALUE_DATE);
}

bool
avu_sort_parse(const char *text, const AvuPropertySet *known, AvuSortKey keys[AVU_SORT_KEYS_MAX],
	unsigned *ret_n, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	AvuSortKey found[AVU_SORT_KEYS_MAX];
	unsigned n = 0;

	while (!avu_cursor_at_end(&in)) {
		const AvuCursor word = in;
		AvuSortKey key;

		if (!take_key(&in, known, &key) || !add_key(found, &n, key)) {
			g_autofree char *copy =
				g_strndup(word.at, MIN(avu_cursor_len(&word), (size_t)256));
			g_autofree char *shown = avu_text_for_display(copy, 40);

			g_set_error(error, AVU_UPNP_ERROR, NO_SORT, "cannot sort by '%s'", shown);
			return false;
		}
	}
	for (unsigned i = 0; i < n; i++) {
		keys[i] = found[i];
	}
	*ret_n = n;
	return true;
}
