/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/piece-rates.h: the rates that a stream in pieces can be had in: which one is read, which one is
 * asked for, and what its pieces told of the network. Pure: time is an argument. */
#pragma once

#include "pieces.h"

typedef struct {
	GArray *variants;     /* AvuPieceVariant; NULL: there is one rate only */
	uint64_t *rates;      /* of each, as for rate_choose() */
	int64_t *aside_ns;    /* of each: not asked for before; AVU_TIME_NONE: no such time */
	guint now, wanted;    /* the same, unless another one is asked for */
	unsigned dries;       /* how often the reader had run dry at the last look */
	int64_t changed_ns;   /* last change, or when the reader had run dry */
	uint64_t network_bps; /* by the last pieces; 0: not known */
	uint64_t octets;      /* that came since it was reckoned */
	int64_t took_ns;      /* likewise */
	unsigned ups, downs;  /* changes that were made */
} PieceRates;

/** @param list  with variants: they are taken; without: nothing happens */
void piece_rates_take(PieceRates *rates, AvuPieceList *list, int64_t now_ns);
void piece_rates_clear(PieceRates *rates);
/** A piece came without a rest, so long after it was asked for. */
void piece_rates_measure(PieceRates *rates, uint64_t octets, int64_t took_ns);

typedef struct {
	unsigned dries;              /* how often the reader has run dry so far */
	uint64_t network_bps;        /* as octets came, pieces or not; 0: not known */
	int64_t level_ns, enough_ns; /* as for rate_choose() */
} PieceRatesFacts;

/** A piece is over: decides. @return another rate is wanted now */
bool piece_rates_look(PieceRates *rates, const PieceRatesFacts *facts, int64_t now_ns);
static inline bool
piece_rates_is_changing(const PieceRates *rates)
{
	return rates->wanted != rates->now;
}
/** @return NULL: there is only one */
const AvuPieceVariant *piece_rates_get_wanted(const PieceRates *rates);
/** The one that was asked for is read from now on. */
void piece_rates_commit(PieceRates *rates, int64_t now_ns);
/** It cannot be had: it stays as it was. @param for_good  that one is not asked for again; otherwise it is,
 *  after some seconds */
void piece_rates_give_up(PieceRates *rates, bool for_good, int64_t now_ns);
