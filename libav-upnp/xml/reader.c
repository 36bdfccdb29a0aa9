/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounded XML reader: libxml2's push parser behind a scan that refuses what the parser would
 * only notice after spending time on it.
 *
 * Any thread; a document is immutable once it is returned. Octets, depth and elements are limited by
 * the kind of document, names, values and attributes by limits.h (threats.md LIM-30…33). */
#include <string.h>

#include <libxml/parser.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/xml-reader.h>

#include "arena.h"
#include "mend.h"
#include "scan.h"

/* The parser stops between two steps once a limit was hit. */
#define PUSH_STEP (16 * 1024)

typedef struct {
	const char *name;
	const char *value;
} Attribute;

/* Elements lie in document order in one array: the first child is the next entry, the next sibling
 * is subtree entries further. */
struct AvuXmlElement {
	const char *name;
	const char *namespace_uri;
	const char *text;
	const Attribute *attributes;
	uint32_t subtree; /* entries, this one included */
	uint16_t n_attributes;
	bool last; /* among its siblings */
};

struct AvuXmlDocument {
	AvuXmlElement *elements;
	Arena arena;
	xmlDict *names; /* the parser's own store of names and namespaces */
};

const AvuXmlKind avu_xml_kind_description = {
	.name = "device description",
	.max_bytes = AVU_LIMIT_DESCRIPTION,
	.max_depth = AVU_LIMIT_XML_DEPTH_DESCRIPTION,
	.max_elements = 20000,
	.skip_instructions = true,
};
const AvuXmlKind avu_xml_kind_scpd = {
	.name = "service description",
	.max_bytes = AVU_LIMIT_SCPD,
	.max_depth = AVU_LIMIT_XML_DEPTH_DESCRIPTION,
	.max_elements = 20000,
	.skip_instructions = true,
};
const AvuXmlKind avu_xml_kind_soap_request = {
	.name = "SOAP request",
	.max_bytes = AVU_LIMIT_SOAP_BODY,
	.max_depth = AVU_LIMIT_XML_DEPTH,
	.max_elements = 1000,
};
const AvuXmlKind avu_xml_kind_soap_answer = {
	.name = "SOAP answer",
	.max_bytes = AVU_LIMIT_SOAP_ANSWER,
	.max_depth = AVU_LIMIT_XML_DEPTH,
	.max_elements = 1000,
	.skip_instructions = true,
};
const AvuXmlKind avu_xml_kind_event = {
	.name = "event",
	.max_bytes = AVU_LIMIT_EVENT_BODY,
	.max_depth = AVU_LIMIT_XML_DEPTH,
	.max_elements = 1000,
	.skip_instructions = true,
};
const AvuXmlKind avu_xml_kind_didl = {
	.name = "metadata",
	.max_bytes = AVU_LIMIT_SOAP_ANSWER,
	.max_depth = AVU_LIMIT_XML_DEPTH,
	.max_elements = AVU_LIMIT_XML_ELEMENTS,
	.skip_instructions = true,
};

typedef struct {
	uint32_t element;
	uint32_t last_child; /* 0: none yet, since element 0 is nobody's child */
	size_t text_start;   /* in Parse.text */
} Open;

typedef struct {
	const AvuXmlKind *kind;
	xmlParserCtxt *context;
	AvuXmlDocument *document;
	uint32_t n_elements;
	uint32_t room;
	Open open[AVU_LIMIT_XML_DEPTH_DESCRIPTION];
	unsigned depth;
	/* Character data of all open elements, the innermost one's last. */
	char *text;
	size_t text_len;
	size_t text_room;
	int code; /* AvuError, valid when problem is set */
	const char *problem;
} Parse;

static void
stop(Parse *parse, int code, const char *problem)
{
	if (parse->problem == NULL) {
		parse->code = code;
		parse->problem = problem;
	}
	xmlStopParser(parse->context);
}

static void *
take(Parse *parse, size_t size)
{
	void *memory = arena_take(&parse->document->arena, size);

	if (memory == NULL) {
		stop(parse, AVU_ERROR_LIMIT, "not enough memory");
	}
	return memory;
}

