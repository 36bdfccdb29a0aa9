/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams as FFmpeg describes them, into the fields of a probe answer. Runs in the sandboxed child. */
#include "mediaserver/worker/streams.h"

#include <libavcodec/avcodec.h>
#include <libavutil/display.h>

#include "mediaserver/worker/codec-header.h"
#include "mediaserver/worker/subtitle.h"

/* Object type of AAC = FFmpeg's profile + 1 */
#define AAC_TYPE_OF_PROFILE(profile) ((profile) + 1)
#define LANGUAGES_MAX 32

const AVStream *
streams_first(const AVFormatContext *context, enum AVMediaType type)
{
	for (unsigned i = 0; i < context->nb_streams; i++) {
		const AVStream *stream = context->streams[i];

		if (stream->codecpar->codec_type == type &&
			(stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) {
			return stream;
		}
	}
	return NULL;
}

/* What a file claims may be more than there are nanoseconds to count: then it is unknown. */
static int64_t
to_ns(int64_t time, AVRational base)
{
	const int64_t ns = av_rescale_q(time, base, (AVRational){ 1, (int)AVU_NS_PER_S });

	return ns > 0 && ns < INT64_MAX ? ns : AVU_TIME_NONE;
}

int64_t
streams_duration_ns(const AVFormatContext *context)
{
	int64_t longest = AVU_TIME_NONE;

	if (context->duration != AV_NOPTS_VALUE && context->duration > 0) {
		return to_ns(context->duration, AV_TIME_BASE_Q);
	}
	for (unsigned i = 0; i < context->nb_streams; i++) {
		const AVStream *stream = context->streams[i];

		if (stream->duration != AV_NOPTS_VALUE && stream->duration > 0) {
			longest = MAX(longest, to_ns(stream->duration, stream->time_base));
		}
	}
	return longest;
}

static bool
is_lossless(enum AVCodecID id)
{
	const AVCodecDescriptor *descriptor = avcodec_descriptor_get(id);

	return descriptor != NULL && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0;
}

static void
take_audio(const AVStream *stream, ProbeResult *result)
{
	const AVCodecParameters *codec = stream->codecpar;
	const uint8_t *extra = codec->extradata;
	size_t extra_len = extra != NULL ? (size_t)codec->extradata_size : 0;

	result->audio_codec = g_strdup(avcodec_get_name(codec->codec_id));
	result->sample_hz = codec->sample_rate;
	result->channels = codec->ch_layout.nb_channels;
	result->audio_bps = codec->bit_rate;
	if (is_lossless(codec->codec_id)) { /* else it says how the decoder counts, not the file */
		result->bits = codec->bits_per_raw_sample > 0 ? codec->bits_per_raw_sample
							      : codec->bits_per_coded_sample;
	}
	if (codec->codec_id == AV_CODEC_ID_FLAC) {
		(void)flac_stream_info(
			extra, extra_len, &result->sample_hz, &result->channels, &result->bits);
	} else if (codec->codec_id == AV_CODEC_ID_AAC) {
		result->audio_profile = codec->profile >= 0 ? AAC_TYPE_OF_PROFILE(codec->profile)
							    : aac_object_type(extra, extra_len);
	}
}

static bool
has_dolby_vision(const AVStream *stream)
{
#if LIBAVFORMAT_VERSION_MAJOR >= 61
	return av_packet_side_data_get(stream->codecpar->coded_side_data,
		       stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DOVI_CONF) != NULL;
#else
	return av_stream_get_side_data(stream, AV_PKT_DATA_DOVI_CONF, NULL) != NULL;
#endif
}

/* More than eight bits say that it may be HDR, and the container often does not say which: then the
 * stream itself has to be asked. */
bool
streams_knows_range(const AVStream *video)
{
	const AVCodecParameters *codec = video->codecpar;
	const uint8_t *extra = codec->extradata;
	const size_t len = extra != NULL ? (size_t)MAX(codec->extradata_size, 0) : 0;

	if (codec->color_trc != AVCOL_TRC_UNSPECIFIED || len < 4) {
		return true;
	}
	switch (codec->codec_id) {
	case AV_CODEC_ID_HEVC: /* hvcC: Main 10 */
		return extra[0] != 1 || (extra[1] & 0x1f) != 2;
	case AV_CODEC_ID_AV1: /* av1C: high_bitdepth */
		return extra[0] != 0x81 || (extra[2] & 0x40) == 0;
	default:
		return true;
	}
}

static const char *
hdr_of(const AVStream *stream)
{
	switch (stream->codecpar->color_trc) {
	case AVCOL_TRC_SMPTE2084:
		return has_dolby_vision(stream) ? "Dolby Vision" : "HDR10";
	case AVCOL_TRC_ARIB_STD_B67:
		return has_dolby_vision(stream) ? "Dolby Vision" : "HLG";
	default:
		return has_dolby_vision(stream) ? "Dolby Vision" : NULL;
	}
}

static void
take_video(const AVStream *stream, ProbeResult *result)
{
	const AVCodecParameters *codec = stream->codecpar;
	AVRational rate =
		stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;

	result->video_codec = g_strdup(avcodec_get_name(codec->codec_id));
	result->width = codec->width;
	result->height = codec->height;
	result->video_profile = codec->profile;
	result->video_level = codec->level;
	result->video_bps = codec->bit_rate;
	if (codec->field_order != AV_FIELD_UNKNOWN) {
		result->interlaced = codec->field_order != AV_FIELD_PROGRESSIVE;
	}
	if (rate.num > 0 && rate.den > 0) {
		result->frame_rate_mhz = av_rescale(1000, rate.num, rate.den);
	}
	result->hdr = g_strdup(hdr_of(stream));
	if (codec->codec_id == AV_CODEC_ID_H264 && codec->profile < 0 && codec->extradata != NULL) {
		(void)avc_configuration(codec->extradata, (size_t)codec->extradata_size,
			&result->video_profile, &result->video_level);
	}
}

/* One line for each stream of the type that tells its language. @return g_free() it; NULL: none */
static char *
languages_of(const AVFormatContext *context, enum AVMediaType type)
{
	GString *lines = g_string_new(NULL);
	unsigned n = 0;

	for (unsigned i = 0; i < context->nb_streams && n < LANGUAGES_MAX; i++) {
		const AVStream *stream = context->streams[i];
		const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "language", NULL, 0);

		if (stream->codecpar->codec_type == type && tag != NULL) {
			g_string_append_printf(lines, "%s%.16s", n++ > 0 ? "\n" : "", tag->value);
		}
	}
	return g_string_free(lines, n == 0);
}

