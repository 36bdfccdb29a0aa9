/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server put together. Main thread. Start: state, catalogue, HTTP routes, port, interfaces,
 * announcement, workers, scan; READY when every interface is registered. End, within 2 s: bye-bye,
 * scan stopped, connections, catalogue. */
#include "mediaserver/app.h"

#include <glib-unix.h>
#include <unistd.h>

#include <av-upnp/loop.h>
#include <av-upnp/notify.h>
#include <av-upnp/text.h>

#include "mediaserver/app-private.h"
#include "mediaserver/library/formats.h"

static bool
open_state(App *app, const char *const *folders, GError **error)
{
	const char *directory = avu_state_dir_get_path(app->state_dir);
	const char *name = avu_settings_get_string(app->settings, "FriendlyName");
	g_autofree char *uuid = avu_state_dir_get_uuid(app->state_dir, "udn", error);

	if (uuid == NULL) {
		return false;
	}
	if (name == NULL) {
		name = g_get_host_name();
	}
	clients_set_state(app->clients, app->state_dir);
	app->udn = g_strconcat("uuid:", uuid, NULL);
	app->name = avu_text_sanitize(name, strlen(name), APP_NAME_MAX_BYTES);
	app->state = state_open(directory, error);
	if (app->state == NULL) {
		return false;
	}
	app->catalogue = catalogue_open(directory, app->state, error);
	if (app->catalogue != NULL) {
		catalogue_set_letters_above(
			app->catalogue, avu_settings_get_int(app->settings, "LettersAbove"));
	}
	app->roots = app->catalogue != NULL ? roots_new(app->state, folders, error) : NULL;
	if (app->roots != NULL) {
		Exclude *exclude =
			exclude_new(avu_settings_get_list(app->settings, "Exclude"), error);

		if (exclude == NULL) {
			return false;
		}
		roots_take_exclude(app->roots, exclude);
	}
	app->rules = app->roots != NULL ? rules_new(app->settings, app->roots, error) : NULL;
	app->control = app->rules != NULL ? avu_local_control_new(directory, app_answer, app, error)
					  : NULL;
	return app->control != NULL;
}

static void
on_withdrawn(void *user_data)
{
	App *app = user_data;

	g_main_loop_quit(app->loop);
}

static void
on_terminate(void *user_data)
{
	App *app = user_data;

	if (app->ending) {
		return;
	}
	app->ending = true;
	avu_notify("STOPPING=1");
	import_close(app->import);
	library_request_stop(app->library);
	art_stop(app->art);
	if (app->discovery == NULL) {
		on_withdrawn(app); /* nobody was told of it */
		return;
	}
	avu_discovery_withdraw(app->discovery, on_withdrawn, app);
}

void
app_on_refused(const GError *error, void *user_data)
{
	App *app = user_data;

	if (app->fatal == NULL) {
		app->fatal = g_error_copy(error);
	}
	on_terminate(app);
}

static bool
app_start(App *app, const char *const *folders, GError **error)
{
	app->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	app->loop = g_main_loop_new(NULL, FALSE);
	app->mailbox = avu_mailbox_new(NULL);
	app->counters = avu_counters_new();
	app->supervisor = avu_supervisor_new(app->spawner, NULL);
	avu_supervisor_set_counters(app->supervisor, app->counters);
	if (!app_find_interfaces(app, error) || !open_state(app, folders, error)) {
		return false;
	}
	app_build_device(app);
	if (!app_take_port(app, error)) {
		return false;
	}
	app_start_library(app);
	app_listen(app);
	app_announce(app);
	g_auto(GStrv) formats = formats_list_folders();

	clients_watch(app->clients, (const char *const *)formats, formats_reload);
	avu_on_terminate(on_terminate, app);
	app->hangup = g_unix_signal_add(SIGHUP, app_on_hangup, app);
	return true;
}

