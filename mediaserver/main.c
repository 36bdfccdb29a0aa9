/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-mediaserver: command line, configuration, verbs; then app.c. Up to app_run() there is one thread
 * and no socket, which is what dropping rights and forking the spawner need. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/privilege.h>

#include "mediaserver/app.h"
#include "mediaserver/local/control.h"
#include "mediaserver/local/status.h"

enum { EXIT_USAGE = 2, EXIT_BUSY = 3 };

/* Descriptors: connections, files being sent, files being probed. */
#define DESCRIPTORS_WANTED 16384

static int
report(const GError *error)
{
	(void)fprintf(stderr, SERVER_PROGRAM ": %s\n", error->message);
	if (error->domain != AVU_ERROR) {
		return EXIT_FAILURE;
	}
	return error->code == AVU_ERROR_USAGE  ? EXIT_USAGE
	       : error->code == AVU_ERROR_BUSY ? EXIT_BUSY
					       : EXIT_FAILURE;
}

static char *
state_path(const AvuSettings *settings)
{
	const char *path = avu_settings_get_string(settings, "StateDirectory");

	return path != NULL ? g_strdup(path) : avu_state_dir_default_path(SERVER_PROGRAM);
}

/* Verbs: asked of a running server */

static int
run_status(const AvuSettings *settings)
{
	g_autofree char *path = state_path(settings);
	g_autoptr(GError) error = NULL;
	g_autofree char *json = control_ask(path, "status", &error);

	if (json == NULL) {
		return report(error);
	}
	g_autofree char *text = avu_settings_get_bool(settings, "Json")
					? g_strconcat(json, "\n", NULL)
					: status_format_text(json, &error);

	if (text == NULL) {
		return report(error);
	}
	(void)fputs(text, stdout);
	return EXIT_SUCCESS;
}

static int
run_rescan(const AvuSettings *settings)
{
	g_autofree char *path = state_path(settings);
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = control_ask(path, "rescan", &error);

	return answer != NULL ? EXIT_SUCCESS : report(error);
}

static const struct {
	const char *name;
	int (*run)(const AvuSettings *settings);
	const char *help;
} verbs[] = {
	{ "status", run_status, "what the running server shares, and where" },
	{ "rescan", run_rescan, "look through the folders again now" },
};

static int
print_help(const AvuSettings *settings)
{
	g_autofree char *options = avu_settings_format_help(settings);

	(void)printf("Usage: " SERVER_PROGRAM " [OPTION]... FOLDER...\n"
		     "       " SERVER_PROGRAM " [--state-dir DIR] VERB\n\n"
		     "Shares folders of music, video and pictures with DLNA and UPnP players.\n\n"
		     "Verbs (a folder of that name is written ./NAME):\n");
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		(void)printf("  %-10s %s\n", verbs[i].name, verbs[i].help);
	}
	(void)printf("\nOptions:\n%s", options);
	return EXIT_SUCCESS;
}

static int
print_config(const AvuSettings *settings)
{
	g_autofree char *text = avu_settings_format_config(settings);

	(void)fputs(text, stdout);
	return EXIT_SUCCESS;
}

static bool
load(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	if (!avu_settings_take_args(settings, /* stop_at_operand = */ false, argc, argv, error)) {
		return false;
	}
	if (avu_settings_get_bool(settings, "Help") || avu_settings_get_bool(settings, "Version")) {
		return true; /* also with a configuration that cannot be read */
	}
	return avu_settings_load_for_start(
		settings, avu_settings_get_string(settings, "Config"), error);
}

static bool
init_log(const AvuSettings *settings, GError **error)
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
	return avu_log_init(
		SERVER_PROGRAM, target, avu_settings_get_string(settings, "Level"), error);
}

/* Operands first, then those of the file. NULL-ended, absolute: helpers run in /. */
static char **
list_folders(const AvuSettings *settings, int argc, char **argv)
{
	GPtrArray *folders = g_ptr_array_new();
	const char *const *configured = avu_settings_get_list(settings, "Folder");

	for (int i = 1; i < argc; i++) {
		g_ptr_array_add(folders, g_canonicalize_filename(argv[i], NULL));
	}
	for (size_t i = 0; configured[i] != NULL; i++) {
		g_ptr_array_add(folders, g_canonicalize_filename(configured[i], NULL));
	}
	g_ptr_array_add(folders, NULL);
	return (char **)g_ptr_array_free(folders, FALSE);
}

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS_WANTED) {
		limit.rlim_cur = MIN(limit.rlim_max, DESCRIPTORS_WANTED);
		(void)setrlimit(RLIMIT_NOFILE, &limit); /* fewer: fewer connections at once */
	}
}

static int
serve(const AvuSettings *settings, const char *const *folders)
{
	g_autofree char *path = state_path(settings); /* before rights go: it depends on the user */
	g_autoptr(GError) error = NULL;

	(void)umask(S_IRWXG | S_IRWXO); /* what it writes is its own (SEC-127) */
	raise_descriptor_limit();
	if (!init_log(settings, &error) ||
		!avu_drop_privileges(avu_settings_get_string(settings, "User"), path, &error)) {
		return report(error);
	}
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(&error);
	g_autoptr(AvuStateDir) state_dir =
		spawner != NULL ? avu_state_dir_open(path, SERVER_PROGRAM, &error) : NULL;

	if (state_dir == NULL || !app_run(settings, folders, spawner, state_dir, &error)) {
		return report(error);
	}
	return EXIT_SUCCESS;
}

static int
run(const AvuSettings *settings, int argc, char **argv)
{
	g_auto(GStrv) folders = list_folders(settings, argc, argv);

	if (avu_settings_get_bool(settings, "Help")) {
		return print_help(settings);
	}
	if (avu_settings_get_bool(settings, "Version")) {
		(void)printf(SERVER_PROGRAM " %s\n", avu_version());
		return EXIT_SUCCESS;
	}
	if (avu_settings_get_bool(settings, "PrintConfig")) {
		return print_config(settings);
	}
	if (avu_settings_get_bool(settings, "CheckConfig")) {
		return EXIT_SUCCESS; /* whatever was wrong has been told */
	}
	for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(verbs); i++) {
		if (g_str_equal(argv[1], verbs[i].name)) {
			return verbs[i].run(settings);
		}
	}
	if (folders[0] == NULL) {
		(void)fprintf(stderr, SERVER_PROGRAM
			": no folder to share: name one, or set Folder in the configuration\n");
		return EXIT_USAGE;
	}
	return serve(settings, (const char *const *)folders);
}

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(SERVER_PROGRAM, server_setting_specs);
	g_autoptr(GError) error = NULL;

	if (!load(settings, &argc, &argv, &error)) {
		return report(error);
	}
	return run(settings, argc, argv);
}
