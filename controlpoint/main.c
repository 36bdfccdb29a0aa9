/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-controlpoint, also avcp: finds servers and renderers on the network and makes them play. One
 * verb per run: settings, one verb from one table, an exit code. One thread. */
#include <sys/ioctl.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/program.h>
#include <av-upnp/text.h>

#include "output/charset.h"
#include "refusal.h"
#include "settings.h"
#include "usage.h"

#define PROGRAM "av-controlpoint"
#define NAME "avcp"
#define MESSAGE_CHARS 2000

static void
start_output(const AvuSettings *settings, Output *output)
{
	const bool terminal = isatty(STDOUT_FILENO) == 1;
	struct winsize size = { 0 };

	if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
		size.ws_col = 0;
	}
	output_init(output, terminal ? charset_open(stdout) : stdout,
		(terminal ? OUTPUT_TERMINAL : 0) |
			(avu_settings_get_bool(settings, "Json") ? OUTPUT_JSON : 0),
		size.ws_col);
}

static void
report(const GError *error)
{
	g_autofree char *line = avu_text_for_display(error->message, MESSAGE_CHARS);
	g_autofree char *converted = charset_convert(line);

	(void)fprintf(stderr, "%s: %s\n", NAME, isatty(STDERR_FILENO) == 1 ? converted : line);
}

/* Texts that are asked for instead of a verb's work. @return true: that was all */
static bool
answer_questions(const AvuSettings *settings, int argc, char *const *argv, Output *output)
{
	const Command *command = argc > 1 ? commands_find(argv[1]) : NULL;
	g_autofree char *text = !avu_settings_get_bool(settings, "Help")
					? avu_program_format_answer(settings, NAME)
				: command != NULL ? usage_format_command(command)
						  : usage_format(settings);

	if (text != NULL) {
		output_text(output, text);
	}
	return text != NULL;
}

static bool
take_source(const AvuSettings *settings, AvuAddress *ret_source, GError **error)
{
	const char *text = avu_settings_get_string(settings, "Source");

	if (text != NULL && text[0] != '\0' &&
		(!avu_address_parse(text, ret_source) || ret_source->port != 0)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"--source \"%s\": not an address such as 192.0.2.7", text);
		return false;
	}
	return true;
}

static bool
run_command(const Command *command, const AvuSettings *settings, Output *output, int argc,
	char *const *argv, int *ret_code, GError **error)
{
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, error);

	if (spawner == NULL) {
		return false;
	}
	AvuAddress source = { .family = 0 };

	if (!take_source(settings, &source, error)) {
		return false;
	}
	const SessionOptions options = {
		.source = source,
		.spawner = spawner,
		.interfaces = avu_settings_get_list(settings, "Interface"),
		.timeout_ns = avu_settings_get_int(settings, "Timeout"),
	};
	g_autoptr(Session) session = session_new(&options);
	Run run = { command, session, output, settings, argv + 2, (unsigned)argc - 2, 0 };
	const bool done = command->run(&run, error);

	if (!done) {
		refusal_explain(session, *error);
	}
	*ret_code = run.exit_code;
	return done;
}

static bool
serve(AvuSettings *settings, Output *output, int *argc, char ***argv, int *ret_code, GError **error)
{
	if (!usage_parse(settings, argc, argv, error) ||
		!avu_program_start_log(settings, NAME, error)) {
		return false;
	}
	avu_log_set_terminal_text(charset_convert);
	start_output(settings, output);
	if (answer_questions(settings, *argc, *argv, output)) {
		return true;
	}
	const Command *command = usage_find_command(settings, *argc, *argv, error);

	return command != NULL &&
	       run_command(command, settings, output, *argc, *argv, ret_code, error);
}

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, control_point_settings);
	g_autoptr(GError) error = NULL;
	Output output;
	int code = EXIT_CODE_OK;

	charset_init();
	output_init(&output, stdout, 0, 0);
	const bool done = serve(settings, &output, &argc, &argv, &code, &error) &&
			  output_flush(&output, &error);

	output_clear(&output);
	if (!done) {
		usage_add_form(argc, argv, error);
		report(error);
		return exit_code_of(error);
	}
	return code;
}
