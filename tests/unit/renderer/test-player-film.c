/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Films at other speeds: each frame has its number in it, and is to be seen when its place in the film
 * divided by the speed says. What counts is the time that a frame is due, not a clock on the wall. And their
 * beginning: no frame runs before the sound is there, too. */

#include <string.h>

#include <gst/base/gstbasesink.h>

#include <av-upnp/loop.h>

#include "player-house.h"

#define FRAMES 256
#define FPS 25
#define BITS 10
#define BAR 8 /* points that a bit is wide */
#define HEIGHT 16
#define FRAME_NS (AVU_NS_PER_S / FPS)

typedef struct {
	unsigned number;
	int64_t due_ns; /* from the start of this speed */
	double rate;
} Seen;

/* Of the sink that is there; guarded by lock. */
static GMutex lock;
static GArray *seen;      /* of Seen */
static GstElement *shows; /* the one that has a first frame; NULL: none has */
static bool released;     /* the sound may begin */
static GCond changed;

typedef GstBaseSink FilmSink;
typedef GstBaseSinkClass FilmSinkClass;

GType film_sink_get_type(void);
G_DEFINE_TYPE(FilmSink, film_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK,
	GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw, format=GRAY8, width=80, height=16"));

static GstFlowReturn
film_sink_render(GstBaseSink *sink, GstBuffer *buffer)
{
	Seen one = { 0 };
	GstMapInfo map;

	g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
	for (unsigned b = 0; b < BITS; b++) {
		const guint8 *row = map.data + (gsize)HEIGHT / 2 * BITS * BAR;

		one.number = one.number << 1 | (row[b * BAR + BAR / 2] > 128);
	}
	gst_buffer_unmap(buffer, &map);
	one.due_ns = (int64_t)gst_segment_to_running_time(
		&sink->segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
	one.rate = sink->segment.rate;
	g_mutex_lock(&lock);
	g_array_append_val(seen, one);
	g_mutex_unlock(&lock);
	return GST_FLOW_OK;
}

static GstFlowReturn
film_sink_preroll(GstBaseSink *sink, GstBuffer *buffer G_GNUC_UNUSED)
{
	g_mutex_lock(&lock);
	gst_object_replace((GstObject **)&shows, GST_OBJECT(sink));
	g_mutex_unlock(&lock);
	g_main_context_wakeup(NULL);
	return GST_FLOW_OK;
}

static void
film_sink_class_init(FilmSinkClass *class)
{
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &sink_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Film", "Sink/Video",
		"Notes what is to be seen and when", "av-upnp");
	class->render = film_sink_render;
	class->preroll = film_sink_preroll;
}

static void
film_sink_init(FilmSink *self)
{
	gst_base_sink_set_sync(self, FALSE);
}

/* Sound that is there late. */
typedef GstBaseSink LateSink;
typedef GstBaseSinkClass LateSinkClass;

GType late_sink_get_type(void);
G_DEFINE_TYPE(LateSink, late_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate late_template = GST_STATIC_PAD_TEMPLATE(
	"sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-raw"));

static GstFlowReturn
late_sink_preroll(GstBaseSink *sink G_GNUC_UNUSED, GstBuffer *buffer G_GNUC_UNUSED)
{
	g_mutex_lock(&lock);
	while (!released) {
		g_cond_wait(&changed, &lock);
	}
	g_mutex_unlock(&lock);
	return GST_FLOW_OK;
}

static void
late_sink_class_init(LateSinkClass *class)
{
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &late_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Late", "Sink/Audio",
		"Takes its time for the first sample", "av-upnp");
	class->preroll = late_sink_preroll;
}

static void
late_sink_init(LateSink *self G_GNUC_UNUSED)
{
	/* Everything is in the class. */
}

/* Frame n has the bits of n as bars, the highest left. */
static GByteArray *
make_film(const House *house, bool sound)
{
	g_autofree char *path = g_build_filename(house->folder, "in.wav", NULL);
	g_autoptr(GByteArray) raw = g_byte_array_new();

	for (unsigned n = 0; n < FRAMES; n++) {
		for (unsigned y = 0; y < HEIGHT; y++) {
			for (unsigned x = 0; x < BITS * BAR; x++) {
				guint8 light = (n >> (BITS - 1 - x / BAR) & 1) != 0 ? 235 : 16;

				g_byte_array_append(raw, &light, 1);
			}
		}
	}
	g_assert_true(g_file_set_contents(path, (const char *)raw->data, raw->len, NULL));
	g_autofree char *pipe = g_strdup_printf("filesrc location=%s ! rawvideoparse format=gray8 "
						"width=%u height=%u framerate=%u/1 "
						"! jpegenc ! queue ! film. %s qtmux name=film",
		path, BITS * BAR, HEIGHT, FPS,
		sound ? "audiotestsrc num-buffers=400 ! queue ! film." : "");

	return make_piped(house->folder, pipe);
}

