/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line before any verb runs. Before the first thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/program.h>
#include <av-upnp/text.h>

#include "settings.h"
#include "usage.h"

/* In the place of the minus of an operand that looks like an option. No word of a command line that
 * is text starts so, as it is not valid UTF-8. */
#define STEP_MARK '\xff'

/* What only some verbs know; the others have all the rest. */
static const char *const verb_options[] = { "Limit", "Depth", "Follow", "Didl", "Count", "Report",
	"Ramp", "Stay", "NoWait", "Transcode", "Object", "Criteria", "Overwrite", "Import", "Line",
	"Pixels", "Ppm", "Listen", NULL };

#define HELP_COLUMNS 80
#define FORM "usage: avcp "
#define RECORD "With --json" /* what follows indented goes on with it */

static const struct {
	AvuError error;
	ExitCode code;
} exit_codes[] = {
	{ AVU_ERROR_USAGE, EXIT_CODE_USAGE },
	{ AVU_ERROR_NOT_FOUND, EXIT_CODE_NOT_FOUND },
	{ AVU_ERROR_AMBIGUOUS, EXIT_CODE_NOT_FOUND },
	{ AVU_ERROR_UNSUPPORTED, EXIT_CODE_REFUSED },
	{ AVU_ERROR_TIMEOUT, EXIT_CODE_UNREACHABLE },
	{ AVU_ERROR_UNREACHABLE, EXIT_CODE_UNREACHABLE },
	{ AVU_ERROR_DENIED, EXIT_CODE_UNREACHABLE },
	{ AVU_ERROR_GONE, EXIT_CODE_UNREACHABLE },
};

ExitCode
exit_code_of(const GError *error)
{
	if (error->domain == AVU_UPNP_ERROR) {
		return EXIT_CODE_REFUSED;
	}
	for (size_t i = 0; error->domain == AVU_ERROR && i < G_N_ELEMENTS(exit_codes); i++) {
		if (error->code == (int)exit_codes[i].error) {
			return exit_codes[i].code;
		}
	}
	return EXIT_CODE_FAILED;
}

/* "-5" and "-1:30" are steps back, no options. */
static void
replace_first(int argc, char **argv, char from, char to)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == from && g_ascii_isdigit(argv[i][1])) {
			argv[i][0] = to;
		}
	}
}

bool
usage_knows_option(const Command *command, const char *key)
{
	return command == NULL || !g_strv_contains(verb_options, key) ||
	       (command->options != NULL && g_strv_contains(command->options, key));
}

static bool
check_options(const AvuSettings *settings, const Command *command, GError **error)
{
	for (const AvuSettingSpec *spec = control_point_settings; spec->key != NULL; spec++) {
		if (avu_settings_is_set(settings, spec->key) &&
			!usage_knows_option(command, spec->key)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s has no option --%s",
				command->name, spec->flag);
			return false;
		}
	}
	return true;
}

bool
usage_parse(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	replace_first(*argc, *argv, '-', STEP_MARK);
	if (!avu_settings_take_args(settings, /* stop_at_operand = */ false, argc, argv, error)) {
		return false;
	}
	replace_first(*argc, *argv, STEP_MARK, '-');
	const Command *command = *argc > 1 ? commands_find((*argv)[1]) : NULL;

	/* Before the file is read: there they are defaults for the verbs that know them. */
	return (command == NULL || check_options(settings, command, error)) &&
	       avu_program_load_config(settings, error);
}

const Command *
usage_find_command(const AvuSettings *settings, int argc, char *const *argv, GError **error)
{
	if (argc < 2) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_USAGE, "no verb given; avcp --help lists them");
		return NULL;
	}
	const Command *command = commands_find(argv[1]);

	if (command == NULL) {
		const char *nearest = commands_find_nearest(argv[1]);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unknown verb \"%s\"%s%s%s", argv[1],
			nearest != NULL ? ", did you mean \"" : "; avcp --help lists them",
			nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
		return NULL;
	}
	const unsigned n = (unsigned)argc - 2;

	if (!avu_settings_get_bool(settings, "Help") &&
		(n < command->min_operands || n > command->max_operands)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "too %s operands",
			n < command->min_operands ? "few" : "many");
		return NULL;
	}
	return command;
}

