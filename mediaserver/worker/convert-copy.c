/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream copied: only its times change. Pictures begin with a key frame; which one, the caller has
 * looked for. Runs in a sandboxed child. */
#include "mediaserver/worker/convert-copy.h"

static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };

/* @return AV_NOPTS_VALUE: there is none, or none that fits */
static int64_t
move_time(int64_t at, int64_t offset)
{
	int64_t moved;

	return at == AV_NOPTS_VALUE || __builtin_add_overflow(at, offset, &moved) ? AV_NOPTS_VALUE
										  : moved;
}

void
convert_copy_move(AVPacket *packet, int64_t offset)
{
	packet->dts = move_time(packet->dts, offset);
	packet->pts = move_time(packet->pts, offset);
}

bool
convert_copy_init(ConvertCopy *copy, const AVStream *stream, int64_t zero, int64_t end_ns,
	ConvertOutput *output)
{
	*copy = (ConvertCopy){
		.output = output,
		.in = stream,
		.zero = zero,
		.end = end_ns >= 0 ? av_rescale_q(end_ns, nanoseconds, stream->time_base) : -1,
	};
	copy->stream = convert_output_add(output, stream->codecpar);
	return copy->stream >= 0;
}

bool
convert_copy_push(ConvertCopy *copy, const AVPacket *packet)
{
	const bool video = copy->in->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
	int64_t at = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

	if (at != AV_NOPTS_VALUE) {
		at -= copy->zero;
		/* what is shown before the key frame cannot be decoded any more */
		if (!copy->begun && (at < 0 || (video && (packet->flags & AV_PKT_FLAG_KEY) == 0))) {
			return true;
		}
		if (video && at < 0) {
			return true;
		}
		if (copy->end >= 0 && at >= copy->end) {
			copy->done = copy->done || (packet->dts == AV_NOPTS_VALUE ||
							   packet->dts - copy->zero >= copy->end);
			return true;
		}
	}
	copy->begun = true;
	AVPacket *own = av_packet_clone(packet);

	if (own == NULL) {
		return false;
	}
	own->pts -= own->pts != AV_NOPTS_VALUE ? copy->zero : 0;
	own->dts -= own->dts != AV_NOPTS_VALUE ? copy->zero : 0;
	bool good = convert_output_write(copy->output, copy->stream, own, copy->in->time_base);

	av_packet_free(&own);
	return good;
}
