/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time to octets, by what each container offers: its own index, even samples, all its packets, or looks
 * at many places of a long stream. A player waits for it, so it ends after BUDGET_NS with what it has.
 * Runs in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/index.h"

#include <string.h>
#include <sys/stat.h>

#include <libavcodec/avcodec.h>

#include <av-upnp/clock.h>

#include "mediaserver/worker/entry-point.h"
#include "mediaserver/worker/input.h"
#include "mediaserver/worker/points.h"
#include "mediaserver/worker/streams.h"

/* Players wait 30 s for an answer's head (dlna-http-transport.md 10). */
#define BUDGET_NS (8 * AVU_NS_PER_S)
/* Above this a stream without an index is not read whole. */
#define SAMPLED_FROM (INT64_C(96) << 20)
/* One look for about this many octets, at most so many. */
#define SAMPLE_EVERY (INT64_C(1) << 20)
#define SAMPLES_MAX 4096
/* A key frame is looked for within this many packets; a second has some hundred. */
#define SAMPLE_PACKETS 4000
#define PROBE_OCTETS (1024 * 1024)

typedef struct {
	Input input;
	ReadAt file;
	const SniffFormat *format;
	unsigned ts_packet; /* 188, 192; 0: no transport stream */
	AVFormatContext *context;
	AVStream *stream; /* whose key frames count */
	Points points;
	uint32_t unit;
	int64_t start; /* of the content, in the stream's time base; AV_NOPTS_VALUE: not seen yet */
	int64_t end_ns;   /* of the last packet seen */
	int64_t last_pos; /* of a packet of the stream; -1: none since the last seek */
	int64_t deadline_ns;
	Fragments fragments;
} Indexing;

static int64_t
stream_ns(const Indexing *self, int64_t ts)
{
	return av_rescale_q(ts, self->stream->time_base, (AVRational){ 1, (int)AVU_NS_PER_S });
}

