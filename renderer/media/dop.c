/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DoP Open Standard 1.1. Source and decoder in one element, since nothing is decoded: it reads the ring at
 * the places of the bits. On a streaming thread of GStreamer's; unlock ends a read that waits. */

#include <stdatomic.h>
#include <string.h>

#include <gst/base/gstbasesrc.h>

#include <av-upnp/error.h>

#include "dop.h"
#include "source.h"

#define DOP_LOOK_BYTES (16u * 1024)
#define DOP_SAMPLE_BYTES 3u
#define DOP_FRAME_BITS 16u
#define DOP_FRAME_OCTETS (DOP_FRAME_BITS / 8)
#define DOP_CHUNK_FRAMES 2048u
/* What may be between these samples and an output without changing them. */
#define DOP_FORMATS "{ S24LE, S24_32LE, S32LE }"

typedef struct {
	GstBaseSrc parent;
	AvuRingReader *reader;
	DsdHead head;
	uint64_t frame, n_frames; /* the next; of all */
	atomic_bool broken;       /* that was told */
} DopSource;

typedef struct {
	GstBaseSrcClass parent_class;
} DopSourceClass;

GType dop_source_get_type(void);
G_DEFINE_TYPE(DopSource, dop_source, GST_TYPE_BASE_SRC)

static GstStaticPadTemplate source_template = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-raw, format=S24LE"));

/* ---- samples */

static uint8_t
dop_turn_bits(uint8_t octet)
{
	octet = (uint8_t)((octet & 0xf0) >> 4 | (octet & 0x0f) << 4);
	octet = (uint8_t)((octet & 0xcc) >> 2 | (octet & 0x33) << 2);
	return (uint8_t)((octet & 0xaa) >> 1 | (octet & 0x55) << 1);
}

void
dop_pack(const DsdHead *head, uint64_t first, const uint8_t *const *channels, size_t n_frames,
	uint8_t *samples)
{
	static const uint8_t markers[] = { 0x05, 0xfa };

	for (size_t f = 0; f < n_frames; f++) {
		for (unsigned c = 0; c < head->channels; c++) {
			const uint8_t *bits = channels[c] + f * DOP_FRAME_OCTETS;

			/* The older octet stands higher. */
			*samples++ = head->low_first ? dop_turn_bits(bits[1]) : bits[1];
			*samples++ = head->low_first ? dop_turn_bits(bits[0]) : bits[0];
			*samples++ = markers[(first + f) % 2];
		}
	}
}

bool
dop_look(const Track *track, DsdHead *ret_head)
{
	g_autofree uint8_t *octets = g_malloc(DOP_LOOK_BYTES);
	g_autoptr(GstElement) source = track_open(track, /* side = */ false, NULL);

	if (source == NULL) {
		return false;
	}
	(void)gst_object_ref_sink(source);
	return dsd_head_parse(octets, av_source_peek(source, octets, DOP_LOOK_BYTES), ret_head);
}

static GstCaps *
dop_make_caps_of(const DsdHead *head, const char *formats)
{
	g_autofree char *text = g_strdup_printf(
		"audio/x-raw, format=(string)%s, layout=interleaved, rate=%u, channels=%u", formats,
		head->rate_hz / DOP_FRAME_BITS, head->channels);
	GstCaps *caps = gst_caps_from_string(text);

	if (head->channels > 1) {
		gst_caps_set_simple(caps, "channel-mask", GST_TYPE_BITMASK, (guint64)0x3, NULL);
	}
	return caps;
}

GstCaps *
dop_make_caps(const DsdHead *head)
{
	return dop_make_caps_of(head, DOP_FORMATS);
}

/* An operator's description of an output may have converters in it, which take everything. */
static int
dop_compare_converter(const void *value, const void *unused G_GNUC_UNUSED)
{
	const char *class = gst_element_class_get_metadata(
		GST_ELEMENT_GET_CLASS(g_value_get_object(value)), GST_ELEMENT_METADATA_KLASS);

	return class != NULL && strstr(class, "Converter") != NULL ? 0 : 1;
}

