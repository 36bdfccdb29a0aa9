/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/line.h: a pipeline that plays tracks, and the notes it sends to its player.
 *
 * Two kinds: the audio line stays for the life of the process and joins tracks without a gap, a
 * video line is made for one item. Functions are for the main thread. Notes are posted from
 * GStreamer's threads through a mailbox and run on the main thread. */
#pragma once

#include <stdatomic.h>

#include <gst/gst.h>

#include <av-upnp/mailbox.h>

#include "track.h"

G_BEGIN_DECLS

typedef struct Line Line;

typedef enum {
	LINE_PREROLLED,    /* the first sample (after open or seek) is at the sink */
	LINE_STATE,        /* the pipeline came to a state: see line_is_playing() */
	LINE_NEXT_STARTED, /* the appended track became the current one */
	LINE_ENDED,        /* everything was heard */
	LINE_BROKEN, /* the octets of token end early; LINE_ENDED follows when they are played */
	LINE_FAILED, /* token cannot be played (on): text says why */
	LINE_HAS_PICTURES, /* token turned out to be a video */
	LINE_DURATION,     /* the duration may have changed */
	LINE_FORMAT,       /* of token it is known what samples it has */
	LINE_END_WAITS, /* all of the current track but its end has gone to the sink: see keep_next */
} LineNoteKind;

typedef struct {
	LineNoteKind kind;
	uint32_t token; /* 0: whatever is current */
	char *text;
	unsigned serial; /* of the opening it belongs to */
	unsigned seeks;  /* there were before it was posted */
	Line *line;
} LineNote;

typedef struct {
	void (*note)(const LineNote *note, void *user_data);
	void *user_data;
	AvuMailbox *mailbox;
} LineListener;

typedef struct {
	/* Drops what was there, goes to PAUSED with this track. @return false with error */
	bool (*open)(Line *line, const Track *track, GError **error);
	/* Plays after the current one without a gap. @return false: cannot; after LINE_ENDED open it */
	bool (*append)(Line *line, const Track *track);
	/* @return false: it has begun to play already, nothing was done */
	bool (*drop_next)(Line *line);
	/* The appended track has samples of the same kind as the current one, or it is not known. */
	bool (*next_fits)(Line *line);
	/* It follows: where it had to be known first whether it fits, the current one waited with its end. */
	void (*keep_next)(Line *line);
	/* The appended track became the current one: forget the one before. */
	void (*shift)(Line *line);
	/* What is open can be sought in at this rate. */
	bool (*fits_rate)(Line *line, double rate);
	/* Something of the current track can still be sought in. */
	bool (*can_seek)(Line *line);
	/* How much is decoded and not at the sink yet; 0: not known. */
	int64_t (*get_ahead_ns)(Line *line);
	/* Of the current track; AVU_TIME_NONE: not known. */
	int64_t (*get_duration_ns)(Line *line);
	/* The time that the first sample of the current track has in it; AVU_TIME_NONE: not known. */
	int64_t (*get_origin_ns)(Line *line);
	/* Lets go of tracks; the pipeline may stay ready. */
	void (*close)(Line *line);
	void (*free)(Line *line);
} LineClass;

struct Line {
	const LineClass *class;
	LineListener listener;
	GstElement *pipeline; /* NULL: a video line with nothing open */
	atomic_uint serial;   /* grows with each open and close: notes of before are stale */
	atomic_uint seeks; /* in what is open: what prerolled before them does not count any more */
	bool playing;      /* asked for */
	double rate;       /* of the next opening or seek; 1: usual */
};

/** Fills the common part. @param pipeline  taken */
void line_init(
	Line *line, const LineClass *class, const LineListener *listener, GstElement *pipeline);
void line_clear(Line *line);

/** @param text  copied; may be NULL. @thread any */
void line_post(Line *line, LineNoteKind kind, uint32_t token, const char *text);
/** The note belongs to what is open now. */
bool line_is_current_note(const LineNote *note);

/** Marks an element whose children's faults belong to this track. */
void line_mark(GstElement *element, uint32_t token);
/** @return 0: not marked. @thread any */
uint32_t line_get_mark(GstElement *element);

bool line_open(Line *line, const Track *track, GError **error);
bool line_append(Line *line, const Track *track);
bool line_drop_next(Line *line);
bool line_next_fits(Line *line);
void line_keep_next(Line *line);
void line_shift(Line *line);
/** Counts from the next opening or seek on. @return false: only an opening brings it */
bool line_set_rate(Line *line, double rate);
void line_set_playing(Line *line, bool playing);
bool line_is_playing(const Line *line);
bool line_can_seek(Line *line);
bool line_seek(Line *line, int64_t position_ns, bool exact);
int64_t line_get_position_ns(Line *line);
/** What stands there comes once more from the decoder; then LINE_PREROLLED. @return false: it cannot */
bool line_redraw(Line *line);
int64_t line_get_ahead_ns(Line *line);
int64_t line_get_duration_ns(Line *line);
int64_t line_get_origin_ns(Line *line);
bool line_is_seekable(Line *line);
void line_close(Line *line);
void line_free(Line *line);

G_END_DECLS
