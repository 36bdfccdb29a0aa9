/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What both kinds of line have in common: state, seeking, and the messages of the pipeline.
 *
 * Messages are judged in a synchronous handler on the thread that posts them: later, a failing
 * element may have left the branch it belongs to. Nothing is done there but finding the owner and
 * posting a note. */

#include <av-upnp/base.h>

#include "fault.h"
#include "line.h"
#include "source.h"

#define LINE_TOKEN "av-token"
/* Faster than that, nobody understands anything: key frames do, and silence. */
#define LINE_TRICK_RATE 2.5

static void
line_note_free(void *data)
{
	LineNote *note = data;

	g_free(note->text);
	g_free(note);
}

static void
line_note_deliver(void *data)
{
	LineNote *note = data;

	note->line->listener.note(note, note->line->listener.user_data);
}

void
line_post(Line *line, LineNoteKind kind, uint32_t token, const char *text)
{
	LineNote *note = g_new0(LineNote, 1);

	note->kind = kind;
	note->token = token;
	note->text = g_strdup(text);
	note->serial = atomic_load(&line->serial);
	note->seeks = atomic_load(&line->seeks);
	note->line = line;
	avu_mailbox_post(line->listener.mailbox, line_note_deliver, note, line_note_free);
}

bool
line_is_current_note(const LineNote *note)
{
	const Line *line = note->line;

	return note->serial == atomic_load(&line->serial) &&
	       (note->kind != LINE_PREROLLED || note->seeks == atomic_load(&line->seeks));
}

void
line_mark(GstElement *element, uint32_t token)
{
	g_object_set_data(G_OBJECT(element), LINE_TOKEN, GUINT_TO_POINTER(token));
}

uint32_t
line_get_mark(GstElement *element)
{
	return GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(element), LINE_TOKEN));
}

/* @return token of the track the object belongs to, 0: to none (a sink) */
static uint32_t
line_owner(GstObject *object)
{
	g_autoptr(GstObject) at = object != NULL ? gst_object_ref(object) : NULL;

	while (at != NULL) {
		uint32_t token = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(at), LINE_TOKEN));

		if (token != 0) {
			return token;
		}
		GstObject *parent = gst_object_get_parent(at);

		gst_object_unref(at);
		at = parent;
	}
	return 0;
}

static void
line_on_error(Line *line, GstMessage *message)
{
	g_autofree char *text = fault_describe(line->pipeline, message);

	line_post(line, LINE_FAILED, line_owner(message->src), text);
}