static bool
dop_has_converter(GstElement *sink)
{
	g_autoptr(GstIterator) all =
		GST_IS_BIN(sink) ? gst_bin_iterate_recurse(GST_BIN(sink)) : NULL;
	GValue found = G_VALUE_INIT;
	bool has =
		all != NULL && gst_iterator_find_custom(all, dop_compare_converter, &found, NULL);

	if (has) {
		g_value_unset(&found);
	}
	return has;
}

bool
dop_is_taken(const DsdHead *head, GstElement *sink)
{
	g_autoptr(GstPad) pad = gst_element_get_static_pad(sink, "sink");
	g_autoptr(GstCaps) wanted = dop_make_caps(head);
	g_autoptr(GstCaps) taken = gst_pad_query_caps(pad, wanted);

	return !gst_caps_is_empty(taken) && !dop_has_converter(sink);
}

/* ---- the element */

static guint64
dop_time_of(const DopSource *self, uint64_t frame)
{
	return gst_util_uint64_scale(frame * DOP_FRAME_BITS, GST_SECOND, self->head.rate_hz);
}

static gboolean
dop_source_negotiate(GstBaseSrc *base)
{
	g_autoptr(GstCaps) caps = dop_make_caps_of(&((DopSource *)base)->head, "S24LE");

	return gst_base_src_set_caps(base, caps);
}

static gboolean
dop_source_is_seekable(GstBaseSrc *base)
{
	return avu_ring_reader_is_seekable(((DopSource *)base)->reader);
}

static gboolean
dop_source_do_seek(GstBaseSrc *base, GstSegment *segment)
{
	DopSource *self = (DopSource *)base;

	if (segment->rate < 0) {
		return FALSE;
	}
	self->frame = gst_util_uint64_scale_round(
		segment->start, self->head.rate_hz, GST_SECOND * (guint64)DOP_FRAME_BITS);
	self->frame = MIN(self->frame, self->n_frames);
	segment->time = segment->position = segment->start;
	segment->duration = dop_time_of(self, self->n_frames);
	return TRUE;
}

static gboolean
dop_source_query(GstBaseSrc *base, GstQuery *query)
{
	DopSource *self = (DopSource *)base;
	GstFormat format = GST_FORMAT_UNDEFINED;

	if (GST_QUERY_TYPE(query) == GST_QUERY_DURATION) {
		gst_query_parse_duration(query, &format, NULL);
		if (format == GST_FORMAT_TIME) {
			gst_query_set_duration(
				query, format, (gint64)dop_time_of(self, self->n_frames));
			return TRUE;
		}
	}
	return GST_BASE_SRC_CLASS(dop_source_parent_class)->query(base, query);
}

/* The octets of one channel of these frames, which lie within one block.
 * @return DOP_OK … as the ring says */
static AvuRingResult
dop_read(DopSource *self, unsigned channel, uint64_t frame, size_t n_frames, uint8_t *octets)
{
	const DsdHead *head = &self->head;
	const size_t len = n_frames * DOP_FRAME_OCTETS;
	const bool mixed = head->block == 1 && head->channels > 1;
	g_autofree uint8_t *all = mixed ? g_malloc(len * head->channels) : NULL;
	size_t wanted = mixed ? len * head->channels : len, got = 0;
	const uint64_t at = dsd_head_place(head, mixed ? 0 : channel, frame * DOP_FRAME_OCTETS);
	AvuRingResult result =
		avu_ring_reader_read(self->reader, at, mixed ? all : octets, wanted, &got);

	if (result == AVU_RING_OK && got < wanted) {
		return AVU_RING_END;
	}
	for (size_t i = 0; result == AVU_RING_OK && mixed && i < len; i++) {
		octets[i] = all[i * head->channels + channel];
	}
	return result;
}

