/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of tag values. Pure; main thread. */
#include "commands/tag-value.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>
#include <av-upnp/xml-reader.h>

void
tag_values_init(TagValues *values)
{
	*values = (TagValues){ g_string_new(NULL), g_string_new(NULL), 0 };
}

void
tag_values_clear(TagValues *values)
{
	(void)g_string_free(values->current, true);
	(void)g_string_free(values->next, true);
}

/* An element as the list wants it; nothing for no value. */
static void
append_element(GString *list, const char *tag, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value, -1);
	g_autofree char *element = g_strdup_printf("<%s>%s</%s>", tag, escaped, tag);

	for (const char *at = element; value[0] != '\0' && *at != '\0'; at++) {
		if (*at == ',' || *at == '\\') {
			g_string_append_c(list, '\\');
		}
		g_string_append_c(list, *at);
	}
}

static bool
is_element_name(const char *tag)
{
	const char *colon = strchr(tag, ':');

	if (colon == NULL || colon == tag || colon[1] == '\0') {
		return false;
	}
	for (const char *at = tag; *at != '\0'; at++) {
		if (at != colon && !g_ascii_isalnum(*at)) {
			return false;
		}
	}
	return true;
}

/* @return NULL without error: it has none */
static const char *
find_value(const AvuXmlDocument *document, const char *tag, GError **error)
{
	const AvuXmlElement *object = avu_xml_find_child(avu_xml_get_root(document), NULL);
	const char *name = strchr(tag, ':') + 1;
	const AvuXmlElement *element = object != NULL ? avu_xml_find_child(object, name) : NULL;

	if (element == NULL) {
		return NULL;
	}
	if (avu_xml_find_next(element, name) != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the object has several values of %s; which is meant cannot be said", tag);
		return NULL;
	}
	return avu_xml_get_text(element);
}

bool
tag_values_add(
	TagValues *values, const char *didl, const char *tag, const char *value, GError **error)
{
	g_autoptr(AvuXmlDocument) document = NULL;
	g_autoptr(GError) several = NULL;

	if (!is_element_name(tag)) {
		g_autofree char *shown = avu_text_for_display(tag, 40);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%s' is no property; dc:title and upnp:rating are", shown);
		return false;
	}
	document = avu_xml_parse(&avu_xml_kind_didl, didl, strlen(didl), error);
	if (document == NULL) {
		return false;
	}
	const char *current = find_value(document, tag, &several);

	if (several != NULL) {
		g_propagate_error(error, g_steal_pointer(&several));
		return false;
	}
	if (values->n++ > 0) {
		g_string_append_c(values->current, ',');
		g_string_append_c(values->next, ',');
	}
	append_element(values->current, tag, current != NULL ? current : "");
	append_element(values->next, tag, value);
	return true;
}
