/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library at work: its workers and scans, and answers about them over the control socket. Main
 * thread. */
#include <av-upnp/text.h>

#include "mediaserver/app-private.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/local/status.h"

#define N_WORKERS 2
#define N_ART_WORKERS 1
#define N_LONG_WORKERS 1
/* What fits into one answer on the control socket. */
#define STATUS_STREAMS 128

static void
on_library_changed(void *user_data)
{
	App *app = user_data;

	import_catalogue_changed(app->import);
	avu_content_directory_changed(app->directory);
}

static void
on_library_progress(const Progress *progress, void *user_data)
{
	App *app = user_data;

	app->progress = *progress;
	app->scanning = true; /* also one that nobody asked for: the catalogue is built anew */
}

/* On the library's thread: the catalogue is asked. */
static char *
sum_up_library(void *user_data)
{
	const App *app = user_data;
	g_autoptr(GError) error = NULL;
	ConvertMachine machine;

	if (app->conversions != NULL) {
		conversions_get_machine(app->conversions, &machine);
	}
	char *protocols = content_format_protocols(
		app->catalogue, app->conversions != NULL ? &machine : NULL, &error);

	if (protocols == NULL) {
		g_info("formats are not known now: %s", error->message);
	}
	return protocols;
}

static void
on_library_scanned(const LibraryReport *report, void *user_data)
{
	App *app = user_data;

	if (report->summary != NULL) {
		avu_connection_manager_set_protocols(app->connections, report->summary, "");
	}
	if (!report->complete) {
		g_info("%" G_GUINT64_FORMAT " new or changed, %" G_GUINT64_FORMAT " gone",
			report->n_probed, report->n_removed);
		return;
	}
	app->scanning = false;
	if (report->failed) {
		return;
	}
	g_message("scan finished: %" G_GINT64_FORMAT " items in %.1f s (%" G_GUINT64_FORMAT
		  " new or changed, %" G_GUINT64_FORMAT " gone, %" G_GUINT64_FORMAT " skipped)",
		catalogue_count_items(app->catalogue),
		(double)report->duration_ns / (double)AVU_NS_PER_S, report->n_probed,
		report->n_removed, report->n_skipped);
}

static void
note_scanning(App *app)
{
	app->progress = app->scanning ? app->progress : PROGRESS_NONE;
	app->scanning = true;
}

/* Only who has films of many gigabytes with text in them needs it. */
static WorkerPool *
get_long_workers(void *data)
{
	App *app = data;

	if (app->long_workers == NULL) {
		app->long_workers = worker_pool_new(
			app->spawner, app->supervisor, app->mailbox, N_LONG_WORKERS, NULL, NULL);
	}
	return app->long_workers;
}

void
app_start_library(App *app)
{
	static const LibraryListener listener = { on_library_changed, on_library_progress,
		sum_up_library, on_library_scanned };

	app->workers = worker_pool_new(
		app->spawner, app->supervisor, app->mailbox, N_WORKERS, app_on_refused, app);
	/* one of their own: neither a scan nor pictures wait for the other */
	app->art_workers = worker_pool_new(
		app->spawner, app->supervisor, app->mailbox, N_ART_WORKERS, app_on_refused, app);
	if (app->conversions != NULL) {
		conversions_start(app->conversions, app->supervisor, app_on_refused, app);
		app->measuring = measuring_new(app->conversions, app->state_dir, app->mailbox,
			MEASURING_FIRST_NS, MEASURING_LOAD_MAX);
	}
	art_set_workers(app->art, app->art_workers);
	media_start(app->media, app->workers);
	/* not beside pictures: one of a film takes seconds */
	subtitle_files_set_long(app->subtitles, get_long_workers, app,
		avu_settings_get_int(app->settings, "SubtitleWait"));
	subtitle_files_start(app->subtitles, app->workers);
	note_scanning(app);
	const LibrarySpec spec = {
		.catalogue = app->catalogue,
		.state = app->state,
		.roots = app->roots,
		.pool = app->workers,
		.mailbox = app->mailbox,
		.reconcile_ns = avu_settings_get_int(app->settings, "RescanInterval"),
		.locations = avu_settings_get_bool(app->settings, "Locations"),
	};

	app->library = library_new(&spec, &listener, app);
}

static void
rescan(App *app)
{
	if (!app->ending) {
		note_scanning(app);
		library_rescan(app->library);
	}
}

gboolean
app_on_hangup(void *user_data)
{
	App *app = user_data;

	clients_reload(app->clients);
	formats_reload();
	rescan(app);
	return G_SOURCE_CONTINUE;
}

/* @param operand  "", or a space and a folder */
static char *
answer_rescan(App *app, const char *operand)
{
	const char *below;
	const Root *root = NULL;

	if (operand[0] == '\0') {
		rescan(app);
		return g_strdup(SERVER_OK);
	}
	root = roots_find_path(app->roots, operand + 1, &below);
	if (root == NULL) {
		g_autofree char *shown = avu_text_for_display(operand + 1, APP_NAME_MAX_BYTES);

		return g_strdup_printf("%s is not in a folder that is shared", shown);
	}
	library_touch(app->library, root->uuid, below);
	return g_strdup(SERVER_OK);
}

char *
app_answer(const char *request, void *user_data)
{
	App *app = user_data;
	char *about_clients;

	if (app_answer_clients(app, request, &about_clients)) {
		return about_clients;
	}
	if (g_str_has_prefix(request, SERVER_RESCAN)) {
		return answer_rescan(app, request + strlen(SERVER_RESCAN));
	}
	if (g_str_equal(request, "metrics")) {
		return avu_metrics_format_json(app->metrics, STATUS_STREAMS);
	}
	const Status status = {
		.name = app->name,
		.udn = app->udn,
		.items = catalogue_count_items(app->catalogue),
		.roots = app->roots,
		.scan = app->scanning ? &app->progress : NULL,
		.port = avu_http_server_get_port(app->http),
		.interfaces = app->interfaces,
	};

	return status_format_json(&status);
}
