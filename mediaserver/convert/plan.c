/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of a conversion: rates, sizes, and whether this machine keeps up. Pure. */
#include "mediaserver/convert/plan.h"

#include <math.h>
#include <string.h>

#include <av-upnp/media-source.h>

#define BITS_PER_OCTET 8
#define WAV_HEAD 44
#define WAV_HEAD_EXTENSIBLE 68
/* What is not known of a file. */
#define USUAL_HZ 44100
#define USUAL_MHZ 25000
/* spec/dlna-media-profiles.md 9: level 4 has 30 frames of the largest picture a second */
#define RATE_MAX_MHZ 60500
#define LARGE_RATE_MAX_MHZ 30500
#define LARGE_PIXELS (1280 * 720)
/* Faster than the film by so much, else it would stall at the first difficult scene. */
#define MARGIN 1.2
/* Pixels per second of a film of large range made into the usual one, by one core (140 million were measured) */
#define TONE_PPS 100e6
/* Bits that x264 needs for a pixel at these presets without visible blocks; measured on film. */
#define BITS_PER_PIXEL 0.15
#define VIDEO_BPS_MIN 700000
/* Transport packets, tables and the clock around the streams */
#define MUX_PARTS 1.08

/* A second: frames fill their last packet with nothing, which counts where the picture is simple */
#define PACKETS_MORE 150

#define FLAGS_CONVERTED                                                                \
	(AVU_DLNA_FLAG_STREAMING | AVU_DLNA_FLAG_BACKGROUND | AVU_DLNA_FLAG_STALLING | \
		AVU_DLNA_FLAG_V15)

static bool
is_pcm(const Recipe *recipe)
{
	return recipe->audio == RECIPE_PCM_BE || recipe->audio == RECIPE_PCM_LE;
}

/* The same rate, else one of the same family, so that whole samples fall together; downwards the
 * largest, upwards the smallest. */
static int64_t
choose_rate(const int64_t *rates, int64_t source)
{
	int64_t best = rates[0], related = 0;

	for (size_t i = 0; i < RECIPE_RATES_MAX && rates[i] != 0; i++) {
		if (rates[i] == source) {
			return source;
		}
		if (rates[i] < source ? source % rates[i] == 0
				      : related == 0 && rates[i] % source == 0) {
			related = rates[i];
		}
		best = rates[i];
	}
	return related != 0 ? related : best;
}

static int64_t
choose_bits(const Recipe *recipe, const Item *item)
{
	/* nothing is gained by more than the file has, where the format leaves the choice; of lossy
	 * sound the file says nothing, and 16 are enough */
	bool fixed = recipe->container == RECIPE_RAW || recipe->bits <= 16;

	return fixed || item->bits > 16 || item->bits == 1 ? recipe->bits : 16;
}

static void
plan_audio(const Recipe *recipe, const Item *item, ConvertPlan *plan)
{
	const int64_t channels = item->channels > 0 ? item->channels : 2;

	plan->sample_hz =
		choose_rate(recipe->rates_hz, item->sample_hz > 0 ? item->sample_hz : USUAL_HZ);
	plan->channels = recipe->stereo ? 2 : MIN(channels, recipe->max_channels);
	plan->bits = recipe->bits > 0 ? choose_bits(recipe, item) : -1;
}

/* Does the catalogue know the duration to the sample? Of streams without an index it is a guess. */
static bool
is_exact(const Item *item)
{
	static const char *const guessed[] = { "audio/mpeg", "audio/vnd.dlna.adts",
		"audio/vnd.dolby.dd-raw", "audio/amr", "audio/x-ms-wma" };

	/* of films those whose head has it */
	static const char *const films[] = { "video/mp4", "video/quicktime", "video/x-matroska" };
	bool exact = item->kind == ITEM_AUDIO;

	for (size_t i = 0; i < G_N_ELEMENTS(guessed); i++) {
		exact = exact && g_strcmp0(item->mime, guessed[i]) != 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(films); i++) {
		exact = exact || g_strcmp0(item->mime, films[i]) == 0;
	}
	return exact && item->duration_ns > 0;
}

