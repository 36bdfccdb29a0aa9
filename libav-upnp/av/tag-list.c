/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tag lists of UpdateObject: text to entries, entries against an object to edits. Pure; any thread.
 * Limits: TAG_LIST_MAX entries, each an XML element within the limits of its kind. */
#include "tag-list.h"

#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#include "didl-private.h"

enum {
	BAD_CURRENT = 702,
	BAD_NEW = 703,
	REQUIRED_TAG = 704,
	READ_ONLY_TAG = 705,
	MISMATCH = 706,
};

/* Text to entries */

static void
tag_clear(void *data)
{
	Tag *tag = data;

	g_free(tag->value);
}

/* Where in an element a cursor is. */
typedef struct {
	unsigned depth;
	bool in_tag, closing;
	char quote; /* 0: outside of an attribute's value */
} Markup;

/* @return false for what no element of ours has: comments, sections, instructions */
static bool
follow(Markup *at, const char *p, const char *end)
{
	if (!at->in_tag) {
		if (*p == '<') {
			at->in_tag = true;
			at->closing = p + 1 < end && p[1] == '/';
			return p + 1 < end && p[1] != '!' && p[1] != '?';
		}
		return true;
	}
	if (at->quote != 0) {
		at->quote = *p == at->quote ? 0 : at->quote;
	} else if (*p == '"' || *p == '\'') {
		at->quote = *p;
	} else if (*p == '>') {
		at->in_tag = false;
		if (at->closing) {
			at->depth -= at->depth > 0;
		} else if (p[-1] != '/') {
			at->depth++;
		}
	}
	return true;
}

/* One entry without its escapes; the cursor moves behind the comma. */
static bool
take_entry(AvuCursor *in, GString *out, bool *ret_more)
{
	Markup at = { 0 };

	g_string_truncate(out, 0);
	*ret_more = false;
	for (; in->at < in->end; in->at++) {
		if (*in->at == '\\' && in->at + 1 < in->end &&
			(in->at[1] == ',' || in->at[1] == '\\')) {
			in->at++;
		} else if (*in->at == ',' && at.depth == 0 && !at.in_tag) {
			in->at++;
			*ret_more = true;
			return true;
		} else if (!follow(&at, in->at, in->end)) {
			return false;
		}
		g_string_append_c(out, *in->at);
	}
	return true;
}

static bool
is_date(const char *text)
{
	AvuObject probe;

	avu_object_init(&probe);
	probe.date = text;

	g_autofree char *written = didl_dup_value(&probe, AVU_PROPERTY_DATE);

	return written != NULL;
}

/* In the form in which it is written, so that equal values are equal texts. NULL: cannot be one. */
static char *
normalise(const DidlProperty *property, const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	uint64_t number;
	int64_t ns;

	if (strpbrk(trimmed, AVU_VALUE_SEPARATOR) != NULL) {
		return NULL;
	}
	if (*trimmed == '\0') {
		return g_steal_pointer(&trimmed); /* no value at all */
	}
	switch (property->form) {
	case DIDL_INT32:
	case DIDL_INT64:
		return avu_parse_uint(trimmed, property->form == DIDL_INT32 ? INT32_MAX : INT64_MAX,
			       &number)
			       ? g_strdup_printf("%" G_GUINT64_FORMAT, number)
			       : NULL;
	case DIDL_PERIOD:
		return avu_period_parse(trimmed, &ns) || avu_duration_parse(trimmed, false, &ns)
			       ? avu_period_format(ns)
			       : NULL;
	case DIDL_DATE:
		return is_date(trimmed) ? g_steal_pointer(&trimmed) : NULL;
	default:
		return strlen(trimmed) <= property->max_bytes ? g_steal_pointer(&trimmed) : NULL;
	}
}

/* The only element of a document made around the entry. */
static const AvuXmlElement *
only_child(const AvuXmlDocument *document)
{
	const AvuXmlElement *root = avu_xml_get_root(document);
	const AvuXmlElement *item = avu_xml_find_child(root, NULL);
	const AvuXmlElement *child = item != NULL ? avu_xml_find_child(item, NULL) : NULL;

	return child != NULL && avu_xml_find_next(item, NULL) == NULL &&
			       avu_xml_find_next(child, NULL) == NULL &&
			       *avu_xml_get_text(item) == '\0' && *avu_xml_get_text(root) == '\0'
		       ? child
		       : NULL;
}

