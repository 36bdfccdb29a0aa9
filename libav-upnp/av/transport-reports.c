/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the engine reports: words about a track that it does not have any more are not heard. After each
 * of them all variables are written anew.
 * Main context's thread; may come from inside the engine's functions. */
#include "transport-private.h"

static void
state_changed(uint32_t token, AvuEngineState state, void *user_data)
{
	AvuTransport *self = user_data;

	if (self->loaded && self->token == token) {
		self->engine_state = state;
		if (state == AVU_ENGINE_PLAYING) {
			self->failures = 0;
		}
		transport_publish(self);
	}
}

static void
track_started(uint32_t token, void *user_data)
{
	AvuTransport *self = user_data;

	if (!self->loaded || self->follower == NULL || self->follower_token != token ||
		!transport_go_on(self)) {
		return;
	}
	self->token = token;
	self->failures = 0;
	self->start_ns = 0;
	transport_forget_follower(self);
	transport_follow(self);
	transport_publish(self);
}

static void
ended(uint32_t token, void *user_data)
{
	AvuTransport *self = user_data;

	if (!self->loaded || self->token != token) {
		return;
	}
	self->loaded = false; /* the engine let go of it, and of what was to follow */
	transport_forget_follower(self);
	transport_move_on(self);
	transport_publish(self);
}

/* One of a list is passed over; what comes after it takes its place, in whatever state. */
static void
current_failed(AvuTransport *self, int code, const char *sentence)
{
	transport_get_track(self)->failed = true;
	self->loaded = false;
	transport_note_failure(self, sentence);
	transport_forget_follower(self);
	if (++self->failures < TRANSPORT_FAILURES_MAX && transport_goes_on(self) &&
		transport_media_advance(self->media, self->rand)) {
		self->start_ns = 0;
		self->speed = AVU_PLAY_SPEED_NORMAL;
		transport_load(self);
	} else {
		self->loaded = true; /* for the engine to be stopped */
		if (self->failures >= TRANSPORT_FAILURES_MAX || !transport_push_starve(self)) {
			transport_fail_with(self, code, sentence);
		}
	}
}

/* The current one plays on. */
static void
follower_failed(AvuTransport *self, const char *sentence)
{
	transport_note_failure(self, sentence);
	self->failures++;
	self->follower->failed = true;
	if (self->next != NULL && self->follower == transport_media_get_current(self->next)) {
		self->next->failed = !transport_media_advance(self->next, self->rand);
	}
	transport_forget_follower(self);
	transport_follow(self);
}

static void
failed(uint32_t token, int code, const char *sentence, void *user_data)
{
	AvuTransport *self = user_data;

	if (self->loaded && self->token == token) {
		current_failed(self, code, sentence);
	} else if (self->loaded && self->follower != NULL && self->follower_token == token) {
		follower_failed(self, sentence);
	} else {
		return;
	}
	transport_publish(self);
}

static TransportTrack *
find_track(const AvuTransport *self, uint32_t token)
{
	if (self->loaded && self->token == token) {
		return transport_get_track(self);
	}
	return self->loaded && self->follower_token == token ? self->follower : NULL;
}

static void
duration_known(uint32_t token, int64_t duration_ns, void *user_data)
{
	TransportTrack *track = find_track(user_data, token);

	if (track != NULL) {
		track->duration_ns = duration_ns;
		transport_publish(user_data);
	}
}

static void
seekable_known(uint32_t token, bool seekable, void *user_data)
{
	TransportTrack *track = find_track(user_data, token);

	if (track != NULL) {
		track->seekable = seekable;
		transport_publish(user_data);
	}
}

static void
speed_changed(uint32_t token, AvuPlaySpeed speed, void *user_data)
{
	AvuTransport *self = user_data;

	if (self->loaded && self->token == token) {
		self->speed = speed;
		transport_publish(self);
	}
}

static void
title_changed(uint32_t token, const char *station, const char *title, void *user_data)
{
	TransportTrack *track = find_track(user_data, token);

	if (track != NULL) {
		transport_track_set_live_title(track, station, title);
		transport_publish(user_data);
	}
}

const AvuEngineListener *
avu_transport_get_listener(void)
{
	static const AvuEngineListener listener = {
		.state_changed = state_changed,
		.track_started = track_started,
		.ended = ended,
		.failed = failed,
		.duration_known = duration_known,
		.seekable_known = seekable_known,
		.speed_changed = speed_changed,
		.title_changed = title_changed,
	};

	return &listener;
}
