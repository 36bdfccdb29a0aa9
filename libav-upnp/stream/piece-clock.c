/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock of a live list (piece-clock.h). Caches give the same answer for some time: by its age, if they
 * say it (RFC 9111, 5.1), or else by our clock, since then the date stands still. */

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/http-date.h>
#include <av-upnp/piece-clock.h>

/* 73 years from 1970, as for the times in lists: sums of them have room. */
#define CLOCK_MAX_S (INT64_MAX / 4 / AVU_NS_PER_S)
/* Whatever is older than a day is no live list. */
#define CLOCK_AGE_MAX_S 86400u

int64_t
avu_piece_clock_take(
	AvuPieceClock *clock, const char *date, const char *age, int64_t ours_ns, int64_t now_ns)
{
	const int64_t date_s = date != NULL ? avu_http_date_parse(date) : AVU_TIME_NONE;
	uint64_t age_s = 0;

	if (date_s == AVU_TIME_NONE || date_s <= 0 || date_s >= CLOCK_MAX_S) {
		return ours_ns;
	}
	if (age != NULL && !avu_parse_uint(age, CLOCK_AGE_MAX_S, &age_s)) {
		age_s = 0;
	}
	const int64_t said_ns = (date_s + (int64_t)age_s) * AVU_NS_PER_S;

	if (date_s != clock->date_s) {
		*clock = (AvuPieceClock){ date_s, said_ns, now_ns };
	}
	return MAX(said_ns, clock->said_ns + (now_ns - clock->at_ns));
}
