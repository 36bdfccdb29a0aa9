/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FFmpeg's demuxers and decoders of text give events as ASS has them; cue-text writes those anew. What
 * is no UTF-8 becomes it first. Only the demuxer that belongs to the file's type is tried. Runs in a
 * sandboxed child of its own: for a player that waits, or, when that took too long, for the next one. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/subtitle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include <av-upnp/clock.h>
#include <av-upnp/text.h>

#include "mediaserver/worker/charset.h"
#include "mediaserver/worker/cue-text.h"
#include "mediaserver/worker/input.h"

#define FILE_BYTES_MAX (8 * 1024 * 1024)
#define CUES_MAX 50000
/* Text lies between pictures: for a track the whole film is read, and a large one from a slow disk takes
 * longer than anybody waits. All less than what ends the child, so that it can say so. */
#define LONG_NS (AVU_LIMIT_WORKER_LONG_WALL_NS - 30 * AVU_NS_PER_S)
#define CPU_NS ((AVU_LIMIT_WORKER_CPU_S - 2) * AVU_NS_PER_S)
#define LONG_CPU_NS ((AVU_LIMIT_WORKER_LONG_CPU_S - 10) * AVU_NS_PER_S)
/* Of one whose end nobody tells. */
#define LASTS_MS 5000
/* "ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text" */
#define EVENT_FIELDS_BEFORE 8

static const struct {
	const char *name;
	SniffFormat format; /* what reads it */
	SubtitleForm form;
} types[] = {
	{ "srt", { "srt", "srt", false }, SUBTITLE_SRT },
	{ "vtt", { "vtt", "webvtt", false }, SUBTITLE_VTT },
	{ "ass", { "ass", "ass", false }, SUBTITLE_SAME },
	{ "ssa", { "ssa", "ass", false }, SUBTITLE_SAME },
	{ "smi", { "smi", "sami", false }, SUBTITLE_SAME },
	{ "sub", { "sub", "microdvd", false }, SUBTITLE_SAME },
};

static const enum AVCodecID codecs[] = { AV_CODEC_ID_SUBRIP, AV_CODEC_ID_WEBVTT, AV_CODEC_ID_ASS,
	AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_TEXT, AV_CODEC_ID_SAMI, AV_CODEC_ID_MICRODVD };

static int
compare(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

void
subtitle_warm(void)
{
	char many[4096] = { 0 };

	charset_warm();
	/* more than 1 KiB: the first time glibc 2.36 asks the kernel how much memory there is */
	qsort(many, sizeof(many), 1, compare);
}

bool
subtitle_is_read(enum AVCodecID id)
{
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
		if (codecs[i] == id) {
			return true;
		}
	}
	return false;
}

static AVCodecContext *
open_decoder(const AVStream *stream)
{
	const AVCodec *codec = subtitle_is_read(stream->codecpar->codec_id)
				       ? avcodec_find_decoder(stream->codecpar->codec_id)
				       : NULL;
	AVCodecContext *decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

	if (decoder == NULL) {
		return NULL;
	}
	decoder->thread_count = 1;
	decoder->pkt_timebase = stream->time_base;
	if (avcodec_parameters_to_context(decoder, stream->codecpar) < 0 ||
		avcodec_open2(decoder, codec, NULL) < 0) {
		avcodec_free_context(&decoder);
	}
	return decoder;
}

static const char *
text_of_event(const char *event)
{
	for (unsigned i = 0; i < EVENT_FIELDS_BEFORE; i++) {
		const char *comma = strchr(event, ',');

		if (comma == NULL) {
			return "";
		}
		event = comma + 1;
	}
	return event;
}

static void
add_packet(CueText *cues, AVCodecContext *decoder, const AVStream *stream, AVPacket *packet)
{
	const AVRational ms = { 1, 1000 };
	AVSubtitle subtitle;
	int got = 0;

	/* one that cannot be decoded is left out, as players do */
	if (packet->pts == AV_NOPTS_VALUE ||
		avcodec_decode_subtitle2(decoder, &subtitle, &got, packet) < 0 || got == 0) {
		return;
	}
	const int64_t start = av_rescale_q(packet->pts, stream->time_base, ms);
	const int64_t lasts = packet->duration > 0
				      ? av_rescale_q(packet->duration, stream->time_base, ms)
				      : LASTS_MS;

	for (unsigned i = 0; i < subtitle.num_rects; i++) {
		if (subtitle.rects[i]->ass != NULL) {
			cue_text_add(
				cues, start, start + lasts, text_of_event(subtitle.rects[i]->ass));
		}
	}
	avsubtitle_free(&subtitle);
}

static bool
read_cues(AVFormatContext *context, const AVStream *stream, CueText *cues)
{
	AVCodecContext *decoder = open_decoder(stream);
	AVPacket *packet = av_packet_alloc();

	for (unsigned n = 0; decoder != NULL && packet != NULL && n < CUES_MAX && !cues->full &&
			     av_read_frame(context, packet) >= 0;) {
		if (packet->stream_index == stream->index) {
			add_packet(cues, decoder, stream, packet);
			n++;
		}
		av_packet_unref(packet);
	}
	avcodec_free_context(&decoder);
	av_packet_free(&packet);
	return cues->n > 0;
}