/* A line for each that is text, for whoever asks for it later: worker/subtitle.c.
 * @return g_free() it; NULL: none */
static char *
text_tracks_of(const AVFormatContext *context)
{
	GString *lines = g_string_new(NULL);
	unsigned n = 0;

	for (unsigned i = 0; i < context->nb_streams && n < LANGUAGES_MAX; i++) {
		const AVStream *stream = context->streams[i];
		const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "language", NULL, 0);
		const int marks = stream->disposition;

		if (stream->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE &&
			subtitle_is_read(stream->codecpar->codec_id)) {
			g_string_append_printf(lines, "%s%u %c%c %.16s", n++ > 0 ? "\n" : "", i,
				(marks & AV_DISPOSITION_FORCED) != 0 ? 'f' : '-',
				(marks & AV_DISPOSITION_HEARING_IMPAIRED) != 0 ? 'd' : '-',
				tag != NULL ? tag->value : "und");
		}
	}
	return g_string_free(lines, n == 0);
}

void
streams_take(const AVFormatContext *context, ProbeResult *result)
{
	const AVStream *audio = streams_first(context, AVMEDIA_TYPE_AUDIO);
	const AVStream *video = streams_first(context, AVMEDIA_TYPE_VIDEO);

	result->duration_ns = streams_duration_ns(context);
	/* of sound alone the stream's own rate, which no cover falsifies */
	result->bitrate_bps = audio != NULL && video == NULL && audio->codecpar->bit_rate > 0
				      ? audio->codecpar->bit_rate
				      : context->bit_rate;
	result->chapters = context->nb_chapters > 0 ? (int64_t)context->nb_chapters : -1;
	result->audio_languages = languages_of(context, AVMEDIA_TYPE_AUDIO);
	result->subtitle_languages = languages_of(context, AVMEDIA_TYPE_SUBTITLE);
	result->text_tracks = text_tracks_of(context);
	if (audio != NULL) {
		take_audio(audio, result);
	}
	if (video != NULL) {
		take_video(video, result);
	}
	for (unsigned i = 0; i < context->nb_streams; i++) {
		if ((context->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
			result->has_cover = 1;
		}
	}
}

/* Telephones turn films by a matrix. */
unsigned
streams_orientation(const AVStream *stream)
{
	const int32_t *matrix = NULL;
#if LIBAVFORMAT_VERSION_MAJOR >= 61
	const AVPacketSideData *data = av_packet_side_data_get(stream->codecpar->coded_side_data,
		stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);

	if (data != NULL && data->size >= 9 * sizeof(int32_t)) {
		matrix = (const int32_t *)(const void *)data->data;
	}
#else
	size_t size = 0;
	const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);

	if (data != NULL && size >= 9 * sizeof(int32_t)) {
		matrix = (const int32_t *)(const void *)data;
	}
#endif
	if (matrix == NULL) {
		return 1;
	}
	double counterclockwise = av_display_rotation_get(matrix);

	return counterclockwise > 45 && counterclockwise < 135       ? 8
	       : counterclockwise < -45 && counterclockwise > -135   ? 6
	       : counterclockwise >= 135 || counterclockwise <= -135 ? 3
								     : 1;
}