/* The HTTP server waits for its connections, and these for workers and stations. */
static void
end_waiting(App *app)
{
	if (app->explainer != NULL) { /* one query, at most */
		g_thread_pool_free(app->explainer, /* immediate = */ TRUE, /* wait = */ TRUE);
		app->explainer = NULL;
	}
	if (app->media != NULL) {
		media_stop(app->media);
		subtitle_files_stop(app->subtitles);
	}
	if (app->live != NULL) {
		live_stop(app->live);
	}
	if (app->conversions != NULL) {
		conversions_stop(app->conversions);
		g_clear_pointer(&app->measuring, measuring_free);
	}
}

/* Half-built, too. Nothing may call into what is gone: first who calls, then who is called. */
static void
app_clear(App *app)
{
	if (app->hangup != 0) {
		(void)g_source_remove(app->hangup);
	}
	clients_unwatch(app->clients);
	g_clear_pointer(&app->control, avu_local_control_free);
	g_clear_pointer(&app->renderers, renderers_free);
	g_clear_pointer(&app->discovery, avu_discovery_free);
	end_waiting(app);
	g_clear_pointer(&app->http, avu_http_server_free);
	g_clear_pointer(&app->metrics, avu_metrics_free);
	if (app->library != NULL && !library_stop(app->library)) {
		/* its thread hangs in the kernel, on a disk that does not answer, and may have the
		 * catalogue open: that is made for being left like this */
		g_warning("a disk does not answer; ending without it");
		_exit(0);
	}
	if (app->mailbox != NULL) {
		avu_mailbox_close(app->mailbox);
	}
	/* its thread tells the library what came */
	g_clear_pointer(&app->import, import_free);
	g_clear_pointer(&app->workers, worker_pool_free);
	g_clear_pointer(&app->art_workers, worker_pool_free);
	g_clear_pointer(&app->long_workers, worker_pool_free);
	g_clear_pointer(&app->library, library_free);
	g_clear_pointer(&app->directory, avu_content_directory_free);
	g_clear_pointer(&app->connections, avu_connection_manager_free);
	g_clear_pointer(&app->media, media_free);
	g_clear_pointer(&app->live, live_free);
	g_clear_pointer(&app->conversions, conversions_free);
	g_clear_pointer(&app->subtitles, subtitle_files_free);
	g_clear_pointer(&app->ifo, ifo_files_free);
	g_clear_pointer(&app->art, art_free);
	g_clear_pointer(&app->icons, icons_free);
	g_clear_pointer(&app->reports, reports_free);
	g_clear_pointer(&app->rules, rules_free);
	g_clear_pointer(&app->host, avu_device_host_free);
	g_clear_pointer(&app->content, content_free);
	g_clear_pointer(&app->fetcher, avu_fetcher_free);
	g_clear_pointer(&app->interfaces, avu_interface_watch_free);
	g_clear_pointer(&app->supervisor, avu_supervisor_free);
	g_clear_pointer(&app->roots, roots_free);
	g_clear_pointer(&app->catalogue, catalogue_close);
	g_clear_pointer(&app->counters, avu_counters_free);
	g_clear_pointer(&app->state, state_close);
	g_clear_pointer(&app->mailbox, avu_mailbox_unref);
	g_clear_pointer(&app->loop, g_main_loop_unref);
	g_clear_pointer(&app->told, g_hash_table_unref);
	g_clear_pointer(&app->name, g_free);
	g_clear_pointer(&app->udn, g_free);
}

bool
app_run(const AvuSettings *settings, const char *const *folders, AvuSpawner *spawner,
	AvuStateDir *state_dir, Clients *clients, GError **error)
{
	App app = {
		.settings = settings, .spawner = spawner, .state_dir = state_dir, .clients = clients
	};
	bool started = app_start(&app, folders, error);

	if (started) {
		g_main_loop_run(app.loop);
	}
	app_clear(&app);
	if (app.fatal != NULL) {
		g_propagate_error(error, app.fatal);
		return false;
	}
	return started;
}
