/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds are ratios of small integers, never decimals. Pure; any thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/play-speed.h>

#define TERM_MAX 9999

static int32_t
common_divisor(int32_t a, int32_t b)
{
	while (b != 0) {
		int32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

bool
avu_play_speed_parse(const char *value, AvuPlaySpeed *ret_speed)
{
	AvuCursor in = avu_cursor_string(value);
	uint64_t numerator;
	uint64_t denominator = 1;

	bool backward = avu_cursor_take_char(&in, '-');

	if (!avu_cursor_take_uint(&in, TERM_MAX, &numerator) || numerator == 0) {
		return false;
	}
	if (avu_cursor_take_char(&in, '/') &&
		(!avu_cursor_take_uint(&in, TERM_MAX, &denominator) || denominator == 0)) {
		return false;
	}
	if (!avu_cursor_at_end(&in)) {
		return false;
	}
	int32_t divisor = common_divisor((int32_t)numerator, (int32_t)denominator);

	ret_speed->numerator = (int32_t)numerator / divisor * (backward ? -1 : 1);
	ret_speed->denominator = (int32_t)denominator / divisor;
	return true;
}

bool
avu_play_speed_parse_header(const char *value, AvuPlaySpeed *ret_speed)
{
	static const char keyword[] = "speed=";

	return g_str_has_prefix(value, keyword) &&
	       avu_play_speed_parse(value + sizeof(keyword) - 1, ret_speed);
}

char *
avu_play_speed_format(AvuPlaySpeed speed)
{
	return speed.denominator == 1
		       ? g_strdup_printf("%d", speed.numerator)
		       : g_strdup_printf("%d/%d", speed.numerator, speed.denominator);
}