static AvuXmlElement *
add_element(Parse *parse)
{
	if (parse->n_elements == parse->room) {
		uint32_t room = MAX(parse->room * 2, 16);
		AvuXmlElement *more =
			g_try_realloc_n(parse->document->elements, room, sizeof(AvuXmlElement));

		if (more == NULL) {
			stop(parse, AVU_ERROR_LIMIT, "not enough memory");
			return NULL;
		}
		parse->document->elements = more;
		parse->room = room;
	}
	return &parse->document->elements[parse->n_elements];
}

/* Unless told to replace entities, which it never is here, the parser hands an ampersand in a value
 * on as "&#38;" and nothing else with an ampersand. */
static void
copy_value(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		*to++ = from[i];
		if (len - i >= 5 && memcmp(from + i, "&#38;", 5) == 0) {
			i += 4;
		}
	}
	*to = '\0';
}

/* xml_attributes: five pointers each, local name, prefix, namespace, begin and end of the value. */
static bool
copy_attributes(Parse *parse, AvuXmlElement *element, int n, const xmlChar **xml_attributes)
{
	Attribute *attributes = n > 0 ? take(parse, sizeof(Attribute) * (size_t)n) : NULL;

	if (n > 0 && attributes == NULL) {
		return false;
	}
	for (int i = 0; i < n; i++) {
		const xmlChar **from = xml_attributes + (ptrdiff_t)i * 5;
		size_t len = (size_t)(from[4] - from[3]);

		if (strlen((const char *)from[0]) > AVU_LIMIT_XML_NAME) {
			stop(parse, AVU_ERROR_LIMIT, "name of an attribute is too long");
			return false;
		}
		if (len > AVU_LIMIT_XML_ATTRIBUTE_VALUE) {
			stop(parse, AVU_ERROR_LIMIT, "value of an attribute is too long");
			return false;
		}
		char *value = take(parse, len + 1);

		if (value == NULL) {
			return false;
		}
		copy_value(value, (const char *)from[3], len);
		attributes[i] = (Attribute){ (const char *)from[0], value };
	}
	element->attributes = attributes;
	element->n_attributes = (uint16_t)n;
	return true;
}

/* The limits of one element, before anything is kept of it. */
static bool
check_element(Parse *parse, const char *name, int n_namespaces, int n_attributes)
{
	if (parse->depth == MIN(parse->kind->max_depth, G_N_ELEMENTS(parse->open))) {
		stop(parse, AVU_ERROR_LIMIT, "elements are nested too deeply");
		return false;
	}
	if (parse->n_elements == parse->kind->max_elements) {
		stop(parse, AVU_ERROR_LIMIT, "too many elements");
		return false;
	}
	if (n_attributes > AVU_LIMIT_XML_ATTRIBUTES || n_namespaces > AVU_LIMIT_XML_ATTRIBUTES) {
		stop(parse, AVU_ERROR_LIMIT, "too many attributes");
		return false;
	}
	if (strlen(name) > AVU_LIMIT_XML_NAME) {
		stop(parse, AVU_ERROR_LIMIT, "name of an element is too long");
		return false;
	}
	if (strchr(name, ':') != NULL) {
		stop(parse, AVU_ERROR_SYNTAX, "name of an element has a colon too many");
		return false;
	}
	return true;
}

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
	const xmlChar **attributes)
{
	Parse *parse = data;

	(void)prefix;
	(void)namespaces;
	(void)n_defaulted;
	if (parse->problem != NULL) {
		return;
	}
	if (!check_element(parse, (const char *)name, n_namespaces, n_attributes)) {
		return;
	}
	AvuXmlElement *element = add_element(parse);

	if (element == NULL) {
		return;
	}
	*element = (AvuXmlElement){
		.name = (const char *)name,
		.namespace_uri = uri != NULL ? (const char *)uri : "",
		.text = "",
		.subtree = 1,
		.last = true,
	};
	if (!copy_attributes(parse, element, n_attributes, attributes)) {
		return;
	}
	if (parse->depth > 0) {
		Open *parent = &parse->open[parse->depth - 1];

		if (parent->last_child != 0) {
			parse->document->elements[parent->last_child].last = false;
		}
		parent->last_child = parse->n_elements;
	}
	parse->open[parse->depth++] =
		(Open){ .element = parse->n_elements++, .text_start = parse->text_len };
}

static bool
is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\n", text[i]) == NULL) {
			return false;
		}
	}
	return true;
}

