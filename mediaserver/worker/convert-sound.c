/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Samples are counted at the rate that goes out, from the time that was asked for: those before it are
 * dropped, gaps are silence, and where a size was promised the end is filled or cut. Runs in a
 * sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-sound.h"

#include <libavutil/audio_fifo.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

#include "mediaserver/worker/convert-codec.h"

#define PCM_CHUNK 4096
/* LIM-46 */
#define SOURCE_RATE_MAX 768000
#define SOURCE_CHANNELS_MAX 32
/* Times of packets are rounded and shaken; what is off by more is a gap or a step back. What is off by
 * minutes is another clock, from which on it is counted anew. */
#define TOLERANCE_PART 10
#define GAP_MAX_S 60

struct ConvertSound {
	AVCodecContext *decoder, *encoder;
	SwrContext *swr;
	AVChannelLayout layout; /* for which swr was made */
	int rate, format;
	AVAudioFifo *fifo;
	AVFrame *decoded, *converted, *coded;
	AVPacket *packet;
	ConvertOutput *output;
	int stream;
	AVRational base; /* of the source */
	int64_t zero;    /* sample number of the source's clock, at the rate going out */
	int64_t next;    /* number of the sample that comes out of swr next */
	int64_t skip;    /* so many come once more and are dropped */
	int64_t end;     /* behind the last; -1: all there are */
	int64_t sent;    /* to the encoder */
	bool fills;      /* up to end with silence */
	bool begun;
};

static int64_t
samples(const ConvertSound *self, int64_t ns)
{
	return av_rescale(ns, self->encoder->sample_rate, AVU_NS_PER_S);
}

static bool
take_packets(ConvertSound *self)
{
	while (avcodec_receive_packet(self->encoder, self->packet) == 0) {
		if (!convert_output_write(
			    self->output, self->stream, self->packet, self->encoder->time_base)) {
			return false;
		}
	}
	return true;
}

/* @param last  what is left over, too */
static bool
encode(ConvertSound *self, bool last)
{
	const int whole = self->encoder->frame_size > 0 ? self->encoder->frame_size : PCM_CHUNK;

	for (int left = av_audio_fifo_size(self->fifo); left >= whole || (last && left > 0);
		left = av_audio_fifo_size(self->fifo)) {
		AVFrame *frame = self->coded;

		frame->nb_samples = MIN(left, whole);
		frame->format = self->encoder->sample_fmt;
		frame->sample_rate = self->encoder->sample_rate;
		if (av_channel_layout_copy(&frame->ch_layout, &self->encoder->ch_layout) < 0 ||
			av_frame_get_buffer(frame, 0) < 0) {
			return false;
		}
		(void)av_audio_fifo_read(self->fifo, (void **)frame->data, frame->nb_samples);
		frame->pts = self->sent;
		self->sent += frame->nb_samples;
		int code = avcodec_send_frame(self->encoder, frame);

		av_frame_unref(frame);
		if (code < 0 || !take_packets(self)) {
			return false;
		}
	}
	return true;
}

/* n samples of self->converted, or silence when it is empty; numbers count on. */
static bool
put(ConvertSound *self, AVFrame *frame, int n)
{
	int from = 0;

	if (self->next < 0) {
		from = (int)MIN(-self->next, n);
		self->next += from;
	}
	const int dropped = (int)MIN(self->skip, n - from);

	self->skip -= dropped;
	from += dropped;
	int count = n - from;

	if (self->end >= 0) {
		count = (int)MIN(count, MAX(self->end - self->next, 0));
	}
	if (count <= 0) {
		return true;
	}
	uint8_t *planes[SOURCE_CHANNELS_MAX];
	const bool planar = av_sample_fmt_is_planar(self->encoder->sample_fmt) != 0;
	const int channels = self->encoder->ch_layout.nb_channels;
	const int width = av_get_bytes_per_sample(self->encoder->sample_fmt);

	for (int i = 0; i < (planar ? channels : 1); i++) {
		planes[i] = frame->extended_data[i] + from * width * (planar ? 1 : channels);
	}
	self->next += count;
	return av_audio_fifo_write(self->fifo, (void **)planes, count) == count &&
	       encode(self, false);
}

static bool
prepare(ConvertSound *self, int n)
{
	AVFrame *frame = self->converted;

	av_frame_unref(frame);
	frame->nb_samples = n;
	frame->format = self->encoder->sample_fmt;
	frame->sample_rate = self->encoder->sample_rate;
	return av_channel_layout_copy(&frame->ch_layout, &self->encoder->ch_layout) >= 0 &&
	       av_frame_get_buffer(frame, 0) >= 0;
}

