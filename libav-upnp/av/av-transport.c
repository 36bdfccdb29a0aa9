/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport over an engine: what is wanted, what the engine does, and what of it is told.
 * The actions are in transport-actions.c, the state machine in transport-rules.c.
 *
 * Main context's thread. Nothing here waits: the engine is asked and reports later, also from inside
 * its functions. What the control points see follows from the fields of the struct, in one place
 * (transport_publish), so that it cannot contradict itself. */
#include <av-upnp/duration.h>

#include "transport-private.h"

/* ROB-019: never longer than 35 s, after a source that is lost was tried for 30 s. */
#define TRANSITIONING_NS (33 * AVU_NS_PER_S)

void
transport_load(AvuTransport *self)
{
	self->current->token = ++self->last_token;
	self->current->failed = false;
	self->loaded = true;
	self->engine_state = AVU_ENGINE_TRANSITIONING;
	self->since_ns = avu_clock_now_ns(self->clock);

	const AvuTrack track = transport_track_for_engine(self->current);

	self->engine->load(self->engine_self, &track);
	if (self->loaded && self->start_ns > 0) {
		self->engine->seek(self->engine_self, self->start_ns);
	}
	if (self->loaded && self->wish == TRANSPORT_WISH_PLAY) {
		self->engine->play(self->engine_self);
	}
	if (self->loaded && self->next != NULL) {
		transport_set_next(self, g_steal_pointer(&self->next)); /* load() dropped it */
	}
}

/* Playing goes on with the new track, paused stays paused. What was to come next belonged to the old
 * one. */
void
transport_replace(AvuTransport *self, TransportTrack *track)
{
	g_clear_pointer(&self->next, transport_track_free);
	transport_track_free(self->current);
	self->current = track;
	self->start_ns = 0;
	self->trouble = false;
	if (track != NULL) {
		transport_load(self);
		return;
	}
	transport_drop(self);
}

void
transport_set_next(AvuTransport *self, TransportTrack *track)
{
	if (self->next != track) {
		transport_track_free(self->next);
		self->next = track;
	}
	if (!self->loaded) {
		return; /* comes with the next load */
	}
	if (track == NULL) {
		self->engine->load_next(self->engine_self, NULL);
		return;
	}
	track->token = ++self->last_token;
	track->failed = false;

	const AvuTrack for_engine = transport_track_for_engine(track);

	self->engine->load_next(self->engine_self, &for_engine);
}

bool
transport_advance(AvuTransport *self)
{
	if (self->next == NULL) {
		return false;
	}
	transport_track_free(self->current);
	self->current = g_steal_pointer(&self->next);
	self->start_ns = 0;
	return true;
}

void
transport_drop(AvuTransport *self)
{
	const bool loaded = self->loaded;

	self->wish = TRANSPORT_WISH_STOP;
	self->loaded = false;
	self->engine_state = AVU_ENGINE_STOPPED;
	self->start_ns = 0;
	if (loaded) {
		self->engine->stop(self->engine_self);
	}
}

void
transport_seek_to(AvuTransport *self, int64_t position_ns)
{
	self->start_ns = self->wish == TRANSPORT_WISH_STOP ? position_ns : 0;
	if (self->loaded) {
		self->engine->seek(self->engine_self, position_ns);
	}
}

int64_t
transport_get_position_ns(const AvuTransport *self)
{
	if (!self->loaded || self->wish == TRANSPORT_WISH_STOP) {
		return self->start_ns;
	}
	return MAX(self->engine->get_position_ns(self->engine_self), 0);
}

/* What the engine reports. */

static void
state_changed(uint32_t token, AvuEngineState state, void *user_data)
{
	AvuTransport *self = user_data;

	if (self->loaded && self->current->token == token) {
		self->engine_state = state;
		transport_publish(self);
	}
}

static void
track_started(uint32_t token, void *user_data)
{
	AvuTransport *self = user_data;

	if (self->loaded && self->next != NULL && self->next->token == token) {
		(void)transport_advance(self);
		transport_publish(self);
	}
}

static void
ended(uint32_t token, void *user_data)
{
	AvuTransport *self = user_data;

	if (!self->loaded || self->current->token != token) {
		return;
	}
	const bool next_failed = self->next != NULL && self->next->failed;

	self->loaded = false; /* the engine let go of it */
	if (!next_failed && transport_advance(self)) {
		transport_load(self); /* it came too late to follow without a gap */
	} else {
		self->trouble = next_failed;
		g_clear_pointer(&self->next, transport_track_free);
		transport_drop(self);
	}
	transport_publish(self);
}

static void
give_up(AvuTransport *self)
{
	self->trouble = true;
	transport_drop(self);
	transport_publish(self);
}

static void
failed(uint32_t token, const char *sentence, void *user_data)
{
	AvuTransport *self = user_data;

	(void)sentence; /* for the journal, which is the program's */
	if (self->loaded && self->current->token == token) {
		give_up(self);
	} else if (self->loaded && self->next != NULL && self->next->token == token) {
		self->next->failed = true; /* the current one plays on */
	}
}

static TransportTrack *
find_track(const AvuTransport *self, uint32_t token)
{
	TransportTrack *const tracks[] = { self->current, self->next };

	for (size_t i = 0; self->loaded && i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->token == token) {
			return tracks[i];
		}
	}
	return NULL;
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
	};

	return &listener;
}

/* What is told. */

static void
set(AvuTransport *self, const char *name, const char *value)
{
	avu_variables_set(self->variables, 0, NULL, name, value);
}

