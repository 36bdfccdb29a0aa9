/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds as people write them. Pure; main thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/speed-text.h"

#define PART_MAX 1000
#define DECIMALS_MAX 3

static int64_t
greatest_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		const int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Digits at in as a number of at most PART_MAX. */
static bool
take_number(AvuCursor *in, int64_t *ret_number)
{
	const char *begin = in->at;

	*ret_number = 0;
	while (in->at < in->end && g_ascii_isdigit(*in->at) && *ret_number <= PART_MAX) {
		*ret_number = *ret_number * 10 + (*in->at++ - '0');
	}
	return in->at > begin && *ret_number <= PART_MAX;
}

/* What follows the point: ".25" makes 25 over 100. */
static bool
take_decimals(AvuCursor *in, int64_t *whole, int64_t *ret_below)
{
	const char *begin = in->at;
	int64_t decimals;

	if (!take_number(in, &decimals) || in->at - begin > DECIMALS_MAX) {
		return false;
	}
	for (const char *at = begin; at < in->at; at++) {
		*ret_below *= 10;
	}
	*whole = *whole * *ret_below + decimals;
	return true;
}

static bool
parse(AvuCursor *in, int64_t *ret_above, int64_t *ret_below)
{
	const bool backwards = avu_cursor_take_char(in, '-');

	*ret_below = 1;
	if (!backwards) {
		(void)avu_cursor_take_char(in, '+');
	}
	if (!take_number(in, ret_above) ||
		(avu_cursor_take_char(in, '/') && !take_number(in, ret_below)) ||
		(*ret_below == 1 && avu_cursor_take_char(in, '.') &&
			!take_decimals(in, ret_above, ret_below))) {
		return false;
	}
	(void)avu_cursor_take_char(in, 'x');
	if (backwards) {
		*ret_above = -*ret_above;
	}
	return avu_cursor_at_end(in) && *ret_above != 0 && *ret_below != 0;
}

char *
speed_text_parse(const char *text, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	int64_t above, below;

	if (!parse(&in, &above, &below)) {
		g_autofree char *shown = avu_text_for_display(text, 40);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%s' is no speed; 2, -4, 1/2 and 0.5 are", shown);
		return NULL;
	}
	const int64_t divisor = greatest_divisor(ABS(above), below);

	above /= divisor;
	below /= divisor;
	return below == 1 ? g_strdup_printf("%" G_GINT64_FORMAT, above)
			  : g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, above, below);
}
