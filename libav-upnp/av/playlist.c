/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list and its two forms of lines, M3U and PLS. Pure. Locations are kept as octets: an M3U names
 * files as they are called on the disk of whoever wrote it. Limits: playlist.h. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/foreign-text.h>

#include "playlist-private.h"

#define SECONDS_MAX (1000 * 3600)

static const struct {
	const char *extension;
	bool (*read)(AvuPlaylist *playlist, const char *text, size_t len, GError **error);
} forms[] = {
	{ ".m3u", playlist_read_m3u },
	{ ".m3u8", playlist_read_m3u },
	{ ".pls", playlist_read_pls },
	{ ".xspf", playlist_read_xspf },
	{ ".asx", playlist_read_asx },
	{ ".wax", playlist_read_asx },
	{ ".wvx", playlist_read_asx },
};

static void
clear_entry(void *data)
{
	AvuPlaylistEntry *entry = data;

	g_free(entry->location);
	g_free(entry->title);
}

bool
playlist_add(AvuPlaylist *playlist, const char *location, size_t location_len, const char *title,
	size_t title_len, int64_t duration_ns, GError **error)
{
	AvuPlaylistEntry entry = { .duration_ns = duration_ns };

	if (location_len == 0 || location_len > PLAYLIST_LOCATION_MAX) {
		return true;
	}
	for (size_t i = 0; i < location_len; i++) {
		if ((unsigned char)location[i] < 0x20) {
			return true;
		}
	}
	if (playlist->entries->len >= AVU_PLAYLIST_ENTRIES_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "it has more than %d entries",
			AVU_PLAYLIST_ENTRIES_MAX);
		return false;
	}
	entry.location = g_strndup(location, location_len);
	if (title != NULL && title_len > 0) {
		entry.title = avu_foreign_text(title, title_len, PLAYLIST_TITLE_MAX);
		if (*g_strstrip(entry.title) == '\0') {
			g_clear_pointer(&entry.title, g_free);
		}
	}
	g_array_append_val(playlist->entries, entry);
	return true;
}

int64_t
playlist_seconds(const char *text, size_t len)
{
	AvuCursor in = avu_cursor(text, len);
	uint64_t seconds;

	(void)avu_cursor_skip_blank(&in);
	return avu_cursor_take_uint(&in, SECONDS_MAX, &seconds) && seconds > 0
		       ? (int64_t)seconds * AVU_NS_PER_S
		       : AVU_TIME_NONE;
}

static bool
begins(const char *line, size_t len, const char *word)
{
	return len >= strlen(word) && g_ascii_strncasecmp(line, word, strlen(word)) == 0;
}

/* M3U */

/* The comma behind the seconds and their attributes: one in quotes is none. */
static const char *
find_title(const char *line, size_t len)
{
	bool quoted = false;

	for (const char *at = line; at < line + len; at++) {
		quoted = quoted != (*at == '"');
		if (*at == ',' && !quoted) {
			return at + 1;
		}
	}
	return NULL;
}

/* Attributes stand before the comma: they are the convention of receivers for IPTV, in no standard. */
static AvuPlaylistHint
find_hint(const char *line, size_t len)
{
	static const struct {
		const char *word;
		AvuPlaylistHint hint;
	} rows[] = { { "radio=\"true\"", AVU_PLAYLIST_RADIO },
		{ " tvg-", AVU_PLAYLIST_TELEVISION } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (memmem(line, len, rows[i].word, strlen(rows[i].word)) != NULL) {
			return rows[i].hint;
		}
	}
	return AVU_PLAYLIST_NOTHING;
}

bool
playlist_read_m3u(AvuPlaylist *playlist, const char *text, size_t len, GError **error)
{
	static const char info[] = "#EXTINF:", name[] = "#PLAYLIST:";
	const char *at = text, *line, *title = NULL;
	size_t line_len, title_len = 0;
	int64_t duration_ns = AVU_TIME_NONE;
	AvuPlaylistHint hint = AVU_PLAYLIST_NOTHING;

	while (avu_foreign_line(&at, text + len, &line, &line_len)) {
		if (begins(line, line_len, "#EXT-X-")) {
			g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"it lists the pieces of a stream");
			return false;
		}
		if (begins(line, line_len, info)) {
			const char *rest = line + sizeof(info) - 1;
			size_t rest_len = line_len - (sizeof(info) - 1);

			duration_ns = playlist_seconds(rest, rest_len);
			title = find_title(rest, rest_len);
			title_len = title != NULL ? (size_t)(line + line_len - title) : 0;
			hint = find_hint(rest, rest_len - title_len);
		} else if (begins(line, line_len, name) && playlist->title == NULL) {
			playlist->title = avu_foreign_text(line + sizeof(name) - 1,
				line_len - (sizeof(name) - 1), PLAYLIST_TITLE_MAX);
		} else if (line_len > 0 && line[0] != '#') {
			const guint before = playlist->entries->len;

			if (!playlist_add(playlist, line, line_len, title, title_len, duration_ns,
				    error)) {
				return false;
			}
			if (playlist->entries->len > before) {
				g_array_index(playlist->entries, AvuPlaylistEntry, before).hint =
					hint;
			}
			hint = AVU_PLAYLIST_NOTHING;
			title = NULL;
			duration_ns = AVU_TIME_NONE;
		}
	}
	return true;
}

