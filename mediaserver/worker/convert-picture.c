/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames are dropped and doubled by their times: those before the time asked for, those that are too
 * many for the rate, and those that a fixed rate lacks. Runs in a sandboxed child. Compiles with FFmpeg
 * 5.1 and 7.1. */
#include "mediaserver/worker/convert-picture.h"

#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>

#include "mediaserver/worker/convert-codec.h"
#include "mediaserver/worker/convert-scale.h"
#include "mediaserver/worker/streams.h"

/* The clock of MPEG: every time of a film that is no fixed rate. */
#define CLOCK_HZ 90000
/* A frame doubled for longer is a film that stands still; more is not made up. */
#define DOUBLED_MAX_S 10
/* Long before the time asked for, frames that no other needs are not even decoded. */
#define HURRY_TICKS (CLOCK_HZ / 2)
#define MPEG2_GOP 12
#define MPEG2_B_FRAMES 2
/* 1835008 bits: what a decoder of MP@ML has */
#define MPEG2_BUFFER_BITS 1835008
#define RATE_USUAL_MHZ 25000
#define LIVE_RATE_MAX_MHZ 30500

struct ConvertPicture {
	ConvertRequest request; /* without its hint */
	const Recipe *recipe;
	const AVStream *in;
	AVCodecContext *decoder, *encoder;
	const Vaapi *vaapi; /* NULL: the processor encodes */
	unsigned n_threads;
	ConvertScale *scale;
	AVFrame *frame;
	AVFrame *held; /* decoded, before the output has begun */
	AVFrame *last; /* scaled, the one before, for rates that are fixed */
	AVPacket *packet;
	ConvertOutput *output;
	int stream;
	int64_t zero; /* of the source's clock, in ticks of CLOCK_HZ */
	int64_t end;  /* in ticks after zero; -1 */
	int64_t due;  /* fixed rate: number of the next frame; else ticks, when the next may come */
	int64_t guess; /* of the next frame's time, where the source has none */
	bool fixed, begun, done;
	bool again; /* what made the first part of the stream is gone */
	bool lost;  /* the card says that it cannot go on */
};

static const AVRational ticks = { 1, CLOCK_HZ };
static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };

