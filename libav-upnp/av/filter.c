/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Filter argument of Browse and Search as a set of properties. Pure; any thread.
 * Bounded by the table: whatever a peer writes, a filter is one bit per property. */
#include <string.h>

#include <av-upnp/cursor.h>

#include "didl-private.h"

/* Spellings of old control points, by what they begin with. */
static const struct {
	const char *sent, *meant;
} prefixes[] = {
	{ "didl-lite:", "" },
	{ "container@", "@" },
	{ "item@", "@" },
};

static AvuCursor
trimmed(AvuCursor word)
{
	(void)avu_cursor_skip_blank(&word);
	while (word.end > word.at && g_ascii_isspace(word.end[-1])) {
		word.end--;
	}
	return word;
}

/* Does word ask for this property? An attribute brings its element; "name#" all its attributes. */
static bool
asks_for(const AvuCursor *word, const char *name)
{
	const size_t len = avu_cursor_len(word);

	if (len > 1 && word->end[-1] == '#') {
		const char after = strncmp(word->at, name, len - 1) == 0 ? name[len - 1] : 'x';

		return after == '\0' || after == '@' || after == '[';
	}
	return avu_cursor_equal(word, name);
}

static bool
brings(const AvuCursor *word, const char *name)
{
	const size_t len = strlen(name);

	return avu_cursor_len(word) > len && word->at[len] == '@' &&
	       memcmp(word->at, name, len) == 0;
}

/* "id" for "@id" */
static bool
asks_without_at(const AvuCursor *word, const DidlProperty *property)
{
	return property->place == DIDL_OBJECT_ATTRIBUTE &&
	       avu_cursor_equal(word, property->spec.name + 1);
}

/* "upnp:artist@role" is every artist with a role. */
static bool
asks_for_role(AvuCursor word, const DidlProperty *property)
{
	return property->role != NULL && avu_cursor_take(&word, property->tag) &&
	       avu_cursor_equal(&word, "@role");
}

static bool
add_word(AvuPropertySet *set, AvuCursor word)
{
	bool found = false;

	for (unsigned i = 0; i < AVU_N_PROPERTIES; i++) {
		const DidlProperty *property = &didl_properties[i];
		const char *name = property->spec.name;

		if (asks_for(&word, name) || brings(&word, name) ||
			asks_without_at(&word, property) || asks_for_role(word, property)) {
			avu_property_set_add(set, (AvuProperty)i);
			found = true;
		}
	}
	return found;
}

static void
add_any_spelling(AvuPropertySet *set, AvuCursor word)
{
	bool found = add_word(set, word);

	for (size_t i = 0; !found && i < G_N_ELEMENTS(prefixes); i++) {
		AvuCursor rest = word;

		if (avu_cursor_take_ci(&rest, prefixes[i].sent)) {
			rest.at -= strlen(prefixes[i].meant); /* "@" still stands there */
			found = add_word(set, rest);
		}
	}
}

AvuFilter *
avu_filter_parse(const char *text)
{
	AvuFilter *filter = g_new0(AvuFilter, 1);
	AvuCursor in = avu_cursor_string(text);

	while (!avu_cursor_at_end(&in)) {
		const AvuCursor word = trimmed(avu_cursor_take_until(&in, ","));

		(void)avu_cursor_take_char(&in, ',');
		if (avu_cursor_equal(&word, "*")) {
			filter->everything = true;
		} else if (avu_cursor_equal(&word, "ALLIP")) {
			filter->all_addresses = true;
		} else {
			add_any_spelling(&filter->wanted, word);
		}
	}
	return filter;
}

void
avu_filter_free(AvuFilter *filter)
{
	g_free(filter);
}

bool
avu_filter_wants_all_addresses(const AvuFilter *filter)
{
	return filter->all_addresses;
}