/* So many frames lie together. */
static size_t
dop_get_run(const DopSource *self)
{
	const unsigned block = self->head.block;
	uint64_t left = MIN(self->n_frames - self->frame, DOP_CHUNK_FRAMES);

	if (block > 1) {
		left = MIN(
			left, (block - self->frame * DOP_FRAME_OCTETS % block) / DOP_FRAME_OCTETS);
	}
	return (size_t)left;
}

static GstFlowReturn
dop_source_create(GstBaseSrc *base, guint64 offset G_GNUC_UNUSED, guint size G_GNUC_UNUSED,
	GstBuffer **ret_buffer)
{
	DopSource *self = (DopSource *)base;
	uint8_t octets[DSD_CHANNELS_MAX][DOP_CHUNK_FRAMES * DOP_FRAME_OCTETS];
	const uint8_t *channels[DSD_CHANNELS_MAX];
	const size_t n = dop_get_run(self);
	AvuRingResult result = n > 0 ? AVU_RING_OK : AVU_RING_END;
	GstMapInfo map;

	for (unsigned c = 0; result == AVU_RING_OK && c < self->head.channels; c++) {
		channels[c] = octets[c];
		result = dop_read(self, c, self->frame, n, octets[c]);
	}
	if (result != AVU_RING_OK) {
		return av_source_flow(GST_ELEMENT(self), &self->broken, result);
	}
	GstBuffer *buffer =
		gst_buffer_new_allocate(NULL, n * DOP_SAMPLE_BYTES * self->head.channels, NULL);

	if (buffer == NULL || !gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
		gst_clear_buffer(&buffer);
		return GST_FLOW_ERROR;
	}
	dop_pack(&self->head, self->frame, channels, n, map.data);
	gst_buffer_unmap(buffer, &map);
	GST_BUFFER_PTS(buffer) = dop_time_of(self, self->frame);
	GST_BUFFER_DURATION(buffer) = dop_time_of(self, self->frame + n) - GST_BUFFER_PTS(buffer);
	self->frame += n;
	*ret_buffer = buffer;
	return GST_FLOW_OK;
}

static gboolean
dop_source_unlock(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((DopSource *)base)->reader, true);
	return TRUE;
}

static gboolean
dop_source_unlock_stop(GstBaseSrc *base)
{
	avu_ring_reader_interrupt(((DopSource *)base)->reader, false);
	return TRUE;
}

static void
dop_source_finalize(GObject *object)
{
	avu_ring_reader_free(((DopSource *)object)->reader);
	G_OBJECT_CLASS(dop_source_parent_class)->finalize(object);
}

static void
dop_source_class_init(DopSourceClass *class)
{
	GstBaseSrcClass *base = GST_BASE_SRC_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = dop_source_finalize;
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &source_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "DSD over PCM",
		"Source/Audio", "Puts the bits of DSD into samples", "av-upnp");
	base->negotiate = dop_source_negotiate;
	base->is_seekable = dop_source_is_seekable;
	base->do_seek = dop_source_do_seek;
	base->query = dop_source_query;
	base->create = dop_source_create;
	base->unlock = dop_source_unlock;
	base->unlock_stop = dop_source_unlock_stop;
}

static void
dop_source_init(DopSource *self)
{
	gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}

GstElement *
dop_source_new(const Track *track, const DsdHead *head, GError **error)
{
	int fds[AVU_RING_FDS];

	if (!track_dup_fds(track, /* side = */ false, fds, error)) {
		return NULL;
	}
	g_autoptr(AvuRingReader) reader = avu_ring_reader_new(fds, error);

	if (reader == NULL) {
		return NULL;
	}
	DopSource *self = g_object_new(dop_source_get_type(), NULL);

	self->reader = g_steal_pointer(&reader);
	self->head = *head;
	/* An even number: a next track's first marker is another than this one's last. */
	self->n_frames = head->channel_octets / DOP_FRAME_OCTETS / 2 * 2;
	return GST_ELEMENT(self);
}
