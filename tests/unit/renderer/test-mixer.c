/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The software mixer by itself: constant samples in, and what a volume in 256ths of a decibel makes of them by hand.
 * -1541 is half: 10 to the power of -1541/256/20 is 0.50006. */

#include <string.h>

#include <gst/gst.h>

#include "media/mixer.h"

#define RATE 48000
#define LEVEL 10000
#define HALF (-1541)
#define GLIDE (RATE / 100) /* 10 ms */
#define FRAMES RATE

typedef struct {
	GstElement *element;
	GstPad *from, *to;
	unsigned channels;
	int16_t *samples; /* of the last buffer */
} Way;

static GstStaticPadTemplate any_template =
	GST_STATIC_PAD_TEMPLATE("to", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstFlowReturn
on_samples(GstPad *pad, GstObject *parent G_GNUC_UNUSED, GstBuffer *buffer)
{
	Way *way = gst_pad_get_element_private(pad);

	g_free(way->samples);
	way->samples = g_malloc(gst_buffer_get_size(buffer));
	(void)gst_buffer_extract(buffer, 0, way->samples, gst_buffer_get_size(buffer));
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

static void
way_tell(Way *way)
{
	GstSegment segment;

	gst_segment_init(&segment, GST_FORMAT_TIME);
	(void)gst_pad_push_event(way->from, gst_event_new_segment(&segment));
}

static void
way_open(Way *way, Mixer *mixer, unsigned channels)
{
	g_autofree char *text = g_strdup_printf("audio/x-raw, format=S16LE, layout=interleaved, "
						"rate=%u, channels=%u, channel-mask=(bitmask)0x%x",
		RATE, channels, channels == 6 ? 0x3fu : 0x3u);
	g_autoptr(GstCaps) caps = gst_caps_from_string(text);

	*way = (Way){ gst_object_ref_sink(mixer_make_element(mixer)),
		gst_pad_new("from", GST_PAD_SRC),
		gst_pad_new_from_static_template(&any_template, "to"), channels, NULL };
	g_autoptr(GstPad) in = gst_element_get_static_pad(way->element, "sink");
	g_autoptr(GstPad) out = gst_element_get_static_pad(way->element, "src");

	gst_pad_set_element_private(way->to, way);
	gst_pad_set_chain_function(way->to, on_samples);
	g_assert_cmpint(gst_pad_link(way->from, in), ==, GST_PAD_LINK_OK);
	g_assert_cmpint(gst_pad_link(out, way->to), ==, GST_PAD_LINK_OK);
	(void)gst_pad_set_active(way->to, TRUE);
	(void)gst_pad_set_active(way->from, TRUE);
	(void)gst_element_set_state(way->element, GST_STATE_PLAYING);
	(void)gst_pad_push_event(way->from, gst_event_new_stream_start("track"));
	g_assert_true(gst_pad_push_event(way->from, gst_event_new_caps(caps)));
	way_tell(way);
}

static void
way_close(Way *way)
{
	(void)gst_element_set_state(way->element, GST_STATE_NULL);
	(void)gst_pad_set_active(way->from, FALSE);
	(void)gst_pad_set_active(way->to, FALSE);
	gst_object_unref(way->from);
	gst_object_unref(way->to);
	gst_object_unref(way->element);
	g_free(way->samples);
}

static void
way_push(Way *way, unsigned n_frames)
{
	const size_t n = (size_t)n_frames * way->channels;
	int16_t *samples = g_new(int16_t, n);

	for (size_t i = 0; i < n; i++) {
		samples[i] = LEVEL;
	}
	GstBuffer *buffer = gst_buffer_new_wrapped(samples, n * sizeof(*samples));

	GST_BUFFER_PTS(buffer) = 0;
	g_assert_cmpint(gst_pad_push(way->from, buffer), ==, GST_FLOW_OK);
}

typedef struct {
	AvuValue value;
	AvuChannel channel;
	int32_t number;
} Wish;

static const struct {
	Wish wishes[3]; /* those of number 0 change nothing */
	int left, right;
	const char *why;
} rows[] = {
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 0 } }, 10000, 10000, "as they are" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, HALF } }, 5001, 5001, "half" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, -HALF } }, 19998, 19998, "twice" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 12 * 256 } }, 32767, 32767,
		"cut, not turned over" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, AVU_VOLUME_SILENT } }, 0, 0, "silence" },
	{ { { AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1 } }, 0, 0, "muted" },
	{ { { AVU_VALUE_MUTE, AVU_CHANNEL_LF, 1 } }, 0, 10000, "the left one muted" },
	{ { { AVU_VALUE_MUTE, AVU_CHANNEL_RF, 1 } }, 10000, 0, "the right one muted" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_RF, HALF } }, 10000, 5001, "the right one half" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, HALF },
		  { AVU_VALUE_VOLUME, AVU_CHANNEL_LF, HALF } },
		2501, 5001, "half of all, and half of the left one of that" },
	{ { { AVU_VALUE_VOLUME, AVU_CHANNEL_CF, HALF } }, 10000, 10000, "one that is not there" },
	{ { { AVU_VALUE_LOUDNESS, AVU_CHANNEL_MASTER, 1 } }, 10000, 10000,
		"at full volume there is no bass missing" },
	{ { { AVU_VALUE_LOUDNESS, AVU_CHANNEL_MASTER, 1 },
		  { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, -20 * 256 } },
		1995, 1995, "20 dB softer, bass 6 dB of that less" },
	{ { { AVU_VALUE_LOUDNESS, AVU_CHANNEL_LF, 1 },
		  { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, -20 * 256 } },
		1995, 1000, "the left one alone" },
	{ { { AVU_VALUE_LOUDNESS, AVU_CHANNEL_MASTER, 1 },
		  { AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, -60 * 256 } },
		40, 40, "no more than 12 dB" },
	{ { { AVU_VALUE_BRIGHTNESS, AVU_CHANNEL_MASTER, 1 } }, 10000, 10000, "nothing of sound" },
};

