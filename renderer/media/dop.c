/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DoP Open Standard 1.1. Nothing is decoded. Main thread, but for the form. */

#include <string.h>

#include "dop.h"
#include "dsd-source.h"
#include "source.h"

#define DOP_CHANNELS_MAX 2u /* DoP is known to be taken with two */
#define DOP_SAMPLE_BYTES 3u
#define DOP_FRAME_BITS 16u
#define DOP_FRAME_OCTETS (DOP_FRAME_BITS / 8)
/* What may be between these samples and an output without changing them. */
#define DOP_FORMATS "{ S24LE, S24_32LE, S32LE }"

/* ---- samples */

/* Markers take turns. */
static void
dop_pack(const DsdHead *head, uint64_t first, const uint8_t *const *channels, size_t n_frames,
	uint8_t *samples)
{
	static const uint8_t markers[] = { 0x05, 0xfa };

	for (size_t f = 0; f < n_frames; f++) {
		for (unsigned c = 0; c < head->channels; c++) {
			const uint8_t *bits = channels[c] + f * DOP_FRAME_OCTETS;

			/* The older octet stands higher. */
			*samples++ = bits[1];
			*samples++ = bits[0];
			*samples++ = markers[(first + f) % 2];
		}
	}
}

bool
dop_look(const Track *track, DsdHead *ret_head)
{
	g_autofree uint8_t *octets = g_malloc(DSD_LOOK_BYTES);
	g_autoptr(GstElement) source = track_open(track, /* side = */ false, NULL);

	if (source == NULL) {
		return false;
	}
	(void)gst_object_ref_sink(source);
	return dsd_head_parse(octets, av_source_peek(source, octets, DSD_LOOK_BYTES), ret_head) &&
	       ret_head->channels <= DOP_CHANNELS_MAX;
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

static GstCaps *
dop_make_own_caps(const DsdHead *head)
{
	return dop_make_caps_of(head, "S24LE");
}

static const DsdForm dop_form = {
	.frame_octets = DOP_FRAME_OCTETS,
	.frame_bytes = DOP_SAMPLE_BYTES,
	.lead_frames = 0,
	.make_caps = dop_make_own_caps,
	.pack = dop_pack,
};

GstElement *
dop_source_new(const Track *track, const DsdHead *head, GError **error)
{
	return dsd_source_new(track, head, &dop_form, error);
}
