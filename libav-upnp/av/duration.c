/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* H+:MM:SS with an optional fraction, as res@duration and AVTransport write time. Pure; any thread.
 * Strict: what devices get wrong is repaired where their documents are read. */
#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>

/* Eleven thousand years would still fit into 64 bits of nanoseconds divided by this. */
#define HOURS_MAX 1000000
#define FRACTION_MAX 1000000000

/* Exactly two digits, 00 to 59. */
static bool
take_sixty(AvuCursor *in, int64_t *ret_value)
{
	if (avu_cursor_len(in) < 2 || !g_ascii_isdigit(in->at[0]) || !g_ascii_isdigit(in->at[1]) ||
		in->at[0] > '5') {
		return false;
	}
	*ret_value = (in->at[0] - '0') * 10 + (in->at[1] - '0');
	in->at += 2;
	return true;
}

/* F0/F1 with F0 < F1. */
static bool
take_ratio(AvuCursor *in, int64_t *ret_ns)
{
	AvuCursor at = *in;
	uint64_t part, whole;

	if (!avu_cursor_take_uint(&at, FRACTION_MAX, &part) || !avu_cursor_take_char(&at, '/') ||
		!avu_cursor_take_uint(&at, FRACTION_MAX, &whole) || part >= whole) {
		return false;
	}
	*ret_ns = (int64_t)(part * (uint64_t)AVU_NS_PER_S / whole);
	*in = at;
	return true;
}

/* One or more digits; what is finer than a nanosecond is read and dropped. */
static bool
take_decimals(AvuCursor *in, int64_t *ret_ns)
{
	const char *start = in->at;
	int64_t unit = AVU_NS_PER_S / 10;
	int64_t ns = 0;

	for (; in->at < in->end && g_ascii_isdigit(*in->at); in->at++) {
		ns += (*in->at - '0') * unit;
		unit /= 10;
	}
	*ret_ns = ns;
	return in->at > start;
}

bool
avu_duration_parse(const char *text, bool allow_negative, int64_t *ret_ns)
{
	AvuCursor in = avu_cursor_string(text);
	const bool negative = allow_negative && avu_cursor_take_char(&in, '-');
	uint64_t hours;
	int64_t minutes, seconds, fraction_ns = 0;

	if (allow_negative && !negative) {
		(void)avu_cursor_take_char(&in, '+'); /* optional, without meaning */
	}
	if (!avu_cursor_take_uint(&in, HOURS_MAX, &hours) || !avu_cursor_take_char(&in, ':') ||
		!take_sixty(&in, &minutes) || !avu_cursor_take_char(&in, ':') ||
		!take_sixty(&in, &seconds)) {
		return false;
	}
	if (avu_cursor_take_char(&in, '.') && !take_ratio(&in, &fraction_ns) &&
		!take_decimals(&in, &fraction_ns)) {
		return false;
	}
	if (!avu_cursor_at_end(&in)) {
		return false;
	}
	const int64_t ns =
		(((int64_t)hours * 60 + minutes) * 60 + seconds) * AVU_NS_PER_S + fraction_ns;

	*ret_ns = negative ? -ns : ns;
	return true;
}

/* By hand, as each resource has one: printf takes as long as a third of the rest of an item.
 * @return what stands in front of at now  @param width  at least so many digits */
static char *
prepend(char *at, uint64_t number, unsigned width)
{
	for (unsigned n = 0; n < width || number > 0; n++, number /= 10) {
		*--at = (char)('0' + number % 10);
	}
	return at;
}

char *
avu_duration_format(int64_t ns, bool with_fraction)
{
	if (ns == AVU_TIME_NONE) {
		return g_strdup("NOT_IMPLEMENTED");
	}
	const uint64_t ms = (uint64_t)(ns < 0 ? -ns : ns) / (uint64_t)AVU_NS_PER_MS;
	const uint64_t s = ms / 1000;
	char text[32];
	char *at = text + sizeof(text) - 1;

	*at = '\0';
	if (with_fraction) {
		at = prepend(at, ms % 1000, 3);
		*--at = '.';
	}
	at = prepend(at, s % 60, 2);
	*--at = ':';
	at = prepend(at, s / 60 % 60, 2);
	*--at = ':';
	at = prepend(at, s / 3600, 1);
	if (ns < 0) {
		*--at = '-';
	}
	return g_strdup(at);
}

#define HOURS_PER_DAY 24

bool
avu_period_parse(const char *text, int64_t *ret_ns)
{
	AvuCursor in = avu_cursor_string(text);
	AvuCursor days_in;
	uint64_t days = 0;
	int64_t ns;

	if (!avu_cursor_take_char(&in, 'P')) {
		return false;
	}
	days_in = in;
	if (avu_cursor_take_uint(&days_in, HOURS_MAX / HOURS_PER_DAY, &days) &&
		avu_cursor_take_char(&days_in, 'D')) {
		in = days_in;
	} else {
		days = 0;
	}
	if (!avu_duration_parse(in.at, false, &ns)) {
		return false;
	}
	*ret_ns = ns + (int64_t)days * HOURS_PER_DAY * 3600 * AVU_NS_PER_S;
	return true;
}

char *
avu_period_format(int64_t ns)
{
	const int64_t s = ns / AVU_NS_PER_S;
	const int64_t days = s / (3600 * HOURS_PER_DAY);
	g_autofree char *day_part =
		days > 0 ? g_strdup_printf("%" G_GINT64_FORMAT "D", days) : NULL;

	return g_strdup_printf("P%s%02d:%02d:%02d", day_part != NULL ? day_part : "",
		(int)(s / 3600 % HOURS_PER_DAY), (int)(s / 60 % 60), (int)(s % 60));
}
