/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a file to a stream: open, go to the time, then packet by packet through the stages. Runs in a
 * sandboxed child of its own. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-run.h"

#include <libavformat/avformat.h>
#include <libswresample/swresample.h>

#include "mediaserver/worker/convert-copy.h"
#include "mediaserver/worker/convert-keys.h"
#include "mediaserver/worker/convert-output.h"
#include "mediaserver/worker/convert-picture.h"
#include "mediaserver/worker/convert-sound.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/live-clock.h"
#include "mediaserver/worker/streams.h"

/* Lossy sound needs some packets before it is right. */
#define PREROLL_NS (300 * AVU_NS_PER_MS)
#define PROBE_OCTETS (2 * 1024 * 1024)
/* Sound that comes before the first picture is decoded. */
#define HELD_MAX 1024
#define FIRST_PACKETS_MAX 4000

typedef struct {
	const ConvertRequest *request;
	const Recipe *recipe;
	const Vaapi *vaapi; /* may be NULL */
	Input input;
	AVFormatContext *context;
	const AVStream *sound_in, *picture_in;
	RecipeContainer container; /* that goes out */
	ConvertOutput output;
	/* of each at most one */
	ConvertSound *sound;
	ConvertPicture *picture;
	ConvertCopy copied_sound, copied_picture;
	bool copies_sound, copies_picture;
	GPtrArray *held; /* AVPacket of sound */
	LiveClock clock; /* of a source that flows */
} Run;

static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };

void
convert_warm(void)
{
	SwrContext *swr = NULL;
	AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;

	/* the resampler chooses its functions by the processor once */
	if (swr_alloc_set_opts2(&swr, &stereo, AV_SAMPLE_FMT_S16, 48000, &stereo,
		    AV_SAMPLE_FMT_FLTP, 44100, 0, NULL) == 0) {
		(void)swr_init(swr);
	}
	swr_free(&swr);
}

/* First row that fits; a brand that is NULL fits all. */
static const struct {
	const char *format; /* of sniff.c */
	const char *brand;  /* beginning of an MP4's major brand */
	RecipeContainer container;
} own_containers[] = {
	{ "mp4", "qt", RECIPE_MOV },
	{ "mp4", "3g2", RECIPE_3G2 },
	{ "mp4", "3g", RECIPE_3GP },
	{ "mp4", NULL, RECIPE_MP4 },
	{ "mkv", NULL, RECIPE_MKV },
	{ "webm", NULL, RECIPE_WEBM },
	{ "mpeg", NULL, RECIPE_PS },
	{ "ts", NULL, RECIPE_TS },
	{ "avi", NULL, RECIPE_AVI },
	{ "asf", NULL, RECIPE_ASF },
	{ "flv", NULL, RECIPE_FLV },
	{ "ogg", NULL, RECIPE_OGG },
};

static bool
has_stamps(Run *run)
{
	uint8_t head[SNIFF_LEN];
	const size_t len = input_read_at(&run->input, 0, head, sizeof(head));
	bool stamped;

	return sniff_ts_packet(head, len, &stamped) == 192;
}

/* Of the file itself. RECIPE_CONTAINERS: none that we write */
static RecipeContainer
own_container(Run *run, const SniffFormat *format)
{
	const AVDictionaryEntry *brand =
		av_dict_get(run->context->metadata, "major_brand", NULL, 0);

	for (size_t i = 0; i < G_N_ELEMENTS(own_containers); i++) {
		const char *wanted = own_containers[i].brand;

		if (!g_str_equal(own_containers[i].format, format->name) ||
			(wanted != NULL &&
				(brand == NULL || !g_str_has_prefix(brand->value, wanted)))) {
			continue;
		}
		return own_containers[i].container == RECIPE_TS && has_stamps(run)
			       ? RECIPE_TTS
			       : own_containers[i].container;
	}
	return RECIPE_CONTAINERS;
}

static WorkerOutcome
open_input(Run *run)
{
	uint64_t tag_len;

	if (!input_prepare(&run->input)) {
		return WORKER_UNREADABLE;
	}
	const SniffFormat *format = input_recognise(&run->input, run->request->hint, &tag_len);

	if (format == NULL) {
		return run->input.failed ? WORKER_UNREADABLE : WORKER_UNSUITABLE;
	}
	run->context = input_open(&run->input, format);
	if (run->context == NULL) {
		return WORKER_UNSUITABLE;
	}
	run->container =
		run->request->own != 0 ? own_container(run, format) : run->recipe->container;
	/* a copy needs the order of frames, which only a decoder can tell */
	if (format->needs_packets || recipe_is_copy(run->recipe)) {
		run->context->probesize = PROBE_OCTETS;
		run->context->max_analyze_duration = AV_TIME_BASE;
		(void)avformat_find_stream_info(run->context, NULL); /* what it found is taken */
	}
	run->sound_in = streams_first(run->context, AVMEDIA_TYPE_AUDIO);
	run->picture_in = run->recipe->kind == RECIPE_VIDEO
				  ? streams_first(run->context, AVMEDIA_TYPE_VIDEO)
				  : NULL;
	return WORKER_OK;
}

