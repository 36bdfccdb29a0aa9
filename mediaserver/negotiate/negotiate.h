/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* negotiate/negotiate.h: which forms of an item a client is offered, in which order, and why. One pure
 * function; Browse, `explain` and the tests call the same. */
#pragma once

#include "mediaserver/convert/plan.h"
#include "mediaserver/negotiate/verdict.h"

G_BEGIN_DECLS

#define NEGOTIATE_OFFERS_MAX 8

typedef enum {
	OFFER_ORIGINAL,
	OFFER_CONVERSION,
	OFFER_PICTURES, /* the sizes of DLNA in JPEG, all of them */
} OfferKind;

typedef struct {
	OfferKind kind;
	ConvertPlan plan; /* of a conversion */
	Verdict verdict;
	char why[VERDICT_WHY_MAX];
} Offer;

typedef struct {
	const Item *item;
	NegotiateClient client;
	const ConvertMachine *machine; /* NULL: nothing can be converted here, now */
	bool explain;                  /* fill why */
} Negotiation;

/** The original is always among them: a client that is wrongly described can still choose it.
 *  @return how many offers were filled, the best first  @thread any */
unsigned negotiate(const Negotiation *negotiation, Offer ret_offers[NEGOTIATE_OFFERS_MAX]);

/** What a file, or a plan of it, is to a verdict. */
NegotiateSource negotiate_source_of_item(const Item *item);
NegotiateSource negotiate_source_of_plan(const Item *item, const ConvertPlan *plan);

G_END_DECLS
