/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp complete: what a shell asks while a command line is typed. Main thread. */
#include <string.h>

#include "commands/command.h"
#include "completion/completion.h"
#include "completion/line.h"

/* A shell reads lines. First the word "files" or "words", then candidates. */
static void
print(Run *run, const Completion *completion, size_t skip)
{
	g_autoptr(GString) text = g_string_new(completion->files ? "files\n" : "words\n");

	for (guint i = 0; i < completion->candidates->len; i++) {
		const char *candidate = completion->candidates->pdata[i];

		g_string_append_printf(text, "%s\n", candidate + MIN(skip, strlen(candidate)));
	}
	output_text(run->output, text->str);
}

static bool
run_complete(Run *run, GError **error)
{
	static const char *const nothing[] = { "", NULL };
	const char *typed = avu_settings_get_string(run->settings, "Line");
	g_auto(Line) line = line_parse(typed != NULL ? typed : "");
	g_auto(Completion) completion = { false, NULL };
	const char *const *words =
		run->n_operands > 0 ? (const char *const *)run->operands : nothing;

	(void)error;
	if (typed != NULL && line.words[1] != NULL) {
		words = (const char *const *)line.words + 1;
	}
	completion_find(run->session, words, &completion);
	print(run, &completion, typed != NULL ? line.n_settled : 0);
	return true;
}

static const char *const options[] = { "Line", NULL };

const Command command_complete = {
	.name = "complete",
	.operands = "-- WORD…",
	.summary = "what a command line may go on with, for shells",
	.help = "Prints \"words\" or, where names of files are wanted, too, \"files\", then "
		"what the last\n"
		"WORD may become, one on each line. Devices are those seen before; titles are "
		"asked of\n"
		"their server. The completions for bash, zsh and fish use it.\n"
		"\n"
		"  --line TEXT   instead of words: the line from its start to the cursor, as "
		"typed in bash\n"
		"\n"
		"Example:\n"
		"  avcp complete -- ls NAS:/Mu\n",
	.max_operands = 1000,
	.options = options,
	.schema = { OUTPUT_LIST, NULL },
	.run = run_complete,
};
