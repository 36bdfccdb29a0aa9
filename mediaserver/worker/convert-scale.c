/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interlaced pictures come as one field, films upright, and where a profile has one raster alone the
 * picture stands in the middle of it. Sizes change in the midst of a broadcast: then it is scaled anew
 * into what the encoder was opened with. Runs in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-scale.h"

#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "mediaserver/worker/tone.h"
#include "mediaserver/worker/new-frame.h"

#define SIDE_MAX 8192

/* Where in the outgoing raster the picture lies. */
typedef struct {
	int x, y, width, height;
} Place;

struct ConvertScale {
	ConvertShape shape;
	Place place;    /* as shown */
	unsigned turns; /* clockwise */
	AVFrame *lying; /* scaled but not turned */
	Tone *tone;     /* of a range that is larger than a screen's; NULL: it is the usual one */
	AVFrame *wide;  /* scaled, still of that range */
	struct SwsContext *sws;
	int from_width, from_height, from_format; /* for which sws was made */
};

static bool
is_interlaced(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_MAJOR >= 59
	return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
	return frame->interlaced_frame != 0;
#endif
}

static int
even(double value, int max)
{
	return CLAMP((int)(value / 2 + 0.5) * 2, 2, max);
}

/* The same shape of pixels in fewer of them. */
static void
fit(ConvertScale *self, const ConvertRequest *request, int width, int height, AVRational aspect)
{
	/* the bounds are those of the picture as it lies in the file */
	const bool sideways = self->turns % 2 != 0;
	const int64_t across = sideways ? request->height : request->width;
	const int64_t down = sideways ? request->width : request->height;
	const int max_width = across > 0 ? (int)across : width;
	const int max_height = down > 0 ? (int)down : height;
	const double scale = MIN(1.0, MIN((double)max_width / width, (double)max_height / height));

	self->shape.width = even(width * scale, SIDE_MAX);
	self->shape.height = even(height * scale, SIDE_MAX);
	self->shape.sample_aspect = aspect;
	self->place = (Place){ 0, 0, self->shape.width, self->shape.height };
}

/* Into the middle of a picture of 16:9 or 4:3, whichever is nearer. */
static void
centre(ConvertScale *self, const ConvertRequest *request, int width, int height, AVRational aspect)
{
	const double shown = (double)width * av_q2d(aspect) / height;
	const AVRational raster = shown >= 1.5 ? (AVRational){ 16, 9 } : (AVRational){ 4, 3 };
	const int full_width = (int)request->width, full_height = (int)request->height;
	Place *place = &self->place;

	place->width = even(full_width * MIN(1.0, shown / av_q2d(raster)), full_width);
	place->height = even(full_height * MIN(1.0, av_q2d(raster) / shown), full_height);
	place->x = (full_width - place->width) / 4 * 2;
	place->y = (full_height - place->height) / 4 * 2;
	self->shape.width = full_width;
	self->shape.height = full_height;
	self->shape.sample_aspect = av_mul_q(raster, (AVRational){ full_height, full_width });
}

ConvertScale *
convert_scale_new(const Recipe *recipe, const ConvertRequest *request, const AVFrame *first,
	AVRational sample_aspect, unsigned quarter_turns)
{
	const bool sideways = quarter_turns % 2 != 0;
	const int width = sideways ? first->height : first->width;
	const int height = sideways ? first->width : first->height;
	AVRational aspect = sample_aspect.num > 0 && sample_aspect.den > 0 ? sample_aspect
									   : (AVRational){ 1, 1 };

	if (width <= 0 || height <= 0 || width > SIDE_MAX || height > SIDE_MAX) {
		return NULL;
	}
	if (sideways) {
		aspect = av_inv_q(aspect);
	}
	ConvertScale *self = g_new0(ConvertScale, 1);

	self->turns = quarter_turns;
	if (first->color_trc == AVCOL_TRC_SMPTE2084 || first->color_trc == AVCOL_TRC_ARIB_STD_B67) {
		self->tone = tone_new(first->color_trc == AVCOL_TRC_SMPTE2084 ? TONE_PQ : TONE_HLG);
	}
	if (recipe->video == RECIPE_MPEG2) {
		centre(self, request, width, height, aspect);
	} else {
		fit(self, request, width, height, aspect);
	}
	return self;
}

void
convert_scale_free(ConvertScale *self)
{
	if (self != NULL) {
		sws_freeContext(self->sws);
		av_frame_free(&self->lying);
		av_frame_free(&self->wide);
		tone_free(self->tone);
		g_free(self);
	}
}

ConvertShape
convert_scale_get_shape(const ConvertScale *self)
{
	return self->shape;
}

static void
blacken(AVFrame *frame)
{
	for (int y = 0; y < frame->height; y++) {
		memset(frame->data[0] + (ptrdiff_t)y * frame->linesize[0], 16,
			(size_t)frame->width);
	}
	for (int plane = 1; plane <= 2; plane++) {
		for (int y = 0; y < frame->height / 2; y++) {
			memset(frame->data[plane] + (ptrdiff_t)y * frame->linesize[plane], 128,
				(size_t)frame->width / 2);
		}
	}
}

