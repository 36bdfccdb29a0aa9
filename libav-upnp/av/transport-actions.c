/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The actions of AVTransport: instance and state are checked for all of them in one place, then each
 * does its part. Answers that are state variables are filled in by the action layer.
 * Main context's thread. @clause AVTransport:1 2.4, AVTransport:2 2.4 */
#include <string.h>

#include <av-upnp/error.h>

#include "transport-private.h"

/* Media for uri, a list being read already, or NULL in ret_media for "", which takes away what is there. */
static bool
take_media(AvuTransport *self, const char *uri, const char *metadata, TransportMedia **ret_media,
	GError **error)
{
	TransportMedia *media;

	if (!transport_media_open(self, uri, metadata, &media, error)) {
		return false;
	}
	if (media != NULL && media->state == TRANSPORT_MEDIA_UNREAD &&
		!transport_media_read(self, media, error)) {
		transport_media_close(self, media);
		return false;
	}
	*ret_media = media;
	return true;
}

static bool
set_uri(AvuTransport *self, AvuCall *call, GError **error)
{
	TransportMedia *media;

	if (!take_media(self, avu_call_string(call, "CurrentURI"),
		    avu_call_string(call, "CurrentURIMetaData"), &media, error)) {
		return false;
	}
	transport_replace(self, media);
	return true;
}

static bool
set_next_uri(AvuTransport *self, AvuCall *call, GError **error)
{
	TransportMedia *media;

	if (!take_media(self, avu_call_string(call, "NextURI"),
		    avu_call_string(call, "NextURIMetaData"), &media, error)) {
		return false;
	}
	transport_set_next(self, media);
	return true;
}

/* One of those advertised, and this content can be played so. */
static bool
take_speed(const AvuTransport *self, const char *text, AvuPlaySpeed *ret_speed, GError **error)
{
	static const char *const only[] = { "1", NULL };
	const char *const *speeds =
		self->config.engine->speeds != NULL ? self->config.engine->speeds : only;

	if (!g_strv_contains(speeds, text) || !avu_play_speed_parse(text, ret_speed)) {
		return transport_refuse(error, TRANSPORT_NO_SPEED, "there is no such speed");
	}
	return avu_play_speed_is_normal(*ret_speed) || transport_is_seekable(self) ||
	       transport_refuse(error, TRANSPORT_NO_SPEED, "this content has one speed, 1");
}

static void
change_speed(AvuTransport *self, AvuPlaySpeed speed)
{
	const bool other = speed.numerator != self->speed.numerator ||
			   speed.denominator != self->speed.denominator;

	self->speed = speed;
	if (other && self->loaded && self->config.engine->set_speed != NULL) {
		self->config.engine->set_speed(self->config.engine_self, speed);
	}
}

static bool
play(AvuTransport *self, AvuCall *call, GError **error)
{
	AvuPlaySpeed speed;

	if (!take_speed(self, avu_call_string(call, "Speed"), &speed, error) ||
		!transport_take_refusal(self, error)) {
		return false;
	}
	transport_set_trouble(self, NULL);
	self->failures = 0;
	self->wish = TRANSPORT_WISH_PLAY;
	if (self->loaded) {
		change_speed(self, speed);
		self->start_ns = 0; /* the engine was told when it was set */
		self->config.engine->play(self->config.engine_self);
	} else {
		self->speed = speed;
		if (!transport_push_is_starved(self)) {
			transport_load(self);
		}
	}
	return true;
}

static bool
pause_playback(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	self->wish = TRANSPORT_WISH_PAUSE;
	if (self->loaded) {
		self->config.engine->pause(self->config.engine_self);
	}
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

static bool
seek(AvuTransport *self, AvuCall *call, GError **error)
{
	return transport_seek(
		self, avu_call_string(call, "Unit"), avu_call_string(call, "Target"), error);
}

static bool
next(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	return transport_step(self, 1, error);
}

static bool
previous(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	return transport_step(self, -1, error);
}

/* What sounds is left alone; what comes after it is chosen anew. */
static bool
set_play_mode(AvuTransport *self, AvuCall *call, GError **error)
{
	if (!transport_mode_parse(avu_call_string(call, "NewPlayMode"), &self->mode)) {
		return transport_refuse(error, TRANSPORT_NO_PLAY_MODE, "there is no such mode");
	}
	transport_apply_mode(self);
	return true;
}

static bool
get_variables(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)self;
	(void)call;
	(void)error;
	return true;
}