static bool
put_silence(ConvertSound *self, int64_t n)
{
	while (n > 0) {
		const int part = (int)MIN(n, PCM_CHUNK);

		if (!prepare(self, part) ||
			av_samples_set_silence(self->converted->extended_data, 0, part,
				self->encoder->ch_layout.nb_channels,
				self->encoder->sample_fmt) < 0 ||
			!put(self, self->converted, part)) {
			return false;
		}
		n -= part;
	}
	return true;
}

static bool
put_converted(ConvertSound *self, const uint8_t **data, int n)
{
	const int room = swr_get_out_samples(self->swr, n);

	if (room <= 0) {
		return room == 0;
	}
	if (!prepare(self, room)) {
		return false;
	}
	int made = swr_convert(self->swr, self->converted->extended_data, room, data, n);

	return made < 0 || put(self, self->converted, made);
}

/* What is in the resampler comes out before another format goes in. */
static bool
drain(ConvertSound *self)
{
	return self->swr == NULL || put_converted(self, NULL, 0);
}

static bool
set_source(ConvertSound *self, const AVFrame *frame)
{
	AVChannelLayout layout = { 0 };

	if (self->swr != NULL && frame->sample_rate == self->rate &&
		frame->format == self->format &&
		av_channel_layout_compare(&frame->ch_layout, &self->layout) == 0) {
		return true;
	}
	if (frame->sample_rate <= 0 || frame->sample_rate > SOURCE_RATE_MAX ||
		frame->ch_layout.nb_channels <= 0 ||
		frame->ch_layout.nb_channels > SOURCE_CHANNELS_MAX || !drain(self)) {
		return false;
	}
	swr_free(&self->swr);
	if (frame->ch_layout.order == AV_CHANNEL_ORDER_NATIVE) {
		(void)av_channel_layout_copy(&layout, &frame->ch_layout);
	} else {
		av_channel_layout_default(&layout, frame->ch_layout.nb_channels);
	}
	int code = swr_alloc_set_opts2(&self->swr, &self->encoder->ch_layout,
		self->encoder->sample_fmt, self->encoder->sample_rate, &layout,
		(enum AVSampleFormat)frame->format, frame->sample_rate, 0, NULL);

	av_channel_layout_uninit(&layout);
	av_channel_layout_uninit(&self->layout);
	if (code < 0 || av_channel_layout_copy(&self->layout, &frame->ch_layout) < 0) {
		return false;
	}
	self->rate = frame->sample_rate;
	self->format = frame->format;
	if (self->encoder->sample_fmt == AV_SAMPLE_FMT_S16 &&
		av_get_bytes_per_sample((enum AVSampleFormat)frame->format) > 2) {
		(void)av_opt_set_int(self->swr, "dither_method", SWR_DITHER_TRIANGULAR, 0);
	}
	return swr_init(self->swr) == 0;
}

/* Where the clock of the source says that this frame belongs. */
static bool
keep_time(ConvertSound *self, const AVFrame *frame)
{
	const int rate = self->encoder->sample_rate;
	int64_t pts = frame->best_effort_timestamp;

	if (pts == AV_NOPTS_VALUE) {
		self->begun = true;
		return true;
	}
	int64_t at = av_rescale_q(pts, self->base, (AVRational){ 1, rate }) - self->zero;

	if (!self->begun) {
		self->begun = true;
		self->next = MIN(at, 0);
		return at <= 0 || (!self->fills && at > (int64_t)GAP_MAX_S * rate) ||
		       put_silence(self, self->end >= 0 ? MIN(at, self->end) : at);
	}
	/* of what went into the resampler not all has come out */
	int64_t off = at - (self->next + swr_get_delay(self->swr, rate) - self->skip);

	if (ABS(off) < rate / TOLERANCE_PART || ABS(off) > (int64_t)GAP_MAX_S * rate) {
		return true;
	}
	if (off > 0) {
		return put_silence(self, off);
	}
	self->skip -= off;
	return true;
}

static bool
take_frames(ConvertSound *self)
{
	while (avcodec_receive_frame(self->decoder, self->decoded) == 0) {
		const AVFrame *frame = self->decoded;
		bool good = set_source(self, frame) && keep_time(self, frame) &&
			    put_converted(self, (const uint8_t **)frame->extended_data,
				    frame->nb_samples);

		av_frame_unref(self->decoded);
		if (!good) {
			return false;
		}
	}
	return true;
}

