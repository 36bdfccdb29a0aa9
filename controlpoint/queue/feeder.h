/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/feeder.h: when a renderer is to be given which entry of its queue. Pure: it is told what the
 * renderer says and the time, and tells what to do.
 *
 * Renderers differ in what becomes of SetNextAVTransportURI: some play on without a gap, some go
 * through STOPPED between two tracks, some take it and forget it, some have no such action. Which it is
 * shows at the first border between two tracks, and is kept for the next time. */
#pragma once

#include <av-upnp/base.h>

typedef enum {
	NEXT_UNKNOWN,
	NEXT_GAPLESS, /* plays on by itself */
	NEXT_STOPS,   /* plays on by itself, through STOPPED */
	NEXT_DROPS,   /* takes the next URI and does not play it */
	NEXT_MISSING, /* has no such action */
} NextHabit;

/** "gapless", … for files and people; static. */
const char *next_habit_name(NextHabit habit);
/** @return UNKNOWN for other words and NULL */
NextHabit next_habit_parse(const char *name);

typedef enum {
	FEEDER_STOPPED,
	FEEDER_PLAYING,
	FEEDER_PAUSED,
	FEEDER_BUSY, /* TRANSITIONING, or a state of the maker's own */
} FeederState;

/* What the renderer says now. */
typedef struct {
	FeederState state;
	bool failed;                      /* ERROR_OCCURRED */
	const char *uri;                  /* of its track; NULL: it does not say */
	int64_t position_ns, duration_ns; /* AVU_TIME_NONE: not known */
} FeederView;

typedef enum {
	FEEDER_WAIT,     /* nothing to do */
	FEEDER_HAND,     /* give it the next entry to play on with; then feeder_handed() */
	FEEDER_MOVED_ON, /* it has begun the next entry by itself: the queue moves on */
	FEEDER_LOAD,     /* this one is over: load and play the next entry; then feeder_loaded() */
	FEEDER_SKIP,     /* this one failed: the same, but it counts as a failure */
	FEEDER_YIELD,    /* somebody stopped it or plays something else: let it be */
} FeederStep;

typedef struct {
	NextHabit habit;
	char *uri;  /* loaded; NULL: nothing, the queue does not play */
	char *next; /* handed and taken; NULL: none */
	bool seen_playing;
	bool stopped_between;
	bool reached_end; /* its position was near the end before it fell */
	int64_t loaded_ns, stopped_ns;
	int64_t looked_ns;                /* last look */
	int64_t gap_ns;                   /* between the last two looks */
	int64_t unseen_ns;                /* longest such since it was loaded */
	int64_t position_ns, duration_ns; /* when it played last … */
	int64_t played_ns;                /* … which was then */
} Feeder;

void feeder_init(Feeder *feeder, NextHabit habit);
void feeder_clear(Feeder *feeder);
/** The entry was loaded and told to play. */
void feeder_loaded(Feeder *feeder, const char *uri, int64_t duration_ns, int64_t now_ns);
/** The next entry was handed over. @param taken  false: the device has no such action */
void feeder_handed(Feeder *feeder, const char *uri, bool taken);
/** The queue changed behind the present entry: what was handed over is not the next any more. */
void feeder_forget_next(Feeder *feeder);
/** The queue does not play any more. */
void feeder_stop(Feeder *feeder);

/** @param next_uri  of the entry behind the present one; NULL: it is the last */
FeederStep feeder_look(
	Feeder *feeder, const FeederView *view, const char *next_uri, int64_t now_ns);
