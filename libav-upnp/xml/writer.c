/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The XML writer. Everything that leaves us as XML is escaped in write_escaped(), and nowhere else.
 *
 * One thread per writer. Lengths are bounded by the callers, which write at most a page of rows. */
#include <string.h>

#include <av-upnp/xml-writer.h>

struct AvuXmlWriter {
	GString *out;
	GPtrArray *open;  /* const char*, names of the open elements */
	GArray *nests;    /* guint: length of open where each nested document began */
	bool tag_is_open; /* "<name" was written, its ">" was not */
};

AvuXmlWriter *
avu_xml_writer_new(void)
{
	AvuXmlWriter *writer = g_new0(AvuXmlWriter, 1);

	writer->out = g_string_sized_new(1024);
	writer->open = g_ptr_array_new();
	writer->nests = g_array_new(FALSE, FALSE, sizeof(guint));
	return writer;
}

void
avu_xml_writer_free(AvuXmlWriter *writer)
{
	if (writer == NULL) {
		return;
	}
	if (writer->out != NULL) {
		(void)g_string_free(writer->out, TRUE);
	}
	g_ptr_array_unref(writer->open);
	g_array_unref(writer->nests);
	g_free(writer);
}

GBytes *
avu_xml_writer_finish(AvuXmlWriter *writer)
{
	g_assert(writer->open->len == 0 && writer->nests->len == 0);
	GBytes *bytes = g_string_free_to_bytes(g_steal_pointer(&writer->out));

	avu_xml_writer_free(writer);
	return bytes;
}

char *
avu_xml_writer_finish_string(AvuXmlWriter *writer)
{
	g_assert(writer->open->len == 0 && writer->nests->len == 0);
	char *text = g_string_free(g_steal_pointer(&writer->out), FALSE);

	avu_xml_writer_free(writer);
	return text;
}

size_t
avu_xml_writer_get_size(const AvuXmlWriter *writer)
{
	return writer->out->len;
}

/* g_string_append_len() for many short pieces: a page has a hundred thousand of them, and its checks take
 * longer than copying. */
static inline void
append(GString *out, const char *text, size_t len)
{
	if (len < out->allocated_len - out->len) {
		memcpy(out->str + out->len, text, len);
		out->len += len;
		out->str[out->len] = '\0';
	} else {
		g_string_append_len(out, text, (gssize)len);
	}
}

/* name: "lt", escaped times times: "&amp;amp;lt;" for 3. */
static void
write_reference(GString *out, const char *name, unsigned times)
{
	g_string_append_c(out, '&');
	for (unsigned i = 1; i < times; i++) {
		append(out, "amp;", 4);
	}
	append(out, name, strlen(name));
	g_string_append_c(out, ';');
}

/* Markup of our own: only nested documents need it escaped. Quotes do not, since a document is never
 * nested in an attribute this way. */
static void
write_markup(AvuXmlWriter *writer, char c)
{
	if (writer->nests->len == 0) {
		g_string_append_c(writer->out, c);
	} else if (writer->nests->len == 1) { /* as in each answer: a third of what is written */
		append(writer->out, c == '<' ? "&lt;" : "&gt;", 4);
	} else {
		write_reference(writer->out, c == '<' ? "lt" : "gt", writer->nests->len);
	}
}

static void
close_tag(AvuXmlWriter *writer)
{
	if (writer->tag_is_open) {
		writer->tag_is_open = false;
		write_markup(writer, '>');
	}
}

typedef enum { IN_TEXT, IN_ATTRIBUTE } Place;

/* Name of the reference that stands for an ASCII character, "" for itself, NULL when XML 1.0 cannot
 * carry it. White space in attributes and CR everywhere would be normalised away by the reader. */
static const char *
reference_for(char c, Place place)
{
	switch (c) {
	case '&':
		return "amp";
	case '<':
		return "lt";
	case '>':
		return "gt";
	case '"':
		return place == IN_ATTRIBUTE ? "quot" : "";
	case '\t':
		return place == IN_ATTRIBUTE ? "#9" : "";
	case '\n':
		return place == IN_ATTRIBUTE ? "#10" : "";
	case '\r':
		return "#13";
	case 0x7f:
		return "";
	default:
		return (unsigned char)c < 0x20 ? NULL : "";
	}
}

/* Octets that stand for themselves wherever they are; all others are looked at. */
static const bool is_plain[256] = {
	[' '] = true,
	['!'] = true,
	['#' ... '%'] = true,
	['\'' ... ';'] = true,
	['='] = true,
	['?' ... 0x7f] = true,
};

