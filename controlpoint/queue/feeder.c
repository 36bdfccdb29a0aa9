/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules by which a queue goes on. Pure; one thread. */
#include <string.h>

#include "queue/feeder.h"

#define START_NS (15 * AVU_NS_PER_S) /* a renderer may take this long to begin */
#define SETTLE_NS AVU_NS_PER_S       /* after loading, what it says may still be of the last one */
#define NEAR_END_NS (3 * AVU_NS_PER_S) /* positions are whole seconds, durations are rounded */
#define NEAR_BEGIN_NS (4 * AVU_NS_PER_S)
#define BETWEEN_NS (2 * AVU_NS_PER_S) /* STOPPED between two tracks, at most */

static const char *const habit_names[] = {
	[NEXT_UNKNOWN] = "unknown",
	[NEXT_GAPLESS] = "gapless",
	[NEXT_STOPS] = "stops",
	[NEXT_DROPS] = "drops",
	[NEXT_MISSING] = "missing",
};

const char *
next_habit_name(NextHabit habit)
{
	return habit_names[habit];
}

NextHabit
next_habit_parse(const char *name)
{
	for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(habit_names); i++) {
		if (strcmp(habit_names[i], name) == 0) {
			return (NextHabit)i;
		}
	}
	return NEXT_UNKNOWN;
}

void
feeder_init(Feeder *feeder, NextHabit habit)
{
	*feeder = (Feeder){ .habit = habit };
}

void
feeder_clear(Feeder *feeder)
{
	feeder_stop(feeder);
}

void
feeder_stop(Feeder *feeder)
{
	g_clear_pointer(&feeder->uri, g_free);
	g_clear_pointer(&feeder->next, g_free);
}

void
feeder_loaded(Feeder *feeder, const char *uri, int64_t duration_ns, int64_t now_ns)
{
	feeder_stop(feeder);
	feeder->uri = g_strdup(uri);
	feeder->seen_playing = false;
	feeder->stopped_between = false;
	feeder->reached_end = false;
	feeder->loaded_ns = now_ns;
	feeder->looked_ns = now_ns;
	feeder->unseen_ns = 0;
	feeder->stopped_ns = AVU_TIME_NONE;
	feeder->position_ns = AVU_TIME_NONE;
	feeder->duration_ns = duration_ns;
}

void
feeder_handed(Feeder *feeder, const char *uri, bool taken)
{
	g_free(feeder->next);
	feeder->next = taken ? g_strdup(uri) : NULL;
	if (!taken) {
		feeder->habit = NEXT_MISSING;
	}
}

void
feeder_forget_next(Feeder *feeder)
{
	g_clear_pointer(&feeder->next, g_free);
}

/* Has it got so far since it was seen playing that stopping now is the end? */
static bool
is_near_end(const Feeder *feeder, int64_t now_ns)
{
	return feeder->duration_ns == AVU_TIME_NONE || feeder->position_ns == AVU_TIME_NONE ||
	       feeder->position_ns + (now_ns - feeder->played_ns) >=
		       feeder->duration_ns - NEAR_END_NS;
}

/* Does it play what was handed over? Where it names no track, or both have the same URI, the position
 * tells: it was at the end and is at the beginning. */
static bool
has_moved_on(const Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	if (feeder->next == NULL || view->state == FEEDER_STOPPED) {
		return false;
	}
	if (view->uri != NULL && strcmp(feeder->next, feeder->uri) != 0) {
		return strcmp(view->uri, feeder->next) == 0;
	}
	return feeder->position_ns != AVU_TIME_NONE && view->position_ns != AVU_TIME_NONE &&
	       is_near_end(feeder, now_ns) && view->position_ns < NEAR_BEGIN_NS &&
	       view->position_ns < feeder->position_ns - AVU_NS_PER_MS * 500;
}

static FeederStep
move_on(Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	const bool stopped = feeder->stopped_between || feeder->stopped_ns != AVU_TIME_NONE;
	g_autofree char *uri = g_steal_pointer(&feeder->next);

	feeder->habit = stopped ? NEXT_STOPS : NEXT_GAPLESS;
	feeder_loaded(feeder, uri, view->duration_ns, now_ns);
	feeder->seen_playing = view->state == FEEDER_PLAYING;
	return FEEDER_MOVED_ON;
}

/* Its track is neither ours nor the next. */
static bool
is_foreign(const Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	return view->uri != NULL && strcmp(view->uri, feeder->uri) != 0 &&
	       now_ns - feeder->loaded_ns > SETTLE_NS && view->state != FEEDER_STOPPED;
}

