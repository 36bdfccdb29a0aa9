/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The actions of AVTransport: instance and state are checked for all of them in one place, then each
 * does its part. Answers that are state variables are filled in by the action layer.
 * Main context's thread. @clause AVTransport:1 2.4 */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#include "transport-private.h"

enum {
	NO_TRANSITION = 701,
	NO_SEEK_MODE = 710,
	NO_SEEK_TARGET = 711,
	NO_SPEED = 717,
	NO_INSTANCE = 718,
};

/* RelCount and AbsCount of something that counts in time only. */
#define NOT_COUNTED INT32_MAX

static bool
refuse(GError **error, int code, const char *why)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", why);
	return false;
}

/* A track for uri, or NULL in ret_track for "", which takes the present one away. */
static bool
take_track(AvuTransport *self, const char *uri, const char *metadata, TransportTrack **ret_track,
	GError **error)
{
	g_autoptr(TransportTrack) track = NULL;

	if (*uri != '\0') {
		track = transport_track_new(uri, metadata, error);
		if (track == NULL || (self->accepts != NULL &&
					     !self->accepts(track->address, track->protocol_info,
						     self->accepts_data, error))) {
			return false;
		}
	}
	*ret_track = g_steal_pointer(&track);
	return true;
}

static bool
set_uri(AvuTransport *self, AvuCall *call, GError **error)
{
	TransportTrack *track;

	if (!take_track(self, avu_call_string(call, "CurrentURI"),
		    avu_call_string(call, "CurrentURIMetaData"), &track, error)) {
		return false;
	}
	transport_replace(self, track);
	return true;
}

static bool
set_next_uri(AvuTransport *self, AvuCall *call, GError **error)
{
	TransportTrack *track;

	if (!take_track(self, avu_call_string(call, "NextURI"),
		    avu_call_string(call, "NextURIMetaData"), &track, error)) {
		return false;
	}
	transport_set_next(self, track);
	return true;
}

static bool
play(AvuTransport *self, AvuCall *call, GError **error)
{
	if (strcmp(avu_call_string(call, "Speed"), "1") != 0) {
		return refuse(error, NO_SPEED, "there is one speed, 1");
	}
	self->trouble = false;
	self->wish = TRANSPORT_WISH_PLAY;
	if (self->loaded) {
		self->start_ns = 0; /* the engine was told when it was set */
		self->engine->play(self->engine_self);
	} else {
		transport_load(self);
		self->start_ns = 0;
	}
	return true;
}

static bool
pause_playback(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	self->wish = TRANSPORT_WISH_PAUSE;
	self->engine->pause(self->engine_self);
	return true;
}

static bool
stop(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	transport_drop(self);
	return true;
}

/* REL_TIME counts from the start of the track, ABS_TIME from the start of the media: with one track
 * they are the same. */
static bool
seek_time(AvuTransport *self, const char *target, GError **error)
{
	const int64_t duration_ns = self->current->duration_ns;
	int64_t position_ns;

	if (!avu_duration_parse(target, /* allow_negative = */ false, &position_ns)) {
		return refuse(error, NO_SEEK_TARGET, "the target is not H:MM:SS");
	}
	if (duration_ns != AVU_TIME_NONE && position_ns > duration_ns) {
		return refuse(error, NO_SEEK_TARGET, "the target lies behind the end");
	}
	if (!self->current->seekable) {
		return refuse(error, NO_TRANSITION, "this content has no positions");
	}
	transport_seek_to(self, position_ns);
	return true;
}

/* 1 is the start of the only track, 0 the end of the media. */
static bool
seek_track(AvuTransport *self, const char *target, GError **error)
{
	const int64_t duration_ns = self->current->duration_ns;
	uint64_t track;

	if (!avu_parse_uint(target, UINT32_MAX, &track) || track > 1) {
		return refuse(error, NO_SEEK_TARGET, "there is track 1 only");
	}
	if (track == 0 && (duration_ns == AVU_TIME_NONE || !self->current->seekable)) {
		return refuse(error, NO_SEEK_TARGET, "the end is not known");
	}
	if (self->current->seekable) {
		transport_seek_to(self, track == 0 ? duration_ns : 0);
	} else {
		self->start_ns = 0;
		transport_load(self); /* every content can be begun again */
	}
	return true;
}

