/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A second AVTransport, of nothing but numbers: what the standard and the README say, written down anew.
 * It is told the same actions and the same of the engine as the real one, and says what must be seen.
 * In shuffled modes it is told which track it is. */
#pragma once

#include <av-upnp/engine.h>

#define MODEL_FAILURES 10
#define MODEL_STUCK_NS (33 * AVU_NS_PER_S)
#define MODEL_REFUSAL_NS (10 * AVU_NS_PER_S)
#define MODEL_INTRO_NS (10 * AVU_NS_PER_S)

typedef enum {
	M_NORMAL,
	M_SHUFFLE,
	M_ONE,
	M_ALL,
	M_RANDOM,
	M_DIRECT,
	M_INTRO,
	M_N_MODES
} ModelMode;
typedef enum { WANT_STOP, WANT_PLAY, WANT_PAUSE } ModelWant;
typedef enum { DOES_NOTHING, DOES_WAIT, DOES_PLAY, DOES_PAUSE } ModelDoes;

typedef struct {
	int source; /* -1: none */
	int n;      /* tracks; 0: the list is not read */
	int at;
	unsigned failed; /* a bit for each track */
	bool reading, bad;
	bool arriving; /* pushed as a whole, of which a part is missing */
	bool grows;    /* pushed while it is played; more is to come */
	bool starved;  /* and is waited for */
} ModelMedia;

typedef struct {
	ModelMedia now, next;
	ModelMode mode;
	ModelWant want;
	ModelDoes does; /* of the engine, or of the list that is being read */
	bool loaded, trouble;
	int failures;
	int refusal; /* what the next Play answers; 0: nothing is wrong */
	int64_t since_ns, clock_ns, refusal_ns;
} Model;

static const ModelMedia model_nothing = { .source = -1 };

static inline void
model_init(Model *m, int64_t clock_ns)
{
	*m = (Model){ .now = model_nothing, .next = model_nothing, .clock_ns = clock_ns };
}

static inline bool
model_is_shuffled(const Model *m)
{
	return m->mode == M_SHUFFLE || m->mode == M_RANDOM;
}

static inline const char *
model_state(const Model *m)
{
	if (m->now.source < 0) {
		return "NO_MEDIA_PRESENT";
	}
	if (m->now.arriving) {
		return "TRANSITIONING";
	}
	if (m->want == WANT_STOP) {
		return "STOPPED";
	}
	if (m->does == DOES_PLAY) {
		return "PLAYING";
	}
	return m->want == WANT_PLAY ? "TRANSITIONING" : "PAUSED_PLAYBACK";
}

static inline bool
model_waits(const Model *m)
{
	return m->now.arriving ||
	       (m->now.source >= 0 && m->want == WANT_PLAY && m->does != DOES_PLAY);
}

static inline bool
model_is_good(const ModelMedia *media, int track)
{
	return (media->failed & 1u << track) == 0;
}

static inline bool
model_all_failed(const ModelMedia *media)
{
	return media->failed == (1u << media->n) - 1;
}

/* The track played by itself after the present one; -1: none; in shuffled modes -2: some other. */
static inline int
model_after(const Model *m, const ModelMedia *media)
{
	if (media->n == 0 || m->mode == M_DIRECT) {
		return -1;
	}
	if (m->mode == M_ONE) {
		return model_is_good(media, media->at) ? media->at : -1;
	}
	if (model_is_shuffled(m)) {
		return -2;
	}
	for (int i = media->at + 1; i < media->n; i++) {
		if (model_is_good(media, i)) {
			return i;
		}
	}
	for (int i = 0; m->mode == M_ALL && i < media->n; i++) {
		if (model_is_good(media, i)) {
			return i;
		}
	}
	return -1;
}

static inline void
model_stop(Model *m)
{
	m->want = WANT_STOP;
	m->does = DOES_NOTHING;
	m->loaded = false;
	m->now.starved = false;
}

static inline void
model_fail(Model *m)
{
	m->trouble = true;
	model_stop(m);
}

/* What was loaded before anybody said Play is told by that Play. */
static inline void
model_fail_with(Model *m, int code)
{
	if (m->want == WANT_STOP) {
		m->refusal = code;
		m->refusal_ns = m->clock_ns;
	}
	model_fail(m);
}

