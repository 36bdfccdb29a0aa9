/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does what was probed keep the bounds of a component? Pure; any thread. */
#include <string.h>

#include "format-private.h"

bool
format_has_word(const FormatWords *words, const char *word)
{
	for (unsigned i = 0; i < words->n; i++) {
		if (strcmp(words->words[i], word) == 0) {
			return true;
		}
	}
	return false;
}

static bool
is_within(const FormatRanges *ranges, int64_t value)
{
	if (ranges->n == 0 || (value < 0 && ranges->unknown)) {
		return true;
	}
	for (unsigned i = 0; i < ranges->n; i++) {
		if (value >= ranges->ranges[i].min && value <= ranges->ranges[i].max) {
			return true;
		}
	}
	return false;
}

static bool
rate_fits(const FormatRange *bps, bool known, int64_t value)
{
	if (bps->max == 0) {
		return true;
	}
	return value > 0 ? value >= bps->min && value <= bps->max : !known;
}

bool
format_audio_fits(const Format *audio, const AvuFormatProbe *probe)
{
	/* of sound alone the file's rate is the sound's */
	int64_t bps = probe->audio_bps > 0         ? probe->audio_bps
		      : probe->video_codec == NULL ? probe->bitrate_bps
						   : -1;

	return format_has_word(&audio->codecs, probe->audio_codec) &&
	       is_within(&audio->types, probe->audio_profile) &&
	       is_within(&audio->channels, probe->channels) &&
	       is_within(&audio->hz, probe->sample_hz) && is_within(&audio->bits, probe->bits) &&
	       rate_fits(&audio->bps, audio->bps_known, bps);
}

bool
format_size_fits(const Format *format, const AvuFormatProbe *probe)
{
	return probe->width >= 1 && probe->height >= 1 &&
	       (format->max_width == 0 ||
		       (probe->width <= format->max_width && probe->height <= format->max_height));
}

static bool
is_in_set(const Format *set, const AvuFormatProbe *probe)
{
	for (guint i = 0; i < set->sizes->len; i++) {
		const FormatSize *size = &g_array_index(set->sizes, FormatSize, i);

		if (size->width == probe->width && size->height == probe->height &&
			(size->rate_mhz.max == 0 ||
				(probe->frame_rate_mhz >= size->rate_mhz.min &&
					probe->frame_rate_mhz <= size->rate_mhz.max)) &&
			(!size->interlaced || probe->interlaced == 1)) {
			return true;
		}
	}
	return false;
}

bool
format_video_fits(const Format *video, const AvuFormatProbe *probe)
{
	/* without a rate of its own: all but the sound */
	int64_t bps = probe->video_bps > 0 ? probe->video_bps
					   : probe->bitrate_bps - MAX(probe->audio_bps, 0);

	return format_has_word(&video->codecs, probe->video_codec) &&
	       is_within(&video->profiles, probe->video_profile) &&
	       (video->level == 0 ||
		       (probe->video_level > 0 && probe->video_level <= video->level)) &&
	       format_size_fits(video, probe) &&
	       (video->max_rate_mhz == 0 || probe->frame_rate_mhz <= video->max_rate_mhz) &&
	       (video->size_set == NULL || is_in_set(video->size_set, probe)) &&
	       rate_fits(&video->bps, false, bps);
}
