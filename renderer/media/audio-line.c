/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The audio line: tracks follow each other without a lost or an added sample.
 *
 * One decoding branch per track goes into concat, so that a next track can come, go or fail without
 * touching the one that plays. The first track of a queue is free in its format; those that follow
 * are brought to it, because a sink that reopens loses 100 ms and adds as much silence. Main thread;
 * the probes run on GStreamer's threads and set a flag or post a note. */

#include <av-upnp/error.h>

#include "audio-line.h"
#include "branch.h"
#include "dop.h"

typedef struct {
	Line line;
	GstElement *concat; /* borrowed from the pipeline */
	GstElement *tempo;  /* behind it; NULL: speed is 1, and no sample is touched */
	GstElement *sink;   /* likewise */
	const Sinks *sinks;
	Branch *current, *next;
	atomic_uint next_token; /* for the thread that sees concat switch; 0: none */
	atomic_bool drained;    /* concat has passed on the end: nothing can follow any more */
	GstPad *end_pad;        /* of the current branch: its end waits there; NULL: for nothing */
	gulong end_probe;
} AudioLine;

/* Of several switches each thread has its own word, but all read what is active by now: no pad, when all of the
 * next track has passed before the thread that switched to it came to say so. */
static void
audio_line_on_switch(GObject *concat, GParamSpec *spec G_GNUC_UNUSED, void *data)
{
	AudioLine *self = data;
	g_autoptr(GstPad) active = NULL;
	unsigned token = atomic_load(&self->next_token);

	g_object_get(concat, "active-pad", &active, NULL);
	if (token == 0) {
		return;
	}
	if (active != NULL) {
		g_autoptr(GstPad) peer = gst_pad_get_peer(active);
		g_autoptr(GstObject) bin = peer != NULL ? gst_pad_get_parent(peer) : NULL;

		if (bin == NULL || line_get_mark(GST_ELEMENT(bin)) != token) {
			return;
		}
	}
	if (atomic_compare_exchange_strong(&self->next_token, &token, 0)) {
		line_post(&self->line, LINE_NEXT_STARTED, token, NULL);
	}
}

static GstPadProbeReturn
audio_line_on_event(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	AudioLine *self = data;
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);

	if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
		atomic_store(&self->drained, true);
	} else if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) {
		atomic_store(&self->drained, false);
	}
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
audio_line_on_end(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_EOS) {
		return GST_PAD_PROBE_PASS;
	}
	line_post(data, LINE_END_WAITS, 0, NULL);
	return GST_PAD_PROBE_OK; /* it waits */
}

/* The end of the current track does not reach concat while the next one is joined: concat would turn to a pad
 * that nobody is linked to yet, or take it after it has passed the end on. Where samples reach the output as
 * they are it waits on, until it is judged whether the next one has samples of the same kind.
 * @return false: the end was on its way already */
static bool
audio_line_hold_end(AudioLine *self)
{
	self->end_pad = branch_dup_out(self->current);
	self->end_probe = gst_pad_add_probe(self->end_pad,
		GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, audio_line_on_end,
		&self->line, NULL);
	g_autoptr(GstEvent) end = gst_pad_get_sticky_event(self->end_pad, GST_EVENT_EOS, 0);

	return end == NULL;
}

static void
audio_line_release_end(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	if (self->end_pad != NULL) {
		gst_pad_remove_probe(self->end_pad, self->end_probe);
		g_clear_pointer(&self->end_pad, gst_object_unref);
	}
}

static void
audio_line_free_next(AudioLine *self)
{
	atomic_store(&self->next_token, 0);
	g_clear_pointer(&self->next, branch_free);
	audio_line_release_end(&self->line);
}

/* Concat has turned to the next track, or is through with that as well; who tells of it may come later. */
static bool
audio_line_has_begun_next(AudioLine *self)
{
	g_autoptr(GstPad) active = NULL;

	g_object_get(self->concat, "active-pad", &active, NULL);
	return self->next != NULL &&
	       (active == NULL || active == branch_get_concat_pad(self->next));
}

/* The note that the next track started may be under way while somebody takes that track back. To
 * remove a branch that plays would wait for the sink, in a paused line for ever. */
