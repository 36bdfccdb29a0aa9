/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of HLS (RFC 8216): one that names lists of several rates, or one that names pieces. Pure;
 * limits: pieces.h. Of what is encrypted only AES-128 with a key that has an address is known. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/foreign-text.h>

#include "pieces.h"
#include "rate-choice.h"

#define HLS_RELOAD_MIN_NS AVU_NS_PER_S
#define HLS_RELOAD_MAX_NS (30 * AVU_NS_PER_S)
#define HLS_RESTART 100u

typedef struct {
	const char *text; /* of the attribute list */
	size_t len;
} Line;

typedef struct {
	Line attributes; /* BANDWIDTH … */
	Line uri;
} Variant;

typedef struct {
	AvuPieceList *list;
	const AvuPiecesWish *wish;
	GArray *variants;   /* Variant */
	GArray *renditions; /* Line */
	Line pending;       /* attributes of the variant whose address comes next */
	AvuPiece next; /* what is known of the piece whose address comes next, and of its part */
	bool timed, gap, of_pieces;
	uint64_t number, range_end;
	unsigned key;   /* in force, as in AvuPiece */
	bool has_iv;    /* it says one; else a piece has its number */
	uint8_t iv[16]; /* with has_iv */
	int64_t at_ns;
	bool ended;
} Hls;

static bool
begins(const Line *line, const char *word, Line *ret_rest)
{
	const size_t n = strlen(word);

	if (line->len < n || strncmp(line->text, word, n) != 0) {
		return false;
	}
	*ret_rest = (Line){ line->text + n, line->len - n };
	return true;
}

/* NAME=value or NAME="value", between commas. @return g_free() it; NULL: it is not there */
static char *
dup_attribute(const Line *line, const char *name)
{
	const char *at = line->text, *end = line->text + line->len;

	while (at < end) {
		const char *key = at, *equals = memchr(at, '=', (size_t)(end - at));

		if (equals == NULL) {
			return NULL;
		}
		const bool quoted = equals + 1 < end && equals[1] == '"';
		const char *value = equals + (quoted ? 2 : 1);
		const char *stop =
			value < end ? memchr(value, quoted ? '"' : ',', (size_t)(end - value))
				    : NULL;

		stop = stop != NULL ? stop : end;
		while (key < equals && (*key == ' ' || *key == ',')) {
			key++;
		}
		if (strlen(name) == (size_t)(equals - key) &&
			strncmp(key, name, strlen(name)) == 0) {
			return g_strndup(value, (size_t)(stop - value));
		}
		at = stop < end ? stop + 1 : end;
	}
	return NULL;
}

static bool
attribute_is(const Line *line, const char *name, const char *wanted)
{
	g_autofree char *value = dup_attribute(line, name);

	return g_strcmp0(value, wanted) == 0;
}

static uint64_t
get_rate(const Line *line)
{
	g_autofree char *value = dup_attribute(line, "BANDWIDTH");
	uint64_t rate = 0;

	return value != NULL && avu_parse_uint(value, INT64_MAX, &rate) ? MIN(rate, PIECES_RATE_MAX)
									: 0;
}

/* ---- lines of both kinds of list */

static bool
on_stream(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	self->pending = *rest;
	return true;
}

static bool
on_media(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	if (attribute_is(rest, "TYPE", "AUDIO") && self->renditions->len < PIECES_VARIANTS_MAX) {
		g_array_append_vals(self->renditions, rest, 1);
	}
	return true;
}

static bool
on_info(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	const char *at = rest->text;

	self->timed = pieces_take_seconds(&at, rest->text + rest->len, &self->next.duration_ns);
	return true;
}

static bool
on_range(Hls *self, const Line *rest, GError **error)
{
	g_autofree char *text = g_strndup(rest->text, MIN(rest->len, 64));

	/* Without a place it goes on behind the one before. */
	self->next.offset = self->range_end;
	return (pieces_take_range(text, &self->next) && self->next.offset <= INT64_MAX / 2) ||
	       pieces_set_syntax(error, "a piece of the stream has no valid range");
}

