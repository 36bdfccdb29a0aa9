/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The XML writer. Everything that leaves us as XML is escaped in write_escaped(), and nowhere else.
 *
 * One thread per writer. Lengths are bounded by the callers, which write at most a page of rows. */
#include <string.h>

#include <av-upnp/xml-writer.h>

#define SIZE_MIN 1024
#define DEPTH_MIN 16

typedef struct {
	const char *name;
	size_t len;
} Open;

struct AvuXmlWriter {
	char *out;
	size_t len, size;
	Open *open; /* elements */
	guint n_open, open_size;
	GArray *nests;    /* guint: length of open where each nested document began */
	bool tag_is_open; /* "<name" was written, its ">" was not */
	unsigned style;   /* AvuXmlStyle */
	/* markup of our own: as it is, or escaped once for each document around this one */
	char *less, *more;
	size_t mark_len; /* of either */
};

/* Room for so many octets more: a page has a hundred thousand short pieces, and is looked at once for
 * several of them. The caller moves len on. */
static inline char *
reserve(AvuXmlWriter *writer, size_t more)
{
	if (G_UNLIKELY(writer->size - writer->len < more)) {
		writer->size = MAX(writer->size * 2, writer->len + more);
		writer->out = g_realloc(writer->out, writer->size);
	}
	return writer->out + writer->len;
}

static inline void
append(AvuXmlWriter *writer, const char *text, size_t len)
{
	memcpy(reserve(writer, len), text, len);
	writer->len += len;
}

