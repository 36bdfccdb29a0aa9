/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two inputs that flow, packet by packet in the order of their times. Who is behind is waited for: its pipe is fed at the
 * pace of the station. Runs in a sandboxed child of its own. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/convert-join.h"

#include <libavformat/avformat.h>

#include "mediaserver/worker/convert-copy.h"
#include "mediaserver/worker/convert-output.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/join-times.h"
#include "mediaserver/worker/live-clock.h"
#include "mediaserver/worker/streams.h"

#define PROBE_OCTETS (2 * 1024 * 1024)
#define STAMP_NAME "id3v2_priv.com.apple.streaming.transportStreamTimestamp"

enum {
	PICTURES,
	SOUND,
	LEGS,
};

static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };

typedef struct {
	Input input;
	AVFormatContext *context;
	const AVStream *stream;
	int64_t offset_ns; /* of its own clock to that of both */
	AVPacket *packet;  /* that goes out next, by the clock of both */
	int64_t at_ns;     /* when that is decoded */
	bool over;         /* there is none */
	ConvertCopy copy;
} Leg;

typedef struct {
	Leg legs[LEGS];
	LiveClock clock;
	ConvertOutput output;
} Join;

/* What players expect in a transport stream. */
static const enum AVCodecID carried[] = { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,
	AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_AAC, AV_CODEC_ID_MP2,
	AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS };

static bool
is_carried(const Leg *leg)
{
	bool found = false;

	for (size_t i = 0; i < G_N_ELEMENTS(carried); i++) {
		found = found || leg->stream->codecpar->codec_id == carried[i];
	}
	return found;
}

static WorkerOutcome
leg_open(Leg *leg, int fd, enum AVMediaType type)
{
	uint64_t tag_len;

	leg->input.fd = fd;
	leg->packet = av_packet_alloc();
	if (leg->packet == NULL || !input_prepare(&leg->input)) {
		return WORKER_UNREADABLE;
	}
	const SniffFormat *format = input_recognise(&leg->input, NULL, &tag_len);

	leg->context = format != NULL ? input_open(&leg->input, format) : NULL;
	if (leg->context == NULL) {
		return leg->input.failed ? WORKER_UNREADABLE : WORKER_UNSUITABLE;
	}
	/* before the next piece is read, which says its own */
	const AVDictionaryEntry *stamp =
		av_dict_get(leg->context->metadata, STAMP_NAME, NULL, AV_DICT_MATCH_CASE);

	leg->offset_ns = join_times_parse(stamp != NULL ? stamp->value : NULL);
	leg->context->probesize = PROBE_OCTETS;
	leg->context->max_analyze_duration = AV_TIME_BASE;
	(void)avformat_find_stream_info(leg->context, NULL); /* what it found is taken */
	leg->stream = streams_first(leg->context, type);
	for (unsigned i = 0; i < leg->context->nb_streams; i++) {
		AVStream *stream = leg->context->streams[i];

		stream->discard = stream == leg->stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
	}
	return leg->stream != NULL ? WORKER_OK : WORKER_UNSUITABLE;
}

static void
leg_clear(Leg *leg)
{
	av_packet_free(&leg->packet);
	if (leg->context != NULL) {
		input_close(&leg->context);
	}
}

/* From a stream's own times to those of both: its clock may jump, and the other's with it. */
static void
place_packet(Join *join, unsigned which)
{
	Leg *leg = &join->legs[which];
	AVPacket *packet = leg->packet;
	const AVRational base = leg->stream->time_base;
	const int64_t at = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
	int64_t own_ns;

	if (at == AV_NOPTS_VALUE || __builtin_add_overflow(av_rescale_q(at, base, nanoseconds),
					    leg->offset_ns, &own_ns)) {
		return;
	}
	const int64_t jumped_ns = live_clock_take(
		&join->clock, which, own_ns, av_rescale_q(packet->duration, base, nanoseconds));
	int64_t moved_ns;

	if (!__builtin_add_overflow(jumped_ns, leg->offset_ns, &moved_ns)) {
		convert_copy_move(packet, av_rescale_q(moved_ns, nanoseconds, base));
		(void)__builtin_add_overflow(own_ns, jumped_ns, &leg->at_ns);
	}
}