static void
plan_samples(const Item *item, ConvertPlan *plan)
{
	const double seconds = (double)item->duration_ns / (double)AVU_NS_PER_S;
	const uint64_t frame = convert_plan_get_frame(plan);

	plan->bitrate_bps = plan->sample_hz * (int64_t)frame * BITS_PER_OCTET;
	if (is_exact(item)) {
		uint64_t samples = (uint64_t)llround(seconds * (double)plan->sample_hz);

		plan->size_bytes = convert_plan_get_head(plan) + samples * frame;
		plan->byte_seek = true;
	}
}

/* By hand: each track of a listing has two. */
static void
append_number(ConvertPlan *plan, const char *name, int64_t value)
{
	char digits[24];
	char *first = digits + sizeof(digits) - 1;
	uint64_t rest = (uint64_t)value;

	*first = '\0';
	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	(void)g_strlcat(plan->mime, name, sizeof(plan->mime));
	(void)g_strlcat(plan->mime, first, sizeof(plan->mime));
}

static bool
plan_sound(const Recipe *recipe, const Item *item, const ConvertMachine *machine, ConvertPlan *plan)
{
	/* of a film its sound alone */
	if ((item->kind != ITEM_AUDIO && item->kind != ITEM_VIDEO) ||
		!decodable_has(&machine->gaps, item->audio_codec)) {
		return false;
	}
	plan_audio(recipe, item, plan);
	plan->bitrate_bps = recipe->audio_bps > 0 ? recipe->audio_bps : -1;
	if (recipe->container == RECIPE_RAW) {
		append_number(plan, ";rate=", plan->sample_hz);
		append_number(plan, ";channels=", plan->channels);
	}
	if (is_pcm(recipe)) {
		plan_samples(item, plan);
	}
	return true;
}

/* Video */

static int64_t
even(double value)
{
	return MAX(2, (int64_t)(value / 2 + 0.5) * 2);
}

/* Within the bounds, in the same shape; never larger. */
static void
fit(const Item *item, int64_t max_width, int64_t max_height, ConvertPlan *plan)
{
	const double scale = MIN(1.0, MIN((double)max_width / (double)item->width,
					      (double)max_height / (double)item->height));

	plan->width = MIN(even((double)item->width * scale), max_width);
	plan->height = MIN(even((double)item->height * scale), max_height);
}

static void
plan_rate(const Recipe *recipe, int64_t source_mhz, ConvertPlan *plan)
{
	const int64_t max =
		plan->width * plan->height > LARGE_PIXELS ? LARGE_RATE_MAX_MHZ : RATE_MAX_MHZ;
	if (recipe->frame_rate_mhz > 0) {
		bool pal = source_mhz % USUAL_MHZ == 0;

		plan->frame_rate_mhz = recipe->frame_rate_mhz;
		plan->changes_region = pal != (recipe->frame_rate_mhz == USUAL_MHZ);
		return;
	}
	plan->frame_rate_mhz = source_mhz;
	while (plan->frame_rate_mhz > max) { /* 120 of a telephone: twice */
		plan->frame_rate_mhz /= 2;
		plan->halves_rate = true;
	}
}

/* How much work a decoder has, beside H.264's. */
static double
decoding_weight(const Item *item)
{
	static const struct {
		const char *codec;
		double weight;
	} rows[] = { { "hevc", 1.6 }, { "av1", 1.6 }, { "vp9", 1.3 }, { "mpeg2video", 0.6 },
		{ "mpeg4", 0.8 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_strcmp0(item->video_codec, rows[i].codec) == 0) {
			return rows[i].weight;
		}
	}
	return 1;
}

/* Seconds of this machine for one of the film. */
static double
cost(const Item *item, int64_t source_mhz, const ConvertMachine *machine, int64_t encode_pps,
	const ConvertPlan *plan)
{
	const double decoded = (double)source_mhz / 1000 * (double)(item->width * item->height);
	const double encoded =
		(double)plan->frame_rate_mhz / 1000 * (double)(plan->width * plan->height);

	if (machine->decode_pps <= 0 || encode_pps <= 0) { /* not measured */
		return encoded > (double)LARGE_PIXELS * USUAL_MHZ / 1000 ? MARGIN : 0;
	}
	return decoded * decoding_weight(item) / (double)machine->decode_pps +
	       encoded / (double)encode_pps + (item->hdr != NULL ? encoded / TONE_PPS : 0);
}

