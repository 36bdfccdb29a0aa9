/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scale (never up), turn, lay what is transparent on white, code anew: no octet of the source is
 * passed on (SEC-150). Runs in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/thumb-picture.h"

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#define BYTES_PER_PIXEL 4 /* RGBA */
#define WHITE 255
#define SIDE_MIN 512

/* One picture between the steps. */
typedef struct {
	int width, height;
	uint8_t *pixels; /* RGBA, rows without gaps */
} Canvas;

static bool
canvas_init(Canvas *canvas, int width, int height)
{
	*canvas = (Canvas){ width, height, NULL };
	canvas->pixels = av_malloc_array((size_t)width * (size_t)height, BYTES_PER_PIXEL);
	return canvas->pixels != NULL;
}

/* Size within the box, with square pixels; sides are those of the picture as it lies in the file. */
static void
fit(const ThumbPicture *picture, const ThumbBox *box, int *ret_width, int *ret_height)
{
	const AVFrame *frame = picture->frame;
	AVRational pixel = frame->sample_aspect_ratio;
	bool turned = picture->orientation >= 5;
	double width = frame->width;
	double height = frame->height;
	double box_width = turned ? box->height : box->width;
	double box_height = turned ? box->width : box->height;

	if (pixel.num > 0 && pixel.den > 0) {
		if (pixel.num > pixel.den) {
			width *= av_q2d(pixel);
		} else {
			height /= av_q2d(pixel);
		}
	}
	double scale = MIN(MIN(box_width / width, box_height / height), 1.0);

	*ret_width = CLAMP((int)(width * scale + 0.5), 1, (int)box_width);
	*ret_height = CLAMP((int)(height * scale + 0.5), 1, (int)box_height);
}