/* The first of text, or the one that is asked for; the others are not even read, where the container
 * allows it. */
static const AVStream *
choose_stream(AVFormatContext *context, int64_t track)
{
	const AVStream *chosen = NULL;

	for (unsigned i = 0; i < context->nb_streams; i++) {
		AVStream *stream = context->streams[i];

		if (chosen == NULL && (track < 0 || track == (int64_t)i) &&
			stream->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE) {
			chosen = stream;
		} else {
			stream->discard = AVDISCARD_ALL;
		}
	}
	return chosen;
}

/* Half of the text is none. */
static WorkerOutcome
failure_of(const Input *source)
{
	return source->late     ? WORKER_UNFINISHED
	       : source->failed ? WORKER_UNREADABLE
				: WORKER_UNSUITABLE;
}

static WorkerOutcome
take_cues(Input *source, const SniffFormat *format, const SubtitleRequest *request, CueText *cues)
{
	char rate[32];
	const bool counts = request->frame_rate_mhz > 0 && g_str_equal(format->demuxer, "microdvd");

	(void)g_snprintf(rate, sizeof(rate), "%d/1000", (int)request->frame_rate_mhz);
	AVFormatContext *context = input_open_with(source, format, counts ? "subfps" : NULL, rate);

	if (context == NULL) {
		return failure_of(source);
	}
	const AVStream *stream = choose_stream(context, request->track);
	const bool good = stream != NULL && read_cues(context, stream, cues);

	input_close(&context);
	return good && !source->failed ? WORKER_OK : failure_of(source);
}

static void
put_text(AvuFrameWriter *answer, const char *text, size_t len)
{
	g_byte_array_append(
		answer->bytes, (const uint8_t *)text, (guint)MIN(len, SUBTITLE_OCTETS_MAX));
}

/* @return NULL: unreadable or too large */
static char *
read_text(int fd, const SubtitleRequest *request, size_t *ret_len)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > FILE_BYTES_MAX) {
		return NULL;
	}
	g_autofree char *octets = g_malloc((size_t)st.st_size);
	ssize_t got = pread(fd, octets, (size_t)st.st_size, 0);

	return got > 0 ? charset_to_utf8(octets, (size_t)got, request->language,
				 (int)request->charset, ret_len)
		       : NULL;
}

static WorkerOutcome
run_file(int fd, const SubtitleRequest *request, AvuFrameWriter *answer)
{
	size_t len;
	g_autofree char *text = read_text(fd, request, &len);
	g_auto(CueText) cues = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(types) && text != NULL; i++) {
		if (!g_str_equal(types[i].name, request->type)) {
			continue;
		}
		if (request->form == SUBTITLE_SAME || request->form == types[i].form) {
			g_autofree char *clean = avu_text_sanitize(text, len, SUBTITLE_OCTETS_MAX);

			put_text(answer, clean, strlen(clean));
			return clean[0] != '\0' ? WORKER_OK : WORKER_UNSUITABLE;
		}
		Input source = { .fd = -1, .memory = text, .size = (int64_t)len };

		cue_text_init(&cues, request->form, SUBTITLE_OCTETS_MAX);
		const WorkerOutcome outcome = take_cues(&source, &types[i].format, request, &cues);

		if (outcome == WORKER_OK) {
			put_text(answer, cues.text->str, cues.text->len);
		}
		return outcome;
	}
	return WORKER_UNSUITABLE;
}

static WorkerOutcome
run_track(int fd, const SubtitleRequest *request, int64_t wait_ns, int64_t cpu_ns,
	AvuFrameWriter *answer)
{
	Input source = { .fd = fd, .deadline_ns = avu_now_ns() + wait_ns, .cpu_ns = cpu_ns };
	g_auto(CueText) cues = { 0 };
	struct stat st;
	uint64_t tag_len;

	if (fstat(fd, &st) < 0) {
		return WORKER_UNREADABLE;
	}
	source.size = st.st_size;
	const SniffFormat *format = input_recognise(&source, NULL, &tag_len);

	cue_text_init(&cues, request->form, SUBTITLE_OCTETS_MAX);
	if (format == NULL) {
		return failure_of(&source);
	}
	const WorkerOutcome outcome = take_cues(&source, format, request, &cues);

	if (outcome == WORKER_OK) {
		put_text(answer, cues.text->str, cues.text->len);
	}
	return outcome;
}

WorkerOutcome
subtitle_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer)
{
	SubtitleRequest request;

	(void)hint; /* the request says it */
	if (!subtitle_request_take(question, &request)) {
		return WORKER_UNSUITABLE;
	}
	return request.track < 0
		       ? run_file(fd, &request, answer)
		       : run_track(fd, &request, request.wait_s * AVU_NS_PER_S, CPU_NS, answer);
}

WorkerOutcome
subtitle_run_long(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer)
{
	SubtitleRequest request;

	(void)hint;
	return subtitle_request_take(question, &request) && request.track >= 0
		       ? run_track(fd, &request, LONG_NS, LONG_CPU_NS, answer)
		       : WORKER_UNSUITABLE;
}