static inline void
model_load(Model *m)
{
	m->refusal = 0;
	m->now.starved = false;
	m->does = DOES_WAIT;
	m->since_ns = m->clock_ns;
	m->loaded = m->now.n > 0;
	if (m->loaded) {
		m->now.failed &= ~(1u << m->now.at);
	} else {
		m->now.reading = true;
	}
}

/* In the order of the list, after the end of a round. */
static inline void
model_go(ModelMedia *media, ModelMode mode, int track)
{
	if (mode == M_ALL && track <= media->at) {
		media->failed = 0;
	}
	media->at = track;
}

/* seen: the track that is, in shuffled modes; -1: it is none of this list any more. */
static inline bool
model_go_on_within(Model *m, int seen)
{
	int track = model_after(m, &m->now);

	if (track == -2) {
		track = seen;
	}
	if (track < 0) {
		return false;
	}
	model_go(&m->now, m->mode, track);
	return true;
}

static inline bool
model_go_on(Model *m, int seen)
{
	if (model_go_on_within(m, seen)) {
		return true;
	}
	if (m->mode == M_DIRECT || m->now.grows || m->next.source < 0 || m->next.bad) {
		return false;
	}
	m->now = m->next;
	m->next = model_nothing;
	return true;
}

/* ---- actions; the code that the action answers with */

static inline int
model_set(Model *m, ModelMedia media)
{
	m->now = media;
	m->next = model_nothing;
	m->trouble = false;
	m->failures = 0;
	m->refusal = 0;
	if (media.source < 0) {
		model_stop(m);
	} else {
		model_load(m);
	}
	return 0;
}

static inline int
model_set_next(Model *m, ModelMedia media)
{
	m->next = media;
	return 0;
}

static inline int
model_play(Model *m)
{
	if (m->now.source < 0) {
		return 702;
	}
	if (m->now.arriving) {
		return 735;
	}
	const bool waited = model_waits(m);
	const int refusal = m->refusal;

	m->refusal = 0;
	if (refusal != 0 && m->clock_ns - m->refusal_ns < MODEL_REFUSAL_NS) {
		return refusal;
	}
	m->trouble = false;
	m->failures = 0;
	m->want = WANT_PLAY;
	if (!m->loaded && !m->now.starved) {
		model_load(m);
	} else if (!waited && model_waits(m)) {
		m->since_ns = m->clock_ns;
	}
	return 0;
}

static inline int
model_pause(Model *m)
{
	if (m->now.arriving) {
		return 735;
	}
	if (m->now.source < 0 || m->want != WANT_PLAY) {
		/* what still sounds after Pause counts as PLAYING */
		return m->now.source >= 0 && m->want == WANT_PAUSE && m->does == DOES_PLAY ? 0
											   : 701;
	}
	m->want = WANT_PAUSE;
	return 0;
}

static inline int
model_halt(Model *m)
{
	if (m->now.source < 0) {
		return 701;
	}
	if (m->now.arriving) {
		return 735;
	}
	model_stop(m);
	return 0;
}

/* by: +1, -1; seen as above, or -3 when the real one refused. */
static inline int
model_step(Model *m, int by, int seen)
{
	if (m->now.source < 0) {
		return 701;
	}
	if (m->now.arriving) {
		return 735;
	}
	if (m->now.n == 0) {
		return 711;
	}
	int track = m->now.at + by;

	if (model_is_shuffled(m)) {
		if (seen == -3) {
			return 711;
		}
		track = seen;
	}
	if (track >= 0 && track < m->now.n) {
		m->now.at = track;
	} else if (by > 0 && m->next.source >= 0 && !m->next.bad) {
		m->now = m->next;
		m->next = model_nothing;
	} else {
		return 711;
	}
	m->trouble = false;
	m->failures = 0;
	model_load(m);
	return 0;
}

static inline int
model_seek_track(Model *m, int number)
{
	if (m->now.arriving) {
		return 735;
	}
	if (m->now.source < 0 || m->now.n == 0) {
		return 701;
	}
	if (number < 1 || number > m->now.n) {
		return 711;
	}
	if (number - 1 == m->now.at) {
		if (m->now.starved) {
			model_load(m);
		}
		return 0; /* from its beginning */
	}
	m->now.at = number - 1;
	m->trouble = false;
	m->failures = 0;
	model_load(m);
	return 0;
}

