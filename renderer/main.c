/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-renderer: a UPnP AV media renderer. This process talks to the network and parses no media; what
 * decodes is its helper "media". */

#include <stdio.h>
#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/privilege.h>

#include "app.h"
#include "settings.h"

enum { EXIT_USAGE = 2, EXIT_BUSY = 3 };

static int
main_report(const GError *error)
{
	(void)fprintf(stderr, RENDERER_PROGRAM ": %s\n", error->message);
	if (g_error_matches(error, AVU_ERROR, AVU_ERROR_USAGE)) {
		return EXIT_USAGE;
	}
	return g_error_matches(error, AVU_ERROR, AVU_ERROR_BUSY) ? EXIT_BUSY : EXIT_FAILURE;
}

static bool
main_load(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	if (!avu_settings_take_args(settings, /* stop_at_operand = */ false, argc, argv, error)) {
		return false;
	}
	if (*argc > 1) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unexpected word '%s'", (*argv)[1]);
		return false;
	}
	if (avu_settings_get_bool(settings, "Help") || avu_settings_get_bool(settings, "Version")) {
		return true; /* also with a configuration that cannot be read */
	}
	return avu_settings_load_for_start(
		settings, avu_settings_get_string(settings, "Config"), error);
}

static char *
main_format_help(const AvuSettings *settings)
{
	g_autofree char *options = avu_settings_format_help(settings);

	return g_strconcat("Usage: " RENDERER_PROGRAM " [OPTION]...\n\n"
			   "Plays the music, video and pictures that DLNA and UPnP control points "
			   "send.\n\nOptions:\n",
		options, NULL);
}

static char *
main_format_version(const AvuSettings *settings G_GNUC_UNUSED)
{
	return g_strdup_printf(RENDERER_PROGRAM " %s\n", avu_version());
}

/* Whatever is wrong was told while it was read. */
static char *
main_format_nothing(const AvuSettings *settings G_GNUC_UNUSED)
{
	return g_strdup("");
}

/* Flags that print something and end; the first that is given counts. */
static const struct {
	const char *key;
	char *(*format)(const AvuSettings *settings);
} answers[] = {
	{ "Help", main_format_help },
	{ "Version", main_format_version },
	{ "PrintConfig", avu_settings_format_config },
	{ "CheckConfig", main_format_nothing },
};

static bool
main_answer(const AvuSettings *settings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (avu_settings_get_bool(settings, answers[i].key)) {
			g_autofree char *text = answers[i].format(settings);

			(void)fputs(text, stdout);
			return true;
		}
	}
	return false;
}

static bool
main_init_log(const AvuSettings *settings, GError **error)
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
	const char *level = avu_settings_get_string(settings, "Level");
	AvuLogTarget target = AVU_LOG_AUTO;

	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		target = g_strcmp0(word, targets[i].word) == 0 ? targets[i].target : target;
	}
	/* The media process logs at the same levels. */
	(void)g_setenv("AV_UPNP_LOG", level, TRUE);
	return avu_log_init(RENDERER_PROGRAM, target, level, error);
}

/* Rights go first, then the spawner is forked while there is one thread, then all else. */
static bool
main_run(const AvuSettings *settings, GError **error)
{
	const char *given = avu_settings_get_string(settings, "StateDirectory");
	g_autofree char *path =
		given != NULL ? g_strdup(given) : avu_state_dir_default_path(RENDERER_PROGRAM);

	if (!main_init_log(settings, error) ||
		!avu_drop_privileges(avu_settings_get_string(settings, "User"), path, error)) {
		return false;
	}
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(error);
	g_autoptr(AvuStateDir) state =
		spawner != NULL ? avu_state_dir_open(path, RENDERER_PROGRAM, error) : NULL;
	g_autoptr(App) app = state != NULL ? app_new(settings, spawner, state, error) : NULL;

	if (app != NULL) {
		app_run(app);
	}
	return app != NULL;
}

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings =
		avu_settings_new(RENDERER_PROGRAM, renderer_setting_specs);
	g_autoptr(GError) error = NULL;

	if (!main_load(settings, &argc, &argv, &error)) {
		return main_report(error);
	}
	if (main_answer(settings)) {
		return EXIT_SUCCESS;
	}
	return main_run(settings, &error) ? EXIT_SUCCESS : main_report(error);
}