static bool
audio_line_drop_next(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	if (self->next == NULL) {
		return true;
	}
	bool waiting = atomic_exchange(&self->next_token, 0) != 0;

	if (!waiting || audio_line_has_begun_next(self)) {
		return false;
	}
	audio_line_free_next(self);
	/* An error of that branch left its mark on the pipeline, which would not come back from a
	 * flush: asked for its state again, it forgets. */
	line_set_playing(line, line->playing);
	return true;
}

static void
audio_line_close(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	(void)gst_element_set_state(line->pipeline, GST_STATE_READY);
	audio_line_free_next(self);
	g_clear_pointer(&self->current, branch_free);
	atomic_store(&self->drained, false);
	atomic_fetch_add(&line->serial, 1);
}

static bool
audio_line_fits_rate(Line *line, double rate)
{
	return (rate == 1) == (((AudioLine *)line)->tempo == NULL);
}

/* Keeps the pitch at other speeds. It knows fewer formats than sinks do, so it is there only then.
 * While the pipeline is ready. */
static void
audio_line_fit_tempo(AudioLine *self)
{
	if (audio_line_fits_rate(&self->line, self->line.rate)) {
		return;
	}
	GstElement *tempo = self->tempo;
	GstBin *bin = GST_BIN(self->line.pipeline);
	g_autoptr(GstPad) out =
		gst_element_get_static_pad(tempo != NULL ? tempo : self->concat, "src");
	g_autoptr(GstPad) sink = gst_pad_get_peer(out);

	(void)gst_pad_unlink(out, sink);
	if (tempo != NULL) {
		g_autoptr(GstPad) before = gst_element_get_static_pad(self->concat, "src");

		self->tempo = NULL;
		(void)gst_element_set_state(tempo, GST_STATE_NULL);
		(void)gst_bin_remove(bin, tempo);
		(void)gst_pad_link(before, sink);
		return;
	}
	g_autoptr(GError) error = NULL;

	tempo = gst_parse_bin_from_description("audioconvert ! scaletempo ! audioconvert ! "
					       "audioresample",
		TRUE, &error);
	if (tempo == NULL) {
		g_message("other speeds are heard at their own pitch: %s", error->message);
		(void)gst_pad_link(out, sink);
		return;
	}
	g_autoptr(GstPad) tempo_out = gst_element_get_static_pad(tempo, "src");

	(void)gst_bin_add(bin, tempo);
	(void)gst_element_link(self->concat, tempo);
	(void)gst_pad_link(tempo_out, sink);
	self->tempo = tempo;
}

/* Bits of DSD stay as they are on the way to an output that takes such samples; whatever changes a sample
 * would make noise of them. */
static bool
audio_line_wants_dop(AudioLine *self, const Track *track, DsdHead *ret_head)
{
	const Sinks *sinks = self->sinks;

	return sinks->dop && sinks->exact && sinks->mixer == NULL &&
	       sinks->gain.mode == MEDIA_GAIN_OFF && self->line.rate == 1 &&
	       dop_look(track, ret_head) && dop_is_taken(ret_head, self->sink);
}

static bool
audio_line_open(Line *line, const Track *track, GError **error)
{
	AudioLine *self = (AudioLine *)line;

	DsdHead head;

	audio_line_close(line);
	bool dop = audio_line_wants_dop(self, track, &head);

	self->current =
		branch_new(line, track, &self->sinks->gain, NULL, dop ? &head : NULL, error);
	if (self->current == NULL) {
		return false;
	}
	audio_line_fit_tempo(self);
	branch_join(self->current, line->pipeline, self->concat);
	/* A failure is told by a message too, which names the element. */
	(void)gst_element_set_state(line->pipeline, GST_STATE_PAUSED);
	branch_start(self->current);
	return true;
}