static void
publish_media(AvuTransport *self)
{
	const TransportTrack *current = self->current;
	const char *uri = current == NULL ? "" : current->uri;
	const char *metadata = current == NULL ? "" : current->metadata;
	const bool known = current != NULL && current->duration_ns != AVU_TIME_NONE;
	g_autofree char *duration =
		avu_duration_format(known ? current->duration_ns : 0, /* with_fraction = */ false);

	set(self, "AVTransportURI", uri);
	set(self, "AVTransportURIMetaData", metadata);
	set(self, "CurrentTrackURI", uri);
	set(self, "CurrentTrackMetaData", metadata);
	set(self, "CurrentTrackDuration", duration);
	set(self, "CurrentMediaDuration", duration);
	set(self, "NumberOfTracks", current == NULL ? "0" : "1");
	set(self, "CurrentTrack", current == NULL ? "0" : "1");
	set(self, "PlaybackStorageMedium", current == NULL ? "NONE" : "NETWORK");
	set(self, "NextAVTransportURI", self->next == NULL ? "" : self->next->uri);
	set(self, "NextAVTransportURIMetaData", self->next == NULL ? "" : self->next->metadata);
}

static void
arm(AvuTransport *self)
{
	const int64_t left_ns = self->since_ns + TRANSITIONING_NS - avu_clock_now_ns(self->clock);

	avu_timer_set(self->timer,
		self->state == TRANSPORT_TRANSITIONING ? MAX(left_ns, 0) : AVU_TIME_NONE);
}

void
transport_publish(AvuTransport *self)
{
	const TransportState state =
		transport_rules_show(self->current != NULL, self->wish, self->engine_state);
	const unsigned facts =
		(self->next != NULL ? TRANSPORT_HAS_NEXT : 0) |
		(self->current != NULL && self->current->seekable ? TRANSPORT_IS_SEEKABLE : 0);
	g_autofree char *actions = transport_rules_format_actions(state, facts);

	if (state == TRANSPORT_TRANSITIONING && self->state != TRANSPORT_TRANSITIONING) {
		self->since_ns = avu_clock_now_ns(self->clock);
	}
	self->state = state;
	arm(self);
	avu_variables_begin(self->variables);
	set(self, "TransportState", transport_rules_name(state));
	set(self, "TransportStatus", self->trouble ? "ERROR_OCCURRED" : "OK");
	set(self, "CurrentTransportActions", actions);
	publish_media(self);
	avu_variables_commit(self->variables);
}

void
transport_expire(AvuTransport *self)
{
	if (self->state == TRANSPORT_TRANSITIONING &&
		avu_clock_now_ns(self->clock) - self->since_ns >= TRANSITIONING_NS) {
		give_up(self);
	}
}

static void
on_timer(void *data)
{
	AvuTransport *self = data;

	transport_expire(self);
	arm(self); /* the timer's clock may run ahead of ours */
}

/* What this renderer never does, and what never changes. */
static const struct {
	const char *name, *value;
} constants[] = {
	{ "CurrentPlayMode", "NORMAL" },
	{ "TransportPlaySpeed", "1" },
	{ "RecordStorageMedium", "NOT_IMPLEMENTED" },
	{ "PossiblePlaybackStorageMedia", "NONE,NETWORK" },
	{ "PossibleRecordStorageMedia", "NOT_IMPLEMENTED" },
	{ "RecordMediumWriteStatus", "NOT_IMPLEMENTED" },
	{ "CurrentRecordQualityMode", "NOT_IMPLEMENTED" },
	{ "PossibleRecordQualityModes", "NOT_IMPLEMENTED" },
};

/* What of the standard's lists is supported here; the service description says so. */
static const struct {
	const char *variable;
	const char *const values[6];
} supported[] = {
	{ "TransportState",
		{ "STOPPED", "PLAYING", "TRANSITIONING", "PAUSED_PLAYBACK", "NO_MEDIA_PRESENT" } },
	{ "PlaybackStorageMedium", { "NONE", "NETWORK" } },
	{ "RecordStorageMedium", { "NOT_IMPLEMENTED" } },
	{ "CurrentPlayMode", { "NORMAL" } },
	{ "CurrentRecordQualityMode", { "NOT_IMPLEMENTED" } },
	{ "A_ARG_TYPE_SeekMode", { "TRACK_NR", "REL_TIME", "ABS_TIME" } },
};

AvuTransport *
avu_transport_new(AvuDeviceHost *host, const AvuEngine *engine, void *engine_self,
	bool (*accepts)(const char *uri, const char *protocol_info, void *data, GError **error),
	void *accepts_data, const AvuClock *clock)
{
	AvuTransport *self = g_new0(AvuTransport, 1);

	self->engine = engine;
	self->engine_self = engine_self;
	self->accepts = accepts;
	self->accepts_data = accepts_data;
	self->clock = clock == NULL ? avu_clock_monotonic() : clock;
	self->timer = avu_timer_new(NULL, TRANSITIONING_NS, on_timer, self);
	AvuService *service = avu_device_host_add_service(host, &avu_service_av_transport, 1,
		transport_bindings, AVU_SERVICE_MAIN_THREAD, self);

	for (size_t i = 0; i < G_N_ELEMENTS(supported); i++) {
		avu_service_narrow(service, supported[i].variable, supported[i].values, 0, 0);
	}
	self->variables = avu_service_get_variables(service);
	avu_variables_begin(self->variables);
	for (size_t i = 0; i < G_N_ELEMENTS(constants); i++) {
		set(self, constants[i].name, constants[i].value);
	}
	transport_publish(self);
	avu_variables_commit(self->variables);
	return self;
}

void
avu_transport_free(AvuTransport *self)
{
	if (self == NULL) {
		return;
	}
	avu_timer_free(self->timer);
	transport_track_free(self->current);
	transport_track_free(self->next);
	g_free(self);
}
