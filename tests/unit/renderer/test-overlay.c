/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is painted over frames as they pass: the volume and subtitles, on two pads without elements. Nothing
 * here waits for a clock. */

#include <string.h>

#include <gst/video/video.h>

#include "media/caption.h"
#include "media/volume-bar.h"

#define WIDTH 320
#define HEIGHT 180
#define LONG_NS (3600 * AVU_NS_PER_S)

static const char subtitles[] = "1\n00:00:10,000 --> 00:00:20,000\nHello\n";

typedef struct {
	GstPad *from, *to;
	unsigned bright;          /* points of the last frame */
	unsigned highest, lowest; /* rows in which they are */
	unsigned width;
} Way;

/* It takes another format later, too. */
static GstStaticPadTemplate any_template =
	GST_STATIC_PAD_TEMPLATE("to", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstFlowReturn
on_frame(GstPad *pad, GstObject *parent G_GNUC_UNUSED, GstBuffer *buffer)
{
	Way *way = gst_pad_get_element_private(pad);
	GstMapInfo map;

	way->bright = 0;
	g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
	for (size_t i = 0; i < map.size; i += 4) {
		if (map.data[i + 1] > 128) {
			way->lowest = (unsigned)(i / 4 / way->width);
			way->highest = way->bright == 0 ? way->lowest : way->highest;
			way->bright++;
		}
	}
	gst_buffer_unmap(buffer, &map);
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

static void
way_open(Way *way)
{
	*way = (Way){ gst_pad_new("from", GST_PAD_SRC),
		gst_pad_new_from_static_template(&any_template, "to") };
	gst_pad_set_element_private(way->to, way);
	gst_pad_set_chain_function(way->to, on_frame);
	g_assert_cmpint(gst_pad_link(way->from, way->to), ==, GST_PAD_LINK_OK);
	(void)gst_pad_set_active(way->to, TRUE);
	(void)gst_pad_set_active(way->from, TRUE);
	(void)gst_pad_push_event(way->from, gst_event_new_stream_start("film"));
}

static void
way_close(Way *way)
{
	(void)gst_pad_set_active(way->from, FALSE);
	(void)gst_pad_set_active(way->to, FALSE);
	gst_object_unref(way->from);
	gst_object_unref(way->to);
}

/* @param begin_s  the time that the first frame of the stream has in the film */
static void
way_tell(Way *way, unsigned width, unsigned height, unsigned begin_s)
{
	g_autoptr(GstCaps) caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING,
		"BGRx", "width", G_TYPE_INT, width, "height", G_TYPE_INT, height, "framerate",
		GST_TYPE_FRACTION, 25, 1, NULL);
	GstSegment segment;

	gst_segment_init(&segment, GST_FORMAT_TIME);
	segment.time = begin_s * GST_SECOND;
	way->width = width;
	g_assert_true(gst_pad_push_event(way->from, gst_event_new_caps(caps)));
	g_assert_true(gst_pad_push_event(way->from, gst_event_new_segment(&segment)));
}

static unsigned
way_push(Way *way, unsigned height, unsigned at_s)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, (gsize)way->width * height * 4, NULL);

	(void)gst_buffer_memset(buffer, 0, 0, (gsize)way->width * height * 4);
	GST_BUFFER_PTS(buffer) = at_s * GST_SECOND;
	g_assert_cmpint(gst_pad_push(way->from, buffer), ==, GST_FLOW_OK);
	return way->bright;
}

typedef enum { THE_VOLUME, SUBTITLES } What;

static const struct {
	What what;
	bool before; /* the format comes before who paints does */
	unsigned width, height, begin_s, at_s;
	bool seen;
	const char *why;
} rows[] = {
	{ THE_VOLUME, false, WIDTH, HEIGHT, 0, 0, true, "told as usual" },
	{ THE_VOLUME, true, WIDTH, HEIGHT, 0, 0, true, "told before it listened" },
	{ THE_VOLUME, false, 64, 64, 0, 0, true, "as small as may be" },
	{ THE_VOLUME, false, 64, 63, 0, 0, false, "too small for anything" },
	{ THE_VOLUME, true, 63, 64, 0, 0, false, "the same, told before" },
	{ SUBTITLES, false, WIDTH, HEIGHT, 0, 12, true, "told as usual" },
	{ SUBTITLES, true, WIDTH, HEIGHT, 0, 12, true, "told before it listened" },
	{ SUBTITLES, false, WIDTH, HEIGHT, 0, 9, false, "not yet" },
	{ SUBTITLES, false, WIDTH, HEIGHT, 0, 20, false, "not any more" },
	{ SUBTITLES, false, WIDTH, HEIGHT, 9, 3, true, "by the film's time, not the stream's" },
	{ SUBTITLES, true, WIDTH, HEIGHT, 9, 3, true, "the same, told before" },
	{ SUBTITLES, true, WIDTH, HEIGHT, 9, 12, false, "the same, but over" },
	{ SUBTITLES, false, 15, 15, 0, 12, false, "too small for anything" },
};

