/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a file to a stream: open, go to the time, then packet by packet through the stages. Runs in a
 * sandboxed child of its own. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-run.h"

#include <sys/stat.h>

#include <libavformat/avformat.h>
#include <libswresample/swresample.h>

#include "mediaserver/worker/convert-output.h"
#include "mediaserver/worker/convert-sound.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/streams.h"

/* Lossy sound needs some packets before it is right. */
#define PREROLL_NS (300 * AVU_NS_PER_MS)
#define PROBE_OCTETS (2 * 1024 * 1024)

typedef struct {
	const ConvertRequest *request;
	const Recipe *recipe;
	Input input;
	AVFormatContext *context;
	const AVStream *sound_in;
	ConvertOutput output;
	ConvertSound *sound;
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

static WorkerOutcome
open_input(Run *run)
{
	uint64_t tag_len;
	struct stat st;

	if (fstat(run->input.fd, &st) < 0) {
		return WORKER_UNREADABLE;
	}
	run->input.size = st.st_size;
	const SniffFormat *format = input_recognise(&run->input, run->request->hint, &tag_len);

	if (format == NULL) {
		return run->input.failed ? WORKER_UNREADABLE : WORKER_UNSUITABLE;
	}
	run->context = input_open(&run->input, format);
	if (run->context == NULL) {
		return WORKER_UNSUITABLE;
	}
	if (format->needs_packets) {
		run->context->probesize = PROBE_OCTETS;
		run->context->max_analyze_duration = AV_TIME_BASE;
		(void)avformat_find_stream_info(run->context, NULL); /* what it found is taken */
	}
	run->sound_in = streams_first(run->context, AVMEDIA_TYPE_AUDIO);
	return WORKER_OK;
}

/* The start of time in a stream's own clock. */
static int64_t
zero_of(const Run *run, const AVStream *stream)
{
	(void)run;
	return stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
}

static void
keep_only(Run *run)
{
	for (unsigned i = 0; i < run->context->nb_streams; i++) {
		AVStream *stream = run->context->streams[i];

		stream->discard = stream == run->sound_in ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
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
	const int64_t at = wanted_ns(run) - PREROLL_NS;

	if (at > 0) {
		/* where it cannot seek, what comes before is decoded and dropped */
		(void)av_seek_frame(run->context, stream->index,
			zero_of(run, stream) + av_rescale_q(at, nanoseconds, stream->time_base),
			AVSEEK_FLAG_BACKWARD);
	}
}

/* @return somebody takes what comes */
static bool
take_packet(Run *run, const AVPacket *packet)
{
	if (run->sound != NULL && packet->stream_index == run->sound_in->index) {
		return convert_sound_push(run->sound, packet);
	}
	return true;
}

static bool
is_done(const Run *run)
{
	return run->sound == NULL || convert_sound_is_done(run->sound);
}

static bool
pump(Run *run)
{
	AVPacket *packet = av_packet_alloc();
	bool good = packet != NULL;

	while (good && !is_done(run) && av_read_frame(run->context, packet) >= 0) {
		good = take_packet(run, packet);
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
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
	if (run->sound == NULL || !convert_output_begin(&run->output, 0)) {
		return WORKER_UNSUITABLE;
	}
	keep_only(run);
	seek(run, run->sound_in);
	bool good = pump(run) && convert_output_end(&run->output);

	/* a file whose first packets are noise is none */
	return good && convert_sound_has_begun(run->sound) ? WORKER_OK : WORKER_UNSUITABLE;
}

WorkerOutcome
convert_run(const ConvertRequest *request, int file, int pipe)
{
	Run run = {
		.request = request,
		.recipe = recipe_nth((uint32_t)request->recipe),
		.input = { .fd = file },
	};
	WorkerOutcome outcome = open_input(&run);

	if (outcome == WORKER_OK) {
		outcome = convert_output_open(&run.output, run.recipe, pipe)
				  ? convert_sound_alone(&run)
				  : WORKER_UNSUITABLE;
	}
	if (run.input.failed) {
		outcome = WORKER_UNREADABLE;
	}
	convert_sound_free(run.sound);
	convert_output_clear(&run.output);
	if (run.context != NULL) {
		input_close(&run.context);
	}
	return outcome;
}