static const struct {
	const char *unit;
	bool (*apply)(AvuTransport *self, const char *target, GError **error);
} seek_modes[] = {
	{ "TRACK_NR", seek_track },
	{ "REL_TIME", seek_time },
	{ "ABS_TIME", seek_time },
};

static bool
seek(AvuTransport *self, AvuCall *call, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(seek_modes); i++) {
		if (strcmp(seek_modes[i].unit, avu_call_string(call, "Unit")) == 0) {
			return seek_modes[i].apply(self, avu_call_string(call, "Target"), error);
		}
	}
	return refuse(error, NO_SEEK_MODE, "units are TRACK_NR, REL_TIME, ABS_TIME");
}

static bool
next(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	if (!transport_advance(self)) {
		return refuse(error, NO_SEEK_TARGET, "there is no next track");
	}
	self->trouble = false;
	transport_load(self);
	return true;
}

/* The same as seeking to the track before the first one. */
static bool
previous(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)self;
	(void)call;
	return refuse(error, NO_SEEK_TARGET, "there is no track before the first one");
}

static bool
get_variables(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)self;
	(void)call;
	(void)error;
	return true;
}

static bool
get_position_info(AvuTransport *self, AvuCall *call, GError **error)
{
	g_autofree char *position =
		avu_duration_format(transport_get_position_ns(self), /* with_fraction = */ false);

	(void)error;
	avu_call_reply_string(call, "RelTime", position);
	avu_call_reply_string(call, "AbsTime", position);
	avu_call_reply_i4(call, "RelCount", NOT_COUNTED);
	avu_call_reply_i4(call, "AbsCount", NOT_COUNTED);
	return true;
}

static const struct {
	const char *name;
	TransportAction action;
	bool (*apply)(AvuTransport *self, AvuCall *call, GError **error);
} actions[] = {
	{ "SetAVTransportURI", TRANSPORT_SET_URI, set_uri },
	{ "SetNextAVTransportURI", TRANSPORT_SET_NEXT_URI, set_next_uri },
	{ "Play", TRANSPORT_PLAY, play },
	{ "Pause", TRANSPORT_PAUSE, pause_playback },
	{ "Stop", TRANSPORT_STOP, stop },
	{ "Seek", TRANSPORT_SEEK, seek },
	{ "Next", TRANSPORT_NEXT, next },
	{ "Previous", TRANSPORT_PREVIOUS, previous },
	{ "GetTransportInfo", TRANSPORT_ASK, get_variables },
	{ "GetPositionInfo", TRANSPORT_ASK, get_position_info },
	{ "GetMediaInfo", TRANSPORT_ASK, get_variables },
	{ "GetDeviceCapabilities", TRANSPORT_ASK, get_variables },
	{ "GetTransportSettings", TRANSPORT_ASK, get_variables },
	{ "GetCurrentTransportActions", TRANSPORT_ASK, get_variables },
};

static bool
check(const AvuTransport *self, const AvuCall *call, TransportAction action, GError **error)
{
	const int code = transport_rules_check(self->state, action);

	if (code != 0) {
		g_set_error(error, AVU_UPNP_ERROR, code, "%s while %s",
			avu_call_get_action(call)->name, transport_rules_name(self->state));
	}
	return code == 0;
}

static bool
run(AvuCall *call, void *object, GError **error)
{
	AvuTransport *self = object;

	if (avu_call_ui4(call, "InstanceID") != 0) {
		return refuse(error, NO_INSTANCE, "there is instance 0 only");
	}
	transport_expire(self);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].name, avu_call_get_action(call)->name) != 0) {
			continue;
		}
		if (!check(self, call, actions[i].action, error) ||
			!actions[i].apply(self, call, error)) {
			return false;
		}
		if (actions[i].action != TRANSPORT_ASK) {
			transport_publish(self);
		}
		return true;
	}
	g_assert_not_reached();
}

const AvuBinding transport_bindings[] = {
	{ "SetAVTransportURI", run },
	{ "SetNextAVTransportURI", run },
	{ "Play", run },
	{ "Pause", run },
	{ "Stop", run },
	{ "Seek", run },
	{ "Next", run },
	{ "Previous", run },
	{ "GetTransportInfo", run },
	{ "GetPositionInfo", run },
	{ "GetMediaInfo", run },
	{ "GetDeviceCapabilities", run },
	{ "GetTransportSettings", run },
	{ "GetCurrentTransportActions", run },
	{ NULL, NULL },
};
