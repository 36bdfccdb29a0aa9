/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/back-off.h: when a server that failed is asked again */
#pragma once

#include <av-upnp/base.h>

typedef enum {
	BACK_OFF_BROKEN,  /* the connection ended in the middle */
	BACK_OFF_ABSENT,  /* refused, no route: nobody is there */
	BACK_OFF_SILENT,  /* a deadline passed: it was long enough already */
	BACK_OFF_BUSY,    /* 408, 429, 5xx: it said so itself, and perhaps for how long */
	BACK_OFF_GROWING, /* what there was of a recording came, and more is made meanwhile */
	BACK_OFF_MISSING, /* 403, 404, 410: a server that starts does not know its objects yet */
	BACK_OFF_REASONS,
} BackOffReason;

typedef struct {
	BackOffReason reason;
	unsigned tries;   /* in a row for this reason */
	int64_t since_ns; /* of the first of them */
} BackOff;

/** The way in which a connection failed. @param answered  its head came, and was good
 *  @param error  its end; may be NULL */
BackOffReason back_off_reason_for(bool answered, const GError *error);
/** After octets came. */
void back_off_reset(BackOff *self);
/** @param asked_ns  Retry-After, or AVU_TIME_NONE; counts for BUSY only
 *  @param random_permille  0…999, so that many clients of one server do not come at once
 *  @return when to try next (the scale of now_ns), or AVU_TIME_NONE: there is no use any more */
int64_t back_off_next(BackOff *self, BackOffReason reason, int64_t asked_ns, int64_t now_ns,
	unsigned random_permille);
