/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices put texts into templates without escaping them, in the encoding that they had, and send more than the
 * document. Each of these can be understood in one way only:
 *
 *   "&" that begins no reference of XML       the character: "Rock & Roll", "?a=1&b=2"
 *   octets that are no UTF-8                  Latin-1 where the document says so, else U+FFFD
 *   characters that XML cannot carry          left out, also as references
 *   another encoding in the declaration       not believed when all is UTF-8
 *   octets before the first or after the last tag   left out
 *
 * The result goes through the same reader as any document, with the same limits. One pass each, any thread. */
#include "mend.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

#define DECLARATION_MAX 256 /* octets in which its end is looked for */
#define CDATA "<![CDATA["
#define CDATA_END "]]>"

/* From the first tag to the last. */
static AvuCursor
find_document(const char *text, size_t len)
{
	const char *first = memchr(text, '<', len);
	const char *last = memrchr(text, '>', len);

	return first != NULL && last != NULL && last > first
		       ? avu_cursor(first, (size_t)(last + 1 - first))
		       : avu_cursor(text, 0);
}

/* Takes the XML declaration. @return does it say Latin-1? */
static bool
take_declaration(AvuCursor *in)
{
	static const char *const names[] = { "iso-8859-1", "iso8859-1", "latin1", "windows-1252" };
	AvuCursor at = *in;

	if (!avu_cursor_take(&at, "<?xml")) {
		return false;
	}
	const char *end = memmem(at.at, MIN(avu_cursor_len(&at), DECLARATION_MAX), "?>", 2);

	if (end == NULL) {
		return false;
	}
	g_autofree char *inside = g_ascii_strdown(at.at, end - at.at);

	in->at = end + 2;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strstr(inside, names[i]) != NULL) {
			return true;
		}
	}
	return false;
}

/* g_free() it. */
static char *
from_latin1(const AvuCursor *in)
{
	GString *text = g_string_sized_new(avu_cursor_len(in) + 1);

	for (const char *p = in->at; p < in->end; p++) {
		g_string_append_unichar(text, (guchar)*p);
	}
	return g_string_free(text, false);
}

/* XML 1.0, production 2 */
static bool
is_character(uint64_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static bool
take_hex(AvuCursor *in, uint64_t *ret_value)
{
	const char *begin = in->at;

	for (*ret_value = 0;
		in->at < in->end && g_ascii_isxdigit(*in->at) && *ret_value <= 0x10ffff; in->at++) {
		*ret_value = *ret_value * 16 + (uint64_t)g_ascii_xdigit_value(*in->at);
	}
	return in->at > begin && *ret_value <= 0x10ffff;
}

typedef enum {
	REFERENCE_NONE,
	REFERENCE_GOOD,
	REFERENCE_EMPTY /* to nothing that XML has */
} Reference;

/* Behind an ampersand. Moves behind the reference if there is one. */
static Reference
take_reference(AvuCursor *in)
{
	static const char *const names[] = { "amp;", "lt;", "gt;", "quot;", "apos;" };
	AvuCursor at = *in;
	uint64_t c = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (avu_cursor_take(in, names[i])) {
			return REFERENCE_GOOD;
		}
	}
	if (!avu_cursor_take_char(&at, '#') ||
		!(avu_cursor_take_char(&at, 'x') ? take_hex(&at, &c)
						 : avu_cursor_take_uint(&at, 0x10ffff, &c)) ||
		!avu_cursor_take_char(&at, ';')) {
		return REFERENCE_NONE;
	}
	*in = at;
	return is_character(c) ? REFERENCE_GOOD : REFERENCE_EMPTY;
}

/* In a CDATA section an ampersand is itself already. */
static void
take_cdata(AvuCursor *in)
{
	const char *end = memmem(in->at, avu_cursor_len(in), CDATA_END, strlen(CDATA_END));

	in->at = end != NULL ? end : in->end;
}

static void
take_ampersand(AvuCursor *in, GString *out)
{
	const char *begin = in->at++;
	const Reference reference = take_reference(in);

	if (reference == REFERENCE_NONE) {
		g_string_append(out, "&amp;");
	} else if (reference == REFERENCE_GOOD) {
		g_string_append_len(out, begin, in->at - begin);
	}
}

char *
mend_xml(const char *text, size_t len, size_t max)
{
	AvuCursor document = find_document(text, len);
	const bool latin1 = take_declaration(&document);
	const bool is_utf8 = g_utf8_validate(document.at, (gssize)avu_cursor_len(&document), NULL);
	g_autofree char *converted = latin1 && !is_utf8 ? from_latin1(&document) : NULL;
	g_autofree char *clean =
		converted != NULL ? avu_text_sanitize(converted, strlen(converted), max)
				  : avu_text_sanitize(document.at, avu_cursor_len(&document), max);
	AvuCursor in = avu_cursor_string(clean);
	GString *out = g_string_sized_new(avu_cursor_len(&in) + 1);

	while (!avu_cursor_at_end(&in) && out->len <= max) {
		const char *begin = in.at;

		if (*in.at == '&') {
			take_ampersand(&in, out);
			continue;
		}
		if (avu_cursor_take(&in, CDATA)) {
			take_cdata(&in);
		} else {
			in.at++;
			(void)avu_cursor_take_until(&in, "&<");
		}
		g_string_append_len(out, begin, in.at - begin);
	}
	const bool fits = out->len <= max;
	char *mended = g_string_free(out, false);

	if (!fits) {
		g_clear_pointer(&mended, g_free);
	}
	return mended;
}
