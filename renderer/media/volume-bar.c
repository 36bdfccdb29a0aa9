/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A groove and what of it is filled, blended into frames as they pass, where the card has it.
 *
 * Shown from the main thread, painted on GStreamer's; a lock is between them. It is painted once per
 * change. */

#include "volume-bar.h"

#include <gst/video/video.h>

#include <av-upnp/clock.h>

#include "card.h"

#define FRAME_SIDE_MIN 64

typedef struct {
	unsigned percent;
	bool mute;
} Level;

struct VolumeBar {
	GMutex lock; /* guards what follows */
	Level level;
	int64_t until_ns;
};

/* One pad with frames. On its streaming thread alone. */
typedef struct {
	VolumeBar *bar;
	GstVideoInfo info;
	bool known; /* info is */
	Level painted;
	GstVideoOverlayComposition *overlay; /* of painted; NULL: nothing was painted yet */
} Painter;

VolumeBar *
volume_bar_new(void)
{
	VolumeBar *bar = g_new0(VolumeBar, 1);

	g_mutex_init(&bar->lock);
	return bar;
}

void
volume_bar_free(VolumeBar *bar)
{
	if (bar != NULL) {
		g_mutex_clear(&bar->lock);
		g_free(bar);
	}
}

void
volume_bar_show(VolumeBar *bar, unsigned percent, bool mute, int64_t for_ns)
{
	g_mutex_lock(&bar->lock);
	bar->level = (Level){ percent, mute };
	bar->until_ns = avu_now_ns() + for_ns;
	g_mutex_unlock(&bar->lock);
}

static bool
bar_is_seen(VolumeBar *bar, Level *ret_level)
{
	g_mutex_lock(&bar->lock);
	bool seen = avu_now_ns() < bar->until_ns;

	*ret_level = bar->level;
	g_mutex_unlock(&bar->lock);
	return seen;
}

static void
painter_forget(Painter *painter)
{
	g_clear_pointer(&painter->overlay, gst_video_overlay_composition_unref);
}

static void
painter_free(void *data)
{
	painter_forget(data);
	g_free(data);
}

static void
surface_free(void *data)
{
	cairo_surface_destroy(data);
}

static void
painter_paint(Painter *painter, const Level *level)
{
	unsigned y = 0;
	cairo_surface_t *surface = card_paint_volume((unsigned)painter->info.width,
		(unsigned)painter->info.height, level->percent, level->mute, &y);

	if (surface == NULL) {
		return;
	}
	unsigned width = (unsigned)cairo_image_surface_get_width(surface);
	unsigned rows = (unsigned)cairo_image_surface_get_height(surface);
	size_t bytes = (size_t)cairo_image_surface_get_stride(surface) * rows;
	g_autoptr(GstBuffer) pixels = gst_buffer_new_wrapped_full(
		0, cairo_image_surface_get_data(surface), bytes, 0, bytes, surface, surface_free);

	/* Its rows are as wide as the frame: there is no gap between them. */
	(void)gst_buffer_add_video_meta(pixels, GST_VIDEO_FRAME_FLAG_NONE,
		GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, width, rows);
	GstVideoOverlayRectangle *rectangle = gst_video_overlay_rectangle_new_raw(
		pixels, 0, (int)y, width, rows, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);

	painter->overlay = gst_video_overlay_composition_new(rectangle);
	gst_video_overlay_rectangle_unref(rectangle);
}

static GstPadProbeReturn
painter_on_frame(Painter *painter, GstPadProbeInfo *info)
{
	GstVideoFrame frame;
	Level level;

	if (!painter->known || !bar_is_seen(painter->bar, &level)) {
		return GST_PAD_PROBE_OK;
	}
	if (painter->overlay == NULL || painter->painted.percent != level.percent ||
		painter->painted.mute != level.mute) {
		painter_forget(painter);
		painter->painted = level;
		painter_paint(painter, &level);
	}
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	if (painter->overlay != NULL &&
		gst_video_frame_map(&frame, &painter->info, buffer, GST_MAP_READWRITE)) {
		(void)gst_video_overlay_composition_blend(painter->overlay, &frame);
		gst_video_frame_unmap(&frame);
	}
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
painter_on_data(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	Painter *painter = data;
	GstCaps *caps = NULL;

	if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
		return painter_on_frame(painter, info);
	}
	if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS) {
		gst_event_parse_caps(GST_PAD_PROBE_INFO_EVENT(info), &caps);
		painter->known = gst_video_info_from_caps(&painter->info, caps) &&
				 painter->info.width >= FRAME_SIDE_MIN &&
				 painter->info.height >= FRAME_SIDE_MIN;
		painter_forget(painter);
	}
	return GST_PAD_PROBE_OK;
}

void
volume_bar_paint_on(VolumeBar *bar, GstPad *pad)
{
	Painter *painter = g_new0(Painter, 1);

	painter->bar = bar;
	(void)gst_pad_add_probe(pad,
		GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, painter_on_data,
		painter, painter_free);
}
