/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Source and demuxer in one element: it reads the ring at the places of the bits, and the chunks before them where
 * nobody has. FFmpeg's demuxer of DSDIFF, through GStreamer, neither gives a sample nor fails. On a streaming
 * thread of GStreamer's; unlock ends a read that waits. */

#include <stdatomic.h>

#include <gst/base/gstbasesrc.h>

#include <av-upnp/error.h>

#include "dsd-source.h"
#include "source.h"

#define DSD_CHUNK_OCTETS 4096u /* of each channel */
#define OCTET_BITS 8u

typedef struct {
	GstBaseSrc parent;
	AvuRingReader *reader;
	const DsdForm *form;
	DsdHead head;
	DsdWalk walk;
	bool known;               /* what head is; the streaming thread's */
	guint64 start_ns;         /* sought before it was known */
	uint64_t frame, n_frames; /* the next; of all */
	_Atomic guint64 duration; /* GST_CLOCK_TIME_NONE: not known yet */
	atomic_bool broken;       /* that was told */
} DsdSource;

typedef struct {
	GstBaseSrcClass parent_class;
} DsdSourceClass;

GType dsd_source_get_type(void);
G_DEFINE_TYPE(DsdSource, dsd_source, GST_TYPE_BASE_SRC)

static GstStaticPadTemplate source_template =
	GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* ---- places */

static guint64
dsd_source_time_of(const DsdSource *self, uint64_t frame)
{
	return gst_util_uint64_scale(
		frame * self->form->frame_octets * OCTET_BITS, GST_SECOND, self->head.rate_hz);
}

static void
dsd_source_go_to(DsdSource *self, guint64 time_ns)
{
	const uint64_t octets =
		gst_util_uint64_scale_round(time_ns, self->head.rate_hz / OCTET_BITS, GST_SECOND);
	const uint64_t frame = MIN(octets / self->form->frame_octets, self->n_frames);

	self->frame = frame - MIN(frame, self->form->lead_frames);
}

static void
dsd_source_learn(DsdSource *self, const DsdHead *head)
{
	self->head = *head;
	/* An even number: a next track's first marker of DoP is another than this one's last. */
	self->n_frames = self->form->frame_octets > 1
				 ? head->channel_octets / self->form->frame_octets / 2 * 2
				 : head->channel_octets;
	self->known = true;
	atomic_store(&self->duration, dsd_source_time_of(self, self->n_frames));
}

/* ---- octets */

/* Chunk by chunk up to the bits. */
static GstFlowReturn
dsd_source_find_head(DsdSource *self)
{
	g_autofree uint8_t *octets = g_malloc(DSD_LOOK_BYTES);
	DsdResult found = DSD_FURTHER;

	while (found == DSD_FURTHER) {
		size_t len = 0;
		AvuRingResult result = avu_ring_reader_read(
			self->reader, self->walk.wanted, octets, DSD_LOOK_BYTES, &len);

		if (result == AVU_RING_END) {
			self->walk.why = "It ends before its sound begins.";
			found = DSD_REFUSED;
		} else if (result != AVU_RING_OK) {
			return av_source_flow(GST_ELEMENT(self), &self->broken, result);
		} else {
			found = dsd_head_look(&self->walk, octets, len);
		}
	}
	if (found == DSD_REFUSED) {
		GST_ELEMENT_ERROR(self, STREAM, DEMUX, ("%s", self->walk.why), (NULL));
		return GST_FLOW_ERROR;
	}
	dsd_source_learn(self, &self->walk.head);
	dsd_source_go_to(self, self->start_ns);
	return GST_FLOW_OK;
}

static uint8_t
dsd_source_turn_bits(uint8_t octet)
{
	octet = (uint8_t)((octet & 0xf0) >> 4 | (octet & 0x0f) << 4);
	octet = (uint8_t)((octet & 0xcc) >> 2 | (octet & 0x33) << 2);
	return (uint8_t)((octet & 0xaa) >> 1 | (octet & 0x55) << 1);
}

