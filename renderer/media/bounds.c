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

static const char *
bounds_judge_one(const GstStructure *structure)
{
	int64_t width, height, rate, channels;

	if (bounds_get(structure, "width", &width) && bounds_get(structure, "height", &height) &&
		(MAX(width, height) > AVU_LIMIT_RENDER_SIDE ||
			width * height > AVU_LIMIT_RENDER_PIXELS)) {
		return "The picture is larger than 8192 x 4320 points.";
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
bounds_judge(const GstCaps *caps)
{
	const char *why = NULL;

	for (guint i = 0; why == NULL && !gst_caps_is_any(caps) && i < gst_caps_get_size(caps);
		i++) {
		why = bounds_judge_one(gst_caps_get_structure(caps, i));
	}
	return why;
}

static gboolean
bounds_on_continue(
	GstElement *decodebin, GstPad *pad G_GNUC_UNUSED, GstCaps *caps, void *data G_GNUC_UNUSED)
{
	const char *why = bounds_judge(caps);

	if (why != NULL) {
		GST_ELEMENT_ERROR(decodebin, STREAM, DECODE, ("%s", why), (NULL));
	}
	return why == NULL;
}

void
bounds_watch(GstElement *decodebin)
{
	g_signal_connect(decodebin, "autoplug-continue", G_CALLBACK(bounds_on_continue), NULL);
}
