/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp sleep: stop after a while. Main thread. */
#include <string.h>

#include "commands/amount.h"
#include "commands/command.h"
#include "queue/client.h"

#define LONGEST_NS (24 * 3600 * AVU_NS_PER_S)

/* @param ret_s  0: no more */
static bool
parse_delay(const char *text, int64_t *ret_s, GError **error)
{
	int64_t ns = 0;

	if (strcmp(text, "off") != 0 && !amount_parse_delay(text, LONGEST_NS, &ns, error)) {
		return false;
	}
	*ret_s = (ns + AVU_NS_PER_S - 1) / AVU_NS_PER_S; /* a part of a second is not "off" */
	return true;
}

static bool
run_sleep(Run *run, GError **error)
{
	int64_t seconds = -1;

	if (run->n_operands > 0 && !parse_delay(run->operands[0], &seconds, error)) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	json_t *order = queue_order_new("sleep", renderer);

	if (seconds >= 0) {
		(void)json_object_set_new(order, "seconds", json_integer(seconds));
	}
	json_auto_t *answer = queue_ask(order, /* start = */ true, error);

	if (answer == NULL) {
		return false;
	}
	json_t *record = json_object();

	(void)json_object_set(record, "sleep_s", json_object_get(answer, "sleep_s"));
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "sleep_s", "Stops in", output_cell_duration },
	{ NULL },
};

const Command command_sleep = {
	.name = "sleep",
	.operands = "[TIME|off]",
	.summary = "stop the renderer after a while",
	.help = "TIME is 30m, 2h, seconds, or M:SS. Without it: how long it is until then. The "
		"daemon does\n"
		"it, so the terminal can be closed.\n"
		"\n"
		"With --json: {sleep_s, renderer, udn}; null: never.\n"
		"\n"
		"Example:\n"
		"  avcp -r bedroom sleep 30m\n",
	.max_operands = 1,
	.schema = { OUTPUT_ONE, columns },
	.run = run_sleep,
};
