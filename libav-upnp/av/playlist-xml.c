/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XSPF and ASX. XSPF is XML and read as such. ASX only looks like it: names in any case, bare
 * ampersands in addresses, elements that nobody closes; it is read tag by tag. Pure. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/foreign-text.h>
#include <av-upnp/xml-reader.h>

#include "playlist-private.h"

static const AvuXmlKind xspf_kind = {
	.name = "XSPF",
	.max_bytes = AVU_PLAYLIST_BYTES_MAX,
	.max_depth = 16,
	.max_elements = AVU_PLAYLIST_ENTRIES_MAX,
	.skip_instructions = true,
};

static bool
add_track(AvuPlaylist *playlist, const AvuXmlElement *track, GError **error)
{
	const char *location = avu_xml_get_child_text(track, "location");
	const char *title = avu_xml_get_child_text(track, "title");
	const char *creator = avu_xml_get_child_text(track, "creator");
	const char *duration = avu_xml_get_child_text(track, "duration");
	g_autofree char *name = title != NULL && creator != NULL && *creator != '\0'
					? g_strdup_printf("%s - %s", creator, title)
					: g_strdup(title);
	g_autofree char *written = g_strstrip(g_strdup(location != NULL ? location : ""));
	/* a URI; without a scheme it is a path whose strange characters are escaped */
	g_autofree char *path =
		strstr(written, "://") == NULL ? avu_playlist_decode_location(written) : NULL;
	const char *place = path != NULL ? path : written;
	uint64_t ms;
	bool timed = duration != NULL && avu_parse_uint(duration, INT32_MAX, &ms) && ms > 0;

	return playlist_add(playlist, place, strlen(place), name, name != NULL ? strlen(name) : 0,
		timed ? (int64_t)ms * AVU_NS_PER_MS : AVU_TIME_NONE, error);
}

bool
playlist_read_xspf(AvuPlaylist *playlist, const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document = avu_xml_parse(&xspf_kind, text, len, error);

	if (document == NULL) {
		return false;
	}
	const AvuXmlElement *root = avu_xml_get_root(document);
	const AvuXmlElement *list = avu_xml_find_child(root, "trackList");
	const char *title = avu_xml_get_child_text(root, "title");

	if (!avu_xml_is(root, "playlist") || list == NULL) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX, "it has no list of tracks");
		return false;
	}
	if (title != NULL && *title != '\0') {
		playlist->title = avu_foreign_text(title, strlen(title), PLAYLIST_TITLE_MAX);
	}
	for (const AvuXmlElement *track = avu_xml_find_child(list, "track"); track != NULL;
		track = avu_xml_find_next(track, "track")) {
		if (!add_track(playlist, track, error)) {
			return false;
		}
	}
	return true;
}

/* ASX */

typedef struct {
	AvuPlaylist *playlist;
	bool in_entry;
	char *title; /* of the entry, or of the list before the first one */
	bool added;  /* the entry's first address: the others are the same elsewhere */
} Asx;

/* &amp; and its kin; an ampersand that begins none stays. */
static char *
unescape(const char *text, size_t len)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = {
		{ "&amp;", '&' },
		{ "&lt;", '<' },
		{ "&gt;", '>' },
		{ "&quot;", '"' },
		{ "&apos;", '\'' },
	};
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len;) {
		size_t taken = 0;

		for (size_t e = 0; text[i] == '&' && taken == 0 && e < G_N_ELEMENTS(entities);
			e++) {
			size_t n = strlen(entities[e].entity);

			if (len - i >= n &&
				g_ascii_strncasecmp(text + i, entities[e].entity, n) == 0) {
				g_string_append_c(out, entities[e].c);
				taken = n;
			}
		}
		if (taken == 0) {
			g_string_append_c(out, text[i]);
			taken = 1;
		}
		i += taken;
	}
	return g_string_free(out, FALSE);
}

