/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One decoding branch of the audio line.
 *
 * Made, joined and freed on the main thread; its pad handlers run on the decoder's threads and only
 * link pads of the branch or post notes. The decoder is the older decodebin: on GStreamer 1.22
 * decodebin3 fails with not-linked at the first buffer when octets are pushed into it, and also when
 * it pulls an MP3 that begins with a tag; and it needs a thread more to start. */

#include <string.h>

#include <gst/audio/audio.h>

#include <av-upnp/error.h>

#include "bounds.h"
#include "branch.h"
#include "dop.h"
#include "dsd-bits.h"
#include "pcm.h"
#include "source.h"
#include "trim.h"

#define BRANCH_QUEUE_NS (1 * AVU_NS_PER_S)
#define BRANCH_QUEUE_BYTES \
	(16u * 1024 * 1024) /* less than that time of what has millions of samples a second */
/* Outputs that take whatever comes (a file) would take each buffer's channels one after another, too. */
#define BRANCH_SAMPLES "audio/x-raw, layout=interleaved"

struct Branch {
	Line *line;
	uint32_t token;
	GstElement *bin;
	GstElement *source, *decoder, *queue; /* borrowed from bin; decoder NULL: not decoded */
	GstElement *pipeline;                 /* referenced once joined */
	GstElement *concat;                   /* borrowed from pipeline */
	GstPad *concat_pad;
	bool trimmed;         /* source is an avsrc that may know what to cut */
	GstAudioInfo samples; /* as decoded; the decoder's thread's until known */
	atomic_bool known;
};

/* ---- its bin */

/* A bin is on its way to a state as long as its decoder knows no format, and a pipeline that is to play tries
 * again and again until that is over: a next track whose octets do not come would keep the current one from
 * playing. This one says that it has got there, and gets there by itself. */
typedef GstBin BranchBin;
typedef GstBinClass BranchBinClass;

static GType branch_bin_get_type(void);
G_DEFINE_TYPE(BranchBin, branch_bin, GST_TYPE_BIN)

static GstStateChangeReturn
branch_bin_set_state(GstElement *element, GstState state)
{
	GstStateChangeReturn result =
		GST_ELEMENT_CLASS(branch_bin_parent_class)->set_state(element, state);

	return result == GST_STATE_CHANGE_ASYNC ? GST_STATE_CHANGE_SUCCESS : result;
}

static void
branch_bin_class_init(BranchBinClass *class)
{
	GST_ELEMENT_CLASS(class)->set_state = branch_bin_set_state;
}

static void
branch_bin_init(BranchBin *self)
{
	/* That its decoder is on its way is nothing that the pipeline should wait for, either: a branch that
	 * was taken away in that moment left it waiting for ever. */
	g_object_set(self, "async-handling", TRUE, NULL);
}

/* ---- what is in it */

static void
branch_on_pad(GstElement *decoder G_GNUC_UNUSED, GstPad *pad, void *data)
{
	Branch *branch = data;
	g_autoptr(GstPad) sink = gst_element_get_static_pad(branch->queue, "sink");
	g_autoptr(GstCaps) caps = gst_pad_query_caps(pad, NULL);
	const char *name = gst_caps_is_empty(caps) || gst_caps_is_any(caps)
				   ? ""
				   : gst_structure_get_name(gst_caps_get_structure(caps, 0));

	if (g_str_has_prefix(name, "video/")) {
		line_post(branch->line, LINE_HAS_PICTURES, branch->token, NULL);
		return;
	}
	if (g_str_has_prefix(name, "audio/") && !gst_pad_is_linked(sink)) {
		(void)gst_pad_link(pad, sink);
	}
}

static void
branch_on_no_more_pads(GstElement *decoder G_GNUC_UNUSED, void *data)
{
	Branch *branch = data;
	g_autoptr(GstPad) sink = gst_element_get_static_pad(branch->queue, "sink");

	if (!gst_pad_is_linked(sink)) {
		line_post(branch->line, LINE_FAILED, branch->token, "There is no sound in it.");
	}
}

