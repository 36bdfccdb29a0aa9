/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of conversions. Bounds are those of the DLNA profiles (spec/dlna-media-profiles.md 6, 7 and
 * 9) where a row has one. Compiled into both ends. Pure. */
#include "mediaserver/convert/recipe.h"

#include <string.h>

#define CD_AND_FILM          \
	{                    \
		44100, 48000 \
	}
#define MPEG_1                      \
	{                           \
		32000, 44100, 48000 \
	}
#define FILM          \
	{             \
		48000 \
	}
#define ANY_PCM                                            \
	{                                                  \
		44100, 48000, 88200, 96000, 176400, 192000 \
	}

#define KBIT 1000
#define MBIT 1000000
#define PAL_MHZ 25000
#define NTSC_MHZ 29970

#define AUDIO_ROW(n, ext, type, pn) \
	.name = (n), .extension = (ext), .mime = (type), .profile = (pn), .kind = RECIPE_AUDIO
#define VIDEO_ROW(n, ext, type, pn) \
	.name = (n), .extension = (ext), .mime = (type), .profile = (pn), .kind = RECIPE_VIDEO

#define TS_MIME "video/mpeg"
#define TTS_MIME "video/vnd.dlna.mpeg-tts"
/* Main profile at level 4, with margin below what the profile allows (9: 20 Mbit/s of system rate) */
#define AVC_BOUNDS .max_width = 1920, .max_height = 1080, .max_video_bps = 12 * MBIT
#define AAC_SOUND .audio = RECIPE_AAC, .rates_hz = FILM, .max_channels = 2, .audio_bps = 192 * KBIT
#define AC3_SOUND \
	.audio = RECIPE_AC3_AUDIO, .rates_hz = FILM, .max_channels = 6, .audio_bps = 448 * KBIT
#define COPIED .video = RECIPE_COPY_VIDEO, .max_width = 8192, .max_height = 4320

