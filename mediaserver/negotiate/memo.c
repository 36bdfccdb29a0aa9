/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which offers there are is looked up by the item's shape; the plans in them have its length, and are
 * made for each. Pure but for the memo. Bounded: NEGOTIATE_MEMO_SHAPES. */
#include "mediaserver/negotiate/memo.h"

#include <string.h>

#define NO_TEXT "\001"

/* A limit of bits per second is all that asks for an item's own number of them, and only of films. */
static bool
counts_bits(const NegotiateMemo *memo, const Item *item)
{
	return item->kind == ITEM_VIDEO && memo->client.profile->max_video_kbps > 0;
}

/* @return false: its names are too long for that, or it is live, and its address counts */
static bool
make_shape(const NegotiateMemo *memo, const Item *item, NegotiateShape *ret_shape)
{
	const char *const texts[] = { item->mime, item->profile, item->video_codec,
		item->audio_codec };
	size_t at = 0;

	if (item->url != NULL) {
		return false;
	}
	*ret_shape = (NegotiateShape){
		.numbers = { item->kind, item->width, item->height, item->sample_hz, item->bits,
			item->channels, item->frame_rate_mhz,
			counts_bits(memo, item) ? item->bitrate_bps : 0,
			(item->hdr != NULL ? 1 : 0) | (item_is_growing(item) ? 2 : 0) |
				(item->promised != 0 ? 4 : 0) | (item->orientation > 1 ? 8 : 0) },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i] != NULL ? texts[i] : NO_TEXT;
		const size_t len = strlen(text) + 1;

		if (at + len > sizeof(ret_shape->texts)) {
			return false;
		}
		memcpy(ret_shape->texts + at, text, len);
		at += len;
	}
	return true;
}

void
negotiate_memo_init(
	NegotiateMemo *memo, const NegotiateClient *client, const ConvertMachine *machine)
{
	memset(&memo->sink, 0, sizeof(memo->sink));
	memo->client = *client;
	memo->client.memo = &memo->sink;
	memo->machine = machine;
	if (machine != NULL) {
		memo->own = convert_machine_for(machine, client->profile);
	}
	memo->n_known = memo->next = 0;
}

static unsigned
ask(const NegotiateMemo *memo, const Item *item, Offer *ret_offers)
{
	const Negotiation asked = {
		.item = item,
		.client = memo->client,
		.machine = memo->machine,
	};

	return negotiate(&asked, ret_offers);
}

static void
remember(NegotiateMemo *memo, const NegotiateShape *shape, const Offer *offers, unsigned n)
{
	const unsigned slot = memo->n_known < NEGOTIATE_MEMO_SHAPES
				      ? memo->n_known++
				      : memo->next++ % NEGOTIATE_MEMO_SHAPES;

	memo->known[slot].shape = *shape;
	memo->known[slot].n = n;
	for (unsigned i = 0; i < n; i++) {
		memo->known[slot].offers[i].kind = offers[i].kind;
		memo->known[slot].offers[i].verdict = offers[i].verdict;
		memo->known[slot].offers[i].recipe =
			offers[i].kind == OFFER_CONVERSION ? offers[i].plan.recipe : NULL;
	}
}

/* @return false: something that decides is not in the shape, which must not be */
static bool
recall(const NegotiateMemo *memo, unsigned slot, const Item *item, Offer *ret_offers)
{
	for (unsigned i = 0; i < memo->known[slot].n; i++) {
		const Recipe *recipe = memo->known[slot].offers[i].recipe;
		Offer *offer = &ret_offers[i];

		offer->kind = memo->known[slot].offers[i].kind;
		offer->verdict = memo->known[slot].offers[i].verdict;
		offer->why[0] = '\0';
		if (recipe != NULL && !convert_plan(recipe, item, &memo->own, &offer->plan)) {
			return false;
		}
	}
	return true;
}

unsigned
negotiate_memo_ask(NegotiateMemo *memo, const Item *item, Offer ret_offers[NEGOTIATE_OFFERS_MAX])
{
	NegotiateShape shape;

	if (!make_shape(memo, item, &shape)) {
		return ask(memo, item, ret_offers);
	}
	for (unsigned i = 0; i < memo->n_known; i++) {
		if (memcmp(&memo->known[i].shape, &shape, sizeof(shape)) == 0 &&
			recall(memo, i, item, ret_offers)) {
			return memo->known[i].n;
		}
	}
	const unsigned n = ask(memo, item, ret_offers);

	remember(memo, &shape, ret_offers, n);
	return n;
}
