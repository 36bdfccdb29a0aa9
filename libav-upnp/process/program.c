/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/program.c: from main() to the first line of a program's own work. Before there are threads.
 * Command line and configuration are the user's; their limits are those of base/settings. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/privilege.h>
#include <av-upnp/program.h>
#include <av-upnp/text.h>

#define MESSAGE_MAX_CHARS 2000

bool
avu_program_load_config(AvuSettings *settings, GError **error)
{
	if (avu_settings_get_bool(settings, "Help") || avu_settings_get_bool(settings, "Version")) {
		return true;
	}
	const char *path = avu_settings_get_string(settings, "Config");
	g_autoptr(GError) wrong = NULL;
	const bool loaded = path != NULL ? avu_settings_load(settings, path, &wrong)
					 : avu_settings_load_default(settings, &wrong);

	if (!loaded) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_USAGE, wrong->message);
	}
	return loaded;
}

bool
avu_program_load(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	return avu_settings_take_args(settings, /* stop_at_operand = */ false, argc, argv, error) &&
	       avu_program_load_config(settings, error);
}

char *
avu_program_format_answer(const AvuSettings *settings, const char *program)
{
	if (avu_settings_get_bool(settings, "Version")) {
		return g_strdup_printf("%s (av-upnp) %s\n", program, avu_version());
	}
	if (avu_settings_get_bool(settings, "PrintConfig")) {
		return avu_settings_format_config(settings);
	}
	return avu_settings_get_bool(settings, "CheckConfig") ? g_strdup("") : NULL;
}

bool
avu_program_start_log(const AvuSettings *settings, const char *program, GError **error)
{
	static const struct {
		const char *word;
		AvuLogTarget target;
	} targets[] = {
		{ "auto", AVU_LOG_AUTO },
		{ "stderr", AVU_LOG_STDERR },
		{ "journal", AVU_LOG_JOURNAL },
	};
	const char *word = avu_settings_get_string(settings, "Target");
	AvuLogTarget target = AVU_LOG_AUTO;

	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		target = g_strcmp0(word, targets[i].word) == 0 ? targets[i].target : target;
	}
	return avu_log_init(program, target, avu_settings_get_string(settings, "Level"), error);
}

int
avu_program_report(const char *program, const GError *error)
{
	static const struct {
		AvuError code;
		int status;
	} statuses[] = {
		{ AVU_ERROR_USAGE, 2 },
		{ AVU_ERROR_BUSY, 3 },
	};
	g_autofree char *line = avu_text_for_display(error->message, MESSAGE_MAX_CHARS);

	(void)fprintf(stderr, "%s: %s\n", program, line);
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		if (g_error_matches(error, AVU_ERROR, (int)statuses[i].code)) {
			return statuses[i].status;
		}
	}
	return EXIT_FAILURE;
}

char *
avu_service_dup_state_path(const AvuSettings *settings, const char *program)
{
	const char *path = avu_settings_get_string(settings, "StateDirectory");

	return path != NULL ? g_strdup(path) : avu_state_dir_default_path(program);
}

bool
avu_service_start(const AvuSettings *settings, const char *program, AvuSpawner **ret_spawner,
	AvuStateDir **ret_state_dir, GError **error)
{
	/* before rights go: it depends on the user */
	g_autofree char *path = avu_service_dup_state_path(settings, program);

	(void)umask(S_IRWXG | S_IRWXO); /* what it writes is its own (SEC-127) */
	(void)signal(SIGPIPE, SIG_IGN); /* who reads its lines may leave (FLT-16) */
	if (!avu_program_start_log(settings, program, error) ||
		!avu_drop_privileges(avu_settings_get_string(settings, "User"), path, error)) {
		return false;
	}
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, error);
	g_autoptr(AvuStateDir) state_dir =
		spawner != NULL ? avu_state_dir_open(path, program, error) : NULL;

	if (state_dir == NULL) {
		return false;
	}
	*ret_spawner = g_steal_pointer(&spawner);
	*ret_state_dir = g_steal_pointer(&state_dir);
	return true;
}
