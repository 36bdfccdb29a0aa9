/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates of HTTP. strftime() and strptime() follow the locale and are therefore of no use here. Pure
 * functions, any thread. */
#include "config.h"

#include <string.h>
#include <time.h>

#include <av-upnp/cursor.h>

#include <av-upnp/http-date.h>

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
avu_http_date_parse(const char *text)
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

/* gmtime_r() takes a lock of the whole process, for a time zone that is none. The year is made to begin with
 * March, so that the odd day is its last. @return false: before 1970 or after 9999 */
static bool
split(int64_t time_s, struct tm *date)
{
	const int64_t day_s = 24 * 60 * 60;
	const int64_t to_march_of_year_0 = 719468; /* days before 1970 */
	const int64_t last = INT64_C(253402300799);

	if (time_s < 0 || time_s > last) {
		return false;
	}
	int64_t all = time_s / day_s + to_march_of_year_0;
	int64_t era = all / 146097; /* 400 years */
	int64_t of_era = all % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153; /* since March */
	int second = (int)(time_s % day_s);

	*date = (struct tm){ .tm_sec = second % 60,
		.tm_min = second / 60 % 60,
		.tm_hour = second / 3600,
		.tm_mday = (int)(of_year - (153 * month + 2) / 5 + 1),
		.tm_mon = (int)((month + 2) % 12),
		.tm_year = (int)(era * 400 + year + (month >= 10 ? 1 : 0)),
		.tm_wday = (int)((time_s / day_s + 4) % 7) };
	return true;
}

/* Without printf(): each answer that carries a file has a date. */
static void
put_digits(char *text, size_t digits, int value)
{
	while (digits-- > 0) {
		text[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

char *
avu_http_date_format(int64_t time_s)
{
	struct tm date;

	if (!split(time_s, &date)) {
		return g_strdup("");
	}
	char text[] = "Www, dd Mmm yyyy hh:mm:ss GMT";

	memcpy(text, days[date.tm_wday], 3);
	put_digits(text + 5, 2, date.tm_mday);
	memcpy(text + 8, months[date.tm_mon], 3);
	put_digits(text + 12, 4, date.tm_year);
	put_digits(text + 17, 2, date.tm_hour);
	put_digits(text + 20, 2, date.tm_min);
	put_digits(text + 23, 2, date.tm_sec);
	return g_strdup(text);
}
