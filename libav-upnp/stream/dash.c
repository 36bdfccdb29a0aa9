/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of DASH (ISO 23009-1) that are whole: SegmentTemplate with numbers or a timeline, SegmentList,
 * or a single file. Pure; limits: pieces.h, the XML reader's. Live ones and encrypted ones are refused. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#include "pieces.h"
#include "rate-choice.h"

#define DASH_TIME_MAX (366 * 86400 * AVU_NS_PER_S)
#define DASH_NUMBER_MAX (INT64_MAX / 4)
/* Times are fractions, of a denominator of their own in each rate. */
#define DASH_SLACK_NS (20 * AVU_NS_PER_MS)
#define DASH_RESTART_NS (uint64_t)(60 * AVU_NS_PER_S)
#define DASH_WIDTH_MAX 20u
#define DASH_TEMPLATE_MAX 2048u

static const AvuXmlKind dash_kind = {
	.name = "list of the stream",
	.max_bytes = AVU_PIECES_TEXT_MAX,
	.max_depth = 16,
	.max_elements = 50000,
	.skip_instructions = true,
};

/* What a representation is made of: the innermost element that says something counts. */
typedef struct {
	AvuPieceList *list;
	const AvuXmlElement *levels[3]; /* representation, set, period */
	char *base;
	int64_t start_ns, duration_ns; /* of the period; duration 0: not known */
	const char *id;
	uint64_t rate_bps;
	unsigned head;
} Dash;

static bool
set_syntax(GError **error, const char *what)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "%s", what);
	return false;
}

/* "PT1H2M3.4S", "P1DT…"; years and months have no length. @return 0: it is none */
static int64_t
parse_duration(const char *text)
{
	static const struct {
		char unit;
		bool of_day;
		int64_t seconds;
	} units[] = { { 'D', false, 86400 }, { 'H', true, 3600 }, { 'M', true, 60 },
		{ 'S', true, 1 } };
	const char *at = text != NULL ? text : "", *end = at + strlen(at);
	bool of_day = false;
	int64_t sum_ns = 0;

	if (*at++ != 'P') {
		return 0;
	}
	while (at < end) {
		int64_t value_ns = 0;

		if (*at == 'T') {
			of_day = true;
			at++;
			continue;
		}
		if (!pieces_take_seconds(&at, end, &value_ns) || at == end) {
			return 0;
		}
		for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
			if (units[i].unit == *at && units[i].of_day == of_day &&
				value_ns <= DASH_TIME_MAX / units[i].seconds) {
				sum_ns = MIN(sum_ns + value_ns * units[i].seconds, DASH_TIME_MAX);
			}
		}
		at++;
	}
	return sum_ns;
}

static uint64_t
get_number(const AvuXmlElement *element, const char *name, uint64_t fallback)
{
	const char *text = element != NULL ? avu_xml_get_attribute(element, name) : NULL;
	uint64_t value = fallback;

	return text != NULL && avu_parse_uint(text, DASH_NUMBER_MAX, &value) ? value : fallback;
}

/* Of SegmentTemplate or SegmentList at any level. */
static const char *
find_inherited(const Dash *self, const char *element, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(self->levels); i++) {
		const AvuXmlElement *at = avu_xml_find_child(self->levels[i], element);
		const char *value = at != NULL ? avu_xml_get_attribute(at, name) : NULL;

		if (value != NULL) {
			return value;
		}
	}
	return NULL;
}

static uint64_t
get_inherited(const Dash *self, const char *element, const char *name, uint64_t fallback)
{
	const char *text = find_inherited(self, element, name);
	uint64_t value = fallback;

	return text != NULL && avu_parse_uint(text, DASH_NUMBER_MAX, &value) ? value : fallback;
}

/* @return the element that has such a child, from within outwards; NULL: none */
static const AvuXmlElement *
find_within(const Dash *self, const char *element, const char *child)
{
	for (size_t i = 0; i < G_N_ELEMENTS(self->levels); i++) {
		const AvuXmlElement *at = avu_xml_find_child(self->levels[i], element);

		if (at != NULL && avu_xml_find_child(at, child) != NULL) {
			return avu_xml_find_child(at, child);
		}
	}
	return NULL;
}

