/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/didl.h: DIDL-Lite written and read. One property table
 * (property.h) drives writer, Filter and reader. */
#pragma once

#include <av-upnp/object.h>
#include <av-upnp/xml-writer.h>

G_BEGIN_DECLS

/* Of the elements in desc that AvuObject.facts become. */
#define AVU_DIDL_FACTS_NAMESPACE "urn:av-upnp:facts"

typedef struct AvuFilter AvuFilter; /* immutable */

/** Filter argument of Browse and Search: "*", "", or a comma list with "@attr" and "res@attr";
 *  unknown names are ignored. Never fails. @clause ContentDirectory:1 2.5.6 */
AVU_API AvuFilter *avu_filter_parse(const char *text);
AVU_API void avu_filter_free(AvuFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuFilter, avu_filter_free)
/** DLNA's word "ALLIP": resources at every address of the server, not only the one the request came
 *  to. @clause DLNA 7.3.19.1 */
AVU_API bool avu_filter_wants_all_addresses(const AvuFilter *filter);

/** <DIDL-Lite …> with its namespaces … </DIDL-Lite>; objects go between. */
AVU_API void avu_didl_begin(AvuXmlWriter *writer);
/* For control points whose readers are weak. */
typedef enum {
	AVU_DIDL_ASCII = AVU_XML_ASCII,
	AVU_DIDL_QUOTES = AVU_XML_QUOTES,
	AVU_DIDL_NO_SEC =
		1 << 2, /* the namespace is not declared; objects must have nothing of it */
} AvuDidlStyle;
/** The same in another style, up to avu_didl_end(). @param style  AvuDidlStyle; 0: as usual */
AVU_API void avu_didl_begin_as(AvuXmlWriter *writer, unsigned style);
/** @param filter  NULL: everything known. Required properties are always written. */
AVU_API void avu_didl_write(AvuXmlWriter *writer, const AvuObject *object, const AvuFilter *filter);
AVU_API void avu_didl_end(AvuXmlWriter *writer);
/** A document with this one object, as CurrentURIMetaData wants it. g_free() it. */
AVU_API char *avu_didl_format(const AvuObject *object);

typedef struct AvuDidl AvuDidl; /* a parsed document; owns its objects' strings */

/** Tolerant of order, prefixes, unknown elements and several upnp:class; strict about size and form.
 *  @return NULL with SYNTAX or LIMIT */
AVU_API AvuDidl *avu_didl_parse(const char *text, size_t len, GError **error);
/** The same for what CreateObject is given: resources without an address, whose content is still to
 *  come, are kept (uri is ""). */
AVU_API AvuDidl *avu_didl_parse_request(const char *text, size_t len, GError **error);
AVU_API void avu_didl_free(AvuDidl *didl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuDidl, avu_didl_free)
AVU_API size_t avu_didl_get_n(const AvuDidl *didl);
AVU_API const AvuObject *avu_didl_get(const AvuDidl *didl, size_t i);

G_END_DECLS
