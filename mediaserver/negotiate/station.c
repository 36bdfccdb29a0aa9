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
station_plan(const Recipe *recipe, const Item *assumed, const ConvertMachine *machine,
	ConvertPlan *ret_plan)
{
	/* others have a head, or begin with a key frame that nobody can go back to */
	static const bool joined[RECIPE_CONTAINERS] = {
		[RECIPE_RAW] = true,
		[RECIPE_MP3] = true,
		[RECIPE_ADTS] = true,
		[RECIPE_AC3] = true,
		[RECIPE_TS] = true,
		[RECIPE_TTS] = true,
		[RECIPE_PS] = true,
	};

	if (!joined[recipe->container] || recipe_is_copy(recipe) ||
		!convert_plan(recipe, assumed, machine, ret_plan)) {
		return false;
	}
	if (recipe->video == RECIPE_H264) { /* its names and its rate go by what really comes */
		ret_plan->profile = NULL;
		ret_plan->frame_rate_mhz = -1;
	}
	return true;
}