/* Other streams lie interleaved: what belongs to this time may stand before the key frame. */
static int64_t
least_byte(const Indexing *self, const AVIndexEntry *entry)
{
	int64_t least = entry->pos;

	for (unsigned i = 0; i < self->context->nb_streams; i++) {
		AVStream *other = self->context->streams[i];
		enum AVMediaType type = other->codecpar->codec_type;

		if (other == self->stream ||
			(type != AVMEDIA_TYPE_AUDIO && type != AVMEDIA_TYPE_VIDEO) ||
			(other->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
			continue;
		}
		const AVIndexEntry *found = avformat_index_get_entry_from_timestamp(other,
			av_rescale_q(entry->timestamp, self->stream->time_base, other->time_base),
			AVSEEK_FLAG_ANY);

		if (found != NULL) {
			least = MIN(least, found->pos);
		}
	}
	return least;
}

/* Where a player must start to find the frame at pos. */
static uint64_t
entry_point(const Indexing *self, int64_t pos)
{
	if (self->ts_packet != 0) {
		return entry_point_ts(&self->file, (uint64_t)pos, self->ts_packet);
	}
	if (g_str_equal(self->format->name, "mpeg")) {
		return entry_point_ps(&self->file, (uint64_t)pos);
	}
	return self->fragments.n > 0 ? fragments_find(&self->fragments, (uint64_t)pos)
				     : (uint64_t)pos;
}

/* The index that FFmpeg has of the stream. @return it reaches through most of the content */
static bool
take_entries(Indexing *self)
{
	int n = avformat_index_get_entries_count(self->stream);
	int64_t whole_ns = streams_duration_ns(self->context);
	int64_t last_ns = 0;
	int64_t first = AV_NOPTS_VALUE;

	for (int i = 0; i < n; i++) {
		const AVIndexEntry *entry = avformat_index_get_entry(self->stream, i);

		if (entry == NULL || (entry->flags & AVINDEX_KEYFRAME) == 0 || entry->pos < 0) {
			continue;
		}
		if (first == AV_NOPTS_VALUE) {
			first = entry->timestamp;
		}
		last_ns = stream_ns(self, entry->timestamp - first);
		points_add(&self->points, last_ns, entry_point(self, least_byte(self, entry)));
	}
	return self->points.n > 0 && whole_ns > 0 && last_ns >= whole_ns / 2;
}

/* @return the packet is a place to start at */
static bool
take_packet(Indexing *self, const AVPacket *packet, void (*add)(Points *points, int64_t, uint64_t))
{
	int64_t ts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

	if (packet->stream_index != self->stream->index || ts == AV_NOPTS_VALUE) {
		return false;
	}
	if (self->start == AV_NOPTS_VALUE) {
		self->start = ts;
	}
	self->end_ns = MAX(self->end_ns, stream_ns(self, ts + packet->duration - self->start));
	/* of several frames that begin in one PES packet only the first has its place */
	self->last_pos = packet->pos >= 0 ? packet->pos : self->last_pos;
	if ((packet->flags & AV_PKT_FLAG_KEY) == 0 || self->last_pos < 0) {
		return false;
	}
	add(&self->points, stream_ns(self, ts - self->start), entry_point(self, self->last_pos));
	return true;
}

/* Every packet. @return the end was reached */
static bool
scan_all(Indexing *self)
{
	AVPacket *packet = av_packet_alloc();
	bool ended = false;

	while (packet != NULL && avu_now_ns() < self->deadline_ns) {
		if (av_read_frame(self->context, packet) < 0) {
			ended = true;
			break;
		}
		(void)take_packet(self, packet, points_add);
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return ended;
}

/* The first key frame behind an octet. */
static void
sample_at(Indexing *self, int64_t byte, AVPacket *packet)
{
	bool found = false;

	self->last_pos = -1;
	if (av_seek_frame(self->context, -1, byte, AVSEEK_FLAG_BYTE) < 0) {
		return;
	}
	for (unsigned i = 0; i < SAMPLE_PACKETS && !found; i++) {
		if (av_read_frame(self->context, packet) < 0) {
			return;
		}
		found = take_packet(self, packet, points_put);
		av_packet_unref(packet);
	}
}

/* Places in the order 1/2, 1/4, 3/4, 1/8 …: whenever time is up, they lie evenly. */
static void
scan_samples(Indexing *self)
{
	const uint32_t n = (uint32_t)CLAMP(self->input.size / SAMPLE_EVERY, 16, SAMPLES_MAX);
	AVPacket *packet = av_packet_alloc();

	if (packet == NULL) {
		return;
	}
	sample_at(self, 0, packet); /* the start of time */
	for (uint32_t i = 1; i < n && avu_now_ns() < self->deadline_ns; i++) {
		double place = 0;
		double step = 0.5;

		for (uint32_t bits = i; bits != 0; bits >>= 1, step /= 2) {
			place += (bits & 1) != 0 ? step : 0;
		}
		sample_at(self, (int64_t)(place * (double)self->input.size), packet);
	}
	av_packet_free(&packet);
}

static void
ignore_other_streams(Indexing *self)
{
	for (unsigned i = 0; i < self->context->nb_streams; i++) {
		if (self->context->streams[i] != self->stream) {
			self->context->streams[i]->discard = AVDISCARD_ALL;
		}
	}
}

/* Ways to an index */

static bool
by_packets(Indexing *self)
{
	ignore_other_streams(self);
	(void)scan_all(self);
	return self->points.n > 0;
}

static bool
by_container(Indexing *self)
{
	if (g_str_equal(self->format->name, "mp4")) {
		(void)fragments_read(&self->file, &self->fragments); /* most have none */
	}
	if (take_entries(self)) {
		return true;
	}
	self->points.n = 0;
	self->points.gap_ns = 0;
	return by_packets(self);
}

/* Cues are read when somebody seeks; without any, FFmpeg notes the clusters it comes by. */
static bool
by_clusters(Indexing *self)
{
	(void)av_seek_frame(self->context, self->stream->index, 0, AVSEEK_FLAG_BACKWARD);
	if (take_entries(self)) {
		return true;
	}
	ignore_other_streams(self);
	(void)scan_all(self);
	points_clear(&self->points);
	points_init(&self->points, INDEX_POINTS_MAX);
	return take_entries(self) || self->points.n > 0;
}

static bool
by_samples(Indexing *self)
{
	enum AVCodecID codec = self->stream->codecpar->codec_id;
	AVPacket *packet = av_packet_alloc();
	bool pcm = codec >= AV_CODEC_ID_FIRST_AUDIO && codec < AV_CODEC_ID_ADPCM_IMA_QT;
	int64_t first = -1;
	int64_t align = self->stream->codecpar->block_align;
	int64_t frames = self->stream->duration;

	if (!pcm || align <= 0 || frames <= 0) {
		av_packet_free(&packet);
		return by_packets(self);
	}
	if (packet != NULL && av_read_frame(self->context, packet) >= 0) {
		first = packet->pos;
	}
	av_packet_free(&packet);
	if (first < 0 || first >= self->input.size) {
		return false;
	}
	frames = MIN(frames, (self->input.size - first) / align);
	self->unit = (uint32_t)align;
	self->end_ns = av_rescale(frames, AVU_NS_PER_S, self->stream->codecpar->sample_rate);
	points_put(&self->points, 0, (uint64_t)first);
	points_put(&self->points, self->end_ns, (uint64_t)(first + frames * align));
	return frames > 0;
}

/* Time starts with the first stream, whichever that is. */
static bool
by_stream(Indexing *self)
{
	if (self->context->start_time != AV_NOPTS_VALUE) {
		self->start = av_rescale_q(
			self->context->start_time, AV_TIME_BASE_Q, self->stream->time_base);
	}
	if (self->input.size < SAMPLED_FROM) {
		return by_packets(self);
	}
	ignore_other_streams(self);
	scan_samples(self);
	self->end_ns = streams_duration_ns(self->context);
	return self->points.n > 0;
}

/* The container's own table is by seconds, and says where the key frame before each begins: of a long film that
 * will do. */
static bool
by_seconds(Indexing *self)
{
	if (self->input.size < SAMPLED_FROM) {
		return by_packets(self);
	}
	return by_clusters(self);
}

static const struct {
	const char *format; /* of sniff.c */
	bool (*build)(Indexing *self);
} ways[] = {
	{ "mp4", by_container },
	{ "avi", by_container },
	{ "mkv", by_clusters },
	{ "webm", by_clusters },
	{ "wav", by_samples },
	{ "aiff", by_samples },
	{ "au", by_samples },
	{ "caf", by_samples },
	{ "ts", by_stream },
	{ "mpeg", by_stream },
	{ "mpegvideo", by_packets },
	{ "mp3", by_packets },
	{ "flac", by_packets },
	{ "ogg", by_packets },
	{ "adts", by_packets },
	{ "ac3", by_packets },
	{ "amr", by_packets },
	{ "wv", by_packets },
	{ "tta", by_packets },
	{ "flv", by_packets },
	{ "asf", by_seconds },
};

static bool
open_stream(Indexing *self)
{
	self->context = input_open(&self->input, self->format);
	if (self->context == NULL) {
		return false;
	}
	if (self->format->needs_packets) {
		self->context->probesize = PROBE_OCTETS;
		self->context->max_analyze_duration = AV_TIME_BASE;
		(void)avformat_find_stream_info(self->context, NULL); /* what it found is taken */
	}
	const AVStream *main = streams_first(self->context, AVMEDIA_TYPE_VIDEO);

	if (main == NULL) {
		main = streams_first(self->context, AVMEDIA_TYPE_AUDIO);
	}
	self->stream = main != NULL ? self->context->streams[main->index] : NULL;
	return self->stream != NULL;
}

static bool
build(Indexing *self)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		if (g_str_equal(ways[i].format, self->format->name)) {
			return open_stream(self) && ways[i].build(self);
		}
	}
	return false;
}