/* ---- templates */

static bool
put_number(GString *out, AvuCursor *name, uint64_t value)
{
	uint64_t width = 1;

	if (!avu_cursor_at_end(name) &&
		(!avu_cursor_take(name, "%0") ||
			!avu_cursor_take_uint(name, DASH_WIDTH_MAX, &width) ||
			!avu_cursor_take_char(name, 'd') || !avu_cursor_at_end(name))) {
		return false;
	}
	g_string_append_printf(out, "%0*" G_GUINT64_FORMAT, (int)width, value);
	return true;
}

/* @return g_free() it; NULL: it is no template */
static char *
fill_template(const Dash *self, const char *template, uint64_t number, uint64_t time)
{
	const struct {
		const char *name;
		uint64_t value;
	} values[] = { { "Number", number }, { "Time", time }, { "Bandwidth", self->rate_bps } };
	g_autoptr(GString) out = g_string_new(NULL);
	AvuCursor in = avu_cursor_string(template);

	while (!avu_cursor_at_end(&in) && out->len < DASH_TEMPLATE_MAX) {
		AvuCursor plain = avu_cursor_take_until(&in, "$");
		bool known = avu_cursor_at_end(&in);

		g_string_append_len(out, plain.at, (gssize)avu_cursor_len(&plain));
		if (known) {
			break;
		}
		(void)avu_cursor_take_char(&in, '$');
		AvuCursor name = avu_cursor_take_until(&in, "$");

		if (!avu_cursor_take_char(&in, '$')) {
			return NULL;
		}
		if (avu_cursor_at_end(&name)) {
			g_string_append_c(out, '$');
			known = true;
		} else if (avu_cursor_equal(&name, "RepresentationID")) {
			g_string_append(out, self->id != NULL ? self->id : "");
			known = true;
		}
		for (size_t i = 0; i < G_N_ELEMENTS(values) && !known; i++) {
			known = avu_cursor_take(&name, values[i].name) &&
				put_number(out, &name, values[i].value);
		}
		if (!known) {
			return NULL;
		}
	}
	return out->len < DASH_TEMPLATE_MAX ? g_strdup(out->str) : NULL;
}

static int64_t
to_ns(uint64_t units, uint64_t scale)
{
	return (int64_t)MIN((double)units * AVU_NS_PER_S / (double)scale, (double)DASH_TIME_MAX);
}

static bool
add_from_template(Dash *self, const char *media, uint64_t number, uint64_t time, AvuPiece *piece,
	GError **error)
{
	g_autofree char *uri = fill_template(self, media, number, time);

	piece->number = (uint64_t)piece->start_ns;
	piece->head = self->head;
	return uri != NULL ? piece_list_add(
				     self->list, self->list->pieces, self->base, uri, piece, error)
			   : set_syntax(error, "the pieces of the stream have no valid name");
}

/* SegmentTimeline: each S is a piece and its repetitions. */
static bool
add_timeline(Dash *self, const AvuXmlElement *timeline, const char *media, uint64_t number,
	uint64_t scale, GError **error)
{
	uint64_t zero = get_inherited(self, "SegmentTemplate", "presentationTimeOffset", 0);
	uint64_t time = 0;

	for (const AvuXmlElement *s = avu_xml_find_child(timeline, "S"); s != NULL;
		s = avu_xml_find_next(s, "S")) {
		const char *repeat = avu_xml_get_attribute(s, "r");
		uint64_t duration = get_number(s, "d", 0);
		int64_t more = 0;

		const AvuXmlElement *next = avu_xml_find_next(s, "S");
		/* -1: until the next one that says when it begins, or to the end of the period */
		const uint64_t until = next != NULL ? get_number(next, "t", 0) : 0;

		time = get_number(s, "t", time);
		if (duration == 0 ||
			(repeat != NULL && !avu_parse_int(repeat, -1, INT32_MAX, &more))) {
			return set_syntax(error, "the timeline of the stream is not valid");
		}
		for (int64_t i = 0;
			more >= 0   ? i <= more
			: until > 0 ? time < until
				    : to_ns(time - MIN(zero, time), scale) < self->duration_ns;
			i++, time += duration) {
			AvuPiece piece = { .start_ns = self->start_ns +
						       to_ns(time - MIN(zero, time), scale),
				.duration_ns = to_ns(duration, scale) };

			if (time > DASH_NUMBER_MAX ||
				!add_from_template(self, media, number++, time, &piece, error)) {
				return time <= DASH_NUMBER_MAX
					       ? false
					       : set_syntax(error, "the stream has no end");
			}
		}
	}
	return true;
}

