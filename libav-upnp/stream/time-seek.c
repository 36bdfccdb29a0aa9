/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Normal play time in DLNA's headers. Pure; any thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/time-seek.h>

#define SIXTY_MAX 59
#define MS_PER_S 1000

/* Digits of any number; beyond max it stays at max. */
static bool
take_saturated(AvuCursor *in, uint64_t max, uint64_t *ret_value)
{
	const char *start = in->at;

	if (avu_cursor_take_uint(in, max, ret_value)) {
		return true;
	}
	while (!avu_cursor_at_end(in) && g_ascii_isdigit(*in->at)) {
		in->at++;
	}
	*ret_value = max;
	return in->at > start;
}

/* ":" and one or two digits below sixty; two are written. */
static bool
take_sixty(AvuCursor *in, uint64_t *ret_value)
{
	AvuCursor at = *in;

	if (!avu_cursor_take_char(&at, ':')) {
		return false;
	}
	const char *digits = at.at;

	if (!avu_cursor_take_uint(&at, SIXTY_MAX, ret_value) || at.at - digits > 2) {
		return false;
	}
	*in = at;
	return true;
}

/* "." and one to three digits, if there is a point. */
static bool
take_thousandths(AvuCursor *in, int64_t *ret_ms)
{
	int64_t unit = MS_PER_S / 10;

	*ret_ms = 0;
	if (!avu_cursor_take_char(in, '.')) {
		return true;
	}
	const char *start = in->at;

	for (; in->at < in->end && g_ascii_isdigit(*in->at) && unit > 0; in->at++) {
		*ret_ms += (*in->at - '0') * unit;
		unit /= 10;
	}
	return in->at > start;
}

static bool
take_npt_time(AvuCursor *in, int64_t *ret_ns)
{
	const uint64_t limit_s = (uint64_t)(INT64_MAX / AVU_NS_PER_S) - 1;
	AvuCursor at = *in;
	uint64_t seconds, minutes;
	int64_t ms;

	if (!take_saturated(&at, limit_s, &seconds)) {
		return false;
	}
	if (!avu_cursor_at_end(&at) && *at.at == ':') {
		const uint64_t hours = MIN(seconds, limit_s / 3600 - 1);

		if (!take_sixty(&at, &minutes) || !take_sixty(&at, &seconds)) {
			return false;
		}
		seconds += hours * 3600 + minutes * 60;
	}
	if (!take_thousandths(&at, &ms)) {
		return false;
	}
	*ret_ns = (int64_t)seconds * AVU_NS_PER_S + ms * AVU_NS_PER_MS;
	*in = at;
	return true;
}

/* "npt=" time "-" [time] */
static bool
take_npt_range(AvuCursor *in, int64_t *ret_from_ns, int64_t *ret_to_ns)
{
	if (!avu_cursor_take(in, "npt=") || !take_npt_time(in, ret_from_ns) ||
		!avu_cursor_take_char(in, '-')) {
		return false;
	}
	if (avu_cursor_at_end(in) || !g_ascii_isdigit(*in->at)) {
		*ret_to_ns = AVU_TIME_NONE;
		return true;
	}
	return take_npt_time(in, ret_to_ns);
}

static bool
take_bytes(AvuCursor *in, uint64_t *ret_first, uint64_t *ret_last)
{
	return avu_cursor_take(in, "bytes=") && avu_cursor_take_uint(in, INT64_MAX, ret_first) &&
	       avu_cursor_take_char(in, '-') && avu_cursor_take_uint(in, INT64_MAX, ret_last) &&
	       *ret_first <= *ret_last;
}

bool
avu_time_seek_parse_request(const char *value, int64_t *ret_from_ns, int64_t *ret_to_ns)
{
	AvuCursor in = avu_cursor_string(value);

	return take_npt_range(&in, ret_from_ns, ret_to_ns) && avu_cursor_at_end(&in);
}

