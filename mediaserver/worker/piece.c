/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a track begins and ends: to the sample in WAV and AIFF, to the frame in FLAC, MP3 and AAC, to the page in Ogg. Frames are
 * not changed: those of FLAC keep their numbers, so players see a stream that starts later than 0. MP4 gets tables
 * of its own, with an edit list that says to the sample what is heard of the first and the last frame. Runs
 * in a sandboxed child. Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/piece.h"

#include <sys/stat.h>

#include <libavcodec/avcodec.h>

#include <av-upnp/clock.h>

#include "mediaserver/worker/input.h"
#include "mediaserver/worker/piece-head.h"
#include "mediaserver/worker/piece-mp4.h"
#include "mediaserver/worker/streams.h"
#include "mediaserver/workers/piece-result.h"

#define BUDGET_NS (8 * AVU_NS_PER_S)
/* Sheets count 75 to the second; a frame that starts this little later is meant. */
#define NEAR_NS (2 * AVU_NS_PER_MS)

typedef struct {
	Input input;
	ReadAt file;
	const SniffFormat *format;
	uint64_t tag_len; /* before the format begins */
	AVFormatContext *context;
	AVStream *stream;
	int64_t from_ns, to_ns; /* asked for */
	PieceResult result;
	uint64_t n_samples;
} Cut;

static int64_t
to_ns(const Cut *cut, int64_t ts)
{
	return av_rescale_q(ts, cut->stream->time_base, (AVRational){ 1, (int)AVU_NS_PER_S });
}