static bool
add_numbered(Dash *self, const char *media, uint64_t number, uint64_t scale, GError **error)
{
	uint64_t units = get_inherited(self, "SegmentTemplate", "duration", 0);
	int64_t each_ns = units > 0 ? to_ns(units, scale) : 0;

	if (each_ns <= 0 || self->duration_ns <= 0) {
		return set_syntax(error, "nothing says how long the pieces of the stream are");
	}
	for (uint64_t i = 0; to_ns(i * units, scale) < self->duration_ns; i++) {
		int64_t from_ns = to_ns(i * units, scale);
		AvuPiece piece = { .start_ns = self->start_ns + from_ns,
			.duration_ns = MIN(each_ns, self->duration_ns - from_ns) };

		if (!add_from_template(self, media, number + i, i * units, &piece, error)) {
			return false;
		}
	}
	return true;
}

static bool
add_template(Dash *self, const char *media, GError **error)
{
	const char *head = find_inherited(self, "SegmentTemplate", "initialization");
	uint64_t number = get_inherited(self, "SegmentTemplate", "startNumber", 1);
	uint64_t scale = MAX(get_inherited(self, "SegmentTemplate", "timescale", 1), 1);
	const AvuXmlElement *timeline = find_within(self, "SegmentTemplate", "SegmentTimeline");

	if (head != NULL) {
		g_autofree char *uri = fill_template(self, head, number, 0);
		const AvuPiece piece = { 0 };

		if (uri == NULL || !piece_list_add(self->list, self->list->heads, self->base, uri,
					   &piece, error)) {
			return uri != NULL ? false
					   : set_syntax(error,
						     "the head of the stream has no valid name");
		}
		self->head = self->list->heads->len;
	}
	return timeline != NULL ? add_timeline(self, timeline, media, number, scale, error)
				: add_numbered(self, media, number, scale, error);
}

/* ---- lists, and whole files */

static bool
add_head(Dash *self, const AvuXmlElement *head, GError **error)
{
	const char *uri = avu_xml_get_attribute(head, "sourceURL");
	const char *range = avu_xml_get_attribute(head, "range");
	AvuPiece piece = { 0 };

	if (range != NULL && !pieces_take_range(range, &piece)) {
		return set_syntax(error, "the head of the stream has no valid range");
	}
	if (!piece_list_add(self->list, self->list->heads, self->base, uri != NULL ? uri : "",
		    &piece, error)) {
		return false;
	}
	self->head = self->list->heads->len;
	return true;
}

static bool
add_list(Dash *self, const AvuXmlElement *first, GError **error)
{
	const AvuXmlElement *head = find_within(self, "SegmentList", "Initialization");
	uint64_t scale = MAX(get_inherited(self, "SegmentList", "timescale", 1), 1);
	int64_t each_ns = to_ns(get_inherited(self, "SegmentList", "duration", 0), scale);
	int64_t at_ns = self->start_ns;

	if (head != NULL && !add_head(self, head, error)) {
		return false;
	}
	for (const AvuXmlElement *at = first; at != NULL;
		at = avu_xml_find_next(at, "SegmentURL")) {
		const char *uri = avu_xml_get_attribute(at, "media");
		const char *range = avu_xml_get_attribute(at, "mediaRange");
		AvuPiece piece = { .start_ns = at_ns,
			.duration_ns = each_ns,
			.head = self->head,
			.number = (uint64_t)at_ns };

		if (range != NULL && !pieces_take_range(range, &piece)) {
			return set_syntax(error, "a piece of the stream has no valid range");
		}
		if (!piece_list_add(self->list, self->list->pieces, self->base,
			    uri != NULL ? uri : "", &piece, error)) {
			return false;
		}
		at_ns = MIN(at_ns + each_ns, INT64_MAX / 4);
	}
	return true;
}