static bool
audio_line_append(Line *line, const Track *track)
{
	AudioLine *self = (AudioLine *)line;
	g_autoptr(GstPad) out = gst_element_get_static_pad(self->concat, "src");
	g_autoptr(GstCaps) format = gst_pad_get_current_caps(out);
	g_autoptr(GError) error = NULL;
	DsdHead head;

	if (self->next != NULL || self->current == NULL || format == NULL ||
		atomic_load(&self->drained)) {
		return false;
	}
	bool dop = audio_line_wants_dop(self, track, &head);

	if (dop) {
		g_autoptr(GstCaps) samples = dop_make_caps(&head);

		/* It cannot be brought to another format: it is opened when this one has ended. */
		if (!gst_caps_can_intersect(samples, format)) {
			return false;
		}
	}
	if (!audio_line_hold_end(self)) {
		audio_line_release_end(line);
		return false;
	}
	self->next =
		branch_new(line, track, &self->sinks->gain, format, dop ? &head : NULL, &error);
	if (self->next == NULL) {
		audio_line_release_end(line);
		line_post(line, LINE_FAILED, track->token, error->message);
		return true;
	}
	atomic_store(&self->next_token, track->token);
	branch_join(self->next, line->pipeline, self->concat);
	if (!self->sinks->exact) {
		audio_line_release_end(line);
	}
	branch_start(self->next);
	return true;
}

static bool
audio_line_next_fits(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	return self->next == NULL || self->current == NULL ||
	       branch_is_like(self->current, self->next);
}

static void
audio_line_shift(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	if (self->next != NULL) {
		branch_free(self->current);
		self->current = g_steal_pointer(&self->next);
	}
}

/* Once concat has switched, a seek would reach the next track, although the word that it began is still under
 * way: who asks means the one before. */
static bool
audio_line_can_seek(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	return !audio_line_has_begun_next(self) && !atomic_load(&self->drained);
}

static int64_t
audio_line_get_ahead_ns(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	return self->current != NULL ? branch_get_ahead_ns(self->current) : 0;
}

static int64_t
audio_line_get_duration_ns(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	return self->current != NULL ? branch_get_duration_ns(self->current) : AVU_TIME_NONE;
}

/* The sink may still be busy with the track before. */
static int64_t
audio_line_get_origin_ns(Line *line)
{
	AudioLine *self = (AudioLine *)line;

	return self->current != NULL ? branch_get_origin_ns(self->current) : AVU_TIME_NONE;
}

static void
audio_line_free(Line *line)
{
	audio_line_close(line);
	line_clear(line);
	g_free(line);
}

static const LineClass audio_line_class = {
	.open = audio_line_open,
	.append = audio_line_append,
	.drop_next = audio_line_drop_next,
	.next_fits = audio_line_next_fits,
	.keep_next = audio_line_release_end,
	.shift = audio_line_shift,
	.fits_rate = audio_line_fits_rate,
	.can_seek = audio_line_can_seek,
	.get_ahead_ns = audio_line_get_ahead_ns,
	.get_duration_ns = audio_line_get_duration_ns,
	.get_origin_ns = audio_line_get_origin_ns,
	.close = audio_line_close,
	.free = audio_line_free,
};

Line *
audio_line_new(const LineListener *listener, const Sinks *sinks, GstElement *sink, GError **error)
{
	GstElement *concat = gst_element_factory_make("concat", NULL);

	if (concat == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"GStreamer's element concat is missing");
		return NULL;
	}
	AudioLine *self = g_new0(AudioLine, 1);

	line_init(&self->line, &audio_line_class, listener, gst_pipeline_new("audio"));
	self->concat = concat;
	self->sink = sink;
	self->sinks = sinks;
	gst_bin_add_many(GST_BIN(self->line.pipeline), concat, sink, NULL);
	GstElement *last = concat;

	if (sinks->mixer != NULL) {
		last = mixer_make_element(sinks->mixer);
		(void)gst_bin_add(GST_BIN(self->line.pipeline), last);
		(void)gst_element_link(concat, last);
	}
	if (!gst_element_link(last, sink)) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "the audio sink takes no samples");
		audio_line_free(&self->line);
		return NULL;
	}
	g_autoptr(GstPad) out = gst_element_get_static_pad(concat, "src");

	(void)gst_pad_add_probe(out,
		GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
		audio_line_on_event, self, NULL);
	g_signal_connect(concat, "notify::active-pad", G_CALLBACK(audio_line_on_switch), self);
	return &self->line;
}