/* The answer is the variables. */
static bool
get_position(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	transport_publish_position(self);
	return true;
}

static bool
get_buffer(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	transport_publish_buffer(self);
	return true;
}

static const struct {
	const char *name;
	TransportAction action;
	bool (*apply)(AvuTransport *self, AvuCall *call, GError **error);
} actions[] = {
	{ "SetAVTransportURI", TRANSPORT_SET_URI, set_uri },
	{ "SetNextAVTransportURI", TRANSPORT_SET_NEXT_URI, set_next_uri },
	{ "SetStaticPlaylist", TRANSPORT_PUSH, transport_set_static_playlist },
	{ "SetStreamingPlaylist", TRANSPORT_PUSH, transport_set_streaming_playlist },
	{ "Play", TRANSPORT_PLAY, play },
	{ "Pause", TRANSPORT_PAUSE, pause_playback },
	{ "Stop", TRANSPORT_STOP, stop },
	{ "Seek", TRANSPORT_SEEK, seek },
	{ "Next", TRANSPORT_NEXT, next },
	{ "Previous", TRANSPORT_PREVIOUS, previous },
	{ "SetPlayMode", TRANSPORT_SET_MODE, set_play_mode },
	{ "GetTransportInfo", TRANSPORT_ASK, get_variables },
	{ "GetPositionInfo", TRANSPORT_ASK, get_position },
	{ "GetMediaInfo", TRANSPORT_ASK, get_variables },
	{ "GetMediaInfo_Ext", TRANSPORT_ASK, get_variables },
	{ "GetDeviceCapabilities", TRANSPORT_ASK, get_variables },
	{ "GetTransportSettings", TRANSPORT_ASK, get_variables },
	{ "GetCurrentTransportActions", TRANSPORT_ASK, get_variables },
	{ "GetDRMState", TRANSPORT_ASK, get_variables },
	{ "GetPlaylistInfo", TRANSPORT_ASK, transport_get_playlist_info },
	{ "GetStateVariables", TRANSPORT_ASK, transport_get_state_variables },
	{ "SetStateVariables", TRANSPORT_SET_URI, transport_set_state_variables },
	{ "X_DLNA_GetBytePositionInfo", TRANSPORT_ASK, get_position },
	{ "X_AVUPNP_GetBufferInfo", TRANSPORT_ASK, get_buffer },
};

static bool
check(const AvuTransport *self, const AvuCall *call, TransportAction action, GError **error)
{
	const int code = transport_push_is_arriving(self)
				 ? transport_rules_check_arriving(action)
				 : transport_rules_check(self->state, action);

	if (code != 0) {
		g_set_error(error, AVU_UPNP_ERROR, code, "%s while %s",
			avu_call_get_action(call)->name, transport_rules_name(self->state));
	}
	return code == 0;
}

static bool
run(AvuCall *call, void *object, GError **error)
{
	AvuTransport *self = transport_find_instance(object, avu_call_ui4(call, "InstanceID"));

	if (self == NULL) {
		return transport_refuse(error, TRANSPORT_NO_INSTANCE, "no such instance");
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
	{ "SetStaticPlaylist", run },
	{ "SetStreamingPlaylist", run },
	{ "GetPlaylistInfo", run },
	{ "Play", run },
	{ "Pause", run },
	{ "Stop", run },
	{ "Seek", run },
	{ "Next", run },
	{ "Previous", run },
	{ "SetPlayMode", run },
	{ "GetTransportInfo", run },
	{ "GetPositionInfo", run },
	{ "GetMediaInfo", run },
	{ "GetMediaInfo_Ext", run },
	{ "GetDeviceCapabilities", run },
	{ "GetTransportSettings", run },
	{ "GetCurrentTransportActions", run },
	{ "GetDRMState", run },
	{ "GetStateVariables", run },
	{ "SetStateVariables", run },
	{ "X_DLNA_GetBytePositionInfo", run },
	{ "X_AVUPNP_GetBufferInfo", run },
	{ NULL, NULL },
};
