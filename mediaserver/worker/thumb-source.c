/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a file to one decoded picture. No more pixels than AVU_LIMIT_PICTURE_PIXELS are decoded: FFmpeg
 * checks what the picture declares before it takes memory for it (SEC-150). Runs in a sandboxed child
 * of its own. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/thumb-source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include <av-upnp/limits.h>

#include "mediaserver/worker/heif-picture.h"
#include "mediaserver/worker/heif-tiles.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/picture.h"
#include "mediaserver/worker/streams.h"

#define PICTURE_OCTETS_MAX (256 * 1024 * 1024)
#define PACKETS_MAX 2000
#define FRAMES_MAX 60
/* A film's first seconds are black or a maker's sign. */
#define FRAME_AT_PART 10
#define FRAME_AT_MAX_S 300

/* Formats that are one coded picture from the first octet to the last. */
static const struct {
	const char *name; /* as sniff() says it */
	enum AVCodecID codec;
} still_codecs[] = {
	{ "jpeg", AV_CODEC_ID_MJPEG },
	{ "png", AV_CODEC_ID_PNG },
	{ "gif", AV_CODEC_ID_GIF },
	{ "bmp", AV_CODEC_ID_BMP },
	{ "webp", AV_CODEC_ID_WEBP },
	{ "tiff", AV_CODEC_ID_TIFF },
};

/* Pictures in boxes that are not pieces of HEVC or AV1. */
static const SniffFormat boxed = { "mp4", "mov", true };

static AVCodecContext *
open_decoder(enum AVCodecID id, const AVCodecParameters *parameters)
{
	const AVCodec *codec = avcodec_find_decoder(id);
	AVCodecContext *context = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

	if (context == NULL) {
		return NULL;
	}
	context->thread_count = 1;
	context->max_pixels = AVU_LIMIT_PICTURE_PIXELS;
	if ((parameters != NULL && avcodec_parameters_to_context(context, parameters) < 0) ||
		avcodec_open2(context, codec, NULL) < 0) {
		avcodec_free_context(&context);
	}
	return context;
}

/* JPEG can be decoded at a half, a quarter or an eighth of its size for a fraction of the time. */
static int
choose_lowres(const PictureInfo *info, const ThumbBox *box)
{
	const bool sideways = info->exif.orientation >= 5;
	const double width = sideways ? info->height : info->width;
	const double height = sideways ? info->width : info->height;
	const double scale = MIN(box->width / width, box->height / height);
	int lowres = 0;

	/* never less than what is wanted of it */
	while (lowres < 3 && scale * (2 << lowres) <= 1.0) {
		lowres++;
	}
	return lowres;
}

static AVPacket *
read_octets(int fd, int64_t from, int64_t size)
{
	AVPacket *packet = av_packet_alloc();

	if (packet == NULL || size <= 0 || size > PICTURE_OCTETS_MAX ||
		av_new_packet(packet, (int)size) < 0) {
		av_packet_free(&packet);
		return NULL;
	}
	for (int64_t at = 0; at < size;) {
		ssize_t got = pread(fd, packet->data + at, (size_t)(size - at), from + at);

		if (got <= 0) {
			av_packet_free(&packet);
			return NULL;
		}
		at += got;
	}
	return packet;
}

/* @return frame, or NULL */
static AVFrame *
decode_one(AVCodecContext *decoder, AVPacket *packet)
{
	AVFrame *frame = av_frame_alloc();

	if (frame == NULL || avcodec_send_packet(decoder, packet) < 0 ||
		avcodec_send_packet(decoder, NULL) < 0 ||
		avcodec_receive_frame(decoder, frame) < 0) {
		av_frame_free(&frame);
	}
	return frame;
}

static bool
is_small_enough(const PictureInfo *info)
{
	return (uint64_t)info->width * info->height <= AVU_LIMIT_PICTURE_PIXELS;
}