/* Was it so short that it began and ended while nobody looked? */
static bool
was_over_unseen(const Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	const bool told = view->duration_ns != AVU_TIME_NONE && view->uri != NULL &&
			  strcmp(view->uri, feeder->uri) == 0;
	const int64_t duration_ns = told ? view->duration_ns : feeder->duration_ns;

	return duration_ns != AVU_TIME_NONE && feeder->unseen_ns >= duration_ns &&
	       now_ns - feeder->loaded_ns >= duration_ns + SETTLE_NS;
}

/* Has the next one begun and ended since the last look? */
static bool
was_next_over_unseen(const Feeder *feeder, const FeederView *view)
{
	return feeder->next != NULL && feeder->stopped_ns == AVU_TIME_NONE && view->uri != NULL &&
	       strcmp(view->uri, feeder->uri) != 0 && strcmp(view->uri, feeder->next) == 0 &&
	       view->duration_ns != AVU_TIME_NONE && feeder->gap_ns >= view->duration_ns;
}

/* It stands at the end of that one; how it got there nobody has seen. */
static FeederStep
move_past(Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	g_autofree char *uri = g_steal_pointer(&feeder->next);
	const int64_t unseen_ns = feeder->gap_ns;

	feeder_loaded(feeder, uri, view->duration_ns, now_ns);
	feeder->unseen_ns = unseen_ns;
	return FEEDER_MOVED_ON;
}

static FeederStep
look_at_stopped(Feeder *feeder, const FeederView *view, int64_t now_ns)
{
	if (!feeder->seen_playing && was_over_unseen(feeder, view, now_ns)) {
		return FEEDER_LOAD;
	}
	if (feeder->seen_playing && was_next_over_unseen(feeder, view)) {
		return move_past(feeder, view, now_ns);
	}
	if (!feeder->seen_playing) {
		return now_ns - feeder->loaded_ns > START_NS ? FEEDER_SKIP : FEEDER_WAIT;
	}
	if (feeder->stopped_ns == AVU_TIME_NONE) {
		feeder->stopped_ns = now_ns;
		if (!feeder->reached_end && !is_near_end(feeder, now_ns)) {
			return FEEDER_YIELD;
		}
	}
	if (feeder->next == NULL) {
		return FEEDER_LOAD;
	}
	/* it may yet begin the next by itself */
	feeder->stopped_between = true;
	if (now_ns - feeder->stopped_ns < BETWEEN_NS) {
		return FEEDER_WAIT;
	}
	feeder->habit = NEXT_DROPS;
	return FEEDER_LOAD;
}

static FeederStep
look_at_playing(Feeder *feeder, const FeederView *view, const char *next_uri, int64_t now_ns)
{
	feeder->seen_playing = true;
	feeder->stopped_ns = AVU_TIME_NONE;
	/* State and position are asked for one after the other: what is over in between says that it
	 * plays, and stands at its beginning. */
	feeder->reached_end = feeder->position_ns != AVU_TIME_NONE &&
			      view->position_ns < feeder->position_ns &&
			      is_near_end(feeder, now_ns);
	feeder->position_ns = view->position_ns;
	feeder->played_ns = now_ns;
	if (view->duration_ns != AVU_TIME_NONE) {
		feeder->duration_ns = view->duration_ns;
	}
	const bool can = feeder->habit != NEXT_DROPS && feeder->habit != NEXT_MISSING;

	return can && next_uri != NULL && feeder->next == NULL ? FEEDER_HAND : FEEDER_WAIT;
}

FeederStep
feeder_look(Feeder *feeder, const FeederView *view, const char *next_uri, int64_t now_ns)
{
	if (feeder->uri == NULL) {
		return FEEDER_WAIT;
	}
	feeder->gap_ns = now_ns - feeder->looked_ns;
	feeder->unseen_ns = MAX(feeder->unseen_ns, feeder->gap_ns);
	feeder->looked_ns = now_ns;
	if (has_moved_on(feeder, view, now_ns)) {
		return move_on(feeder, view, now_ns);
	}
	if (is_foreign(feeder, view, now_ns)) {
		return FEEDER_YIELD;
	}
	if (view->failed && now_ns - feeder->loaded_ns > SETTLE_NS / 2) {
		return FEEDER_SKIP;
	}
	switch (view->state) {
	case FEEDER_STOPPED:
		return look_at_stopped(feeder, view, now_ns);
	case FEEDER_PLAYING:
		return look_at_playing(feeder, view, next_uri, now_ns);
	case FEEDER_PAUSED:
	case FEEDER_BUSY:
		break;
	}
	return FEEDER_WAIT;
}