/* The start of time in a stream's own clock: of a film, of all its streams together. */
static int64_t
zero_of(const Run *run, const AVStream *stream)
{
	if (run->picture_in != NULL && run->context->start_time != AV_NOPTS_VALUE) {
		return av_rescale_q(run->context->start_time, AV_TIME_BASE_Q, stream->time_base);
	}
	return stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
}

static void
keep_only(Run *run)
{
	for (unsigned i = 0; i < run->context->nb_streams; i++) {
		AVStream *stream = run->context->streams[i];

		stream->discard = stream == run->sound_in || stream == run->picture_in
					  ? AVDISCARD_DEFAULT
					  : AVDISCARD_ALL;
	}
}

/* Where in the file the first sample or frame lies that is asked for. */
static int64_t
wanted_ns(const Run *run)
{
	const ConvertRequest *request = run->request;
	int64_t ns = request->start_ns + request->from_ns;

	if (request->first_sample > 0 && request->sample_hz > 0) {
		ns += av_rescale(request->first_sample, AVU_NS_PER_S, request->sample_hz);
	}
	return ns;
}

static void
seek(Run *run, const AVStream *stream)
{
	/* before a picture stands a key frame anyway */
	const int64_t at = wanted_ns(run) - (stream == run->picture_in ? 0 : PREROLL_NS);

	if (at > 0) {
		/* where it cannot seek, what comes before is decoded and dropped */
		(void)av_seek_frame(run->context, stream->index,
			zero_of(run, stream) + av_rescale_q(at, nanoseconds, stream->time_base),
			AVSEEK_FLAG_BACKWARD);
	}
}

/* Stations go on with another clock after a break, and pieces of lists may each have their own. */
static void
mend_times(Run *run, AVPacket *packet)
{
	const AVRational base = run->context->streams[packet->stream_index]->time_base;
	const int64_t at = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;

	if (!run->input.flows || at == AV_NOPTS_VALUE) {
		return;
	}
	const bool picture =
		run->picture_in != NULL && packet->stream_index == run->picture_in->index;
	const int64_t offset = av_rescale_q(
		live_clock_take(&run->clock, picture ? 1 : 0, av_rescale_q(at, base, nanoseconds),
			av_rescale_q(packet->duration, base, nanoseconds)),
		nanoseconds, base);

	convert_copy_move(packet, offset);
}

static bool
read_packet(Run *run, AVPacket *packet)
{
	if (av_read_frame(run->context, packet) < 0) {
		return false;
	}
	mend_times(run, packet);
	return true;
}

/* @return somebody takes what comes */
static bool
take_packet(Run *run, const AVPacket *packet)
{
	if (run->picture_in != NULL && packet->stream_index == run->picture_in->index) {
		return run->copies_picture ? convert_copy_push(&run->copied_picture, packet)
					   : convert_picture_push(run->picture, packet);
	}
	if (run->sound_in == NULL || packet->stream_index != run->sound_in->index) {
		return true;
	}
	if (run->copies_sound) {
		return convert_copy_push(&run->copied_sound, packet);
	}
	return run->sound == NULL || convert_sound_push(run->sound, packet);
}

static bool
sound_is_done(const Run *run)
{
	if (run->copies_sound) {
		return run->copied_sound.done;
	}
	return run->sound == NULL || convert_sound_is_done(run->sound);
}

/* Sound may end before the picture and the other way round. */
static bool
is_done(const Run *run)
{
	if (run->picture_in == NULL) {
		return sound_is_done(run);
	}
	return (run->copies_picture ? run->copied_picture.done
				    : convert_picture_is_done(run->picture)) &&
	       sound_is_done(run);
}

