/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-mediaserver: command line, configuration, verbs; then app.c. Up to app_run() there is one thread
 * and no socket, which is what dropping rights and forking the spawner need. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/program.h>

#include "mediaserver/app.h"
#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/clients/clients.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/local/explain.h"
#include "mediaserver/local/status.h"

/* Descriptors: connections, files being sent, files being probed. */
#define DESCRIPTORS_WANTED 16384

/* Between two looks of status --follow. */
#define FOLLOW_MS 500

/* Verbs: asked of a running server */

static char *
ask(const AvuSettings *settings, const char *request, GError **error)
{
	g_autofree char *path = avu_service_dup_state_path(settings, SERVER_PROGRAM);
	g_autoptr(GError) trouble = NULL;
	char *answer = avu_local_control_ask(path, request, &trouble);

	if (g_error_matches(trouble, AVU_ERROR, AVU_ERROR_UNREACHABLE)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"no server is running with the state directory %s", path);
	} else if (trouble != NULL) {
		g_propagate_error(error, g_steal_pointer(&trouble));
	}
	return answer;
}

static char *
format_status(const AvuSettings *settings, const char *json, bool follow, GError **error)
{
	if (avu_settings_get_bool(settings, "Json")) {
		return g_strconcat(json, "\n", NULL);
	}
	return follow ? status_format_scan(json, error) : status_format_text(json, error);
}

static int
run_status(const AvuSettings *settings, const char *const *operands)
{
	bool follow = avu_settings_get_bool(settings, "Follow");
	g_autofree char *last = NULL;
	bool more = true;

	(void)operands;
	while (more) {
		g_autoptr(GError) error = NULL;
		g_autofree char *json = ask(settings, "status", &error);
		g_autofree char *text =
			json != NULL ? format_status(settings, json, follow, &error) : NULL;

		if (text == NULL) {
			return avu_program_report(SERVER_PROGRAM, error);
		}
		if (g_strcmp0(text, last) != 0) {
			(void)fputs(text, stdout);
			(void)fflush(stdout);
		}
		more = follow && status_is_scanning(json);
		if (more) {
			(void)poll(NULL, 0, FOLLOW_MS);
		}
		g_free(last);
		last = g_steal_pointer(&text);
	}
	return EXIT_SUCCESS;
}

static int
run_metrics(const AvuSettings *settings, const char *const *operands)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *json = ask(settings, "metrics", &error);

	(void)operands;
	if (json == NULL) {
		return avu_program_report(SERVER_PROGRAM, error);
	}
	(void)puts(json);
	return EXIT_SUCCESS;
}

static int
run_rescan(const AvuSettings *settings, const char *const *operands)
{
	const char *folder = operands[0];
	g_autofree char *path = folder != NULL ? g_canonicalize_filename(folder, NULL) : NULL;
	g_autofree char *request = path != NULL ? g_strconcat(SERVER_RESCAN, " ", path, NULL)
						: g_strdup(SERVER_RESCAN);
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = ask(settings, request, &error);

	if (answer != NULL && !g_str_equal(answer, SERVER_OK)) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s", answer);
	}
	return error == NULL ? EXIT_SUCCESS : avu_program_report(SERVER_PROGRAM, error);
}

/* An answer that is an object or a list is what was asked for; else it says why not. */
static int
print_answer(const AvuSettings *settings, const char *request,
	char *(*format_text)(const char *json, GError **error))
{
	g_autoptr(GError) error = NULL;
	g_autofree char *json = ask(settings, request, &error);
	g_autofree char *text = NULL;

	if (json != NULL && json[0] != '{' && json[0] != '[') {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s", json);
	} else if (json != NULL) {
		text = avu_settings_get_bool(settings, "Json") ? g_strconcat(json, "\n", NULL)
							       : format_text(json, &error);
	}
	if (text == NULL) {
		return avu_program_report(SERVER_PROGRAM, error);
	}
	(void)fputs(text, stdout);
	return EXIT_SUCCESS;
}

static int
wrong_operands(const char *usage)
{
	g_autoptr(GError) error = g_error_new(AVU_ERROR, AVU_ERROR_USAGE, "%s", usage);

	return avu_program_report(SERVER_PROGRAM, error);
}

/* clients; clients set KEY PROFILE; clients unset KEY */
static int
run_clients(const AvuSettings *settings, const char *const *operands)
{
	const guint n = g_strv_length((char **)operands);
	g_autoptr(GError) error = NULL;
	g_autofree char *request = NULL;
	g_autofree char *answer = NULL;

	if (n == 0) {
		return print_answer(settings, SERVER_CLIENTS, clients_format_text);
	}
	if (n == 3 && g_str_equal(operands[0], "set")) {
		request = g_strdup_printf(SERVER_CLIENTS_SET " %s\t%s", operands[1], operands[2]);
	} else if (n == 2 && g_str_equal(operands[0], "unset")) {
		request = g_strdup_printf(SERVER_CLIENTS_SET " %s", operands[1]);
	} else {
		return wrong_operands(
			"clients, clients set ADDRESS|UDN PROFILE, or clients unset ADDRESS|UDN");
	}
	answer = ask(settings, request, &error);
	if (answer != NULL && !g_str_equal(answer, SERVER_OK)) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_USAGE, "%s", answer);
	}
	return error == NULL ? EXIT_SUCCESS : avu_program_report(SERVER_PROGRAM, error);
}

