/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/xml-writer.h: the only place where XML is written and text is escaped.
 *
 * Writes straight into one growing buffer. A document that travels as text inside another (DIDL-Lite
 * in SOAP, metadata in LastChange) is written through avu_xml_nest(), which escapes on the fly and
 * saves the second pass. Names are trusted (from our tables), values are not. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuXmlWriter AvuXmlWriter;

AVU_API AvuXmlWriter *avu_xml_writer_new(void);
AVU_API void avu_xml_writer_free(AvuXmlWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuXmlWriter, avu_xml_writer_free)
/** Ends the writer; the text, UTF-8. All elements must be closed. */
AVU_API GBytes *avu_xml_writer_finish(AvuXmlWriter *writer);
/** The same as a string; g_free() it. */
AVU_API char *avu_xml_writer_finish_string(AvuXmlWriter *writer);
AVU_API size_t avu_xml_writer_get_size(const AvuXmlWriter *writer);

/* How text is written, for readers that are weak. */
typedef enum {
	AVU_XML_ASCII = 1 << 0,  /* what is not ASCII as a reference: &#228; */
	AVU_XML_QUOTES = 1 << 1, /* both quotes as references everywhere */
} AvuXmlStyle;
/** From here on. @param style  AvuXmlStyle; 0: as usual */
AVU_API void avu_xml_set_style(AvuXmlWriter *writer, unsigned style);

/** <?xml version="1.0" encoding="utf-8"?> */
AVU_API void avu_xml_declaration(AvuXmlWriter *writer);
/** Opens <name>; attributes may follow until the first text or child. name is kept as pointer. */
AVU_API void avu_xml_start(AvuXmlWriter *writer, const char *name);
AVU_API void avu_xml_attribute(AvuXmlWriter *writer, const char *name, const char *value);
AVU_API void avu_xml_attribute_int(AvuXmlWriter *writer, const char *name, int64_t value);
/** Any octets; bad UTF-8 and characters that XML cannot carry are replaced. NULL writes nothing. */
AVU_API void avu_xml_text(AvuXmlWriter *writer, const char *text);
AVU_API void avu_xml_text_int(AvuXmlWriter *writer, int64_t value);
AVU_API void avu_xml_end(AvuXmlWriter *writer);
/** <name>text</name>; <name/> for NULL and "". */
AVU_API void avu_xml_element(AvuXmlWriter *writer, const char *name, const char *text);
AVU_API void avu_xml_element_int(AvuXmlWriter *writer, const char *name, int64_t value);

/** From here on everything is escaped once more, until the matching unnest. Nests. */
AVU_API void avu_xml_nest(AvuXmlWriter *writer);
AVU_API void avu_xml_unnest(AvuXmlWriter *writer);

G_END_DECLS