static bool
prepare(ConvertScale *self, const AVFrame *frame, int height, int to_width, int to_height)
{
	if (self->sws != NULL && frame->width == self->from_width && height == self->from_height &&
		frame->format == self->from_format) {
		return true;
	}
	const enum AVPixelFormat format =
		self->tone != NULL ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;

	sws_freeContext(self->sws);
	self->sws = sws_getContext(frame->width, height, (enum AVPixelFormat)frame->format,
		to_width, to_height, format, SWS_BICUBIC, NULL, NULL, NULL);
	self->from_width = frame->width;
	self->from_height = height;
	self->from_format = frame->format;
	if (self->sws != NULL && frame->color_range == AVCOL_RANGE_JPEG) {
		const int *matrix = sws_getCoefficients(SWS_CS_DEFAULT);

		(void)sws_setColorspaceDetails(
			self->sws, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
	}
	return self->sws != NULL;
}

/* One octet of a plane that is turned. */
static void
turn_plane(const uint8_t *from, int from_stride, uint8_t *to, int to_stride, int width, int height,
	unsigned turns)
{
	for (int y = 0; y < height; y++) { /* of what comes out */
		for (int x = 0; x < width; x++) {
			const int from_x = turns == 1   ? y
					   : turns == 2 ? width - 1 - x
							: height - 1 - y;
			const int from_y = turns == 1   ? width - 1 - x
					   : turns == 2 ? height - 1 - y
							: x;

			to[(ptrdiff_t)y * to_stride + x] =
				from[(ptrdiff_t)from_y * from_stride + from_x];
		}
	}
}

static void
place_turned(const ConvertScale *self, AVFrame *out)
{
	for (int plane = 0; plane < 3; plane++) {
		const int part = plane == 0 ? 1 : 2;
		uint8_t *to = out->data[plane] +
			      (ptrdiff_t)(self->place.y / part) * out->linesize[plane] +
			      self->place.x / part;

		turn_plane(self->lying->data[plane], self->lying->linesize[plane], to,
			out->linesize[plane], self->place.width / part, self->place.height / part,
			self->turns);
	}
}

static bool
scale_plain(ConvertScale *self, const AVFrame *frame, uint8_t *const *data, const int *strides,
	int width, int height)
{
	const bool field = is_interlaced(frame) && frame->height >= 4;
	const int lines = field ? frame->height / 2 : frame->height;
	int from[AV_NUM_DATA_POINTERS];

	if (!prepare(self, frame, lines, width, height)) {
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(from); i++) {
		from[i] = frame->linesize[i] * (field ? 2 : 1);
	}
	return sws_scale(self->sws, (const uint8_t *const *)frame->data, from, 0, lines, data,
		       strides) == height;
}

static bool
scale_into(ConvertScale *self, const AVFrame *frame, uint8_t *const *data, const int *strides,
	int width, int height)
{
	if (self->tone == NULL) {
		return scale_plain(self, frame, data, strides, width, height);
	}
	if (self->wide == NULL) {
		self->wide = new_frame(width, height, AV_PIX_FMT_YUV420P10);
	}
	if (self->wide == NULL ||
		!scale_plain(self, frame, self->wide->data, self->wide->linesize, width, height)) {
		return false;
	}
	TonePicture picture = { .width = width, .height = height };

	for (int i = 0; i < 3; i++) {
		picture.from[i] = (const uint16_t *)(const void *)self->wide->data[i];
		picture.from_strides[i] = self->wide->linesize[i];
		picture.to[i] = data[i];
		picture.to_strides[i] = strides[i];
	}
	tone_run(self->tone, &picture);
	return true;
}

static bool
scale_turned(ConvertScale *self, const AVFrame *frame, AVFrame *out)
{
	const bool sideways = self->turns % 2 != 0;
	const int width = sideways ? self->place.height : self->place.width;
	const int height = sideways ? self->place.width : self->place.height;

	if (self->lying == NULL) {
		self->lying = new_frame(width, height, AV_PIX_FMT_YUV420P);
	}
	if (self->lying == NULL ||
		!scale_into(self, frame, self->lying->data, self->lying->linesize, width, height)) {
		return false;
	}
	place_turned(self, out);
	return true;
}

AVFrame *
convert_scale_run(ConvertScale *self, const AVFrame *frame)
{
	const Place *place = &self->place;
	AVFrame *out = new_frame(self->shape.width, self->shape.height, AV_PIX_FMT_YUV420P);

	if (out == NULL || frame->width <= 0 || frame->height <= 0 || frame->width > SIDE_MAX ||
		frame->height > SIDE_MAX) {
		av_frame_free(&out);
		return NULL;
	}
	if (place->width != self->shape.width || place->height != self->shape.height) {
		blacken(out);
	}
	uint8_t *planes[4] = { out->data[0] + (ptrdiff_t)place->y * out->linesize[0] + place->x,
		out->data[1] + (ptrdiff_t)(place->y / 2) * out->linesize[1] + place->x / 2,
		out->data[2] + (ptrdiff_t)(place->y / 2) * out->linesize[2] + place->x / 2, NULL };
	bool good = self->turns != 0 ? scale_turned(self, frame, out)
				     : scale_into(self, frame, planes, out->linesize, place->width,
					       place->height);

	if (!good) {
		av_frame_free(&out);
	}
	return out;
}
