/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The encoders of the recipes at a picture like that of a film: large areas that move, and grain. Each
 * runs for a moment; what the first made is decoded again. Runs in a sandboxed child. */
#include "mediaserver/worker/convert-measure.h"

#include <unistd.h>

#include <libavcodec/avcodec.h>

#include <av-upnp/clock.h>

#include "mediaserver/convert/machine.h"
#include "mediaserver/worker/convert-codec.h"
#include "mediaserver/worker/new-frame.h"

#define WIDTH 1280
#define HEIGHT 720
#define RATE 25
#define BPS 4000000
#define LONG_NS (700 * AVU_NS_PER_MS)
#define FRAMES_MAX 400
#define GRAIN 7

typedef struct {
	AVFrame *frames[8]; /* a small loop, so that making them does not count */
	GPtrArray *packets; /* of the first encoder */
	int64_t threads;
} Measure;

static AVFrame *
make_frame(unsigned n)
{
	AVFrame *frame = new_frame(WIDTH, HEIGHT, AV_PIX_FMT_YUV420P);
	uint32_t random = 12345 + n;

	for (int plane = 0; frame != NULL && plane < 3; plane++) {
		const int part = plane == 0 ? 1 : 2;

		for (int y = 0; y < HEIGHT / part; y++) {
			uint8_t *row = frame->data[plane] + (ptrdiff_t)y * frame->linesize[plane];

			for (int x = 0; x < WIDTH / part; x++) {
				random = random * 1664525 + 1013904223;
				row[x] = (uint8_t)(64 + (x + y + 4 * (int)n) / 20 % 100 +
						   (plane == 0 ? (int)(random >> 24) % GRAIN : 0));
			}
		}
	}
	return frame;
}

static void
packet_free(void *data)
{
	AVPacket *packet = data;

	av_packet_free(&packet);
}

static int64_t
per_second(unsigned frames, int64_t begun_ns)
{
	const int64_t took_ns = MAX(avu_now_ns() - begun_ns, 1);

	return av_rescale((int64_t)frames * WIDTH * HEIGHT, AVU_NS_PER_S, took_ns);
}

static AVCodecContext *
open_encoder(const Measure *self, const Recipe *recipe, ConvertPreset preset)
{
	AVCodecContext *encoder = convert_codec_new_picture(recipe);
	ConvertRequest request;

	convert_request_init(&request);
	request.recipe = recipe_index(recipe);
	request.preset = preset;
	if (encoder == NULL) {
		return NULL;
	}
	encoder->width = WIDTH;
	encoder->height = HEIGHT;
	encoder->pix_fmt = AV_PIX_FMT_YUV420P;
	encoder->time_base = (AVRational){ 1, RATE };
	encoder->framerate = (AVRational){ RATE, 1 };
	encoder->gop_size = 2 * RATE;
	encoder->rc_max_rate = BPS;
	encoder->rc_buffer_size = BPS;
	encoder->bit_rate = recipe->video == RECIPE_MPEG2 ? BPS : 0;
	encoder->thread_count = (int)self->threads;
	if (!convert_codec_open_picture(encoder, &request)) {
		avcodec_free_context(&encoder);
	}
	return encoder;
}

static void
drain(Measure *self, AVCodecContext *encoder, bool keep)
{
	AVPacket *packet = av_packet_alloc();

	while (packet != NULL && avcodec_receive_packet(encoder, packet) == 0) {
		if (keep) {
			g_ptr_array_add(self->packets, av_packet_clone(packet));
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
}

/* @return 0: this encoder is not there */
static int64_t
measure_encoder(Measure *self, const char *recipe, ConvertPreset preset, bool keep)
{
	AVCodecContext *encoder = open_encoder(self, recipe_find(recipe), preset);
	const int64_t begun_ns = avu_now_ns();
	unsigned n = 0;

	if (encoder == NULL) {
		return 0;
	}
	while (n < FRAMES_MAX && avu_now_ns() - begun_ns < LONG_NS) {
		AVFrame *frame = self->frames[n % G_N_ELEMENTS(self->frames)];

		frame->pts = n++;
		if (avcodec_send_frame(encoder, frame) < 0) {
			break;
		}
		drain(self, encoder, keep);
	}
	(void)avcodec_send_frame(encoder, NULL);
	drain(self, encoder, keep);
	avcodec_free_context(&encoder);
	return per_second(n, begun_ns);
}

static int64_t
measure_decoder(const Measure *self)
{
	const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_H264);
	AVCodecContext *decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	AVFrame *frame = av_frame_alloc();
	const int64_t begun_ns = avu_now_ns();
	unsigned n = 0;

	if (decoder != NULL && frame != NULL) {
		decoder->thread_count = (int)self->threads;
		bool good = avcodec_open2(decoder, codec, NULL) == 0;

		for (guint i = 0; good && i <= self->packets->len; i++) {
			(void)avcodec_send_packet(
				decoder, i < self->packets->len ? self->packets->pdata[i] : NULL);
			while (avcodec_receive_frame(decoder, frame) == 0) {
				n++;
			}
		}
	}
	av_frame_free(&frame);
	avcodec_free_context(&decoder);
	return per_second(n, begun_ns);
}

WorkerOutcome
convert_measure(int64_t threads, int pipe)
{
	Measure self = {
		.packets = g_ptr_array_new_with_free_func(packet_free),
		.threads = threads,
	};
	int64_t figures[MACHINE_FIGURES];
	bool good = true;

	for (unsigned i = 0; i < G_N_ELEMENTS(self.frames); i++) {
		self.frames[i] = make_frame(i);
		good = good && self.frames[i] != NULL;
	}
	if (good) {
		for (unsigned i = 0; i < CONVERT_PRESETS; i++) {
			figures[1 + i] =
				measure_encoder(&self, "avc-ts-aac", (ConvertPreset)i, i == 0);
		}
		figures[0] = measure_decoder(&self);
		figures[1 + CONVERT_PRESETS] =
			measure_encoder(&self, "mpeg-ps-pal", CONVERT_VERYFAST, false);
		good = write(pipe, figures, sizeof(figures)) == (ssize_t)sizeof(figures);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(self.frames); i++) {
		av_frame_free(&self.frames[i]);
	}
	g_ptr_array_unref(self.packets);
	return good ? WORKER_OK : WORKER_UNSUITABLE;
}
