/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A picture of fifty kilobytes may want a gigabyte when it is decoded (SEC-188): its header says so before
 * there is a decoder. Limits: AVU_LIMIT_RENDER_… Streaming threads. */

#include <av-upnp/limits.h>

#include "bounds.h"

static bool
bounds_get(const GstStructure *structure, const char *field, int64_t *ret_value)
{
	int value = 0;

	*ret_value = gst_structure_get_int(structure, field, &value) ? value : 0;
	return *ret_value > 0;
}

/* Pictures as such, and what their decoder gives. */
static bool
bounds_is_still(const GstStructure *structure)
{
	const char *name = gst_structure_get_name(structure);

	return g_str_has_prefix(name, "image/") || g_str_equal(name, "video/x-raw");
}

static const char *
bounds_judge_picture(int64_t width, int64_t height, bool still)
{
	const int64_t side = still ? AVU_LIMIT_RENDER_STILL_SIDE : AVU_LIMIT_RENDER_SIDE;
	const int64_t pixels = still ? AVU_LIMIT_RENDER_STILL_PIXELS : AVU_LIMIT_RENDER_PIXELS;

	if (MAX(width, height) <= side && width * height <= pixels) {
		return NULL;
	}
	return still ? "The picture is larger than 67 million points or 16384 in a row."
		     : "The picture is larger than 8192 x 4320 points.";
}

static const char *
bounds_judge_one(const GstStructure *structure, bool still)
{
	const char *why = NULL;
	int64_t width, height, rate, channels;

	if (bounds_get(structure, "width", &width) && bounds_get(structure, "height", &height)) {
		why = bounds_judge_picture(width, height, still && bounds_is_still(structure));
	}
	if (why != NULL) {
		return why;
	}
	if (bounds_get(structure, "rate", &rate) && rate > AVU_LIMIT_RENDER_SAMPLE_HZ) {
		return "The sound has more than 768000 samples in a second.";
	}
	if (bounds_get(structure, "channels", &channels) && channels > AVU_LIMIT_RENDER_CHANNELS) {
		return "The sound has more than 32 channels.";
	}
	return NULL;
}

const char *
bounds_judge(const GstCaps *caps, bool still)
{
	const char *why = NULL;

	for (guint i = 0; why == NULL && !gst_caps_is_any(caps) && i < gst_caps_get_size(caps);
		i++) {
		why = bounds_judge_one(gst_caps_get_structure(caps, i), still);
	}
	return why;
}

static gboolean
bounds_on_continue(GstElement *decodebin, GstPad *pad G_GNUC_UNUSED, GstCaps *caps, void *data)
{
	const char *why = bounds_judge(caps, GPOINTER_TO_INT(data) != 0);

	if (why != NULL) {
		GST_ELEMENT_ERROR(decodebin, STREAM, DECODE, ("%s", why), (NULL));
	}
	return why == NULL;
}

void
bounds_watch(GstElement *decodebin, bool still)
{
	g_signal_connect(decodebin, "autoplug-continue", G_CALLBACK(bounds_on_continue),
		GINT_TO_POINTER(still ? 1 : 0));
}