void
usage_add_form(int argc, char *const *argv, GError *error)
{
	const Command *command = NULL;

	for (int i = 1; i < argc && command == NULL; i++) {
		command = commands_find(argv[i]);
	}
	if (command == NULL || !g_error_matches(error, AVU_ERROR, AVU_ERROR_USAGE) ||
		strstr(error->message, FORM) != NULL) {
		return;
	}
	g_autofree char *said = g_steal_pointer(&error->message);

	error->message = g_strconcat(said, "; " FORM, command->name,
		command->operands[0] != '\0' ? " " : "", command->operands, NULL);
}

char *
usage_format(const AvuSettings *settings)
{
	GString *text =
		g_string_new("Usage: avcp [OPTION…] VERB [OPERAND…]\n"
			     "\n"
			     "Finds UPnP AV media servers and renderers and makes them play.\n"
			     "\n"
			     "Verbs (avcp VERB --help tells more):\n");
	g_autofree char *options = avu_settings_format_help(settings);

	for (size_t i = 0; commands[i] != NULL; i++) {
		g_autofree char *form =
			g_strjoin(" ", commands[i]->name, commands[i]->operands, NULL);

		/* Counted in characters, as there is an ellipsis among the operands. */
		g_string_append_printf(text, "  %s%*s%s\n", form,
			(int)(24 - MIN(g_utf8_strlen(form, -1), 23)), "", commands[i]->summary);
	}
	g_string_append_printf(text, "\nOptions:\n%s", options);
	return g_string_free(text, false);
}

/* Words of a paragraph, from the column where the line stands to that of the screen's edge.
 * @param indent  of the lines that follow */
static void
add_wrapped(GString *text, const char *words, size_t column, size_t indent)
{
	g_auto(GStrv) each = g_strsplit(words, " ", -1);
	bool first = true;

	for (size_t i = 0; each[i] != NULL; i++) {
		const size_t width = (size_t)g_utf8_strlen(each[i], -1);

		if (!first && column + 1 + width > HELP_COLUMNS) {
			g_string_append_printf(text, "\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		g_string_append_printf(text, "%s%s", first ? "" : " ", each[i]);
		column += width + (first ? 0 : 1);
		first = false;
	}
	g_string_append_c(text, '\n');
}

/* Where the explanation of "  --limit N   stop after" begins; 0: it is no such line. */
static size_t
explanation_of(const char *line)
{
	const char *gap = line[0] == ' ' ? strstr(line + 2, "  ") : NULL;

	return gap != NULL ? (size_t)(gap - line) + strspn(gap, " ") : 0;
}

/* Help is written in lines of any length; here they become those of a screen. */
static char *
wrap_help(const char *help)
{
	g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
	GString *text = g_string_new(NULL);

	for (size_t i = 0; lines[i] != NULL && (lines[i][0] != '\0' || lines[i + 1] != NULL); i++) {
		const size_t explained = explanation_of(lines[i]);
		g_autoptr(GString) paragraph = g_string_new(lines[i] + explained);

		/* plain lines belong together, but for those that say what the next ones are */
		while (lines[i][0] != ' ' && lines[i][0] != '\0' && lines[i + 1] != NULL &&
			lines[i + 1][0] != ' ' && lines[i + 1][0] != '\0') {
			g_string_append_printf(paragraph, " %s", lines[++i]);
		}
		const bool record = g_str_has_prefix(paragraph->str, RECORD);

		while (record && lines[i + 1] != NULL && lines[i + 1][0] == ' ') {
			g_string_append_printf(paragraph, "%s", lines[++i] + 1);
		}
		const size_t column = (size_t)g_utf8_strlen(lines[i], (gssize)explained);

		g_string_append_len(text, lines[i], (gssize)explained);
		if (explained == 0 && paragraph->str[0] == ' ') {
			g_string_append_printf(text, "%s\n", paragraph->str);
		} else {
			add_wrapped(text, paragraph->str, column, record ? 2 : column);
		}
	}
	return g_string_free(text, false);
}

char *
usage_format_command(const Command *command)
{
	g_autofree char *help = wrap_help(command->help);

	return g_strdup_printf("Usage: avcp [OPTION…] %s%s%s\n\n%s", command->name,
		command->operands[0] != '\0' ? " " : "", command->operands, help);
}
