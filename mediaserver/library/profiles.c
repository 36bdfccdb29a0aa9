/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DLNA profiles of files that surely conform (spec/dlna-media-profiles.md). Rows are tried in order,
 * narrowest first; a file that fits none goes out with its MIME type alone, which every tolerant
 * player takes, while a wrong profile makes a strict one fail. Pure, any thread. */
#include "mediaserver/library/formats.h"

typedef struct {
	const char *name;
	const char *container;
	const char *codec;
	int64_t object_type; /* AAC; 0: any */
	int64_t max_channels;
	int64_t min_hz, max_hz;
	int64_t max_bps;
	int64_t exact_hz[4]; /* allowed rates; 0 ends, all zero: any in the range */
} AudioRule;

/* spec section 6 */
static const AudioRule audio_rules[] = {
	{ "MP3", "mp3", "mp3", 0, 2, 32000, 48000, 320000, { 32000, 44100, 48000 } },
	{ "MP3X", "mp3", "mp3", 0, 2, 16000, 48000, 320000, { 16000, 22050, 24000 } },
	{ "AAC_ISO_320", "mp4", "aac", 2, 2, 8000, 48000, 320000, { 0 } },
	{ "AAC_ISO", "mp4", "aac", 2, 2, 8000, 48000, 576000, { 0 } },
	{ "AAC_MULT5_ISO", "mp4", "aac", 2, 6, 8000, 48000, 1440000, { 0 } },
	{ "AAC_ADTS_320", "adts", "aac", 2, 2, 8000, 48000, 320000, { 0 } },
	{ "AAC_ADTS", "adts", "aac", 2, 2, 8000, 48000, 576000, { 0 } },
	{ "AAC_MULT5_ADTS", "adts", "aac", 2, 6, 8000, 48000, 1440000, { 0 } },
	{ "AC3", "ac3", "ac3", 0, 6, 32000, 48000, 640000, { 32000, 44100, 48000 } },
	{ "WMABASE", "asf", "wmav", 0, 2, 1, 48000, 192999, { 0 } },
	{ "WMAFULL", "asf", "wmav", 0, 2, 1, 48000, 385000, { 0 } },
	{ "WMAPRO", "asf", "wmapro", 0, 8, 1, 96000, 1500000, { 0 } },
};

/* spec section 5: smallest that fits; thumbnails and icons are never originals */
static const struct {
	const char *name;
	const char *container;
	int64_t max_width, max_height;
} picture_rules[] = {
	{ "JPEG_SM", "jpeg", 640, 480 },
	{ "JPEG_MED", "jpeg", 1024, 768 },
	{ "JPEG_LRG", "jpeg", 4096, 4096 },
	{ "PNG_LRG", "png", 4096, 4096 },
};

enum { ANY_RATE = 0, FILM_25 = 25000, FILM_29_97 = 29970 };

typedef struct {
	const char *name; /* TS: base, the suffix follows from the packets */
	const char *container;
	const char *video;
	int64_t profiles[3]; /* H.264; 0 ends, all zero: any */
	int64_t max_level;
	int64_t max_width, max_height, min_height;
	int64_t rate_mhz; /* ± 0.01 frames/s */
	const char *audio[2];
	int64_t max_channels;
	int64_t max_bps;
} VideoRule;

/* spec sections 7 and 9 */
static const VideoRule video_rules[] = {
	{ "MPEG_PS_PAL", "mpeg", "mpeg2video", { 0 }, 0, 720, 576, 288, FILM_25, { "mp2", "ac3" },
		6, 10080000 },
	{ "MPEG_PS_NTSC", "mpeg", "mpeg2video", { 0 }, 0, 720, 480, 240, FILM_29_97,
		{ "mp2", "ac3" }, 6, 10080000 },
	{ "MPEG_TS_SD_EU", "ts", "mpeg2video", { 0 }, 0, 720, 576, 576, FILM_25, { "mp2" }, 2, 0 },
	{ "MPEG_TS_SD_NA", "ts", "mpeg2video", { 0 }, 0, 720, 480, 480, ANY_RATE, { "ac3" }, 6,
		19392700 },
	{ "MPEG_TS_HD_NA", "ts", "mpeg2video", { 0 }, 0, 1920, 1080, 720, ANY_RATE, { "ac3" }, 6,
		19392700 },
	{ "AVC_TS_MP_SD_AC3", "ts", "h264", { 77, 578 }, 30, 720, 576, 0, ANY_RATE, { "ac3" }, 6,
		10000000 },
	{ "AVC_TS_MP_SD_AAC_MULT5", "ts", "h264", { 77, 578 }, 30, 720, 576, 0, ANY_RATE, { "aac" },
		6, 10000000 },
	{ "AVC_TS_MP_HD_AC3", "ts", "h264", { 77, 578 }, 40, 1920, 1152, 0, ANY_RATE, { "ac3" }, 6,
		20000000 },
	{ "AVC_TS_MP_HD_AAC_MULT5", "ts", "h264", { 77, 578 }, 40, 1920, 1152, 0, ANY_RATE,
		{ "aac" }, 6, 20000000 },
	{ "AVC_TS_HP_HD_AC3", "ts", "h264", { 100 }, 40, 1920, 1152, 0, ANY_RATE, { "ac3" }, 6,
		30000000 },
	{ "AVC_MP4_MP_SD_AAC_MULT5", "mp4", "h264", { 77, 578 }, 30, 720, 576, 0, ANY_RATE,
		{ "aac" }, 6, 10000000 },
	{ "AVC_MP4_MP_SD_AC3", "mp4", "h264", { 77, 578 }, 30, 720, 576, 0, ANY_RATE, { "ac3" }, 6,
		10000000 },
	{ "AVC_MP4_MP_HD_720p_AAC", "mp4", "h264", { 77 }, 31, 1280, 720, 0, ANY_RATE, { "aac" }, 2,
		14000000 },
	{ "AVC_MP4_MP_HD_1080i_AAC", "mp4", "h264", { 77 }, 40, 1920, 1080, 0, ANY_RATE, { "aac" },
		2, 20000000 },
	{ "AVC_MP4_HP_HD_AAC", "mp4", "h264", { 100 }, 40, 1920, 1080, 0, ANY_RATE, { "aac" }, 2,
		25000000 },
	{ "AVC_MKV_MP_HD_AAC_MULT5", "mkv", "h264", { 77, 578 }, 40, 1920, 1152, 0, ANY_RATE,
		{ "aac" }, 6, 20000000 },
	{ "AVC_MKV_MP_HD_AC3", "mkv", "h264", { 77, 578 }, 40, 1920, 1152, 0, ANY_RATE, { "ac3" },
		6, 20000000 },
	{ "AVC_MKV_HP_HD_AAC_MULT5", "mkv", "h264", { 100 }, 40, 1920, 1152, 0, ANY_RATE, { "aac" },
		6, 30000000 },
	{ "AVC_MKV_HP_HD_AC3", "mkv", "h264", { 100 }, 40, 1920, 1152, 0, ANY_RATE, { "ac3" }, 6,
		30000000 },
};