/* @return false: there is no more */
static bool
take_next(Join *join, unsigned which)
{
	Leg *leg = &join->legs[which];

	do {
		av_packet_unref(leg->packet);
		leg->over = av_read_frame(leg->context, leg->packet) < 0;
	} while (!leg->over && leg->packet->stream_index != leg->stream->index);
	if (!leg->over) {
		place_packet(join, which);
	}
	return !leg->over;
}

static bool
is_key(const Leg *leg)
{
	return (leg->packet->flags & AV_PKT_FLAG_KEY) != 0 && leg->packet->pts != AV_NOPTS_VALUE;
}

/* Up to the picture from which both are there. @return its time in the pictures' clock; AV_NOPTS_VALUE: none comes */
static int64_t
find_start(Join *join)
{
	Leg *pictures = &join->legs[PICTURES], *sound = &join->legs[SOUND];

	if (!take_next(join, PICTURES) || !take_next(join, SOUND)) {
		return AV_NOPTS_VALUE;
	}
	const JoinTimes times = join_times_choose(pictures->at_ns, sound->at_ns);

	/* the first packet of the sound lies before the others: it is dropped, and they take their place */
	sound->offset_ns += times.sound_ns;
	join->clock = (LiveClock){ 0 };
	while (!is_key(pictures) || pictures->at_ns < times.from_ns) {
		if (!take_next(join, PICTURES)) {
			return AV_NOPTS_VALUE;
		}
	}
	return take_next(join, SOUND) ? pictures->packet->pts : AV_NOPTS_VALUE;
}

static bool
begin(Join *join, int pipe, int told)
{
	Leg *pictures = &join->legs[PICTURES], *sound = &join->legs[SOUND];
	const bool packets = is_carried(pictures) && is_carried(sound);
	const int64_t zero = find_start(join);

	return zero != AV_NOPTS_VALUE &&
	       convert_output_open(&join->output, packets ? RECIPE_TS : RECIPE_MKV, pipe, told) &&
	       convert_copy_init(
		       &pictures->copy, pictures->stream, zero, /* end_ns = */ -1, &join->output) &&
	       convert_copy_init(&sound->copy, sound->stream,
		       av_rescale_q(zero, pictures->stream->time_base, sound->stream->time_base),
		       /* end_ns = */ -1, &join->output) &&
	       convert_output_prepare(&join->output, 0) && convert_output_begin(&join->output);
}

/* The one that is decoded first. */
static unsigned
who_is_next(const Join *join)
{
	const Leg *pictures = &join->legs[PICTURES], *sound = &join->legs[SOUND];

	return sound->over || (!pictures->over && pictures->at_ns <= sound->at_ns) ? PICTURES
										   : SOUND;
}

static bool
pump(Join *join)
{
	bool good = true;

	while (good && !(join->legs[PICTURES].over && join->legs[SOUND].over)) {
		const unsigned which = who_is_next(join);
		Leg *leg = &join->legs[which];

		good = convert_copy_push(&leg->copy, leg->packet);
		(void)take_next(join, which);
	}
	return good && convert_output_end(&join->output);
}

WorkerOutcome
convert_join(int pictures, int sound, int pipe, int told)
{
	Join join = { 0 };
	WorkerOutcome outcome = leg_open(&join.legs[PICTURES], pictures, AVMEDIA_TYPE_VIDEO);

	if (outcome == WORKER_OK) {
		outcome = leg_open(&join.legs[SOUND], sound, AVMEDIA_TYPE_AUDIO);
	}
	if (outcome == WORKER_OK && (!begin(&join, pipe, told) || !pump(&join))) {
		outcome = WORKER_UNSUITABLE;
	}
	convert_output_clear(&join.output);
	for (unsigned i = 0; i < LEGS; i++) {
		leg_clear(&join.legs[i]);
	}
	return outcome;
}