/* All of a pushed list, or its first half; the rest; one track more, and the end. */
static inline void
model_push_rest(Model *m, int n)
{
	m->now.arriving = false;
	m->now.n = n;
	model_load(m);
}

static inline void
model_push_more(Model *m, int seen)
{
	m->now.n++;
	const int after = m->now.starved ? model_after(m, &m->now) : -1;

	if (after != -1) {
		model_go(&m->now, m->mode, after == -2 ? seen : after);
		model_load(m);
	}
}

/* ---- what happens */

static inline void
model_read(Model *m, bool of_next, int n)
{
	ModelMedia *media = of_next ? &m->next : &m->now;
	const bool awaited = !of_next && !m->loaded && m->does == DOES_WAIT;

	media->reading = false;
	media->n = n;
	media->at = 0;
	if (of_next) {
		media->bad = n == 0;
	} else if (n == 0) {
		m->trouble = true;
		if (awaited) {
			model_fail_with(m, 716);
		}
	} else if (awaited) {
		model_load(m);
	}
}

static inline void
model_engine_is(Model *m, ModelDoes does)
{
	const bool waited = model_waits(m);

	m->does = does;
	if (does == DOES_PLAY) {
		m->failures = 0;
	}
	if (!waited && model_waits(m)) {
		m->since_ns = m->clock_ns;
	}
}

/* The list may grow: what comes is waited for. */
static inline bool
model_starve(Model *m)
{
	if (!m->now.grows || m->mode == M_DIRECT) {
		return false;
	}
	m->now.starved = true;
	m->does = DOES_WAIT;
	m->since_ns = m->clock_ns;
	return true;
}

static inline void
model_move_on(Model *m, int seen)
{
	m->loaded = false;
	if (model_go_on(m, seen)) {
		model_load(m);
		return;
	}
	if (model_starve(m)) {
		return;
	}
	m->trouble = m->next.bad || m->now.failed != 0;
	if (m->next.bad) {
		m->next = model_nothing;
	}
	if (m->mode != M_DIRECT) {
		m->now.at = 0;
		m->now.failed = 0;
	}
	model_stop(m);
}

static inline void
model_started_next(Model *m, int seen)
{
	(void)model_go_on(m, seen);
	m->failures = 0;
}

static inline void
model_current_failed(Model *m, int seen)
{
	m->now.failed |= 1u << m->now.at;
	m->loaded = false;
	if (++m->failures < MODEL_FAILURES && model_go_on_within(m, seen)) {
		model_load(m);
	} else if (m->failures >= MODEL_FAILURES || !model_starve(m)) {
		model_fail_with(m, 704);
	}
}

/* track: which of its list */
static inline void
model_follower_failed(Model *m, bool of_next, int track)
{
	m->failures++;
	if (!of_next) {
		m->now.failed |= 1u << track;
		return;
	}
	m->next.at = track;
	m->next.failed |= 1u << track;
	const int after = model_after(m, &m->next);

	m->next.bad = after == -1 || (after == -2 && model_all_failed(&m->next));
	if (after >= 0) {
		model_go(&m->next, m->mode, after);
	}
}

/* Time alone. @param position_ns of the engine  @return has it changed something? */
static inline bool
model_expire(Model *m, int64_t position_ns)
{
	if (model_waits(m) && m->clock_ns - m->since_ns >= MODEL_STUCK_NS) {
		m->now.reading = false;
		m->now.grows = m->now.grows && !m->now.starved;
		if (m->now.arriving) {
			m->now = model_nothing;
			m->next = model_nothing;
		}
		model_fail(m);
		return true;
	}
	if (m->mode == M_INTRO && m->now.source >= 0 && m->want != WANT_STOP &&
		m->does == DOES_PLAY && position_ns >= MODEL_INTRO_NS) {
		model_move_on(m, -1);
		return true;
	}
	return false;
}

/* No more of a list comes. */
static inline void
model_push_end(Model *m, int seen)
{
	m->now.grows = false;
	if (m->now.starved) {
		model_move_on(m, seen);
	}
}