static const Recipe recipes[] = {
	{ AUDIO_ROW("lpcm", "l16", "audio/L16", "LPCM"), .container = RECIPE_RAW,
		.audio = RECIPE_PCM_BE, .rates_hz = CD_AND_FILM, .max_channels = 2, .bits = 16 },
	{ AUDIO_ROW("lpcm-44", "l16", "audio/L16", "LPCM"), .container = RECIPE_RAW,
		.audio = RECIPE_PCM_BE, .rates_hz = { 44100 }, .max_channels = 2, .stereo = true,
		.bits = 16 },
	{ AUDIO_ROW("lpcm-48", "l16", "audio/L16", "LPCM"), .container = RECIPE_RAW,
		.audio = RECIPE_PCM_BE, .rates_hz = FILM, .max_channels = 2, .stereo = true,
		.bits = 16 },
	{ AUDIO_ROW("l24", "l24", "audio/L24", NULL), .container = RECIPE_RAW,
		.audio = RECIPE_PCM_BE, .rates_hz = ANY_PCM, .max_channels = 2, .bits = 24 },
	{ AUDIO_ROW("wav", "wav", "audio/wav", NULL), .container = RECIPE_WAV,
		.audio = RECIPE_PCM_LE, .rates_hz = CD_AND_FILM, .max_channels = 2, .bits = 16 },
	{ AUDIO_ROW("wav-24", "wav", "audio/wav", NULL), .container = RECIPE_WAV,
		.audio = RECIPE_PCM_LE, .rates_hz = ANY_PCM, .max_channels = 8, .bits = 24 },
	{ AUDIO_ROW("mp3", "mp3", "audio/mpeg", "MP3"), .container = RECIPE_MP3,
		.audio = RECIPE_MP3_AUDIO, .rates_hz = MPEG_1, .max_channels = 2,
		.audio_bps = 320 * KBIT },
	{ AUDIO_ROW("mp3-128", "mp3", "audio/mpeg", "MP3"), .container = RECIPE_MP3,
		.audio = RECIPE_MP3_AUDIO, .rates_hz = MPEG_1, .max_channels = 2,
		.audio_bps = 128 * KBIT },
	{ AUDIO_ROW("aac", "aac", "audio/vnd.dlna.adts", "AAC_ADTS_320"), .container = RECIPE_ADTS,
		.audio = RECIPE_AAC, .rates_hz = CD_AND_FILM, .max_channels = 2,
		.audio_bps = 256 * KBIT },
	{ AUDIO_ROW("ac3", "ac3", "audio/vnd.dolby.dd-raw", "AC3"), .container = RECIPE_AC3,
		.audio = RECIPE_AC3_AUDIO, .rates_hz = MPEG_1, .max_channels = 6,
		.audio_bps = 448 * KBIT },
	{ AUDIO_ROW("flac", "flac", "audio/flac", NULL), .container = RECIPE_FLAC,
		.audio = RECIPE_FLAC_AUDIO, .rates_hz = CD_AND_FILM, .max_channels = 2,
		.bits = 16 },
	{ AUDIO_ROW("flac-24", "flac", "audio/flac", NULL), .container = RECIPE_FLAC,
		.audio = RECIPE_FLAC_AUDIO, .rates_hz = ANY_PCM, .max_channels = 8, .bits = 24 },

	{ VIDEO_ROW("copy-ts", "ts", TS_MIME, NULL), .container = RECIPE_TS, COPIED,
		.audio = RECIPE_COPY_AUDIO, .copied_video = { "h264", "hevc", "mpeg2video" },
		.copied_audio = { "aac", "ac3", "eac3", "mp2" } },
	{ VIDEO_ROW("copy-ts-aac", "ts", TS_MIME, NULL), .container = RECIPE_TS, COPIED, AAC_SOUND,
		.copied_video = { "h264", "hevc" } },
	{ VIDEO_ROW("copy-ts-ac3", "ts", TS_MIME, NULL), .container = RECIPE_TS, COPIED, AC3_SOUND,
		.copied_video = { "h264", "hevc", "mpeg2video" } },
	{ VIDEO_ROW("copy-tts", "m2ts", TTS_MIME, NULL), .container = RECIPE_TTS, COPIED,
		.audio = RECIPE_COPY_AUDIO, .copied_video = { "h264", "hevc", "mpeg2video" },
		.copied_audio = { "aac", "ac3", "eac3", "mp2" } },
	{ VIDEO_ROW("copy-tts-ac3", "m2ts", TTS_MIME, NULL), .container = RECIPE_TTS, COPIED,
		AC3_SOUND, .copied_video = { "h264", "hevc", "mpeg2video" } },
	{ VIDEO_ROW("copy-mp4", "mp4", "video/mp4", NULL), .container = RECIPE_MP4, COPIED,
		.audio = RECIPE_COPY_AUDIO, .copied_video = { "h264", "hevc" },
		.copied_audio = { "aac", "ac3", "eac3", "mp3" } },
	{ VIDEO_ROW("copy-mp4-aac", "mp4", "video/mp4", NULL), .container = RECIPE_MP4, COPIED,
		AAC_SOUND, .copied_video = { "h264", "hevc" } },

	{ VIDEO_ROW("avc-ts-aac", "ts", TS_MIME, "AVC_TS_MP_%s_AAC_MULT5_ISO"),
		.container = RECIPE_TS, .video = RECIPE_H264, AVC_BOUNDS, AAC_SOUND },
	{ VIDEO_ROW("avc-ts-ac3", "ts", TS_MIME, "AVC_TS_MP_%s_AC3_ISO"), .container = RECIPE_TS,
		.video = RECIPE_H264, AVC_BOUNDS, AC3_SOUND },
	{ VIDEO_ROW("avc-tts-aac", "m2ts", TTS_MIME, "AVC_TS_MP_%s_AAC_MULT5_T"),
		.container = RECIPE_TTS, .video = RECIPE_H264, AVC_BOUNDS, AAC_SOUND },
	{ VIDEO_ROW("avc-tts-ac3", "m2ts", TTS_MIME, "AVC_TS_MP_%s_AC3_T"), .container = RECIPE_TTS,
		.video = RECIPE_H264, AVC_BOUNDS, AC3_SOUND },
	/* fragments are not in the profile's text: no name */
	{ VIDEO_ROW("avc-mp4", "mp4", "video/mp4", NULL), .container = RECIPE_MP4,
		.video = RECIPE_H264, AVC_BOUNDS, AAC_SOUND },

	{ VIDEO_ROW("mpeg-ps-pal", "mpg", "video/mpeg", "MPEG_PS_PAL"), .container = RECIPE_PS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 576,
		.frame_rate_mhz = PAL_MHZ, .max_video_bps = 6 * MBIT, .audio = RECIPE_MP2,
		.rates_hz = FILM, .max_channels = 2, .audio_bps = 256 * KBIT },
	{ VIDEO_ROW("mpeg-ps-ntsc", "mpg", "video/mpeg", "MPEG_PS_NTSC"), .container = RECIPE_PS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 480,
		.frame_rate_mhz = NTSC_MHZ, .max_video_bps = 6 * MBIT, AC3_SOUND },
	{ VIDEO_ROW("mpeg-ts-eu", "ts", TS_MIME, "MPEG_TS_SD_EU_ISO"), .container = RECIPE_TS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 576,
		.frame_rate_mhz = PAL_MHZ, .max_video_bps = 6 * MBIT, .audio = RECIPE_MP2,
		.rates_hz = FILM, .max_channels = 2, .audio_bps = 256 * KBIT },
	{ VIDEO_ROW("mpeg-ts-na", "ts", TS_MIME, "MPEG_TS_SD_NA_ISO"), .container = RECIPE_TS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 480,
		.frame_rate_mhz = NTSC_MHZ, .max_video_bps = 6 * MBIT, AC3_SOUND },
	{ VIDEO_ROW("mpeg-tts-eu", "m2ts", TTS_MIME, "MPEG_TS_SD_EU_T"), .container = RECIPE_TTS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 576,
		.frame_rate_mhz = PAL_MHZ, .max_video_bps = 6 * MBIT, .audio = RECIPE_MP2,
		.rates_hz = FILM, .max_channels = 2, .audio_bps = 256 * KBIT },
	{ VIDEO_ROW("mpeg-tts-na", "m2ts", TTS_MIME, "MPEG_TS_SD_NA_T"), .container = RECIPE_TTS,
		.video = RECIPE_MPEG2, .max_width = 720, .max_height = 480,
		.frame_rate_mhz = NTSC_MHZ, .max_video_bps = 6 * MBIT, AC3_SOUND },
	{ .name = NULL },
};

/* ConvertMachine.able has a bit for each. */
G_STATIC_ASSERT(G_N_ELEMENTS(recipes) - 1 <= 32);

const Recipe *
recipe_list(void)
{
	return recipes;
}

const Recipe *
recipe_find(const char *name)
{
	for (const Recipe *recipe = recipes; recipe->name != NULL; recipe++) {
		if (strcmp(recipe->name, name) == 0) {
			return recipe;
		}
	}
	return NULL;
}

const Recipe *
recipe_nth(uint32_t n)
{
	return n < G_N_ELEMENTS(recipes) - 1 ? &recipes[n] : NULL;
}

uint32_t
recipe_index(const Recipe *recipe)
{
	return (uint32_t)(recipe - recipes);
}

bool
recipe_is_copy(const Recipe *recipe)
{
	return recipe->video == RECIPE_COPY_VIDEO;
}
