/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the control points see of the transport: everything follows from the fields of the struct, in one
 * place, so that it cannot contradict itself. And what happens because time has passed.
 * Main context's thread. @clause AVTransport:1 2.2 */
#include <av-upnp/duration.h>

#include "transport-private.h"

/* ROB-019: never longer than 35 s, after a source that is lost was tried for 30 s. */
#define TRANSITIONING_NS (33 * AVU_NS_PER_S)
/* INTRO: "a short sample of each track" */
#define INTRO_NS (10 * AVU_NS_PER_S)
/* AbsCount of what has a track of unknown length before this one. */
#define NOT_COUNTED INT32_MAX

static void
set(AvuTransport *self, const char *name, const char *value)
{
	avu_variables_set(self->variables, self->instance, NULL, name, value);
}

static void
set_duration(AvuTransport *self, const char *name, int64_t duration_ns)
{
	/* 0:00:00 says "not known" (AVTransport:1 2.2.14), which is not true of a jingle */
	const bool is_short = duration_ns > 0 && duration_ns < AVU_NS_PER_S;
	g_autofree char *text = avu_duration_format(
		duration_ns == AVU_TIME_NONE ? 0 : duration_ns, /* with_fraction = */ is_short);

	set(self, name, text);
}

/* A list that was not read yet counts as one track, as the standard proposes. */
static void
publish_numbers(AvuTransport *self)
{
	const TransportMedia *media = self->media;
	const unsigned least = media != NULL ? 1 : 0;

	avu_variables_set_int(self->variables, self->instance, NULL, "NumberOfTracks",
		MAX(media != NULL ? transport_media_get_n(media) : 0, least));
	avu_variables_set_int(self->variables, self->instance, NULL, "CurrentTrack",
		media != NULL && media->push != NULL && !media->push->streaming
			? 0 /* so the standard wants it */
			: MAX(media == NULL ? 0
				  : transport_media_get_n(media) > 0
					  ? transport_media_get_number(media)
					  : media->wanted_number,
				  least));
}

static void
publish_media(AvuTransport *self)
{
	const TransportMedia *media = self->media;
	const TransportTrack *track = transport_get_track(self);

	set(self, "AVTransportURI", media == NULL ? "" : media->uri);
	set(self, "AVTransportURIMetaData", media == NULL ? "" : media->metadata);
	set(self, "CurrentTrackURI", track == NULL ? "" : track->uri);
	set(self, "CurrentTrackMetaData", track == NULL ? "" : transport_track_get_metadata(track));
	set_duration(
		self, "CurrentTrackDuration", track == NULL ? AVU_TIME_NONE : track->duration_ns);
	set_duration(self, "CurrentMediaDuration",
		media == NULL ? AVU_TIME_NONE : transport_media_get_duration_ns(media));
	set(self, "CurrentMediaCategory", media == NULL ? "NO_MEDIA" : "TRACK_AWARE");
	set(self, "PlaybackStorageMedium", media == NULL ? "NONE" : "NETWORK");
	set(self, "NextAVTransportURI", self->next == NULL ? "" : self->next->uri);
	set(self, "NextAVTransportURIMetaData", self->next == NULL ? "" : self->next->metadata);
	/* nothing that is protected comes this far */
	set(self, "DRMState", media == NULL ? "UNKNOWN" : "OK");
	publish_numbers(self);
}

static unsigned
get_facts(const AvuTransport *self)
{
	return (transport_can_step(self, 1) ? TRANSPORT_HAS_NEXT : 0) |
	       (transport_can_step(self, -1) ? TRANSPORT_HAS_PREVIOUS : 0) |
	       (transport_is_seekable(self) ? TRANSPORT_IS_SEEKABLE : 0);
}

void
transport_publish(AvuTransport *self)
{
	const bool arriving = transport_push_is_arriving(self);
	const TransportState state = arriving ? TRANSPORT_TRANSITIONING
					      : transport_rules_show(self->media != NULL,
							self->wish, self->engine_state);
	g_autofree char *actions =
		arriving ? g_strdup("") : transport_rules_format_actions(state, get_facts(self));
	g_autofree char *speed = avu_play_speed_format(self->speed);

	if (state == TRANSPORT_TRANSITIONING && self->state != TRANSPORT_TRANSITIONING) {
		self->since_ns = avu_clock_now_ns(self->clock);
	}
	self->state = state;
	transport_arm(self);
	avu_variables_begin(self->variables);
	set(self, "TransportState", transport_rules_name(state));
	set(self, "TransportStatus", self->trouble != NULL ? "ERROR_OCCURRED" : "OK");
	set(self, "TransportPlaySpeed", speed);
	set(self, "CurrentPlayMode", transport_mode_names[self->mode]);
	set(self, "CurrentTransportActions", actions);
	publish_media(self);
	avu_variables_commit(self->variables);
	if (self->config.changed != NULL) {
		self->config.changed(self->config.changed_data);
	}
}

static void
set_position(AvuTransport *self, const char *time_name, const char *count_name, int64_t position_ns)
{
	const bool known = position_ns != AVU_TIME_NONE;
	g_autofree char *text =
		known ? avu_duration_format(position_ns, /* with_fraction = */ false)
		      : g_strdup("NOT_IMPLEMENTED");

	set(self, time_name, text);
	avu_variables_set_int(self->variables, self->instance, NULL, count_name,
		known ? transport_count(position_ns) : NOT_COUNTED);
}

