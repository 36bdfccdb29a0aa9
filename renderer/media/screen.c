/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The screen: cards painted on the main thread and pushed into a pipeline of their own, which lets go
 * of the output while a film has it.
 *
 * A frame is made when something changed, at most four times a second; an idle screen is painted once
 * a minute. Covers are decoded by GStreamer like everything else that is foreign, in a pipeline that
 * lives until the first picture is there. */

#include <string.h>
#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>
#include <gst/video/video.h>

#include "bounds.h"
#include "card.h"
#include "screen.h"

#define SCREEN_WIDTH 1280
#define SCREEN_HEIGHT 720
#define SCREEN_COVER 480 /* side */
#define SCREEN_TICK_NS (250 * AVU_NS_PER_MS)
#define SCREEN_AGAIN_NS (500 * AVU_NS_PER_MS) /* after a film */
#define SCREEN_SENTENCE_NS (15 * AVU_NS_PER_S)

struct Screen {
	AvuMailbox *mailbox;
	const Sinks *sinks;
	GstElement *pipeline; /* NULL: yielded, or there is no output */
	GstElement *source;   /* borrowed from it */
	AvuTimer *timer;
	char *name, *place, *sentence;
	bool trouble, yielded;
	int64_t sentence_until_ns, volume_until_ns;
	char *title, *artist, *album;
	GBytes *cover_file;     /* of the track; NULL: none, or it is being decoded */
	GstElement *decoding;   /* a cover; NULL: none is */
	unsigned cover_serial;  /* of the track: a cover that comes late is of another */
	cairo_surface_t *cover; /* NULL: none */
	Card card;              /* numbers only; texts are put in while painting */
	char *painted_clock;
	bool dirty;
};

typedef struct {
	Screen *screen;
	unsigned serial;
	GstBuffer *pixels;
} CoverNote;

/* ---- the output */

static char *
screen_clock(void)
{
	time_t now = (time_t)(avu_wall_ns() / AVU_NS_PER_S);
	struct tm local;

	return localtime_r(&now, &local) != NULL
		       ? g_strdup_printf("%02d:%02d", local.tm_hour, local.tm_min)
		       : g_strdup("");
}

static void
screen_close(Screen *screen)
{
	if (screen->pipeline != NULL) {
		(void)gst_element_set_state(screen->pipeline, GST_STATE_NULL);
		g_clear_pointer(&screen->pipeline, gst_object_unref);
	}
}

static void
screen_open(Screen *screen)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GstCaps) caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING,
		"BGRx", "width", G_TYPE_INT, SCREEN_WIDTH, "height", G_TYPE_INT, SCREEN_HEIGHT,
		"framerate", GST_TYPE_FRACTION, 0, 1, NULL);
	GstElement *source = gst_element_factory_make("appsrc", NULL);
	GstElement *convert = gst_element_factory_make("videoconvert", NULL);
	GstElement *scale = gst_element_factory_make("videoscale", NULL);

	/* From now on, and while a film has it. */
	if (screen->sinks->window != NULL) {
		window_want(screen->sinks->window, WINDOW_FOR_SCREEN, true);
	}
	GstElement *sink = sinks_make_video(screen->sinks, &error);

	if (source == NULL || convert == NULL || scale == NULL || sink == NULL) {
		GstElement *made[] = { source, convert, scale, sink };

		g_message("no screen: %s", error != NULL ? error->message : "elements are missing");
		for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
			gst_clear_object(&made[i]);
		}
		return;
	}
	screen->pipeline = gst_object_ref_sink(gst_pipeline_new("screen"));
	screen->source = source;
	g_object_set(source, "caps", caps, "is-live", TRUE, "do-timestamp", TRUE, NULL);
	gst_util_set_object_arg(G_OBJECT(source), "format", "time");
	gst_bin_add_many(GST_BIN(screen->pipeline), source, convert, scale, sink, NULL);
	if (!gst_element_link_many(source, convert, scale, sink, NULL) ||
		gst_element_set_state(screen->pipeline, GST_STATE_PLAYING) ==
			GST_STATE_CHANGE_FAILURE) {
		g_message("no screen: the video output cannot be opened");
		screen_close(screen);
	}
	screen->dirty = true;
}

static void
screen_paint(Screen *screen, uint8_t *pixels, size_t stride)
{
	int64_t now_ns = avu_now_ns();
	bool says = screen->sentence != NULL && now_ns < screen->sentence_until_ns;
	Card card = screen->card;
	cairo_surface_t *surface = cairo_image_surface_create_for_data(
		pixels, CAIRO_FORMAT_RGB24, SCREEN_WIDTH, SCREEN_HEIGHT, (int)stride);
	cairo_t *cairo = cairo_create(surface);

	card.name = screen->name != NULL ? screen->name : "";
	card.place = says ? screen->sentence : screen->place;
	card.trouble = says || screen->trouble;
	card.clock = screen->painted_clock;
	card.title = screen->title;
	card.artist = screen->artist;
	card.album = screen->album;
	card.cover = screen->cover;
	if (now_ns >= screen->volume_until_ns) {
		card.volume_percent = -1;
	}
	card_paint(&card, cairo, SCREEN_WIDTH, SCREEN_HEIGHT);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
}

