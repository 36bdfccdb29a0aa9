/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What HLS and DASH have in common: lists of pieces with their limits (pieces.h). Pure, any thread. */

#include <stdlib.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "pieces.h"

#define SECONDS_MAX (73u * 366 * 86400) /* times are counted from 1970, too */
#define CODECS_MAX 16

static const struct {
	const char *mime, *ending;
	AvuPiecesKind kind;
} kinds[] = {
	{ "application/vnd.apple.mpegurl", ".m3u8", AVU_PIECES_HLS },
	{ "application/x-mpegurl", ".m3u8", AVU_PIECES_HLS },
	{ "audio/mpegurl", ".m3u8", AVU_PIECES_HLS },
	{ "audio/x-mpegurl", ".m3u8", AVU_PIECES_HLS },
	{ "application/dash+xml", ".mpd", AVU_PIECES_DASH },
};

/* Of servers that know nothing better. */
static const char *const unknown[] = { "text/plain", "application/octet-stream", "application/xml",
	"text/xml", "binary/octet-stream" };

static bool
is_type(const char *mime, const char *type)
{
	const size_t len = strcspn(mime, "; \t");

	return strlen(type) == len && g_ascii_strncasecmp(type, mime, len) == 0;
}

static bool
says_nothing(const char *mime)
{
	bool found = mime == NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(unknown) && !found; i++) {
		found = is_type(mime, unknown[i]);
	}
	return found;
}

AvuPiecesKind
avu_pieces_kind_of(const char *mime, const char *uri)
{
	const size_t len = strcspn(uri, "?#");
	const bool by_name = says_nothing(mime);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const size_t n = strlen(kinds[i].ending);

		if (by_name ? len > n && g_ascii_strncasecmp(uri + len - n, kinds[i].ending, n) == 0
			    : is_type(mime, kinds[i].mime)) {
			return kinds[i].kind;
		}
	}
	return AVU_PIECES_NONE;
}

static void
clear_piece(void *data)
{
	g_free(((AvuPiece *)data)->uri);
}

static void
clear_variant(void *data)
{
	g_free(((AvuPieceVariant *)data)->name);
}

AvuPieceList *
piece_list_new(void)
{
	AvuPieceList *list = g_new0(AvuPieceList, 1);

	list->pieces = g_array_new(FALSE, FALSE, sizeof(AvuPiece));
	list->heads = g_array_new(FALSE, FALSE, sizeof(AvuPiece));
	list->keys = g_ptr_array_new_with_free_func(g_free);
	list->variants = g_array_new(FALSE, FALSE, sizeof(AvuPieceVariant));
	g_array_set_clear_func(list->variants, clear_variant);
	g_array_set_clear_func(list->pieces, clear_piece);
	g_array_set_clear_func(list->heads, clear_piece);
	return list;
}

void
avu_piece_list_free(AvuPieceList *list)
{
	if (list != NULL) {
		g_array_unref(list->pieces);
		g_array_unref(list->heads);
		g_array_unref(list->variants);
		g_ptr_array_unref(list->keys);
		g_free(list->next_uri);
		g_free(list);
	}
}

AvuUrl *
pieces_resolve(const char *base, const char *reference, GError **error)
{
	g_autoptr(AvuUrl) from = avu_url_parse(base, error);
	g_autoptr(AvuUrl) url = from != NULL ? avu_url_resolve(from, reference, error) : NULL;

	if (url != NULL && g_str_has_prefix(base, "https:") &&
		!g_str_has_prefix(avu_url_get_text(url), "https:")) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_DENIED,
			"the list of the stream came by https and names an address of http");
		return NULL;
	}
	return g_steal_pointer(&url);
}

bool
piece_list_add(AvuPieceList *list, GArray *to, const char *base, const char *reference,
	const AvuPiece *piece, GError **error)
{
	g_autoptr(AvuUrl) url = pieces_resolve(base, reference, error);

	if (url == NULL) {
		return false;
	}
	const char *text = avu_url_get_text(url);

	list->uri_bytes += strlen(text);
	if (to->len >= PIECES_MAX || list->uri_bytes > PIECES_URIS_MAX) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the stream is cut into too many pieces");
		return false;
	}
	AvuPiece copy = *piece;

	copy.uri = g_strdup(text);
	g_array_append_val(to, copy);
	return true;
}