static void
set_octets(AvuTransport *self, const char *name, int64_t octets)
{
	g_autofree char *text =
		octets < 0 ? g_strdup("") : g_strdup_printf("%" G_GINT64_FORMAT, octets);

	set(self, name, text);
}

/* Counted from the start of the media where the length of all that comes before is known. */
void
transport_publish_position(AvuTransport *self)
{
	const int64_t position_ns = transport_get_position_ns(self);
	const int64_t offset_ns =
		self->media == NULL ? 0 : transport_media_get_offset_ns(self->media);
	const bool single = self->media != NULL && transport_media_get_n(self->media) == 1;
	const int64_t octets =
		transport_get_track(self) != NULL ? transport_get_position_bytes(self) : -1;

	set_position(self, "RelativeTimePosition", "RelativeCounterPosition", position_ns);
	set_position(self, "AbsoluteTimePosition", "AbsoluteCounterPosition",
		offset_ns == AVU_TIME_NONE ? AVU_TIME_NONE : offset_ns + position_ns);
	set_octets(self, "X_DLNA_CurrentTrackSize", transport_get_size_bytes(self));
	set_octets(self, "X_DLNA_RelativeBytePosition", octets);
	set_octets(self, "X_DLNA_AbsoluteBytePosition", single ? octets : -1);
}

static void
set_span(AvuTransport *self, const char *name, int64_t span_ns)
{
	g_autofree char *text = span_ns == AVU_TIME_NONE
					? g_strdup("")
					: avu_duration_format(span_ns, /* with_fraction = */ true);

	set(self, name, text);
}

/* "" is what is not known, and all of it where nothing is read. */
void
transport_publish_buffer(AvuTransport *self)
{
	const AvuEngine *engine = self->config.engine;
	AvuEngineBuffer buffer = { AVU_TIME_NONE, AVU_TIME_NONE, false };

	if (self->loaded && engine->get_buffer != NULL &&
		!engine->get_buffer(self->config.engine_self, &buffer)) {
		buffer = (AvuEngineBuffer){ AVU_TIME_NONE, AVU_TIME_NONE, false };
	}
	set_span(self, "X_AVUPNP_BufferLevel", buffer.level_ns);
	set_span(self, "X_AVUPNP_BufferTarget", buffer.target_ns);
	avu_variables_set_int(
		self->variables, self->instance, NULL, "X_AVUPNP_BufferComplete", buffer.complete);
}

/* ---- time */

static bool
is_intro(const AvuTransport *self)
{
	return self->mode == TRANSPORT_INTRO && self->state == TRANSPORT_PLAYING;
}

void
transport_arm(AvuTransport *self)
{
	int64_t left_ns = AVU_TIME_NONE;

	if (self->state == TRANSPORT_TRANSITIONING) {
		left_ns = self->since_ns + TRANSITIONING_NS - avu_clock_now_ns(self->clock);
	} else if (is_intro(self)) {
		left_ns = INTRO_NS - transport_get_position_ns(self);
	}
	avu_timer_set(self->timer, left_ns == AVU_TIME_NONE ? AVU_TIME_NONE : MAX(left_ns, 0));
}

void
transport_expire(AvuTransport *self)
{
	const bool stuck = self->state == TRANSPORT_TRANSITIONING &&
			   avu_clock_now_ns(self->clock) - self->since_ns >= TRANSITIONING_NS;

	if (stuck && !transport_push_give_up(self)) {
		transport_media_give_up(self, self->media);
		transport_fail(self, "It did not get on for half a minute.");
	} else if (stuck) {
		transport_set_trouble(self, "The list was not continued.");
	} else if (is_intro(self) && transport_get_position_ns(self) >= INTRO_NS) {
		transport_move_on(self);
	} else {
		return;
	}
	transport_publish(self);
}

/* ---- what never changes */

static const struct {
	const char *name, *value;
} constants[] = {
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
	{ "CurrentRecordQualityMode", { "NOT_IMPLEMENTED" } },
};

/* Of lists that are pushed. */
#define PLAYLISTS_SINCE 3
static const char *const playlist_steps[] = { "Initial", "Continue", "Stop", "Reset", NULL };
static const char *const playlist_types[] = { "Static", "Streaming", NULL };

static void
narrow(const AvuTransport *self, AvuService *service)
{
	const char *units[TRANSPORT_SEEK_UNITS_MAX];

	transport_seek_units(self->config.version, units);
	for (size_t i = 0; i < G_N_ELEMENTS(supported); i++) {
		avu_service_narrow(service, supported[i].variable, supported[i].values, 0, 0);
	}
	avu_service_narrow(service, "CurrentPlayMode", transport_mode_names, 0, 0);
	avu_service_narrow(service, "A_ARG_TYPE_SeekMode", units, 0, 0);
	if (self->config.version >= PLAYLISTS_SINCE) {
		avu_service_narrow(service, "A_ARG_TYPE_PlaylistStep", playlist_steps, 0, 0);
		avu_service_narrow(service, "A_ARG_TYPE_PlaylistType", playlist_types, 0, 0);
	}
	if (self->config.engine->speeds != NULL) {
		avu_service_narrow(
			service, "TransportPlaySpeed", self->config.engine->speeds, 0, 0);
	}
}

void
transport_publish_constants(AvuTransport *self, AvuService *service)
{
	if (service != NULL) {
		narrow(self, service);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(constants); i++) {
		set(self, constants[i].name, constants[i].value);
	}
}
