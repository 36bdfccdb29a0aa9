/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NFO files: elements by table. They are XML behind which some programs write an address, or a second
 * episode; only the first document counts. Pure. Limits: nfo.h and the kind below. */
#include "mediaserver/library/nfo.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>
#include <av-upnp/xml-reader.h>

#include <av-upnp/foreign-text.h>

#define FIELD_MAX 8192
#define VALUE_MAX 4096
#define ACTORS_MAX 32

static const AvuXmlKind nfo_kind = {
	.name = "NFO",
	.max_bytes = NFO_BYTES_MAX,
	.max_depth = 16,
	.max_elements = 20000,
	.skip_instructions = true,
};

static const struct {
	const char *root;
	NfoKind kind;
} kinds[] = {
	{ "movie", NFO_FILM },
	{ "musicvideo", NFO_FILM },
	{ "tvshow", NFO_SERIES },
	{ "episodedetails", NFO_EPISODE },
	{ "album", NFO_ALBUM },
	{ "artist", NFO_ARTIST },
};

/* Of two elements for one text the first row wins. */
static const struct {
	const char *element;
	const char *child; /* the text is in there; NULL: in the element */
	size_t offset;
	bool several;
} texts[] = {
#define TEXT(element, child, field, several)                  \
	{                                                     \
		element, child, offsetof(Nfo, field), several \
	}
	TEXT("title", NULL, title, false),
	TEXT("sorttitle", NULL, title_sort, false),
	TEXT("showtitle", NULL, series, false),
	TEXT("plot", NULL, plot, false),
	TEXT("review", NULL, plot, false),
	TEXT("biography", NULL, plot, false),
	TEXT("outline", NULL, plot, false),
	TEXT("tagline", NULL, tagline, false),
	TEXT("genre", NULL, genre, true),
	TEXT("director", NULL, director, true),
	TEXT("actor", "name", actor, true),
	TEXT("studio", NULL, studio, true),
	TEXT("label", NULL, studio, true),
	TEXT("artist", NULL, artist, true),
	TEXT("album", NULL, album, false),
	TEXT("premiered", NULL, date, false),
	TEXT("aired", NULL, date, false),
	TEXT("releasedate", NULL, date, false),
	TEXT("year", NULL, date, false),
	TEXT("mpaa", NULL, certificate, false),
#undef TEXT
};

/* Appends the trimmed text in a line of its own. */
static void
append_value(char **field, const char *text)
{
	g_autofree char *value = avu_text_sanitize(text, strlen(text), VALUE_MAX);

	(void)g_strstrip(value);
	if (*value == '\0') {
		return;
	}
	if (*field == NULL) {
		*field = g_steal_pointer(&value);
	} else if (strlen(*field) + strlen(value) < FIELD_MAX) {
		char *both = g_strconcat(*field, "\n", value, NULL);

		g_free(*field);
		*field = both;
	}
}

static void
take_text(Nfo *nfo, size_t row, const AvuXmlElement *root)
{
	char **field = (char **)((char *)nfo + texts[row].offset);
	unsigned n = 0;

	if (*field != NULL) {
		return;
	}
	for (const AvuXmlElement *element = avu_xml_find_child(root, texts[row].element);
		element != NULL && n < ACTORS_MAX;
		element = avu_xml_find_next(element, texts[row].element), n++) {
		const char *text = texts[row].child != NULL
					   ? avu_xml_get_child_text(element, texts[row].child)
					   : avu_xml_get_text(element);

		if (text != NULL) {
			append_value(field, text);
		}
		if (!texts[row].several && *field != NULL) {
			return;
		}
	}
}

static int64_t
get_number(const AvuXmlElement *root, const char *name, uint64_t max)
{
	const char *text = avu_xml_get_child_text(root, name);
	AvuCursor in = avu_cursor_string(text != NULL ? text : "");
	uint64_t value;

	(void)avu_cursor_skip_blank(&in);
	return avu_cursor_take_uint(&in, max, &value) ? (int64_t)value : -1;
}

/* Up to the end of the first document. */
static size_t
document_length(const char *text, size_t len)
{
	size_t shortest = len;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *open = g_strdup_printf("<%s", kinds[i].root);
		g_autofree char *close = g_strdup_printf("</%s>", kinds[i].root);
		const char *begin = g_strstr_len(text, (gssize)len, open);
		const char *end = begin != NULL
					  ? g_strstr_len(begin, (gssize)(text + len - begin), close)
					  : NULL;
		/* an artist inside an album is no document: the one that begins first is it */
		bool first = begin != NULL && end != NULL;

		for (size_t k = 0; first && k < G_N_ELEMENTS(kinds); k++) {
			g_autofree char *other = g_strdup_printf("<%s", kinds[k].root);

			first = g_strstr_len(text, begin - text, other) == NULL;
		}
		if (first) {
			shortest = (size_t)(end + strlen(close) - text);
		}
	}
	return shortest;
}

Nfo *
nfo_parse(GBytes *bytes, GError **error)
{
	size_t len;
	g_autofree char *text = avu_foreign_file(bytes, &len);
	g_autoptr(AvuXmlDocument) document = NULL;

	if (g_bytes_get_size(bytes) > NFO_BYTES_MAX) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_LIMIT, "it is larger than 512 KiB");
		return NULL;
	}
	document = avu_xml_parse(&nfo_kind, text, document_length(text, len), error);
	if (document == NULL) {
		return NULL;
	}
	const AvuXmlElement *root = avu_xml_get_root(document);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!avu_xml_is(root, kinds[i].root)) {
			continue;
		}
		Nfo *nfo = g_new0(Nfo, 1);
		int64_t rating = get_number(root, "userrating", 10);

		nfo->kind = kinds[i].kind;
		nfo->season = get_number(root, "season", 9999);
		nfo->episode = get_number(root, "episode", 99999);
		nfo->rating = rating > 0 ? rating * 10 : -1;
		for (size_t row = 0; row < G_N_ELEMENTS(texts); row++) {
			take_text(nfo, row, root);
		}
		return nfo;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "it is about nothing that we know");
	return NULL;
}

void
nfo_free(Nfo *nfo)
{
	if (nfo == NULL) {
		return;
	}
	for (size_t row = 0; row < G_N_ELEMENTS(texts); row++) {
		g_clear_pointer((char **)((char *)nfo + texts[row].offset), g_free);
	}
	g_free(nfo);
}