static GstElement *
branch_make(const char *factory, GError **error)
{
	GstElement *element = gst_element_factory_make(factory, NULL);

	if (element == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the GStreamer element '%s' is missing", factory);
	}
	return element;
}

/* What comes out of the decoder; the queue takes it long before the track's turn has come. */
static GstPadProbeReturn
branch_on_event(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data)
{
	Branch *branch = data;
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
	GstCaps *caps = NULL;

	if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS && !atomic_load(&branch->known)) {
		gst_event_parse_caps(event, &caps);
		if (gst_audio_info_from_caps(&branch->samples, caps)) {
			atomic_store(&branch->known, true);
			line_post(branch->line, LINE_FORMAT, branch->token, NULL);
		}
	}
	return GST_PAD_PROBE_OK;
}

/* What needs no search for its type. @return NULL without error: its octets tell what it is */
static GstElement *
branch_make_known(const Track *track, bool dsd, GError **error)
{
	return dsd ? dsd_bits_decoder_new(error) : pcm_parser_new(track->mime);
}

/* The part that turns octets into samples, linked behind the source. @param dsd  that gives bits */
static bool
branch_add_decoder(Branch *branch, const Track *track, bool dsd, GError **error)
{
	GstElement *source = branch->source;
	GstElement *known = branch_make_known(track, dsd, error);

	if (known != NULL) {
		branch->decoder = known;
		gst_bin_add(GST_BIN(branch->bin), known);
		return gst_element_link_many(source, known, branch->queue, NULL);
	}
	GstElement *decoder = !dsd ? branch_make("decodebin", error) : NULL;

	if (decoder == NULL) {
		return false;
	}
	branch->decoder = decoder;
	branch->trimmed = true;
	gst_bin_add(GST_BIN(branch->bin), decoder);
	g_autoptr(GstPad) samples = gst_element_get_static_pad(branch->queue, "sink");

	trim_watch(samples, source);
	g_autoptr(GstCaps) caps = av_source_guess_caps(source);

	/* GStreamer's own search for the type looks for tags at the end of the resource before it
	 * begins, which costs requests to the server, and the item when the server has gone since. */
	g_object_set(decoder, "sink-caps", caps, NULL);
	bounds_watch(decoder, /* still = */ false);
	g_signal_connect(decoder, "pad-added", G_CALLBACK(branch_on_pad), branch);
	g_signal_connect(decoder, "no-more-pads", G_CALLBACK(branch_on_no_more_pads), branch);
	return gst_element_link(source, decoder);
}

/* Octets, bits of DSD or samples with these in them. */
static bool
branch_add_source(Branch *branch, const Track *track, const DsdHead *dop, GError **error)
{
	const bool dsd = dop == NULL && dsd_bits_look(track);

	if (dop != NULL) {
		branch->source = dop_source_new(track, dop, error);
	} else if (dsd) {
		branch->source = dsd_bits_source_new(track, error);
	} else {
		branch->source = track_open(track, /* side = */ false, error);
	}
	if (branch->source == NULL) {
		return false;
	}
	gst_bin_add(GST_BIN(branch->bin), branch->source);
	return dop != NULL ? gst_element_link(branch->source, branch->queue)
			   : branch_add_decoder(branch, track, dsd, error);
}

