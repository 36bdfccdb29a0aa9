/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp speed: ask for and change the speed of play. Main thread. */
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/command.h"
#include "commands/speed-text.h"

static bool
get_speed(Run *run, AvuRemoteDevice *renderer, char **ret_speed, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_av_transport, "GetTransportInfo", NULL, error);

	if (answer == NULL) {
		return false;
	}
	*ret_speed = g_strdup(avu_remote_answer_get(answer, "CurrentSpeed"));
	return true;
}

static bool
run_speed(Run *run, GError **error)
{
	g_autofree char *speed = NULL;

	if (run->n_operands > 0 && (speed = speed_text_parse(run->operands[0], error)) == NULL) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if (speed != NULL) {
		const char *const arguments[] = { "Speed", speed, NULL };

		if (!run_call(run, renderer, &avu_service_av_transport, "Play", arguments, error)) {
			return false;
		}
	} else if (!get_speed(run, renderer, &speed, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "speed", speed);
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "speed", "Speed", output_cell_text },
	{ NULL },
};

const Command command_speed = {
	.name = "speed",
	.operands = "[X]",
	.summary = "show or change the speed of play",
	.help = "X is a whole number or a fraction: 2, -4, 1/2, 0.5; 1 is normal, below 0 is "
		"backwards. A\n"
		"renderer refuses speeds that it cannot play the item at (717).\n"
		"\n"
		"With --json: {speed, renderer, udn}; speed is text as UPnP writes it: \"1/2\".\n"
		"\n"
		"Examples:\n"
		"  avcp speed 2\n"
		"  avcp -r kitchen speed 1/2\n",
	.max_operands = 1,
	.schema = { OUTPUT_ONE, columns },
	.run = run_speed,
};