static void
screen_push(Screen *screen)
{
	const size_t stride = SCREEN_WIDTH * 4;
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, stride * SCREEN_HEIGHT, NULL);
	GstFlowReturn result = GST_FLOW_OK;
	GstMapInfo map;

	if (buffer != NULL && gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
		screen_paint(screen, map.data, stride);
		gst_buffer_unmap(buffer, &map);
		g_signal_emit_by_name(screen->source, "push-buffer", buffer, &result);
	}
	gst_clear_buffer(&buffer);
}

static void
screen_on_tick(void *data)
{
	Screen *screen = data;
	g_autofree char *clock = screen_clock();
	int64_t now_ns = avu_now_ns(), next_ns = 0;

	if (screen->pipeline == NULL && !screen->yielded && screen->name != NULL) {
		screen_open(screen);
	}
	if (screen->pipeline == NULL) {
		return;
	}
	if (g_strcmp0(clock, screen->painted_clock) != 0) {
		g_free(screen->painted_clock);
		screen->painted_clock = g_steal_pointer(&clock);
		screen->dirty = true;
	}
	int64_t *const ends[] = { &screen->volume_until_ns, &screen->sentence_until_ns };

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		if (*ends[i] > now_ns) {
			next_ns = SCREEN_TICK_NS;
		} else if (*ends[i] > 0) {
			*ends[i] = 0;
			screen->dirty = true;
		}
	}
	if (screen->dirty) {
		screen->dirty = false;
		screen_push(screen);
	}
	if (next_ns == 0) {
		next_ns = AVU_NS_PER_S - avu_wall_ns() % AVU_NS_PER_S;
	}
	avu_timer_set(screen->timer, next_ns);
}

/* Soon, and together with what else changes in the same moment. */
static void
screen_touch(Screen *screen)
{
	if (!screen->dirty && screen->pipeline != NULL) {
		screen->dirty = true;
		avu_timer_set(screen->timer, SCREEN_TICK_NS / 4);
	}
}

/* ---- covers */

static void
screen_drop_cover(Screen *screen)
{
	screen->cover_serial++;
	g_clear_pointer(&screen->cover_file, g_bytes_unref);
	if (screen->decoding != NULL) {
		(void)gst_element_set_state(screen->decoding, GST_STATE_NULL);
		g_clear_pointer(&screen->decoding, gst_object_unref);
	}
	g_clear_pointer(&screen->cover, cairo_surface_destroy);
}

static void
cover_note_free(void *data)
{
	CoverNote *note = data;

	gst_buffer_unref(note->pixels);
	g_free(note);
}

static void
cover_note_deliver(void *data)
{
	CoverNote *note = data;
	Screen *screen = note->screen;
	const size_t row = SCREEN_COVER * 4;
	GstMapInfo map;

	if (note->serial != screen->cover_serial ||
		!gst_buffer_map(note->pixels, &map, GST_MAP_READ)) {
		return;
	}
	screen_drop_cover(screen);
	cairo_surface_t *cover =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, SCREEN_COVER, SCREEN_COVER);

	if (cairo_surface_status(cover) == CAIRO_STATUS_SUCCESS && map.size >= row * SCREEN_COVER) {
		size_t stride = (size_t)cairo_image_surface_get_stride(cover);

		for (size_t y = 0; y < SCREEN_COVER; y++) {
			memcpy(cairo_image_surface_get_data(cover) + y * stride, map.data + y * row,
				row);
		}
		cairo_surface_mark_dirty(cover);
		screen->cover = cover;
	} else {
		cairo_surface_destroy(cover);
	}
	gst_buffer_unmap(note->pixels, &map);
	screen_touch(screen);
}

static void
screen_on_cover(GstElement *sink, GstBuffer *buffer, GstPad *pad G_GNUC_UNUSED, void *data)
{
	Screen *screen = data;
	CoverNote *note = g_new0(CoverNote, 1);

	note->screen = screen;
	note->serial = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(sink), "av-serial"));
	note->pixels = gst_buffer_ref(buffer);
	avu_mailbox_post(screen->mailbox, cover_note_deliver, note, cover_note_free);
}