/* PLS */

/* Entries are numbered, and need not stand in order. */
typedef struct {
	uint64_t number;
	const char *location, *title;
	size_t location_len, title_len;
	int64_t duration_ns;
} Numbered;

static Numbered *
numbered(GHashTable *entries, uint64_t number)
{
	Numbered *entry = g_hash_table_lookup(entries, &number);

	if (entry == NULL && g_hash_table_size(entries) < AVU_PLAYLIST_ENTRIES_MAX) {
		entry = g_new0(Numbered, 1);
		entry->number = number;
		entry->duration_ns = AVU_TIME_NONE;
		(void)g_hash_table_insert(entries, &entry->number, entry);
	}
	return entry;
}

static void
take_key(GHashTable *entries, const char *line, size_t len)
{
	/* "Ref1" is how the oldest form of ASX has it */
	static const char *const keys[] = { "file", "ref", "title", "length" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		AvuCursor in = avu_cursor(line, len);
		uint64_t number;

		if (!avu_cursor_take_ci(&in, keys[i]) ||
			!avu_cursor_take_uint(&in, UINT32_MAX, &number)) {
			continue;
		}
		(void)avu_cursor_skip_blank(&in);
		if (!avu_cursor_take_char(&in, '=')) {
			return;
		}
		(void)avu_cursor_skip_blank(&in);
		Numbered *entry = numbered(entries, number);

		if (entry == NULL) {
			return;
		}
		if (i <= 1) {
			entry->location = in.at;
			entry->location_len = avu_cursor_len(&in);
		} else if (i == 2) {
			entry->title = in.at;
			entry->title_len = avu_cursor_len(&in);
		} else {
			entry->duration_ns = playlist_seconds(in.at, avu_cursor_len(&in));
		}
		return;
	}
}

static int
compare_numbered(const void *a, const void *b)
{
	uint64_t x = (*(const Numbered *const *)a)->number;
	uint64_t y = (*(const Numbered *const *)b)->number;

	return x < y ? -1 : x > y;
}

bool
playlist_read_pls(AvuPlaylist *playlist, const char *text, size_t len, GError **error)
{
	g_autoptr(GHashTable) entries =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	const char *at = text, *line;
	size_t line_len;
	bool good = true;

	while (avu_foreign_line(&at, text + len, &line, &line_len)) {
		take_key(entries, line, line_len);
	}
	g_autoptr(GPtrArray) order = g_ptr_array_sized_new(g_hash_table_size(entries));
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, entries);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		g_ptr_array_add(order, value);
	}
	g_ptr_array_sort(order, compare_numbered);
	for (guint i = 0; good && i < order->len; i++) {
		const Numbered *entry = g_ptr_array_index(order, i);

		good = playlist_add(playlist, entry->location, entry->location_len, entry->title,
			entry->title_len, entry->duration_ns, error);
	}
	return good;
}

AvuPlaylist *
avu_playlist_parse(const char *name, GBytes *bytes, GError **error)
{
	g_autoptr(AvuPlaylist) playlist = g_new0(AvuPlaylist, 1);
	const char *dot = strrchr(name, '.');
	size_t len;

	playlist->entries = g_array_new(FALSE, FALSE, sizeof(AvuPlaylistEntry));
	g_array_set_clear_func(playlist->entries, clear_entry);
	if (g_bytes_get_size(bytes) > AVU_PLAYLIST_BYTES_MAX) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_LIMIT, "it is larger than 1 MiB");
		return NULL;
	}
	g_autofree char *text = avu_foreign_file(bytes, &len);

	for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(forms); i++) {
		if (g_ascii_strcasecmp(dot, forms[i].extension) == 0) {
			return forms[i].read(playlist, text, len, error)
				       ? g_steal_pointer(&playlist)
				       : NULL;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "its name does not say what it is");
	return NULL;
}

void
avu_playlist_free(AvuPlaylist *playlist)
{
	if (playlist != NULL) {
		g_free(playlist->title);
		g_array_unref(playlist->entries);
		g_free(playlist);
	}
}

char *
avu_playlist_decode_location(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (*text != '%') {
			g_string_append_c(out, *text);
			continue;
		}
		int high = g_ascii_xdigit_value(text[1]);
		int low = high >= 0 ? g_ascii_xdigit_value(text[2]) : -1;

		if (low < 0 || high * 16 + low == 0 || high * 16 + low == '/') {
			(void)g_string_free(out, TRUE);
			return NULL;
		}
		g_string_append_c(out, (char)(high * 16 + low));
		text += 2;
	}
	return g_string_free(out, FALSE);
}
