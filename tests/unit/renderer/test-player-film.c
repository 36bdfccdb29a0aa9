/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Films at other speeds: each frame has its number in it, and is to be seen when its place in the film
 * divided by the speed says. What counts is the time that a frame is due, not a clock on the wall. */

#include <string.h>

#include <gst/base/gstbasesink.h>

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
static GArray *seen; /* of Seen */

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

static void
film_sink_class_init(FilmSinkClass *class)
{
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &sink_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Film", "Sink/Video",
		"Notes what is to be seen and when", "av-upnp");
	class->render = film_sink_render;
}

static void
film_sink_init(FilmSink *self)
{
	gst_base_sink_set_sync(self, FALSE);
}

/* Frame n has the bits of n as bars, the highest left. */
static GByteArray *
make_film(const House *house)
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
						"! jpegenc ! qtmux",
		path, BITS * BAR, HEIGHT, FPS);

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
		film = film != NULL ? film : make_film(&house);
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

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	seen = g_array_new(FALSE, FALSE, sizeof(Seen));
	g_assert_true(gst_element_register(NULL, "testfilm", GST_RANK_NONE, film_sink_get_type()));
	g_test_add_func("/film/speeds", test_speeds);
	return g_test_run();
}
