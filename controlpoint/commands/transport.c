/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp pause, stop, next, prev: verbs that are one action of AVTransport. Main thread. */
#include <string.h>

#include "commands/command.h"

static const struct {
	const char *verb;
	const char *action;
} actions[] = {
	{ "pause", "Pause" },
	{ "stop", "Stop" },
	{ "next", "Next" },
	{ "prev", "Previous" },
};

static const char *
action_of(const Command *command)
{
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].verb, command->name) == 0) {
			return actions[i].action;
		}
	}
	g_assert_not_reached();
}

static bool
run_transport(Run *run, GError **error)
{
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL || !run_call(run, renderer, &avu_service_av_transport,
					action_of(run->command), NULL, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", run->command->name);
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "renderer", "Renderer", output_cell_text },
	{ "done", "Done", output_cell_text },
	{ NULL },
};

#define TRANSPORT_JSON "\nWith --json: {done, renderer, udn}.\n"

const Command command_pause = {
	.name = "pause",
	.operands = "",
	.summary = "pause; play goes on from there",
	.help = "Holds the renderer of -r, or the only one. \"avcp play\" without an item goes "
		"on.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};

const Command command_stop = {
	.name = "stop",
	.operands = "",
	.summary = "stop",
	.help = "Stops the renderer of -r, or the only one.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};

const Command command_next = {
	.name = "next",
	.operands = "",
	.summary = "go to the next track",
	.help = "Goes to the next track, if the renderer knows one; it refuses "
		"otherwise.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};

const Command command_prev = {
	.name = "prev",
	.operands = "",
	.summary = "go to the previous track",
	.help = "Goes to the previous track, if the renderer knows one; it refuses "
		"otherwise.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};