/* A second of it, so that the bass shelf has come to rest; without one the first sample is as the last. */
static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Mixer *mixer = mixer_new();
		bool loud = rows[i].wishes[0].value == AVU_VALUE_LOUDNESS;
		Way way;

		g_test_message("%s", rows[i].why);
		for (size_t w = 0; w < G_N_ELEMENTS(rows[i].wishes); w++) {
			if (rows[i].wishes[w].number != 0) {
				mixer_set(mixer, rows[i].wishes[w].value, rows[i].wishes[w].channel,
					rows[i].wishes[w].number);
			}
		}
		way_open(&way, mixer, 2);
		way_push(&way, FRAMES);
		for (unsigned at = loud ? FRAMES - 1 : 0; at < FRAMES; at += FRAMES - 1) {
			g_assert_cmpint(way.samples[2 * at], ==, rows[i].left);
			g_assert_cmpint(way.samples[2 * at + 1], ==, rows[i].right);
		}
		way_close(&way);
		mixer_free(mixer);
	}
}

/* Each place of six is its own. */
static void
test_six(void)
{
	static const AvuChannel channels[] = { AVU_CHANNEL_LF, AVU_CHANNEL_RF, AVU_CHANNEL_CF,
		AVU_CHANNEL_LFE, AVU_CHANNEL_LS, AVU_CHANNEL_RS };

	for (unsigned c = 0; c < G_N_ELEMENTS(channels); c++) {
		Mixer *mixer = mixer_new();
		Way way;

		mixer_set(mixer, AVU_VALUE_MUTE, channels[c], 1);
		way_open(&way, mixer, G_N_ELEMENTS(channels));
		way_push(&way, 1);
		for (unsigned i = 0; i < G_N_ELEMENTS(channels); i++) {
			g_assert_cmpint(way.samples[i], ==, i == c ? 0 : LEVEL);
		}
		way_close(&way);
		mixer_free(mixer);
	}
}

/* A change while it is heard takes 10 ms in a straight line, and then stands; after a seek it is there at once. */
static void
test_glide(void)
{
	Mixer *mixer = mixer_new();
	Way way;

	way_open(&way, mixer, 2);
	way_push(&way, 10);
	mixer_set(mixer, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1);
	way_push(&way, GLIDE / 2); /* in two buffers */
	g_assert_cmpint(way.samples[0], >, LEVEL - 2 * LEVEL / GLIDE - 1);
	g_assert_cmpint(ABS(way.samples[GLIDE - 2] - LEVEL / 2), <=, 1);
	way_push(&way, GLIDE);
	for (unsigned f = 1; f < GLIDE / 2; f++) {
		g_assert_cmpint(way.samples[2 * f], <, way.samples[2 * f - 2]);
	}
	for (unsigned f = GLIDE / 2 - 1; f < GLIDE; f++) {
		g_assert_cmpint(way.samples[2 * f], ==, 0);
	}
	mixer_set(mixer, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 0);
	(void)gst_pad_push_event(way.from, gst_event_new_flush_start());
	(void)gst_pad_push_event(way.from, gst_event_new_flush_stop(TRUE));
	way_tell(&way);
	way_push(&way, 1);
	g_assert_cmpint(way.samples[0], ==, LEVEL);
	way_close(&way);
	mixer_free(mixer);
}

int
main(int argc, char **argv)
{
	gst_init(NULL, NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mixer/rows", test_rows);
	g_test_add_func("/mixer/six", test_six);
	g_test_add_func("/mixer/glide", test_glide);
	return g_test_run();
}
