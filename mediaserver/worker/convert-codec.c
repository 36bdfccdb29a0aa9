/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoders, muxers and their options as tables; nothing else ever names one. Rows are indexed by the
 * recipe's constants, numbers come from a checked request. Runs in a sandboxed child; the ability is
 * asked before. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-codec.h"

#include <libavutil/avstring.h>

/* Decoders that may be opened (SEC-146). */
static const char decoders[] =
	"h264,hevc,mpeg1video,mpeg2video,mpeg4,msmpeg4v2,msmpeg4,h263,vc1,wmv1,wmv2,wmv3,vp8,vp9,"
	"libdav1d,theora,mjpeg,flv,vp6f,dvvideo,prores,dnxhd,huffyuv,ffvhuff,ffv1,utvideo,svq1,"
	"svq3,cinepak,msmpeg4v1,rawvideo,aac,aac_latm,mp1float,mp2float,mp3float,mp1,mp2,mp3,ac3,"
	"eac3,dca,truehd,mlp,flac,vorbis,opus,wmav1,wmav2,wmapro,wmalossless,alac,amrnb,amrwb,"
	"wavpack,ape,tta,mpc7,mpc8,dsd_lsbf,dsd_msbf,dsd_lsbf_planar,dsd_msbf_planar,adpcm_swf,"
	"adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,nellymoser,speex,pcm_bluray,pcm_dvd,pcm_s8,pcm_u8,"
	"pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,"
	"pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw";

typedef struct {
	const char *name, *value;
} Option;

#define OPTIONS_MAX 4

static const struct {
	const char *encoder;
	enum AVSampleFormat format, wide_format; /* of 16 bits and lossy sound; of 24 */
	const char *wide_encoder;
	Option options[OPTIONS_MAX];
} sounds[RECIPE_AUDIO_CODECS] = {
	[RECIPE_COPY_AUDIO] = { NULL },
	[RECIPE_PCM_BE] = { "pcm_s16be", AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S32, "pcm_s24be" },
	[RECIPE_PCM_LE] = { "pcm_s16le", AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S32, "pcm_s24le" },
	[RECIPE_MP3_AUDIO] = { "libmp3lame", AV_SAMPLE_FMT_FLTP },
	/* "fast" is twice as fast as the default and needs no more bits at these rates */
	[RECIPE_AAC] = { "aac", AV_SAMPLE_FMT_FLTP, .options = { { "aac_coder", "fast" } } },
	[RECIPE_AC3_AUDIO] = { "ac3", AV_SAMPLE_FMT_FLTP },
	[RECIPE_FLAC_AUDIO] = { "flac", AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S32, "flac",
		{ { "compression_level", "3" } } },
	[RECIPE_MP2] = { "mp2", AV_SAMPLE_FMT_S16 },
};

static const struct {
	const char *encoder;
	Option options[OPTIONS_MAX];
} pictures[RECIPE_VIDEO_CODECS] = {
	[RECIPE_NO_VIDEO] = { NULL },
	[RECIPE_COPY_VIDEO] = { NULL },
	/* hardly any look-ahead: a player waits for the first frame, which costs half as much work as
	 * with the preset's */
	[RECIPE_H264] = { "libx264",
		{ { "profile", "main" }, { "crf", "21" }, { "rc-lookahead", "3" },
			{ "x264-params", "sync-lookahead=0" } } },
	[RECIPE_MPEG2] = { "mpeg2video", { { NULL } } },
};

static const char *const presets[] = { "veryfast", "superfast", "ultrafast" };

/* One of a second at most: a player waits for the first. */
#define FRAGMENTS                                                             \
	{                                                                     \
		{ "movflags", "frag_keyframe+delay_moov+default_base_moof" }, \
		{                                                             \
			"frag_duration", "500000"                             \
		}                                                             \
	}

static const struct {
	const char *muxer;
	Option options[OPTIONS_MAX];
} containers[RECIPE_CONTAINERS] = {
	[RECIPE_RAW] = { NULL },
	[RECIPE_WAV] = { NULL }, /* the server writes its head */
	/* only so is every frame where its number says */
	[RECIPE_MP3] = { "mp3", { { "write_xing", "0" }, { "id3v2_version", "0" } } },
	[RECIPE_ADTS] = { "adts" },
	[RECIPE_AC3] = { "ac3" },
	[RECIPE_FLAC] = { "flac" },
	[RECIPE_TS] = { "mpegts", { { "mpegts_flags", "+resend_headers" } } },
	[RECIPE_TTS] = { "mpegts", { { "mpegts_flags", "+resend_headers" } } },
	[RECIPE_PS] = { "vob" },
	[RECIPE_MP4] = { "mp4", FRAGMENTS },
	[RECIPE_MKV] = { "matroska", { { "live", "1" } } },
	[RECIPE_WEBM] = { "webm", { { "live", "1" } } },
	[RECIPE_MOV] = { "mov", FRAGMENTS },
	[RECIPE_3GP] = { "3gp", FRAGMENTS },
	[RECIPE_3G2] = { "3g2", FRAGMENTS },
	[RECIPE_AVI] = { "avi" },
	[RECIPE_ASF] = { "asf" },
	[RECIPE_FLV] = { "flv", { { "flvflags", "no_duration_filesize" } } },
	[RECIPE_OGG] = { "ogg" },
};

