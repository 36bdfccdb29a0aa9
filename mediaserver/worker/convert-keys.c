/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures as they are, with times of their own: played at the normal rate the stream covers the film so
 * many times faster, or backwards. No sound. Runs in a sandboxed child. */
#include "mediaserver/worker/convert-keys.h"

/* Four pictures a second are a film that runs fast; more would be a copy of everything. */
#define STEP_NS (250 * AVU_NS_PER_MS)
#define PACKETS_MAX 2000
#define CLOCK_HZ 90000

static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };
static const AVRational ticks = { 1, CLOCK_HZ };

/* @return the key frame at or next to a time is in packet */
static bool
read_key(AVFormatContext *context, const AVStream *picture, int64_t at, AVPacket *packet)
{
	if (av_seek_frame(context, picture->index, at, AVSEEK_FLAG_BACKWARD) < 0) {
		return false;
	}
	for (unsigned n = 0; n < PACKETS_MAX && av_read_frame(context, packet) >= 0; n++) {
		if (packet->stream_index == picture->index &&
			(packet->flags & AV_PKT_FLAG_KEY) != 0 && packet->pts != AV_NOPTS_VALUE) {
			return true;
		}
		av_packet_unref(packet);
	}
	return false;
}

static bool
is_behind(const ConvertRequest *request, int64_t at_ns, int64_t end_ns)
{
	return request->speed > 0 ? at_ns > end_ns : at_ns < end_ns;
}

bool
convert_keys(AVFormatContext *context, const AVStream *picture, int64_t zero,
	const ConvertRequest *request, ConvertOutput *output)
{
	const int stream = convert_output_add(output, picture->codecpar);
	AVPacket *packet = av_packet_alloc();
	/* behind the end the last key frame would be found for ever */
	const int64_t end_ns = request->to_ns >= 0     ? request->to_ns
			       : context->duration > 0 ? context->duration * 1000
						       : 0;
	int64_t last = AV_NOPTS_VALUE;
	bool good = packet != NULL && stream >= 0 && convert_output_prepare(output, 0) &&
		    convert_output_begin(output);

	for (int64_t n = 0; good; n++) {
		const int64_t at_ns = request->from_ns + n * request->speed * STEP_NS;
		const int64_t at = zero + av_rescale_q(at_ns, nanoseconds, picture->time_base);

		if (is_behind(request, at_ns, end_ns) || !read_key(context, picture, at, packet)) {
			break;
		}
		if (packet->pts == last) { /* it still stands */
			av_packet_unref(packet);
			continue;
		}
		last = packet->pts;
		packet->pts = packet->dts = av_rescale_q(n * STEP_NS, nanoseconds, ticks);
		packet->duration = av_rescale_q(STEP_NS, nanoseconds, ticks);
		good = convert_output_write(output, stream, packet, ticks);
	}
	av_packet_free(&packet);
	return good && last != AV_NOPTS_VALUE && convert_output_end(output);
}
