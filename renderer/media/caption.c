/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitles of a file or of the item itself, blended into frames as they pass.
 *
 * Files come on the main thread, texts and frames on GStreamer's; a lock is between them. A text is
 * painted once and blended as long as it stands. */

#include "caption.h"
#include "overlay.h"
#include "paint.h"

#define CAPTION_SIDE_MIN 16
#define CAPTION_LAST_NS (4 * AVU_NS_PER_S) /* of a text that has no end */

struct Caption {
	GMutex lock; /* guards what follows */
	Cues *cues;  /* never NULL */
};

/* One pad with frames. On its streaming thread alone. */
typedef struct {
	Caption *caption;
	GstVideoInfo info;
	bool heard; /* of a format */
	bool known; /* info is */
	GstSegment segment;
	char *text; /* what the overlay says */
	Overlay *overlay;
} Painter;

Caption *
caption_new(void)
{
	Caption *caption = g_new0(Caption, 1);

	g_mutex_init(&caption->lock);
	caption->cues = cues_new();
	return caption;
}

void
caption_free(Caption *caption)
{
	if (caption != NULL) {
		cues_free(caption->cues);
		g_mutex_clear(&caption->lock);
		g_free(caption);
	}
}

void
caption_set_file(Caption *caption, const char *data, size_t len)
{
	Cues *cues = data != NULL ? cues_parse(data, len) : NULL;

	if (data != NULL && cues == NULL) {
		g_message("the subtitles that came with it are of no known kind");
	}
	g_mutex_lock(&caption->lock);
	cues_free(caption->cues);
	caption->cues = cues != NULL ? cues : cues_new();
	g_mutex_unlock(&caption->lock);
}

/* ---- frames */

static void
painter_free(void *data)
{
	Painter *painter = data;

	overlay_clear(&painter->overlay);
	g_free(painter->text);
	g_free(painter);
}

static void
painter_paint(Painter *painter, const char *text)
{
	unsigned y = 0;
	cairo_surface_t *surface = paint_caption(
		&text, 1, (unsigned)painter->info.width, (unsigned)painter->info.height, &y);

	painter->overlay = overlay_new(surface, y);
}

/* @return false: there is nothing to be seen at this time */
static bool
painter_fit(Painter *painter, int64_t time_ns)
{
	Caption *caption = painter->caption;
	const char *texts[CUES_AT_ONCE + 1] = { NULL };

	g_mutex_lock(&caption->lock);
	size_t n = cues_find(caption->cues, time_ns, texts);

	texts[n] = NULL;
	g_autofree char *text = g_strjoinv("\n", (char **)texts);

	g_mutex_unlock(&caption->lock);
	if (g_strcmp0(text, painter->text) != 0) {
		overlay_clear(&painter->overlay);
		if (text[0] != '\0') {
			painter_paint(painter, text);
		}
		g_free(painter->text);
		painter->text = g_steal_pointer(&text);
	}
	return painter->overlay != NULL;
}

static GstPadProbeReturn
painter_on_frame(Painter *painter, GstPadProbeInfo *info)
{
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	guint64 time = GST_BUFFER_PTS_IS_VALID(buffer)
			       ? gst_segment_to_stream_time(
					 &painter->segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer))
			       : GST_CLOCK_TIME_NONE;

	if (!painter->known || !GST_CLOCK_TIME_IS_VALID(time) ||
		!painter_fit(painter, (int64_t)time)) {
		return GST_PAD_PROBE_OK;
	}
	overlay_blend(painter->overlay, info, &painter->info);
	return GST_PAD_PROBE_OK;
}

static void
painter_on_event(void *data, GstEvent *event)
{
	Painter *painter = data;

	if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
		painter->heard = true;
		painter->known = overlay_read_caps(event, CAPTION_SIDE_MIN, &painter->info);
		g_clear_pointer(&painter->text, g_free);
		overlay_clear(&painter->overlay);
	} else if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
		gst_event_copy_segment(event, &painter->segment);
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
caption_paint_on(Caption *caption, GstPad *pad)
{
	Painter *painter = g_new0(Painter, 1);

	painter->caption = caption;
	gst_segment_init(&painter->segment, GST_FORMAT_TIME);
	(void)gst_pad_add_probe(pad,
		GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, painter_on_data,
		painter, painter_free);
}

/* ---- texts */

static GstPadProbeReturn
caption_on_text(GstPad *pad, GstPadProbeInfo *info, void *data)
{
	Caption *caption = data;
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	g_autoptr(GstEvent) event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
	const GstSegment *segment = NULL;
	GstMapInfo map;

	if (event != NULL) {
		gst_event_parse_segment(event, &segment);
	}
	guint64 start = segment != NULL && GST_BUFFER_PTS_IS_VALID(buffer)
				? gst_segment_to_stream_time(
					  segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer))
				: GST_CLOCK_TIME_NONE;

	if (GST_CLOCK_TIME_IS_VALID(start) && start < INT64_MAX / 2 &&
		gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		int64_t lasts_ns = GST_BUFFER_DURATION_IS_VALID(buffer) &&
						   GST_BUFFER_DURATION(buffer) < INT64_MAX / 2
					   ? (int64_t)GST_BUFFER_DURATION(buffer)
					   : CAPTION_LAST_NS;

		g_mutex_lock(&caption->lock);
		cues_add(caption->cues, (int64_t)start, (int64_t)start + lasts_ns,
			(const char *)map.data, map.size);
		g_mutex_unlock(&caption->lock);
		gst_buffer_unmap(buffer, &map);
	}
	return GST_PAD_PROBE_OK;
}

void
caption_hear(Caption *caption, GstPad *pad)
{
	(void)gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, caption_on_text, caption, NULL);
}