/* Octets of the character at p when XML can carry it, else 0. */
static size_t
good_character(const char *p, const char *end)
{
	gunichar c = g_utf8_get_char_validated(p, end - p);

	if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0xfffe || c == 0xffff) {
		return 0;
	}
	return (size_t)(g_utf8_next_char(p) - p);
}

static void
write_escaped(AvuXmlWriter *writer, const char *text, Place place)
{
	GString *out = writer->out;
	const char *end = text + strlen(text);
	const char *run = text;
	const char *p = text;

	for (;;) {
		while (is_plain[(unsigned char)*p]) { /* not the NUL at the end */
			p++;
		}
		if (p == end) {
			break;
		}
		const size_t len = (unsigned char)*p >= 0x80 ? good_character(p, end) : 1;
		const char *reference = len == 0                   ? NULL
					: (unsigned char)*p < 0x80 ? reference_for(*p, place)
								   : "";

		if (reference != NULL && *reference == '\0') {
			p += len;
			continue;
		}
		append(out, run, (size_t)(p - run));
		if (reference == NULL) {
			append(out, "\xef\xbf\xbd", 3);
		} else {
			write_reference(out, reference, writer->nests->len + 1);
		}
		run = ++p;
	}
	append(out, run, (size_t)(p - run));
}

void
avu_xml_declaration(AvuXmlWriter *writer)
{
	write_markup(writer, '<');
	g_string_append(writer->out, "?xml version=\"1.0\" encoding=\"utf-8\"?");
	write_markup(writer, '>');
}

void
avu_xml_start(AvuXmlWriter *writer, const char *name)
{
	close_tag(writer);
	write_markup(writer, '<');
	append(writer->out, name, strlen(name));
	g_ptr_array_add(writer->open, (void *)name);
	writer->tag_is_open = true;
}

void
avu_xml_attribute(AvuXmlWriter *writer, const char *name, const char *value)
{
	g_assert(writer->tag_is_open);
	g_string_append_c(writer->out, ' ');
	append(writer->out, name, strlen(name));
	append(writer->out, "=\"", 2);
	if (value != NULL) {
		write_escaped(writer, value, IN_ATTRIBUTE);
	}
	g_string_append_c(writer->out, '"');
}

/* The decimal digits of value need no escaping. */
static const char *
format_int(int64_t value, char buffer[24])
{
	(void)g_snprintf(buffer, 24, "%" G_GINT64_FORMAT, value);
	return buffer;
}

void
avu_xml_attribute_int(AvuXmlWriter *writer, const char *name, int64_t value)
{
	char digits[24];

	avu_xml_attribute(writer, name, format_int(value, digits));
}

void
avu_xml_text(AvuXmlWriter *writer, const char *text)
{
	if (text != NULL && *text != '\0') {
		close_tag(writer);
		write_escaped(writer, text, IN_TEXT);
	}
}

void
avu_xml_text_int(AvuXmlWriter *writer, int64_t value)
{
	char digits[24];

	avu_xml_text(writer, format_int(value, digits));
}

void
avu_xml_end(AvuXmlWriter *writer)
{
	guint floor = writer->nests->len > 0
			      ? g_array_index(writer->nests, guint, writer->nests->len - 1)
			      : 0;

	g_assert(writer->open->len > floor);
	const char *name = g_ptr_array_steal_index(writer->open, writer->open->len - 1);

	if (writer->tag_is_open) {
		writer->tag_is_open = false;
		g_string_append_c(writer->out, '/');
		write_markup(writer, '>');
		return;
	}
	write_markup(writer, '<');
	g_string_append_c(writer->out, '/');
	append(writer->out, name, strlen(name));
	write_markup(writer, '>');
}

void
avu_xml_element(AvuXmlWriter *writer, const char *name, const char *text)
{
	avu_xml_start(writer, name);
	avu_xml_text(writer, text);
	avu_xml_end(writer);
}

void
avu_xml_element_int(AvuXmlWriter *writer, const char *name, int64_t value)
{
	char digits[24];

	avu_xml_element(writer, name, format_int(value, digits));
}

void
avu_xml_nest(AvuXmlWriter *writer)
{
	close_tag(writer);
	g_array_append_val(writer->nests, writer->open->len);
}

void
avu_xml_unnest(AvuXmlWriter *writer)
{
	g_assert(writer->nests->len > 0);
	g_assert(g_array_index(writer->nests, guint, writer->nests->len - 1) == writer->open->len);
	g_array_set_size(writer->nests, writer->nests->len - 1);
}
