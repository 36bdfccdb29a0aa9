/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp mute: ask, set, toggle. Main thread. */
#include <string.h>

#include <av-upnp/error.h>

#include "commands/command.h"
#include "commands/renderer-state.h"

typedef enum { MUTE_SHOW, MUTE_ON, MUTE_OFF, MUTE_TOGGLE } MuteWish;

static const struct {
	const char *word;
	MuteWish wish;
} wishes[] = {
	{ "on", MUTE_ON },
	{ "off", MUTE_OFF },
	{ "toggle", MUTE_TOGGLE },
};

static const char *
get_wish(size_t i)
{
	return i < G_N_ELEMENTS(wishes) ? wishes[i].word : NULL;
}

static bool
parse_wish(const char *word, MuteWish *ret_wish, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wishes); i++) {
		if (strcmp(wishes[i].word, word) == 0) {
			*ret_wish = wishes[i].wish;
			return true;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "mute takes on, off or toggle, not \"%s\"",
		word);
	return false;
}

static bool
run_mute(Run *run, GError **error)
{
	MuteWish wish = MUTE_SHOW;
	bool mute = false;

	if (run->n_operands > 0 && !parse_wish(run->operands[0], &wish, error)) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if ((wish == MUTE_SHOW || wish == MUTE_TOGGLE) &&
		!renderer_get_mute(run, renderer, &mute, error)) {
		return false;
	}
	mute = wish == MUTE_SHOW ? mute : wish == MUTE_TOGGLE ? !mute : wish == MUTE_ON;

	const char *const arguments[] = { "Channel", "Master", "DesiredMute", mute ? "1" : "0",
		NULL };

	if (wish != MUTE_SHOW && !run_call(run, renderer, &avu_service_rendering_control, "SetMute",
					 arguments, error)) {
		return false;
	}
	json_t *record = json_object();

	(void)json_object_set_new(record, "mute", json_boolean(mute));
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "mute", "Mute", output_cell_on_off },
	{ NULL },
};

const Command command_mute = {
	.name = "mute",
	.operands = "[on|off|toggle]",
	.summary = "show or change muting",
	.help = "Without an operand: shows whether the renderer is muted.\n"
		"\n"
		"With --json: {mute, renderer, udn}.\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_WORD, get_wish } },
	.schema = { OUTPUT_ONE, columns },
	.run = run_mute,
};