ConvertMachine
convert_machine_for(const ConvertMachine *machine, const AvuClientProfile *client)
{
	ConvertMachine bound = *machine;

	bound.max_width = client->max_width;
	bound.max_height = client->max_height;
	bound.max_kbps = client->max_video_kbps;
	return bound;
}

static int64_t
min_of_known(int64_t value, int64_t bound)
{
	return bound > 0 ? MIN(value, bound) : value;
}

/* The largest picture that can be made in time; of that the best preset. */
static bool
choose_size(const Recipe *recipe, const Item *item, const ConvertMachine *machine,
	int64_t source_mhz, ConvertPlan *plan)
{
	static const int64_t ladder[][2] = { { 1920, 1080 }, { 1280, 720 }, { 1024, 576 },
		{ 854, 480 }, { 640, 360 }, { 426, 240 } };

	const int64_t max_width = min_of_known(recipe->max_width, machine->max_width);
	const int64_t max_height = min_of_known(recipe->max_height, machine->max_height);

	for (size_t i = 0; i < G_N_ELEMENTS(ladder); i++) {
		fit(item, MIN(ladder[i][0], max_width), MIN(ladder[i][1], max_height), plan);
		plan->halves_rate = false;
		plan_rate(recipe, source_mhz, plan);
		for (unsigned preset = 0; preset < CONVERT_PRESETS; preset++) {
			plan->preset = (ConvertPreset)preset;
			plan->cost =
				cost(item, source_mhz, machine, machine->h264_pps[preset], plan);
			if (plan->cost <= 1 / MARGIN) {
				return true;
			}
		}
	}
	return false;
}

static void
plan_video_bps(const Recipe *recipe, const ConvertMachine *machine, ConvertPlan *plan)
{
	/* of all that a client takes in a second, what the sound and the packets leave */
	const double left =
		(double)machine->max_kbps * 1000 / MUX_PARTS - (double)recipe->audio_bps;
	const double pixels =
		(double)plan->frame_rate_mhz / 1000 * (double)(plan->width * plan->height);
	const bool modern = recipe->video == RECIPE_H264;

	plan->video_bps = modern ? CLAMP((int64_t)(pixels * BITS_PER_PIXEL), VIDEO_BPS_MIN,
					   recipe->max_video_bps)
				 : recipe->max_video_bps;
	if (machine->max_kbps > 0 && left >= VIDEO_BPS_MIN) {
		plan->video_bps = MIN(plan->video_bps, (int64_t)left);
	}
	plan->bitrate_bps = (int64_t)((double)(plan->video_bps + recipe->audio_bps) * MUX_PARTS);
}

static bool
is_listed(const char *const *names, size_t n, const char *codec)
{
	for (size_t i = 0; i < n && names[i] != NULL; i++) {
		if (g_strcmp0(names[i], codec) == 0) {
			return true;
		}
	}
	return false;
}