static void
on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	Parse *parse = data;

	(void)name;
	(void)prefix;
	(void)uri;
	if (parse->problem != NULL || parse->depth == 0) {
		return;
	}
	Open *open = &parse->open[--parse->depth];
	AvuXmlElement *element = &parse->document->elements[open->element];
	size_t len = parse->text_len - open->text_start;
	const char *text = len == 0 ? "" : parse->text + open->text_start;

	element->subtree = parse->n_elements - open->element;
	parse->text_len = open->text_start;
	if (len == 0 || (open->last_child != 0 && is_blank(text, len))) {
		return;
	}
	char *copy = take(parse, len + 1);

	if (copy != NULL) {
		memcpy(copy, text, len);
		copy[len] = '\0';
		element->text = copy;
	}
}

static void
on_text(void *data, const xmlChar *text, int len)
{
	Parse *parse = data;

	if (parse->problem != NULL || len <= 0 || parse->depth == 0) {
		return;
	}
	if (parse->text_room - parse->text_len < (size_t)len) {
		size_t room = MAX(parse->text_room * 2, parse->text_len + (size_t)len);
		char *more = g_try_realloc(parse->text, room);

		if (more == NULL) {
			stop(parse, AVU_ERROR_LIMIT, "not enough memory");
			return;
		}
		parse->text = more;
		parse->text_room = room;
	}
	memcpy(parse->text + parse->text_len, text, (size_t)len);
	parse->text_len += (size_t)len;
}

static void
on_instruction(void *data, const xmlChar *target, const xmlChar *content)
{
	Parse *parse = data;

	(void)target;
	(void)content;
	if (!parse->kind->skip_instructions) {
		stop(parse, AVU_ERROR_SYNTAX, "processing instruction");
	}
}

/* Comes before any declaration inside the DOCTYPE is looked at. The scan refuses it already; this
 * holds should the two ever disagree about where markup starts. */
static void
on_doctype(void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	stop(data, AVU_ERROR_SYNTAX, "document type declaration");
}

/* The XML declaration was read. Other encodings would make the scan and the parser see different
 * documents. */
static void
on_document(void *data)
{
	Parse *parse = data;
	const xmlParserInput *input = parse->context->input;
	const xmlChar *encoding = parse->context->encoding;

	if (input != NULL && input->encoding != NULL) {
		encoding = input->encoding;
	}
	if (encoding != NULL && g_ascii_strcasecmp((const char *)encoding, "utf-8") != 0 &&
		g_ascii_strcasecmp((const char *)encoding, "utf8") != 0) {
		stop(parse, AVU_ERROR_SYNTAX, "encoding is not UTF-8");
	}
}

static void
push_all(Parse *parse, const char *text, size_t len)
{
	for (size_t at = 0; at < len && parse->problem == NULL; at += PUSH_STEP) {
		size_t step = MIN(len - at, PUSH_STEP);

		if (xmlParseChunk(parse->context, text + at, (int)step, 0) != 0) {
			break;
		}
	}
	(void)xmlParseChunk(parse->context, NULL, 0, 1);
	if (parse->problem == NULL && !parse->context->wellFormed) {
		parse->code = AVU_ERROR_SYNTAX;
		parse->problem = "not well-formed";
	}
	if (parse->problem == NULL && (parse->n_elements == 0 || parse->depth != 0)) {
		parse->code = AVU_ERROR_SYNTAX;
		parse->problem = "no element";
	}
}

static void
set_error(const Parse *parse, GError **error)
{
	const xmlError *detail = xmlCtxtGetLastError(parse->context);
	bool from_parser = strcmp(parse->problem, "not well-formed") == 0;

	if (from_parser && detail != NULL && detail->message != NULL) {
		g_autofree char *message = g_strchomp(g_utf8_make_valid(detail->message, -1));

		g_set_error(error, AVU_ERROR, parse->code, "%s: line %d: %s", parse->kind->name,
			detail->line, message);
		return;
	}
	g_set_error(error, AVU_ERROR, parse->code, "%s: line %d: %s", parse->kind->name,
		(int)xmlSAX2GetLineNumber(parse->context), parse->problem);
}

/* Left to itself libxml2 makes its globals on first use, which two threads may do at once. */
static void *
init_parser(void *data)
{
	xmlInitParser();
	return data;
}