static bool
branch_build(Branch *branch, const Track *track, const GainWish *gain, GstCaps *format,
	const DsdHead *dop, GError **error)
{
	/* NULL: loudness by the tags */
	static const char *const factories[] = { "queue", "audioconvert", NULL, "audioresample",
		"capsfilter" };
	GstElement *chain[G_N_ELEMENTS(factories)];
	size_t n = 0;

	for (size_t f = 0; f < G_N_ELEMENTS(factories); f++) {
		if (factories[f] == NULL && gain->mode == MEDIA_GAIN_OFF) {
			continue;
		}
		const size_t i = n++;

		chain[i] = factories[f] != NULL ? branch_make(factories[f], error)
						: gain_make_element(gain, &track->said, error);
		if (chain[i] == NULL) {
			return false;
		}
		gst_bin_add(GST_BIN(branch->bin), chain[i]);
		if (i > 0 && !gst_element_link(chain[i - 1], chain[i])) {
			return false;
		}
	}
	branch->queue = chain[0];
	g_object_set(chain[0], "max-size-time", (guint64)BRANCH_QUEUE_NS, "max-size-bytes",
		BRANCH_QUEUE_BYTES, "max-size-buffers", 0u, NULL);
	g_autoptr(GstCaps) own =
		dop != NULL ? dop_make_caps(dop) : gst_caps_from_string(BRANCH_SAMPLES);

	g_object_set(chain[n - 1], "caps", format != NULL ? format : own, NULL);
	g_autoptr(GstPad) first = gst_element_get_static_pad(branch->queue, "sink");

	(void)gst_pad_add_probe(
		first, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, branch_on_event, branch, NULL);
	g_autoptr(GstPad) last = gst_element_get_static_pad(chain[n - 1], "src");

	(void)gst_element_add_pad(branch->bin, gst_ghost_pad_new("src", last));
	return branch_add_source(branch, track, dop, error);
}

/* The decoder is not linked to the queue before it has seen octets, so a state change of the bin may
 * reach it first: what it then pushes finds the queue asleep, and decoding stops for good. Both wait
 * for branch_start(). */
static void
branch_hold(Branch *branch, bool hold)
{
	(void)gst_element_set_locked_state(branch->source, hold);
	if (branch->decoder != NULL) {
		(void)gst_element_set_locked_state(branch->decoder, hold);
	}
}

Branch *
branch_new(Line *line, const Track *track, const GainWish *gain, GstCaps *format,
	const DsdHead *dop, GError **error)
{
	g_autoptr(Branch) branch = g_new0(Branch, 1);

	branch->line = line;
	branch->token = track->token;
	branch->bin = gst_object_ref_sink(g_object_new(branch_bin_get_type(), NULL));
	line_mark(branch->bin, track->token);
	if (branch_build(branch, track, gain, format, dop, error)) {
		branch_hold(branch, true);
	} else {
		if (error != NULL && *error == NULL) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "cannot link the decoder");
		}
		return NULL;
	}
	return g_steal_pointer(&branch);
}

void
branch_join(Branch *branch, GstElement *pipeline, GstElement *concat)
{
	branch->pipeline = gst_object_ref(pipeline);
	branch->concat = concat;
	branch->concat_pad = gst_element_request_pad_simple(concat, "sink_%u");
	(void)gst_bin_add(GST_BIN(pipeline), branch->bin);
	g_autoptr(GstPad) out = gst_element_get_static_pad(branch->bin, "src");

	(void)gst_pad_link(out, branch->concat_pad);
}

void
branch_start(Branch *branch)
{
	(void)gst_element_sync_state_with_parent(branch->bin);
	branch_hold(branch, false);
	/* A decoder that pulls wakes the source itself, and must find it open. */
	(void)gst_element_set_state(branch->source, GST_STATE_READY);
	if (branch->decoder != NULL) {
		(void)gst_element_sync_state_with_parent(branch->decoder);
	}
	(void)gst_element_sync_state_with_parent(branch->source);
}

/* As of a pad that is flushing: who pushes stops, and tells nothing. */
static GstPadProbeReturn
branch_on_refused(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info, void *data G_GNUC_UNUSED)
{
	gst_mini_object_unref(GST_PAD_PROBE_INFO_DATA(info));
	GST_PAD_PROBE_INFO_FLOW_RETURN(info) = GST_FLOW_FLUSHING;
	return GST_PAD_PROBE_HANDLED;
}