/* The same streams under the name of another container (spec/dlna-media-profiles.md 9). */
static const char *
copied_profile(const Recipe *recipe, const Item *item)
{
	static const struct {
		const char *from, *iso, *stamped;
	} rows[] = {
		{ "AVC_MKV_MP_HD_AC3", "AVC_TS_MP_HD_AC3_ISO", "AVC_TS_MP_HD_AC3_T" },
		{ "AVC_MKV_MP_HD_AAC_MULT5", "AVC_TS_MP_HD_AAC_MULT5_ISO",
			"AVC_TS_MP_HD_AAC_MULT5_T" },
		{ "AVC_MKV_HP_HD_AC3", "AVC_TS_HP_HD_AC3_ISO", "AVC_TS_HP_HD_AC3_T" },
		{ "AVC_MP4_MP_SD_AC3", "AVC_TS_MP_SD_AC3_ISO", "AVC_TS_MP_SD_AC3_T" },
		{ "AVC_MP4_MP_SD_AAC_MULT5", "AVC_TS_MP_SD_AAC_MULT5_ISO",
			"AVC_TS_MP_SD_AAC_MULT5_T" },
		{ "AVC_MP4_MP_HD_720p_AAC", "AVC_TS_MP_HD_AAC_MULT5_ISO",
			"AVC_TS_MP_HD_AAC_MULT5_T" },
		{ "AVC_MP4_MP_HD_1080i_AAC", "AVC_TS_MP_HD_AAC_MULT5_ISO",
			"AVC_TS_MP_HD_AAC_MULT5_T" },
	};

	if (recipe->audio != RECIPE_COPY_AUDIO || recipe->container == RECIPE_MP4) {
		return NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_strcmp0(item->profile, rows[i].from) == 0) {
			return recipe->container == RECIPE_TS ? rows[i].iso : rows[i].stamped;
		}
	}
	return NULL;
}

static bool
plan_copy(const Recipe *recipe, const Item *item, ConvertPlan *plan)
{
	if (item->orientation > 1) { /* transport streams cannot say that they are to be turned */
		return false;
	}
	if (!is_listed(
		    recipe->copied_video, G_N_ELEMENTS(recipe->copied_video), item->video_codec) ||
		(recipe->audio == RECIPE_COPY_AUDIO && item->audio_codec != NULL &&
			!is_listed(recipe->copied_audio, G_N_ELEMENTS(recipe->copied_audio),
				item->audio_codec))) {
		return false;
	}
	plan->width = item->width;
	plan->height = item->height;
	plan->frame_rate_mhz = item->frame_rate_mhz;
	plan->bitrate_bps =
		item->bitrate_bps > 0 ? (int64_t)((double)item->bitrate_bps * MUX_PARTS) : -1;
	plan->profile = copied_profile(recipe, item);
	return true;
}

/* Names that depend on the size. */
static const char *
sized_profile(const Recipe *recipe, const ConvertPlan *plan)
{
	static const struct {
		const char *pattern, *sd, *hd;
	} rows[] = {
		{ "AVC_TS_MP_%s_AAC_MULT5_ISO", "AVC_TS_MP_SD_AAC_MULT5_ISO",
			"AVC_TS_MP_HD_AAC_MULT5_ISO" },
		{ "AVC_TS_MP_%s_AC3_ISO", "AVC_TS_MP_SD_AC3_ISO", "AVC_TS_MP_HD_AC3_ISO" },
		{ "AVC_TS_MP_%s_AAC_MULT5_T", "AVC_TS_MP_SD_AAC_MULT5_T",
			"AVC_TS_MP_HD_AAC_MULT5_T" },
		{ "AVC_TS_MP_%s_AC3_T", "AVC_TS_MP_SD_AC3_T", "AVC_TS_MP_HD_AC3_T" },
	};
	const bool small = plan->width <= 720 && plan->height <= 576 &&
			   plan->frame_rate_mhz <= LARGE_RATE_MAX_MHZ;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_strcmp0(recipe->profile, rows[i].pattern) == 0) {
			return small ? rows[i].sd : rows[i].hd;
		}
	}
	return recipe->profile;
}

static bool
plan_film(const Recipe *recipe, const Item *item, const ConvertMachine *machine, ConvertPlan *plan)
{
	const int64_t source_mhz = item->frame_rate_mhz > 0 ? item->frame_rate_mhz : USUAL_MHZ;

	if (item->kind != ITEM_VIDEO || item->video_codec == NULL || item->width <= 0 ||
		item->height <= 0) {
		return false;
	}
	if (item->audio_codec != NULL && recipe->audio != RECIPE_COPY_AUDIO) {
		plan_audio(recipe, item, plan);
	}
	if (recipe->video == RECIPE_COPY_VIDEO) {
		return plan_copy(recipe, item, plan);
	}
	if (!decodable_has(&machine->gaps, item->video_codec)) {
		return false;
	}
	if (recipe->video == RECIPE_MPEG2) { /* one raster, the film in the middle of it */
		plan->width = recipe->max_width;
		plan->height = recipe->max_height;
		plan_rate(recipe, source_mhz, plan);
		plan->cost = cost(item, source_mhz, machine, machine->mpeg2_pps, plan);
		if (plan->cost > 1 / MARGIN) {
			return false;
		}
	} else if (!choose_size(recipe, item, machine, source_mhz, plan)) {
		return false;
	}
	plan_video_bps(recipe, machine, plan);
	plan->profile = sized_profile(recipe, plan);
	return true;
}