static bool
parse_entry(const char *entry, Tag *ret_tag)
{
	static const char head[] =
		"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\""
		" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		" xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\""
		" xmlns:dlna=\"urn:schemas-dlna-org:metadata-1-0/\""
		" xmlns:sec=\"http://www.sec.co.kr/\"><item>";
	g_autofree char *text = g_strconcat(head, entry, "</item></DIDL-Lite>", NULL);
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), NULL);
	const AvuXmlElement *element = document != NULL ? only_child(document) : NULL;

	if (element == NULL) {
		return false;
	}
	*ret_tag = (Tag){ .present = true };
	ret_tag->known = didl_find_element(element, &ret_tag->property);
	if (ret_tag->known) {
		ret_tag->value =
			normalise(&didl_properties[ret_tag->property], avu_xml_get_text(element));
	}
	return !ret_tag->known || ret_tag->value != NULL;
}

GArray *
tag_list_parse(const char *text, bool is_new, GError **error)
{
	g_autoptr(GArray) tags = g_array_new(FALSE, TRUE, sizeof(Tag));
	g_autoptr(GString) entry = g_string_new(NULL);
	AvuCursor in = avu_cursor_string(text);
	bool more = true;

	g_array_set_clear_func(tags, tag_clear);
	while (more) {
		Tag tag = { .present = false };

		if (tags->len == TAG_LIST_MAX || !take_entry(&in, entry, &more) ||
			(entry->str[strspn(entry->str, " \t\r\n")] != '\0' &&
				!parse_entry(entry->str, &tag))) {
			g_set_error(error, AVU_UPNP_ERROR, is_new ? BAD_NEW : BAD_CURRENT,
				"entry %u of the tag list is no value that a property can have",
				tags->len + 1);
			return NULL;
		}
		g_array_append_val(tags, tag);
	}
	return g_steal_pointer(&tags);
}

/* Entries to edits */

/* One property while entries are applied to it. */
typedef struct {
	AvuProperty property;
	char *before;      /* joined; "": none */
	GPtrArray *values; /* char* */
} Draft;

static void
draft_free(void *data)
{
	Draft *draft = data;

	g_free(draft->before);
	g_ptr_array_unref(draft->values);
	g_free(draft);
}

static Draft *
find_draft(GPtrArray *drafts, const AvuObject *object, AvuProperty property)
{
	for (guint i = 0; i < drafts->len; i++) {
		Draft *draft = g_ptr_array_index(drafts, i);

		if (draft->property == property) {
			return draft;
		}
	}
	g_autofree char *present = didl_dup_value(object, property);
	Draft *draft = g_new0(Draft, 1);
	const char *at = present;
	AvuCursor value;

	draft->property = property;
	draft->before = g_strdup(present != NULL ? present : "");
	draft->values = g_ptr_array_new_with_free_func(g_free);
	while (avu_object_next_value(&at, &value)) {
		g_autofree char *text = avu_cursor_dup(&value);

		g_ptr_array_add(draft->values, g_strdup(g_strstrip(text)));
	}
	g_ptr_array_add(drafts, draft);
	return draft;
}

static bool
refuse(int code, AvuProperty property, const char *what, GError **error)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s %s", avu_property_get_name(property), what);
	return false;
}

/* Where current stands among the values; "" means that there is none. */
static bool
find_value(const Draft *draft, const char *current, guint *ret_index)
{
	if (*current == '\0') {
		*ret_index = draft->values->len;
		return draft->values->len == 0;
	}
	return g_ptr_array_find_with_equal_func(draft->values, current, g_str_equal, ret_index);
}

