/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a surface of cairo to GStreamer's overlay, and into frames. On the streaming thread of a pad. */

#include "overlay.h"

static void
surface_free(void *data)
{
	cairo_surface_destroy(data);
}

Overlay *
overlay_new(cairo_surface_t *surface, unsigned y)
{
	if (surface == NULL) {
		return NULL;
	}
	const unsigned width = (unsigned)cairo_image_surface_get_width(surface);
	const unsigned rows = (unsigned)cairo_image_surface_get_height(surface);
	const size_t bytes = (size_t)cairo_image_surface_get_stride(surface) * rows;
	g_autoptr(GstBuffer) pixels = gst_buffer_new_wrapped_full(
		0, cairo_image_surface_get_data(surface), bytes, 0, bytes, surface, surface_free);

	/* Four octets a point: there is no gap between rows. */
	(void)gst_buffer_add_video_meta(pixels, GST_VIDEO_FRAME_FLAG_NONE,
		GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, width, rows);
	GstVideoOverlayRectangle *rectangle = gst_video_overlay_rectangle_new_raw(
		pixels, 0, (int)y, width, rows, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
	Overlay *overlay = gst_video_overlay_composition_new(rectangle);

	gst_video_overlay_rectangle_unref(rectangle);
	return overlay;
}

void
overlay_clear(Overlay **overlay)
{
	g_clear_pointer(overlay, gst_video_overlay_composition_unref);
}

void
overlay_blend(Overlay *overlay, GstPadProbeInfo *info, const GstVideoInfo *frames)
{
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
	GstVideoFrame frame;

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	if (gst_video_frame_map(&frame, frames, buffer, GST_MAP_READWRITE)) {
		(void)gst_video_overlay_composition_blend(overlay, &frame);
		gst_video_frame_unmap(&frame);
	}
}

bool
overlay_read_caps(GstEvent *event, int side_min, GstVideoInfo *ret_frames)
{
	GstCaps *caps = NULL;

	gst_event_parse_caps(event, &caps);
	return gst_video_info_from_caps(ret_frames, caps) && ret_frames->width >= side_min &&
	       ret_frames->height >= side_min;
}

void
overlay_tell_before(GstPad *pad, void (*heard)(void *painter, GstEvent *event), void *painter)
{
	static const GstEventType kinds[] = { GST_EVENT_CAPS, GST_EVENT_SEGMENT };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GstEvent) event = gst_pad_get_sticky_event(pad, kinds[i], 0);

		if (event != NULL) {
			heard(painter, event);
		}
	}
}