/* Not while a film has the output: what decodes it is to have the processor, too. */
static void
screen_decode_cover(Screen *screen)
{
	if (screen->cover_file == NULL || screen->yielded) {
		return;
	}
	g_autoptr(GBytes) file = g_steal_pointer(&screen->cover_file);
	g_autofree char *text = g_strdup_printf(
		"appsrc name=in ! decodebin name=decoder ! videoconvert ! videoflip "
		"video-direction=auto ! "
		"videoconvert ! videoscale add-borders=true ! video/x-raw,format=BGRx,width=%d,"
		"height=%d,pixel-aspect-ratio=1/1 ! fakesink name=out signal-handoffs=true "
		"sync=false",
		SCREEN_COVER, SCREEN_COVER);
	GstFlowReturn result = GST_FLOW_OK;
	GstElement *pipeline = gst_parse_launch(text, NULL);

	if (pipeline == NULL) {
		return;
	}
	screen->decoding = gst_object_ref_sink(pipeline);
	g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline), "in");
	g_autoptr(GstElement) decoder = gst_bin_get_by_name(GST_BIN(pipeline), "decoder");
	g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
	g_autoptr(GstBuffer) buffer = gst_buffer_new_wrapped_bytes(file);

	g_object_set_data(G_OBJECT(sink), "av-serial", GUINT_TO_POINTER(screen->cover_serial));
	g_signal_connect(sink, "preroll-handoff", G_CALLBACK(screen_on_cover), screen);
	bounds_watch(decoder, /* still = */ false);
	(void)gst_element_set_state(pipeline, GST_STATE_PAUSED);
	g_signal_emit_by_name(source, "push-buffer", buffer, &result);
	g_signal_emit_by_name(source, "end-of-stream", &result);
}

/* ---- what is to be seen */

Screen *
screen_new(AvuMailbox *mailbox, const Sinks *sinks)
{
	Screen *screen = g_new0(Screen, 1);

	screen->mailbox = mailbox;
	screen->sinks = sinks;
	screen->timer = avu_timer_new(NULL, AVU_TIME_NONE, screen_on_tick, screen);
	screen->card.position_ns = screen->card.duration_ns = AVU_TIME_NONE;
	return screen;
}

void
screen_free(Screen *screen)
{
	if (screen == NULL) {
		return;
	}
	screen_drop_cover(screen);
	screen_close(screen);
	avu_timer_free(screen->timer);
	char *const texts[] = { screen->name, screen->place, screen->sentence, screen->title,
		screen->artist, screen->album, screen->painted_clock };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_free(texts[i]);
	}
	g_free(screen);
}

static void
screen_replace(char **text, const char *by)
{
	char *old = *text;

	*text = g_strdup(by);
	g_free(old);
}

void
screen_set_place(Screen *screen, const char *name, const char *place, bool trouble)
{
	screen_replace(&screen->name, name);
	screen_replace(&screen->place, place);
	screen->trouble = trouble;
	screen_touch(screen);
	avu_timer_set(screen->timer, 0);
}

void
screen_say(Screen *screen, const char *sentence)
{
	screen_replace(&screen->sentence, sentence);
	screen->sentence_until_ns = avu_now_ns() + SCREEN_SENTENCE_NS;
	screen_touch(screen);
}

void
screen_set_track(Screen *screen, const Track *track)
{
	screen_replace(&screen->title, track == NULL ? NULL : track->title);
	screen_replace(&screen->artist, track == NULL ? NULL : track->artist);
	screen_replace(&screen->album, track == NULL ? NULL : track->album);
	screen_drop_cover(screen);
	screen->card.position_ns = screen->card.duration_ns = AVU_TIME_NONE;
	screen->cover_file =
		track != NULL && track->cover != NULL ? g_bytes_ref(track->cover) : NULL;
	screen_decode_cover(screen);
	screen_touch(screen);
}

void
screen_set_position(Screen *screen, int64_t position_ns, int64_t duration_ns, bool paused)
{
	screen->card.position_ns = position_ns;
	screen->card.duration_ns = duration_ns;
	screen->card.paused = paused;
	if (screen->title != NULL) {
		screen_touch(screen);
	}
}

void
screen_set_volume(Screen *screen, unsigned percent, bool mute, int64_t for_ns)
{
	screen->card.volume_percent = (int)MIN(percent, 100u);
	screen->card.mute = mute;
	screen->volume_until_ns = avu_now_ns() + for_ns;
	screen_touch(screen);
}

void
screen_yield(Screen *screen, bool yield)
{
	if (screen->yielded == yield) {
		return;
	}
	screen->yielded = yield;
	if (yield) {
		screen_close(screen);
	} else {
		screen_decode_cover(screen);
		/* Not at once: another film may follow. */
		avu_timer_set(screen->timer, SCREEN_AGAIN_NS);
	}
}
