/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-renderer: a UPnP AV media renderer. This process talks to the network and parses no media; what
 * decodes is its helper "media". */

#include <stdio.h>
#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/program.h>

#include "app.h"
#include "settings.h"

static bool
main_load(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	if (!avu_program_load(settings, argc, argv, error)) {
		return false;
	}
	if (*argc > 1) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unexpected word '%s'", (*argv)[1]);
		return false;
	}
	return true;
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

static bool
main_run(const AvuSettings *settings, GError **error)
{
	g_autoptr(AvuSpawner) spawner = NULL;
	g_autoptr(AvuStateDir) state = NULL;

	const char *level = avu_settings_get_string(settings, "Level");

	/* The media process logs at the same levels. */
	(void)g_setenv("AV_UPNP_LOG", level != NULL ? level : "", TRUE);
	if (!avu_service_start(settings, RENDERER_PROGRAM, &spawner, &state, error)) {
		return false;
	}
	g_autoptr(App) app = app_new(settings, spawner, state, error);

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
		return avu_program_report(RENDERER_PROGRAM, error);
	}
	g_autofree char *answer = avu_settings_get_bool(settings, "Help")
					  ? main_format_help(settings)
					  : avu_program_format_answer(settings, RENDERER_PROGRAM);

	if (answer != NULL) {
		(void)fputs(answer, stdout);
		return EXIT_SUCCESS;
	}
	return main_run(settings, &error) ? EXIT_SUCCESS
					  : avu_program_report(RENDERER_PROGRAM, error);
}
