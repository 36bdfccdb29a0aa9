/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite written, straight into the writer of the reply. Pure; any thread.
 * Which properties, in which order and how long: the table in didl-object.c. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>

#include "didl-private.h"

#define TEXT_MAX 1024 /* the longest of the table */

#define NS_DIDL "urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/"
#define NS_DC "http://purl.org/dc/elements/1.1/"
#define NS_UPNP "urn:schemas-upnp-org:metadata-1-0/upnp/"
#define NS_DLNA "urn:schemas-dlna-org:metadata-1-0/"

/* Room for one value in its written form; written() prepares it. */
typedef struct {
	char text[TEXT_MAX + 1];
	char *allocated;
} Value;

static void
value_clear(Value *value)
{
	g_free(value->allocated);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Value, value_clear)

static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* The text itself, or its beginning when the guidelines want it shorter. */
static const char *
shortened(Value *value, const char *text, size_t max_bytes)
{
	if (strnlen(text, max_bytes + 1) <= max_bytes) {
		return text;
	}
	size_t len = max_bytes;

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) { /* inside a character */
		len--;
	}
	memcpy(value->text, text, len);
	value->text[len] = '\0';
	return value->text;
}

/* How many digits of a date's parts are there: "2004" 4, "2004-05" 6, "2004-05-14…" 8; else 0. */
static unsigned
date_digits(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	unsigned digits = 0;

	for (size_t i = 0; form[i] != '\0'; i++) {
		if (text[i] == '\0' && (i == 4 || i == 7)) {
			return digits;
		}
		if (form[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != form[i]) {
			return 0;
		}
		digits += form[i] == 'd';
	}
	return text[10] == '\0' || text[10] == 'T' ? digits : 0;
}

/* A year alone or rubbish stops some parsers: a full date or none. */
static const char *
complete_date(Value *value, const char *text)
{
	switch (date_digits(text)) {
	case 4:
		value->allocated = g_strdup_printf("%.4s-01-01", text);
		return value->allocated;
	case 6:
		value->allocated = g_strdup_printf("%.7s-01", text);
		return value->allocated;
	case 8:
		return text;
	default:
		return NULL;
	}
}

static const char *
number(Value *value, int64_t n)
{
	if (n < 0) {
		return NULL;
	}
	(void)g_snprintf(value->text, sizeof value->text, "%" G_GINT64_FORMAT, n);
	return value->text;
}

static const char *
resolution(Value *value, const int32_t *pair)
{
	if (pair[0] <= 0 || pair[1] <= 0) {
		return NULL;
	}
	(void)g_snprintf(value->text, sizeof value->text, "%dx%d", pair[0], pair[1]);
	return value->text;
}

/* The written form of one property, or NULL when it is not known: nothing empty is sent. */
static const char *
written(Value *value, const DidlProperty *property, const void *base)
{
	const void *field = (const char *)base + property->offset;
	const char *text = property->type == DIDL_TEXT || property->type == DIDL_DATE
				   ? *(const char *const *)field
				   : NULL;

	value->allocated = NULL;
	switch (property->type) {
	case DIDL_TEXT:
		return text == NULL || is_blank(text) ? NULL
						      : shortened(value, text, property->max_bytes);
	case DIDL_DATE:
		return text == NULL ? NULL : complete_date(value, text);
	case DIDL_BOOL:
		return *(const bool *)field ? "1" : "0";
	case DIDL_INT32:
		return number(value, *(const int32_t *)field);
	case DIDL_INT64:
		return number(value, *(const int64_t *)field);
	case DIDL_DURATION:
		if (*(const int64_t *)field < 0) { /* also AVU_TIME_NONE */
			return NULL;
		}
		value->allocated = avu_duration_format(*(const int64_t *)field, true);
		return value->allocated;
	case DIDL_RESOLUTION:
		return resolution(value, field);
	}
	return NULL;
}

static bool
wanted(const AvuObject *object, const AvuFilter *filter, size_t i, DidlPlace place)
{
	const unsigned kind = object->container ? DIDL_CONTAINER : DIDL_ITEM;

	return didl_properties[i].place == place && (didl_properties[i].flags & kind) != 0 &&
	       didl_filter_has(filter, i);
}

static void
write_attributes(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter,
	DidlPlace place, const void *base)
{
	for (size_t i = 0; i < didl_n_properties; i++) {
		if (wanted(object, filter, i, place)) {
			g_auto(Value) value;
			const char *text = written(&value, &didl_properties[i], base);

			/* id and parentID are required even where a store knows none. */
			if (text != NULL || (didl_properties[i].flags & DIDL_REQUIRED) != 0) {
				avu_xml_attribute(
					writer, didl_properties[i].tag, text == NULL ? "" : text);
			}
		}
	}
}

/* For what is required and yet not known. */
static const char *
fallback(const DidlProperty *property, const AvuObject *object)
{
	if ((property->flags & DIDL_REQUIRED) == 0) {
		return NULL;
	}
	if (property->offset == offsetof(AvuObject, upnp_class)) {
		return object->container ? "object.container" : "object.item";
	}
	return object->id == NULL ? "" : object->id; /* an object without a title */
}

static void
write_element(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter, size_t i)
{
	const DidlProperty *property = &didl_properties[i];
	g_auto(Value) value;
	const char *text = written(&value, property, object);

	if (text == NULL) {
		text = fallback(property, object);
	}
	if (text == NULL) {
		return;
	}
	avu_xml_start(writer, property->tag);
	if (property->role != NULL) {
		avu_xml_attribute(writer, "role", property->role);
	}
	if (property->place == DIDL_ART) {
		write_attributes(writer, object, filter, DIDL_ART_ATTRIBUTE, object);
	}
	avu_xml_text(writer, text);
	avu_xml_end(writer);
}

static void
write_resources(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter)
{
	for (unsigned r = 0; r < object->n_resources; r++) {
		const AvuResource *resource = &object->resources[r];

		avu_xml_start(writer, "res");
		write_attributes(writer, object, filter, DIDL_RES_ATTRIBUTE, resource);
		avu_xml_text(writer, resource->uri);
		avu_xml_end(writer);
	}
}

void
avu_didl_begin(AvuXmlWriter *writer)
{
	avu_xml_start(writer, "DIDL-Lite");
	avu_xml_attribute(writer, "xmlns", NS_DIDL);
	avu_xml_attribute(writer, "xmlns:dc", NS_DC);
	avu_xml_attribute(writer, "xmlns:upnp", NS_UPNP);
	avu_xml_attribute(writer, "xmlns:dlna", NS_DLNA);
}

void
avu_didl_write(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter)
{
	avu_xml_start(writer, object->container ? "container" : "item");
	write_attributes(writer, object, filter, DIDL_OBJECT_ATTRIBUTE, object);
	for (size_t i = 0; i < didl_n_properties; i++) {
		if (wanted(object, filter, i, DIDL_ELEMENT) ||
			wanted(object, filter, i, DIDL_ART)) {
			write_element(writer, object, filter, i);
		} else if (wanted(object, filter, i, DIDL_RES)) {
			write_resources(writer, object, filter);
		}
	}
	avu_xml_end(writer);
}

void
avu_didl_end(AvuXmlWriter *writer)
{
	avu_xml_end(writer);
}

char *
avu_didl_format(const AvuObject *object)
{
	g_autoptr(AvuXmlWriter) writer = avu_xml_writer_new();

	avu_didl_begin(writer);
	avu_didl_write(writer, object, NULL);
	avu_didl_end(writer);
	return avu_xml_writer_finish_string(g_steal_pointer(&writer));
}