static bool
scale(const AVFrame *frame, int width, int height, Canvas *ret_canvas)
{
	struct SwsContext *sws =
		sws_getContext(frame->width, frame->height, (enum AVPixelFormat)frame->format,
			width, height, AV_PIX_FMT_RGBA, SWS_AREA, NULL, NULL, NULL);

	if (sws == NULL || !canvas_init(ret_canvas, width, height)) {
		sws_freeContext(sws);
		return false;
	}
	bool full = frame->color_range == AVCOL_RANGE_JPEG;

	/* brightness and contrast stay as they are: 0, 1, 1 in fixed point */
	(void)sws_setColorspaceDetails(sws, sws_getCoefficients(frame->colorspace), full,
		sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
	uint8_t *const planes[4] = { ret_canvas->pixels };
	const int strides[4] = { width * BYTES_PER_PIXEL };
	int rows = sws_scale(sws, (const uint8_t *const *)frame->data, frame->linesize, 0,
		frame->height, planes, strides);

	sws_freeContext(sws);
	return rows == height;
}

static void
lay_on_white(Canvas *canvas)
{
	size_t n = (size_t)canvas->width * (size_t)canvas->height;

	for (size_t i = 0; i < n; i++) {
		uint8_t *pixel = canvas->pixels + i * BYTES_PER_PIXEL;
		unsigned alpha = pixel[3];

		for (unsigned c = 0; c < 3 && alpha != WHITE; c++) {
			pixel[c] = (uint8_t)((pixel[c] * alpha + WHITE * (WHITE - alpha)) / WHITE);
		}
	}
}

/* EXIF 1 to 8: where the pixel at (x, y) of the upright picture lies in the file. */
static void
source_of(unsigned orientation, const Canvas *from, int x, int y, int *ret_x, int *ret_y)
{
	int right = from->width - 1;
	int bottom = from->height - 1;
	const struct {
		int x, y;
	} places[] = {
		{ x, y },
		{ right - x, y },
		{ right - x, bottom - y },
		{ x, bottom - y },
		{ y, x },
		{ y, bottom - x },
		{ right - y, bottom - x },
		{ right - y, x },
	};

	*ret_x = places[orientation - 1].x;
	*ret_y = places[orientation - 1].y;
}

static bool
turn(Canvas *canvas, unsigned orientation)
{
	Canvas upright;
	bool sideways = orientation >= 5;

	if (orientation <= 1 || orientation > 8) {
		return true;
	}
	if (!canvas_init(&upright, sideways ? canvas->height : canvas->width,
		    sideways ? canvas->width : canvas->height)) {
		return false;
	}
	for (int y = 0; y < upright.height; y++) {
		for (int x = 0; x < upright.width; x++) {
			int from_x, from_y;

			source_of(orientation, canvas, x, y, &from_x, &from_y);
			memcpy(upright.pixels + ((size_t)y * (size_t)upright.width + (size_t)x) *
							BYTES_PER_PIXEL,
				canvas->pixels +
					((size_t)from_y * (size_t)canvas->width + (size_t)from_x) *
						BYTES_PER_PIXEL,
				BYTES_PER_PIXEL);
		}
	}
	av_free(canvas->pixels);
	*canvas = upright;
	return true;
}

static const struct {
	enum AVCodecID codec;
	enum AVPixelFormat format;
} forms[] = {
	[THUMB_JPEG] = { AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P },
	[THUMB_PNG] = { AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24 },
	[THUMB_PPM] = { AV_CODEC_ID_PPM, AV_PIX_FMT_RGB24 },
};

static AVFrame *
convert(const Canvas *canvas, enum AVPixelFormat format)
{
	AVFrame *frame = av_frame_alloc();

	if (frame == NULL) {
		return NULL;
	}
	frame->width = canvas->width;
	frame->height = canvas->height;
	frame->format = format;
	frame->color_range = AVCOL_RANGE_JPEG;
	struct SwsContext *sws = sws_getContext(canvas->width, canvas->height, AV_PIX_FMT_RGBA,
		canvas->width, canvas->height, format, SWS_AREA, NULL, NULL, NULL);
	const uint8_t *const planes[4] = { canvas->pixels };
	const int strides[4] = { canvas->width * BYTES_PER_PIXEL };

	if (sws == NULL || av_frame_get_buffer(frame, 0) < 0 ||
		sws_scale(sws, planes, strides, 0, canvas->height, frame->data, frame->linesize) !=
			canvas->height) {
		av_frame_free(&frame);
	}
	sws_freeContext(sws);
	return frame;
}

static AVPacket *
encode(AVFrame *frame, ThumbForm form, int quality)
{
	const AVCodec *codec = avcodec_find_encoder(forms[form].codec);
	AVCodecContext *encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	AVPacket *packet = av_packet_alloc();

	if (encoder == NULL || packet == NULL) {
		avcodec_free_context(&encoder);
		av_packet_free(&packet);
		return NULL;
	}
	encoder->width = frame->width;
	encoder->height = frame->height;
	encoder->pix_fmt = (enum AVPixelFormat)frame->format;
	encoder->color_range = frame->color_range;
	encoder->time_base = (AVRational){ 1, 25 };
	encoder->sample_aspect_ratio = (AVRational){ 1, 1 };
	encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	encoder->global_quality = quality * FF_QP2LAMBDA;
	frame->quality = encoder->global_quality;
	encoder->thread_count = 1;
	/* DLNA wants the typical tables of the JPEG standard; PNG has no such option */
	(void)av_opt_set(encoder->priv_data, "huffman", "default", 0);
	if (avcodec_open2(encoder, codec, NULL) < 0 || avcodec_send_frame(encoder, frame) < 0 ||
		avcodec_receive_packet(encoder, packet) < 0) {
		av_packet_free(&packet);
	}
	avcodec_free_context(&encoder);
	return packet;
}

/* As good as fits: the larger the picture, the less one sees of it. */
static AVPacket *
encode_to_fit(AVFrame *frame, ThumbForm form)
{
	static const int qualities[] = { 4, 10, 24 }; /* FFmpeg's scale, 2 best to 31 */

	for (size_t i = 0; i < G_N_ELEMENTS(qualities); i++) {
		AVPacket *packet = encode(frame, form, qualities[i]);

		if (packet == NULL || packet->size <= THUMB_OCTETS_MAX) {
			return packet;
		}
		av_packet_free(&packet);
		if (form != THUMB_JPEG) {
			break; /* without loss there is one size only */
		}
	}
	return NULL;
}

static AVPacket *
code_once(const ThumbPicture *picture, const ThumbBox *box)
{
	Canvas canvas = { 0 };
	AVPacket *packet = NULL;
	int width, height;

	fit(picture, box, &width, &height);
	if (scale(picture->frame, width, height, &canvas)) {
		lay_on_white(&canvas);
		AVFrame *frame = turn(&canvas, picture->orientation)
					 ? convert(&canvas, forms[box->form].format)
					 : NULL;

		packet = frame != NULL ? encode_to_fit(frame, box->form) : NULL;
		av_frame_free(&frame);
	}
	av_free(canvas.pixels);
	return packet;
}

AVPacket *
thumb_picture_code(const ThumbPicture *picture, const ThumbBox *box)
{
	ThumbBox smaller = *box;
	AVPacket *packet = code_once(picture, &smaller);

	/* noise, or a drawing without loss: better half of it than nothing */
	while (packet == NULL && MAX(smaller.width, smaller.height) > SIDE_MIN) {
		smaller.width = MAX(1, smaller.width / 2);
		smaller.height = MAX(1, smaller.height / 2);
		packet = code_once(picture, &smaller);
	}
	return packet;
}