static bool
on_map(Hls *self, const Line *rest, GError **error)
{
	g_autofree char *uri = dup_attribute(rest, "URI");
	g_autofree char *range = dup_attribute(rest, "BYTERANGE");
	AvuPiece head = { .key = self->key };

	if (self->key != 0 && !self->has_iv) {
		return pieces_set_syntax(
			error, "the head of the stream is encrypted, nothing says how");
	}
	memcpy(head.iv, self->iv, sizeof(head.iv));

	if (uri == NULL || (range != NULL && !pieces_take_range(range, &head))) {
		return pieces_set_syntax(error, "the head of the stream has no valid address");
	}
	if (!piece_list_add(self->list, self->list->heads, self->wish->base, uri, &head, error)) {
		return false;
	}
	self->next.head = self->list->heads->len;
	return true;
}

static bool
is_known_method(const Hls *self, const Line *line)
{
	g_autofree char *format = dup_attribute(line, "KEYFORMAT");

	return self->wish->keys && attribute_is(line, "METHOD", "AES-128") &&
	       (format == NULL || strcmp(format, "identity") == 0);
}

static bool
refuse_encrypted(GError **error)
{
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
		"the stream is encrypted in a way that is not known here");
	return false;
}

static bool
on_key(Hls *self, const Line *rest, GError **error)
{
	g_autofree char *uri = dup_attribute(rest, "URI");
	g_autofree char *iv = dup_attribute(rest, "IV");

	self->key = 0;
	if (attribute_is(rest, "METHOD", "NONE")) {
		return true;
	}
	if (!is_known_method(self, rest)) {
		return refuse_encrypted(error);
	}
	self->has_iv = iv != NULL;
	if (uri == NULL || (iv != NULL && !pieces_take_hex(iv, self->iv, sizeof(self->iv)))) {
		return pieces_set_syntax(error, "the key of the stream is not valid");
	}
	if (!piece_list_add_key(self->list, self->wish->base, uri, error)) {
		return false;
	}
	self->key = self->list->keys->len;
	return true;
}

/* In a list of lists: what some of them will say. */
static bool
on_session_key(Hls *self, const Line *rest, GError **error)
{
	return attribute_is(rest, "METHOD", "NONE") || is_known_method(self, rest) ||
	       refuse_encrypted(error);
}

static uint64_t
take_number(const Line *rest, uint64_t max)
{
	AvuCursor in = avu_cursor(rest->text, rest->len);
	uint64_t value = 0;

	return avu_cursor_take_uint(&in, max, &value) ? value : 0;
}

static bool
on_sequence(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	self->number = take_number(rest, INT64_MAX / 2);
	return true;
}

/* What follows is another recording: times, formats and heads begin anew @clause RFC 8216, 4.3.2.3 */
static bool
on_discontinuity(Hls *self, const Line *rest G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	self->next.breaks = true;
	self->next.part++;
	self->next.date_ns = 0;
	return true;
}

static bool
on_part(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	/* It says so before the first piece; what stands elsewhere is none. */
	if (self->list->pieces->len == 0 && !self->next.breaks) {
		self->next.part = take_number(rest, INT64_MAX / 2);
		self->list->parts_named = true;
	}
	return true;
}

static bool
on_date(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	g_autofree char *text = g_strndup(rest->text, MIN(rest->len, 64));

	self->next.date_ns = MAX(pieces_parse_date(text), 0);
	return true;
}

static bool
on_target(Hls *self, const Line *rest, GError **error G_GNUC_UNUSED)
{
	self->of_pieces = true;
	self->list->reload_ns = CLAMP((int64_t)take_number(rest, 3600) * AVU_NS_PER_S,
		HLS_RELOAD_MIN_NS, HLS_RELOAD_MAX_NS);
	return true;
}

static bool
on_end(Hls *self, const Line *rest G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	self->ended = true;
	return true;
}

static bool
on_gap(Hls *self, const Line *rest G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	self->gap = true;
	return true;
}

static const struct {
	const char *word;
	bool (*take)(Hls *self, const Line *rest, GError **error);
} words[] = {
	{ "#EXTINF:", on_info },
	{ "#EXT-X-BYTERANGE:", on_range },
	{ "#EXT-X-MAP:", on_map },
	{ "#EXT-X-KEY:", on_key },
	{ "#EXT-X-SESSION-KEY:", on_session_key },
	{ "#EXT-X-MEDIA-SEQUENCE:", on_sequence },
	{ "#EXT-X-TARGETDURATION:", on_target },
	{ "#EXT-X-DISCONTINUITY-SEQUENCE:", on_part },
	{ "#EXT-X-DISCONTINUITY", on_discontinuity },
	{ "#EXT-X-PROGRAM-DATE-TIME:", on_date },
	{ "#EXT-X-STREAM-INF:", on_stream },
	{ "#EXT-X-MEDIA:", on_media },
	{ "#EXT-X-ENDLIST", on_end },
	{ "#EXT-X-PLAYLIST-TYPE:VOD", on_end },
	{ "#EXT-X-GAP", on_gap },
};