/* So many octets of each channel from the next frame on lie together. */
static size_t
dsd_source_get_run(const DsdSource *self)
{
	const unsigned block = self->head.block;
	const uint64_t left = self->n_frames - self->frame;
	uint64_t octets = MIN(left, DSD_CHUNK_OCTETS) * self->form->frame_octets;

	octets = MIN(octets, DSD_CHUNK_OCTETS);
	if (block > 1) {
		octets = MIN(octets, block - self->frame * self->form->frame_octets % block);
	}
	return (size_t)octets;
}

/* These octets of each channel, its oldest bit highest.
 * @param n  how many are wanted; how many there are, where it ends before */
static AvuRingResult
dsd_source_read(DsdSource *self, uint8_t channels[][DSD_CHUNK_OCTETS], size_t *n)
{
	const DsdHead *head = &self->head;
	const uint64_t index = self->frame * self->form->frame_octets;
	const unsigned together = head->block == 1 ? head->channels : 1;
	const size_t wanted = *n;
	uint8_t octets[DSD_CHANNELS_MAX * DSD_CHUNK_OCTETS];

	for (unsigned c = 0; c < head->channels; c += together) {
		size_t got = 0;
		AvuRingResult result = avu_ring_reader_read(self->reader,
			dsd_head_place(head, c, index), octets, wanted * together, &got);

		if (result != AVU_RING_OK) {
			return result;
		}
		*n = MIN(*n, got / together);
		for (size_t i = 0; i < got / together * together; i++) {
			channels[c + i % together][i / together] =
				head->low_first ? dsd_source_turn_bits(octets[i]) : octets[i];
		}
	}
	return AVU_RING_OK;
}

static GstFlowReturn
dsd_source_pass(DsdSource *self, const uint8_t channels[][DSD_CHUNK_OCTETS], size_t n,
	GstBuffer **ret_buffer)
{
	const uint8_t *each[DSD_CHANNELS_MAX];
	GstMapInfo map;
	GstBuffer *buffer = gst_buffer_new_allocate(
		NULL, n * self->form->frame_bytes * self->head.channels, NULL);

	if (buffer == NULL || !gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
		gst_clear_buffer(&buffer);
		return GST_FLOW_ERROR;
	}
	for (unsigned c = 0; c < self->head.channels; c++) {
		each[c] = channels[c];
	}
	self->form->pack(&self->head, self->frame, each, n, map.data);
	gst_buffer_unmap(buffer, &map);
	GST_BUFFER_PTS(buffer) = dsd_source_time_of(self, self->frame);
	GST_BUFFER_DURATION(buffer) =
		dsd_source_time_of(self, self->frame + n) - GST_BUFFER_PTS(buffer);
	self->frame += n;
	*ret_buffer = buffer;
	return GST_FLOW_OK;
}

/* ---- the element */

static gboolean
dsd_source_tell_caps(DsdSource *self)
{
	g_autoptr(GstCaps) caps = self->form->make_caps(&self->head);

	return gst_base_src_set_caps(GST_BASE_SRC(self), caps);
}

static gboolean
dsd_source_negotiate(GstBaseSrc *base)
{
	DsdSource *self = (DsdSource *)base;

	return !self->known || dsd_source_tell_caps(self);
}

