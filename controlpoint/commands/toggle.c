/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp toggle: pause what plays, play what is paused. Main thread. */
#include "commands/command.h"
#include "commands/renderer-state.h"

static bool
run_toggle(Run *run, GError **error)
{
	static const char *const normal[] = { "Speed", "1", NULL };
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);
	TransportInfo now = { TRANSPORT_STOPPED, false };

	if (renderer == NULL || !transport_info_get(run, renderer, &now, error)) {
		return false;
	}
	/* One that is about to play is held, too: that is what the key was pressed for. */
	const bool pause = now.state == TRANSPORT_PLAYING || now.state == TRANSPORT_TRANSITIONING;

	if (!run_call(run, renderer, &avu_service_av_transport, pause ? "Pause" : "Play",
		    pause ? NULL : normal, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", pause ? "pause" : "play");
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "renderer", "Renderer", output_cell_text },
	{ "done", "Done", output_cell_text },
	{ NULL },
};

const Command command_toggle = {
	.name = "toggle",
	.operands = "",
	.summary = "pause, or go on",
	.help = "Pauses the renderer of -r, or the only one, if it plays; plays otherwise. For a "
		"key "
		"of a\n"
		"keyboard.\n"
		"\n"
		"With --json: {done: \"pause\" or \"play\", renderer, udn}.\n",
	.schema = { OUTPUT_DEED, columns },
	.run = run_toggle,
};
