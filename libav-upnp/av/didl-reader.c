/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite read: the document is parsed whole, within the limits of its kind, then each object is
 * filled from the property table. Pure; any thread.
 *
 * Tolerant where devices differ (order, prefixes, unknown and repeated elements, durations); values
 * that cannot be read count as not given. Strict about form and size: AVU_LIMIT_DIDL_OBJECTS,
 * AVU_RESOURCES_MAX, and those of avu_xml_kind_didl. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "didl-private.h"

#define DURATION_TEXT_MAX 64
#define FACT_NAME_MAX 32
#define VALUES_MAX_BYTES 4096 /* of one property, together */

struct AvuDidl {
	AvuXmlDocument *document; /* owns most strings */
	GStringChunk *strings;    /* the others */
	AvuObject *objects;
	size_t n;
	bool request; /* resources without an address count */
};

static const char *
trimmed(AvuDidl *didl, const char *text)
{
	const size_t before = strspn(text, " \t\r\n");
	size_t len = strlen(text + before);

	while (len > 0 && g_ascii_isspace(text[before + len - 1])) {
		len--;
	}
	return before == 0 && text[len] == '\0'
		       ? text
		       : g_string_chunk_insert_len(didl->strings, text + before, (gssize)len);
}

/* Durations as devices send them: without hours ("8:17.493"), or with a colon before the fraction
 * ("1:50:00:000"). spec/upnp-av-cds-objects.md 9 */
static bool
parse_sent_duration(const char *text, int64_t *ret_ns)
{
	g_autoptr(GString) repaired = g_string_new(NULL);
	const char *last = strrchr(text, ':');
	unsigned colons = 0;

	if (avu_duration_parse(text, true, ret_ns)) {
		return true;
	}
	for (const char *p = text; *p != '\0'; p++) {
		colons += *p == ':';
	}
	if (strlen(text) > DURATION_TEXT_MAX || last == NULL) {
		return false;
	}
	if (colons == 1) {
		g_string_append(repaired, last - text < 2 ? "0:0" : "0:");
		g_string_append(repaired, text);
	} else {
		g_string_append_len(repaired, text, last - text);
		g_string_append_c(repaired, '.');
		g_string_append(repaired, last + 1);
	}
	return avu_duration_parse(repaired->str, true, ret_ns);
}

static bool
parse_resolution(const char *text, int32_t *ret_pair)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t width, height;

	if (!avu_cursor_take_uint(&in, INT32_MAX, &width) ||
		!(avu_cursor_take_char(&in, 'x') || avu_cursor_take_char(&in, 'X')) ||
		!avu_cursor_take_uint(&in, INT32_MAX, &height) || !avu_cursor_at_end(&in)) {
		return false;
	}
	ret_pair[0] = (int32_t)width;
	ret_pair[1] = (int32_t)height;
	return true;
}

