/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The video line: source → decodebin → (queue → videoconvert → videoflip → picture
 * → videoscale → video sink), (queue → audioconvert → gain → audioresample → mixer → audio sink); a still goes through imagefreeze.
 *
 * A fresh pipeline for each item: there is nothing to keep warm that would be faster. The older
 * decodebin is used because it exposes all pads at once, so that both sinks are there before the
 * pipeline is prerolled. Main thread; pads come on the decoder's threads, which add the chains. */

#include <av-upnp/error.h>

#include "bounds.h"
#include "caption.h"
#include "source.h"
#include "video-line.h"

/* In a chain: the element in which values of RenderingControl act. */
#define VIDEO_LINE_STAGE ""
#define VIDEO_LINE_GAIN "gain" /* loudness by the tags */

typedef struct {
	Line line;
	const Sinks *sinks;
	GainTags said; /* by the server of the film */
	bool still;
	Caption *caption;
	/* shared with the decoder's threads */
	atomic_uint decoders; /* that may still give something */
	atomic_uint chains;   /* sinks linked */
	atomic_bool sound;    /* one of them takes sound */
} VideoLine;

static GstElement *
video_line_chain_element(VideoLine *self, const char *name, bool pictures)
{
	if (name == NULL) {
		return pictures ? sinks_make_video(self->sinks, NULL)
				: sinks_make_audio(self->sinks, NULL);
	}
	if (g_str_equal(name, VIDEO_LINE_STAGE)) {
		GstElement *stage = pictures ? self->sinks->picture != NULL
						       ? picture_make_element(self->sinks->picture)
						       : NULL
				    : self->sinks->mixer != NULL
					    ? mixer_make_element(self->sinks->mixer)
					    : NULL;

		return stage != NULL ? stage : gst_element_factory_make("identity", NULL);
	}
	if (g_str_equal(name, VIDEO_LINE_GAIN)) {
		return self->sinks->gain.mode != MEDIA_GAIN_OFF
			       ? gain_make_element(&self->sinks->gain, &self->said, NULL)
			       : gst_element_factory_make("identity", NULL);
	}
	GstElement *element = gst_element_factory_make(name, NULL);

	if (element != NULL && g_str_equal(name, "videoflip")) {
		/* As the camera was held: EXIF, or the matrix of an MP4. */
		gst_util_set_object_arg(G_OBJECT(element), "video-direction", "auto");
	}
	if (element != NULL && pictures && g_str_equal(name, "videoscale")) {
		g_autoptr(GstPad) frames = gst_element_get_static_pad(element, "sink");

		caption_paint_on(self->caption, frames);
		if (self->sinks->volume_bar != NULL) {
			volume_bar_paint_on(self->sinks->volume_bar, frames);
		}
	}
	return element;
}

/* Adds and links one chain, its last element being the sink (NULL in names). Links are checked by what
 * elements can at all: to ask what they can now goes up to the decoder each time, a millisecond and more
 * of the start, and what does not fit is told when the format comes. */
static bool
video_line_add_chain(
	VideoLine *self, GstPad *pad, const char *const *names, size_t n, bool pictures)
{
	GstElement *last = NULL;

	for (size_t i = 0; i < n; i++) {
		GstElement *element = video_line_chain_element(self, names[i], pictures);

		if (element == NULL || !gst_bin_add(GST_BIN(self->line.pipeline), element)) {
			return false;
		}
		if (last == NULL) {
			g_autoptr(GstPad) sink = gst_element_get_static_pad(element, "sink");

			if (gst_pad_link(pad, sink) != GST_PAD_LINK_OK) {
				return false;
			}
		} else if (!gst_element_link_pads_full(last, "src", element, "sink",
				   GST_PAD_LINK_CHECK_TEMPLATE_CAPS)) {
			return false;
		}
		last = element;
		/* Not to what the pipeline is asked for: a sink that plays before its pipeline does has no clock
		 * yet, or one without a beginning, and drops a whole film as hours late. */
		(void)gst_element_set_state(element, GST_STATE_PAUSED);
	}
	atomic_fetch_add(&self->chains, 1);
	return true;
}

