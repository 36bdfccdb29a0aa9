/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp status: what a renderer does now. Main thread. */
#include <av-upnp/error.h>

#include "commands/command.h"
#include "commands/renderer-state.h"

/* What an optional action would have told stays null; any other failure ends the verb. */
/* Is the value just not known? Also where the device answers with something that is none. */
static bool
is_missing(const GError *error)
{
	return error == NULL || renderer_error_is_missing(error) ||
	       g_error_matches(error, AVU_ERROR, AVU_ERROR_SYNTAX);
}

static bool
add_volume(Run *run, AvuRemoteDevice *renderer, json_t *record, GError **error)
{
	g_autoptr(GError) volume_error = NULL;
	g_autoptr(GError) mute_error = NULL;
	int64_t volume = -1;
	bool mute = false;
	const bool has_mute = renderer_get_mute(run, renderer, &mute, &mute_error);

	(void)renderer_get_volume(run, renderer, &volume, &volume_error);
	record_set_count(record, "volume", volume);
	(void)json_object_set_new(record, "mute", has_mute ? json_boolean(mute) : json_null());

	GError **first = is_missing(volume_error) ? &mute_error : &volume_error;

	if (!is_missing(*first)) {
		g_propagate_error(error, g_steal_pointer(first));
		return false;
	}
	return true;
}

static bool
run_status(Run *run, GError **error)
{
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);
	g_auto(PositionInfo) position = { AVU_TIME_NONE, AVU_TIME_NONE, NULL, NULL };
	TransportInfo transport = { TRANSPORT_NO_MEDIA, false };

	if (renderer == NULL || !transport_info_get(run, renderer, &transport, error) ||
		!position_info_get(run, renderer, &position, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "state", transport_state_name(transport.state));
	record_set_duration(record, "position_s", position.position_ns);
	record_set_duration(record, "duration_s", position.duration_ns);
	record_set_text(record, "title", position.title);
	record_set_text(record, "uri", position.uri);
	if (!add_volume(run, renderer, record, error)) {
		json_decref(record);
		return false;
	}
	(void)json_object_set_new(record, "error", json_boolean(transport.failed));
	run_report(run, renderer, record);
	return true;
}

static char *
cell_if_true(const json_t *record, const char *key)
{
	return json_is_true(json_object_get(record, key)) ? g_strdup("the last item failed") : NULL;
}

static const OutputColumn columns[] = {
	{ "renderer", "Renderer", output_cell_text },
	{ "state", "State", output_cell_text },
	{ "error", "Error", cell_if_true },
	{ "title", "Title", output_cell_text },
	{ "position_s", "Position", output_cell_duration },
	{ "duration_s", "Length", output_cell_duration },
	{ "volume", "Volume", output_cell_text },
	{ "mute", "Mute", output_cell_on_off },
	{ "uri", "URI", output_cell_text },
	{ NULL },
};

const Command command_status = {
	.name = "status",
	.operands = "",
	.summary = "show what the renderer does",
	.help = "State, title, position, volume and mute of the renderer of -r, or of the only "
		"one.\n"
		"\n"
		"With --json: {state, position_s, duration_s, title, uri, volume, mute,\n"
		"  error, renderer, udn}; state is \"playing\", \"paused\", \"stopped\", "
		"\"transitioning\" or\n"
		"  \"no-media\"; error is true when the renderer reports that its last item "
		"failed; what\n"
		"  the renderer does not tell is null.\n"
		"\n"
		"Example:\n"
		"  avcp -r kitchen --json status\n",
	.schema = { OUTPUT_ONE, columns },
	.run = run_status,
};