static bool
apply_to(Draft *draft, const Tag *current, const Tag *next, bool lenient, GError **error)
{
	const bool many =
		(avu_property_get_spec(draft->property)->flags & AVU_PROPERTY_MULTIPLE) != 0;
	const char *was = current->present ? current->value : "";
	const char *will = next->present ? next->value : "";
	guint at = draft->values->len;

	if (lenient) {
		at = 0;
		g_ptr_array_set_size(draft->values, 0);
	} else if (!(many && *was == '\0') && !find_value(draft, was, &at)) {
		return refuse(BAD_CURRENT, draft->property, "has another value", error);
	}
	if (at < draft->values->len) {
		g_ptr_array_remove_index(draft->values, at);
	}
	if (*will != '\0') {
		g_ptr_array_insert(draft->values, (int)at, g_strdup(will));
	}
	return true;
}

/* @return the property that a pair of entries is about */
static bool
find_property(const Tag *current, const Tag *next, AvuProperty *ret_property, GError **error)
{
	if ((current->present && !current->known) || (next->present && !next->known)) {
		g_set_error(error, AVU_UPNP_ERROR,
			current->present && !current->known ? BAD_CURRENT : BAD_NEW,
			"an element that no object here has");
		return false;
	}
	if (current->present && next->present && current->property != next->property) {
		return refuse(BAD_NEW, next->property, "cannot take another one's place", error);
	}
	*ret_property = current->present ? current->property : next->property;
	return true;
}

static bool
apply_pair(GPtrArray *drafts, const AvuObject *object, const Tag *current, const Tag *next,
	const AvuPropertySet *writable, const AvuPropertySet *lenient, GError **error)
{
	AvuProperty property;

	if (!current->present && !next->present) {
		return true;
	}
	if (!find_property(current, next, &property, error)) {
		return false;
	}
	if (!avu_property_set_has(writable, property) ||
		didl_properties[property].place != DIDL_ELEMENT) {
		return refuse(READ_ONLY_TAG, property, "cannot be changed", error);
	}
	return apply_to(find_draft(drafts, object, property), current, next,
		avu_property_set_has(lenient, property), error);
}

static void
edit_clear(void *data)
{
	AvuContentEdit *edit = data;

	g_free((char *)edit->value);
}

static char *
join(const GPtrArray *values)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < values->len; i++) {
		g_string_append(out, i > 0 ? AVU_VALUE_SEPARATOR : "");
		g_string_append(out, g_ptr_array_index(values, i));
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool
collect(const GPtrArray *drafts, GArray *edits, GError **error)
{
	for (guint i = 0; i < drafts->len; i++) {
		const Draft *draft = g_ptr_array_index(drafts, i);
		g_autofree char *after = join(draft->values);

		if (*after == '\0' && (avu_property_get_spec(draft->property)->flags &
					      AVU_PROPERTY_REQUIRED) != 0) {
			return refuse(REQUIRED_TAG, draft->property, "is required", error);
		}
		if (strcmp(after, draft->before) != 0) {
			const AvuContentEdit edit = { draft->property,
				*after == '\0' ? NULL : g_steal_pointer(&after) };

			g_array_append_val(edits, edit);
		}
	}
	if (edits->len == 0) {
		g_set_error(error, AVU_UPNP_ERROR, BAD_NEW, "nothing would change");
		return false;
	}
	return true;
}

GArray *
tag_list_apply(const AvuObject *object, GArray *current, GArray *next,
	const AvuPropertySet *writable, const AvuPropertySet *lenient, GError **error)
{
	g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func(draft_free);
	g_autoptr(GArray) edits = g_array_new(FALSE, TRUE, sizeof(AvuContentEdit));

	g_array_set_clear_func(edits, edit_clear);
	if (current->len != next->len) {
		g_set_error(error, AVU_UPNP_ERROR, MISMATCH, "%u current values, %u new ones",
			current->len, next->len);
		return NULL;
	}
	for (guint i = 0; i < current->len; i++) {
		if (!apply_pair(drafts, object, &g_array_index(current, Tag, i),
			    &g_array_index(next, Tag, i), writable, lenient, error)) {
			return NULL;
		}
	}
	return collect(drafts, edits, error) ? g_steal_pointer(&edits) : NULL;
}
