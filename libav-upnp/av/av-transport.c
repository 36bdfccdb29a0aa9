/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport over an engine: what is wanted, what the engine has, and what it reports.
 * The actions are in transport-actions.c, the state machine in transport-rules.c, the order of tracks in
 * transport-media.c, what the engine reports in transport-reports.c, what is told of it all in transport-publish.c.
 *
 * Main context's thread. Nothing here waits: the engine is asked and reports later, also from inside
 * its functions. */
#include <av-upnp/error.h>

#include "transport-private.h"

/* So long the reason why something was not loaded is an answer to Play. */
#define REFUSAL_NS (10 * AVU_NS_PER_S)

bool
transport_refuse(GError **error, int code, const char *why)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", why);
	return false;
}

TransportTrack *
transport_get_track(const AvuTransport *self)
{
	return self->media == NULL ? NULL : transport_media_get_current(self->media);
}

bool
transport_is_seekable(const AvuTransport *self)
{
	const TransportTrack *track = transport_get_track(self);

	return track != NULL && track->seekable;
}

/* ---- what the engine is told */

void
transport_forget_follower(AvuTransport *self)
{
	self->follower = NULL;
	self->follower_token = 0;
}

void
transport_unload(AvuTransport *self)
{
	const bool loaded = self->loaded;

	self->loaded = false;
	transport_forget_follower(self);
	if (loaded) {
		self->config.engine->stop(self->config.engine_self);
	}
}

static int64_t
get_show_ns(const AvuTransport *self, const TransportMedia *media)
{
	return transport_media_get_n(media) > 1 ? self->config.picture_ns : 0;
}

static void
apply_speed(AvuTransport *self)
{
	if (self->config.engine->set_speed != NULL && !avu_play_speed_is_normal(self->speed)) {
		self->config.engine->set_speed(self->config.engine_self, self->speed);
	}
}

static void
load_track(AvuTransport *self, TransportTrack *track)
{
	const AvuEngine *engine = self->config.engine;
	const uint32_t token = ++self->last_token;
	const AvuTrack for_engine =
		transport_track_for_engine(track, token, get_show_ns(self, self->media));

	track->failed = false;
	self->token = token;
	self->loaded = true;
	transport_forget_follower(self);
	engine->load(self->config.engine_self, &for_engine);
	/* it may have failed from inside, and another may be loaded by now */
	if (self->token == token && self->loaded && self->start_ns > 0) {
		engine->seek(self->config.engine_self, self->start_ns);
	}
	if (self->token == token && self->loaded && self->wish == TRANSPORT_WISH_PLAY) {
		apply_speed(self);
		engine->play(self->config.engine_self);
	}
	if (self->token == token && self->loaded) {
		if (self->wish != TRANSPORT_WISH_STOP) {
			self->start_ns = 0; /* it was told */
		}
		transport_follow(self);
	}
}

/* A list that grows is not waited for any more. */
static void
forget_hunger(AvuTransport *self)
{
	if (self->media != NULL && self->media->push != NULL) {
		self->media->push->starved = false;
	}
}

void
transport_load(AvuTransport *self)
{
	TransportTrack *track = transport_get_track(self);
	g_autoptr(GError) error = NULL;

	g_clear_error(&self->refusal);
	forget_hunger(self);
	self->engine_state = AVU_ENGINE_TRANSITIONING;
	self->since_ns = avu_clock_now_ns(self->clock);
	if (track != NULL) {
		transport_track_read(track);
		load_track(self, track);
		return;
	}
	transport_unload(self);
	if (self->media->state == TRANSPORT_MEDIA_UNREAD &&
		!transport_media_read(self, self->media, &error)) {
		transport_fail(self, error->message);
	}
}

/* Playing goes on with the new one, paused stays paused. What was to come next belonged to the old
 * one. */
void
transport_replace(AvuTransport *self, TransportMedia *take_media)
{
	transport_media_close(self, self->next);
	transport_media_close(self, self->media);
	self->next = NULL;
	self->media = take_media;
	self->follower = NULL; /* it went with them */
	self->start_ns = 0;
	self->failures = 0;
	transport_set_trouble(self, NULL);
	self->speed = AVU_PLAY_SPEED_NORMAL;
	g_clear_error(&self->refusal);
	if (take_media == NULL) {
		transport_drop(self);
	} else {
		transport_load(self);
	}
}

void
transport_set_next(AvuTransport *self, TransportMedia *take_media)
{
	if (self->follower != NULL && self->next != NULL &&
		self->follower == transport_media_get_current(self->next)) {
		self->follower = NULL; /* it goes; that the engine has one, the token says */
	}
	transport_media_close(self, self->next);
	self->next = take_media;
	transport_follow(self);
}

