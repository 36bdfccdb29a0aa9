/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The door to FFmpeg's demuxers. Two steps: open the container and take what its header says; only
 * when a needed field is missing, let FFmpeg read packets (avformat_find_stream_info costs 1 to 50 ms
 * against 0.1). Runs in a sandboxed child that serves at most one batch; limits are the kernel's
 * (worker/batch.c). Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/probe.h"

#include <errno.h>
#include <iconv.h>
#include <sys/stat.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "mediaserver/worker/codec-header.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/picture.h"
#include "mediaserver/worker/sniff.h"
#include "mediaserver/worker/streams.h"
#include "mediaserver/worker/tags.h"

#define MP3_BPS_MAX 320000
/* several frames: the longest has 1 441 octets */
#define MP3_LOOK 8192

/* Without a Xing header (no duration) the rate is constant, up to the end of the file. With one the
 * average counts, less tags and cover, which would lift a 320 kbit/s file over its own limit. */
static void
take_mp3_rate(int64_t octets, uint32_t header_bps, ProbeResult *result)
{
	if (result->duration_ns == AVU_TIME_NONE) {
		result->duration_ns = av_rescale(octets, 8 * AVU_NS_PER_S, header_bps);
		result->bitrate_bps = header_bps;
	} else if (result->duration_ns > 0) {
		int64_t average = av_rescale(octets, 8 * AVU_NS_PER_S, result->duration_ns);

		result->bitrate_bps = MIN(average, MP3_BPS_MAX);
	}
}

/* The first packet of sound: covers come before it. */
static bool
read_sound(AVFormatContext *context, AVPacket *packet)
{
	for (unsigned i = 0; i <= context->nb_streams; i++) {
		if (av_read_frame(context, packet) < 0) {
			return false;
		}
		if (context->streams[packet->stream_index]->codecpar->codec_type ==
			AVMEDIA_TYPE_AUDIO) {
			return packet->pos >= 0;
		}
		av_packet_unref(packet);
	}
	return false;
}

/* An MP3's header says nothing but the length, if that; its first frames say the rest.
 * @return false: what stands where they should be is no sound */
static bool
take_mp3_frame(AVFormatContext *context, Input *source, ProbeResult *result)
{
	uint8_t frames[MP3_LOOK];
	MpegAudioHeader header;
	AVPacket *packet = av_packet_alloc();
	bool found = false;

	if (packet != NULL && read_sound(context, packet)) {
		size_t len = input_read_at(source, (uint64_t)packet->pos, frames, sizeof(frames));

		found = mpeg_audio_header_find(frames, len, &header);
	}
	if (found) {
		g_free(result->audio_codec);
		result->audio_codec = g_strdup_printf("mp%u", header.layer);
		result->sample_hz = header.sample_hz;
		result->channels = header.channels;
		take_mp3_rate(source->size - packet->pos, header.bitrate_bps, result);
	}
	av_packet_free(&packet);
	return found;
}

static bool
header_is_enough(const AVFormatContext *context, const SniffFormat *format)
{
	const AVStream *audio = streams_first(context, AVMEDIA_TYPE_AUDIO);
	const AVStream *video = streams_first(context, AVMEDIA_TYPE_VIDEO);
	bool is_flac = audio != NULL && audio->codecpar->codec_id == AV_CODEC_ID_FLAC;

	if (format->needs_packets || (audio == NULL && video == NULL)) {
		return false;
	}
	if (g_str_equal(format->name, "mp3") || (is_flac && video == NULL)) {
		return true; /* own readers of the first frame and of STREAMINFO */
	}
	if (audio != NULL && !is_flac &&
		(audio->codecpar->sample_rate == 0 ||
			audio->codecpar->ch_layout.nb_channels == 0)) {
		return false;
	}
	return (video == NULL || (video->codecpar->width > 0 && streams_knows_range(video))) &&
	       streams_duration_ns(context) != AVU_TIME_NONE;
}

/* Packets, if they are needed: a short look, and the default 5 MB only when that leaves a sound
 * stream without its rate (HD transport streams). @return context, maybe a new one, or NULL */
static AVFormatContext *
read_packets(AVFormatContext *context, Input *source, const SniffFormat *format)
{
	if (header_is_enough(context, format)) {
		return context;
	}
	context->probesize = 1024 * 1024;
	context->max_analyze_duration = AV_TIME_BASE;
	if (avformat_find_stream_info(context, NULL) < 0) {
		return context;
	}
	const AVStream *audio = streams_first(context, AVMEDIA_TYPE_AUDIO);

	if (audio == NULL || audio->codecpar->sample_rate > 0) {
		return context;
	}
	input_close(&context);
	context = input_open(source, format);
	if (context != NULL) {
		(void)avformat_find_stream_info(context, NULL); /* whatever it found is taken */
	}
	return context;
}

static void
take_contents(
	AVFormatContext *context, Input *source, const SniffFormat *format, ProbeResult *result)
{
	const ReadAt file = { input_read_at, source, (uint64_t)source->size };
	bool sound = streams_first(context, AVMEDIA_TYPE_AUDIO) != NULL;
	const AVStream *video = streams_first(context, AVMEDIA_TYPE_VIDEO);
	const unsigned orientation = video != NULL ? streams_orientation(video) : 1;

	streams_take(context, result);
	if (orientation > 1) {
		result->orientation = orientation;
	}
	tags_take(&file, format->name, context, result);
	if (g_str_equal(format->name, "mp3") && sound) {
		sound = take_mp3_frame(context, source, result);
	}
	if (result->bitrate_bps <= 0 && result->duration_ns > 0) {
		result->bitrate_bps =
			av_rescale(source->size, 8 * AVU_NS_PER_S, result->duration_ns);
	}
	result->outcome = sound || result->video_codec != NULL ? PROBE_OK : PROBE_NOT_MEDIA;
}