static GstFlowReturn
dsd_source_create(GstBaseSrc *base, guint64 offset G_GNUC_UNUSED, guint size G_GNUC_UNUSED,
	GstBuffer **ret_buffer)
{
	DsdSource *self = (DsdSource *)base;
	uint8_t channels[DSD_CHANNELS_MAX][DSD_CHUNK_OCTETS];

	if (!self->known) {
		GstFlowReturn flow = dsd_source_find_head(self);

		if (flow == GST_FLOW_OK && !dsd_source_tell_caps(self)) {
			flow = GST_FLOW_NOT_NEGOTIATED;
		}
		if (flow != GST_FLOW_OK) {
			return flow;
		}
	}
	size_t octets = dsd_source_get_run(self);
	AvuRingResult result = octets > 0 ? dsd_source_read(self, channels, &octets) : AVU_RING_END;
	const size_t n = octets / self->form->frame_octets;

	if (result != AVU_RING_OK || n == 0) {
		return av_source_flow(GST_ELEMENT(self), &self->broken,
			result != AVU_RING_OK ? result : AVU_RING_END);
	}
	return dsd_source_pass(self, (const uint8_t(*)[DSD_CHUNK_OCTETS])channels, n, ret_buffer);
}

static gboolean
dsd_source_is_seekable(GstBaseSrc *base)
{
	return avu_ring_reader_is_seekable(((DsdSource *)base)->reader);
}

static gboolean
dsd_source_do_seek(GstBaseSrc *base, GstSegment *segment)
{
	DsdSource *self = (DsdSource *)base;

	if (segment->rate < 0) {
		return FALSE;
	}
	self->start_ns = segment->start;
	segment->time = segment->position = segment->start;
	if (self->known) {
		dsd_source_go_to(self, segment->start);
		segment->duration = dsd_source_time_of(self, self->n_frames);
	}
	return TRUE;
}

static gboolean
dsd_source_query(GstBaseSrc *base, GstQuery *query)
{
	guint64 duration = atomic_load(&((DsdSource *)base)->duration);
	GstFormat format = GST_FORMAT_UNDEFINED;

	if (GST_QUERY_TYPE(query) == GST_QUERY_DURATION) {
		gst_query_parse_duration(query, &format, NULL);
		if (format == GST_FORMAT_TIME && GST_CLOCK_TIME_IS_VALID(duration)) {
			gst_query_set_duration(query, format, (gint64)duration);
			return TRUE;
		}
	}
	return GST_BASE_SRC_CLASS(dsd_source_parent_class)->query(base, query);
}

static gboolean
dsd_source_unlock(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((DsdSource *)base)->reader, true);
	return TRUE;
}

static gboolean
dsd_source_unlock_stop(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((DsdSource *)base)->reader, false);
	return TRUE;
}

static void
dsd_source_finalize(GObject *object)
{
	avu_ring_reader_free(((DsdSource *)object)->reader);
	G_OBJECT_CLASS(dsd_source_parent_class)->finalize(object);
}

static void
dsd_source_class_init(DsdSourceClass *class)
{
	GstBaseSrcClass *base = GST_BASE_SRC_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = dsd_source_finalize;
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &source_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "DSD of a ring",
		"Source/Audio", "Finds the bits of DSD and passes them on", "av-upnp");
	base->negotiate = dsd_source_negotiate;
	base->is_seekable = dsd_source_is_seekable;
	base->do_seek = dsd_source_do_seek;
	base->query = dsd_source_query;
	base->create = dsd_source_create;
	base->unlock = dsd_source_unlock;
	base->unlock_stop = dsd_source_unlock_stop;
}

static void
dsd_source_init(DsdSource *self)
{
	atomic_store(&self->duration, GST_CLOCK_TIME_NONE);
	gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}

GstElement *
dsd_source_new(const Track *track, const DsdHead *head, const DsdForm *form, GError **error)
{
	int fds[AVU_RING_FDS];

	if (!track_dup_fds(track, /* side = */ false, fds, error)) {
		return NULL;
	}
	g_autoptr(AvuRingReader) reader = avu_ring_reader_new(fds, error);

	if (reader == NULL) {
		return NULL;
	}
	DsdSource *self = g_object_new(dsd_source_get_type(), NULL);

	self->reader = g_steal_pointer(&reader);
	self->form = form;
	if (head != NULL) {
		dsd_source_learn(self, head);
	}
	return GST_ELEMENT(self);
}
