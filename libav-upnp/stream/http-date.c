/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates of HTTP. strftime() and strptime() follow the locale and are therefore of no use here. Pure
 * functions, any thread. */
#include "config.h"

#include <string.h>
#include <time.h>

#include <av-upnp/cursor.h>

#include "http-date.h"

static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

static bool
take_word(AvuCursor *in, const char *const *words, size_t n, int *ret_index)
{
	for (size_t i = 0; i < n; i++) {
		if (avu_cursor_take(in, words[i])) {
			*ret_index = (int)i;
			return true;
		}
	}
	return false;
}

/* Exactly so many digits. */
static bool
take_digits(AvuCursor *in, size_t digits, int max, int *ret_value)
{
	AvuCursor field = avu_cursor(in->at, MIN(digits, avu_cursor_len(in)));
	uint64_t value;

	if (avu_cursor_len(&field) != digits ||
		!avu_cursor_take_uint(&field, (uint64_t)max, &value) ||
		!avu_cursor_at_end(&field)) {
		return false;
	}
	in->at += digits;
	*ret_value = (int)value;
	return true;
}

int64_t
http_date_parse(const char *text)
{
	AvuCursor in = avu_cursor_string(text);
	struct tm date = { 0 };
	struct tm given;
	int64_t time_s;
	int year;

	if (!take_word(&in, days, G_N_ELEMENTS(days), &date.tm_wday) ||
		!avu_cursor_take(&in, ", ") || !take_digits(&in, 2, 31, &date.tm_mday) ||
		!avu_cursor_take(&in, " ") ||
		!take_word(&in, months, G_N_ELEMENTS(months), &date.tm_mon) ||
		!avu_cursor_take(&in, " ") || !take_digits(&in, 4, 9999, &year) ||
		!avu_cursor_take(&in, " ") || !take_digits(&in, 2, 23, &date.tm_hour) ||
		!avu_cursor_take(&in, ":") || !take_digits(&in, 2, 59, &date.tm_min) ||
		!avu_cursor_take(&in, ":") || !take_digits(&in, 2, 60, &date.tm_sec) ||
		!avu_cursor_take(&in, " GMT") || !avu_cursor_at_end(&in) || year < 1970) {
		return AVU_TIME_NONE;
	}
	date.tm_year = year - 1900;
	given = date;
	time_s = timegm(&date); /* normalises, so the 30th of February shows */
	return date.tm_mday == given.tm_mday && date.tm_mon == given.tm_mon ? time_s
									    : AVU_TIME_NONE;
}

char *
http_date_format(int64_t time_s)
{
	time_t time = (time_t)time_s;
	struct tm date;

	if (gmtime_r(&time, &date) == NULL) {
		return g_strdup("");
	}
	return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d GMT", days[date.tm_wday],
		date.tm_mday, months[date.tm_mon], date.tm_year + 1900, date.tm_hour, date.tm_min,
		date.tm_sec);
}
