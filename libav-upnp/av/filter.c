/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Filter argument of Browse and Search as a set of properties. Pure; any thread.
 * Bounded by the table: whatever a peer writes, a filter is 64 bits. */
#include <string.h>

#include <av-upnp/cursor.h>

#include "didl-private.h"

struct AvuFilter {
	uint64_t wanted; /* bits: index in didl_properties */
};

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
		return strncmp(word->at, name, len - 1) == 0 &&
		       (name[len - 1] == '\0' || name[len - 1] == '@');
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
	       avu_cursor_equal(word, property->name + 1);
}

static uint64_t
bits_of(AvuCursor word)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < didl_n_properties; i++) {
		const DidlProperty *property = &didl_properties[i];

		if (asks_for(&word, property->name) || brings(&word, property->name) ||
			asks_without_at(&word, property)) {
			bits |= UINT64_C(1) << i;
		}
	}
	return bits;
}

static uint64_t
bits_of_any_spelling(AvuCursor word)
{
	uint64_t bits = bits_of(word);

	for (size_t i = 0; bits == 0 && i < G_N_ELEMENTS(prefixes); i++) {
		AvuCursor rest = word;

		if (avu_cursor_take_ci(&rest, prefixes[i].sent)) {
			rest.at -= strlen(prefixes[i].meant); /* "@" still stands there */
			bits = bits_of(rest);
		}
	}
	return bits;
}

AvuFilter *
avu_filter_parse(const char *text)
{
	AvuFilter *filter = g_new0(AvuFilter, 1);
	AvuCursor in = avu_cursor_string(text);

	while (!avu_cursor_at_end(&in)) {
		const AvuCursor word = trimmed(avu_cursor_take_until(&in, ","));

		(void)avu_cursor_take_char(&in, ',');
		filter->wanted |=
			avu_cursor_equal(&word, "*") ? UINT64_MAX : bits_of_any_spelling(word);
	}
	return filter;
}

void
avu_filter_free(AvuFilter *filter)
{
	g_free(filter);
}

bool
didl_filter_has(const AvuFilter *filter, size_t property)
{
	return filter == NULL || (didl_properties[property].flags & DIDL_REQUIRED) != 0 ||
	       (filter->wanted & UINT64_C(1) << property) != 0;
}
