/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decision. The less is done to a file the better: as it is, in another container, with other sound,
 * wholly new. Pure; any thread. */
#include "mediaserver/negotiate/negotiate.h"

#include <string.h>

#include "mediaserver/negotiate/station.h"

#define CONVERSIONS_MAX 4

/* Of the names in a row the first that can be made here is offered. */
typedef struct {
	ItemKind kind;
	const char *names[6];
} Choice;

/* To clients about which nothing is known: what DLNA makes mandatory, and what nearly everybody has. */
static const Choice usual[] = {
	{ ITEM_AUDIO, { "lpcm" } },
	{ ITEM_AUDIO, { "mp3" } },
	/* a copy costs nothing and loses nothing */
	{ ITEM_VIDEO, { "copy-ts", "copy-ts-ac3", "avc-ts-ac3", "avc-ts-aac" } },
	{ ITEM_VIDEO, { "mpeg-ps-pal", "mpeg-ps-ntsc" } },
};

/* To clients that are known not to play the file: each that it plays, in this order. */
static const char *const by_work[] = {
	/* sound: without loss first */
	"lpcm",
	"wav",
	"flac",
	"aac",
	"mp3",
	"ac3",
	"mp3-128",
	"lpcm-48",
	"lpcm-44",
	"wav-24",
	"flac-24",
	"l24",
	/* films: the picture stays */
	"copy-ts",
	"copy-mp4",
	"copy-tts",
	"copy-ts-ac3",
	"copy-ts-aac",
	"copy-mp4-aac",
	"copy-tts-ac3",
	"avc-ts-ac3",
	"avc-ts-aac",
	"avc-mp4",
	"avc-tts-ac3",
	"avc-tts-aac",
	"mpeg-ps-pal",
	"mpeg-ps-ntsc",
	"mpeg-ts-eu",
	"mpeg-ts-na",
	"mpeg-tts-eu",
	"mpeg-tts-na",
	NULL,
};
/* The same of sound that is better than a compact disc. */
static const char *const by_work_fine[] = { "flac-24", "wav-24", "l24", NULL };
/* To clients that do not play the file and do not say what instead: nothing of it is kept, since it may be
 * the codec that they lack. */
static const char *const wholly_new[] = { "lpcm", "mp3", "avc-ts-ac3", "mpeg-ps-pal",
	"mpeg-ps-ntsc", NULL };
#define FINE_BITS 16
#define FINE_HZ 48000

NegotiateSource
negotiate_source_of_item(const Item *item)
{
	return (NegotiateSource){
		.kind = (ItemKind)item->kind,
		.mime = item->mime,
		.profile = item->profile,
		.video_codec = item->kind == ITEM_VIDEO ? item->video_codec : NULL,
		.audio_codec = item->audio_codec,
		.width = item->width,
		.height = item->height,
		.sample_hz = item->kind == ITEM_AUDIO ? item->sample_hz : 0,
		.bits = item->bits,
		.channels = item->kind == ITEM_AUDIO ? item->channels : 0,
		.bitrate_bps = item->bitrate_bps,
	};
}

NegotiateSource
negotiate_source_of_plan(const Item *item, const ConvertPlan *plan)
{
	static const char *const videos[RECIPE_VIDEO_CODECS] = {
		[RECIPE_H264] = "h264",
		[RECIPE_MPEG2] = "mpeg2video",
	};
	static const char *const audios[RECIPE_AUDIO_CODECS] = {
		[RECIPE_MP3_AUDIO] = "mp3",
		[RECIPE_AAC] = "aac",
		[RECIPE_AC3_AUDIO] = "ac3",
		[RECIPE_FLAC_AUDIO] = "flac",
		[RECIPE_MP2] = "mp2",
	};
	const Recipe *recipe = plan->recipe;
	const bool sound = recipe->kind == RECIPE_AUDIO; /* also of a film */

	return (NegotiateSource){
		.kind = sound ? ITEM_AUDIO : (ItemKind)item->kind,
		.mime = plan->mime,
		.profile = plan->profile,
		.converted = true,
		.video_codec = recipe->video == RECIPE_COPY_VIDEO ? item->video_codec
								  : videos[recipe->video],
		.audio_codec = recipe->audio == RECIPE_COPY_AUDIO ? item->audio_codec
								  : audios[recipe->audio],
		.width = plan->width,
		.height = plan->height,
		.sample_hz = sound ? plan->sample_hz : 0,
		.bits = plan->bits,
		.channels = sound ? plan->channels : 0,
		.bitrate_bps = plan->bitrate_bps,
	};
}

