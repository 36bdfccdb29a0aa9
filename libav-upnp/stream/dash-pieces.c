/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pieces of one representation of DASH: SegmentTemplate with numbers or a timeline, SegmentList, or a
 * single file. Pure. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "dash-private.h"

#define DASH_TOLD 100 /* pieces of each period of what is live */
#define DASH_WIDTH_MAX 20u
#define DASH_TEMPLATE_MAX 2048u

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
	return uri != NULL
		       ? piece_list_add(
				 self->list, self->list->pieces, self->base, uri, piece, error)
		       : pieces_set_syntax(error, "the pieces of the stream have no valid name");
}

/* A piece is there when it is whole; of what is whole itself the last one may be shorter. */
static bool
is_there(const Dash *self, uint64_t time, uint64_t duration, uint64_t scale)
{
	return self->span.grows ? to_ns(time + duration, scale) <= self->span.duration_ns
				: to_ns(time, scale) < self->span.duration_ns;
}

/* @return of pieces from time on those that cannot be had any more */
static uint64_t
count_gone(const Dash *self, uint64_t time, uint64_t duration, uint64_t scale)
{
	const double from = (double)self->span.from_ns * (double)scale / AVU_NS_PER_S;
	const double gone = (from - (double)time) / (double)duration;

	return gone > 0 ? (uint64_t)MIN(gone, (double)(DASH_NUMBER_MAX / duration)) : 0;
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
		uint64_t duration = dash_get_number(s, "d", 0);
		int64_t more = 0;

		const AvuXmlElement *next = avu_xml_find_next(s, "S");
		/* -1: until the next one that says when it begins, or to the end of the period */
		const uint64_t until = next != NULL ? dash_get_number(next, "t", 0) : 0;

		time = dash_get_number(s, "t", time);
		if (duration == 0 ||
			(repeat != NULL && !avu_parse_int(repeat, -1, INT32_MAX, &more))) {
			return pieces_set_syntax(error, "the timeline of the stream is not valid");
		}
		int64_t gone = (int64_t)count_gone(self, time - MIN(zero, time), duration, scale);

		gone = more >= 0 ? MIN(gone, more + 1) : until > 0 ? 0 : gone;
		number += (uint64_t)gone;
		time += (uint64_t)gone * duration;
		for (int64_t i = gone;
			more >= 0   ? i <= more
			: until > 0 ? time < until
				    : is_there(self, time - MIN(zero, time), duration, scale);
			i++, time += duration) {
			AvuPiece piece = { .start_ns = self->span.start_ns +
						       to_ns(time - MIN(zero, time), scale),
				.duration_ns = to_ns(duration, scale) };

			if (time > DASH_NUMBER_MAX ||
				!add_from_template(self, media, number++, time, &piece, error)) {
				return time <= DASH_NUMBER_MAX
					       ? false
					       : pieces_set_syntax(error, "the stream has no end");
			}
		}
	}
	return true;
}

/* Of what is live only the end is told: what lies before it is not gone back to. */
static uint64_t
find_first(const Dash *self, uint64_t units, int64_t each_ns)
{
	const int64_t told_ns = self->span.duration_ns - DASH_TOLD * each_ns;
	const int64_t from_ns = self->span.live ? MAX(self->span.from_ns, told_ns) : 0;

	return MIN((uint64_t)(MAX(from_ns, 0) / each_ns), DASH_NUMBER_MAX / units);
}

static bool
add_numbered(Dash *self, const char *media, uint64_t number, uint64_t scale, GError **error)
{
	uint64_t units = get_inherited(self, "SegmentTemplate", "duration", 0);
	int64_t each_ns = units > 0 ? to_ns(units, scale) : 0;

	if (each_ns <= 0 || each_ns > DASH_TIME_MAX / DASH_TOLD || self->span.duration_ns <= 0) {
		return pieces_set_syntax(
			error, "nothing says how long the pieces of the stream are");
	}
	for (uint64_t i = find_first(self, units, each_ns); is_there(self, i * units, units, scale);
		i++) {
		int64_t from_ns = to_ns(i * units, scale);
		AvuPiece piece = { .start_ns = self->span.start_ns + from_ns,
			.duration_ns = MIN(each_ns, self->span.duration_ns - from_ns) };

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
					   : pieces_set_syntax(error,
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
		return pieces_set_syntax(error, "the head of the stream has no valid range");
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
	int64_t at_ns = self->span.start_ns;

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
			return pieces_set_syntax(error, "a piece of the stream has no valid range");
		}
		if (!piece_list_add(self->list, self->list->pieces, self->base,
			    uri != NULL ? uri : "", &piece, error)) {
			return false;
		}
		at_ns = MIN(at_ns + each_ns, INT64_MAX / 4);
	}
	return true;
}

bool
dash_add_representation(Dash *self, GError **error)
{
	const char *media = find_inherited(self, "SegmentTemplate", "media");
	const AvuXmlElement *first = find_within(self, "SegmentList", "SegmentURL");

	if (media != NULL) {
		return add_template(self, media, error);
	}
	if (first != NULL) {
		return add_list(self, first, error);
	}
	const AvuPiece whole = { .start_ns = self->span.start_ns,
		.duration_ns = self->span.duration_ns,
		.number = (uint64_t)self->span.start_ns };

	return piece_list_add(self->list, self->list->pieces, self->base, "", &whole, error);
}
