/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/piece-clock.h: what time it is where a live list is made. Pure: time is an argument. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	int64_t date_s; /* as the last answer said it; 0: nothing was said yet */
	int64_t said_ns,
		at_ns; /* since 1970, when that one came for the first time, by our clock */
} AvuPieceClock;

/** A list came. @param date,age  as its server says them; NULL: it does not
 *  @param ours_ns  since 1970 as we have it, for the one that says nothing of use
 *  @param now_ns   avu_now_ns() @return since 1970 @thread any */
AVU_API int64_t avu_piece_clock_take(
	AvuPieceClock *clock, const char *date, const char *age, int64_t ours_ns, int64_t now_ns);

G_END_DECLS
