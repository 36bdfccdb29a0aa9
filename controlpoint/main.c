/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-controlpoint, also avcp: finds servers and renderers on the network and makes them play. One
 * verb per run: settings, one verb from one table, an exit code. One thread. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/text.h>

#include "settings.h"
#include "usage.h"

#define PROGRAM "av-controlpoint"
#define MESSAGE_CHARS 2000

/* The one line on stderr that a failure ends with. */
static ExitCode
fail(const GError *error)
{
	g_autofree char *line = avu_text_for_display(error->message, MESSAGE_CHARS);

	(void)fprintf(stderr, "avcp: %s\n", line);
	return exit_code_of(error);
}

static bool
start_log(const AvuSettings *settings, GError **error)
{
	static const struct {
		const char *name;
		AvuLogTarget target;
	} targets[] = {
		{ "auto", AVU_LOG_AUTO },
		{ "stderr", AVU_LOG_STDERR },
		{ "journal", AVU_LOG_JOURNAL },
	};
	const char *wanted = avu_settings_get_string(settings, "LogTarget");
	size_t i = 0;

	while (g_strcmp0(targets[i].name, wanted) != 0) {
		i++;
	}
	return avu_log_init(
		"avcp", targets[i].target, avu_settings_get_string(settings, "LogLevel"), error);
}

static void
start_output(const AvuSettings *settings, Output *output)
{
	const bool terminal = isatty(STDOUT_FILENO) == 1;
	struct winsize size = { 0 };

	if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
		size.ws_col = 0;
	}
	output_init(output, stdout,
		(terminal ? OUTPUT_TERMINAL : 0) |
			(avu_settings_get_bool(settings, "Json") ? OUTPUT_JSON : 0),
		size.ws_col);
}

/* Texts that are asked for instead of a verb's work. @return true: that was all */
static bool
answer_questions(const AvuSettings *settings, int argc, char *const *argv, Output *output)
{
	g_autofree char *text = NULL;

	if (avu_settings_get_bool(settings, "Version")) {
		text = g_strdup_printf("avcp (av-upnp) %s\n", avu_version());
	} else if (avu_settings_get_bool(settings, "CheckConfig")) {
		text = g_strdup(""); /* it was read without fault */
	} else if (avu_settings_get_bool(settings, "PrintConfig")) {
		text = avu_settings_format_config(settings);
	} else if (avu_settings_get_bool(settings, "Help")) {
		const Command *command = argc > 1 ? command_find(argv[1]) : NULL;

		text = command != NULL ? usage_format_command(command) : usage_format(settings);
	}
	if (text != NULL) {
		output_text(output, text);
	}
	return text != NULL;
}

static bool
run_command(const Command *command, const AvuSettings *settings, Output *output, int argc,
	char *const *argv, GError **error)
{
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(error);

	if (spawner == NULL) {
		return false;
	}
	const SessionOptions options = {
		.spawner = spawner,
		.interfaces = avu_settings_get_list(settings, "Interface"),
		.timeout_ns = avu_settings_get_int(settings, "Timeout"),
	};
	g_autoptr(Session) session = session_new(&options);
	Run run = { command, session, output, settings, argv + 2, (unsigned)argc - 2 };

	return command->run(&run, error);
}

static bool
serve(AvuSettings *settings, Output *output, int *argc, char ***argv, GError **error)
{
	if (!usage_parse(settings, argc, argv, error) || !start_log(settings, error)) {
		return false;
	}
	start_output(settings, output);
	if (answer_questions(settings, *argc, *argv, output)) {
		return true;
	}
	const Command *command = usage_find_command(settings, *argc, *argv, error);

	return command != NULL && run_command(command, settings, output, *argc, *argv, error);
}

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, control_point_settings);
	g_autoptr(GError) error = NULL;
	Output output;

	output_init(&output, stdout, 0, 0);
	const bool done =
		serve(settings, &output, &argc, &argv, &error) && output_flush(&output, &error);

	output_clear(&output);
	return done ? EXIT_CODE_OK : fail(error);
}
