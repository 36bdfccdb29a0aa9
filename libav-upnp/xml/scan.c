/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks over the tags of a document without understanding them. libxml2 compares every attribute of a
 * tag with every other before its first call-back: 80,000 of them cost more than a second, so the
 * limits of LIM-32 have to hold before the parser sees the octets. One pass, no memory.
 *
 * Any thread. */
#include "scan.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

/* One value of the greatest length and the names of the others. */
#define TAG_BYTES_MAX \
	(AVU_LIMIT_XML_ATTRIBUTE_VALUE + AVU_LIMIT_XML_ATTRIBUTES * AVU_LIMIT_XML_NAME)
/* Attributes and namespace declarations. */
#define TAG_EQUALS_MAX (2 * AVU_LIMIT_XML_ATTRIBUTES)

/* Sections in which "<" and "=" mean nothing. */
static const struct {
	const char *start;
	const char *end;
} opaque[] = {
	{ "!--", "-->" },
	{ "![CDATA[", "]]>" },
	{ "?", "?>" },
};

static bool
skip_opaque(AvuCursor *in)
{
	for (size_t i = 0; i < G_N_ELEMENTS(opaque); i++) {
		if (avu_cursor_take(in, opaque[i].start)) {
			const char *end = memmem(
				in->at, avu_cursor_len(in), opaque[i].end, strlen(opaque[i].end));

			/* Unended: the parser will say so. */
			in->at = end != NULL ? end + strlen(opaque[i].end) : in->end;
			return true;
		}
	}
	return false;
}

/* From behind "<" to behind ">". */
static const char *
skip_tag(AvuCursor *in)
{
	const char *start = in->at;
	unsigned equals = 0;
	char quote = '\0';

	for (; in->at < in->end; in->at++) {
		char c = *in->at;

		if (in->at - start > TAG_BYTES_MAX) {
			return "tag is too long";
		}
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '=' && ++equals > TAG_EQUALS_MAX) {
			return "too many attributes";
		} else if (c == '>') {
			in->at++;
			return NULL;
		}
	}
	return NULL;
}

bool
scan_xml(const AvuXmlKind *kind, const char *text, size_t len, GError **error)
{
	AvuCursor in = avu_cursor(text, len);
	const char *tag;

	while ((tag = memchr(in.at, '<', avu_cursor_len(&in))) != NULL) {
		in.at = tag + 1;
		if (skip_opaque(&in)) {
			continue;
		}
		if (avu_cursor_take(&in, "!")) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"%s: document type declaration", kind->name);
			return false;
		}
		const char *problem = skip_tag(&in);

		if (problem != NULL) {
			g_set_error(
				error, AVU_ERROR, AVU_ERROR_LIMIT, "%s: %s", kind->name, problem);
			return false;
		}
	}
	return true;
}