static bool
add_representation(Dash *self, GError **error)
{
	const char *media = find_inherited(self, "SegmentTemplate", "media");
	const AvuXmlElement *first = find_within(self, "SegmentList", "SegmentURL");

	if (media != NULL) {
		return add_template(self, media, error);
	}
	if (first != NULL) {
		return add_list(self, first, error);
	}
	const AvuPiece whole = { .start_ns = self->start_ns,
		.duration_ns = self->duration_ns,
		.number = (uint64_t)self->start_ns };

	return piece_list_add(self->list, self->list->pieces, self->base, "", &whole, error);
}

/* ---- the choice */

static bool
is_kind(const AvuXmlElement *set, const char *kind)
{
	const AvuXmlElement *representation = avu_xml_find_child(set, "Representation");
	const char *said[] = { avu_xml_get_attribute(set, "contentType"),
		avu_xml_get_attribute(set, "mimeType"),
		representation != NULL ? avu_xml_get_attribute(representation, "mimeType") : NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
		if (said[i] != NULL) {
			return g_str_has_prefix(said[i], kind);
		}
	}
	return false;
}

static const AvuXmlElement *
find_set(const AvuXmlElement *period, const char *kind)
{
	const AvuXmlElement *set = avu_xml_find_child(period, "AdaptationSet");

	while (set != NULL && !is_kind(set, kind)) {
		set = avu_xml_find_next(set, "AdaptationSet");
	}
	return set;
}

static char *
dup_family(const AvuXmlElement *set, const AvuXmlElement *representation)
{
	const char *own = avu_xml_get_attribute(representation, "codecs");

	return pieces_dup_family(own != NULL ? own : avu_xml_get_attribute(set, "codecs"));
}

/* What can take the place of the chosen one, itself included. */
static void
add_variants(AvuPieceList *list, const AvuXmlElement *set, const AvuXmlElement *const *all,
	size_t n, size_t chosen)
{
	g_autofree char *family = dup_family(set, all[chosen]);

	g_array_set_size(list->variants, 0);
	for (size_t i = 0; i < n; i++) {
		const char *id = avu_xml_get_attribute(all[i], "id");
		g_autofree char *other = dup_family(set, all[i]);

		if (i == chosen) {
			list->variant = list->variants->len;
		}
		if (i == chosen || (id != NULL && strcmp(family, other) == 0)) {
			piece_list_add_variant(list, id != NULL ? id : "",
				MIN(get_number(all[i], "bandwidth", 0), PIECES_RATE_MAX));
		}
	}
}

static const AvuXmlElement *
choose_representation(
	AvuPieceList *list, const AvuXmlElement *set, const AvuPiecesWish *wish, uint64_t *ret_rate)
{
	const AvuXmlElement *all[PIECES_VARIANTS_MAX];
	uint64_t rates[PIECES_VARIANTS_MAX];
	size_t n = 0, best = PIECES_VARIANTS_MAX;

	for (const AvuXmlElement *at = avu_xml_find_child(set, "Representation");
		at != NULL && n < PIECES_VARIANTS_MAX;
		at = avu_xml_find_next(at, "Representation")) {
		const char *id = avu_xml_get_attribute(at, "id");

		if (wish->variant != NULL && best == PIECES_VARIANTS_MAX &&
			g_strcmp0(id, wish->variant) == 0) {
			best = n;
		}
		all[n] = at;
		rates[n++] = MIN(get_number(at, "bandwidth", 0), PIECES_RATE_MAX);
	}
	if (n == 0) {
		return NULL;
	}
	if (best == PIECES_VARIANTS_MAX) {
		best = rate_find(rates, n, pieces_get_max_bps(wish));
	}
	add_variants(list, set, all, n, best);
	*ret_rate = rates[best];
	return all[best];
}

/* @param base  taken  @return against what addresses inside element are meant; NULL with error */
static char *
resolve_base(char *take_base, const AvuXmlElement *element, GError **error)
{
	g_autofree char *base = take_base;
	const char *reference = avu_xml_get_child_text(element, "BaseURL");

	if (base == NULL || reference == NULL || reference[0] == '\0') {
		return g_steal_pointer(&base);
	}
	g_autoptr(AvuUrl) url = pieces_resolve(base, reference, error);

	return url != NULL ? g_strdup(avu_url_get_text(url)) : NULL;
}