void
transport_apply_mode(AvuTransport *self)
{
	TransportMedia *const all[] = { self->media, self->next };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (all[i] != NULL) {
			transport_media_set_mode(all[i], self->mode, self->rand);
		}
	}
	if (self->media != NULL) {
		transport_follow(self);
	}
}

bool
transport_advance_media(AvuTransport *self)
{
	if (self->next == NULL || self->next->failed) {
		return false;
	}
	transport_media_close(self, self->media);
	self->media = g_steal_pointer(&self->next);
	return true;
}

bool
transport_goes_on(const AvuTransport *self)
{
	return self->mode != TRANSPORT_DIRECT_1;
}

/* What comes next by itself may be of the next media: not while more may come of this list. */
static bool
leaves_media(const AvuTransport *self)
{
	return transport_goes_on(self) && (self->media->push == NULL || !self->media->push->open);
}

bool
transport_go_on(AvuTransport *self)
{
	return transport_media_advance(self->media, self->rand) ||
	       (leaves_media(self) && transport_advance_media(self));
}

static TransportTrack *
find_follower(AvuTransport *self)
{
	TransportTrack *track = transport_media_peek(self->media, self->rand);

	if (track != NULL || !leaves_media(self) || self->next == NULL || self->next->failed) {
		return track;
	}
	if (self->next->state == TRANSPORT_MEDIA_UNREAD) {
		self->next->failed = !transport_media_read(self, self->next, NULL);
	}
	return transport_media_get_current(self->next);
}

void
transport_follow(AvuTransport *self)
{
	if (!self->loaded) {
		return; /* comes with the next load */
	}
	TransportTrack *track =
		self->failures < TRANSPORT_FAILURES_MAX ? find_follower(self) : NULL;

	if (track == self->follower && (track != NULL) == (self->follower_token != 0)) {
		return;
	}
	if (track == NULL) {
		transport_forget_follower(self);
		self->config.engine->load_next(self->config.engine_self, NULL);
		return;
	}
	transport_track_read(track);
	self->follower = track;
	self->follower_token = ++self->last_token;

	const AvuTrack for_engine = transport_track_for_engine(
		track, self->follower_token, get_show_ns(self, self->media));

	self->config.engine->load_next(self->config.engine_self, &for_engine);
}

void
transport_drop(AvuTransport *self)
{
	self->wish = TRANSPORT_WISH_STOP;
	self->engine_state = AVU_ENGINE_STOPPED;
	self->start_ns = 0;
	self->speed = AVU_PLAY_SPEED_NORMAL;
	forget_hunger(self);
	transport_unload(self);
}

void
transport_set_trouble(AvuTransport *self, const char *why)
{
	char *trouble = g_strdup(why); /* may be of the old one */

	g_free(self->trouble);
	self->trouble = trouble;
	if (why == NULL) {
		g_clear_pointer(&self->failure, g_free);
	}
}

void
transport_note_failure(AvuTransport *self, const char *why)
{
	g_free(self->failure);
	self->failure = g_strdup(why);
}

const char *
avu_transport_get_trouble(const AvuTransport *self)
{
	return self->trouble;
}

void
transport_fail(AvuTransport *self, const char *why)
{
	transport_set_trouble(self, why);
	transport_drop(self);
}

void
transport_fail_with(AvuTransport *self, int code, const char *sentence)
{
	const bool before_play = self->wish == TRANSPORT_WISH_STOP;

	transport_fail(self, sentence);
	if (before_play) {
		g_clear_error(&self->refusal);
		self->refusal = g_error_new_literal(AVU_UPNP_ERROR, code, sentence);
		self->refusal_ns = avu_clock_now_ns(self->clock);
	}
}