static bool
take_piece(Hls *self, const Line *line, GError **error)
{
	g_autofree char *uri = g_strndup(line->text, line->len);
	AvuPiece *next = &self->next;

	next->start_ns = self->at_ns;
	next->number = self->number++;
	next->key = self->key;
	for (unsigned i = 0; i < sizeof(next->iv); i++) { /* @clause RFC 8216, 5.2 */
		next->iv[i] = self->has_iv ? self->iv[i]
			      : i < 8      ? 0
					   : (uint8_t)(next->number >> (8 * (15 - i)));
	}
	if (self->timed && !self->gap) {
		if (!piece_list_add(
			    self->list, self->list->pieces, self->wish->base, uri, next, error)) {
			return false;
		}
		next->breaks = false;
	}
	self->at_ns = MIN(self->at_ns + next->duration_ns, INT64_MAX / 4);
	self->range_end = next->length > 0 ? next->offset + next->length : 0;
	self->timed = self->gap = false;
	if (next->date_ns > 0) { /* those that follow say it seldom */
		next->date_ns = MIN(next->date_ns + next->duration_ns, PIECES_TIME_MAX);
	}
	next->offset = next->length = 0;
	next->duration_ns = 0;
	return true;
}

static bool
take_line(Hls *self, const Line *line, GError **error)
{
	Line rest;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (begins(line, words[i].word, &rest)) {
			return words[i].take(self, &rest, error);
		}
	}
	if (line->len == 0 || line->text[0] == '#') {
		return true;
	}
	if (self->pending.text == NULL) {
		return take_piece(self, line, error);
	}
	const Variant variant = { self->pending, *line };

	self->pending = (Line){ NULL, 0 };
	if (self->variants->len < PIECES_VARIANTS_MAX) {
		g_array_append_val(self->variants, variant);
	}
	return true;
}

/* ---- a list of lists */

/* Of the sounds that belong to a variant the one to be heard unasked. */
static char *
dup_sound(const Hls *self, const Line *variant)
{
	g_autofree char *group = dup_attribute(variant, "AUDIO");
	g_autofree char *found = NULL;

	for (guint i = 0; group != NULL && i < self->renditions->len; i++) {
		const Line *line = &g_array_index(self->renditions, Line, i);
		const bool usual = attribute_is(line, "DEFAULT", "YES");

		if (attribute_is(line, "GROUP-ID", group) && (found == NULL || usual)) {
			g_free(found);
			found = dup_attribute(line, "URI");
			if (usual) {
				break;
			}
		}
	}
	return g_steal_pointer(&found);
}

static const char *
kind_of_codecs(const Line *variant)
{
	static const char *const pictures[] = { "avc", "hvc", "hev", "mp4v", "vp0", "av01" };
	g_autofree char *codecs = dup_attribute(variant, "CODECS");
	g_autofree char *size = dup_attribute(variant, "RESOLUTION");
	bool moving = size != NULL;

	for (size_t i = 0; codecs != NULL && i < G_N_ELEMENTS(pictures); i++) {
		moving = moving || strstr(codecs, pictures[i]) != NULL;
	}
	return moving ? "video/*" : codecs != NULL ? "audio/*" : NULL;
}

static const Variant *
get_variant(const Hls *self, size_t i)
{
	return &g_array_index(self->variants, Variant, i);
}

/* Between two that are alike nobody sees a change but in the picture. */
static bool
are_alike(const Hls *self, const Variant *a, const Variant *b)
{
	g_autofree char *codecs_a = dup_attribute(&a->attributes, "CODECS");
	g_autofree char *codecs_b = dup_attribute(&b->attributes, "CODECS");
	g_autofree char *family_a = pieces_dup_family(codecs_a);
	g_autofree char *family_b = pieces_dup_family(codecs_b);
	g_autofree char *sound_a = dup_sound(self, &a->attributes);
	g_autofree char *sound_b = dup_sound(self, &b->attributes);

	return strcmp(family_a, family_b) == 0 && (sound_a != NULL) == (sound_b != NULL);
}

