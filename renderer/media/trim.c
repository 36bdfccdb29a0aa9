/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GStreamer 1.22 and 1.26 drop the samples that an MP3 encoder put in front of the music and behind
 * it only for some encoders, and those of AAC by the millisecond, so avsrc hides from it what says so
 * and it is done here for all, where the samples come out of the decoder.
 *
 * The segment is moved and not the time stamps: its first sample is the first of the music, a seek is
 * answered from that much later. On the decoder's thread; seeks come on any. */

#include <stdatomic.h>

#include <gst/audio/audio.h>

#include "source.h"
#include "trim.h"

/* Frames of an MP3 need those before them: after a seek the first one or two give nothing. So they are
 * asked for too, and dropped. */
#define TRIM_WARM_UP_NS (100 * AVU_NS_PER_MS)

typedef struct {
	GstElement *source;
	_Atomic int64_t target_ns; /* of a seek whose segment is still to come; AVU_TIME_NONE */
	GstSegment segment;        /* as passed on */
	int rate_hz;
	int frame_bytes;
} Trim;

static bool
trim_get(GstElement *source, int rate_hz, GstClockTime *ret_front, GstClockTime *ret_end)
{
	SoundTrim trim;

	if (rate_hz <= 0 || !av_source_get_trim(source, &trim)) {
		return false;
	}
	const guint64 rate = trim.rate_hz > 0 ? trim.rate_hz : (guint64)rate_hz;

	*ret_front = gst_util_uint64_scale(trim.front, GST_SECOND, rate);
	*ret_end = trim.total == UINT64_MAX
			   ? GST_CLOCK_TIME_NONE
			   : gst_util_uint64_scale(trim.total + trim.front, GST_SECOND, rate);
	return true;
}