/* The frames from the last that starts at or before the place asked for. @return there are some */
static bool
cut_frames(Cut *cut)
{
	const int64_t deadline_ns = avu_now_ns() + BUDGET_NS;
	AVPacket *packet = av_packet_alloc();
	int64_t first_ts = AV_NOPTS_VALUE;
	int64_t begin = -1, begin_ns = 0, end = -1, end_ns = 0;

	while (packet != NULL && avu_now_ns() < deadline_ns &&
		av_read_frame(cut->context, packet) >= 0) {
		const bool ours = packet->stream_index == cut->stream->index && packet->pos >= 0 &&
				  packet->pts != AV_NOPTS_VALUE;

		if (ours) {
			first_ts = first_ts == AV_NOPTS_VALUE ? packet->pts : first_ts;
			int64_t ns = to_ns(cut, packet->pts - first_ts);

			if (cut->to_ns != AVU_TIME_NONE && ns + NEAR_NS >= cut->to_ns) {
				break;
			}
			if (begin < 0 || ns <= cut->from_ns + NEAR_NS) {
				begin = packet->pos;
				begin_ns = ns;
			}
			end = packet->pos + packet->size;
			end_ns = to_ns(cut, packet->pts + packet->duration - first_ts);
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	if (begin < 0 || end <= begin || end > cut->input.size) {
		return false;
	}
	cut->result.offset = (uint64_t)begin;
	cut->result.length = (uint64_t)(end - begin);
	cut->result.duration_ns = end_ns - begin_ns;
	cut->n_samples = (uint64_t)av_rescale(
		end_ns - begin_ns, cut->stream->codecpar->sample_rate, AVU_NS_PER_S);
	return true;
}

static bool
cut_bare(Cut *cut)
{
	return cut_frames(cut);
}

static bool
cut_flac(Cut *cut)
{
	if (!cut_frames(cut)) {
		return false;
	}
	cut->result.head = piece_head_flac(&cut->file, cut->tag_len, cut->n_samples);
	return cut->result.head != NULL;
}

/* Samples that lie one behind the other. @return there are some */
static bool
cut_samples(Cut *cut)
{
	const AVCodecParameters *codec = cut->stream->codecpar;
	const bool pcm = codec->codec_id >= AV_CODEC_ID_FIRST_AUDIO &&
			 codec->codec_id < AV_CODEC_ID_ADPCM_IMA_QT;
	AVPacket *packet = av_packet_alloc();
	int64_t first = -1;

	if (packet != NULL && av_read_frame(cut->context, packet) >= 0) {
		first = packet->pos;
	}
	av_packet_free(&packet);
	if (!pcm || codec->block_align <= 0 || codec->sample_rate <= 0 || first < 0 ||
		first >= cut->input.size) {
		return false;
	}
	int64_t n = MIN(cut->stream->duration, (cut->input.size - first) / codec->block_align);
	int64_t from = av_rescale(cut->from_ns, codec->sample_rate, AVU_NS_PER_S);
	int64_t to = cut->to_ns == AVU_TIME_NONE
			     ? n
			     : MIN(av_rescale(cut->to_ns, codec->sample_rate, AVU_NS_PER_S), n);

	if (from >= to) {
		return false;
	}
	cut->result.offset = (uint64_t)(first + from * codec->block_align);
	cut->result.length = (uint64_t)((to - from) * codec->block_align);
	cut->result.duration_ns = av_rescale(to - from, AVU_NS_PER_S, codec->sample_rate);
	cut->n_samples = (uint64_t)(to - from);
	return true;
}

static bool
cut_wav(Cut *cut)
{
	if (!cut_samples(cut)) {
		return false;
	}
	cut->result.head = piece_head_wav(&cut->file, cut->result.length);
	return cut->result.head != NULL;
}

static bool
cut_aiff(Cut *cut)
{
	if (!cut_samples(cut)) {
		return false;
	}
	cut->result.head = piece_head_aiff(&cut->file, cut->result.length, cut->n_samples);
	return cut->result.head != NULL;
}

/* Whole pages: from the one in which the place lies to the one in which the next track begins, which are some
 * tenths of a second off. Players see a stream that starts later than 0. @return there are some */
static bool
cut_pages(Cut *cut)
{
	const int64_t deadline_ns = avu_now_ns() + BUDGET_NS;
	AVPacket *packet = av_packet_alloc();
	int64_t first_ts = AV_NOPTS_VALUE, ns = 0;
	int64_t page = -1, page_ns = 0; /* the last one, and the first frame that begins in it */
	int64_t sound = -1, begin = -1, begin_ns = 0, end = -1;

	while (packet != NULL && end < 0 && avu_now_ns() < deadline_ns &&
		av_read_frame(cut->context, packet) >= 0) {
		const int64_t ts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

		if (packet->pos >= 0 && ts != AV_NOPTS_VALUE) {
			first_ts = first_ts == AV_NOPTS_VALUE ? ts : first_ts;
			sound = sound < 0 ? packet->pos : sound;
			ns = to_ns(cut, ts - first_ts);
			page_ns = packet->pos > page ? ns : page_ns;
			page = packet->pos;
			if (begin < 0 || (ns <= cut->from_ns + NEAR_NS && packet->pos > begin)) {
				begin = packet->pos;
				begin_ns = ns;
			} else if (cut->to_ns != AVU_TIME_NONE && ns + NEAR_NS >= cut->to_ns &&
				   packet->pos > begin) {
				end = packet->pos;
			}
			ns += to_ns(cut, packet->duration);
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	end = end >= 0 ? end : cut->input.size;
	if (begin < sound || end <= begin || ns <= cut->from_ns || end > cut->input.size) {
		return false;
	}
	cut->result.offset = (uint64_t)begin;
	cut->result.length = (uint64_t)(end - begin);
	cut->result.duration_ns = (end < cut->input.size ? page_ns : ns) - begin_ns;
	cut->result.head = piece_head_ogg(&cut->file, (uint64_t)sound);
	return cut->result.head != NULL;
}

/* Its pages are those of one stream only: what belongs to another would be cut anywhere. */
static bool
cut_ogg(Cut *cut)
{
	return cut->context->nb_streams == 1 && cut_pages(cut);
}

/* How long a frame lasts that is not cut by an edit list of the file. */
static uint32_t
find_ticks(const Cut *cut, int n)
{
	for (int i = n / 2; i + 1 < n; i++) {
		const int64_t ticks = avformat_index_get_entry(cut->stream, i + 1)->timestamp -
				      avformat_index_get_entry(cut->stream, i)->timestamp;

		if (ticks > 0 && ticks <= INT32_MAX) {
			return (uint32_t)ticks;
		}
	}
	return (uint32_t)MAX(cut->stream->codecpar->frame_size, 1);
}

/* @return by time; NULL: there is none between these
 * @param ret_first_ts  when the first one begins */
static GArray *
list_samples(const Cut *cut, int64_t from_ts, int64_t to_ts, int64_t *ret_first_ts)
{
	const int n = avformat_index_get_entries_count(cut->stream);
	const uint32_t usual = find_ticks(cut, n);
	/* what overlaps is heard right only behind the frame before */
	const int before = cut->stream->codecpar->codec_id == AV_CODEC_ID_ALAC ? 0 : 1;
	int first = 0, last = 0;

	for (int i = 0; i < n; i++) {
		const int64_t ts = avformat_index_get_entry(cut->stream, i)->timestamp;

		first = ts <= from_ts ? i : first;
		last = ts < to_ts ? i : last;
	}
	first = MAX(first - before, 0);
	if (n == 0 || last < first || last - first >= (int)(PIECE_HEAD_MAX / sizeof(uint32_t))) {
		return NULL;
	}
	GArray *samples = g_array_new(FALSE, FALSE, sizeof(PieceSample));

	for (int i = first; i <= last; i++) {
		const AVIndexEntry *entry = avformat_index_get_entry(cut->stream, i);
		const int64_t left = to_ts - entry->timestamp; /* the last one is cut */
		const PieceSample sample = { (uint64_t)entry->pos, (uint32_t)entry->size,
			(uint32_t)MIN(left, usual) };

		g_array_append_val(samples, sample);
	}
	*ret_first_ts = avformat_index_get_entry(cut->stream, first)->timestamp;
	return samples;
}

static void
find_octets(const GArray *samples, PieceMp4 *piece)
{
	piece->begin = UINT64_MAX;
	for (guint i = 0; i < samples->len; i++) {
		const PieceSample *sample = &g_array_index(samples, PieceSample, i);

		piece->begin = MIN(piece->begin, sample->at);
		piece->end = MAX(piece->end, sample->at + sample->size);
	}
}

/* Each fragment tells its own samples: FFmpeg knows them when it has come by.
 * @return the end of the place, or of the file, was reached; *ret_end_ts is the latter, or as it was */
static bool
walk_fragments(Cut *cut, int64_t to_ts, int64_t *ret_end_ts)
{
	const int64_t deadline_ns = avu_now_ns() + BUDGET_NS;
	AVPacket *packet = av_packet_alloc();
	int64_t end_ts = 0;
	int read = packet != NULL ? 0 : AVERROR(ENOMEM);

	for (unsigned i = 0; i < cut->context->nb_streams; i++) {
		if (cut->context->streams[i] != cut->stream) {
			cut->context->streams[i]->discard = AVDISCARD_ALL;
		}
	}
	while (read >= 0 && end_ts < to_ts && avu_now_ns() < deadline_ns) {
		read = av_read_frame(cut->context, packet);
		if (read >= 0 && packet->stream_index == cut->stream->index) {
			end_ts = packet->pts + packet->duration;
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	if (read == AVERROR_EOF) {
		*ret_end_ts = MAX(end_ts, cut->stream->duration); /* which grew on the way */
	}
	return read == AVERROR_EOF || end_ts >= to_ts;
}

static bool
cut_mp4(Cut *cut)
{
	const AVRational ns = { 1, (int)AVU_NS_PER_S };
	const AVRational base = cut->stream->time_base;
	const int64_t from_ts = av_rescale_q(cut->from_ns, ns, base);
	int64_t to_ts =
		cut->to_ns != AVU_TIME_NONE ? av_rescale_q(cut->to_ns, ns, base) : INT64_MAX;
	int64_t first_ts = 0;

	int64_t end_ts = cut->stream->duration;

	if (piece_mp4_is_fragmented(&cut->file) && !walk_fragments(cut, to_ts, &end_ts)) {
		return false;
	}
	if (end_ts > 0) {
		to_ts = MIN(to_ts, end_ts);
	}
	g_autoptr(GArray) samples = base.num == 1 && from_ts < to_ts && to_ts < INT64_MAX
					    ? list_samples(cut, from_ts, to_ts, &first_ts)
					    : NULL;

	if (samples == NULL || first_ts > from_ts) {
		return false;
	}
	PieceMp4 piece = {
		.track_id = (uint32_t)cut->stream->id,
		.timescale = (uint32_t)base.den,
		.samples = (const PieceSample *)(const void *)samples->data,
		.n_samples = samples->len,
		.skip = (uint64_t)(from_ts - first_ts),
		.heard = (uint64_t)(to_ts - from_ts),
	};

	find_octets(samples, &piece);
	if (piece.end > (uint64_t)cut->input.size) {
		return false;
	}
	cut->result.offset = piece.begin;
	cut->result.length = piece.end - piece.begin;
	cut->result.duration_ns = av_rescale_q(to_ts - from_ts, base, ns);
	cut->result.head = piece_head_mp4(&cut->file, &piece, &cut->result.sizes);
	cut->result.n_sizes = piece.n_samples;
	return cut->result.head != NULL;
}

static const struct {
	const char *format; /* of sniff.c */
	bool (*cut)(Cut *cut);
} ways[] = {
	{ "wav", cut_wav },
	{ "flac", cut_flac },
	{ "mp3", cut_bare },
	{ "adts", cut_bare },
	{ "aiff", cut_aiff },
	{ "ogg", cut_ogg },
	{ "mp4", cut_mp4 },
};

static bool
open_stream(Cut *cut)
{
	cut->context = input_open(&cut->input, cut->format);
	if (cut->context == NULL) {
		return false;
	}
	if (cut->format->needs_packets) {
		(void)avformat_find_stream_info(cut->context, NULL); /* what it found is taken */
	}
	const AVStream *sound = streams_first(cut->context, AVMEDIA_TYPE_AUDIO);

	cut->stream = sound != NULL ? cut->context->streams[sound->index] : NULL;
	return cut->stream != NULL;
}

static WorkerOutcome
find_and_cut(Cut *cut, const char *hint)
{
	cut->format = input_recognise(&cut->input, hint, &cut->tag_len);
	if (cut->input.failed) {
		return WORKER_UNREADABLE;
	}
	for (size_t i = 0; cut->format != NULL && i < G_N_ELEMENTS(ways); i++) {
		if (g_str_equal(ways[i].format, cut->format->name) && open_stream(cut) &&
			ways[i].cut(cut)) {
			return WORKER_OK;
		}
	}
	return cut->input.failed ? WORKER_UNREADABLE : WORKER_UNSUITABLE;
}

WorkerOutcome
piece_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer)
{
	Cut cut = { .input = { .fd = fd } };
	struct stat st;

	if (!piece_question_take(question, &cut.from_ns, &cut.to_ns)) {
		return WORKER_UNSUITABLE;
	}
	if (fstat(fd, &st) < 0) {
		return WORKER_UNREADABLE;
	}
	cut.input.size = st.st_size;
	cut.file = (ReadAt){ input_read_at, &cut.input, (uint64_t)st.st_size };
	WorkerOutcome outcome = find_and_cut(&cut, hint);

	if (outcome == WORKER_OK) {
		outcome = piece_result_put(&cut.result, answer) ? WORKER_OK : WORKER_UNSUITABLE;
	}
	if (cut.context != NULL) {
		input_close(&cut.context);
	}
	piece_result_clear(&cut.result);
	return outcome;
}