void
branch_free(Branch *branch)
{
	if (branch == NULL) {
		return;
	}
	if (branch->pipeline != NULL) {
		g_autoptr(GstPad) out = gst_element_get_static_pad(branch->bin, "src");

		/* Locked, so that the pipeline does not start it again while it goes down. */
		(void)gst_element_set_locked_state(branch->bin, TRUE);
		/* GStreamer 1.26 tells "not linked" of what pushes on: that is no fault of the track. The bin itself
		 * still has to tell that its link goes: a state change of the pipeline that goes on in another
		 * thread counts links. */
		(void)gst_pad_add_probe(out,
			GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
			branch_on_refused, NULL, NULL);
		/* Whatever of it waits in concat, or behind, gives up. */
		(void)gst_pad_send_event(branch->concat_pad, gst_event_new_flush_start());
		(void)gst_pad_unlink(out, branch->concat_pad);
		gst_element_release_request_pad(branch->concat, branch->concat_pad);
		gst_object_unref(branch->concat_pad);
	}
	/* In two steps: a decodebin that found no type leaves its typefind in READY otherwise. */
	if (branch->decoder != NULL) {
		(void)gst_element_set_state(branch->decoder, GST_STATE_READY);
	}
	(void)gst_element_set_state(branch->bin, GST_STATE_NULL);
	if (branch->pipeline != NULL) {
		(void)gst_bin_remove(GST_BIN(branch->pipeline), branch->bin);
		gst_object_unref(branch->pipeline);
	}
	gst_object_unref(branch->bin);
	g_free(branch);
}

bool
branch_is_like(const Branch *a, const Branch *b)
{
	return !atomic_load(&a->known) || !atomic_load(&b->known) ||
	       (GST_AUDIO_INFO_FORMAT(&a->samples) == GST_AUDIO_INFO_FORMAT(&b->samples) &&
		       GST_AUDIO_INFO_RATE(&a->samples) == GST_AUDIO_INFO_RATE(&b->samples) &&
		       GST_AUDIO_INFO_CHANNELS(&a->samples) ==
			       GST_AUDIO_INFO_CHANNELS(&b->samples));
}

uint32_t
branch_get_token(const Branch *branch)
{
	return branch->token;
}

GstPad *
branch_get_concat_pad(const Branch *branch)
{
	return branch->concat_pad;
}

GstPad *
branch_dup_out(const Branch *branch)
{
	return gst_element_get_static_pad(branch->bin, "src");
}

int64_t
branch_get_ahead_ns(const Branch *branch)
{
	guint64 ahead = 0;

	g_object_get(branch->queue, "current-level-time", &ahead, NULL);
	return (int64_t)MIN(ahead, (guint64)BRANCH_QUEUE_NS);
}

int64_t
branch_get_duration_ns(const Branch *branch)
{
	gint64 duration = 0;
	g_autoptr(GstPad) out = gst_element_get_static_pad(branch->bin, "src");
	g_autoptr(GstPad) samples = gst_element_get_static_pad(branch->queue, "sink");
	int64_t trimmed_ns =
		branch->trimmed ? trim_get_duration_ns(samples, branch->source) : AVU_TIME_NONE;

	if (trimmed_ns != AVU_TIME_NONE) {
		return trimmed_ns;
	}
	return gst_pad_query_duration(out, GST_FORMAT_TIME, &duration) && duration > 0
		       ? duration
		       : AVU_TIME_NONE;
}

int64_t
branch_get_origin_ns(const Branch *branch)
{
	g_autoptr(GstEvent) event =
		gst_pad_get_sticky_event(branch->concat_pad, GST_EVENT_SEGMENT, 0);
	const GstSegment *segment = NULL;

	if (event != NULL) {
		gst_event_parse_segment(event, &segment);
	}
	return segment != NULL && segment->format == GST_FORMAT_TIME &&
			       GST_CLOCK_TIME_IS_VALID(segment->time)
		       ? (int64_t)MIN(segment->time, (guint64)INT64_MAX / 2)
		       : AVU_TIME_NONE;
}
