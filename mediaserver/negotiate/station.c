/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is usual, as a table. Pure; any thread. */
#include "mediaserver/negotiate/station.h"

#include <string.h>

#define RADIO_HZ 44100
#define TELEVISION_HZ 48000
#define TELEVISION_RATE_MHZ 25000

static const struct {
	const char *mime; /* NULL: any other */
	const char *audio_codec;
	const char *profile; /* which any of that type has; NULL: there are several */
} sounds[] = {
	{ "audio/mpeg", "mp3", "MP3" },
	{ "audio/aac", "aac" },
	{ "audio/aacp", "aac" },
	{ "audio/vnd.dlna.adts", "aac" },
	{ "audio/mp4", "aac" },
	{ "audio/ac3", "ac3" },
	{ "audio/vnd.dolby.dd-raw", "ac3" },
	{ "audio/flac", "flac" },
	{ "audio/wav", "pcm_s16le" },
	{ "audio/L16", "pcm_s16be" },
	{ "audio/opus", "opus" },
	{ NULL, "vorbis" },
};

void
station_assume(const Item *station, Item *ret_item)
{
	*ret_item = *station;
	ret_item->url = NULL;
	ret_item->channels = 2;
	if (station->kind == ITEM_TELEVISION) {
		/* the largest that is usual: what a machine can make of that it can make of less */
		ret_item->kind = ITEM_VIDEO;
		ret_item->video_codec = "h264";
		ret_item->audio_codec = "aac";
		ret_item->width = 1920;
		ret_item->height = 1080;
		ret_item->frame_rate_mhz = TELEVISION_RATE_MHZ;
		ret_item->sample_hz = TELEVISION_HZ;
		return;
	}
	size_t i = 0;

	while (sounds[i].mime != NULL && g_ascii_strncasecmp(station->mime, sounds[i].mime,
						 strcspn(station->mime, "; ")) != 0) {
		i++;
	}
	ret_item->kind = ITEM_AUDIO;
	ret_item->audio_codec = sounds[i].audio_codec;
	ret_item->profile = sounds[i].profile;
	ret_item->sample_hz = RADIO_HZ;
}

bool
station_plan_instead(const ConvertPlan *plan, const Item *assumed, const ConvertMachine *machine,
	ConvertPlan *ret_plan)
{
	static const char *const pairs[][2] = { { "copy-ts", "avc-ts-aac" },
		{ "copy-ts-aac", "avc-ts-aac" }, { "copy-ts-ac3", "avc-ts-ac3" },
		{ "copy-tts", "avc-tts-aac" }, { "copy-tts-ac3", "avc-tts-ac3" } };

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		if (g_str_equal(plan->recipe->name, pairs[i][0])) {
			return station_plan(recipe_find(pairs[i][1]), assumed, machine, ret_plan);
		}
	}
	return false;
}

bool
station_plan(const Recipe *recipe, const Item *assumed, const ConvertMachine *machine,
	ConvertPlan *ret_plan)
{
	/* others have a head */
	static const bool joined[RECIPE_CONTAINERS] = {
		[RECIPE_RAW] = true,
		[RECIPE_MP3] = true,
		[RECIPE_ADTS] = true,
		[RECIPE_AC3] = true,
		[RECIPE_TS] = true,
		[RECIPE_TTS] = true,
		[RECIPE_PS] = true,
	};

	if (!joined[recipe->container] || !convert_plan(recipe, assumed, machine, ret_plan)) {
		return false;
	}
	if (recipe->kind == RECIPE_VIDEO &&
		recipe->video !=
			RECIPE_MPEG2) { /* its names and its rate go by what really comes */
		ret_plan->profile = NULL;
		ret_plan->frame_rate_mhz = -1;
	}
	return true;
}
