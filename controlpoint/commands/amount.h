/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/amount.h: "40", "+5", "-10", "1:02:03" on the command line. Pure. */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	int64_t value; /* with its sign when relative */
	bool relative; /* a sign stood in front */
} Amount;

/** @param max  of the number without its sign @return false with USAGE naming what it is for */
bool amount_parse_number(
	const char *text, int64_t max, const char *what, Amount *ret_amount, GError **error);
/** Seconds ("90", "90.5"), "M:SS" or "H:MM:SS[.fff]", a sign in front makes it relative; value is in
 *  nanoseconds. @return false with USAGE */
bool amount_parse_time(const char *text, Amount *ret_amount, GError **error);
/** "30m", "2h", "90s", or seconds, "M:SS", "H:MM:SS" without a sign; up to max_ns. @return false with USAGE */
bool amount_parse_delay(const char *text, int64_t max_ns, int64_t *ret_ns, GError **error);
/** "-12.5dB" is a level, "3dB+" and "3dB-" are steps; value is in 1/256 dB, as RenderingControl has it.
 *  @return false with USAGE, also beyond ±127 dB */
bool amount_parse_decibels(const char *text, Amount *ret_amount, GError **error);
/** Does the text mean decibels at all? */
bool amount_is_decibels(const char *text);
/** "50%": value is 0…100. @return false: it is none */
bool amount_parse_percent(const char *text, int64_t *ret_percent);
/** What the amount makes of now, within min…max. */
int64_t amount_apply(const Amount *amount, int64_t now, int64_t min, int64_t max);