static GstPadProbeReturn
trim_on_caps(Trim *self, GstEvent *event)
{
	GstCaps *caps = NULL;
	GstAudioInfo format;

	gst_event_parse_caps(event, &caps);
	self->rate_hz = self->frame_bytes = 0;
	if (gst_audio_info_from_caps(&format, caps)) {
		self->rate_hz = GST_AUDIO_INFO_RATE(&format);
		self->frame_bytes = GST_AUDIO_INFO_BPF(&format);
	}
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
trim_on_segment(Trim *self, GstPadProbeInfo *info)
{
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
	GstClockTime front, end;

	gst_event_copy_segment(event, &self->segment);
	if (self->segment.format != GST_FORMAT_TIME ||
		!trim_get(self->source, self->rate_hz, &front, &end)) {
		return GST_PAD_PROBE_OK;
	}
	GstSegment *segment = &self->segment;

	int64_t target_ns = atomic_exchange(&self->target_ns, AVU_TIME_NONE);

	if (target_ns != AVU_TIME_NONE && segment->rate > 0 &&
		segment->start < (guint64)target_ns &&
		(guint64)target_ns - segment->start <= 2 * (guint64)TRIM_WARM_UP_NS) {
		segment->start = (guint64)target_ns;
	}
	segment->start = MAX(segment->start, front);
	segment->position = MAX(segment->position, segment->start);
	segment->time = segment->start - front;
	if (GST_CLOCK_TIME_IS_VALID(end)) {
		segment->stop =
			GST_CLOCK_TIME_IS_VALID(segment->stop) ? MIN(segment->stop, end) : end;
		segment->stop = MAX(segment->stop, segment->start);
		segment->duration = end - front;
	}
	GstEvent *moved = gst_event_new_segment(segment);

	gst_event_set_seqnum(moved, gst_event_get_seqnum(event));
	gst_event_unref(event);
	GST_PAD_PROBE_INFO_DATA(info) = moved;
	return GST_PAD_PROBE_OK;
}

static guint64
trim_frames(const Trim *self, GstClockTime time)
{
	return gst_util_uint64_scale_round(time, (guint64)self->rate_hz, GST_SECOND);
}

/* Leaves of a buffer what lies within the segment, to the sample. */
static GstPadProbeReturn
trim_on_buffer(Trim *self, GstPadProbeInfo *info)
{
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	GstClockTime front, end, begin = GST_BUFFER_PTS(buffer);

	if (self->frame_bytes <= 0 || !GST_CLOCK_TIME_IS_VALID(begin) ||
		!trim_get(self->source, self->rate_hz, &front, &end)) {
		return GST_PAD_PROBE_OK;
	}
	guint64 frames = gst_buffer_get_size(buffer) / (gsize)self->frame_bytes;
	guint64 at = trim_frames(self, begin);
	guint64 from = MAX(at, trim_frames(self, MAX(front, self->segment.start)));
	guint64 to = GST_CLOCK_TIME_IS_VALID(end) ? MIN(at + frames, trim_frames(self, end))
						  : at + frames;

	if (from >= to) {
		gst_buffer_unref(buffer);
		GST_PAD_PROBE_INFO_DATA(info) = NULL;
		return GST_PAD_PROBE_HANDLED;
	}
	if (to - from < frames) {
		/* It knows of planes as well as of interleaved samples. */
		GstBuffer *part = gst_audio_buffer_truncate(
			buffer, self->frame_bytes, (gsize)(from - at), (gsize)(to - from));

		if (part == NULL) {
			return GST_PAD_PROBE_DROP;
		}
		GST_BUFFER_PTS(part) =
			gst_util_uint64_scale(from, GST_SECOND, (guint64)self->rate_hz);
		GST_BUFFER_DURATION(part) =
			gst_util_uint64_scale(to, GST_SECOND, (guint64)self->rate_hz) -
			GST_BUFFER_PTS(part);
		GST_PAD_PROBE_INFO_DATA(info) = part;
	}
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
trim_on_seek(Trim *self, GstPadProbeInfo *info)
{
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
	GstClockTime front, end;
	double rate = 1;
	GstFormat format = GST_FORMAT_UNDEFINED;
	GstSeekFlags flags = GST_SEEK_FLAG_NONE;
	GstSeekType start_type = GST_SEEK_TYPE_NONE, stop_type = GST_SEEK_TYPE_NONE;
	gint64 start = 0, stop = 0;

	gst_event_parse_seek(event, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
	if (format != GST_FORMAT_TIME || !trim_get(self->source, self->rate_hz, &front, &end)) {
		return GST_PAD_PROBE_OK;
	}
	if (start_type == GST_SEEK_TYPE_SET && start > 0) {
		start += (gint64)front;
		if (rate > 0) {
			atomic_store(&self->target_ns, start);
			start = MAX(start - TRIM_WARM_UP_NS, 0);
		}
	}
	if (stop_type == GST_SEEK_TYPE_SET && stop >= 0) {
		stop += (gint64)front;
	}
	GstEvent *moved =
		gst_event_new_seek(rate, format, flags, start_type, start, stop_type, stop);

	gst_event_set_seqnum(moved, gst_event_get_seqnum(event));
	gst_event_unref(event);
	GST_PAD_PROBE_INFO_DATA(info) = moved;
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
trim_on_data(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	Trim *self = data;

	if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
		return trim_on_buffer(self, info);
	}
	switch (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info))) {
	case GST_EVENT_CAPS:
		return trim_on_caps(self, GST_PAD_PROBE_INFO_EVENT(info));
	case GST_EVENT_SEGMENT:
		return trim_on_segment(self, info);
	case GST_EVENT_SEEK:
		return trim_on_seek(self, info);
	default:
		return GST_PAD_PROBE_OK;
	}
}

void
trim_watch(GstPad *pad, GstElement *source)
{
	Trim *self = g_new0(Trim, 1);

	self->source = source;
	atomic_store(&self->target_ns, AVU_TIME_NONE);
	(void)gst_pad_add_probe(pad,
		GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
			GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
		trim_on_data, self, g_free);
}

int64_t
trim_get_duration_ns(GstPad *pad, GstElement *source)
{
	g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
	GstClockTime front, end;
	int rate_hz = 0;

	return caps != NULL &&
			       gst_structure_get_int(
				       gst_caps_get_structure(caps, 0), "rate", &rate_hz) &&
			       trim_get(source, rate_hz, &front, &end) &&
			       GST_CLOCK_TIME_IS_VALID(end)
		       ? (int64_t)(end - front)
		       : AVU_TIME_NONE;
}
