/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread of a jitter buffer: which octets next is the ring's plan, here a connection to them is
 * kept. Each round looks at what is wanted, then at the connections, then waits for the next thing to
 * happen. Nothing here blocks but that wait, which ends with any event and at the next deadline. */

#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/random.h>

#include "jitter-private.h"

#define JITTER_SILENCE_NS (2 * AVU_NS_PER_S)   /* then a second connection is made beside it */
#define JITTER_DEAD_NS (10 * AVU_NS_PER_S)     /* then it is let go, where it can be made again */
#define JITTER_LIVE_DEAD_NS (4 * AVU_NS_PER_S) /* stations send all the time */
/* So much is read once more to come to the place of a break; behind that a new seek, which is not exact, is
 * heard less than the pause would be. */
#define JITTER_REPEAT_MAX (64u * 1024 * 1024)

/* Can the octets after a break at that place be had at all? */
static bool
jitter_can_continue(const AvuJitterBuffer *self, uint64_t at)
{
	const RemoteSource *source = &self->source;

	if (!self->described) {
		return self->again;
	}
	if (source->repeats) {
		return at <= JITTER_REPEAT_MAX;
	}
	return self->pieces != NULL || source->ranges || source->live || source->growing ||
	       (source->validator != NULL && source->total_bytes >= 0);
}

/* ---- the end of a connection */

static BackOffReason
jitter_reason(const AvuJitterBuffer *self, const JitterLink *link)
{
	return self->still_ns != AVU_TIME_NONE ? BACK_OFF_GROWING
					       : back_off_reason_for(link->answered, link->error);
}

/* @return whether a failure is of a kind that asking again cannot mend */
static bool
jitter_is_final(const JitterLink *link)
{
	static const int codes[] = { AVU_ERROR_DENIED, AVU_ERROR_SYNTAX, AVU_ERROR_LIMIT };

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		if (g_error_matches(link->error, AVU_ERROR, codes[i])) {
			return true;
		}
	}
	return link->refusal != NULL && link->verdict.verdict == REMOTE_SOURCE_NEVER;
}

/* It was not known where it ends: here. */
static void
jitter_end_at(AvuJitterBuffer *self, uint64_t offset)
{
	self->source.growing = false;
	self->source.total_bytes = (int64_t)offset;
	avu_ring_writer_end(self->ring, offset);
}

/* All that there was of a recording that is still made came, or an answer says that there is no more of it.
 * @return that is its end: it stood still for long enough (what is live may be silent), or is not made any more */
static bool
jitter_take_still(AvuJitterBuffer *self, const JitterLink *link)
{
	const bool refused = link->refusal != NULL;
	const bool over = refused && link->verdict.verdict == REMOTE_SOURCE_END;
	const bool none = refused && link->verdict.reason == BACK_OFF_GROWING;
	const int64_t now_ns = avu_now_ns();

	if (self->still_ns == AVU_TIME_NONE && (none || link->error == NULL)) {
		self->still_ns = now_ns;
	}
	return over || (!self->source.live && self->still_ns != AVU_TIME_NONE &&
			       now_ns - self->still_ns >= self->growth_ns);
}

/* The resource came to its regular end. */
static bool
jitter_take_end(AvuJitterBuffer *self, const JitterLink *link)
{
	const bool ends = self->source.growing || self->source.shifts
				  ? jitter_take_still(self, link)
				  : link->error == NULL && !self->source.live;

	if (!ends) {
		return false;
	}
	if (self->source.total_bytes < 0) {
		jitter_end_at(self, link->at);
	}
	return link->at >= (uint64_t)self->source.total_bytes;
}

static unsigned
jitter_count_links(const AvuJitterBuffer *self)
{
	unsigned n = 0;

	for (size_t i = 0; i < JITTER_LINKS; i++) {
		n += jitter_link_is_open(&self->links[i]);
	}
	return n;
}

/* @return false: self->error says why there is no use in going on */
static bool
jitter_take_failure(AvuJitterBuffer *self, JitterLink *link)
{
	RemoteSourceJudgement verdict = link->verdict;
	int64_t now_ns = avu_now_ns();
	const GError *why = link->refusal != NULL ? link->refusal : link->error;

	g_clear_error(&self->trouble);
	self->trouble = why != NULL ? g_error_copy(why) : NULL;

	self->broken = self->still_ns == AVU_TIME_NONE;
	if (jitter_count_links(self) > 0) {
		self->retry_ns = now_ns + JITTER_SILENCE_NS; /* it was one beside it */
		return true;
	}
	if (link->refusal != NULL && verdict.verdict == REMOTE_SOURCE_PLAIN) {
		self->broken = self->described;
		self->retry_ns = AVU_TIME_NONE;
		return true;
	}
	if (!jitter_is_final(link) && jitter_can_continue(self, link->at)) {
		self->retry_ns = back_off_next(&self->back_off,
			link->refusal != NULL ? verdict.reason : jitter_reason(self, link),
			link->refusal != NULL ? verdict.asked_ns : AVU_TIME_NONE, now_ns,
			avu_random_below(1000));
		if (self->retry_ns != AVU_TIME_NONE) {
			return true;
		}
	}
	if (self->still_ns != AVU_TIME_NONE) {
		jitter_tell_opened(self);
		jitter_end_at(self, link->at); /* nobody is left to ask whether it goes on */
		return true;
	}
	if (why != NULL && (link->refusal != NULL || !link->answered)) {
		self->error = g_error_copy(why);
	} else {
		g_set_error(&self->error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the connection broke at octet %" G_GUINT64_FORMAT
			", and the server cannot begin there: %s",
			link->at, why != NULL ? why->message : "it was shorter than announced");
	}
	return false;
}

