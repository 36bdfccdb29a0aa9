/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* negotiate/memo.h: negotiate() for the many items of one answer, which are of few formats
 *
 * What is offered follows from the format, the client and the machine alone. A memo belongs to one answer:
 * the client is the one of that moment and cannot change meanwhile, so nothing in it is ever out of date.
 * One thread. */
#pragma once

#include "mediaserver/negotiate/negotiate.h"

G_BEGIN_DECLS

#define NEGOTIATE_MEMO_SHAPES 8
#define NEGOTIATE_MEMO_TEXT 96

/* All of an item that decides which offers there are; not how long it is, nor what it is called. */
typedef struct {
	int64_t numbers[9];
	char texts
		[NEGOTIATE_MEMO_TEXT]; /* type, profile, codecs; NUL behind each, 1 in place of NULL */
} NegotiateShape;

typedef struct {
	NegotiateClient client;        /* borrowed */
	const ConvertMachine *machine; /* NULL: nothing is converted */
	ConvertMachine own;            /* the same, for this client */
	SinkMemo sink;
	struct {
		NegotiateShape shape;
		unsigned n;
		struct {
			OfferKind kind;
			Verdict verdict;
			const Recipe *recipe;
		} offers[NEGOTIATE_OFFERS_MAX];
	} known[NEGOTIATE_MEMO_SHAPES];
	unsigned n_known, next; /* next: which goes when there are more shapes */
} NegotiateMemo;

/** @param client, machine  outlive the memo and stay as they are */
void negotiate_memo_init(
	NegotiateMemo *memo, const NegotiateClient *client, const ConvertMachine *machine);
/** The same as negotiate() of this client and machine, without reasons. */
unsigned negotiate_memo_ask(
	NegotiateMemo *memo, const Item *item, Offer ret_offers[NEGOTIATE_OFFERS_MAX]);

G_END_DECLS
