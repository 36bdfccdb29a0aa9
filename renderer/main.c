/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-renderer: a UPnP AV media renderer. This process talks to the network and parses no media; what
 * decodes is its helper "media". */

#include <stdio.h>
#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/program.h>

#include "app.h"
#include "engine/device-list.h"
#include "local/deeds.h"
#include "settings.h"

static bool
main_load(AvuSettings *settings, int *argc, char ***argv, GError **error)
{
	if (!avu_program_load(settings, argc, argv, error)) {
		return false;
	}
	if (*argc > 1 && !verbs_has((*argv)[1])) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unexpected word '%s'", (*argv)[1]);
		return false;
	}
	return true;
}

static char *
main_format_help(const AvuSettings *settings)
{
	g_autofree char *options = avu_settings_format_help(settings);
	GString *text = g_string_new(
		"Usage: " RENDERER_PROGRAM " [OPTION]...\n"
		"       " RENDERER_PROGRAM " [--state-dir DIR] [--json] VERB [WORD]...\n\n"
		"Plays the music, video and pictures that DLNA and UPnP control points send.\n\n"
		"Verbs, for the renderer that runs on this host:\n");

	for (const Verb *verb = verbs_list(); verb->name != NULL; verb++) {
		g_autofree char *usage = g_strdup_printf("%s %s", verb->name, verb->operands);

		g_string_append_printf(text, "  %-30s %s\n", usage, verb->help);
	}
	g_string_append_printf(text, "\nOptions:\n%s", options);
	return g_string_free(text, FALSE);
}

/* Asks the renderer that has this state directory. */
static bool
main_ask(const AvuSettings *settings, const char *const *words, GError **error)
{
	g_autofree char *path = avu_service_dup_state_path(settings, RENDERER_PROGRAM);
	g_autofree char *request = verbs_format_request(words);
	g_autoptr(GError) trouble = NULL;
	g_autofree char *answer = avu_local_control_ask(path, request, &trouble);

	if (g_error_matches(trouble, AVU_ERROR, AVU_ERROR_UNREACHABLE)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"no renderer is running with the state directory %s", path);
		return false;
	}
	if (answer == NULL) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	g_autofree char *text =
		verbs_format_answer(answer, avu_settings_get_bool(settings, "Json"), error);

	if (text != NULL) {
		(void)fputs(text, stdout);
	}
	return text != NULL;
}

static bool
main_list_devices(GError **error)
{
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, error);
	g_autofree char *devices = spawner != NULL ? device_list_ask(spawner, error) : NULL;

	if (devices == NULL) {
		return false;
	}
	(void)fputs(*devices != '\0' ? devices : "neither a sound device nor a screen was found\n", stdout);
	return true;
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

	return app != NULL && app_run(app, error);
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
	bool done = avu_settings_get_bool(settings, "ListDevices") ? main_list_devices(&error)
		    : argc > 1 ? main_ask(settings, (const char *const *)argv + 1, &error)
			       : main_run(settings, &error);

	return done ? EXIT_SUCCESS : avu_program_report(RENDERER_PROGRAM, error);
}