static bool
finish(ConvertSound *self)
{
	bool good = drain(self);

	if (good && self->fills && self->next < self->end) {
		self->skip = 0;
		good = put_silence(self, self->end - self->next);
	}
	good = good && encode(self, true) && avcodec_send_frame(self->encoder, NULL) == 0;
	return good && take_packets(self);
}

bool
convert_sound_push(ConvertSound *self, const AVPacket *packet)
{
	/* a packet that cannot be decoded is skipped, as players do */
	(void)avcodec_send_packet(self->decoder, packet);
	if (!take_frames(self)) {
		return false;
	}
	return packet != NULL || finish(self);
}

bool
convert_sound_is_done(const ConvertSound *self)
{
	return self->end >= 0 && self->next >= self->end;
}

bool
convert_sound_has_begun(const ConvertSound *self)
{
	return self->begun;
}

/* What the request leaves open is as in the file, as far as the recipe goes. */
static void
complete(const AVStream *stream, const Recipe *recipe, ConvertRequest *request)
{
	if (request->sample_hz < 0) {
		request->sample_hz = recipe->rates_hz[0] > 0 ? recipe->rates_hz[0]
							     : stream->codecpar->sample_rate;
	}
	if (request->channels < 0) {
		request->channels =
			CLAMP(stream->codecpar->ch_layout.nb_channels, 1, recipe->max_channels);
	}
	/* encoders of AC-3 have no row of seven */
	request->channels =
		recipe->audio == RECIPE_AC3_AUDIO ? MIN(request->channels, 6) : request->channels;
}

static bool
open_both(ConvertSound *self, const AVStream *stream, const ConvertRequest *request)
{
	const Recipe *recipe = recipe_nth((uint32_t)request->recipe);
	ConvertRequest complete_request = *request;
	AVCodecParameters *parameters = avcodec_parameters_alloc();

	complete(stream, recipe, &complete_request);
	self->decoder = convert_codec_open_decoder(stream, 1);
	self->encoder = convert_codec_open_sound(
		recipe, &complete_request, convert_output_wants_header(self->output));
	if (self->decoder != NULL && self->encoder != NULL && parameters != NULL &&
		avcodec_parameters_from_context(parameters, self->encoder) >= 0) {
		self->stream = convert_output_add(self->output, parameters);
		self->fifo = av_audio_fifo_alloc(
			self->encoder->sample_fmt, self->encoder->ch_layout.nb_channels, PCM_CHUNK);
	}
	avcodec_parameters_free(&parameters);
	self->decoded = av_frame_alloc();
	self->converted = av_frame_alloc();
	self->coded = av_frame_alloc();
	self->packet = av_packet_alloc();
	return self->fifo != NULL && self->stream >= 0 && self->decoded != NULL &&
	       self->converted != NULL && self->coded != NULL && self->packet != NULL;
}

ConvertSound *
convert_sound_new(
	const AVStream *stream, const ConvertRequest *request, int64_t zero, ConvertOutput *output)
{
	g_autoptr(ConvertSound) self = g_new0(ConvertSound, 1);

	self->output = output;
	self->stream = -1;
	self->base = stream->time_base;
	if (!open_both(self, stream, request)) {
		return NULL;
	}
	self->zero = av_rescale_q(zero, self->base, (AVRational){ 1, self->encoder->sample_rate }) +
		     samples(self, request->start_ns + request->from_ns) + request->first_sample;
	self->end = request->n_samples;
	self->fills = self->end >= 0;
	if (self->end < 0 && request->to_ns >= 0) {
		self->end = MAX(samples(self, request->to_ns - request->from_ns), 1);
	}
	return g_steal_pointer(&self);
}

void
convert_sound_free(ConvertSound *self)
{
	if (self == NULL) {
		return;
	}
	avcodec_free_context(&self->decoder);
	avcodec_free_context(&self->encoder);
	swr_free(&self->swr);
	av_channel_layout_uninit(&self->layout);
	if (self->fifo != NULL) {
		av_audio_fifo_free(self->fifo);
	}
	av_frame_free(&self->decoded);
	av_frame_free(&self->converted);
	av_frame_free(&self->coded);
	av_packet_free(&self->packet);
	g_free(self);
}