static WorkerOutcome
recognise(Indexing *self, const char *hint)
{
	uint8_t head[SNIFF_LEN];
	uint64_t tag_len;
	bool stamped;

	self->format = input_recognise(&self->input, hint, &tag_len);
	if (self->input.failed) {
		return WORKER_UNREADABLE;
	}
	if (self->format != NULL && g_str_equal(self->format->name, "ts")) {
		size_t len = input_read_at(&self->input, 0, head, sizeof(head));

		self->ts_packet = sniff_ts_packet(head, len, &stamped);
	}
	return self->format != NULL ? WORKER_OK : WORKER_UNSUITABLE;
}

static void
put_result(Indexing *self, AvuFrameWriter *answer)
{
	int64_t whole_ns = streams_duration_ns(self->context);

	points_settle(&self->points);
	const IndexResult result = {
		.duration_ns = MAX(whole_ns, self->end_ns),
		.unit = self->unit,
		.n = self->points.n,
		.points = self->points.points,
	};

	index_result_put(&result, answer);
}

WorkerOutcome
index_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer)
{
	Indexing self = {
		.input = { .fd = fd },
		.start = AV_NOPTS_VALUE,
		.end_ns = AVU_TIME_NONE,
		.last_pos = -1,
		.deadline_ns = avu_now_ns() + BUDGET_NS,
	};
	struct stat st;

	(void)question; /* there is nothing to choose */
	if (fstat(fd, &st) < 0) {
		return WORKER_UNREADABLE;
	}
	self.input.size = st.st_size;
	self.file = (ReadAt){ input_read_at, &self.input, (uint64_t)st.st_size };
	WorkerOutcome outcome = recognise(&self, hint);

	if (outcome != WORKER_OK) {
		return outcome;
	}
	points_init(&self.points, INDEX_POINTS_MAX);
	if (build(&self)) {
		put_result(&self, answer);
	} else {
		outcome = self.input.failed ? WORKER_UNREADABLE : WORKER_UNSUITABLE;
	}
	if (self.context != NULL) {
		input_close(&self.context);
	}
	fragments_clear(&self.fragments);
	points_clear(&self.points);
	return outcome;
}