static int
run_explain(const AvuSettings *settings, const char *const *operands)
{
	if (g_strv_length((char **)operands) != 2) {
		return wrong_operands("explain CLIENT ITEM");
	}
	g_autofree char *item = g_str_has_prefix(operands[1], "./") ||
						g_file_test(operands[1], G_FILE_TEST_IS_REGULAR)
					? g_canonicalize_filename(operands[1], NULL)
					: g_strdup(operands[1]);
	g_autofree char *request = g_strdup_printf(SERVER_EXPLAIN " %s\t%s", operands[0], item);

	return print_answer(settings, request, explain_format_text);
}

static const struct {
	const char *name;
	int (*run)(const AvuSettings *settings, const char *const *operands);
	const char *help;
} verbs[] = {
	{ "status", run_status, "what the running server shares, and where" },
	{ "metrics", run_metrics, "what it has counted and what it streams, as JSON" },
	{ "rescan", run_rescan,
		"look through the folders again now, or through one: rescan FOLDER" },
	{ "clients", run_clients,
		"who was seen, and which profile fits why; set ADDRESS|UDN PROFILE, unset" },
	{ "explain", run_explain,
		"what a client is offered of an item, and why: explain CLIENT ITEM" },
};

static char *
format_help(const AvuSettings *settings)
{
	GString *text = g_string_new(
		"Usage: " SERVER_PROGRAM " [OPTION]... FOLDER...\n"
		"       " SERVER_PROGRAM " [--state-dir DIR] VERB\n\n"
		"Shares folders of music, video and pictures with DLNA and UPnP players.\n\n"
		"Verbs (a folder of that name is written ./NAME):\n");
	g_autofree char *options = avu_settings_format_help(settings);

	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_string_append_printf(text, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	}
	g_string_append_printf(text, "\nOptions:\n%s", options);
	return g_string_free(text, FALSE);
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
	g_autoptr(AvuSpawner) spawner = NULL;
	g_autoptr(AvuStateDir) state_dir = NULL;
	g_autoptr(Clients) clients = NULL;
	g_autoptr(GError) error = NULL;

	raise_descriptor_limit();
	/* these and the views as who reads the configuration: afterwards its folder may be closed */
	clients = clients_new();
	if (!formats_load(&error)) {
		g_warning("%s; that is left out", error->message);
		g_clear_error(&error);
	}
	sort_key_configure(avu_settings_get_list(settings, "Articles"),
		avu_settings_get_string(settings, "Locale") != NULL
			? avu_settings_get_string(settings, "Locale")
			: "");
	if (!views_load(&error) ||
		!avu_service_start(settings, SERVER_PROGRAM, &spawner, &state_dir, &error) ||
		!app_run(settings, folders, spawner, state_dir, clients, &error)) {
		return avu_program_report(SERVER_PROGRAM, error);
	}
	return EXIT_SUCCESS;
}

static bool
check_profiles(GError **error)
{
	return formats_load(error) && clients_check(error);
}

/* Files beside the configuration, each with a check of its own. */
static const struct {
	const char *key;
	bool (*check)(GError **error);
} checks[] = {
	{ "CheckViews", views_load },
	{ "CheckProfiles", check_profiles },
};

static int
run(const AvuSettings *settings, int argc, char **argv)
{
	g_auto(GStrv) folders = list_folders(settings, argc, argv);
	g_autofree char *answer = avu_settings_get_bool(settings, "Help")
					  ? format_help(settings)
					  : avu_program_format_answer(settings, SERVER_PROGRAM);

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autoptr(GError) wrong = NULL;
		bool asked = avu_settings_get_bool(settings, checks[i].key);

		if ((asked || avu_settings_get_bool(settings, "CheckConfig")) &&
			!checks[i].check(&wrong)) {
			return avu_program_report(SERVER_PROGRAM, wrong);
		}
		if (asked) {
			return EXIT_SUCCESS;
		}
	}
	if (answer != NULL) {
		(void)fputs(answer, stdout);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(verbs); i++) {
		if (g_str_equal(argv[1], verbs[i].name)) {
			return verbs[i].run(settings, (const char *const *)&argv[2]);
		}
	}
	if (folders[0] == NULL) {
		g_autoptr(GError) error = g_error_new(AVU_ERROR, AVU_ERROR_USAGE,
			"no folder to share: name one, or set Folder in the configuration");

		return avu_program_report(SERVER_PROGRAM, error);
	}
	return serve(settings, (const char *const *)folders);
}

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(SERVER_PROGRAM, server_setting_specs);
	g_autoptr(GError) error = NULL;

	if (!avu_program_load(settings, &argc, &argv, &error)) {
		return avu_program_report(SERVER_PROGRAM, error);
	}
	return run(settings, argc, argv);
}