bool
avu_time_seek_parse_answer(const char *value, AvuTimeSeekAnswer *ret_answer)
{
	AvuTimeSeekAnswer answer = { .duration_ns = AVU_TIME_NONE, .size_bytes = UINT64_MAX };
	AvuCursor in = avu_cursor_string(value);

	if (!take_npt_range(&in, &answer.from_ns, &answer.to_ns) ||
		(answer.to_ns != AVU_TIME_NONE && answer.to_ns < answer.from_ns)) {
		return false;
	}
	/* mandatory, and left out by some servers */
	if (avu_cursor_take_char(&in, '/') && !avu_cursor_take_char(&in, '*') &&
		!take_npt_time(&in, &answer.duration_ns)) {
		return false;
	}
	if (avu_cursor_skip_blank(&in) > 0 && !avu_cursor_at_end(&in)) {
		answer.has_bytes = true;
		if (!take_bytes(&in, &answer.first_byte, &answer.last_byte)) {
			return false;
		}
		if (avu_cursor_take_char(&in, '/') && !avu_cursor_take_char(&in, '*') &&
			(!avu_cursor_take_uint(&in, INT64_MAX, &answer.size_bytes) ||
				answer.last_byte >= answer.size_bytes)) {
			return false;
		}
	}
	if (!avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_answer = answer;
	return true;
}

bool
avu_available_range_parse(const char *value, AvuAvailableRange *ret_range)
{
	AvuAvailableRange range = { 0 };
	AvuCursor in = avu_cursor_string(value);
	uint64_t mode;

	if (!avu_cursor_take_uint(&in, 1, &mode)) {
		return false;
	}
	range.start_fixed = mode == 1;
	while (avu_cursor_skip_blank(&in) > 0 && !avu_cursor_at_end(&in)) {
		if (!range.has_time && *in.at == 'n') {
			range.has_time = take_npt_range(&in, &range.from_ns, &range.to_ns) &&
					 range.to_ns != AVU_TIME_NONE &&
					 range.to_ns >= range.from_ns;
			if (!range.has_time) {
				return false;
			}
		} else if (!range.has_bytes && *in.at == 'b') {
			range.has_bytes = take_bytes(&in, &range.first_byte, &range.last_byte);
			if (!range.has_bytes) {
				return false;
			}
		} else {
			(void)avu_cursor_take_until(&in, " \t"); /* cleartextbytes, unknown ones */
		}
	}
	if (!avu_cursor_at_end(&in) || (!range.has_time && !range.has_bytes)) {
		return false;
	}
	*ret_range = range;
	return true;
}

bool
avu_real_time_info_parse(const char *value, int64_t *ret_ns)
{
	AvuCursor in = avu_cursor_string(value);

	*ret_ns = AVU_TIME_NONE;
	return avu_cursor_take(&in, "DLNA.ORG_TLAG=") &&
	       (avu_cursor_take_char(&in, '*') || take_npt_time(&in, ret_ns)) &&
	       avu_cursor_at_end(&in);
}

/* Seconds with three decimals, in no locale. */
static void
append_time(GString *out, int64_t ns)
{
	const int64_t ms = ns / AVU_NS_PER_MS;

	g_string_append_printf(
		out, "%" G_GINT64_FORMAT ".%03d", ms / MS_PER_S, (int)(ms % MS_PER_S));
}

static void
append_npt(GString *out, int64_t from_ns, int64_t to_ns)
{
	g_string_append(out, "npt=");
	append_time(out, from_ns);
	g_string_append_c(out, '-');
	if (to_ns != AVU_TIME_NONE) {
		append_time(out, to_ns);
	}
}

static void
append_bytes(GString *out, uint64_t first, uint64_t last)
{
	g_string_append_printf(out, " bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, first, last);
}

char *
avu_time_seek_format_request(int64_t from_ns, int64_t to_ns)
{
	GString *out = g_string_new(NULL);

	append_npt(out, from_ns, to_ns);
	return g_string_free(out, FALSE);
}

char *
avu_time_seek_format_answer(const AvuTimeSeekAnswer *answer)
{
	GString *out = g_string_new(NULL);

	append_npt(out, answer->from_ns, answer->to_ns);
	g_string_append_c(out, '/');
	if (answer->duration_ns != AVU_TIME_NONE) {
		append_time(out, answer->duration_ns);
	} else {
		g_string_append_c(out, '*');
	}
	if (answer->has_bytes) {
		append_bytes(out, answer->first_byte, answer->last_byte);
		if (answer->size_bytes != UINT64_MAX) {
			g_string_append_printf(out, "/%" G_GUINT64_FORMAT, answer->size_bytes);
		} else {
			g_string_append(out, "/*");
		}
	}
	return g_string_free(out, FALSE);
}

char *
avu_available_range_format(const AvuAvailableRange *range)
{
	GString *out = g_string_new(range->start_fixed ? "1" : "0");

	if (range->has_time) {
		g_string_append_c(out, ' ');
		append_npt(out, range->from_ns, range->to_ns);
	}
	if (range->has_bytes) {
		append_bytes(out, range->first_byte, range->last_byte);
	}
	return g_string_free(out, FALSE);
}
