/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client of which nothing is known can be expected to play: the mandatory formats and what
 * nearly everybody has. Pure, any thread. */
#include "mediaserver/content/offers.h"

#include <string.h>

/* Of the names in a row the first that works is offered. */
static const struct {
	ItemKind kind;
	const char *names[5];
} rows[] = {
	{ ITEM_AUDIO, { "lpcm" } },
	{ ITEM_AUDIO, { "mp3" } },
	/* a copy costs nothing and loses nothing */
	{ ITEM_VIDEO, { "copy-ts", "copy-ts-ac3", "avc-ts-ac3" } },
	{ ITEM_VIDEO, { "mpeg-ps-pal", "mpeg-ps-ntsc" } },
};

/* A transport stream with H.264 is not offered of one, nor MP3 of MP3. */
static bool
is_original(const Item *item, const ConvertPlan *plan)
{
	if (plan->recipe->video == RECIPE_COPY_VIDEO) {
		return g_str_equal(item->mime, plan->mime) ||
		       g_strcmp0(item->mime, "video/vnd.dlna.mpeg-tts") == 0;
	}
	return g_strcmp0(item->mime, plan->mime) == 0 &&
	       (plan->profile == NULL || g_strcmp0(item->profile, plan->profile) == 0);
}

unsigned
offers_choose(const Item *item, const ConvertMachine *machine, ConvertPlan ret_plans[OFFERS_MAX])
{
	unsigned n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rows) && n < OFFERS_MAX; i++) {
		for (size_t j = 0; rows[i].kind == (ItemKind)item->kind &&
				   j < G_N_ELEMENTS(rows[i].names) && rows[i].names[j] != NULL;
			j++) {
			const Recipe *recipe = recipe_find(rows[i].names[j]);

			if (recipe != NULL && convert_plan(recipe, item, machine, &ret_plans[n]) &&
				!ret_plans[n].changes_region) {
				n += is_original(item, &ret_plans[n]) ? 0 : 1;
				break;
			}
		}
	}
	return n;
}