/* The three forms of a transport stream, spec section 2. */
static const char *
with_suffix(const char *base, const ProbeResult *result)
{
	static const char *const suffixes[] = { "_ISO", "_T", "" };
	g_autofree char *name = NULL;
	size_t form = result->packet_size != 192 ? 0 : result->packet_stamped != 0 ? 1 : 2;

	if (form == 2) {
		return base;
	}
	name = g_strconcat(base, suffixes[form], NULL);
	/* names of a fixed table with two endings: a bounded set */
	return g_intern_string(name);
}

static bool
audio_fits(const AudioRule *rule, const ProbeResult *result)
{
	bool rate_fits = rule->exact_hz[0] == 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rule->exact_hz) && rule->exact_hz[i] != 0; i++) {
		rate_fits = rate_fits || rule->exact_hz[i] == result->sample_hz;
	}
	return g_strcmp0(result->container, rule->container) == 0 && result->video_codec == NULL &&
	       result->audio_codec != NULL && g_str_has_prefix(result->audio_codec, rule->codec) &&
	       (rule->object_type == 0 || result->audio_profile == rule->object_type) &&
	       rate_fits && result->sample_hz >= rule->min_hz &&
	       result->sample_hz <= rule->max_hz && result->channels >= 1 &&
	       result->channels <= rule->max_channels && result->bitrate_bps <= rule->max_bps;
}

static bool
h264_fits(const VideoRule *rule, const ProbeResult *result)
{
	if (rule->profiles[0] == 0) {
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rule->profiles) && rule->profiles[i] != 0; i++) {
		if (rule->profiles[i] == result->video_profile) {
			return result->video_level > 0 && result->video_level <= rule->max_level;
		}
	}
	return false;
}

static bool
video_audio_fits(const VideoRule *rule, const ProbeResult *result)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rule->audio) && rule->audio[i] != NULL; i++) {
		if (g_strcmp0(result->audio_codec, rule->audio[i]) == 0) {
			/* AAC-LC only; a transport stream does not say, decoders tell by the stream */
			bool lc = !g_str_equal(rule->audio[i], "aac") || result->audio_profile == 2;

			return lc && result->channels >= 1 &&
			       result->channels <= rule->max_channels;
		}
	}
	return false;
}

static bool
video_fits(const VideoRule *rule, const ProbeResult *result)
{
	bool rate_fits = rule->rate_mhz == ANY_RATE ||
			 (result->frame_rate_mhz >= rule->rate_mhz - 10 &&
				 result->frame_rate_mhz <= rule->rate_mhz + 10);
	bool qt = result->brand != NULL && g_str_has_prefix(result->brand, "qt");

	return g_strcmp0(result->container, rule->container) == 0 && !qt &&
	       g_strcmp0(result->video_codec, rule->video) == 0 && h264_fits(rule, result) &&
	       result->width >= 1 && result->width <= rule->max_width && result->height >= 1 &&
	       result->height >= rule->min_height && result->height <= rule->max_height &&
	       rate_fits && video_audio_fits(rule, result) &&
	       (rule->max_bps == 0 || result->bitrate_bps <= rule->max_bps);
}

static const char *
picture_profile(const ProbeResult *result)
{
	for (size_t i = 0; i < G_N_ELEMENTS(picture_rules); i++) {
		if (g_strcmp0(result->container, picture_rules[i].container) == 0 &&
			g_strcmp0(result->video_codec, "baseline") == 0 &&
			result->width <= picture_rules[i].max_width &&
			result->height <= picture_rules[i].max_height) {
			return picture_rules[i].name;
		}
	}
	return NULL;
}

const char *
format_profile(const ProbeResult *result)
{
	if (result->outcome != PROBE_OK) {
		return NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(audio_rules); i++) {
		if (audio_fits(&audio_rules[i], result)) {
			return audio_rules[i].name;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(video_rules); i++) {
		if (video_fits(&video_rules[i], result)) {
			return g_str_equal(video_rules[i].container, "ts")
				       ? with_suffix(video_rules[i].name, result)
				       : video_rules[i].name;
		}
	}
	return picture_profile(result);
}
