/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stop is obeyed, however much is decoded ahead: the samples that an output gets after it are counted, and not the time
 * that passes. The output takes samples only when it is let, so that a busy machine changes nothing; what would wait for
 * all that is queued to be heard would be seen. */

#include <gst/base/gstbasesink.h>

#include "player-house.h"
#include "tracks.h"

#define STOP_FRAMES (RATE / 20)       /* 50 ms */
#define FIRST_FRAMES (RATE / 10)      /* heard before */
#define GATE_NS (20 * G_USEC_PER_SEC) /* then it is open, and too many come */

/* ---- an output with a gate */

static struct {
	GMutex lock;
	GCond changed;
	uint64_t frames; /* that came through */
	uint64_t limit;  /* no more than so many come */
	bool unlocked;
} gate;

typedef GstBaseSink GateSink;
typedef GstBaseSinkClass GateSinkClass;

GType gate_sink_get_type(void);
G_DEFINE_TYPE(GateSink, gate_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate gate_template =
	GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
		GST_STATIC_CAPS("audio/x-raw, format=S16LE, rate=44100, channels=2, "
				"layout=interleaved"));

static GstFlowReturn
gate_sink_render(GstBaseSink *sink, GstBuffer *buffer)
{
	const gint64 end = g_get_monotonic_time() + GATE_NS;
	bool late = false;

	for (;;) {
		g_mutex_lock(&gate.lock);
		while (!gate.unlocked && !late && gate.frames >= gate.limit) {
			late = !g_cond_wait_until(&gate.changed, &gate.lock, end);
		}
		const bool through = !gate.unlocked;

		gate.frames += through ? gst_buffer_get_size(buffer) / FRAME_BYTES : 0;
		g_mutex_unlock(&gate.lock);
		if (through) {
			return GST_FLOW_OK;
		}
		GstFlowReturn flow = gst_base_sink_wait_preroll(sink);

		if (flow != GST_FLOW_OK) {
			return flow;
		}
	}
}

static void
gate_unlock(bool unlocked)
{
	g_mutex_lock(&gate.lock);
	gate.unlocked = unlocked;
	g_cond_broadcast(&gate.changed);
	g_mutex_unlock(&gate.lock);
}

static gboolean
gate_sink_unlock(GstBaseSink *sink G_GNUC_UNUSED)
{
	gate_unlock(true);
	return TRUE;
}

static gboolean
gate_sink_unlock_stop(GstBaseSink *sink G_GNUC_UNUSED)
{
	gate_unlock(false);
	return TRUE;
}

static void
gate_sink_class_init(GateSinkClass *class)
{
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &gate_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Gate", "Sink/Audio",
		"Takes what it is let take", "av-upnp");
	class->render = gate_sink_render;
	class->unlock = gate_sink_unlock;
	class->unlock_stop = gate_sink_unlock_stop;
}

static void
gate_sink_init(GateSink *self)
{
	gst_base_sink_set_sync(self, FALSE);
}

static uint64_t
gate_set_limit(uint64_t limit)
{
	g_mutex_lock(&gate.lock);
	const uint64_t frames = gate.frames;

	gate.limit = limit;
	g_cond_broadcast(&gate.changed);
	g_mutex_unlock(&gate.lock);
	return frames;
}

static uint64_t
gate_get_frames(void)
{
	g_mutex_lock(&gate.lock);
	const uint64_t frames = gate.frames;

	g_mutex_unlock(&gate.lock);
	return frames;
}

/* ---- Stop */

static GByteArray *
make_film(House *house)
{
	return make_piped(house->folder,
		"audiotestsrc num-buffers=430 ! audio/x-raw,rate=44100,channels=2 ! flacenc ! m. "
		"videotestsrc num-buffers=250 ! video/x-raw,width=64,height=48,framerate=25/1 ! "
		"jpegenc ! matroskamux name=m");
}

static void
test_stop(const void *data)
{
	const bool film = GPOINTER_TO_INT(data) != 0;
	const char *mime = film ? "video/x-matroska" : "audio/x-wav";
	House house;

	gate = (typeof(gate)){ .limit = FIRST_FRAMES };
	house_open(&house, "audioconvert ! audioresample ! avgate", false);
	Origin *origin =
		origin_new(film ? make_film(&house) : make_wav(0, 10 * RATE), true, SIZE_MAX);

	for (unsigned turn = 0; turn < 3; turn++) {
		const uint64_t from = gate_get_frames();

		(void)gate_set_limit(from + FIRST_FRAMES);
		g_string_truncate(house.log, 0);
		player_load(house.player, origin_track(origin, turn + 1, mime, 0));
		player_play(house.player);
		while (gate_get_frames() < from + FIRST_FRAMES) {
			(void)g_main_context_iteration(NULL, FALSE);
			g_usleep(1000);
		}
		house_run(AVU_NS_PER_S / 5); /* more than enough is decoded and waits */
		const uint64_t heard = gate_get_frames();

		player_stop(house.player);
		const uint64_t stopped = gate_set_limit(UINT64_MAX);

		g_assert_cmpuint(stopped - heard, <, STOP_FRAMES);
		g_assert_nonnull(strstr(house.log->str, "stopped:"));
		house_run(AVU_NS_PER_S / 5);
		g_assert_cmpuint(gate_get_frames() - stopped, <, STOP_FRAMES);
	}
	house_close(&house);
	origin_free(origin);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_assert_true(gst_element_register(NULL, "avgate", GST_RANK_NONE, gate_sink_get_type()));
	g_test_add_data_func("/player-stop/sound", GINT_TO_POINTER(0), test_stop);
	g_test_add_data_func("/player-stop/film", GINT_TO_POINTER(1), test_stop);
	return g_test_run();
}