static bool
pump(Run *run)
{
	AVPacket *packet = av_packet_alloc();
	bool good = packet != NULL;

	while (good && !is_done(run) && read_packet(run, packet)) {
		good = take_packet(run, packet);
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	good = good && (run->picture == NULL || convert_picture_push(run->picture, NULL));
	return good && (run->sound == NULL || convert_sound_push(run->sound, NULL));
}

static WorkerOutcome
convert_sound_alone(Run *run)
{
	if (run->sound_in == NULL) {
		return WORKER_UNSUITABLE;
	}
	run->sound = convert_sound_new(
		run->sound_in, run->request, zero_of(run, run->sound_in), &run->output);
	if (run->sound == NULL || !convert_output_prepare(&run->output, 0) ||
		!convert_output_begin(&run->output)) {
		return WORKER_UNSUITABLE;
	}
	keep_only(run);
	seek(run, run->sound_in);
	bool good = pump(run) && convert_output_end(&run->output);

	/* a file whose first packets are noise is none */
	return good && convert_sound_has_begun(run->sound) ? WORKER_OK : WORKER_UNSUITABLE;
}

/* Films */

static void
packet_free(void *data)
{
	AVPacket *packet = data;

	av_packet_free(&packet);
}

static void
hold(Run *run, const AVPacket *packet)
{
	AVPacket *own = run->held->len < HELD_MAX ? av_packet_clone(packet) : NULL;

	if (own != NULL) {
		g_ptr_array_add(run->held, own);
	}
}

/* Up to the first picture: its size is what the container's head waits for. */
static bool
decode_first(Run *run)
{
	AVPacket *packet = av_packet_alloc();
	bool good = packet != NULL;

	for (unsigned n = 0; good && n < FIRST_PACKETS_MAX &&
			     !convert_picture_has_stream(run->picture) && read_packet(run, packet);
		n++) {
		if (packet->stream_index == run->picture_in->index) {
			good = convert_picture_push(run->picture, packet);
		} else {
			hold(run, packet);
		}
		av_packet_unref(packet);
	}
	if (good && !convert_picture_has_stream(run->picture)) { /* a film of few frames */
		good = convert_picture_push(run->picture, NULL);
	}
	av_packet_free(&packet);
	return good && convert_picture_has_stream(run->picture);
}

/* The key frame from which a copy begins. @return its time in the stream's own clock */
static int64_t
find_key_frame(Run *run)
{
	AVPacket *packet = av_packet_alloc();
	int64_t found = zero_of(run, run->picture_in);

	for (unsigned n = 0;
		packet != NULL && n < FIRST_PACKETS_MAX && av_read_frame(run->context, packet) >= 0;
		n++) {
		bool key = packet->stream_index == run->picture_in->index &&
			   (packet->flags & AV_PKT_FLAG_KEY) != 0 && packet->pts != AV_NOPTS_VALUE;

		found = key ? packet->pts : found;
		av_packet_unref(packet);
		if (key) {
			break;
		}
	}
	av_packet_free(&packet);
	return found;
}

/* Sound beside a picture whose time 0 is at zero in the picture's clock. */
static bool
add_sound(Run *run, const ConvertRequest *request, int64_t zero)
{
	const AVStream *stream = run->sound_in;

	if (stream == NULL) {
		return true;
	}
	const int64_t own = av_rescale_q(zero, run->picture_in->time_base, stream->time_base);

	if (run->recipe->audio == RECIPE_COPY_AUDIO) {
		run->copies_sound = convert_copy_init(&run->copied_sound, stream, own,
			request->to_ns >= 0 ? request->to_ns - request->from_ns : -1, &run->output);
		return run->copies_sound;
	}
	run->sound = convert_sound_new(stream, request, own, &run->output);
	if (run->sound == NULL) {
		run->sound_in = NULL; /* a film without its sound is better than none */
	}
	return true;
}

/* MPEG's clock goes on from the time asked for, so that players show where they are; MP4 begins at 0,
 * since its players count from there. */
static int64_t
offset_us(const Run *run, int64_t from_ns)
{
	const int64_t per_us = 1000;

	return run->container == RECIPE_MP4 ? 0 : from_ns / per_us;
}

static bool
take_held(Run *run)
{
	for (guint i = 0; i < run->held->len; i++) {
		if (!take_packet(run, run->held->pdata[i])) {
			return false;
		}
	}
	g_ptr_array_set_size(run->held, 0);
	return true;
}

static bool
begin_transcoding(Run *run)
{
	const int64_t zero = zero_of(run, run->picture_in);

	run->picture = convert_picture_new(run->picture_in, run->request, zero,
		(unsigned)run->request->threads, run->vaapi, &run->output);
	if (run->picture == NULL) {
		return false;
	}
	seek(run, run->picture_in);
	if (!decode_first(run) || !add_sound(run, run->request, zero) ||
		!convert_output_prepare(&run->output, offset_us(run, run->request->from_ns)) ||
		!convert_output_begin(&run->output) || !convert_picture_begin(run->picture)) {
		return false;
	}
	return take_held(run);
}

/* Up to a picture that stands for itself, which is held. @return its time; AV_NOPTS_VALUE: none came */
static int64_t
wait_for_key_frame(Run *run)
{
	AVPacket *packet = av_packet_alloc();
	int64_t found = AV_NOPTS_VALUE;

	for (unsigned n = 0; packet != NULL && found == AV_NOPTS_VALUE && n < FIRST_PACKETS_MAX &&
			     read_packet(run, packet);
		n++) {
		if (packet->stream_index == run->picture_in->index &&
			(packet->flags & AV_PKT_FLAG_KEY) != 0) {
			found = packet->pts;
			hold(run, packet);
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return found;
}

/* Of what comes from a pipe nothing can be gone back to, and nobody knew before what it would be: it is copied when it
 * is what stations were taken for (negotiate/station.c). */
static bool
begin_copying_live(Run *run)
{
	const AVStream *sound = run->sound_in;

	if (run->picture_in->codecpar->codec_id != AV_CODEC_ID_H264 ||
		(run->recipe->audio == RECIPE_COPY_AUDIO && sound != NULL &&
			sound->codecpar->codec_id != AV_CODEC_ID_AAC)) {
		return false;
	}
	const int64_t zero = wait_for_key_frame(run);

	if (zero == AV_NOPTS_VALUE) {
		return false;
	}
	run->copies_picture = convert_copy_init(
		&run->copied_picture, run->picture_in, zero, /* end_ns = */ -1, &run->output);
	return run->copies_picture && add_sound(run, run->request, zero) &&
	       convert_output_prepare(&run->output, 0) && convert_output_begin(&run->output) &&
	       take_held(run);
}

static bool
begin_copying(Run *run)
{
	ConvertRequest request = *run->request;

	seek(run, run->picture_in);
	const int64_t zero = find_key_frame(run);
	const int64_t start = zero_of(run, run->picture_in);
	const int64_t began_ns =
		av_rescale_q(zero - start, run->picture_in->time_base, nanoseconds);
	const int64_t end_ns =
		request.to_ns >= 0 ? request.start_ns + request.to_ns - MAX(began_ns, 0) : -1;

	/* sound begins with the key frame, wherever that was */
	request.start_ns = request.from_ns = 0;
	request.to_ns = end_ns;
	if (av_seek_frame(run->context, run->picture_in->index, zero, AVSEEK_FLAG_BACKWARD) < 0 &&
		av_seek_frame(run->context, -1, 0, AVSEEK_FLAG_BYTE) < 0) {
		return false;
	}
	run->copies_picture = convert_copy_init(
		&run->copied_picture, run->picture_in, zero, end_ns, &run->output);
	if (!run->copies_picture || !add_sound(run, &request, zero) ||
		!convert_output_prepare(&run->output, offset_us(run, MAX(began_ns, 0)))) {
		return false;
	}
	/* with it the server tells the player when: from here on nothing of the file can be wrong */
	if (run->request->from_ns > 0 && !convert_output_put_number(&run->output,
						 MAX(began_ns - run->request->start_ns, 0))) {
		return false;
	}
	return convert_output_begin(&run->output);
}

static WorkerOutcome
convert_film(Run *run)
{
	if (run->picture_in == NULL) {
		return WORKER_UNSUITABLE;
	}
	if (run->request->speed != 1) {
		run->sound_in = NULL;
		keep_only(run);
		return convert_keys(run->context, run->picture_in, zero_of(run, run->picture_in),
			       run->request, &run->output)
			       ? WORKER_OK
			       : WORKER_UNSUITABLE;
	}
	keep_only(run);
	bool good = !recipe_is_copy(run->recipe) ? begin_transcoding(run)
		    : run->input.flows           ? begin_copying_live(run)
						 : begin_copying(run);

	return good && pump(run) && convert_output_end(&run->output) ? WORKER_OK
								     : WORKER_UNSUITABLE;
}

WorkerOutcome
convert_run(const ConvertRequest *request, int file, int pipe, int told, const Vaapi *vaapi)
{
	Run run = {
		.request = request,
		.vaapi = vaapi,
		.recipe = recipe_nth((uint32_t)request->recipe),
		.input = { .fd = file },
		.held = g_ptr_array_new_with_free_func(packet_free),
	};
	WorkerOutcome outcome = open_input(&run);

	if (outcome == WORKER_OK) {
		bool good = run.container < RECIPE_CONTAINERS &&
			    convert_output_open(&run.output, run.container, pipe, told);

		outcome = !good                              ? WORKER_UNSUITABLE
			  : run.recipe->kind == RECIPE_VIDEO ? convert_film(&run)
							     : convert_sound_alone(&run);
	}
	if (run.input.failed) {
		outcome = WORKER_UNREADABLE;
	}
	convert_sound_free(run.sound);
	convert_picture_free(run.picture);
	g_ptr_array_unref(run.held);
	convert_output_clear(&run.output);
	if (run.context != NULL) {
		input_close(&run.context);
	}
	return outcome;
}