static bool
is_encrypted(const AvuXmlElement *set, const AvuXmlElement *representation)
{
	return avu_xml_find_child(set, "ContentProtection") != NULL ||
	       avu_xml_find_child(representation, "ContentProtection") != NULL;
}

static bool
add_period(AvuPieceList *list, const AvuXmlElement *mpd, const AvuXmlElement *period,
	int64_t start_ns, int64_t duration_ns, const AvuPiecesWish *wish, GError **error)
{
	const AvuXmlElement *pictures = find_set(period, "video");
	const AvuXmlElement *sound = find_set(period, "audio");
	const AvuXmlElement *set = wish->side || pictures == NULL ? sound : pictures;
	Dash self = { .list = list, .start_ns = start_ns, .duration_ns = duration_ns };
	const AvuXmlElement *chosen =
		set != NULL ? choose_representation(list, set, wish, &self.rate_bps) : NULL;

	if (chosen == NULL) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"the stream has neither pictures nor sound");
		return false;
	}
	if (is_encrypted(set, chosen)) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "the stream is encrypted");
		return false;
	}
	const AvuXmlElement *const outwards[] = { mpd, period, set, chosen };

	self.base = g_strdup(wish->base);
	for (size_t i = 0; i < G_N_ELEMENTS(outwards) && self.base != NULL; i++) {
		self.base = resolve_base(self.base, outwards[i], error);
	}
	self.levels[0] = chosen;
	self.levels[1] = set;
	self.levels[2] = period;
	self.id = avu_xml_get_attribute(chosen, "id");
	list->rate_bps = MAX(list->rate_bps, self.rate_bps);
	list->side = list->side || (!wish->side && pictures != NULL && sound != NULL);
	list->mime = set == pictures ? "video/*" : "audio/*";
	bool good = self.base != NULL && add_representation(&self, error);

	g_free(self.base);
	return good;
}

/* Of a period that does not say it: until the next one begins. */
static int64_t
get_period_duration(const AvuXmlElement *period, int64_t at_ns, int64_t total_ns)
{
	const int64_t own_ns = parse_duration(avu_xml_get_attribute(period, "duration"));
	const AvuXmlElement *next = avu_xml_find_next(period, "Period");
	const int64_t next_ns =
		next != NULL ? parse_duration(avu_xml_get_attribute(next, "start")) : 0;

	return own_ns > 0 ? own_ns : MAX((next_ns > 0 ? next_ns : total_ns) - at_ns, 0);
}

AvuPieceList *
dash_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error)
{
	g_autoptr(AvuXmlDocument) document = avu_xml_parse(&dash_kind, text, len, error);
	g_autoptr(AvuPieceList) list = piece_list_new();
	const AvuXmlElement *mpd = document != NULL ? avu_xml_get_root(document) : NULL;

	if (mpd == NULL) {
		return NULL;
	}
	if (!avu_xml_is(mpd, "MPD") ||
		g_strcmp0(avu_xml_get_attribute(mpd, "type"), "dynamic") == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "%s",
			avu_xml_is(mpd, "MPD") ? "live streams of DASH are not played"
					       : "it is no list of DASH");
		return NULL;
	}
	list->restart = DASH_RESTART_NS;
	list->slack = DASH_SLACK_NS;
	int64_t total_ns = parse_duration(avu_xml_get_attribute(mpd, "mediaPresentationDuration"));
	int64_t at_ns = 0;

	for (const AvuXmlElement *period = avu_xml_find_child(mpd, "Period"); period != NULL;
		period = avu_xml_find_next(period, "Period")) {
		const int64_t own_ns = get_period_duration(period, at_ns, total_ns);

		if (!add_period(list, mpd, period, at_ns, own_ns, wish, error)) {
			return NULL;
		}
		at_ns = MIN(at_ns + own_ns, INT64_MAX / 4);
	}
	list->duration_ns = MAX(total_ns, at_ns);
	if (list->pieces->len == 0) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the stream is empty");
		return NULL;
	}
	return g_steal_pointer(&list);
}
