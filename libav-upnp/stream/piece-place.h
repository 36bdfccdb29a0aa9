/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/piece-place.h: where in a list of pieces reading goes on */
#pragma once

#include "pieces.h"

typedef struct {
	const AvuPieceList *list; /* that was read so far */
	guint at;          /* in it: what comes next; the number of pieces: what is not there yet */
	uint64_t expected; /* numbers of what comes are not lower */
	int64_t date_ns;   /* when what comes next was made; 0: not known */
	int64_t age_ns;    /* of that list */
} PiecePlace;

/** In a list that is read for the first time. @param live_ns  where another buffer of the stream begins; 0: not known */
guint piece_place_start(const AvuPieceList *list, int64_t start_ns, int64_t live_ns);
/** In a newer list: the piece behind the last one that was read, or what is left of those after it. */
guint piece_place_next(const PiecePlace *place, const AvuPieceList *list);
/** In the whole list of another rate: the piece that begins where the next one does, or nearly so. */
guint piece_place_same(const PiecePlace *place, const AvuPieceList *list);
/** In the live list of another rate: what was made at the same time. */
guint piece_place_abreast(const PiecePlace *place, const AvuPieceList *list);
