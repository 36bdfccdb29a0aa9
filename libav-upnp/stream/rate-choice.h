/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/rate-choice.h: of a stream that there is in several rates, which one is read next. Pure */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	const uint64_t *rates; /* bit/s in any order; RATE_UNFIT: not to be taken */
	size_t n;              /* at least 1 */
	size_t now;            /* index of the one that is read */
	uint64_t network_bps;  /* at which octets come; 0: not known */
	int64_t level_ns;      /* read ahead; AVU_TIME_NONE: not known */
	int64_t enough_ns;     /* so much that a higher rate may be tried */
	int64_t steady_ns;     /* since the last change, or since the reader ran dry */
	bool dry;              /* the reader ran dry since the last choice */
} RateFacts;

#define RATE_UNFIT UINT64_MAX

/** To begin with no more than this. @param network_bps  of a stream before; 0: not known */
uint64_t rate_get_first_max(uint64_t network_bps);
/** @return the highest that is not above max_bps, or the lowest there is */
size_t rate_find(const uint64_t *rates, size_t n, uint64_t max_bps);
/** Asked after each piece. @return index; now: as it is */
size_t rate_choose(const RateFacts *facts);
