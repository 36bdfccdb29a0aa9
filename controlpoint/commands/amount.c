/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers and times as people write them. Pure; any thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "commands/amount.h"

#define HOURS_MAX 9999
#define FRACTION_DIGITS_MAX 9
#define DECIBELS_MAX 127 /* 32767 / 256 */

/* @return -1, 1, or 0 without a sign */
static int
take_sign(AvuCursor *in)
{
	if (avu_cursor_take_char(in, '-')) {
		return -1;
	}
	return avu_cursor_take_char(in, '+') ? 1 : 0;
}

static void
set_amount(Amount *amount, int sign, int64_t value)
{
	amount->relative = sign != 0;
	amount->value = sign < 0 ? -value : value;
}

bool
amount_parse_number(
	const char *text, int64_t max, const char *what, Amount *ret_amount, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	const int sign = take_sign(&in);
	uint64_t value = 0;

	if (!avu_cursor_take_uint(&in, (uint64_t)max, &value) || !avu_cursor_at_end(&in)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"%s is N, +N or -N with N up to %" G_GINT64_FORMAT ", not \"%s\"", what,
			max, text);
		return false;
	}
	set_amount(ret_amount, sign, (int64_t)value);
	return true;
}

/* ".5" → 500 000 000 ns; nothing there is 0. */
static bool
take_fraction(AvuCursor *in, int64_t *ret_ns)
{
	int64_t unit_ns = AVU_NS_PER_S;
	unsigned digits = 0;

	*ret_ns = 0;
	if (!avu_cursor_take_char(in, '.')) {
		return true;
	}
	for (; in->at < in->end && g_ascii_isdigit(*in->at); in->at++) {
		unit_ns /= 10;
		*ret_ns += (*in->at - '0') * unit_ns;
		digits++;
	}
	return digits >= 1 && digits <= FRACTION_DIGITS_MAX;
}

/* Up to three numbers between colons; all but the first below 60. */
static bool
take_time(AvuCursor *in, int64_t *ret_ns)
{
	uint64_t seconds = 0;
	uint64_t part = 0;
	int64_t fraction_ns = 0;
	unsigned parts = 0;

	do {
		if (!avu_cursor_take_uint(in, parts == 0 ? HOURS_MAX * 3600 : 59, &part)) {
			return false;
		}
		seconds = seconds * 60 + part;
		parts++;
	} while (parts < 3 && avu_cursor_take_char(in, ':'));
	if (seconds > (uint64_t)HOURS_MAX * 3600 || !take_fraction(in, &fraction_ns)) {
		return false;
	}
	*ret_ns = (int64_t)seconds * AVU_NS_PER_S + fraction_ns;
	return true;
}

bool
amount_parse_time(const char *text, Amount *ret_amount, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	const int sign = take_sign(&in);
	int64_t ns = 0;

	if (!take_time(&in, &ns) || !avu_cursor_at_end(&in)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"a position is H:MM:SS, M:SS or seconds, with + or - in front a step from "
			"here, not \"%s\"",
			text);
		return false;
	}
	set_amount(ret_amount, sign, ns);
	return true;
}

/* Behind a whole number. */
static const struct {
	char letter;
	int64_t ns;
} units[] = {
	{ 's', AVU_NS_PER_S },
	{ 'm', 60 * AVU_NS_PER_S },
	{ 'h', 3600 * AVU_NS_PER_S },
};

static bool
take_delay(AvuCursor *in, int64_t max_ns, int64_t *ret_ns)
{
	uint64_t n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		AvuCursor ahead = *in;

		if (avu_cursor_take_uint(&ahead, (uint64_t)(max_ns / units[i].ns), &n) &&
			avu_cursor_take_char(&ahead, units[i].letter) &&
			avu_cursor_at_end(&ahead)) {
			*ret_ns = (int64_t)n * units[i].ns;
			return true;
		}
	}
	return take_time(in, ret_ns) && avu_cursor_at_end(in) && *ret_ns <= max_ns;
}

bool
amount_parse_delay(const char *text, int64_t max_ns, int64_t *ret_ns, GError **error)
{
	AvuCursor in = avu_cursor_string(text);

	if (take_delay(&in, max_ns, ret_ns)) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"a time is 30m, 2h, seconds or M:SS, and no more than %" G_GINT64_FORMAT
		"h, not \"%s\"",
		max_ns / (3600 * AVU_NS_PER_S), text);
	return false;
}

bool
amount_is_decibels(const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);

	return g_str_has_suffix(lower, "db") || g_str_has_suffix(lower, "db+") ||
	       g_str_has_suffix(lower, "db-");
}

/* A minus in front is of the level, a sign behind makes it a step. */
static bool
take_decibels(AvuCursor *in, Amount *ret_amount)
{
	const bool below = avu_cursor_take_char(in, '-');
	uint64_t whole = 0;
	int64_t fraction_ns = 0;

	if (!avu_cursor_take_uint(in, DECIBELS_MAX, &whole) || !take_fraction(in, &fraction_ns) ||
		!avu_cursor_take_ci(in, "db")) {
		return false;
	}
	const int64_t level = (int64_t)whole * 256 + fraction_ns * 256 / AVU_NS_PER_S;
	const bool up = avu_cursor_take_char(in, '+');
	const bool down = !up && avu_cursor_take_char(in, '-');

	ret_amount->relative = up || down;
	ret_amount->value = below || down ? -level : level;
	return avu_cursor_at_end(in) && !(below && (up || down));
}

bool
amount_parse_decibels(const char *text, Amount *ret_amount, GError **error)
{
	AvuCursor in = avu_cursor_string(text);

	if (take_decibels(&in, ret_amount)) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"a volume in decibels is -12dB or 1.5dB, a step 3dB+ or 3dB-, not \"%s\"", text);
	return false;
}

bool
amount_parse_percent(const char *text, int64_t *ret_percent)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t percent;

	if (!avu_cursor_take_uint(&in, 100, &percent) || !avu_cursor_take_char(&in, '%') ||
		!avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_percent = (int64_t)percent;
	return true;
}

int64_t
amount_apply(const Amount *amount, int64_t now, int64_t min, int64_t max)
{
	return CLAMP(amount->relative ? now + amount->value : amount->value, min, max);
}