/* Looks at the connections that ended. @return false: no use in going on */
static bool
jitter_reap(AvuJitterBuffer *self)
{
	for (size_t i = 0; i < JITTER_LINKS; i++) {
		JitterLink *link = &self->links[i];
		bool go_on = true;

		if (link->stream == NULL || !link->over) {
			continue;
		}
		if (self->described && link->at > 0) {
			jitter_tell_opened(self); /* a short one, or one that broke early */
		}
		if (self->pieces != NULL) {
			go_on = jitter_pieces_take_end(self, link);
		} else if (jitter_take_end(self, link)) {
			jitter_tell_opened(self); /* an empty one */
		} else {
			go_on = jitter_take_failure(self, link);
		}
		jitter_link_close(link);
		if (!go_on) {
			return false;
		}
	}
	return true;
}

/* ---- what is wanted */

static void
jitter_open(AvuJitterBuffer *self, uint64_t offset, bool beside)
{
	JitterLink *link = self->links[0].stream == NULL ? &self->links[0] : &self->links[1];

	pthread_mutex_lock(&self->lock);
	self->numbers.connections++;
	self->numbers.reconnects += self->broken || beside;
	self->numbers.seconds += beside;
	pthread_mutex_unlock(&self->lock);
	self->broken = false;
	(void)jitter_link_open(link, offset, &self->error);
}

static void
jitter_close_all(AvuJitterBuffer *self)
{
	for (size_t i = 0; i < JITTER_LINKS; i++) {
		jitter_link_close(&self->links[i]);
	}
}

/* Connections that are elsewhere are of no use; the one that gives octets wins over one beside it. */
static JitterLink *
jitter_choose(AvuJitterBuffer *self, uint64_t offset)
{
	JitterLink *chosen = NULL;

	for (size_t i = 0; i < JITTER_LINKS; i++) {
		JitterLink *link = &self->links[i];

		if (link->stream == NULL) {
			continue;
		}
		if (link->at != offset) {
			jitter_link_close(link);
		} else if (chosen == NULL || link->heard_ns > chosen->heard_ns) {
			chosen = link;
		}
	}
	return chosen;
}

/* It has been silent for too long to believe in it. @return when to look again */
static int64_t
jitter_abandon(AvuJitterBuffer *self, int64_t now_ns)
{
	jitter_close_all(self);
	self->broken = true;
	return now_ns;
}

/* A connection is there for the octets at offset. @return when to look at it again */
static int64_t
jitter_watch(AvuJitterBuffer *self, JitterLink *link, uint64_t offset, int64_t now_ns)
{
	int64_t dead_ns = self->source.live ? JITTER_LIVE_DEAD_NS : JITTER_DEAD_NS;

	if (link->full) {
		link->full = false;
		link->heard_ns = now_ns; /* that it was silent was our wish */
		avu_stream_resume(link->stream);
	}
	if (!self->described || !jitter_can_continue(self, offset)) {
		return AVU_TIME_NONE; /* another one could not go on in its middle */
	}
	if (self->source.ranges && jitter_count_links(self) == 1) {
		int64_t due_ns = link->heard_ns + JITTER_SILENCE_NS;

		due_ns = self->retry_ns != AVU_TIME_NONE ? MAX(due_ns, self->retry_ns) : due_ns;
		if (now_ns < due_ns) {
			return due_ns;
		}
		jitter_open(self, offset, /* beside = */ true);
		return now_ns + dead_ns;
	}
	return now_ns - link->heard_ns >= dead_ns ? jitter_abandon(self, now_ns)
						  : link->heard_ns + dead_ns;
}

/* What was there is used up, and nothing came for too long. */
static bool
jitter_is_hopeless(const AvuJitterBuffer *self, const AvuRingLevel *level, int64_t now_ns)
{
	return level->level_bytes == 0 && now_ns - self->progress_ns >= self->give_up_ns;
}

static void
jitter_give_up(AvuJitterBuffer *self)
{
	g_set_error(&self->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
		"nothing came from the server for %d s%s%s", (int)(self->give_up_ns / AVU_NS_PER_S),
		self->trouble != NULL ? "; " : "",
		self->trouble != NULL ? self->trouble->message : "");
}

/* Before another part of a stream in pieces this one ends. Its buffer can be made before anybody sees
 * that end. @return false: it goes on */