static void
probe_media(Input *source, const SniffFormat *format, ProbeResult *result)
{
	AVFormatContext *context = input_open(source, format);

	if (context != NULL) {
		context = read_packets(context, source, format);
	}
	if (context == NULL) {
		result->outcome = source->failed ? PROBE_UNREADABLE : PROBE_NOT_MEDIA;
		result->reason = g_strdup_printf("damaged %s file", format->name);
		return;
	}
	take_contents(context, source, format, result);
	if (result->outcome != PROBE_OK) {
		result->reason =
			g_strdup_printf("no sound or picture in this %s file", format->name);
	}
	input_close(&context);
}

/* Octets of a camera as a field; what is not UTF-8 is made so on the way to the server. */
static char *
dup_text(const char *text)
{
	return *text != '\0' ? g_strdup(text) : NULL;
}

/* Many models begin with their maker's name. */
static char *
dup_camera(const Exif *exif)
{
	size_t maker_len = strcspn(exif->maker, " ");

	return exif->model[0] == '\0' ? dup_text(exif->maker)
	       : maker_len == 0 || g_ascii_strncasecmp(exif->model, exif->maker, maker_len) == 0
		       ? g_strdup(exif->model)
		       : g_strdup_printf("%s %s", exif->maker, exif->model);
}

static void
take_exif(const Exif *exif, ProbeResult *result)
{
	result->date = dup_text(exif->date);
	result->camera = dup_camera(exif);
	result->orientation = exif->orientation != 0 ? (int64_t)exif->orientation : -1;
	result->rating = exif->stars != 0 ? 20 * (int64_t)exif->stars : -1;
	result->location = dup_text(exif->location);
	result->description = dup_text(exif->description);
	result->artist = dup_text(exif->artist);
	result->rights = dup_text(exif->rights);
}

static void
probe_picture(Input *source, const SniffFormat *format, ProbeResult *result)
{
	const ReadAt file = { input_read_at, source, (uint64_t)source->size };
	PictureInfo info;

	if (!picture_read(format->name, &file, &info)) {
		result->reason = g_strdup_printf("damaged %s picture", format->name);
		return;
	}
	if (info.preview_len > 0) {
		g_free(result->container);
		result->container = g_strdup("raw");
	}
	result->outcome = PROBE_OK;
	result->width = info.width;
	result->height = info.height;
	/* what DLNA's picture profiles ask: baseline with known colours (spec 5) */
	result->video_codec = g_strdup(
		info.progressive || !info.colour_transformable ? "progressive" : "baseline");
	take_exif(&info.exif, result);
}

void
probe_file(int fd, const char *hint, ProbeResult *result)
{
	Input source = { .fd = fd };
	uint8_t head[SNIFF_LEN];
	struct stat st;

	if (fstat(fd, &st) < 0) {
		result->outcome = PROBE_UNREADABLE;
		return;
	}
	source.size = st.st_size;
	ssize_t len = pread(fd, head, sizeof(head), 0);

	if (len < 0) {
		result->outcome = PROBE_UNREADABLE;
		result->reason = g_strdup(g_strerror(errno));
		return;
	}
	uint64_t tag_len = sniff_id3v2_len(head, (size_t)len);

	if (tag_len > 0) {
		len = (ssize_t)input_read_at(&source, tag_len, head, sizeof(head));
	}
	const SniffFormat *format = sniff(head, (size_t)len, tag_len > 0, hint);

	if (format == NULL) {
		result->reason = g_strdup(source.size == 0 ? "empty file" : "unknown contents");
		return;
	}
	bool stamped = false;
	unsigned packet = sniff_ts_packet(head, (size_t)len, &stamped);

	result->container = g_strdup(format->name);
	result->packet_size = packet != 0 ? (int64_t)packet : -1;
	result->packet_stamped = stamped ? 1 : 0;
	if (format->demuxer == NULL) {
		probe_picture(&source, format, result);
	} else {
		probe_media(&source, format, result);
	}
}

void
probe_warm(void)
{
	/* transport streams name their services in these; iconv opens its tables at first use */
	static const char *const encodings[] = { "ISO6937", "ISO-8859-1", "ISO-8859-2",
		"ISO-8859-5", "ISO-8859-9", "ISO-8859-15", "UTF-16", "UTF-16BE", "UTF-16LE" };
	static iconv_t kept[G_N_ELEMENTS(encodings)];
	static const enum AVCodecID codecs[] = { AV_CODEC_ID_MP3, AV_CODEC_ID_AAC, AV_CODEC_ID_H264,
		AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_AC3, AV_CODEC_ID_MPEG4 };

	av_log_set_level(AV_LOG_QUIET);
	/* so that a file is refused which claims more, and the child lives to say so */
	av_max_alloc(AVU_LIMIT_WORKER_MEMORY / 4);
	for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
		/* never closed: the tables stay loaded */
		kept[i] = kept[i] == NULL ? iconv_open("UTF-8", encodings[i]) : kept[i];
	}
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
		const AVCodec *codec = avcodec_find_decoder(codecs[i]);
		AVCodecContext *context = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

		if (context != NULL) {
			context->thread_count = 1;
			(void)avcodec_open2(context, codec, NULL); /* only its tables are wanted */
			avcodec_free_context(&context);
		}
	}
}
