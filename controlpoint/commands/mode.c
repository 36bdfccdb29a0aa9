/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp mode: order and repetition. Main thread. */
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/command.h"

/* CurrentPlayMode and what people say. */
static const struct {
	const char *word;
	const char *play_mode;
} modes[] = {
	{ "normal", "NORMAL" },
	{ "shuffle", "SHUFFLE" },
	{ "repeat-one", "REPEAT_ONE" },
	{ "repeat-all", "REPEAT_ALL" },
	{ "random", "RANDOM" },
	{ "direct", "DIRECT_1" },
	{ "intro", "INTRO" },
};

static const char *
get_mode_word(size_t i)
{
	return i < G_N_ELEMENTS(modes) ? modes[i].word : NULL;
}

static const char *
play_mode_of(const char *word, GError **error)
{
	const char *words[G_N_ELEMENTS(modes) + 1] = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (g_ascii_strcasecmp(modes[i].word, word) == 0 ||
			g_ascii_strcasecmp(modes[i].play_mode, word) == 0) {
			return modes[i].play_mode;
		}
		words[i] = modes[i].word;
	}
	const char *nearest = avu_text_nearest(word, words);
	g_autofree char *all = g_strjoinv(", ", (char **)words);
	g_autofree char *shown = avu_text_for_display(word, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "'%s' is no play mode%s%s%s", shown,
		nearest != NULL ? ", did you mean \"" : "; there are ",
		nearest != NULL ? nearest : all, nearest != NULL ? "\"?" : "");
	return NULL;
}

/* Our word for it; a mode of the maker's own as it is. */
static const char *
word_of(const char *play_mode)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (g_ascii_strcasecmp(modes[i].play_mode, play_mode) == 0) {
			return modes[i].word;
		}
	}
	return play_mode;
}

static char *
get_mode(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, renderer,
		&avu_service_av_transport, "GetTransportSettings", NULL, error);

	return answer != NULL ? g_strdup(avu_remote_answer_get(answer, "PlayMode")) : NULL;
}

static bool
run_mode(Run *run, GError **error)
{
	const char *wanted = NULL;
	g_autofree char *found = NULL;

	if (run->n_operands > 0 && (wanted = play_mode_of(run->operands[0], error)) == NULL) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if (wanted != NULL) {
		const char *const arguments[] = { "NewPlayMode", wanted, NULL };

		if (!run_call(run, renderer, &avu_service_av_transport, "SetPlayMode", arguments,
			    error)) {
			return false;
		}
	} else if ((found = get_mode(run, renderer, error)) == NULL) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "mode", word_of(wanted != NULL ? wanted : found));
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "mode", "Mode", output_cell_text },
	{ NULL },
};

const Command command_mode = {
	.name = "mode",
	.operands = "[MODE]",
	.summary = "show or change order and repetition",
	.help = "MODE is normal, shuffle, repeat-one, repeat-all, random, direct or intro. It is "
		"the "
		"renderer\n"
		"that does it, among the tracks it knows; it refuses modes it does not have "
		"(712).\n"
		"\n"
		"With --json: {mode, renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp mode\n"
		"  avcp -r kitchen mode repeat-all\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_WORD, get_mode_word } },
	.schema = { OUTPUT_ONE, columns },
	.run = run_mode,
};