/* Offers on their way. */
typedef struct {
	const Negotiation *asked;
	Offer *offers;
	unsigned n, n_conversions;
	bool live;
	bool sound_alone; /* of a film: to those who show none */
} Table;

static void
add(Table *table, OfferKind kind, Verdict verdict, const char *why)
{
	if (table->n == NEGOTIATE_OFFERS_MAX) {
		return;
	}
	Offer *offer = &table->offers[table->n++];

	offer->kind = kind;
	offer->verdict = verdict;
	(void)g_strlcpy(offer->why, table->asked->explain ? why : "", sizeof(offer->why));
}

/* Nothing is offered of a file that it is already. */
static bool
is_original(const Item *item, const ConvertPlan *plan)
{
	if (plan->recipe->video == RECIPE_COPY_VIDEO) {
		bool same_sound = plan->recipe->audio == RECIPE_COPY_AUDIO;

		return same_sound && (g_str_equal(item->mime, plan->mime) ||
					     g_str_equal(item->mime, "video/vnd.dlna.mpeg-tts"));
	}
	if (!g_str_equal(item->mime, plan->mime)) {
		return false;
	}
	/* FLAC of FLAC is another one when its samples are */
	return plan->profile != NULL
		       ? g_strcmp0(item->profile, plan->profile) == 0
		       : plan->sample_hz == item->sample_hz && plan->bits == item->bits &&
				 plan->channels == item->channels;
}

static bool
make_plan(const Table *table, const char *name, ConvertPlan *ret_plan)
{
	const Negotiation *asked = table->asked;
	const Recipe *recipe = recipe_find(name);

	return recipe != NULL && asked->machine != NULL &&
	       (table->live ? station_plan : convert_plan)(
		       recipe, asked->item, asked->machine, ret_plan);
}

static bool
has_recipe(const Table *table, const Recipe *recipe)
{
	for (unsigned i = 0; i < table->n; i++) {
		if (table->offers[i].kind == OFFER_CONVERSION &&
			table->offers[i].plan.recipe == recipe) {
			return true;
		}
	}
	return false;
}

static void
add_conversion(Table *table, const ConvertPlan *plan, Verdict verdict, const char *why)
{
	if (table->n_conversions < CONVERSIONS_MAX && table->n < NEGOTIATE_OFFERS_MAX &&
		!has_recipe(table, plan->recipe)) {
		table->offers[table->n].plan = *plan;
		table->n_conversions++;
		add(table, OFFER_CONVERSION, verdict, why);
	}
}

static bool
is_sound_of_film(const Item *item, const Recipe *recipe)
{
	return item->kind == ITEM_VIDEO && recipe->kind == RECIPE_AUDIO;
}

/* @param lowest  of the verdict on what comes out */
static void
add_played(Table *table, const char *const *names, Verdict lowest, bool other_region)
{
	const Item *item = table->asked->item;

	for (; names != NULL && *names != NULL; names++) {
		char why[VERDICT_WHY_MAX] = "";
		ConvertPlan plan;

		if (!make_plan(table, *names, &plan) || plan.changes_region != other_region ||
			is_original(item, &plan) ||
			is_sound_of_film(item, plan.recipe) != table->sound_alone) {
			continue;
		}
		NegotiateSource source = negotiate_source_of_plan(item, &plan);
		Verdict verdict = verdict_of(&table->asked->client, &source, why);

		if (verdict >= lowest) {
			add_conversion(table, &plan, verdict, why);
		}
	}
}

/* What nearly everybody plays. Of a region that is not the film's only if there is nothing else. */
static void
add_usual(Table *table)
{
	const Item *item = table->asked->item;
	char **own = table->asked->client.profile->conversions;

	if (own != NULL) { /* who it is says more than who nobody is */
		add_played(table, (const char *const *)own, VERDICT_UNSURE, false);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
		for (size_t j = 0; usual[i].kind == (ItemKind)item->kind &&
				   j < G_N_ELEMENTS(usual[i].names) && usual[i].names[j] != NULL;
			j++) {
			ConvertPlan plan;

			/* of what is copied it must be H.264 that everybody has: of a station nobody knows */
			if (!make_plan(table, usual[i].names[j], &plan) || plan.changes_region ||
				(plan.recipe->video == RECIPE_COPY_VIDEO &&
					(table->live ||
						g_strcmp0(item->video_codec, "h264") != 0))) {
				continue;
			}
			NegotiateSource source = negotiate_source_of_plan(item, &plan);

			if (verdict_of(&table->asked->client, &source, NULL) == VERDICT_NO) {
				continue;
			}
			if (!is_original(item, &plan)) {
				add_conversion(table, &plan, VERDICT_UNSURE,
					"what nearly every player has");
			}
			break;
		}
	}
}