static void
test_seen(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		VolumeBar *bar = volume_bar_new();
		Caption *caption = caption_new();
		Way way;

		g_test_message("%s", rows[i].why);
		volume_bar_show(bar, 70, false, LONG_NS);
		caption_set_file(caption, subtitles, strlen(subtitles));
		way_open(&way);
		if (rows[i].before) {
			way_tell(&way, rows[i].width, rows[i].height, rows[i].begin_s);
		}
		if (rows[i].what == THE_VOLUME) {
			volume_bar_paint_on(bar, way.to);
		} else {
			caption_paint_on(caption, way.to);
		}
		if (!rows[i].before) {
			way_tell(&way, rows[i].width, rows[i].height, rows[i].begin_s);
		}
		g_assert_cmpint(way_push(&way, rows[i].height, rows[i].at_s) > 0, ==, rows[i].seen);
		way_close(&way);
		volume_bar_free(bar);
		caption_free(caption);
	}
}

/* Twice as large from one frame to the next: painted anew, in its place. */
static void
test_other_format(void)
{
	VolumeBar *bar = volume_bar_new();
	Way way;

	volume_bar_show(bar, 100, false, LONG_NS);
	way_open(&way);
	volume_bar_paint_on(bar, way.to);
	way_tell(&way, WIDTH, HEIGHT, 0);
	unsigned small = way_push(&way, HEIGHT, 0);

	/* where the card has it: 0.4 heights wide, 0.02 high, just above the lower edge */
	g_assert_cmpfloat_with_epsilon(small, 0.4 * HEIGHT * 0.02 * HEIGHT, 0.4 * HEIGHT);
	g_assert_cmpuint(way.highest, >=, (unsigned)(0.92 * HEIGHT));
	way_tell(&way, 2 * WIDTH, 2 * HEIGHT, 0);
	g_assert_cmpfloat_with_epsilon(
		way_push(&way, 2 * HEIGHT, 1), 4.0 * small, 0.8 * HEIGHT * 2);
	g_assert_cmpuint(way.highest, >=, (unsigned)(0.92 * 2 * HEIGHT));
	g_assert_cmpuint(way.lowest, <, (unsigned)(0.97 * 2 * HEIGHT));
	way_close(&way);
	volume_bar_free(bar);
}

/* What is said is seen from the next frame on, and nothing once its time is over. */
static void
test_levels(void)
{
	VolumeBar *bar = volume_bar_new();
	Way way;

	way_open(&way);
	volume_bar_paint_on(bar, way.to);
	way_tell(&way, WIDTH, HEIGHT, 0);
	g_assert_cmpuint(way_push(&way, HEIGHT, 0), ==, 0);
	volume_bar_show(bar, 100, false, LONG_NS);
	unsigned full = way_push(&way, HEIGHT, 0);

	volume_bar_show(bar, 50, false, LONG_NS);
	g_assert_cmpfloat_with_epsilon(way_push(&way, HEIGHT, 0), full / 2.0, full / 20.0);
	volume_bar_show(bar, 0, false, LONG_NS);
	g_assert_cmpuint(way_push(&way, HEIGHT, 0), ==, 0);
	volume_bar_show(bar, 100, false, 0);
	g_assert_cmpuint(way_push(&way, HEIGHT, 0), ==, 0);
	way_close(&way);
	volume_bar_free(bar);
}

int
main(int argc, char **argv)
{
	gst_init(NULL, NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/overlay/seen", test_seen);
	g_test_add_func("/overlay/other-format", test_other_format);
	g_test_add_func("/overlay/levels", test_levels);
	return g_test_run();
}
