/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libav's decoder makes one sample of eight bits, with a filter of 96. GStreamer has two languages for what it
 * takes, the one up to 1.22, the other since 1.24. Main thread, but for the form. */

#include <string.h>

#include <av-upnp/error.h>

#include "dsd-bits.h"
#include "dsd-source.h"
#include "source.h"

#define DSD_DECODER "avdec_dsd_msbf"
#define DSD_MAGIC_BYTES 16u
/* The decoder begins with silence, so that a sought place would begin with the step from there. */
#define DSD_LEAD_OCTETS 16u

static GstCaps *
dsd_bits_make_caps(const DsdHead *head)
{
	const int rate = (int)(head->rate_hz / 8), channels = (int)head->channels;
	g_autoptr(GstElementFactory) decoder = gst_element_factory_find(DSD_DECODER);
	GstCaps *old = gst_caps_new_simple("audio/x-dsd", "lsbf", G_TYPE_BOOLEAN, FALSE, "planar",
		G_TYPE_BOOLEAN, FALSE, "rate", G_TYPE_INT, rate, "channels", G_TYPE_INT, channels,
		NULL);

	/* "all": caps that say nothing of what the other language asks for would do as "any" */
	if (decoder == NULL || !gst_element_factory_can_sink_all_caps(decoder, old)) {
		gst_caps_unref(old);
		old = gst_caps_new_simple("audio/x-dsd", "format", G_TYPE_STRING, "DSDU8",
			"reversed-bytes", G_TYPE_BOOLEAN, FALSE, "layout", G_TYPE_STRING,
			"interleaved", "rate", G_TYPE_INT, rate, "channels", G_TYPE_INT, channels,
			NULL);
	}
	if (channels > 1) {
		gst_caps_set_simple(
			old, "channel-mask", GST_TYPE_BITMASK, (guint64)head->places, NULL);
	}
	return old;
}

static void
dsd_bits_pack(const DsdHead *head, uint64_t first G_GNUC_UNUSED, const uint8_t *const *channels,
	size_t n_frames, uint8_t *samples)
{
	for (size_t f = 0; f < n_frames; f++) {
		for (unsigned c = 0; c < head->channels; c++) {
			*samples++ = channels[c][f];
		}
	}
}

static const DsdForm dsd_bits_form = {
	.frame_octets = 1,
	.frame_bytes = 1,
	.lead_frames = DSD_LEAD_OCTETS,
	.make_caps = dsd_bits_make_caps,
	.pack = dsd_bits_pack,
};

static bool
dsd_bits_is_said(const Track *track)
{
	static const char *const mimes[] = { "audio/x-dsf", "audio/dsf", "audio/x-dff", "audio/dff",
		"audio/x-dsd", "audio/dsd" };

	for (size_t i = 0; track->mime != NULL && i < G_N_ELEMENTS(mimes); i++) {
		if (g_ascii_strcasecmp(track->mime, mimes[i]) == 0) {
			return true;
		}
	}
	return false;
}

bool
dsd_bits_look(const Track *track)
{
	uint8_t octets[DSD_MAGIC_BYTES];
	g_autoptr(GstElement) source = track_open(track, /* side = */ false, NULL);

	if (source == NULL) {
		return false;
	}
	(void)gst_object_ref_sink(source);
	const size_t len = av_source_peek(source, octets, sizeof(octets));

	return len == sizeof(octets) ? dsd_head_is_one(octets, len) : dsd_bits_is_said(track);
}

GstElement *
dsd_bits_source_new(const Track *track, GError **error)
{
	return dsd_source_new(track, NULL, &dsd_bits_form, error);
}

GstElement *
dsd_bits_decoder_new(GError **error)
{
	GstElement *decoder = gst_element_factory_make(DSD_DECODER, NULL);

	if (decoder == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the GStreamer element '%s' is missing", DSD_DECODER);
	}
	return decoder;
}