/* The value of an attribute of the tag, in quotes of either kind. @return g_free() it; NULL: none */
static char *
attribute(AvuCursor tag, const char *name)
{
	while (!avu_cursor_at_end(&tag)) {
		(void)avu_cursor_take_until(&tag, " \t\r\n");
		while (!avu_cursor_at_end(&tag) && g_ascii_isspace(*tag.at)) {
			tag.at++;
		}
		AvuCursor key = avu_cursor_take_until(&tag, "= \t\r\n");

		while (!avu_cursor_at_end(&tag) && (g_ascii_isspace(*tag.at) || *tag.at == '=')) {
			tag.at++;
		}
		if (avu_cursor_at_end(&tag) || (*tag.at != '"' && *tag.at != '\'')) {
			continue;
		}
		const char quote[] = { *tag.at++, '\0' };
		AvuCursor value = avu_cursor_take_until(&tag, quote);

		if (avu_cursor_equal_ci(&key, name)) {
			return unescape(value.at, avu_cursor_len(&value));
		}
	}
	return NULL;
}

static bool
add_address(Asx *asx, AvuCursor tag, GError **error)
{
	g_autofree char *address = attribute(tag, "href");

	if (address == NULL || (asx->in_entry && asx->added)) {
		return true;
	}
	(void)g_strstrip(address);
	const guint before = asx->playlist->entries->len;
	const bool good = playlist_add(asx->playlist, address, strlen(address), asx->title,
		asx->title != NULL ? strlen(asx->title) : 0, AVU_TIME_NONE, error);

	/* one that is no address leaves its place to the next */
	asx->added = asx->added || asx->playlist->entries->len > before;
	return good;
}

static void
set_title(Asx *asx, AvuCursor *in)
{
	AvuCursor text = avu_cursor_take_until(in, "<");
	g_autofree char *plain = unescape(text.at, avu_cursor_len(&text));
	char *title = avu_foreign_text(plain, strlen(plain), PLAYLIST_TITLE_MAX);

	if (asx->in_entry) {
		g_free(asx->title);
		asx->title = title;
	} else if (asx->playlist->title == NULL && asx->playlist->entries->len == 0) {
		asx->playlist->title = title;
	} else {
		g_free(title);
	}
}

/* A title may stand behind the address it belongs to. */
static void
end_entry(Asx *asx)
{
	GArray *entries = asx->playlist->entries;

	if (asx->in_entry && asx->added && asx->title != NULL && entries->len > 0) {
		AvuPlaylistEntry *last =
			&g_array_index(entries, AvuPlaylistEntry, entries->len - 1);

		if (last->title == NULL) {
			last->title = g_strdup(asx->title);
		}
	}
	g_clear_pointer(&asx->title, g_free);
	asx->in_entry = false;
	asx->added = false;
}

static bool
take_tag(Asx *asx, AvuCursor tag, AvuCursor *in, GError **error)
{
	AvuCursor rest = tag;
	AvuCursor name = avu_cursor_take_until(&rest, " \t\r\n/");

	if (avu_cursor_equal_ci(&name, "entry")) {
		end_entry(asx); /* the one before was not closed */
		asx->in_entry = true;
	} else if (avu_cursor_len(&name) == 0 && avu_cursor_take_ci(&rest, "/entry")) {
		end_entry(asx);
	} else if (avu_cursor_equal_ci(&name, "title")) {
		set_title(asx, in);
	} else if (avu_cursor_equal_ci(&name, "ref") || avu_cursor_equal_ci(&name, "entryref")) {
		return add_address(asx, tag, error);
	}
	return true;
}

bool
playlist_read_asx(AvuPlaylist *playlist, const char *text, size_t len, GError **error)
{
	Asx asx = { .playlist = playlist };
	AvuCursor in = avu_cursor(text, len);
	bool good = true;

	if (len > 0 && text[0] == '[') { /* "[Reference]", older than the tags */
		return playlist_read_pls(playlist, text, len, error);
	}
	while (good && !avu_cursor_at_end(&in)) {
		(void)avu_cursor_take_until(&in, "<");
		if (!avu_cursor_take_char(&in, '<')) {
			break;
		}
		AvuCursor tag = avu_cursor_take_until(&in, ">");

		(void)avu_cursor_take_char(&in, '>');
		good = take_tag(&asx, tag, &in, error);
	}
	end_entry(&asx);
	return good;
}