/* What a film shows without being asked: its own subtitles, where it says so. */
static void
video_line_add_texts(VideoLine *self, GstPad *pad)
{
	g_autoptr(GstEvent) start = gst_pad_get_sticky_event(pad, GST_EVENT_STREAM_START, 0);
	GstStreamFlags flags = GST_STREAM_FLAG_NONE;

	if (start != NULL) {
		gst_event_parse_stream_flags(start, &flags);
	}
	GstElement *end = (flags & GST_STREAM_FLAG_SELECT) != 0
				  ? gst_element_factory_make("fakesink", NULL)
				  : NULL;

	if (end == NULL) {
		return;
	}
	g_autoptr(GstPad) sink = gst_element_get_static_pad(end, "sink");

	/* Nothing waits for texts: they come when they come. */
	g_object_set(end, "async", FALSE, "sync", FALSE, NULL);
	caption_hear(self->caption, sink);
	(void)gst_bin_add(GST_BIN(self->line.pipeline), end);
	(void)gst_element_sync_state_with_parent(end);
	(void)gst_pad_link(pad, sink);
}

static void
video_line_on_pad(GstElement *decoder G_GNUC_UNUSED, GstPad *pad, void *data)
{
	/* A converter more would be asked about formats by each of the others: 15 ms at the start. */
	static const char *const moving[] = { "queue", "videoconvert", "videoflip",
		VIDEO_LINE_STAGE, "videoscale", NULL };
	static const char *const still[] = { "videoconvert", "videoflip", "imagefreeze",
		"videoconvert", VIDEO_LINE_STAGE, "videoscale", NULL };
	static const char *const sound[] = { "queue", "audioconvert", VIDEO_LINE_GAIN,
		"audioresample", VIDEO_LINE_STAGE, NULL };
	VideoLine *self = data;
	g_autoptr(GstCaps) caps = gst_pad_query_caps(pad, NULL);
	const char *name = gst_caps_is_empty(caps) || gst_caps_is_any(caps)
				   ? ""
				   : gst_structure_get_name(gst_caps_get_structure(caps, 0));
	bool pictures = g_str_has_prefix(name, "video/");
	bool good = true;

	if (pictures) {
		good = video_line_add_chain(self, pad, self->still ? still : moving,
			self->still ? G_N_ELEMENTS(still) : G_N_ELEMENTS(moving), true);
	} else if (g_str_has_prefix(name, "audio/") && !atomic_exchange(&self->sound, true)) {
		good = video_line_add_chain(self, pad, sound, G_N_ELEMENTS(sound), false);
	} else if (g_str_has_prefix(name, "text/x-raw")) {
		video_line_add_texts(self, pad);
	}
	if (!good) {
		line_post(&self->line, LINE_FAILED, 0, "The output cannot be opened.");
	}
}

static void
video_line_on_no_more_pads(GstElement *decoder G_GNUC_UNUSED, void *data)
{
	VideoLine *self = data;

	if (atomic_fetch_sub(&self->decoders, 1) == 1 && atomic_load(&self->chains) == 0) {
		line_post(&self->line, LINE_FAILED, 0, "There is neither picture nor sound in it.");
	}
}

static void
video_line_close(Line *line)
{
	VideoLine *self = (VideoLine *)line;

	line_clear(line);
	atomic_store(&self->decoders, 0);
	atomic_store(&self->chains, 0);
	atomic_store(&self->sound, false);
}

/* The film, or the sound of it that comes by itself. */
static bool
video_line_add_source(VideoLine *self, const Track *track, bool side, GError **error)
{
	GstElement *decoder = gst_element_factory_make("decodebin", NULL);
	GstElement *source = track_open(track, side, error);

	if (source == NULL || decoder == NULL) {
		return false;
	}
	gst_bin_add_many(GST_BIN(self->line.pipeline), source, decoder, NULL);
	g_autoptr(GstCaps) caps = av_source_guess_caps(source);

	g_object_set(decoder, "sink-caps", caps, NULL);
	bounds_watch(decoder, self->still);
	g_signal_connect(decoder, "pad-added", G_CALLBACK(video_line_on_pad), self);
	g_signal_connect(decoder, "no-more-pads", G_CALLBACK(video_line_on_no_more_pads), self);
	atomic_fetch_add(&self->decoders, 1);
	return gst_element_link(source, decoder);
}

