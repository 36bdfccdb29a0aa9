/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp status: what a renderer does now. Main thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/command.h"
#include "commands/media-format.h"
#include "commands/renderer-state.h"

#define FOLLOW_NS (500 * AVU_NS_PER_MS)
#define BAR_WIDTH 20
#define CLEAR_LINE "\r\033[K"

/* Is the value just not known? Also where the device answers with something that is none. Any other
 * failure ends the verb. */
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
add_buffer(Run *run, AvuRemoteDevice *renderer, json_t *record, GError **error)
{
	g_autoptr(GError) why = NULL;
	json_t *buffer = renderer_get_buffer(run, renderer, &why);

	if (buffer == NULL && !is_missing(why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	(void)json_object_set_new(record, "buffer", buffer != NULL ? buffer : json_null());
	return true;
}

/* "9.7 s of 10 s", "all that is left" */
static char *
cell_buffer(const json_t *record, const char *key)
{
	const json_t *buffer = json_object_get(record, key);
	const json_t *level = json_object_get(buffer, "level_s");

	if (json_is_true(json_object_get(buffer, "complete"))) {
		return g_strdup("all that is left");
	}
	return json_is_number(level)
		       ? g_strdup_printf("%.1f s of %.0f s", json_number_value(level),
				 json_number_value(json_object_get(buffer, "target_s")))
		       : NULL;
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
	{ "format", "Format", media_format_cell },
	{ "buffer", "Buffer", cell_buffer },
	{ "volume", "Volume", output_cell_text },
	{ "mute", "Mute", output_cell_on_off },
	{ "uri", "URI", output_cell_text },
	{ NULL },
};

static const OutputColumn follow_columns[] = {
	{ "state", "state", output_cell_text, 13 },
	{ "position_s", "position", output_cell_duration, 8 },
	{ "duration_s", "length", output_cell_duration, 8 },
	{ "title", "title", output_cell_text },
	{ "format", "format", media_format_cell },
	{ "buffer", "buffer", cell_buffer },
	{ NULL },
};
static const OutputSchema follow_schema = { OUTPUT_STREAM, follow_columns };

/* @return NULL with the errors of calls; new reference */
static json_t *
get_status(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	g_auto(PositionInfo) position = { AVU_TIME_NONE, AVU_TIME_NONE, NULL, NULL };
	TransportInfo transport = { TRANSPORT_NO_MEDIA, false };

	if (!transport_info_get(run, renderer, &transport, error) ||
		!position_info_get(run, renderer, &position, error)) {
		return NULL;
	}
	json_auto_t *record = json_object();

	record_set_text(record, "state", transport_state_name(transport.state));
	record_set_duration(record, "position_s", position.position_ns);
	record_set_duration(record, "duration_s", position.duration_ns);
	record_set_text(record, "title", position.title);
	record_set_text(record, "uri", position.uri);
	(void)json_object_set_new(record, "format",
		position.format != NULL ? g_steal_pointer(&position.format) : json_null());
	if (!add_buffer(run, renderer, record, error) ||
		!add_volume(run, renderer, record, error)) {
		return NULL;
	}
	(void)json_object_set_new(record, "error", json_boolean(transport.failed));
	record_set_text(record, "renderer", avu_remote_device_get_name(renderer));
	record_set_text(record, "udn", avu_remote_device_get_udn(renderer));
	return json_incref(record);
}

/* How much of the bar is there already, as of what is played. */
static int
get_ahead(const json_t *record, double position, double duration)
{
	const json_t *buffer = json_object_get(record, "buffer");
	const double level = json_number_value(json_object_get(buffer, "level_s"));

	if (json_is_true(json_object_get(buffer, "complete"))) {
		return BAR_WIDTH;
	}
	return duration > 0 ? (int)(CLAMP((position + level) / duration, 0.0, 1.0) * BAR_WIDTH) : 0;
}

/* What follows the bar, cut where the line ends: one that wraps cannot be written over. */
static char *
format_tail(const json_t *record, int room)
{
	g_autofree char *title = output_cell_text(record, "title");
	g_autofree char *format = media_format_cell(record, "format");
	g_autofree char *buffer = cell_buffer(record, "buffer");
	g_autoptr(GString) tail = g_string_new(title);

	if (format != NULL) {
		g_string_append_printf(tail, "%s%s", tail->len > 0 ? "  " : "", format);
	}
	if (buffer != NULL) {
		g_string_append_printf(tail, "%sbuffer %s", tail->len > 0 ? "  " : "", buffer);
	}
	return avu_text_for_display(tail->str, (size_t)MAX(room, 8));
}

/* "playing  1:23 / 3:25  ██████▒▒············  Cocoon  FLAC, 44.1 kHz" on a line that is written over; ▒ is what
 * has been read ahead. */
static void
show_bar(Output *output, const json_t *record)
{
	const double position = json_number_value(json_object_get(record, "position_s"));
	const double duration = json_number_value(json_object_get(record, "duration_s"));
	const int filled =
		duration > 0 ? (int)(CLAMP(position / duration, 0.0, 1.0) * BAR_WIDTH) : 0;
	const int ahead = get_ahead(record, position, duration);
	g_autofree char *state = output_cell_text(record, "state");
	g_autofree char *now = output_cell_duration(record, "position_s");
	g_autofree char *length = output_cell_duration(record, "duration_s");
	g_autofree char *tail = format_tail(record, (int)output->width - BAR_WIDTH - 40);
	g_autoptr(GString) line = g_string_new(CLEAR_LINE);

	g_string_append_printf(line, "%s  %s / %s  ", state, now != NULL ? now : "-",
		length != NULL ? length : "-");
	for (int i = 0; i < BAR_WIDTH; i++) {
		const char *cell = i < filled ? "█" : i < ahead ? "▒" : "·";

		g_string_append(line, cell);
	}
	g_string_append_printf(line, "  %s", tail);
	output_text(output, line->str);
	(void)fflush(output->file);
}

static bool
is_failed(void *data)
{
	const Output *output = data;

	return output->failed;
}

static bool
follow(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	const bool bar = (run->output->flags & OUTPUT_TERMINAL) != 0 &&
			 (run->output->flags & OUTPUT_JSON) == 0;
	json_t *record;

	session_catch_interrupt(run->session);
	output_begin(run->output, &follow_schema);
	while (!session_is_interrupted(run->session) && !run->output->failed &&
		(record = get_status(run, renderer, error)) != NULL) {
		if (bar) {
			show_bar(run->output, record);
			json_decref(record);
		} else {
			output_record(run->output, record);
		}
		(void)session_wait(run->session, avu_now_ns() + FOLLOW_NS, is_failed, run->output);
	}
	output_end(run->output);
	if (bar) {
		output_text(run->output, "\n");
	}
	if (session_is_interrupted(run->session)) {
		g_clear_error(error); /* a call that Ctrl-C cut short */
	}
	return *error == NULL;
}

static bool
run_status(Run *run, GError **error)
{
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if (avu_settings_get_bool(run->settings, "Follow")) {
		return follow(run, renderer, error);
	}
	json_t *record = get_status(run, renderer, error);

	if (record == NULL) {
		return false;
	}
	run_write_one(run, record);
	return true;
}

static const char *const status_options[] = { "Follow", NULL };

const Command command_status = {
	.name = "status",
	.operands = "",
	.summary = "show what the renderer does",
	.help = "State, title, position, format, volume and mute of the renderer of -r, or of the "
		"only\n"
		"one; of av-renderer also how far it has read ahead.\n"
		"\n"
		"  --follow   go on: a bar that moves at a terminal, elsewhere a line twice a "
		"second\n"
		"\n"
		"With --json: {state, position_s, duration_s, title, uri, format, buffer, volume,\n"
		"  mute, error, renderer, udn}; format is {mime, codec, profile, sample_hz, bits,\n"
		"  channels, bitrate_bps, width, height}, buffer {level_s, target_s, complete};\n"
		"  state is \"playing\", \"paused\", \"stopped\", "
		"\"transitioning\" or\n"
		"  \"no-media\"; error is true when the renderer reports that its last item "
		"failed; what\n"
		"  the renderer does not tell is null.\n"
		"\n"
		"Example:\n"
		"  avcp -r kitchen --json status\n",
	.options = status_options,
	.schema = { OUTPUT_ONE, columns },
	.run = run_status,
};
