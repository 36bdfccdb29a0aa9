/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/recipe.h: the conversions that there are, by name.
 *
 * A recipe is a row of a constant table: container, codecs and bounds. Its name is what stands in a URL
 * and the only part of a request that reaches a codec (SEC-160). What becomes of one file by one
 * recipe, with numbers, is a plan (plan.h). Compiled into the server and the worker. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	RECIPE_AUDIO, /* sound, also that of a film without its picture */
	RECIPE_VIDEO,
} RecipeKind;

typedef enum {
	RECIPE_RAW, /* samples and nothing else */
	RECIPE_WAV,
	RECIPE_MP3,
	RECIPE_ADTS,
	RECIPE_AC3,
	RECIPE_FLAC,
	RECIPE_TS,  /* packets of 188 octets */
	RECIPE_TTS, /* of 192, with the time before each */
	RECIPE_PS,
	RECIPE_MP4, /* in fragments */
	/* of no recipe: key frames of films that are such */
	RECIPE_MKV,
	RECIPE_WEBM,
	RECIPE_MOV,
	RECIPE_3GP,
	RECIPE_3G2,
	RECIPE_AVI,
	RECIPE_ASF,
	RECIPE_FLV,
	RECIPE_OGG,
	RECIPE_CONTAINERS,
} RecipeContainer;

typedef enum {
	RECIPE_NO_VIDEO,
	RECIPE_COPY_VIDEO,
	RECIPE_H264,
	RECIPE_MPEG2,
	RECIPE_VIDEO_CODECS,
} RecipeVideo;

typedef enum {
	RECIPE_COPY_AUDIO,
	RECIPE_PCM_BE, /* bits says how wide */
	RECIPE_PCM_LE,
	RECIPE_MP3_AUDIO,
	RECIPE_AAC,
	RECIPE_AC3_AUDIO,
	RECIPE_FLAC_AUDIO,
	RECIPE_MP2,
	RECIPE_AUDIO_CODECS,
} RecipeAudio;

#define RECIPE_RATES_MAX 8
#define RECIPE_NAME_MAX 16

typedef struct {
	const char *name;      /* in a URL; at most RECIPE_NAME_MAX octets of a-z, 0-9 and - */
	const char *extension; /* of the URL */
	const char *mime;      /* of PCM without its parameters */
	const char *profile;   /* DLNA.ORG_PN; with "%s" in it: plan.c completes it; NULL: none */
	RecipeKind kind;
	RecipeContainer container;
	RecipeVideo video;
	RecipeAudio audio;
	int64_t rates_hz[RECIPE_RATES_MAX]; /* sample rates, rising; 0 ends; none: as they come */
	int64_t max_channels;
	bool stereo;       /* two channels, also of one */
	int64_t bits;      /* per sample; lossy: 0 */
	int64_t audio_bps; /* of lossy codecs: all channels */
	int64_t max_width, max_height;
	int64_t frame_rate_mhz; /* frames per 1000 s, fixed; 0: that of the film up to 60 */
	int64_t max_video_bps;
	/* of copies: what may be copied, FFmpeg's names */
	const char *copied_video[3];
	const char *copied_audio[4];
} Recipe;

/** All rows; the last has no name. Constant. */
const Recipe *recipe_list(void);
/** NULL: there is none of this name. */
const Recipe *recipe_find(const char *name);
/** By place in recipe_list(); NULL: there is none. */
const Recipe *recipe_nth(uint32_t n);
uint32_t recipe_index(const Recipe *recipe);

/** Does it change nothing but the container (or not even the sound's codec)? Those are done at a
 *  hundred times the speed of the film. */
bool recipe_is_copy(const Recipe *recipe);

G_END_DECLS