bool
piece_list_add_key(AvuPieceList *list, const char *base, const char *reference, GError **error)
{
	g_autoptr(AvuUrl) url = pieces_resolve(base, reference, error);

	if (url == NULL) {
		return false;
	}
	list->uri_bytes += strlen(avu_url_get_text(url));
	if (list->keys->len >= PIECES_MAX || list->uri_bytes > PIECES_URIS_MAX) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_LIMIT, "the stream has too many keys");
		return false;
	}
	g_ptr_array_add(list->keys, g_strdup(avu_url_get_text(url)));
	return true;
}

bool
pieces_take_hex(const char *text, uint8_t *ret_octets, size_t n)
{
	const size_t len = strlen(text);
	const bool marked = len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	if (!marked || len - 2 > 2 * n) {
		return false;
	}
	memset(ret_octets, 0, n);
	for (size_t i = 0; i < len - 2; i++) {
		const int digit = g_ascii_xdigit_value(text[len - 1 - i]);

		if (digit < 0) {
			return false;
		}
		ret_octets[n - 1 - i / 2] |= (uint8_t)(digit << (i % 2 * 4));
	}
	return true;
}

void
piece_list_add_variant(AvuPieceList *list, const char *name, uint64_t rate_bps)
{
	const AvuPieceVariant variant = { g_strdup(name), rate_bps };

	g_array_append_val(list->variants, variant);
}

static int
compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
pieces_dup_family(const char *codecs)
{
	g_auto(GStrv) words = g_strsplit(codecs != NULL ? codecs : "", ",", CODECS_MAX);
	const guint n = g_strv_length(words);

	for (guint i = 0; i < n; i++) {
		g_strstrip(words[i]);
		words[i][strcspn(words[i], ".")] = '\0';
	}
	qsort(words, n, sizeof(words[0]), compare_words);
	return g_strjoinv(",", words);
}

int64_t
pieces_parse_date(const char *text)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) date =
		text != NULL && strlen(text) < 64 ? g_date_time_new_from_iso8601(text, utc) : NULL;
	const int64_t seconds = date != NULL ? g_date_time_to_unix(date) : -1;

	return seconds >= 0 && seconds < PIECES_TIME_MAX / AVU_NS_PER_S
		       ? seconds * AVU_NS_PER_S + g_date_time_get_microsecond(date) * AVU_NS_PER_US
		       : AVU_TIME_NONE;
}

bool
pieces_set_syntax(GError **error, const char *what)
{
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX, what);
	return false;
}

bool
pieces_take_seconds(const char **at, const char *end, int64_t *ret_ns)
{
	AvuCursor in = avu_cursor(*at, (size_t)(end - *at));
	uint64_t seconds = 0;
	int64_t ns = 0, unit_ns = AVU_NS_PER_S / 10;

	if (!avu_cursor_take_uint(&in, SECONDS_MAX, &seconds)) {
		return false;
	}
	if (avu_cursor_take_char(&in, '.')) {
		for (; in.at < in.end && g_ascii_isdigit(*in.at); in.at++, unit_ns /= 10) {
			ns += (*in.at - '0') * unit_ns;
		}
	}
	*at = in.at;
	*ret_ns = (int64_t)seconds * AVU_NS_PER_S + ns;
	return true;
}

bool
pieces_take_range(const char *text, AvuPiece *piece)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t first = 0, second = 0;

	if (!avu_cursor_take_uint(&in, INT64_MAX / 2, &first)) {
		return false;
	}
	if (avu_cursor_at_end(&in)) {
		piece->length = first;
	} else if (avu_cursor_take_char(&in, '@') &&
		   avu_cursor_take_uint(&in, INT64_MAX / 2, &second)) {
		piece->length = first;
		piece->offset = second;
	} else if (avu_cursor_take_char(&in, '-') &&
		   avu_cursor_take_uint(&in, INT64_MAX / 2, &second) && second >= first) {
		piece->offset = first;
		piece->length = second - first + 1;
	} else {
		return false;
	}
	return avu_cursor_at_end(&in) && piece->length > 0;
}

AvuPieceList *
avu_pieces_parse(
	AvuPiecesKind kind, const char *text, size_t len, const AvuPiecesWish *wish, GError **error)
{
	return kind == AVU_PIECES_DASH ? dash_parse(text, len, wish, error)
				       : hls_parse(text, len, wish, error);
}
