/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* make-icon SIZE FILE.png|FILE.jpg: the device's icon, drawn here: a triangle that plays, on a rounded
 * square. Runs at build time; needs no font and no other file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>

#define SAMPLES 8 /* per pixel and direction: edges are smooth */
#define JPEG_QUALITY 2

typedef struct {
	double r, g, b;
} Colour;

static const Colour paper = { 1.0, 1.0, 1.0 };
static const Colour square = { 0.09, 0.28, 0.42 };
static const Colour triangle = { 1.0, 0.80, 0.25 };

/* x, y from 0 to 1. */
static int
in_square(double x, double y)
{
	const double margin = 0.03, radius = 0.2;
	double dx = x < margin + radius       ? margin + radius - x
		    : x > 1 - margin - radius ? x - (1 - margin - radius)
					      : 0;
	double dy = y < margin + radius       ? margin + radius - y
		    : y > 1 - margin - radius ? y - (1 - margin - radius)
					      : 0;

	return dx * dx + dy * dy <= radius * radius;
}

static int
in_triangle(double x, double y)
{
	const double left = 0.34, right = 0.76, half = 0.26;
	double rest = (right - x) / (right - left);
	double away = y > 0.5 ? y - 0.5 : 0.5 - y;

	return x >= left && rest >= 0 && away <= half * rest;
}

static Colour
pixel(int px, int py, int size)
{
	Colour sum = { 0 };

	for (int i = 0; i < SAMPLES * SAMPLES; i++) {
		double x = (px + (i % SAMPLES + 0.5) / SAMPLES) / size;
		double y = (py + (i / SAMPLES + 0.5) / SAMPLES) / size;
		const Colour *c = in_triangle(x, y) ? &triangle
				  : in_square(x, y) ? &square
						    : &paper;

		sum.r += c->r / (SAMPLES * SAMPLES);
		sum.g += c->g / (SAMPLES * SAMPLES);
		sum.b += c->b / (SAMPLES * SAMPLES);
	}
	return sum;
}

static uint8_t
octet(double value)
{
	return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
}

static void
put_rgb(AVFrame *frame, int x, int y, Colour c)
{
	uint8_t *at = frame->data[0] + y * frame->linesize[0] + 3 * x;

	at[0] = octet(255 * c.r);
	at[1] = octet(255 * c.g);
	at[2] = octet(255 * c.b);
}

/* Full-range Y'CbCr (T.871), colours of four pixels in one. */
static void
put_quad(AVFrame *frame, int x, int y, const Colour quad[4])
{
	double cb = 128, cr = 128;

	for (int i = 0; i < 4; i++) {
		double r = 255 * quad[i].r, g = 255 * quad[i].g, b = 255 * quad[i].b;

		frame->data[0][(y + i / 2) * frame->linesize[0] + x + i % 2] =
			octet(0.299 * r + 0.587 * g + 0.114 * b);
		cb += (-0.168736 * r - 0.331264 * g + 0.5 * b) / 4;
		cr += (0.5 * r - 0.418688 * g - 0.081312 * b) / 4;
	}
	frame->data[1][y / 2 * frame->linesize[1] + x / 2] = octet(cb);
	frame->data[2][y / 2 * frame->linesize[2] + x / 2] = octet(cr);
}

static AVFrame *
draw(int size, enum AVPixelFormat format)
{
	AVFrame *frame = av_frame_alloc();

	if (frame == NULL) {
		return NULL;
	}
	frame->width = frame->height = size;
	frame->format = format;
	frame->color_range = AVCOL_RANGE_JPEG;
	frame->quality = JPEG_QUALITY * FF_QP2LAMBDA;
	if (av_frame_get_buffer(frame, 0) < 0) {
		av_frame_free(&frame);
		return NULL;
	}
	for (int y = 0; y < size; y += 2) {
		for (int x = 0; x < size; x += 2) {
			Colour quad[4];

			for (int i = 0; i < 4; i++) {
				quad[i] = pixel(x + i % 2, y + i / 2, size);
				if (format == AV_PIX_FMT_RGB24) {
					put_rgb(frame, x + i % 2, y + i / 2, quad[i]);
				}
			}
			if (format != AV_PIX_FMT_RGB24) {
				put_quad(frame, x, y, quad);
			}
		}
	}
	return frame;
}

static AVPacket *
encode(const AVFrame *frame, enum AVCodecID id)
{
	const AVCodec *codec = avcodec_find_encoder(id);
	AVCodecContext *encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	AVPacket *packet = av_packet_alloc();

	if (encoder == NULL || packet == NULL) {
		return NULL; /* the process ends */
	}
	encoder->width = frame->width;
	encoder->height = frame->height;
	encoder->pix_fmt = (enum AVPixelFormat)frame->format;
	encoder->color_range = frame->color_range;
	encoder->time_base = (AVRational){ 1, 25 };
	encoder->sample_aspect_ratio = (AVRational){ 1, 1 };
	/* DLNA wants the typical tables of the JPEG standard; PNG has no such option */
	(void)av_opt_set(encoder->priv_data, "huffman", "default", 0);
	encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	encoder->global_quality = JPEG_QUALITY * FF_QP2LAMBDA;
	if (avcodec_open2(encoder, codec, NULL) < 0 || avcodec_send_frame(encoder, frame) < 0 ||
		avcodec_receive_packet(encoder, packet) < 0) {
		av_packet_free(&packet);
	}
	avcodec_free_context(&encoder);
	return packet;
}

int
main(int argc, char **argv)
{
	int size = argc == 3 ? atoi(argv[1]) : 0;

	if (size < 16 || size > 1024 || size % 2 != 0) {
		(void)fprintf(stderr, "usage: make-icon SIZE FILE.png|FILE.jpg\n");
		return EXIT_FAILURE;
	}
	size_t len = strlen(argv[2]);
	int is_png = len > 4 && strcmp(argv[2] + len - 4, ".png") == 0;
	AVFrame *frame = draw(size, is_png ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUVJ420P);
	AVPacket *packet =
		frame != NULL ? encode(frame, is_png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG) : NULL;
	FILE *out = packet != NULL ? fopen(argv[2], "wb") : NULL;
	int good = out != NULL &&
		   fwrite(packet->data, 1, (size_t)packet->size, out) == (size_t)packet->size;

	if (out != NULL && fclose(out) != 0) {
		good = 0;
	}
	av_packet_free(&packet);
	av_frame_free(&frame);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