static GstBusSyncReply
line_on_message(GstBus *bus G_GNUC_UNUSED, GstMessage *message, void *data)
{
	Line *line = data;
	bool of_pipeline = message->src == GST_OBJECT(line->pipeline);

	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		line_on_error(line, message);
		break;
	case GST_MESSAGE_ELEMENT:
		if (gst_message_has_name(message, AV_SOURCE_BROKEN)) {
			line_post(line, LINE_BROKEN, line_owner(message->src), NULL);
		}
		break;
	case GST_MESSAGE_EOS:
		line_post(line, LINE_ENDED, 0, NULL);
		break;
	case GST_MESSAGE_ASYNC_DONE:
		if (of_pipeline) {
			line_post(line, LINE_PREROLLED, 0, NULL);
		}
		break;
	case GST_MESSAGE_STATE_CHANGED:
		if (of_pipeline) {
			line_post(line, LINE_STATE, 0, NULL);
		}
		break;
	case GST_MESSAGE_DURATION_CHANGED:
		line_post(line, LINE_DURATION, 0, NULL);
		break;
	default:
		break;
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

void
line_init(Line *line, const LineClass *class, const LineListener *listener, GstElement *pipeline)
{
	g_autoptr(GstBus) bus = gst_pipeline_get_bus(GST_PIPELINE(pipeline));

	line->class = class;
	line->rate = line->rate != 0 ? line->rate : 1;
	line->listener = *listener;
	line->pipeline = gst_object_ref_sink(pipeline);
	gst_bus_set_sync_handler(bus, line_on_message, line, NULL);
}

void
line_clear(Line *line)
{
	if (line->pipeline != NULL) {
		g_autoptr(GstBus) bus = gst_pipeline_get_bus(GST_PIPELINE(line->pipeline));

		/* In two steps: a decodebin that found no type leaves its typefind in READY otherwise. */
		(void)gst_element_set_state(line->pipeline, GST_STATE_READY);
		(void)gst_element_set_state(line->pipeline, GST_STATE_NULL);
		/* Threads of GStreamer's may let go of the pipeline later than this one. */
		gst_bus_set_sync_handler(bus, NULL, NULL, NULL);
		/* What it said while it went down is old, too. */
		atomic_fetch_add(&line->serial, 1);
		g_clear_pointer(&line->pipeline, gst_object_unref);
	}
}

bool
line_open(Line *line, const Track *track, GError **error)
{
	line->playing = false;
	return line->class->open(line, track, error);
}

bool
line_append(Line *line, const Track *track)
{
	return line->class->append(line, track);
}

bool
line_drop_next(Line *line)
{
	return line->class->drop_next(line);
}

bool
line_next_fits(Line *line)
{
	return line->class->next_fits(line);
}

void
line_keep_next(Line *line)
{
	line->class->keep_next(line);
}

void
line_shift(Line *line)
{
	line->class->shift(line);
}

bool
line_set_rate(Line *line, double rate)
{
	line->rate = rate;
	return line->class->fits_rate(line, rate);
}

void
line_set_playing(Line *line, bool playing)
{
	line->playing = playing;
	if (line->pipeline != NULL) {
		(void)gst_element_set_state(
			line->pipeline, playing ? GST_STATE_PLAYING : GST_STATE_PAUSED);
	}
}

bool
line_is_playing(const Line *line)
{
	GstState state = GST_STATE_NULL;

	if (line->pipeline != NULL) {
		(void)gst_element_get_state(line->pipeline, &state, NULL, 0);
	}
	return state == GST_STATE_PLAYING;
}

bool
line_can_seek(Line *line)
{
	return line->class->can_seek(line);
}

bool
line_seek(Line *line, int64_t position_ns, bool exact)
{
	GstSeekFlags flags = GST_SEEK_FLAG_FLUSH | (exact ? GST_SEEK_FLAG_ACCURATE : 0);
	bool forward = line->rate > 0;

	if (!exact && (!forward || line->rate > LINE_TRICK_RATE)) {
		flags |= GST_SEEK_FLAG_TRICKMODE | GST_SEEK_FLAG_TRICKMODE_KEY_UNITS |
			 GST_SEEK_FLAG_TRICKMODE_NO_AUDIO;
	}
	atomic_fetch_add(&line->seeks, 1);
	return line->class->can_seek(line) &&
	       gst_element_seek(line->pipeline, line->rate, GST_FORMAT_TIME, flags,
		       GST_SEEK_TYPE_SET, forward ? position_ns : 0, GST_SEEK_TYPE_SET,
		       forward ? -1 : position_ns);
}

bool
line_redraw(Line *line)
{
	int64_t position_ns = line_get_position_ns(line);

	atomic_fetch_add(&line->seeks, 1);
	return position_ns != AVU_TIME_NONE && line_is_seekable(line) &&
	       gst_element_seek(line->pipeline, line->rate, GST_FORMAT_TIME,
		       GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET,
		       line->rate > 0 ? position_ns : 0, GST_SEEK_TYPE_SET,
		       line->rate > 0 ? -1 : position_ns);
}

int64_t
line_get_position_ns(Line *line)
{
	gint64 position = 0;

	return line->pipeline != NULL &&
			       gst_element_query_position(
				       line->pipeline, GST_FORMAT_TIME, &position) &&
			       position >= 0
		       ? position
		       : AVU_TIME_NONE;
}

int64_t
line_get_ahead_ns(Line *line)
{
	return line->class->get_ahead_ns(line);
}

int64_t
line_get_duration_ns(Line *line)
{
	return line->class->get_duration_ns(line);
}

int64_t
line_get_origin_ns(Line *line)
{
	return line->class->get_origin_ns(line);
}

bool
line_is_seekable(Line *line)
{
	g_autoptr(GstQuery) query = gst_query_new_seeking(GST_FORMAT_TIME);
	gboolean seekable = FALSE;

	if (line->pipeline != NULL && gst_element_query(line->pipeline, query)) {
		gst_query_parse_seeking(query, NULL, &seekable, NULL, NULL);
	}
	return seekable;
}

void
line_close(Line *line)
{
	line->playing = false;
	line->class->close(line);
}

void
line_free(Line *line)
{
	if (line != NULL) {
		line->class->free(line);
	}
}
