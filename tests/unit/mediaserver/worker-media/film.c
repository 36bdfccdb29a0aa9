/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Made and looked at by FFmpeg alone, without a line of the worker. */
#include "tests/unit/mediaserver/worker-media/film.h"

#include <string.h>

#include <glib/gstdio.h>
#include <libavformat/avformat.h>

typedef struct {
	AVFormatContext *context;
	AVCodecContext *encoder;
	AVPacket *packet;
} Maker;

/* With a grain: packets of a program stream take several pictures that are next to nothing, and but one time. */
static AVFrame *
new_picture(const Film *film, int n)
{
	AVFrame *frame = av_frame_alloc();

	frame->format = AV_PIX_FMT_YUV420P;
	frame->width = frame->height = FILM_SIDE;
	frame->pts = n;
	g_assert_cmpint(av_frame_get_buffer(frame, 0), ==, 0);
	for (int y = 0; y < FILM_SIDE; y++) {
		for (int x = 0; x < FILM_SIDE; x++) {
			frame->data[0][y * frame->linesize[0] + x] =
				(uint8_t)(FILM_DARK + film->rise * n / FILM_RATE +
					  (x * x + 7 * x * y + n * n * (x + 3 * y)) % 17 - 8);
		}
	}
	for (int plane = 1; plane < 3; plane++) {
		memset(frame->data[plane], 128, (size_t)frame->linesize[plane] * (FILM_SIDE / 2));
	}
	return frame;
}

static void
open_maker(Maker *maker, const Film *film, const char *path)
{
	const AVCodec *codec = avcodec_find_encoder_by_name(film->encoder);
	AVDictionary *options = NULL;

	g_assert_nonnull(codec);
	g_assert_cmpint(
		avformat_alloc_output_context2(&maker->context, NULL, film->muxer, path), >=, 0);
	maker->packet = av_packet_alloc();
	maker->encoder = avcodec_alloc_context3(codec);
	maker->encoder->width = maker->encoder->height = FILM_SIDE;
	maker->encoder->pix_fmt = AV_PIX_FMT_YUV420P;
	maker->encoder->time_base = (AVRational){ 1, FILM_RATE };
	maker->encoder->framerate = (AVRational){ FILM_RATE, 1 };
	maker->encoder->gop_size = maker->encoder->keyint_min = FILM_RATE * film->gop_s;
	maker->encoder->bit_rate = 2000000;
	maker->encoder->thread_count = 1;
	if ((maker->context->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
		maker->encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	}
	for (size_t i = 0; i < FILM_OPTIONS_MAX && film->options[i] != NULL; i += 2) {
		(void)av_dict_set(&options, film->options[i], film->options[i + 1], 0);
	}
	(void)av_dict_set(
		&options, "sc_threshold", codec->id == AV_CODEC_ID_H264 ? "0" : "1000000000", 0);
	AVDictionary *of_muxer = NULL;

	(void)av_dict_copy(&of_muxer, options, 0);
	g_assert_cmpint(avcodec_open2(maker->encoder, codec, &options), ==, 0);
	AVStream *stream = avformat_new_stream(maker->context, NULL);

	(void)avcodec_parameters_from_context(stream->codecpar, maker->encoder);
	stream->time_base = maker->encoder->time_base;
	stream->avg_frame_rate = maker->encoder->framerate;
	g_assert_cmpint(avio_open(&maker->context->pb, path, AVIO_FLAG_WRITE), >=, 0);
	g_assert_cmpint(avformat_write_header(maker->context, &of_muxer), >=, 0);
	av_dict_free(&options);
	av_dict_free(&of_muxer);
}

static void
push(Maker *maker, const AVFrame *frame)
{
	g_assert_cmpint(avcodec_send_frame(maker->encoder, frame), ==, 0);
	while (avcodec_receive_packet(maker->encoder, maker->packet) == 0) {
		maker->packet->duration = 1;
		av_packet_rescale_ts(maker->packet, maker->encoder->time_base,
			maker->context->streams[0]->time_base);
		g_assert_cmpint(av_interleaved_write_frame(maker->context, maker->packet), ==, 0);
	}
}

void
film_make(const Film *film, const char *path)
{
	Maker maker = { NULL };

	open_maker(&maker, film, path);
	for (int n = 0; n < film->seconds * FILM_RATE; n++) {
		AVFrame *frame = new_picture(film, n);

		push(&maker, frame);
		av_frame_free(&frame);
	}
	push(&maker, NULL);
	g_assert_cmpint(av_write_trailer(maker.context), ==, 0);
	(void)avio_closep(&maker.context->pb);
	avformat_free_context(maker.context);
	avcodec_free_context(&maker.encoder);
	av_packet_free(&maker.packet);
}

static double
brightness_of(const AVFrame *frame)
{
	int64_t sum = 0, n = 0;

	for (int y = frame->height / 4; y < frame->height * 3 / 4; y += 3) {
		for (int x = frame->width / 4; x < frame->width * 3 / 4; x += 5, n++) {
			sum += frame->data[0][y * frame->linesize[0] + x];
		}
	}
	return (double)sum / (double)n;
}

static void
take_pictures(AVCodecContext *decoder, AVFrame *frame, AVRational base, FilmSeen *seen)
{
	while (avcodec_receive_frame(decoder, frame) == 0) {
		g_assert_cmpint(seen->n, <, FILM_PICTURES_MAX);
		seen->at_s[seen->n] = (double)frame->best_effort_timestamp * av_q2d(base);
		seen->level[seen->n++] = brightness_of(frame);
		seen->width = frame->width;
		seen->height = frame->height;
		av_frame_unref(frame);
	}
}

void
film_look(const char *path, FilmSeen *seen)
{
	AVFormatContext *context = NULL;
	AVPacket *packet = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();

	*seen = (FilmSeen){ .all_keys = true };
	g_assert_cmpint(avformat_open_input(&context, path, NULL, NULL), ==, 0);
	(void)avformat_find_stream_info(context, NULL);
	const AVStream *stream = context->streams[0];
	const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
	AVCodecContext *decoder = avcodec_alloc_context3(codec);

	(void)g_strlcpy(seen->container, context->iformat->name, sizeof(seen->container));
	seen->streams = (int)context->nb_streams;
	seen->codec = stream->codecpar->codec_id;
	(void)avcodec_parameters_to_context(decoder, stream->codecpar);
	decoder->thread_count = 1;
	decoder->pkt_timebase = stream->time_base;
	g_assert_cmpint(avcodec_open2(decoder, codec, NULL), ==, 0);
	while (av_read_frame(context, packet) == 0) {
		seen->all_keys = seen->all_keys && (packet->flags & AV_PKT_FLAG_KEY) != 0;
		if (packet->size > 0) {
			g_assert_cmpint(avcodec_send_packet(decoder, packet), ==, 0);
			take_pictures(decoder, frame, stream->time_base, seen);
		}
		av_packet_unref(packet);
	}
	(void)avcodec_send_packet(decoder, NULL);
	take_pictures(decoder, frame, stream->time_base, seen);
	avcodec_free_context(&decoder);
	avformat_close_input(&context);
	av_packet_free(&packet);
	av_frame_free(&frame);
}

void
film_remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)g_unlink(path);
	}
	(void)g_rmdir(folder);
}
