/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite written, straight into the writer of the reply. Pure; any thread.
 * Which properties, in which order and how long: the table in didl-object.c. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>

#include "didl-private.h"

#define NS_DIDL "urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/"
#define NS_DC "http://purl.org/dc/elements/1.1/"
#define NS_UPNP "urn:schemas-upnp-org:metadata-1-0/upnp/"
#define NS_DLNA "urn:schemas-dlna-org:metadata-1-0/"
#define NS_SEC "http://www.sec.co.kr/"
#define NS_PV "http://www.pv.com/pvns/"
#define NS_SONY "urn:schemas-sony-com:av"

#define FACT_TAG_MAX 64 /* names are our own, a word or two */

/* Room for one value in its written form; written() prepares it. */
typedef struct {
	char digits[32];
	char *allocated;
} Value;

static inline void
value_clear(Value *value)
{
	if (value->allocated != NULL) { /* hardly ever */
		g_free(value->allocated);
	}
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Value, value_clear)

static bool
is_blank(const char *text)
{
	return (unsigned char)text[0] <= ' ' && text[strspn(text, " \t\r\n")] == '\0';
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
	value->allocated = g_strndup(text, len);
	return value->allocated;
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

/* By hand: a dozen numbers of each item, and printf takes as long as the rest of it. */
static const char *
number(Value *value, int64_t n)
{
	char *at = value->digits + sizeof value->digits - 1;

	if (n < 0) {
		return NULL;
	}
	*at = '\0';
	do {
		*--at = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return at;
}

static const char *
resolution(Value *value, const int32_t *pair)
{
	if (pair[0] <= 0 || pair[1] <= 0) {
		return NULL;
	}
	(void)g_snprintf(value->digits, sizeof value->digits, "%dx%d", pair[0], pair[1]);
	return value->digits;
}

static const char *
time_span(Value *value, int64_t ns, char *(*format)(int64_t ns))
{
	value->allocated = ns < 0 ? NULL : format(ns); /* also AVU_TIME_NONE */
	return value->allocated;
}

static char *
format_duration(int64_t ns)
{
	return avu_duration_format(ns, true);
}

/* Most properties of most objects are, so that this is asked first, a hundred times for each object. */
static inline bool
is_unknown(const DidlProperty *property, const void *base)
{
	const void *field = (const char *)base + property->offset;

	switch (property->form) {
	case DIDL_TEXT:
	case DIDL_CLASSES:
	case DIDL_DATE:
		return *(const char *const *)field == NULL;
	case DIDL_BOOL:
		return false;
	case DIDL_TRUE:
		return !*(const bool *)field;
	case DIDL_INT32:
		return *(const int32_t *)field < 0;
	case DIDL_INT64:
	case DIDL_DURATION:
	case DIDL_PERIOD:
		return *(const int64_t *)field < 0; /* also AVU_TIME_NONE */
	case DIDL_RESOLUTION:
		return ((const int32_t *)field)[0] <= 0;
	}
	return false;
}

/* The written form of one property, or NULL when it is not known: nothing empty is sent. */
static const char *
written(Value *value, const DidlProperty *property, const void *base)
{
	const void *field = (const char *)base + property->offset;
	const char *text = property->form <= DIDL_DATE ? *(const char *const *)field : NULL;

	value->allocated = NULL;
	switch (property->form) {
	case DIDL_TEXT:
	case DIDL_CLASSES:
		return text == NULL || is_blank(text) ? NULL
						      : shortened(value, text, property->max_bytes);
	case DIDL_DATE:
		if (property == &didl_properties[AVU_PROPERTY_DATE] &&
			((const AvuObject *)base)->short_date) {
			return text;
		}
		return text == NULL ? NULL : complete_date(value, text);
	case DIDL_BOOL:
		return *(const bool *)field ? "1" : "0";
	case DIDL_TRUE:
		return *(const bool *)field ? "1" : NULL;
	case DIDL_INT32:
		return number(value, *(const int32_t *)field);
	case DIDL_INT64:
		return number(value, *(const int64_t *)field);
	case DIDL_DURATION:
		return time_span(value, *(const int64_t *)field, format_duration);
	case DIDL_PERIOD:
		return time_span(value, *(const int64_t *)field, avu_period_format);
	case DIDL_RESOLUTION:
		return resolution(value, field);
	}
	return NULL;
}

static inline bool
wanted(const AvuObject *object, const AvuFilter *filter, unsigned i)
{
	const unsigned kind = object->container ? AVU_PROPERTY_ON_CONTAINER : AVU_PROPERTY_ON_ITEM;

	return (didl_properties[i].spec.flags & kind) != 0 &&
	       didl_filter_has(filter, (AvuProperty)i);
}

static void
write_attributes(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter,
	const DidlRange *attributes, const void *base)
{
	for (unsigned i = attributes->first; i <= attributes->last; i++) {
		const DidlProperty *property = &didl_properties[i];

		const bool needed = (property->spec.flags & AVU_PROPERTY_REQUIRED) != 0;

		if ((needed || !is_unknown(property, base)) && wanted(object, filter, i)) {
			g_auto(Value) value;
			const char *text = written(&value, property, base);

			/* id and parentID are required even where a store knows none. */
			if (text != NULL || needed) {
				avu_xml_attribute(writer, property->tag, text == NULL ? "" : text);
			}
		}
	}
}

static bool
has_fallback(AvuProperty i)
{
	return i == AVU_PROPERTY_TITLE || i == AVU_PROPERTY_CLASS || i == AVU_PROPERTY_STORAGE_USED;
}

/* For what is required and yet not known; has_fallback() names the same. */
static const char *
fallback(AvuProperty i, const AvuObject *object)
{
	switch (i) {
	case AVU_PROPERTY_TITLE:
		return object->id == NULL ? "" : object->id;
	case AVU_PROPERTY_CLASS:
		return object->container ? "object.container" : "object.item";
	case AVU_PROPERTY_STORAGE_USED: /* of these classes only, and -1 is the standard's word */
		return object->upnp_class != NULL && g_str_has_prefix(object->upnp_class,
							     "object.container.storage")
			       ? "-1"
			       : NULL;
	default:
		return NULL;
	}
}

static void
write_value(AvuXmlWriter *writer, const AvuObject *object, const DidlProperty *property,
	const char *text)
{
	avu_xml_start(writer, property->tag);
	if (property->role != NULL) {
		avu_xml_attribute(writer, "role", property->role);
	}
	if (property == &didl_properties[AVU_PROPERTY_SONY_MEDIA_CLASS]) {
		avu_xml_attribute(writer, "xmlns:av", NS_SONY);
	}
	if (property->form == DIDL_CLASSES) {
		avu_xml_attribute(writer, "includeDerived", "1");
	}
	if (property->place == DIDL_CAPTION && object->sec_caption_type != NULL) {
		avu_xml_attribute(writer, "sec:type", object->sec_caption_type);
	}
	avu_xml_text(writer, text);
	avu_xml_end(writer);
}

/* One element per value. */
static void
write_values(AvuXmlWriter *writer, const AvuObject *object, const DidlProperty *property,
	const char *text)
{
	AvuCursor each;

	while (avu_object_next_value(&text, &each)) {
		g_autofree char *copy = avu_cursor_dup(&each);
		Value value = { .allocated = NULL };

		if (!is_blank(copy)) {
			write_value(writer, object, property,
				shortened(&value, copy, property->max_bytes));
		}
		value_clear(&value);
	}
}

char *
didl_dup_value(const AvuObject *object, AvuProperty i)
{
	const DidlProperty *property = &didl_properties[i];
	g_auto(Value) value = { .allocated = NULL };

	g_return_val_if_fail(property->place == DIDL_ELEMENT, NULL);
	if ((property->spec.flags & AVU_PROPERTY_MULTIPLE) != 0) {
		return g_strdup(*(const char *const *)(const void *)((const char *)object +
								     property->offset));
	}
	return g_strdup(written(&value, property, object));
}

static void
write_element(AvuXmlWriter *writer, const AvuObject *object, unsigned i)
{
	const DidlProperty *property = &didl_properties[i];
	const void *field = (const char *)object + property->offset;

	if ((property->spec.flags & AVU_PROPERTY_MULTIPLE) != 0) {
		const char *all = *(const char *const *)field;

		if (all != NULL && strchr(all, AVU_VALUE_SEPARATOR[0]) != NULL) {
			write_values(writer, object, property, all);
			return;
		}
	}
	g_auto(Value) value;
	const char *text = written(&value, property, object);

	if (text == NULL) {
		text = fallback((AvuProperty)i, object);
	}
	if (text != NULL) {
		write_value(writer, object, property, text);
	}
}

static void
write_art(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter)
{
	for (unsigned i = 0; i < object->n_art; i++) {
		avu_xml_start(writer, "upnp:albumArtURI");
		write_attributes(writer, object, filter, &didl_art_attributes, &object->art[i]);
		avu_xml_text(writer, object->art[i].uri);
		avu_xml_end(writer);
	}
}

/* A well-formed fragment that declares what it uses, as a device may cut it out (DLNA 7.3.22). */
static void
write_facts(AvuXmlWriter *writer, const AvuObject *object)
{
	if (object->n_facts == 0) {
		return;
	}
	avu_xml_start(writer, "desc");
	avu_xml_attribute(writer, "id", "av-upnp");
	avu_xml_attribute(writer, "nameSpace", AVU_DIDL_FACTS_NAMESPACE);
	avu_xml_start(writer, "av:facts");
	avu_xml_attribute(writer, "xmlns:av", AVU_DIDL_FACTS_NAMESPACE);
	for (unsigned i = 0; i < object->n_facts; i++) {
		char tag[FACT_TAG_MAX] = "av:";

		(void)g_strlcat(tag, object->facts[i].name, sizeof(tag));
		avu_xml_start(writer, tag);
		avu_xml_text(writer, object->facts[i].value);
		avu_xml_end(writer);
	}
	avu_xml_end(writer);
	avu_xml_end(writer);
}

static void
write_resources(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter)
{
	for (unsigned r = 0; r < object->n_resources; r++) {
		const AvuResource *resource = &object->resources[r];

		avu_xml_start(writer, "res");
		write_attributes(writer, object, filter, &didl_res_attributes, resource);
		avu_xml_text(writer, resource->uri);
		avu_xml_end(writer);
	}
}

void
avu_didl_begin(AvuXmlWriter *writer)
{
	avu_didl_begin_as(writer, 0);
}

void
avu_didl_begin_as(AvuXmlWriter *writer, unsigned style)
{
	avu_xml_set_style(writer, style & (AVU_XML_ASCII | AVU_XML_QUOTES));
	avu_xml_start(writer, "DIDL-Lite");
	avu_xml_attribute(writer, "xmlns", NS_DIDL);
	avu_xml_attribute(writer, "xmlns:dc", NS_DC);
	avu_xml_attribute(writer, "xmlns:upnp", NS_UPNP);
	avu_xml_attribute(writer, "xmlns:dlna", NS_DLNA);
	if ((style & AVU_DIDL_NO_SEC) == 0) {
		avu_xml_attribute(writer, "xmlns:sec", NS_SEC);
	}
	avu_xml_attribute(writer, "xmlns:pv", NS_PV);
}

void
avu_didl_write(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter)
{
	avu_xml_start(writer, object->container ? "container" : "item");
	write_attributes(writer, object, filter, &didl_object_attributes, object);
	for (unsigned i = didl_elements.first; i <= didl_elements.last; i++) {
		const DidlProperty *property = &didl_properties[i];
		const DidlPlace place = property->place;
		const bool plain = place == DIDL_ELEMENT || place == DIDL_CAPTION;

		if ((plain && is_unknown(property, object) && !has_fallback((AvuProperty)i)) ||
			!wanted(object, filter, i)) {
			continue;
		}
		if (plain) {
			write_element(writer, object, i);
		} else if (place == DIDL_ART) {
			write_art(writer, object, filter);
		} else if (place == DIDL_DESC) {
			write_facts(writer, object);
		} else if (place == DIDL_RES) {
			write_resources(writer, object, filter);
		}
	}
	avu_xml_end(writer);
}

void
avu_didl_end(AvuXmlWriter *writer)
{
	avu_xml_end(writer);
	avu_xml_set_style(writer, 0);
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