static const AVCodec *
find_sound(RecipeAudio codec, int64_t bits)
{
	const char *name = bits > 16 ? sounds[codec].wide_encoder : sounds[codec].encoder;

	return name != NULL ? avcodec_find_encoder_by_name(name) : NULL;
}

ConvertAbility
convert_codec_ability(void)
{
	ConvertAbility ability = { 0 };

	for (unsigned i = 0; i < RECIPE_AUDIO_CODECS; i++) {
		if (sounds[i].encoder != NULL && find_sound((RecipeAudio)i, 16) == NULL) {
			ability.no_audio |= 1u << i;
		}
	}
	for (unsigned i = 0; i < RECIPE_VIDEO_CODECS; i++) {
		if (pictures[i].encoder != NULL &&
			avcodec_find_encoder_by_name(pictures[i].encoder) == NULL) {
			ability.no_video |= 1u << i;
		}
	}
	for (unsigned i = 0; i < RECIPE_CONTAINERS; i++) {
		if (containers[i].muxer != NULL &&
			av_guess_format(containers[i].muxer, NULL, NULL) == NULL) {
			ability.no_container |= 1u << i;
		}
	}
	for (unsigned i = 0; decodable_nth(i) != NULL; i++) {
		const AVCodecDescriptor *codec = avcodec_descriptor_get_by_name(decodable_nth(i));
		const AVCodec *decoder = codec != NULL ? avcodec_find_decoder(codec->id) : NULL;

		if (decoder == NULL || !av_match_name(decoder->name, decoders)) {
			decodable_set_missing(&ability.gaps, i);
		}
	}
	return ability;
}

static void
add_options(AVDictionary **dictionary, const Option *options)
{
	for (size_t i = 0; i < OPTIONS_MAX && options[i].name != NULL; i++) {
		(void)av_dict_set(dictionary, options[i].name, options[i].value, 0);
	}
}

/* What it does not know it says by leaving it over; a table is wrong then, and the tests say so. */
static bool
open_with(AVCodecContext *context, AVDictionary **options)
{
	bool good = avcodec_open2(context, NULL, options) == 0;

	av_dict_free(options);
	return good;
}

AVCodecContext *
convert_codec_open_decoder(const AVStream *stream, unsigned n_threads)
{
	const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
	AVCodecContext *context = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

	if (context == NULL || avcodec_parameters_to_context(context, stream->codecpar) < 0) {
		avcodec_free_context(&context);
		return NULL;
	}
	context->pkt_timebase = stream->time_base;
	context->thread_count = (int)n_threads;
	context->codec_whitelist = av_strdup(decoders);
	context->max_pixels = INT64_C(8192) * 4320; /* LIM-46 */
	if (avcodec_open2(context, codec, NULL) < 0) {
		avcodec_free_context(&context);
	}
	return context;
}

AVCodecContext *
convert_codec_open_sound(const Recipe *recipe, const ConvertRequest *request, bool global_header)
{
	const AVCodec *codec = find_sound(recipe->audio, request->bits);
	AVCodecContext *context = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	AVDictionary *options = NULL;

	if (context == NULL) {
		return NULL;
	}
	context->sample_rate = (int)request->sample_hz;
	context->sample_fmt = request->bits > 16 ? sounds[recipe->audio].wide_format
						 : sounds[recipe->audio].format;
	context->bits_per_raw_sample = request->bits > 16 ? (int)request->bits : 0;
	context->time_base = (AVRational){ 1, context->sample_rate };
	context->bit_rate = recipe->audio_bps;
	context->thread_count = 1;
	context->flags |= global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
	av_channel_layout_default(&context->ch_layout, (int)request->channels);
	add_options(&options, sounds[recipe->audio].options);
	if (!open_with(context, &options)) {
		avcodec_free_context(&context);
	}
	return context;
}

AVCodecContext *
convert_codec_new_picture(const Recipe *recipe)
{
	const char *name = pictures[recipe->video].encoder;
	const AVCodec *codec = name != NULL ? avcodec_find_encoder_by_name(name) : NULL;

	return codec != NULL ? avcodec_alloc_context3(codec) : NULL;
}

bool
convert_codec_open_picture(AVCodecContext *context, const ConvertRequest *request)
{
	const Recipe *recipe = recipe_nth((uint32_t)request->recipe);
	AVDictionary *options = NULL;

	add_options(&options, pictures[recipe->video].options);
	if (recipe->video == RECIPE_H264) {
		(void)av_dict_set(&options, "preset", presets[request->preset], 0);
	}
	return open_with(context, &options);
}

const char *
convert_codec_muxer(RecipeContainer container)
{
	return containers[container].muxer;
}

AVDictionary *
convert_codec_muxer_options(RecipeContainer container)
{
	AVDictionary *options = NULL;

	add_options(&options, containers[container].options);
	return options;
}