static bool
jitter_part(AvuJitterBuffer *self, uint64_t offset)
{
	if (!jitter_pieces_pass_on(self)) {
		return false;
	}
	self->parted = true;
	jitter_tell_opened(self);
	jitter_tell_parted(self);
	avu_ring_writer_end(self->ring, offset);
	return true;
}

/* Keeps a connection to the octets at offset. @return when to look again */
static int64_t
jitter_pursue(AvuJitterBuffer *self, uint64_t offset, int64_t now_ns)
{
	JitterLink *link = jitter_choose(self, offset);

	if (link != NULL) {
		return jitter_watch(self, link, offset, now_ns);
	}
	if (self->retry_ns != AVU_TIME_NONE && now_ns < self->retry_ns) {
		if (self->still_ns != AVU_TIME_NONE) {
			arrival_rest(&self->arrival); /* nothing is there yet that could come */
		}
		return self->retry_ns;
	}
	int64_t due_ns = AVU_TIME_NONE;

	if (self->pieces != NULL && jitter_pieces_put_tail(self, offset)) {
		return now_ns;
	}
	if (self->parted || (self->pieces != NULL && jitter_part(self, offset))) {
		arrival_rest(&self->arrival);
		return AVU_TIME_NONE;
	}
	if (self->pieces != NULL && !jitter_pieces_is_due(self, now_ns, &due_ns)) {
		if (due_ns == AVU_TIME_NONE) {
			jitter_tell_opened(self); /* an empty one */
			avu_ring_writer_end(self->ring, offset);
		}
		arrival_rest(&self->arrival); /* nothing is there yet that could come */
		return due_ns;
	}
	self->retry_ns = AVU_TIME_NONE;
	jitter_open(self, offset, /* beside = */ false);
	return AVU_TIME_NONE;
}

static int64_t
jitter_sooner(int64_t a_ns, int64_t b_ns)
{
	return a_ns == AVU_TIME_NONE || (b_ns != AVU_TIME_NONE && b_ns < a_ns) ? b_ns : a_ns;
}

/* Nobody reads this part: what there is of it is passed over, until another one begins. @return as above */
static int64_t
jitter_leave(AvuJitterBuffer *self, int64_t now_ns)
{
	if (!self->leaving) {
		self->leaving = true;
		jitter_close_all(self);
	}
	if (jitter_pieces_leave(self->pieces)) {
		self->progress_ns = now_ns;
	}
	if (now_ns - self->progress_ns >= self->give_up_ns) {
		jitter_give_up(self);
		return now_ns;
	}
	return jitter_sooner(self->progress_ns + self->give_up_ns,
		jitter_pursue(self, /* offset = */ 0, now_ns));
}

/* One look at everything. @return when to look again; sets self->error when it is over */
static int64_t
jitter_look(AvuJitterBuffer *self)
{
	int64_t now_ns = avu_now_ns();
	uint64_t offset = 0;

	if (!jitter_reap(self)) {
		return now_ns;
	}
	if (atomic_load(&self->left) && self->pieces != NULL && self->told) {
		return jitter_leave(self, now_ns);
	}
	AvuRingLevel level = avu_ring_writer_get_level(self->ring);
	int64_t next_ns = jitter_meter(self, &level, now_ns);

	if (avu_ring_writer_plan(self->ring, &offset) == AVU_RING_WAIT) {
		self->progress_ns = now_ns;
		arrival_rest(&self->arrival);
		return next_ns;
	}
	if (jitter_is_hopeless(self, &level, now_ns)) {
		jitter_give_up(self);
		return now_ns;
	}
	arrival_listen(&self->arrival, now_ns);
	return jitter_sooner(next_ns, jitter_pursue(self, offset, now_ns));
}

void *
jitter_thread_run(void *buffer)
{
	AvuJitterBuffer *self = buffer;
	const int fds[] = { avu_ring_writer_get_event_fd(self->ring), self->wake_fd };

	self->streamer = avu_streamer_new(&self->group->policy);
	self->progress_ns = avu_now_ns();
	self->sampled_ns = self->dry_ns = AVU_TIME_NONE;
	while (!atomic_load(&self->cancelled)) {
		uint64_t woken;

		avu_ring_writer_take_event(self->ring);
		(void)!read(self->wake_fd, &woken, sizeof(woken)); /* EAGAIN: it was not this one */
		int64_t next_ns = jitter_look(self);

		if (self->error != NULL) {
			jitter_tell_failed(self);
			if (self->starved) {
				jitter_tell_starved(self, false); /* the little that is left */
			}
			avu_ring_writer_fail(self->ring);
			break;
		}
		avu_streamer_turn(self->streamer, fds, G_N_ELEMENTS(fds), next_ns);
	}
	jitter_meter_end(self);
	jitter_close_all(self);
	g_clear_pointer(&self->streamer, avu_streamer_free);
	remote_source_clear(&self->source);
	g_clear_pointer(&self->pieces, jitter_pieces_free);
	g_clear_error(&self->trouble);
	for (unsigned i = 0; i < self->n_titles; i++) {
		g_free(self->titles[i].text);
	}
	jitter_tell_finished(self);
	return NULL;
}