static const struct {
	AvuPlaySpeed speed;
	unsigned from; /* frame */
} rows[] = {
	{ { 1, 2 }, 200 },
	{ { 1, 1 }, 150 },
	{ { 2, 1 }, 0 },
	{ { 4, 1 }, 50 },
	{ { 8, 1 }, 0 },
	{ { 16, 1 }, 0 },
	{ { 32, 1 }, 0 },
	{ { -1, 1 }, 100 },
	{ { -2, 1 }, 250 },
	{ { -4, 1 }, 250 },
	{ { -8, 1 }, 250 },
	{ { -16, 1 }, 250 },
	{ { -32, 1 }, 250 },
};

/* Those of this speed; the first may be one that stood there before it was asked for. */
static void
check_frames(double rate, unsigned from)
{
	const bool forward = rate > 0;
	unsigned first = FRAMES, last = FRAMES, n = 0;

	for (guint i = 0; i < seen->len; i++) {
		const Seen *one = &g_array_index(seen, Seen, i);
		int64_t place_ns = (int64_t)one->number * FRAME_NS;
		int64_t way_ns = forward ? place_ns - from * FRAME_NS : from * FRAME_NS - place_ns;

		if (one->rate != rate || (n == 0 && way_ns < -FRAME_NS)) {
			continue;
		}
		if (n++ == 0) {
			first = one->number;
		} else {
			g_assert_true(forward ? one->number > last : one->number < last);
		}
		last = one->number;
		/* backwards a frame is due when its end is passed */
		g_assert_cmpint(ABS(one->due_ns - (int64_t)((double)way_ns / ABS(rate))), <=,
			(int64_t)((double)(FRAME_NS + AVU_NS_PER_MS) / ABS(rate)));
	}
	g_test_message("%g: %u frames, %u to %u", rate, n, first, last);
	g_assert_cmpuint(ABS((int)first - (int)from), <=, 2);
	g_assert_cmpuint(ABS((int)last - (forward ? FRAMES - 1 : 0)), <=, 2);
	/* every frame up to twice, and a picture now and then beyond */
	g_assert_cmpuint(n, >=, ABS(rate) <= 2 ? (unsigned)ABS((int)last - (int)first) : 8);
}

static void
test_speeds(void)
{
	g_autoptr(GByteArray) film = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const double rate = (double)rows[i].speed.numerator / rows[i].speed.denominator;
		House house;

		g_array_set_size(seen, 0);
		house_open(&house, "fakesink", true);
		g_free(house.sinks.video);
		house.sinks.video = g_strdup("videoconvert ! testfilm");
		film = film != NULL ? film : make_film(&house, /* sound = */ false);
		Origin *origin = origin_new(g_byte_array_ref(film), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "video/quicktime",
						  (int64_t)rows[i].from * FRAME_NS));
		house_wait(&house, "paused:1");
		player_set_speed(house.player, rows[i].speed);
		player_play(house.player);
		house_wait(&house, rate < 0 ? "speed-1/1:1" : "ended:1");
		player_free(g_steal_pointer(&house.player));
		check_frames(rate, rows[i].from);
		house_close(&house);
		origin_free(origin);
	}
}

/* Asked to play before its format is known, a film waits for all of itself: a sink that went on alone would
 * have no clock, or one without a beginning, and show everything at once or nothing at all. */
static void
test_waits_for_sound(void)
{
	GstState state = GST_STATE_NULL;
	House house;

	g_array_set_size(seen, 0);
	gst_clear_object(&shows);
	house_open(&house, "testlate", true);
	g_clear_pointer(&house.sinks.video, g_free);
	house.sinks.video_factory = "testfilm"; /* by itself, as one that was chosen */
	Origin *origin = origin_new_late(make_film(&house, /* sound = */ true), true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "video/quicktime", 0));
	player_play(house.player);
	origin_go(origin);
	house.waits_for = "the first frame";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, house_too_long, &house);

	for (bool there = false; !there;) {
		(void)g_main_context_iteration(NULL, TRUE);
		g_mutex_lock(&lock);
		there = shows != NULL;
		g_mutex_unlock(&lock);
	}
	avu_timer_free(timer);
	g_assert_cmpint(
		gst_element_get_state(shows, &state, NULL, WAIT_NS), !=, GST_STATE_CHANGE_FAILURE);
	g_assert_cmpint(state, ==, GST_STATE_PAUSED);
	g_mutex_lock(&lock);
	g_assert_cmpuint(seen->len, ==, 0);
	released = true;
	g_cond_broadcast(&changed);
	g_mutex_unlock(&lock);
	house_wait(&house, "playing:1");
	gst_clear_object(&shows);
	house_close(&house);
	origin_free(origin);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	seen = g_array_new(FALSE, FALSE, sizeof(Seen));
	g_assert_true(gst_element_register(NULL, "testfilm", GST_RANK_NONE, film_sink_get_type()));
	g_assert_true(gst_element_register(NULL, "testlate", GST_RANK_NONE, late_sink_get_type()));
	g_test_add_func("/film/speeds", test_speeds);
	g_test_add_func("/film/waits-for-sound", test_waits_for_sound);
	return g_test_run();
}