bool
transport_take_refusal(AvuTransport *self, GError **error)
{
	g_autoptr(GError) refusal = g_steal_pointer(&self->refusal);
	const int64_t age_ns = avu_clock_now_ns(self->clock) - self->refusal_ns;

	if (refusal == NULL || age_ns >= REFUSAL_NS) {
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

void
transport_seek_to(AvuTransport *self, int64_t position_ns)
{
	if (transport_push_is_starved(self)) {
		self->start_ns = position_ns; /* once more in what was over */
		transport_load(self);
		return;
	}
	self->start_ns = self->wish == TRANSPORT_WISH_STOP ? position_ns : 0;
	if (self->loaded) {
		self->config.engine->seek(self->config.engine_self, position_ns);
	}
}

int64_t
transport_get_position_ns(const AvuTransport *self)
{
	if (!self->loaded || self->wish == TRANSPORT_WISH_STOP) {
		return self->start_ns;
	}
	return MAX(self->config.engine->get_position_ns(self->config.engine_self), 0);
}

bool
transport_can_step(const AvuTransport *self, int by)
{
	if (transport_get_track(self) == NULL) {
		return false;
	}
	return transport_media_can_step(self->media, by) ||
	       (by > 0 && self->next != NULL && !self->next->failed);
}

/* The list was played to its end. */
static void
finish(AvuTransport *self)
{
	const bool next_failed = self->next != NULL && self->next->failed;

	if (next_failed || transport_media_has_failures(self->media)) {
		transport_set_trouble(self,
			self->failure != NULL ? self->failure : "Some of it could not be played.");
	} else {
		transport_set_trouble(self, NULL);
	}
	if (next_failed) {
		transport_media_close(self, g_steal_pointer(&self->next));
	}
	if (transport_goes_on(self)) {
		transport_media_rewind(self->media, self->rand);
	}
	transport_drop(self);
}

void
transport_move_on(AvuTransport *self)
{
	self->start_ns = 0;
	self->speed = AVU_PLAY_SPEED_NORMAL;
	if (transport_go_on(self)) {
		transport_load(self);
	} else if (!transport_push_starve(self)) {
		finish(self);
	}
}

/* A document that is no list, or a list of nothing that is played here; else it is not there. */
static int
get_list_code(const GError *error)
{
	const bool unfit = error == NULL || g_error_matches(error, AVU_ERROR, AVU_ERROR_SYNTAX) ||
			   g_error_matches(error, AVU_ERROR, AVU_ERROR_LIMIT) ||
			   g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);

	return unfit ? TRANSPORT_NO_FORMAT : TRANSPORT_NO_RESOURCE;
}

void
transport_media_was_read(AvuTransport *self, TransportMedia *media, const GError *error)
{
	const bool good = media->state == TRANSPORT_MEDIA_READY;
	const char *why = error != NULL ? error->message : "nothing of it can be played";
	const bool awaited = !self->loaded && self->engine_state == AVU_ENGINE_TRANSITIONING;

	if (media != self->media) {
		media->failed = !good;
		if (!good) {
			transport_note_failure(self, why);
		}
		transport_follow(self);
	} else if (!good) {
		transport_set_trouble(self, why);
		if (awaited) {
			transport_fail_with(self, get_list_code(error), why);
		}
	} else if (awaited) {
		transport_load(self);
	}
	transport_publish(self);
}

/* ---- life */

static void
on_timer(void *data)
{
	transport_expire(data);
	transport_arm(data); /* the timer's clock may run ahead of ours */
}

AvuTransport *
transport_find_instance(AvuTransport *first, uint32_t instance)
{
	AvuTransport *found = first->instance == instance ? first : NULL;

	for (guint i = 0; found == NULL && i < first->others->len; i++) {
		AvuTransport *other = g_ptr_array_index(first->others, i);

		found = other->instance == instance ? other : NULL;
	}
	return found;
}

static AvuTransport *
make(const AvuTransportConfig *config)
{
	AvuTransport *self = g_new0(AvuTransport, 1);

	self->config = *config;
	if (self->config.version == 0) {
		self->config.version = avu_service_av_transport.max_version;
	}
	self->clock = config->clock == NULL ? avu_clock_monotonic() : config->clock;
	self->rand = config->seed != 0 ? g_rand_new_with_seed(config->seed) : g_rand_new();
	self->speed = AVU_PLAY_SPEED_NORMAL;
	self->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_timer, self);
	return self;
}

/* @param service  NULL: that of the first has been narrowed already */
static void
publish_all(AvuTransport *self, AvuService *service)
{
	avu_variables_begin(self->variables);
	transport_publish_constants(self, service);
	transport_publish(self);
	avu_variables_commit(self->variables);
}

AvuTransport *
avu_transport_new(AvuDeviceHost *host, const AvuTransportConfig *config)
{
	AvuTransport *self = make(config);
	AvuService *service = avu_device_host_add_service(host, &avu_service_av_transport,
		self->config.version, transport_bindings, AVU_SERVICE_MAIN_THREAD, self);

	self->first = self;
	self->others = g_ptr_array_new();
	self->variables = avu_service_get_variables(service);
	publish_all(self, service);
	return self;
}

AvuTransport *
avu_transport_new_instance(AvuTransport *first, unsigned id, const AvuTransportConfig *config)
{
	AvuTransport *self = make(config);

	self->config.version = first->config.version;
	self->first = first;
	self->instance = id;
	self->variables = first->variables;
	g_ptr_array_add(first->others, self);
	publish_all(self, NULL);
	return self;
}

void
avu_transport_free(AvuTransport *self)
{
	if (self == NULL) {
		return;
	}
	if (self != self->first) {
		(void)g_ptr_array_remove_fast(self->first->others, self);
		avu_variables_drop_instance(self->variables, self->instance);
	} else {
		g_ptr_array_unref(self->others);
	}
	avu_timer_free(self->timer);
	transport_media_close(self, self->media);
	transport_media_close(self, self->next);
	g_free(self->trouble);
	g_free(self->failure);
	g_clear_error(&self->refusal);
	g_rand_free(self->rand);
	g_free(self);
}
