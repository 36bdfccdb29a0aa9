/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A groove and what of it is filled, blended into frames as they pass, where the card has it.
 *
 * Shown from the main thread, painted on GStreamer's; a lock is between them. It is painted once per
 * change. */

#include "volume-bar.h"

#include <av-upnp/clock.h>

#include "card.h"
#include "overlay.h"

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
	bool heard; /* of a format */
	bool known; /* info is */
	Level painted;
	Overlay *overlay; /* of painted; NULL: nothing was painted yet */
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
painter_free(void *data)
{
	overlay_clear(&((Painter *)data)->overlay);
	g_free(data);
}

static void
painter_paint(Painter *painter, const Level *level)
{
	unsigned y = 0;
	cairo_surface_t *surface = card_paint_volume((unsigned)painter->info.width,
		(unsigned)painter->info.height, level->percent, level->mute, &y);

	overlay_clear(&painter->overlay);
	painter->painted = *level;
	painter->overlay = overlay_new(surface, y);
}

static GstPadProbeReturn
painter_on_frame(Painter *painter, GstPadProbeInfo *info)
{
	Level level;

	if (!painter->known || !bar_is_seen(painter->bar, &level)) {
		return GST_PAD_PROBE_OK;
	}
	if (painter->overlay == NULL || painter->painted.percent != level.percent ||
		painter->painted.mute != level.mute) {
		painter_paint(painter, &level);
	}
	if (painter->overlay != NULL) {
		overlay_blend(painter->overlay, info, &painter->info);
	}
	return GST_PAD_PROBE_OK;
}

static void
painter_on_event(void *data, GstEvent *event)
{
	Painter *painter = data;

	if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
		painter->heard = true;
		painter->known = overlay_read_caps(event, FRAME_SIDE_MIN, &painter->info);
		overlay_clear(&painter->overlay);
	}
}

static GstPadProbeReturn
painter_on_data(GstPad *pad, GstPadProbeInfo *info, void *data)
{
	Painter *painter = data;

	if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
		if (!painter->heard) {
			overlay_tell_before(pad, painter_on_event, painter);
		}
		return painter_on_frame(painter, info);
	}
	painter_on_event(painter, GST_PAD_PROBE_INFO_EVENT(info));
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
