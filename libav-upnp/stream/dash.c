/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of DASH (ISO 23009-1), whole or live: which of what is in them is read, and how much of that there is.
 * Pure: what time it is is an argument; limits: pieces.h, the XML reader's. Encrypted ones are refused. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#include "dash-private.h"
#include "rate-choice.h"

/* Times are fractions, of a denominator of their own in each rate. */
#define DASH_SLACK_NS (20 * AVU_NS_PER_MS)
#define DASH_RELOAD_MIN_NS AVU_NS_PER_S
#define DASH_RELOAD_MAX_NS (30 * AVU_NS_PER_S)
#define DASH_RESTART_NS (uint64_t)(60 * AVU_NS_PER_S)

static const AvuXmlKind dash_kind = {
	.name = "list of the stream",
	.max_bytes = AVU_PIECES_TEXT_MAX,
	.max_depth = 16,
	.max_elements = 50000,
	.skip_instructions = true,
};

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

uint64_t
dash_get_number(const AvuXmlElement *element, const char *name, uint64_t fallback)
{
	const char *text = element != NULL ? avu_xml_get_attribute(element, name) : NULL;
	uint64_t value = fallback;

	return text != NULL && avu_parse_uint(text, DASH_NUMBER_MAX, &value) ? value : fallback;
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
				MIN(dash_get_number(all[i], "bandwidth", 0), PIECES_RATE_MAX));
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
		rates[n++] = MIN(dash_get_number(at, "bandwidth", 0), PIECES_RATE_MAX);
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
	const DashSpan *span, const AvuPiecesWish *wish, GError **error)
{
	const AvuXmlElement *pictures = find_set(period, "video");
	const AvuXmlElement *sound = find_set(period, "audio");
	const AvuXmlElement *set = wish->side || pictures == NULL ? sound : pictures;
	Dash self = { .list = list, .span = *span };
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
	const guint before = list->pieces->len;
	bool good = self.base != NULL && dash_add_representation(&self, error);

	g_free(self.base);
	for (guint i = before; i < list->pieces->len; i++) {
		AvuPiece *piece = &g_array_index(list->pieces, AvuPiece, i);

		piece->part = (uint64_t)span->start_ns;
		piece->breaks = i == before && before > 0;
	}
	return good;
}

/* ---- when */

/* When a stream that is made while it is played began, and how much of it there is. */
typedef struct {
	int64_t total_ns; /* of all; 0: not said */
	bool live;
	int64_t there_ns; /* with live: there is so much of it by now */
	int64_t kept_ns;  /* with live: so much of that can be had; 0: all */
} DashTimes;

static bool
take_times(const AvuXmlElement *mpd, const AvuPiecesWish *wish, DashTimes *times, GError **error)
{
	*times = (DashTimes){ .total_ns = parse_duration(
				      avu_xml_get_attribute(mpd, "mediaPresentationDuration")) };
	if (g_strcmp0(avu_xml_get_attribute(mpd, "type"), "dynamic") != 0) {
		return true;
	}
	const int64_t begun_ns =
		pieces_parse_date(avu_xml_get_attribute(mpd, "availabilityStartTime"));

	if (wish->wall_ns <= 0 || begun_ns == AVU_TIME_NONE) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			wish->wall_ns <= 0 ? "live streams of DASH are not played"
					   : "nothing says when the live stream began");
		return false;
	}
	times->there_ns = wish->wall_ns - begun_ns;
	times->live = times->total_ns == 0 || times->there_ns < times->total_ns;
	times->kept_ns = parse_duration(avu_xml_get_attribute(mpd, "timeShiftBufferDepth"));
	if (times->there_ns <= 0) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the live stream has not begun yet");
	}
	return times->there_ns > 0;
}

/* Of a period that does not say it: until the next one begins. @return 0: it has no end yet */
static int64_t
get_period_duration(const AvuXmlElement *period, int64_t at_ns, const DashTimes *times)
{
	const int64_t own_ns = parse_duration(avu_xml_get_attribute(period, "duration"));
	const AvuXmlElement *next = avu_xml_find_next(period, "Period");
	const int64_t next_ns =
		next != NULL ? parse_duration(avu_xml_get_attribute(next, "start")) : 0;

	return own_ns > 0 ? own_ns : MAX((next_ns > 0 ? next_ns : times->total_ns) - at_ns, 0);
}

static bool
add_periods(AvuPieceList *list, const AvuXmlElement *mpd, const DashTimes *times,
	const AvuPiecesWish *wish, GError **error)
{
	int64_t at_ns = 0;

	for (const AvuXmlElement *period = avu_xml_find_child(mpd, "Period"); period != NULL;
		period = avu_xml_find_next(period, "Period")) {
		const char *start = avu_xml_get_attribute(period, "start");

		at_ns = start != NULL ? parse_duration(start) : at_ns;
		const int64_t own_ns = get_period_duration(period, at_ns, times);
		const int64_t there_ns = times->there_ns - at_ns;
		DashSpan span = { .start_ns = at_ns, .duration_ns = own_ns, .live = times->live };

		if (times->live && there_ns <= 0) {
			break; /* it comes later */
		}
		if (times->live && times->kept_ns > 0) {
			span.from_ns = MAX(there_ns - times->kept_ns, 0);
		}
		if (own_ns > 0 && own_ns <= span.from_ns) {
			at_ns = MIN(at_ns + own_ns, DASH_TIME_MAX);
			continue; /* it was */
		}
		if (times->live && (own_ns == 0 || own_ns > there_ns)) {
			span.duration_ns = there_ns;
			span.grows = true;
		}
		if (!add_period(list, mpd, period, &span, wish, error)) {
			return false;
		}
		at_ns = MIN(at_ns + own_ns, DASH_TIME_MAX);
	}
	list->duration_ns = times->live ? 0 : MAX(times->total_ns, at_ns);
	return true;
}

/* How often it is worth asking: for each piece, and not more often than the server wishes. */
static int64_t
get_reload_ns(const AvuXmlElement *mpd, const AvuPieceList *list)
{
	const int64_t wished_ns = parse_duration(avu_xml_get_attribute(mpd, "minimumUpdatePeriod"));
	const guint n = list->pieces->len;
	const int64_t piece_ns =
		n > 0 ? avu_piece_list_get(list, n - 1)->duration_ns : DASH_RELOAD_MIN_NS;

	return CLAMP(wished_ns > 0 ? MIN(wished_ns, piece_ns) : piece_ns, DASH_RELOAD_MIN_NS,
		DASH_RELOAD_MAX_NS);
}

AvuPieceList *
dash_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error)
{
	g_autoptr(AvuXmlDocument) document = avu_xml_parse(&dash_kind, text, len, error);
	g_autoptr(AvuPieceList) list = piece_list_new();
	const AvuXmlElement *mpd = document != NULL ? avu_xml_get_root(document) : NULL;
	DashTimes times;

	if (mpd == NULL) {
		return NULL;
	}
	if (!avu_xml_is(mpd, "MPD")) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "it is no list of DASH");
		return NULL;
	}
	list->restart = DASH_RESTART_NS;
	list->parts_named = true;
	list->slack = DASH_SLACK_NS;
	if (!take_times(mpd, wish, &times, error) || !add_periods(list, mpd, &times, wish, error)) {
		return NULL;
	}
	list->live = times.live;
	list->reload_ns = get_reload_ns(mpd, list);
	if (list->pieces->len == 0 && !list->live) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the stream is empty");
		return NULL;
	}
	return g_steal_pointer(&list);
}