static bool
video_line_open(Line *line, const Track *track, GError **error)
{
	VideoLine *self = (VideoLine *)line;

	video_line_close(line);
	self->still = track_is_image(track);
	self->said = track->said;
	video_line_set_subtitles(line,
		track->subtitles != NULL ? g_bytes_get_data(track->subtitles, NULL) : NULL,
		track->subtitles != NULL ? g_bytes_get_size(track->subtitles) : 0);
	line_init(line, line->class, &line->listener, gst_pipeline_new("video"));
	line_mark(line->pipeline, track->token);
	if (!video_line_add_source(self, track, /* side = */ false, error) ||
		(track_has_side(track) &&
			!video_line_add_source(self, track, /* side = */ true, error))) {
		return false;
	}
	(void)gst_element_set_state(line->pipeline, GST_STATE_PAUSED);
	return true;
}

void
video_line_set_subtitles(Line *line, const char *data, size_t len)
{
	caption_set_file(((VideoLine *)line)->caption, data, len);
}

static bool
video_line_append(Line *line G_GNUC_UNUSED, const Track *track G_GNUC_UNUSED)
{
	return false;
}

static bool
video_line_drop_next(Line *line G_GNUC_UNUSED)
{
	return true;
}

static void
video_line_keep_next(Line *line G_GNUC_UNUSED)
{
	/* Nothing is ever appended. */
}

static bool
video_line_next_fits(Line *line G_GNUC_UNUSED)
{
	return true;
}

static void
video_line_shift(Line *line G_GNUC_UNUSED)
{
	/* Nothing is ever appended. */
}

static bool
video_line_fits_rate(Line *line G_GNUC_UNUSED, double rate G_GNUC_UNUSED)
{
	return true;
}

static bool
video_line_can_seek(Line *line)
{
	return line->pipeline != NULL && !((VideoLine *)line)->still;
}

static int64_t
video_line_get_ahead_ns(Line *line G_GNUC_UNUSED)
{
	return 0; /* several streams, each with a queue of its own: better too early than too late */
}

static int64_t
video_line_get_duration_ns(Line *line)
{
	gint64 duration = 0;

	return line->pipeline != NULL && !((VideoLine *)line)->still &&
			       gst_element_query_duration(
				       line->pipeline, GST_FORMAT_TIME, &duration) &&
			       duration > 0
		       ? duration
		       : AVU_TIME_NONE;
}

static int64_t
video_line_get_origin_ns(Line *line G_GNUC_UNUSED)
{
	return AVU_TIME_NONE; /* where it stands first */
}

static void
video_line_free(Line *line)
{
	video_line_close(line);
	caption_free(((VideoLine *)line)->caption);
	g_free(line);
}

static const LineClass video_line_class = {
	.open = video_line_open,
	.append = video_line_append,
	.drop_next = video_line_drop_next,
	.next_fits = video_line_next_fits,
	.keep_next = video_line_keep_next,
	.shift = video_line_shift,
	.fits_rate = video_line_fits_rate,
	.can_seek = video_line_can_seek,
	.get_ahead_ns = video_line_get_ahead_ns,
	.get_duration_ns = video_line_get_duration_ns,
	.get_origin_ns = video_line_get_origin_ns,
	.close = video_line_close,
	.free = video_line_free,
};

Line *
video_line_new(const LineListener *listener, const Sinks *sinks)
{
	VideoLine *self = g_new0(VideoLine, 1);

	self->line.class = &video_line_class;
	self->line.listener = *listener;
	self->sinks = sinks;
	self->caption = caption_new();
	return &self->line;
}