static bool
parse_bool(const char *text)
{
	static const char *const yes[] = { "1", "true", "yes", NULL };

	for (size_t i = 0; yes[i] != NULL; i++) {
		if (g_ascii_strcasecmp(text, yes[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool
parse_period(const char *text, int64_t *ret_ns)
{
	/* many players write res@duration's form */
	return avu_period_parse(text, ret_ns) || avu_duration_parse(text, false, ret_ns);
}

static void
store_int32(int32_t *field, const char *text)
{
	uint64_t n;

	if (avu_parse_uint(text, INT32_MAX, &n)) {
		*field = (int32_t)n;
	}
}

static void
store_int64(int64_t *field, const char *text)
{
	uint64_t n;

	if (avu_parse_uint(text, INT64_MAX, &n)) {
		*field = (int64_t)n;
	}
}

static void
store(AvuDidl *didl, const DidlProperty *property, void *base, const char *text)
{
	void *field = (char *)base + property->offset;
	int64_t ns;

	if (property->form != DIDL_TEXT) {
		text = trimmed(didl, text);
	}
	switch (property->form) {
	case DIDL_TEXT:
	case DIDL_CLASSES:
	case DIDL_DATE:
		*(const char **)field = text;
		break;
	case DIDL_BOOL:
	case DIDL_TRUE:
		*(bool *)field = parse_bool(text);
		break;
	case DIDL_INT32:
		store_int32(field, text);
		break;
	case DIDL_INT64:
		store_int64(field, text);
		break;
	case DIDL_DURATION: /* zero is how "not known" is written */
		if (parse_sent_duration(text, &ns) && ns > 0) {
			*(int64_t *)field = ns;
		}
		break;
	case DIDL_PERIOD:
		if (parse_period(text, &ns)) {
			*(int64_t *)field = ns;
		}
		break;
	case DIDL_RESOLUTION:
		(void)parse_resolution(text, field);
		break;
	}
}

/* A further value of a property that may have several. */
static void
append_value(AvuDidl *didl, const DidlProperty *property, void *base, const char *text)
{
	const char **field = (const char **)(void *)((char *)base + property->offset);

	if (strlen(*field) + strlen(text) < VALUES_MAX_BYTES) {
		g_autofree char *all = g_strconcat(*field, AVU_VALUE_SEPARATOR, text, NULL);

		*field = g_string_chunk_insert(didl->strings, all);
	}
}

static void
read_attributes(
	AvuDidl *didl, const AvuXmlElement *element, const DidlRange *attributes, void *base)
{
	for (unsigned i = attributes->first; i <= attributes->last; i++) {
		const DidlProperty *property = &didl_properties[i];
		const char *value = avu_xml_get_attribute(element, didl_local_name(property));

		if (value != NULL) {
			store(didl, property, base, value);
		}
	}
}

static void
read_resource(AvuDidl *didl, const AvuXmlElement *element, AvuObject *object)
{
	const char *uri = trimmed(didl, avu_xml_get_text(element));

	/* Without an address the content is not there yet: of use only to who will send it. */
	const bool awaited = didl->request || avu_xml_get_attribute(element, "importUri") != NULL;

	if ((*uri == '\0' && !awaited) || object->n_resources == AVU_RESOURCES_MAX) {
		return;
	}
	AvuResource *resource = &object->resources[object->n_resources++];

	resource->uri = uri;
	read_attributes(didl, element, &didl_res_attributes, resource);
}

void
didl_read_res(const AvuXmlElement *element, AvuResource *ret_resource)
{
	AvuDidl didl = { .strings = g_string_chunk_new(64) };

	avu_resource_init(ret_resource);
	read_attributes(&didl, element, &didl_res_attributes, ret_resource);
	g_string_chunk_free(didl.strings); /* of numbers only */
}

static void
read_art(AvuDidl *didl, const AvuXmlElement *element, AvuObject *object)
{
	const char *uri = trimmed(didl, avu_xml_get_text(element));

	if (*uri != '\0' && object->n_art < AVU_ART_MAX) {
		AvuArt *art = &object->art[object->n_art++];

		*art = (AvuArt){ .uri = uri };
		read_attributes(didl, element, &didl_art_attributes, art);
	}
}

/* "upnp:artist" with a role that has a field of its own goes there, every other one to the field
 * without a role. */
static bool
role_fits(const DidlProperty *property, const char *role)
{
	if (property->role != NULL) {
		return role != NULL && g_ascii_strcasecmp(role, property->role) == 0;
	}
	for (unsigned i = didl_elements.first; role != NULL && i <= didl_elements.last; i++) {
		if (didl_properties[i].role != NULL &&
			strcmp(didl_properties[i].tag, property->tag) == 0 &&
			g_ascii_strcasecmp(role, didl_properties[i].role) == 0) {
			return false;
		}
	}
	return true;
}

static bool
is_namespace_of(const AvuXmlElement *element, const DidlProperty *property)
{
	static const struct {
		const char *prefix, *name;
	} namespaces[] = {
		{ "dc:", "http://purl.org/dc/elements/1.1/" },
		{ "upnp:", "urn:schemas-upnp-org:metadata-1-0/upnp/" },
		{ "sec:", "http://www.sec.co.kr/" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
		if (g_str_has_prefix(property->tag, namespaces[i].prefix)) {
			return strcmp(avu_xml_get_namespace(element), namespaces[i].name) == 0;
		}
	}
	return false;
}

/* What was read of an object so far. */
typedef struct {
	AvuPropertySet any;
	AvuPropertySet proper; /* with an element of the right namespace */
} Seen;

/* The first value wins, or all of them do; but those of the right namespace replace those of another
 * (some devices forget the declaration, some have elements of their own with the same local name). */
static void
take_value(
	AvuDidl *didl, const AvuXmlElement *element, AvuProperty i, AvuObject *object, Seen *seen)
{
	const DidlProperty *property = &didl_properties[i];
	const char *text = avu_xml_get_text(element);
	const bool proper = is_namespace_of(element, property);
	const bool was_proper = avu_property_set_has(&seen->proper, i);

	if (*text == '\0') {
		return;
	}
	if (!avu_property_set_has(&seen->any, i) || (proper && !was_proper)) {
		store(didl, property, object, text);
	} else if ((property->spec.flags & AVU_PROPERTY_MULTIPLE) != 0 && proper == was_proper) {
		append_value(didl, property, object, text);
	}
	avu_property_set_add(&seen->any, i);
	if (proper) {
		avu_property_set_add(&seen->proper, i);
	}
}

/* By its name alone. */
static bool
find_property(const AvuXmlElement *element, AvuProperty *ret_property)
{
	const char *name = avu_xml_get_name(element);
	const char *role = avu_xml_get_attribute(element, "role");

	for (unsigned i = didl_elements.first; i <= didl_elements.last; i++) {
		if (strcmp(name, didl_local_name(&didl_properties[i])) == 0 &&
			role_fits(&didl_properties[i], role)) {
			*ret_property = (AvuProperty)i;
			return true;
		}
	}
	return false;
}

static void
read_element(AvuDidl *didl, const AvuXmlElement *element, AvuObject *object, Seen *seen)
{
	AvuProperty property;

	if (!find_property(element, &property)) {
		return;
	}
	switch (didl_properties[property].place) {
	case DIDL_ART:
		read_art(didl, element, object);
		break;
	case DIDL_CAPTION:
		if (object->sec_caption_type == NULL) {
			object->sec_caption_type = avu_xml_get_attribute(element, "type");
		}
		take_value(didl, element, property, object, seen);
		break;
	case DIDL_ELEMENT:
		take_value(didl, element, property, object, seen);
		break;
	default: /* res has a way of its own */
		break;
	}
}

/* A value is one text; what is nested deeper, or has a longer name than any of ours, is not ours. */
static void
read_facts(const AvuXmlElement *desc, AvuObject *object)
{
	const AvuXmlElement *facts = avu_xml_find_child(desc, "facts");

	if (facts == NULL || strcmp(avu_xml_get_namespace(facts), AVU_DIDL_FACTS_NAMESPACE) != 0) {
		return;
	}
	for (const AvuXmlElement *fact = avu_xml_find_child(facts, NULL);
		fact != NULL && object->n_facts < AVU_FACTS_MAX;
		fact = avu_xml_find_next(fact, NULL)) {
		const char *name = avu_xml_get_name(fact);

		if (strlen(name) <= FACT_NAME_MAX && *avu_xml_get_text(fact) != '\0') {
			object->facts[object->n_facts++] =
				(AvuFact){ name, avu_xml_get_text(fact) };
		}
	}
}

static void
read_object(AvuDidl *didl, const AvuXmlElement *element, AvuObject *object)
{
	Seen seen = { 0 };

	avu_object_init(object);
	object->container = avu_xml_is(element, "container");
	read_attributes(didl, element, &didl_object_attributes, object);
	for (const AvuXmlElement *child = avu_xml_find_child(element, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		if (avu_xml_is(child, "res")) {
			read_resource(didl, child, object);
		} else if (avu_xml_is(child, "desc")) {
			read_facts(child, object);
		} else {
			read_element(didl, child, object, &seen);
		}
	}
}

/* What control points call a property by mistake. */
static const struct {
	const char *sent;
	AvuProperty meant;
} misnomers[] = {
	{ "playCount", AVU_PROPERTY_PLAYBACK_COUNT }, /* Kodi */
};

bool
didl_find_element(const AvuXmlElement *element, AvuProperty *ret_property)
{
	const char *name = avu_xml_get_name(element);

	for (size_t i = 0; i < G_N_ELEMENTS(misnomers); i++) {
		if (strcmp(name, misnomers[i].sent) == 0) {
			*ret_property = misnomers[i].meant;
			return true;
		}
	}
	return find_property(element, ret_property) &&
	       (is_namespace_of(element, &didl_properties[*ret_property]) ||
		       didl_properties[*ret_property].place == DIDL_RES);
}

static bool
is_object(const AvuXmlElement *element)
{
	return avu_xml_is(element, "item") || avu_xml_is(element, "container");
}

static bool
read_objects(AvuDidl *didl, const AvuXmlElement *root, GError **error)
{
	size_t n = 0;

	for (const AvuXmlElement *child = avu_xml_find_child(root, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		n += is_object(child);
	}
	if (n == 0) {
		return true;
	}
	didl->objects = avu_try_alloc(
		n * sizeof(AvuObject), AVU_LIMIT_DIDL_OBJECTS * sizeof(AvuObject), error);
	if (didl->objects == NULL) {
		g_prefix_error(error, "metadata: %zu objects: ", n);
		return false;
	}
	for (const AvuXmlElement *child = avu_xml_find_child(root, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		if (is_object(child)) {
			read_object(didl, child, &didl->objects[didl->n++]);
		}
	}
	return true;
}

static AvuDidl *
parse(const char *text, size_t len, bool request, GError **error)
{
	g_autoptr(AvuDidl) didl = g_new0(AvuDidl, 1);
	AvuCursor in = avu_cursor(text, len);

	didl->request = request;
	/* Some servers answer an empty listing with nothing at all. */
	while (in.at < in.end && g_ascii_isspace(*in.at)) {
		in.at++;
	}
	if (avu_cursor_at_end(&in)) {
		return g_steal_pointer(&didl);
	}
	didl->document = avu_xml_parse_foreign(&avu_xml_kind_didl, text, len, error);
	if (didl->document == NULL) {
		return NULL;
	}
	const AvuXmlElement *root = avu_xml_get_root(didl->document);

	if (!avu_xml_is(root, "DIDL-Lite")) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"metadata: root is <%s>, not <DIDL-Lite>", avu_xml_get_name(root));
		return NULL;
	}
	didl->strings = g_string_chunk_new(512);
	return read_objects(didl, root, error) ? g_steal_pointer(&didl) : NULL;
}

AvuDidl *
avu_didl_parse(const char *text, size_t len, GError **error)
{
	return parse(text, len, /* request = */ false, error);
}

AvuDidl *
avu_didl_parse_request(const char *text, size_t len, GError **error)
{
	return parse(text, len, /* request = */ true, error);
}

void
avu_didl_free(AvuDidl *didl)
{
	if (didl == NULL) {
		return;
	}
	g_free(didl->objects);
	if (didl->strings != NULL) {
		g_string_chunk_free(didl->strings);
	}
	avu_xml_document_free(didl->document);
	g_free(didl);
}

size_t
avu_didl_get_n(const AvuDidl *didl)
{
	return didl->n;
}

const AvuObject *
avu_didl_get(const AvuDidl *didl, size_t i)
{
	g_return_val_if_fail(i < didl->n, NULL);
	return &didl->objects[i];
}
