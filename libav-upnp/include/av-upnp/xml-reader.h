/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/xml-reader.h: foreign XML, bounded before it is believed.
 *
 * No DTD, no entities but the five of XML and character references, no network; size, depth,
 * number of elements and attributes, lengths of names and values limited by kind of document.
 * Encoding is UTF-8. The result is a compact immutable tree. Element and attribute look-ups are by
 * local name; where the namespace matters, ask for it. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	const char *name; /* for messages: "device description" */
	size_t max_bytes;
	unsigned max_depth;
	unsigned max_elements;
	bool skip_instructions; /* processing instructions are ignored; otherwise they are an error */
} AvuXmlKind;

extern AVU_API const AvuXmlKind avu_xml_kind_description;
extern AVU_API const AvuXmlKind avu_xml_kind_scpd;
extern AVU_API const AvuXmlKind avu_xml_kind_soap_request;
extern AVU_API const AvuXmlKind avu_xml_kind_soap_answer;
extern AVU_API const AvuXmlKind avu_xml_kind_event;
extern AVU_API const AvuXmlKind avu_xml_kind_didl; /* also LastChange */

typedef struct AvuXmlDocument AvuXmlDocument;
typedef struct AvuXmlElement AvuXmlElement; /* lives as long as its document */

/** Parses a whole document. White space around it and trailing NULs, which some devices send, are
 *  ignored. A prefix that is not declared is no error: its element has no namespace.
 *  @return NULL with AVU_ERROR_SYNTAX ("SOAP answer: line 3: …") or AVU_ERROR_LIMIT
 *  @thread any; the document may be read by several threads */
AVU_API AvuXmlDocument *avu_xml_parse(
	const AvuXmlKind *kind, const char *text, size_t len, GError **error);
/** The same for what foreign devices say of themselves and their objects: what is no XML in ways that devices
 *  are known for, and can be understood in one way only, is put right first (unescaped ampersands, octets that
 *  are no UTF-8 or Latin-1, control characters, octets around the document).
 *  @return NULL with the errors of avu_xml_parse() for the text as it came
 *  @thread any */
AVU_API AvuXmlDocument *avu_xml_parse_foreign(
	const AvuXmlKind *kind, const char *text, size_t len, GError **error);
AVU_API void avu_xml_document_free(AvuXmlDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuXmlDocument, avu_xml_document_free)
AVU_API const AvuXmlElement *avu_xml_get_root(const AvuXmlDocument *document);

AVU_API const char *avu_xml_get_name(const AvuXmlElement *element);      /* local name */
AVU_API const char *avu_xml_get_namespace(const AvuXmlElement *element); /* "" when none */
/** Character data directly inside, concatenated; "" when none, and when there is only white space
 *  around child elements. */
AVU_API const char *avu_xml_get_text(const AvuXmlElement *element);
/** Value of the attribute with that local name, whatever its prefix, or NULL. */
AVU_API const char *avu_xml_get_attribute(const AvuXmlElement *element, const char *name);
AVU_API bool avu_xml_is(const AvuXmlElement *element, const char *name);

/** First child and next sibling element, or NULL; name NULL: any. */
AVU_API const AvuXmlElement *avu_xml_find_child(const AvuXmlElement *element, const char *name);
AVU_API const AvuXmlElement *avu_xml_find_next(const AvuXmlElement *element, const char *name);
/** Text of the first child of that name, or NULL when there is no such child. */
AVU_API const char *avu_xml_get_child_text(const AvuXmlElement *element, const char *name);

/** Calls fn for each attribute. */
AVU_API void avu_xml_each_attribute(const AvuXmlElement *element,
	void (*fn)(const char *name, const char *value, void *data), void *data);

G_END_DECLS
