/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp pause, stop, next, prev: verbs that are one action of AVTransport, or one order to the queue
 * that plays. Main thread. */
#include <string.h>

#include "commands/command.h"
#include "commands/queue-deeds.h"

typedef struct {
	const char *verb;
	const char *action;
	const char *order; /* to the daemon, when a queue plays; NULL: none */
	bool both;         /* then the action as well: only its answer tells whether it was done */
} Deed;

static const Deed deeds[] = {
	{ "pause", "Pause", NULL, false },
	{ "stop", "Stop", "stop", true },
	{ "next", "Next", "next", false },
	{ "prev", "Previous", "previous", false },
};

static const Deed *
deed_of(const Command *command)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		if (strcmp(deeds[i].verb, command->name) == 0) {
			return &deeds[i];
		}
	}
	g_assert_not_reached();
}

static bool
do_deed(Run *run, AvuRemoteDevice *renderer, const Deed *deed, GError **error)
{
	if (deed->order != NULL && queue_is_running(renderer)) {
		if (!queue_order(renderer, deed->order, error)) {
			return false;
		}
		if (!deed->both) {
			return true;
		}
	}
	return run_call(run, renderer, &avu_service_av_transport, deed->action, NULL, error);
}

static bool
run_transport(Run *run, GError **error)
{
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL || !do_deed(run, renderer, deed_of(run->command), error)) {
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
	.help = "Goes to the next track of the queue, or of those the renderer knows; it refuses "
		"otherwise.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};

const Command command_prev = {
	.name = "prev",
	.operands = "",
	.summary = "go to the previous track",
	.help = "Goes to the previous track of the queue, or of those the renderer knows; it "
		"refuses otherwise.\n" TRANSPORT_JSON,
	.schema = { OUTPUT_DEED, columns },
	.run = run_transport,
};