static bool
is_fine(const Item *item)
{
	return item->kind == ITEM_AUDIO && (item->bits > FINE_BITS || item->sample_hz > FINE_HZ);
}

/* In the order of the profile, when it has one; what surely plays before what may. */
static void
add_fitting(Table *table)
{
	const char *const *own = (const char *const *)table->asked->client.profile->conversions;

	add_played(table, own, VERDICT_YES, false);
	if (is_fine(table->asked->item)) {
		add_played(table, by_work_fine, VERDICT_YES, false);
	}
	add_played(table, by_work, VERDICT_YES, false);
	if (table->n_conversions == 0) {
		add_played(table, by_work, VERDICT_YES, true);
	}
	if (table->n_conversions == 0) {
		add_played(table, own, VERDICT_UNSURE, false);
		add_played(table, wholly_new, VERDICT_UNSURE, false);
	}
	if (table->n_conversions == 0) {
		add_played(table, wholly_new, VERDICT_UNSURE, true);
	}
	/* a radio hears a concert that is a film; a television whose turn has not come shows none of it */
	if (table->n_conversions == 0 && table->asked->item->kind == ITEM_VIDEO &&
		!verdict_shows_films(&table->asked->client)) {
		table->sound_alone = true;
		add_played(table, own, VERDICT_YES, false);
		add_played(table, by_work, VERDICT_YES, false);
	}
	/* its list has no form that can be made here: what nearly everybody plays is the better guess */
	if (table->n_conversions == 0) {
		add_played(table, wholly_new, VERDICT_NO, false);
	}
}

static void
add_picture(Table *table, Verdict original, const char *why)
{
	static const char sizes[] = "JPEG in the sizes that are smaller, or of another format";
	const bool smaller = !avu_client_has(table->asked->client.profile, AVU_CLIENT_NO_SMALLER);

	if (original == VERDICT_NO) {
		add(table, OFFER_PICTURES, VERDICT_YES, sizes);
	}
	add(table, OFFER_ORIGINAL, original, why);
	if (original != VERDICT_NO && smaller) {
		add(table, OFFER_PICTURES, VERDICT_UNSURE, sizes);
	}
}

/* @param item  a file, or what is assumed of a station */
static unsigned
decide(Table *table, const Item *item)
{
	const Negotiation *negotiation = table->asked;
	const AvuClientProfile *profile = negotiation->client.profile;
	const NegotiateSource source = negotiate_source_of_item(item);
	char why[VERDICT_WHY_MAX] = "";
	Verdict original = verdict_of(&negotiation->client, &source, why);
	/* a conversion of what is still written would end where that ends now */
	const bool convert =
		!avu_client_has(profile, AVU_CLIENT_NO_CONVERSION) && !item_is_growing(item);
	const bool first = avu_client_has(profile, AVU_CLIENT_CONVERTED_FIRST);

	if (item->kind == ITEM_IMAGE) {
		add_picture(table, original, why);
		return table->n;
	}
	if (original == VERDICT_NO && convert) {
		add_fitting(table);
	} else if (first && convert) {
		add_usual(table);
	}
	add(table, OFFER_ORIGINAL, original, why);
	if (original == VERDICT_UNSURE && !first && convert) {
		add_usual(table);
	}
	return table->n;
}

unsigned
negotiate(const Negotiation *negotiation, Offer ret_offers[NEGOTIATE_OFFERS_MAX])
{
	Negotiation asked = *negotiation;
	Table table = { .asked = &asked, .offers = ret_offers };
	ConvertMachine machine;
	Item assumed;

	if (negotiation->machine != NULL) {
		machine = convert_machine_for(negotiation->machine, negotiation->client.profile);
		asked.machine = &machine;
	}
	if (item_is_live(negotiation->item)) {
		station_assume(negotiation->item, &assumed);
		asked.item = &assumed;
		table.live = true;
	}
	return decide(&table, asked.item);
}