static WorkerOutcome
read_still(Input *source, enum AVCodecID id, const PictureInfo *info, const ThumbBox *box,
	ThumbPicture *ret_picture)
{
	AVPacket *packet = read_octets(source->fd, (int64_t)info->preview,
		info->preview_len > 0 ? (int64_t)info->preview_len : source->size);
	const AVCodec *codec = avcodec_find_decoder(id);
	AVCodecContext *decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	WorkerOutcome outcome = WORKER_UNSUITABLE;

	if (decoder != NULL && packet != NULL) {
		decoder->thread_count = 1;
		decoder->max_pixels = AVU_LIMIT_PICTURE_PIXELS;
		decoder->lowres = MIN(choose_lowres(info, box), codec->max_lowres);
		if (avcodec_open2(decoder, codec, NULL) == 0) {
			ret_picture->frame = decode_one(decoder, packet);
			outcome = ret_picture->frame != NULL ? WORKER_OK : WORKER_UNSUITABLE;
		}
	}
	avcodec_free_context(&decoder);
	av_packet_free(&packet);
	return outcome;
}

static const AVStream *
find_cover(const AVFormatContext *context)
{
	for (unsigned i = 0; i < context->nb_streams; i++) {
		if ((context->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 &&
			context->streams[i]->attached_pic.size > 0) {
			return context->streams[i];
		}
	}
	return NULL;
}

static WorkerOutcome
read_cover(const AVStream *stream, ThumbPicture *ret_picture)
{
	AVCodecContext *decoder = open_decoder(stream->codecpar->codec_id, NULL);
	AVPacket *packet = av_packet_clone(&stream->attached_pic);

	ret_picture->frame = decoder != NULL && packet != NULL ? decode_one(decoder, packet) : NULL;
	avcodec_free_context(&decoder);
	av_packet_free(&packet);
	return ret_picture->frame != NULL ? WORKER_OK : WORKER_UNSUITABLE;
}

/* Brightness varies by next to nothing: a fade, not the film. */
static bool
is_plain(const AVFrame *frame)
{
	int low = 255, high = 0;

	for (int y = 0; y < frame->height; y += MAX(1, frame->height / 32)) {
		for (int x = 0; x < frame->width; x += MAX(1, frame->width / 32)) {
			int value = frame->data[0][y * frame->linesize[0] + x];

			low = MIN(low, value);
			high = MAX(high, value);
		}
	}
	return high - low < 24;
}

static bool
has_luma(const AVFrame *frame)
{
	return frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P ||
	       frame->format == AV_PIX_FMT_YUV422P || frame->format == AV_PIX_FMT_YUV444P;
}

/* The first frame that is more than one colour, else the last that there was. */
static AVFrame *
decode_film(AVFormatContext *context, const AVStream *stream, AVCodecContext *decoder)
{
	AVPacket *packet = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();
	AVFrame *best = NULL;

	for (unsigned packets = 0, frames = 0;
		packet != NULL && frame != NULL && packets < PACKETS_MAX && frames < FRAMES_MAX;
		packets++) {
		bool end = av_read_frame(context, packet) < 0;

		if (!end && packet->stream_index != stream->index) {
			av_packet_unref(packet);
			continue;
		}
		/* a packet that cannot be decoded is skipped, as players do */
		(void)avcodec_send_packet(decoder, end ? NULL : packet);
		av_packet_unref(packet);
		while (avcodec_receive_frame(decoder, frame) == 0) {
			av_frame_free(&best);
			best = av_frame_clone(frame);
			frames++;
			if (!has_luma(frame) || !is_plain(frame)) {
				frames = FRAMES_MAX;
				break;
			}
		}
		if (end) {
			break;
		}
	}
	av_packet_free(&packet);
	av_frame_free(&frame);
	return best;
}

static void
seek_into(AVFormatContext *context)
{
	int64_t at = context->duration > 0 ? context->duration / FRAME_AT_PART : 0;

	at = MIN(at, (int64_t)FRAME_AT_MAX_S * AV_TIME_BASE);
	if (at > 0) {
		/* where it cannot seek, the beginning has to do */
		(void)av_seek_frame(context, -1, at, AVSEEK_FLAG_BACKWARD);
	}
}

static WorkerOutcome
read_film(AVFormatContext *context, ThumbPicture *ret_picture)
{
	context->probesize = 2 * 1024 * 1024;
	context->max_analyze_duration = 2 * AV_TIME_BASE;
	(void)avformat_find_stream_info(context, NULL); /* what it found has to do */
	const AVStream *stream = streams_first(context, AVMEDIA_TYPE_VIDEO);

	if (stream == NULL) {
		return WORKER_UNSUITABLE;
	}
	AVCodecContext *decoder = open_decoder(stream->codecpar->codec_id, stream->codecpar);

	if (decoder == NULL) {
		return WORKER_UNSUITABLE;
	}
	seek_into(context);
	ret_picture->orientation = streams_orientation(stream);
	ret_picture->frame = decode_film(context, stream, decoder);
	avcodec_free_context(&decoder);
	return ret_picture->frame != NULL ? WORKER_OK : WORKER_UNSUITABLE;
}

static WorkerOutcome
read_media(Input *source, const SniffFormat *format, ThumbPicture *ret_picture)
{
	AVFormatContext *context = input_open(source, format);

	if (context == NULL) {
		return WORKER_UNSUITABLE;
	}
	const AVStream *cover = find_cover(context);
	WorkerOutcome outcome =
		cover != NULL ? read_cover(cover, ret_picture) : read_film(context, ret_picture);

	input_close(&context);
	return outcome;
}

/* Tiles by ourselves, what else there may be by FFmpeg; how it is turned stands in the boxes alone. */
static WorkerOutcome
read_boxed(Input *source, const ReadAt *file, const PictureInfo *info, ThumbPicture *ret_picture)
{
	g_auto(HeifPicture) picture = { 0 };
	WorkerOutcome outcome = WORKER_OK;

	if (heif_picture_find(file, &picture) &&
		(uint64_t)picture.width * picture.height <= AVU_LIMIT_PICTURE_PIXELS) {
		ret_picture->frame = heif_tiles_decode(source, &picture);
	}
	if (ret_picture->frame == NULL) {
		outcome = read_media(source, &boxed, ret_picture);
	}
	ret_picture->orientation = info->exif.orientation != 0 ? info->exif.orientation : 1;
	return outcome;
}

static WorkerOutcome
read_picture(
	Input *source, const SniffFormat *format, const ThumbBox *box, ThumbPicture *ret_picture)
{
	const ReadAt file = { input_read_at, source, (uint64_t)source->size };
	PictureInfo info;

	if (!picture_read(format->name, &file, &info) || !is_small_enough(&info)) {
		return WORKER_UNSUITABLE;
	}
	ret_picture->orientation = info.exif.orientation != 0 ? info.exif.orientation : 1;
	if (info.preview_len > 0) {
		return read_still(source, AV_CODEC_ID_MJPEG, &info, box, ret_picture);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(still_codecs); i++) {
		if (g_str_equal(still_codecs[i].name, format->name)) {
			return read_still(source, still_codecs[i].codec, &info, box, ret_picture);
		}
	}
	return read_boxed(source, &file, &info, ret_picture);
}

WorkerOutcome
thumb_source_read(int fd, const ThumbBox *box, ThumbPicture *ret_picture)
{
	Input source = { .fd = fd };
	uint8_t head[SNIFF_LEN];
	struct stat st;

	*ret_picture = (ThumbPicture){ .orientation = 1 };
	if (fstat(fd, &st) < 0) {
		return WORKER_UNREADABLE;
	}
	source.size = st.st_size;
	size_t len = input_read_at(&source, 0, head, sizeof(head));
	uint64_t tag_len = sniff_id3v2_len(head, len);

	if (tag_len > 0) {
		len = input_read_at(&source, tag_len, head, sizeof(head));
	}
	const SniffFormat *format = sniff(head, len, tag_len > 0, NULL);

	if (format == NULL) {
		return WORKER_UNSUITABLE;
	}
	return format->demuxer == NULL ? read_picture(&source, format, box, ret_picture)
				       : read_media(&source, format, ret_picture);
}
