/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avsrc: reads a ring at the offsets the demuxer asks for (pull), or in order where the resource
 * cannot be sought. Reading happens on GStreamer's streaming threads and blocks there; unlock ends
 * the wait, so a flush or a state change never waits for the network. The one GObject of ours. */

#include <stdatomic.h>

#include <gst/base/gstbasesrc.h>
#include <gst/base/gsttypefindhelper.h>

#include "mp4-head.h"
#include "source.h"

#define SOURCE_GUESS_BYTES (64u * 1024)

typedef struct {
	GstBaseSrc parent;
	AvuRingReader *reader;
	atomic_bool broken; /* that was told */
	Mp3Head head;       /* written while reading, until done */
	SoundTrimOnce trim; /* of the head, or of the index of an MP4 */
} AvSource;

typedef struct {
	GstBaseSrcClass parent_class;
} AvSourceClass;

GType av_source_get_type(void);
G_DEFINE_TYPE(AvSource, av_source, GST_TYPE_BASE_SRC)

static GstStaticPadTemplate source_template =
	GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static gboolean
source_get_size(GstBaseSrc *base, guint64 *size)
{
	int64_t total = avu_ring_reader_get_total(((AvSource *)base)->reader);

	if (total < 0) {
		return FALSE;
	}
	*size = (guint64)total;
	return TRUE;
}

static gboolean
source_is_seekable(GstBaseSrc *base)
{
	return avu_ring_reader_is_seekable(((AvSource *)base)->reader);
}

/* All octets pass here before they are decoded, also those behind a long tag. The head of an MP3 is
 * read before the piece that it begins in, since it may lie across two. */
static void
source_look(AvSource *self, guint64 offset, size_t len)
{
	Mp3Head *head = &self->head;
	uint8_t octets[MP3_HEAD_BYTES];
	size_t n = 0;

	while (!head->done && head->wanted >= offset && head->wanted - offset < len &&
		avu_ring_reader_read(self->reader, head->wanted, octets, sizeof(octets), &n) ==
			AVU_RING_OK) {
		mp3_head_see(head, octets, n, avu_ring_reader_get_total(self->reader));
	}
	if (head->found) {
		sound_trim_once_set(&self->trim, &head->trim);
	}
}

/* The demuxer pulls it as one piece, and again when the track is opened anew: its edit list is opened
 * each time, but what the first one said stays, since others read it meanwhile. */
static void
source_look_at_index(AvSource *self, uint8_t *octets, size_t len)
{
	SoundTrim trim;

	if (mp4_head_is_index(octets, len) && mp4_head_take(octets, len, &trim)) {
		sound_trim_once_set(&self->trim, &trim);
	}
}

GstFlowReturn
av_source_flow(GstElement *element, atomic_bool *broken, AvuRingResult result)
{
	switch (result) {
	case AVU_RING_OK:
		return GST_FLOW_OK;
	case AVU_RING_END:
		return GST_FLOW_EOS;
	case AVU_RING_INTERRUPTED:
		return GST_FLOW_FLUSHING;
	case AVU_RING_FAILED:
		break;
	}
	/* Not an error of the pipeline: that would drop what was decoded and not heard yet. */
	if (!atomic_exchange(broken, true)) {
		(void)gst_element_post_message(
			element, gst_message_new_element(GST_OBJECT(element),
					 gst_structure_new_empty(AV_SOURCE_BROKEN)));
	}
	return GST_FLOW_EOS;
}

static GstFlowReturn
source_fill(GstBaseSrc *base, guint64 offset, guint size, GstBuffer *buffer)
{
	AvSource *self = (AvSource *)base;
	GstMapInfo map;
	size_t len = 0;

	if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
		return GST_FLOW_ERROR;
	}
	source_look(self, offset, size);
	AvuRingResult result =
		avu_ring_reader_read(self->reader, offset, map.data, MIN(size, map.size), &len);

	if (result == AVU_RING_OK) {
		mp3_head_hide(&self->head, offset, map.data, len);
		source_look_at_index(self, map.data, len);
	}
	gst_buffer_unmap(buffer, &map);
	if (result == AVU_RING_OK) {
		gst_buffer_set_size(buffer, (gssize)len);
		GST_BUFFER_OFFSET(buffer) = offset;
		GST_BUFFER_OFFSET_END(buffer) = offset + len;
	}
	return av_source_flow(GST_ELEMENT(self), &self->broken, result);
}

static gboolean
source_unlock(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((AvSource *)base)->reader, true);
	return TRUE;
}

static gboolean
source_unlock_stop(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((AvSource *)base)->reader, false);
	return TRUE;
}

static void
source_finalize(GObject *object)
{
	avu_ring_reader_free(((AvSource *)object)->reader);
	G_OBJECT_CLASS(av_source_parent_class)->finalize(object);
}

static void
av_source_class_init(AvSourceClass *class)
{
	GstBaseSrcClass *base = GST_BASE_SRC_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = source_finalize;
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &source_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Ring source", "Source",
		"Reads octets another process fetches", "av-upnp");
	base->get_size = source_get_size;
	base->is_seekable = source_is_seekable;
	base->fill = source_fill;
	base->unlock = source_unlock;
	base->unlock_stop = source_unlock_stop;
}

static void
av_source_init(AvSource *self)
{
	gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_BYTES);
	gst_base_src_set_blocksize(GST_BASE_SRC(self), 32 * 1024);
}

GstElement *
av_source_new(const int fds[AVU_RING_FDS], GError **error)
{
	g_autoptr(AvuRingReader) reader = avu_ring_reader_new(fds, error);

	if (reader == NULL) {
		return NULL;
	}
	AvSource *self = g_object_new(av_source_get_type(), NULL);

	self->reader = g_steal_pointer(&reader);
	return GST_ELEMENT(self);
}

bool
av_source_is_seekable(GstElement *source)
{
	return avu_ring_reader_is_seekable(((AvSource *)source)->reader);
}

bool
av_source_get_trim(GstElement *source, SoundTrim *ret_trim)
{
	return sound_trim_once_get(&((AvSource *)source)->trim, ret_trim);
}

size_t
av_source_peek(GstElement *source, void *octets, size_t len)
{
	return avu_ring_reader_peek(((AvSource *)source)->reader, octets, len);
}

GstCaps *
av_source_guess_caps(GstElement *source)
{
	g_autofree uint8_t *octets = g_malloc(SOURCE_GUESS_BYTES);
	size_t len = avu_ring_reader_peek(((AvSource *)source)->reader, octets, SOURCE_GUESS_BYTES);
	GstTypeFindProbability sure = GST_TYPE_FIND_NONE;

	if (len == 0) {
		return NULL;
	}
	GstCaps *caps = gst_type_find_helper_for_data(GST_OBJECT(source), octets, len, &sure);

	if (caps != NULL && sure < GST_TYPE_FIND_LIKELY) {
		gst_clear_caps(&caps);
	}
	return caps;
}
