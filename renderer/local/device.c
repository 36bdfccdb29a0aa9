/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Actions called and variables read as a control point would; metadata is foreign and read as such.
 * Main thread. */

#include "device.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/didl.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#define MASTER "Master"
#define ARGUMENTS_MAX 8

static AvuSoapMessage *
call(AvuService *service, const char *action, const char *const *names, const char *const *values)
{
	const char *all_names[ARGUMENTS_MAX] = { "InstanceID" };
	const char *all_values[ARGUMENTS_MAX] = { "0" };

	for (size_t i = 0; names != NULL && names[i] != NULL && i + 2 < ARGUMENTS_MAX; i++) {
		all_names[i + 1] = names[i];
		all_values[i + 1] = values[i];
	}
	return avu_service_call(service, action, all_names, all_values);
}

bool
local_device_call(AvuService *service, const char *action, const char *const *names,
	const char *const *values, GError **error)
{
	g_autoptr(AvuSoapMessage) answer = call(service, action, names, values);

	if (answer->fault_code != 0) {
		g_set_error(error, AVU_UPNP_ERROR, answer->fault_code, "%s: %s (%d)", action,
			answer->fault_text, answer->fault_code);
	}
	return answer->fault_code == 0;
}

static void
take_metadata(LocalFacts *facts, const char *text)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(text, strlen(text), NULL);
	const AvuObject *object =
		didl != NULL && avu_didl_get_n(didl) > 0 ? avu_didl_get(didl, 0) : NULL;

	if (object == NULL) {
		return;
	}
	facts->title = g_strdup(object->title);
	facts->artist = g_strdup(object->artist != NULL ? object->artist : object->creator);
	facts->album = g_strdup(object->album);
	facts->genre = g_strdup(object->genre);
	facts->art_uri = g_strdup(object->art[0].uri);
}

static int64_t
read_time(const AvuSoapMessage *answer, const char *argument)
{
	const char *text = avu_soap_find_argument(answer, argument);
	int64_t ns;

	return text != NULL && avu_duration_parse(text, false, &ns) ? ns : AVU_TIME_NONE;
}

static void
get_position(const LocalDevice *device, LocalFacts *facts)
{
	g_autoptr(AvuSoapMessage) answer = call(device->transport, "GetPositionInfo", NULL, NULL);

	facts->position_ns = AVU_TIME_NONE;
	facts->duration_ns = AVU_TIME_NONE;
	if (answer->fault_code == 0) {
		facts->position_ns = read_time(answer, "RelTime");
		facts->duration_ns = read_time(answer, "TrackDuration");
	}
}

void
local_facts_get(const LocalDevice *device, LocalFacts *ret_facts)
{
	const AvuVariables *transport = avu_service_get_variables(device->transport);
	const AvuValues *values = avu_rendering_get_values(device->rendering);
	g_autofree char *metadata = avu_variables_dup(transport, 0, NULL, "CurrentTrackMetaData");

	*ret_facts = (LocalFacts){
		.state = avu_variables_dup(transport, 0, NULL, "TransportState"),
		.status = avu_variables_dup(transport, 0, NULL, "TransportStatus"),
		.reason = g_strdup(avu_transport_get_trouble(device->model)),
		.actions = avu_variables_dup(transport, 0, NULL, "CurrentTransportActions"),
		.play_mode = avu_variables_dup(transport, 0, NULL, "CurrentPlayMode"),
		.uri = avu_variables_dup(transport, 0, NULL, "CurrentTrackURI"),
		.track = (uint32_t)avu_variables_get_int(transport, 0, NULL, "CurrentTrack"),
		.n_tracks = (uint32_t)avu_variables_get_int(transport, 0, NULL, "NumberOfTracks"),
		.volume =
			device->has_volume ? values->at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER] : -1,
		.volume_max = avu_rendering_get_max(device->rendering, AVU_VALUE_VOLUME),
		.mute = values->at[AVU_VALUE_MUTE][AVU_CHANNEL_MASTER] != 0,
	};
	ret_facts->has_buffer = device->get_buffer != NULL &&
				device->get_buffer(device->buffer_data, &ret_facts->buffer);
	take_metadata(ret_facts, metadata);
	get_position(device, ret_facts);
}

void
local_facts_clear(LocalFacts *facts)
{
	g_free(facts->state);
	g_free(facts->status);
	g_free(facts->reason);
	g_free(facts->actions);
	g_free(facts->play_mode);
	g_free(facts->uri);
	g_free(facts->title);
	g_free(facts->artist);
	g_free(facts->album);
	g_free(facts->genre);
	g_free(facts->art_uri);
	*facts = (LocalFacts){ NULL };
}

bool
local_facts_can(const LocalFacts *facts, const char *action)
{
	g_auto(GStrv) actions = g_strsplit(facts->actions, ",", -1);

	return g_strv_contains((const char *const *)actions, action);
}

bool
local_device_set_volume(const LocalDevice *device, int64_t volume, GError **error)
{
	static const char *const names[] = { "Channel", "DesiredVolume", NULL };
	const int64_t max = avu_rendering_get_max(device->rendering, AVU_VALUE_VOLUME);
	g_autofree char *text =
		g_strdup_printf("%" G_GINT64_FORMAT, CLAMP(volume, INT64_C(0), max));
	const char *const values[] = { MASTER, text, NULL };

	return local_device_call(device->rendering_service, "SetVolume", names, values, error);
}

bool
local_device_set_mute(const LocalDevice *device, bool mute, GError **error)
{
	static const char *const names[] = { "Channel", "DesiredMute", NULL };
	const char *const values[] = { MASTER, mute ? "1" : "0", NULL };

	return local_device_call(device->rendering_service, "SetMute", names, values, error);
}

bool
local_device_seek(const LocalDevice *device, int64_t position_ns, GError **error)
{
	static const char *const names[] = { "Unit", "Target", NULL };
	g_autofree char *target = avu_duration_format(MAX(position_ns, 0), true);
	const char *const values[] = { "REL_TIME", target, NULL };

	return local_device_call(device->transport, "Seek", names, values, error);
}

bool
local_device_play(const LocalDevice *device, GError **error)
{
	static const char *const names[] = { "Speed", NULL };
	static const char *const values[] = { "1", NULL };

	return local_device_call(device->transport, "Play", names, values, error);
}