static inline char *
put(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

/* name: "lt", escaped times times: "&amp;amp;lt;" for 3. */
static char *
make_reference(const char *name, size_t times)
{
	GString *text = g_string_new("&");

	for (size_t i = 1; i < times; i++) {
		g_string_append(text, "amp;");
	}
	g_string_append_printf(text, "%s;", name);
	return g_string_free(text, FALSE);
}

/* Quotes do not need it, since a document is never nested in an attribute this way. */
static void
make_marks(AvuXmlWriter *writer)
{
	const guint depth = writer->nests->len;

	g_free(writer->less);
	g_free(writer->more);
	writer->less = depth == 0 ? g_strdup("<") : make_reference("lt", depth);
	writer->more = depth == 0 ? g_strdup(">") : make_reference("gt", depth);
	writer->mark_len = strlen(writer->less);
}

AvuXmlWriter *
avu_xml_writer_new(void)
{
	AvuXmlWriter *writer = g_new0(AvuXmlWriter, 1);

	writer->size = SIZE_MIN;
	writer->out = g_malloc(writer->size);
	writer->open_size = DEPTH_MIN;
	writer->open = g_new(Open, writer->open_size);
	writer->nests = g_array_new(FALSE, FALSE, sizeof(guint));
	make_marks(writer);
	return writer;
}

void
avu_xml_writer_free(AvuXmlWriter *writer)
{
	if (writer == NULL) {
		return;
	}
	g_free(writer->out);
	g_free(writer->open);
	g_array_unref(writer->nests);
	g_free(writer->less);
	g_free(writer->more);
	g_free(writer);
}

GBytes *
avu_xml_writer_finish(AvuXmlWriter *writer)
{
	g_assert(writer->n_open == 0 && writer->nests->len == 0);
	GBytes *bytes = g_bytes_new_take(g_steal_pointer(&writer->out), writer->len);

	avu_xml_writer_free(writer);
	return bytes;
}

char *
avu_xml_writer_finish_string(AvuXmlWriter *writer)
{
	g_assert(writer->n_open == 0 && writer->nests->len == 0);
	append(writer, "", 1);
	char *text = g_steal_pointer(&writer->out);

	avu_xml_writer_free(writer);
	return text;
}

size_t
avu_xml_writer_get_size(const AvuXmlWriter *writer)
{
	return writer->len;
}

/* '<' or '>', with room for it. */
static inline char *
put_mark(const AvuXmlWriter *writer, char *at, const char *mark)
{
	if (writer->mark_len == 4) { /* "&lt;", as in each answer: a third of what is written */
		return put(at, mark, 4);
	}
	return put(at, mark, writer->mark_len);
}

static void
close_tag(AvuXmlWriter *writer)
{
	if (writer->tag_is_open) {
		writer->tag_is_open = false;
		(void)put_mark(writer, reserve(writer, writer->mark_len), writer->more);
		writer->len += writer->mark_len;
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

#define CHUNK 16
typedef signed char Chunk __attribute__((vector_size(CHUNK)));
typedef uint64_t Halves __attribute__((vector_size(CHUNK)));

/* Are all of them such that is_plain[] has them? Control characters, and as negative numbers all that is
 * not ASCII; then '"' and '&', which differ in one bit, and '<' and '>', too. */
static inline bool
is_plain_chunk(Chunk chunk)
{
	const Halves bad = (Halves)(chunk < ' ') | (Halves)((chunk & ~0x04) == '"') |
			   (Halves)((chunk & ~0x02) == '<');

	return (bad[0] | bad[1]) == 0;
}

/* Eight octets from either end, which may overlap. */
static inline bool
copy_short(char *to, const char *text, size_t len)
{
	uint64_t ends[2];
	Chunk chunk;

	memcpy(&ends[0], text, sizeof(ends[0]));
	memcpy(&ends[1], text + len - sizeof(ends[1]), sizeof(ends[1]));
	memcpy(&chunk, ends, sizeof(chunk));
	memcpy(to, &ends[0], sizeof(ends[0]));
	memcpy(to + len - sizeof(ends[1]), &ends[1], sizeof(ends[1]));
	return is_plain_chunk(chunk);
}

/* As many as stand for themselves, with room for all. Most texts do to their end. */
static inline size_t
copy_plain(char *to, const char *text, size_t len)
{
	size_t n = 0;
	Chunk chunk;

	if (len >= CHUNK / 2 && len <= CHUNK && copy_short(to, text, len)) {
		return len;
	}
	for (; n + CHUNK <= len; n += CHUNK) {
		memcpy(&chunk, text + n, CHUNK);
		if (!is_plain_chunk(chunk)) {
			break;
		}
		memcpy(to + n, &chunk, CHUNK);
	}
	if (n > 0 && n < len && len - n < CHUNK) { /* the end, with some of what is done */
		memcpy(&chunk, text + len - CHUNK, CHUNK);
		if (is_plain_chunk(chunk)) {
			memcpy(to + len - CHUNK, &chunk, CHUNK);
			return len;
		}
	}
	for (; n < len && is_plain[(unsigned char)text[n]]; n++) {
		to[n] = text[n];
	}
	return n;
}

static void
write_reference(AvuXmlWriter *writer, const char *name)
{
	const size_t nests = writer->nests->len;

	append(writer, "&", 1);
	for (size_t i = 0; i < nests; i++) {
		append(writer, "amp;", 4);
	}
	append(writer, name, strlen(name));
	append(writer, ";", 1);
}

/* @return name of the reference that a weak reader wants for a character, in name; NULL: none */
static const char *
reference_by_style(const AvuXmlWriter *writer, const char *p, size_t len, char name[16])
{
	if ((writer->style & AVU_XML_QUOTES) != 0 && (*p == '"' || *p == '\'')) {
		return *p == '"' ? "quot" : "apos";
	}
	if ((writer->style & AVU_XML_ASCII) == 0 || len < 2) {
		return NULL;
	}
	(void)g_snprintf(name, 16, "#%u", (unsigned)g_utf8_get_char(p));
	return name;
}

/* One character that is looked at. @return behind it */
static const char *
write_character(AvuXmlWriter *writer, const char *p, const char *end, Place place)
{
	const bool ascii = (unsigned char)*p < 0x80;
	const size_t len = ascii ? 1 : good_character(p, end);
	const char *reference = len == 0 ? NULL : ascii ? reference_for(*p, place) : "";
	char name[16];
	const char *styled =
		writer->style != 0 && len > 0 ? reference_by_style(writer, p, len, name) : NULL;

	if (styled != NULL) {
		write_reference(writer, styled);
		return p + len;
	}
	if (reference == NULL) {
		append(writer, "\xef\xbf\xbd", 3);
	} else if (*reference == '\0') {
		append(writer, p, len);
		return p + len;
	} else {
		write_reference(writer, reference);
	}
	return p + 1;
}

static void
write_escaped(AvuXmlWriter *writer, const char *text, size_t len, Place place)
{
	const char *end = text + len;
	const char *p = text;

	while (p < end) {
		const size_t left = (size_t)(end - p);
		const size_t plain = (writer->style & AVU_XML_QUOTES) == 0
					     ? copy_plain(reserve(writer, left), p, left)
					     : 0;

		writer->len += plain;
		p += plain;
		if (p < end) {
			p = write_character(writer, p, end, place);
		}
	}
}

void
avu_xml_set_style(AvuXmlWriter *writer, unsigned style)
{
	writer->style = style;
}

void
avu_xml_declaration(AvuXmlWriter *writer)
{
	static const char text[] = "?xml version=\"1.0\" encoding=\"utf-8\"?";

	append(writer, writer->less, writer->mark_len);
	append(writer, text, sizeof(text) - 1);
	append(writer, writer->more, writer->mark_len);
}

static void
push(AvuXmlWriter *writer, Open open)
{
	if (writer->n_open == writer->open_size) {
		writer->open_size *= 2;
		writer->open = g_renew(Open, writer->open, writer->open_size);
	}
	writer->open[writer->n_open++] = open;
}

void
avu_xml_start(AvuXmlWriter *writer, const char *name)
{
	const Open open = { name, strlen(name) };

	close_tag(writer);
	char *at = reserve(writer, writer->mark_len + open.len);

	(void)put(put_mark(writer, at, writer->less), name, open.len);
	writer->len += writer->mark_len + open.len;
	push(writer, open);
	writer->tag_is_open = true;
}

void
avu_xml_attribute(AvuXmlWriter *writer, const char *name, const char *value)
{
	const size_t name_len = strlen(name);

	g_assert(writer->tag_is_open);
	char *at = reserve(writer, name_len + 3);

	*at++ = ' ';
	at = put(at, name, name_len);
	(void)put(at, "=\"", 2);
	writer->len += name_len + 3;
	if (value != NULL) {
		write_escaped(writer, value, strlen(value), IN_ATTRIBUTE);
	}
	append(writer, "\"", 1);
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
		write_escaped(writer, text, strlen(text), IN_TEXT);
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

	g_assert(writer->n_open > floor);
	const Open open = writer->open[writer->n_open - 1];
	char *at = reserve(writer, 2 * writer->mark_len + 1 + open.len);

	writer->n_open--;
	if (writer->tag_is_open) {
		writer->tag_is_open = false;
		*at++ = '/';
	} else {
		at = put_mark(writer, at, writer->less);
		*at++ = '/';
		at = put(at, open.name, open.len);
	}
	at = put_mark(writer, at, writer->more);
	writer->len = (size_t)(at - writer->out);
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
	g_array_append_val(writer->nests, writer->n_open);
	make_marks(writer);
}

void
avu_xml_unnest(AvuXmlWriter *writer)
{
	g_assert(writer->nests->len > 0);
	g_assert(g_array_index(writer->nests, guint, writer->nests->len - 1) == writer->n_open);
	g_array_set_size(writer->nests, writer->nests->len - 1);
	make_marks(writer);
}