ConvertPicture *
convert_picture_new(const AVStream *stream, const ConvertRequest *request, int64_t zero,
	unsigned n_threads, const Vaapi *vaapi, ConvertOutput *output)
{
	g_autoptr(ConvertPicture) self = g_new0(ConvertPicture, 1);

	self->request = *request;
	self->request.hint = NULL;
	self->recipe = recipe_nth((uint32_t)request->recipe);
	self->in = stream;
	self->output = output;
	self->stream = -1;
	self->fixed = self->recipe->frame_rate_mhz > 0;
	self->zero = av_rescale_q(zero, stream->time_base, ticks) +
		     av_rescale_q(request->start_ns + request->from_ns, nanoseconds, ticks);
	self->end = request->to_ns >= 0
			    ? av_rescale_q(request->to_ns - request->from_ns, nanoseconds, ticks)
			    : -1;
	self->decoder = convert_codec_open_decoder(stream, n_threads);
	self->frame = av_frame_alloc();
	self->packet = av_packet_alloc();
	self->vaapi = vaapi_does(vaapi, self->recipe) ? vaapi : NULL;
	self->n_threads = n_threads;
	if (self->decoder == NULL || self->frame == NULL || self->packet == NULL) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
convert_picture_free(ConvertPicture *self)
{
	if (self == NULL) {
		return;
	}
	avcodec_free_context(&self->decoder);
	avcodec_free_context(&self->encoder);
	convert_scale_free(self->scale);
	av_frame_free(&self->frame);
	av_frame_free(&self->held);
	av_frame_free(&self->last);
	av_packet_free(&self->packet);
	g_free(self);
}

static unsigned
quarter_turns(const AVStream *stream)
{
	static const unsigned turns[] = { [3] = 2, [6] = 1, [8] = 3 };
	const unsigned orientation = streams_orientation(stream);

	return orientation < G_N_ELEMENTS(turns) ? turns[orientation] : 0;
}

/* Of a live source nobody knew the rate before. */
static int64_t
rate_of_source(const AVStream *stream)
{
	const AVRational rate = stream->avg_frame_rate;
	int64_t mhz = rate.num > 0 && rate.den > 0 ? av_rescale(1000, rate.num, rate.den) : 0;

	while (mhz > LIVE_RATE_MAX_MHZ) {
		mhz /= 2;
	}
	return mhz;
}

static AVRational
frame_rate(const ConvertPicture *self)
{
	int64_t mhz = self->request.frame_rate_mhz > 0 ? self->request.frame_rate_mhz
						       : rate_of_source(self->in);

	if (self->fixed) { /* 29.97 is a rounded figure */
		return self->recipe->frame_rate_mhz == RATE_USUAL_MHZ ? (AVRational){ 25, 1 }
								      : (AVRational){ 30000, 1001 };
	}
	if (mhz <= 0) {
		mhz = RATE_USUAL_MHZ;
	}
	return (AVRational){ (int)mhz, 1000 };
}

static void
set_rates(ConvertPicture *self)
{
	AVCodecContext *encoder = self->encoder;
	const AVRational rate = frame_rate(self);
	const int64_t bps =
		self->request.video_bps > 0 ? self->request.video_bps : self->recipe->max_video_bps;

	encoder->framerate = rate;
	if (self->recipe->video == RECIPE_MPEG2) {
		encoder->time_base = av_inv_q(rate);
		encoder->bit_rate = bps * 3 / 4;
		encoder->rc_max_rate = bps;
		encoder->rc_buffer_size = MPEG2_BUFFER_BITS;
		encoder->gop_size = MPEG2_GOP;
		encoder->max_b_frames = MPEG2_B_FRAMES;
		return;
	}
	encoder->time_base = ticks;
	encoder->rc_max_rate = bps;
	encoder->rc_buffer_size = (int)MIN(bps, INT_MAX);
	/* two seconds: who zaps waits less; of a film that runs fast each picture stands alone */
	encoder->gop_size = self->request.speed != 1 ? 1 : MAX(1, 2 * rate.num / rate.den);
}

static bool
start_encoder(ConvertPicture *self)
{
	const ConvertShape shape = convert_scale_get_shape(self->scale);
	AVCodecContext *encoder =
		self->vaapi != NULL ? vaapi_new_encoder() : convert_codec_new_picture(self->recipe);

	self->encoder = encoder;
	if (encoder == NULL) {
		return false;
	}
	encoder->thread_count = (int)self->n_threads;
	encoder->width = shape.width;
	encoder->height = shape.height;
	encoder->sample_aspect_ratio = shape.sample_aspect;
	encoder->pix_fmt = AV_PIX_FMT_YUV420P;
	encoder->color_range = AVCOL_RANGE_MPEG;
	if (self->again) {
		/* its headers stand in the stream, and no picture comes before one that is out already */
		encoder->max_b_frames = 0;
	} else if (convert_output_wants_header(self->output)) {
		encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	}
	set_rates(self);
	return self->vaapi != NULL ? vaapi_open_encoder(self->vaapi, encoder, encoder->rc_max_rate)
				   : convert_codec_open_picture(encoder, &self->request);
}

/* A card that encodes pictures of one size may refuse those of another: then the processor does. */
static bool
start_some_encoder(ConvertPicture *self)
{
	if (self->vaapi != NULL && !start_encoder(self)) {
		avcodec_free_context(&self->encoder);
		self->vaapi = NULL;
	}
	return self->encoder != NULL || start_encoder(self);
}

static bool
open_encoder(ConvertPicture *self, const AVFrame *first)
{
	AVCodecParameters *parameters = avcodec_parameters_alloc();
	const AVRational aspect = first->sample_aspect_ratio.num > 0
					  ? first->sample_aspect_ratio
					  : self->in->sample_aspect_ratio;

	self->scale = convert_scale_new(
		self->recipe, &self->request, first, aspect, quarter_turns(self->in));
	if (self->scale != NULL && parameters != NULL) {
		if (start_some_encoder(self) &&
			avcodec_parameters_from_context(parameters, self->encoder) >= 0) {
			self->stream = convert_output_add(self->output, parameters);
		}
	}
	avcodec_parameters_free(&parameters);
	return self->stream >= 0;
}

/* Out */

static bool
take_packets(ConvertPicture *self)
{
	int code;

	while ((code = avcodec_receive_packet(self->encoder, self->packet)) == 0) {
		if (!convert_output_write(
			    self->output, self->stream, self->packet, self->encoder->time_base)) {
			return false;
		}
	}
	self->lost = self->vaapi != NULL && code != AVERROR(EAGAIN) && code != AVERROR_EOF;
	return true;
}

static bool
send_frame(ConvertPicture *self, const AVFrame *frame)
{
	if (self->vaapi == NULL) {
		return avcodec_send_frame(self->encoder, frame) == 0;
	}
	AVFrame *there = self->lost ? NULL : vaapi_upload(self->encoder, frame);
	const bool good = there != NULL && avcodec_send_frame(self->encoder, there) == 0;

	av_frame_free(&there);
	return good;
}

/* The card failed in the midst of a film: a picture or two are lost, the rest is made by the processor. */
static bool
go_on_without_card(ConvertPicture *self)
{
	static const char words[] = "worker: the graphics card fails in the midst of a film; the "
				    "processor encodes the rest\n";
	struct stat st;

	/* a file may be longer than this process may write */
	if (fstat(STDERR_FILENO, &st) == 0 && !S_ISREG(st.st_mode)) {
		(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
	}
	avcodec_free_context(&self->encoder);
	self->vaapi = NULL;
	self->again = true;
	return start_encoder(self);
}

/* @param frame  scaled; may be sent more than once */
static bool
encode(ConvertPicture *self, AVFrame *frame, int64_t pts)
{
	frame->pts = pts;
	frame->pict_type = AV_PICTURE_TYPE_NONE;
	bool good = send_frame(self, frame);

	if (!good && self->vaapi != NULL) {
		good = go_on_without_card(self) && send_frame(self, frame);
	}
	return good && take_packets(self);
}

/* What the encoder still has. A card that fails only now has lost the last pictures. */
static bool
finish(ConvertPicture *self)
{
	const bool good = avcodec_send_frame(self->encoder, NULL) == 0;

	return (good || self->vaapi != NULL) && take_packets(self);
}

/* The frame before stands until this one comes. */
static bool
put_fixed(ConvertPicture *self, AVFrame *scaled, int64_t at)
{
	const int64_t number = av_rescale_q(at, ticks, self->encoder->time_base);
	bool good = true;

	if (number < self->due) {
		return true;
	}
	if (self->last != NULL &&
		av_cmp_q(av_mul_q((AVRational){ (int)MIN(number - self->due, INT_MAX), 1 },
				 self->encoder->time_base),
			(AVRational){ DOUBLED_MAX_S, 1 }) <= 0) {
		for (; good && self->due < number; self->due++) {
			good = encode(self, self->last, self->due);
		}
	}
	self->due = number + 1;
	good = good && encode(self, scaled, number);
	av_frame_free(&self->last);
	self->last = av_frame_clone(scaled);
	return good;
}

/* At most as often as the rate says, with a quarter of a frame's patience. */
static bool
put_free(ConvertPicture *self, AVFrame *scaled, int64_t at)
{
	const int64_t step = av_rescale_q(1, av_inv_q(frame_rate(self)), ticks);

	if (at < self->due - step / 4) {
		return true;
	}
	self->due = MAX(self->due, at - step) + step;
	return encode(self, scaled, at);
}

/* When it is shown, counted from the time asked for. */
static int64_t
time_of(ConvertPicture *self, const AVFrame *frame)
{
	const int64_t step = av_rescale_q(1, av_inv_q(frame_rate(self)), ticks);
	int64_t at = self->guess;

	if (frame->best_effort_timestamp != AV_NOPTS_VALUE) {
		at = av_rescale_q(frame->best_effort_timestamp, self->in->time_base, ticks) -
		     self->zero;
	}
	self->guess = at + step;
	return at;
}

static bool
take_frame(ConvertPicture *self, const AVFrame *frame)
{
	const int64_t at = time_of(self, frame);

	/* shown at the time that was asked for or after: a frame before is half a frame early at most */
	if (at < -av_rescale_q(1, av_inv_q(frame_rate(self)), ticks) / 2) {
		return true;
	}
	if (self->end >= 0 && at >= self->end) {
		self->done = true;
		return true;
	}
	AVFrame *scaled = convert_scale_run(self->scale, frame);

	if (scaled == NULL) {
		return true; /* of a damaged stream: the next one */
	}
	bool good = self->fixed ? put_fixed(self, scaled, MAX(at, 0))
				: put_free(self, scaled, MAX(at, 0));

	av_frame_free(&scaled);
	return good;
}

static bool
take_frames(ConvertPicture *self)
{
	while (self->begun || self->held == NULL) {
		if (avcodec_receive_frame(self->decoder, self->frame) < 0) {
			return true;
		}
		if (self->begun) {
			bool good = take_frame(self, self->frame);

			av_frame_unref(self->frame);
			if (!good) {
				return false;
			}
			continue;
		}
		self->held = av_frame_clone(self->frame);
		av_frame_unref(self->frame);
		if (self->held == NULL || !open_encoder(self, self->held)) {
			return false;
		}
	}
	return true;
}

bool
convert_picture_push(ConvertPicture *self, const AVPacket *packet)
{
	if (packet != NULL && packet->pts != AV_NOPTS_VALUE) {
		int64_t at = av_rescale_q(packet->pts, self->in->time_base, ticks) - self->zero;

		self->decoder->skip_frame =
			at < -HURRY_TICKS ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
	}
	/* a packet that cannot be decoded is skipped, as players do */
	int code = avcodec_send_packet(self->decoder, packet);

	if (!take_frames(self)) {
		return false;
	}
	if (code == AVERROR(EAGAIN)) { /* it was full */
		(void)avcodec_send_packet(self->decoder, packet);
		if (!take_frames(self)) {
			return false;
		}
	}
	if (packet != NULL || !self->begun) {
		return true;
	}
	return finish(self);
}

bool
convert_picture_push_alone(ConvertPicture *self, const AVPacket *packet, int64_t at_ns)
{
	AVPacket *timeless = av_packet_clone(packet);

	if (timeless == NULL) {
		return false;
	}
	timeless->pts = timeless->dts = AV_NOPTS_VALUE;
	self->guess = av_rescale_q(at_ns, nanoseconds, ticks);
	/* decoders of H.264 hold back what comes after a gap */
	self->decoder->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
	avcodec_flush_buffers(self->decoder);
	bool good = avcodec_send_packet(self->decoder, timeless) == 0 &&
		    avcodec_send_packet(self->decoder, NULL) == 0;

	av_packet_free(&timeless);
	return !good || take_frames(self); /* one that cannot be decoded is left out */
}

bool
convert_picture_has_stream(const ConvertPicture *self)
{
	return self->stream >= 0;
}

bool
convert_picture_begin(ConvertPicture *self)
{
	self->begun = true;
	bool good = take_frame(self, self->held) && take_frames(self);

	av_frame_free(&self->held);
	return good;
}

bool
convert_picture_is_done(const ConvertPicture *self)
{
	return self->done;
}
