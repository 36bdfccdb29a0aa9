/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to a renderer, its answers read as leniently as devices need. Main thread. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/didl.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#include "commands/media-format.h"
#include "commands/renderer-state.h"

static const struct {
	const char *name;
	TransportState state;
} states[] = {
	{ "STOPPED", TRANSPORT_STOPPED },
	{ "PLAYING", TRANSPORT_PLAYING },
	{ "PAUSED_PLAYBACK", TRANSPORT_PAUSED },
	{ "PAUSED_RECORDING", TRANSPORT_PAUSED },
	{ "RECORDING", TRANSPORT_PLAYING },
	{ "TRANSITIONING", TRANSPORT_TRANSITIONING },
	{ "NO_MEDIA_PRESENT", TRANSPORT_NO_MEDIA },
};

TransportState
transport_state_parse(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (g_ascii_strcasecmp(states[i].name, text) == 0) {
			return states[i].state;
		}
	}
	return TRANSPORT_TRANSITIONING;
}

const char *
transport_state_name(TransportState state)
{
	static const char *const names[] = {
		[TRANSPORT_STOPPED] = "stopped",
		[TRANSPORT_PLAYING] = "playing",
		[TRANSPORT_PAUSED] = "paused",
		[TRANSPORT_TRANSITIONING] = "transitioning",
		[TRANSPORT_NO_MEDIA] = "no-media",
	};

	return names[state];
}

bool
transport_info_get(Run *run, AvuRemoteDevice *renderer, TransportInfo *ret_info, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_av_transport, "GetTransportInfo", NULL, error);

	if (answer == NULL) {
		return false;
	}
	ret_info->state =
		transport_state_parse(avu_remote_answer_get(answer, "CurrentTransportState"));
	ret_info->failed =
		g_ascii_strcasecmp(avu_remote_answer_get(answer, "CurrentTransportStatus"),
			"ERROR_OCCURRED") == 0;
	return true;
}

void
position_info_clear(PositionInfo *info)
{
	g_clear_pointer(&info->uri, g_free);
	g_clear_pointer(&info->title, g_free);
	g_clear_pointer(&info->format, json_decref);
}

char *
metadata_dup_title(const char *didl_text)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(didl_text, strlen(didl_text), NULL);

	return didl != NULL && avu_didl_get_n(didl) > 0 ? g_strdup(avu_didl_get(didl, 0)->title)
							: NULL;
}

static int64_t
time_of(const AvuRemoteAnswer *answer, const char *argument)
{
	int64_t ns = 0;

	return avu_duration_parse(avu_remote_answer_get(answer, argument), false, &ns)
		       ? ns
		       : AVU_TIME_NONE;
}

static char *
dup_value(const AvuRemoteAnswer *answer, const char *argument)
{
	const char *value = avu_remote_answer_get(answer, argument);

	/* Both mean "none" (AVTransport:1 2.2.20). */
	return value[0] == '\0' || strcmp(value, "NOT_IMPLEMENTED") == 0 ? NULL : g_strdup(value);
}

bool
position_info_get(Run *run, AvuRemoteDevice *renderer, PositionInfo *ret_info, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_av_transport, "GetPositionInfo", NULL, error);

	if (answer == NULL) {
		return false;
	}
	ret_info->position_ns = time_of(answer, "RelTime");
	ret_info->duration_ns = time_of(answer, "TrackDuration");
	/* 0:00:00 says "not known" (AVTransport:1 2.2.14). */
	if (ret_info->duration_ns == 0) {
		ret_info->duration_ns = AVU_TIME_NONE;
	}
	ret_info->uri = dup_value(answer, "TrackURI");
	const char *metadata = avu_remote_answer_get(answer, "TrackMetaData");

	ret_info->title = metadata_dup_title(metadata);
	ret_info->format = media_format_record(metadata, ret_info->uri);
	return true;
}

json_t *
renderer_get_buffer(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	const AvuDeviceDescription *description = avu_remote_device_get_description(renderer);

	/* Others are not asked: some of them stumble over an action that they do not know. */
	if (g_strcmp0(description->model_name, "av-renderer") != 0) {
		return json_null();
	}
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, renderer,
		&avu_service_av_transport, "X_AVUPNP_GetBufferInfo", NULL, error);

	if (answer == NULL) {
		return NULL;
	}
	const int64_t target_ns = time_of(answer, "Target");

	if (target_ns == AVU_TIME_NONE) { /* it reads nothing */
		return json_null();
	}
	json_t *buffer = json_object();

	record_set_duration(buffer, "level_s", time_of(answer, "Level"));
	record_set_duration(buffer, "target_s", target_ns);
	(void)json_object_set_new(buffer, "complete",
		json_boolean(strcmp(avu_remote_answer_get(answer, "Complete"), "1") == 0));
	return buffer;
}

/* @return NULL: nothing there that can be fetched */
static char *
metadata_dup_cover(const char *didl_text)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(didl_text, strlen(didl_text), NULL);
	const AvuObject *object =
		didl != NULL && avu_didl_get_n(didl) > 0 ? avu_didl_get(didl, 0) : NULL;

	for (unsigned i = 0; object != NULL && i < object->n_art; i++) {
		const char *uri = object->art[i].uri;

		if (uri != NULL && g_ascii_strncasecmp(uri, "http://", strlen("http://")) == 0) {
			return g_strdup(uri);
		}
	}
	return NULL;
}

char *
renderer_dup_cover_uri(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	/* of the track, else of what it is one of */
	static const struct {
		const char *action, *argument;
	} places[] = {
		{ "GetPositionInfo", "TrackMetaData" },
		{ "GetMediaInfo", "CurrentURIMetaData" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, renderer,
			&avu_service_av_transport, places[i].action, NULL, error);

		if (answer == NULL) {
			return NULL;
		}
		char *uri = metadata_dup_cover(avu_remote_answer_get(answer, places[i].argument));

		if (uri != NULL) {
			return uri;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "what \"%s\" has comes without a cover",
		avu_remote_device_get_name(renderer));
	return NULL;
}

bool
renderer_get_volume(Run *run, AvuRemoteDevice *renderer, int64_t *ret_volume, GError **error)
{
	static const char *const master[] = { "Channel", "Master", NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_rendering_control, "GetVolume", master, error);

	if (answer == NULL) {
		return false;
	}
	const char *text = avu_remote_answer_get(answer, "CurrentVolume");

	if (!avu_parse_int(text, 0, UINT16_MAX, ret_volume)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"\"%s\" gives no volume that can be read",
			avu_remote_device_get_name(renderer));
		return false;
	}
	return true;
}

bool
renderer_get_mute(Run *run, AvuRemoteDevice *renderer, bool *ret_mute, GError **error)
{
	static const char *const master[] = { "Channel", "Master", NULL };
	static const char *const yes[] = { "1", "true", "yes", NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_rendering_control, "GetMute", master, error);

	if (answer == NULL) {
		return false;
	}
	g_autofree char *text = g_ascii_strdown(avu_remote_answer_get(answer, "CurrentMute"), -1);

	*ret_mute = g_strv_contains(yes, text);
	return true;
}

bool
renderer_error_is_missing(const GError *error)
{
	return g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED) ||
	       g_error_matches(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ACTION) ||
	       g_error_matches(error, AVU_UPNP_ERROR, AVU_UPNP_OPTIONAL_ACTION_NOT_IMPLEMENTED);
}