bool
convert_plan(const Recipe *recipe, const Item *item, const ConvertMachine *machine,
	ConvertPlan *ret_plan)
{
	*ret_plan = (ConvertPlan){
		.recipe = recipe,
		.profile = recipe->profile,
		.sample_hz = -1,
		.channels = -1,
		.bits = -1,
		.width = -1,
		.height = -1,
		.frame_rate_mhz = -1,
		.video_bps = -1,
		.bitrate_bps = -1,
		.duration_ns = item->duration_ns > 0 ? item->duration_ns : AVU_TIME_NONE,
		.size_bytes = AVU_LENGTH_UNKNOWN,
	};
	(void)g_strlcpy(ret_plan->mime, recipe->mime, sizeof(ret_plan->mime));
	if ((machine->able & 1u << recipe_index(recipe)) == 0 || item->url != NULL ||
		item->promised != 0) {
		return false;
	}
	return recipe->kind == RECIPE_AUDIO ? plan_sound(recipe, item, machine, ret_plan)
					    : plan_film(recipe, item, machine, ret_plan);
}

void
convert_plan_estimate(ConvertPlan *plan)
{
	/* whole packets; 0: its octets cannot begin anywhere */
	static const uint64_t units[RECIPE_CONTAINERS] = {
		[RECIPE_MP3] = 1,
		[RECIPE_ADTS] = 1,
		[RECIPE_AC3] = 1,
		[RECIPE_TS] = 188,
		[RECIPE_TTS] = 192,
		[RECIPE_PS] = 2048,
	};
	const uint64_t unit = units[plan->recipe->container];

	if (unit == 0 || plan->size_bytes != AVU_LENGTH_UNKNOWN || plan->bitrate_bps <= 0 ||
		plan->duration_ns <= 0) {
		return;
	}
	const double a_second = (double)plan->bitrate_bps / BITS_PER_OCTET +
				(unit > 1 ? (double)unit * PACKETS_MORE : 0);
	const double octets = a_second * ((double)plan->duration_ns / (double)AVU_NS_PER_S);

	plan->size_bytes = ((uint64_t)octets / unit + 1) * unit;
	plan->byte_seek = true;
	plan->estimated = true;
}

AvuDlnaParameters
convert_plan_get_dlna(const ConvertPlan *plan)
{
	/* a WAV begins with a head: what starts at a time inside has none, what has one is no part */
	const bool by_time = plan->duration_ns > 0 &&
			     !(plan->recipe->container == RECIPE_WAV && plan->byte_seek);

	return (AvuDlnaParameters){
		.profile = plan->profile,
		.has_op = by_time || plan->byte_seek,
		.op_time = by_time,
		.op_range = plan->byte_seek,
		.speeds = by_time && plan->recipe->kind == RECIPE_VIDEO ? CONVERT_SPEEDS : NULL,
		.converted = true,
		.flags = FLAGS_CONVERTED,
	};
}

uint64_t
convert_plan_get_frame(const ConvertPlan *plan)
{
	return is_pcm(plan->recipe) ? (uint64_t)(plan->channels * plan->bits / BITS_PER_OCTET) : 0;
}

uint64_t
convert_plan_get_head(const ConvertPlan *plan)
{
	if (plan->recipe->container != RECIPE_WAV) {
		return 0;
	}
	return plan->channels > 2 || plan->bits > 16 ? WAV_HEAD_EXTENSIBLE : WAV_HEAD;
}
