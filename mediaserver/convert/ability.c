/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debian's FFmpeg has all of these; others are built with less. Pure. */
#include "mediaserver/convert/ability.h"

static const char *const video_names[RECIPE_VIDEO_CODECS] = {
	[RECIPE_H264] = "H.264 (libx264)",
	[RECIPE_MPEG2] = "MPEG-2 video",
};
static const char *const audio_names[RECIPE_AUDIO_CODECS] = {
	[RECIPE_PCM_BE] = "LPCM",
	[RECIPE_PCM_LE] = "WAV",
	[RECIPE_MP3_AUDIO] = "MP3 (libmp3lame)",
	[RECIPE_AAC] = "AAC",
	[RECIPE_AC3_AUDIO] = "AC-3",
	[RECIPE_FLAC_AUDIO] = "FLAC",
	[RECIPE_MP2] = "MPEG audio layer 2",
};
static const char *const container_names[RECIPE_CONTAINERS] = {
	[RECIPE_RAW] = "raw samples",
	[RECIPE_WAV] = "WAV",
	[RECIPE_MP3] = "MP3",
	[RECIPE_ADTS] = "ADTS",
	[RECIPE_AC3] = "AC-3",
	[RECIPE_FLAC] = "FLAC",
	[RECIPE_TS] = "MPEG transport streams",
	[RECIPE_TTS] = "MPEG transport streams with stamps",
	[RECIPE_PS] = "MPEG program streams",
	[RECIPE_MP4] = "MP4",
	[RECIPE_MKV] = "Matroska",
};

uint32_t
ability_get_recipes(const ConvertAbility *ability)
{
	uint32_t able = 0;

	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		if (convert_ability_has(ability, recipe)) {
			able |= 1u << recipe_index(recipe);
		}
	}
	return able;
}

static void
add_names(GString *text, uint32_t missing, const char *const *names, size_t n, const char *package)
{
	for (size_t i = 0; i < n; i++) {
		if ((missing & 1u << i) != 0 && names[i] != NULL) {
			g_string_append_printf(text, "%s%s (package %s)", text->len > 0 ? ", " : "",
				names[i], package);
		}
	}
}

char *
ability_describe_missing(const ConvertAbility *ability)
{
	static const char codecs[] =
		"libavcodec61 or libavcodec-extra61, in Debian 12 libavcodec59";
	static const char muxers[] = "libavformat61, in Debian 12 libavformat59";
	GString *text = g_string_new(NULL);

	add_names(text, ability->no_video, video_names, G_N_ELEMENTS(video_names), codecs);
	add_names(text, ability->no_audio, audio_names, G_N_ELEMENTS(audio_names), codecs);
	add_names(text, ability->no_container, container_names, G_N_ELEMENTS(container_names),
		muxers);
	for (unsigned i = 0; decodable_nth(i) != NULL; i++) {
		if (decodable_is_missing(&ability->gaps, i)) {
			g_string_append_printf(text, "%sfiles in %s (package %s)",
				text->len > 0 ? ", " : "", decodable_nth(i), codecs);
		}
	}
	return g_string_free(text, text->len == 0);
}