static void
add_variants(Hls *self, const Variant *chosen)
{
	for (guint i = 0; i < self->variants->len; i++) {
		const Variant *at = get_variant(self, i);
		g_autofree char *uri = g_strndup(at->uri.text, at->uri.len);
		g_autoptr(AvuUrl) url = are_alike(self, chosen, at)
						? pieces_resolve(self->wish->base, uri, NULL)
						: NULL;

		if (at == chosen) {
			self->list->variant = self->list->variants->len;
		}
		if (url != NULL) {
			piece_list_add_variant(
				self->list, avu_url_get_text(url), get_rate(&at->attributes));
		}
	}
}

/* Sound alone is for those who want no pictures, or have no network for them at all: not for us. */
static void
fill_rates(const Hls *self, uint64_t *rates)
{
	bool pictures = false, sound[PIECES_VARIANTS_MAX];

	for (guint i = 0; i < self->variants->len; i++) {
		const Line *attributes = &get_variant(self, i)->attributes;
		const char *kind = kind_of_codecs(attributes);

		rates[i] = get_rate(attributes);
		sound[i] = g_strcmp0(kind, "audio/*") == 0;
		pictures = pictures || g_strcmp0(kind, "video/*") == 0;
	}
	for (guint i = 0; i < self->variants->len && pictures; i++) {
		rates[i] = sound[i] ? RATE_UNFIT : rates[i];
	}
}

static bool
choose(Hls *self, GError **error)
{
	AvuPieceList *list = self->list;
	uint64_t rates[PIECES_VARIANTS_MAX];

	fill_rates(self, rates);

	const Variant *variant = get_variant(
		self, rate_find(rates, self->variants->len, pieces_get_max_bps(self->wish)));
	g_autofree char *sound = dup_sound(self, &variant->attributes);
	g_autofree char *uri =
		self->wish->side ? g_strdup(sound) : g_strndup(variant->uri.text, variant->uri.len);
	if (uri == NULL) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the stream has no sound apart");
		return false;
	}
	g_autoptr(AvuUrl) url = pieces_resolve(self->wish->base, uri, error);

	if (url == NULL) {
		return false;
	}
	list->next_uri = g_strdup(avu_url_get_text(url));
	if (!self->wish->side) {
		add_variants(self, variant);
	}
	list->side = sound != NULL && !self->wish->side;
	list->rate_bps = self->wish->side ? 0 : get_rate(&variant->attributes);
	list->mime = self->wish->side ? "audio/*" : kind_of_codecs(&variant->attributes);
	return true;
}

/* Pieces before the first one that says when it was made. */
static void
date_backwards(AvuPieceList *list)
{
	for (guint i = list->pieces->len; i-- > 1;) {
		const AvuPiece *later = avu_piece_list_get(list, i);
		AvuPiece *piece = &g_array_index(list->pieces, AvuPiece, i - 1);

		if (piece->date_ns == 0 && later->date_ns > 0 && !later->breaks) {
			piece->date_ns =
				MAX(later->date_ns - (later->start_ns - piece->start_ns), 0);
		}
	}
}

static bool
finish(Hls *self, GError **error)
{
	if (self->variants->len > 0) {
		return choose(self, error);
	}
	if (!self->of_pieces) {
		return pieces_set_syntax(error, "it is no list of pieces");
	}
	date_backwards(self->list);
	self->list->live = !self->ended;
	self->list->duration_ns = self->at_ns;
	if (self->list->pieces->len == 0 && self->ended) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the stream is empty");
		return false;
	}
	return true;
}

AvuPieceList *
hls_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error)
{
	g_autoptr(AvuPieceList) list = piece_list_new();
	g_autoptr(GArray) variants = g_array_new(FALSE, FALSE, sizeof(Variant));
	g_autoptr(GArray) renditions = g_array_new(FALSE, FALSE, sizeof(Line));
	Hls self = { .wish = wish, .variants = variants, .renditions = renditions, .list = list };
	const char *at = text;
	Line line;
	bool good = len <= AVU_PIECES_TEXT_MAX && memchr(text, '\0', len) == NULL &&
		    avu_foreign_line(&at, text + len, &line.text, &line.len) && line.len >= 7 &&
		    memcmp(line.text + line.len - 7, "#EXTM3U", 7) == 0;

	if (!good) {
		(void)pieces_set_syntax(error, "it does not begin as a list of pieces does");
	}
	list->reload_ns = 2 * AVU_NS_PER_S;
	list->restart = HLS_RESTART;
	while (good && avu_foreign_line(&at, text + len, &line.text, &line.len)) {
		good = take_line(&self, &line, error);
	}
	return good && finish(&self, error) ? g_steal_pointer(&list) : NULL;
}