static bool
parse_into(AvuXmlDocument *document, const AvuXmlKind *kind, const char *text, size_t len,
	GError **error)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startDocument = on_document,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.processingInstruction = on_instruction,
		.internalSubset = on_doctype,
	};
	static GOnce once = G_ONCE_INIT;
	Parse parse = { .kind = kind, .document = document };

	(void)g_once(&once, init_parser, NULL);
	parse.context = xmlCreatePushParserCtxt(&sax, &parse, NULL, 0, NULL);
	if (parse.context == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "%s: not enough memory", kind->name);
		return false;
	}
	(void)xmlCtxtUseOptions(
		parse.context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	push_all(&parse, text, len);
	if (parse.problem == NULL) {
		document->names = parse.context->dict;
		(void)xmlDictReference(document->names);
	} else {
		set_error(&parse, error);
	}
	xmlFreeParserCtxt(parse.context);
	g_free(parse.text);
	return parse.problem == NULL;
}

AvuXmlDocument *
avu_xml_parse(const AvuXmlKind *kind, const char *text, size_t len, GError **error)
{
	while (len > 0 && (text[len - 1] == '\0' || is_blank(text + len - 1, 1))) {
		len--;
	}
	while (len > 0 && is_blank(text, 1)) {
		text++;
		len--;
	}
	if (len > kind->max_bytes) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "%s: longer than %zu octets",
			kind->name, kind->max_bytes);
		return NULL;
	}
	if (!scan_xml(kind, text, len, error)) {
		return NULL;
	}
	g_autoptr(AvuXmlDocument) document = g_new0(AvuXmlDocument, 1);

	if (!parse_into(document, kind, text, len, error)) {
		return NULL;
	}
	return g_steal_pointer(&document);
}

AvuXmlDocument *
avu_xml_parse_foreign(const AvuXmlKind *kind, const char *text, size_t len, GError **error)
{
	g_autoptr(GError) strict = NULL;
	AvuXmlDocument *document = avu_xml_parse(kind, text, len, &strict);

	if (g_error_matches(strict, AVU_ERROR, AVU_ERROR_SYNTAX) && len <= kind->max_bytes) {
		g_autofree char *mended = mend_xml(text, len, kind->max_bytes);

		document =
			mended != NULL ? avu_xml_parse(kind, mended, strlen(mended), NULL) : NULL;
	}
	if (document == NULL) {
		g_propagate_error(error, g_steal_pointer(&strict));
	}
	return document;
}

void
avu_xml_document_free(AvuXmlDocument *document)
{
	if (document == NULL) {
		return;
	}
	if (document->names != NULL) {
		xmlDictFree(document->names);
	}
	arena_clear(&document->arena);
	g_free(document->elements);
	g_free(document);
}

const AvuXmlElement *
avu_xml_get_root(const AvuXmlDocument *document)
{
	return document->elements;
}

const char *
avu_xml_get_name(const AvuXmlElement *element)
{
	return element->name;
}

const char *
avu_xml_get_namespace(const AvuXmlElement *element)
{
	return element->namespace_uri;
}

const char *
avu_xml_get_text(const AvuXmlElement *element)
{
	return element->text;
}

const char *
avu_xml_get_attribute(const AvuXmlElement *element, const char *name)
{
	for (unsigned i = 0; i < element->n_attributes; i++) {
		if (strcmp(element->attributes[i].name, name) == 0) {
			return element->attributes[i].value;
		}
	}
	return NULL;
}

bool
avu_xml_is(const AvuXmlElement *element, const char *name)
{
	return strcmp(element->name, name) == 0;
}

const AvuXmlElement *
avu_xml_find_next(const AvuXmlElement *element, const char *name)
{
	while (!element->last) {
		element += element->subtree;
		if (name == NULL || avu_xml_is(element, name)) {
			return element;
		}
	}
	return NULL;
}

const AvuXmlElement *
avu_xml_find_child(const AvuXmlElement *element, const char *name)
{
	if (element->subtree == 1) {
		return NULL;
	}
	const AvuXmlElement *child = element + 1;

	return name == NULL || avu_xml_is(child, name) ? child : avu_xml_find_next(child, name);
}

const char *
avu_xml_get_child_text(const AvuXmlElement *element, const char *name)
{
	const AvuXmlElement *child = avu_xml_find_child(element, name);

	return child != NULL ? child->text : NULL;
}

void
avu_xml_each_attribute(const AvuXmlElement *element,
	void (*fn)(const char *name, const char *value, void *data), void *data)
{
	for (unsigned i = 0; i < element->n_attributes; i++) {
		fn(element->attributes[i].name, element->attributes[i].value, data);
	}
}
