/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server put together. Main thread. Start: state, catalogue, HTTP routes, port, interfaces,
 * announcement, workers, scan; READY when every interface is registered. End, within 2 s: bye-bye,
 * scan stopped, connections, catalogue. */
#include "mediaserver/app.h"

#include <glib-unix.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/connection-manager.h>
#include <av-upnp/content-directory.h>
#include <av-upnp/discovery.h>
#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/loop.h>
#include <av-upnp/media-receiver-registrar.h>
#include <av-upnp/metrics.h>
#include <av-upnp/notify.h>
#include <av-upnp/text.h>

#include "mediaserver/art/art.h"
#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/content/content.h"
#include "mediaserver/delivery/icons.h"
#include "mediaserver/delivery/media.h"
#include "mediaserver/delivery/subtitle-files.h"
#include "mediaserver/import/import.h"
#include "mediaserver/library/library.h"
#include "mediaserver/local/status.h"
#include "mediaserver/workers/pool.h"

#define N_WORKERS 2
#define N_ART_WORKERS 1
#define MAX_AGE_S 1800
#define NAME_MAX_BYTES 256
/* Less would stall who plays a passage that is denser than the average. */
#define PACE_MIN_PERCENT 110
/* What fits into one answer on the control socket. */
#define STATUS_STREAMS 128

typedef struct {
	const AvuSettings *settings;
	AvuStateDir *state_dir;
	AvuSpawner *spawner;
	char *name, *udn; /* udn with "uuid:" */
	GMainLoop *loop;
	AvuMailbox *mailbox;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	AvuSupervisor *supervisor;
	AvuInterfaceWatch *interfaces;
	AvuHttpServer *http;
	AvuFetcher *fetcher;
	AvuDeviceHost *host;
	Content *content;
	AvuContentStore store; /* borrowed by directory */
	AvuContentDirectory *directory;
	AvuConnectionManager *connections;
	Media *media;
	SubtitleFiles *subtitles;
	Rules *rules; /* who may write where */
	Import *import;
	Reports *reports;
	int connections_told; /* atomic: 0 when what changed is on its way to the main thread */
	AvuCounters *counters;
	AvuMetrics *metrics;
	AvuDiscovery *discovery;
	Art *art;
	Icons *icons;
	WorkerPool *workers, *art_workers;
	Library *library;
	Progress progress; /* of the scan under way, if any */
	AvuLocalControl *control;
	GHashTable *told; /* URLs that were logged */
	unsigned hangup;  /* source of SIGHUP */
	bool scanning, ready, ending;
} App;

/* Network */

static bool
is_neighbour(const AvuAddress *address, void *data)
{
	const AvuPrefixSet *prefixes = data;

	return avu_prefix_set_contains(prefixes, address);
}

static bool
accept_peer(const AvuAddress *peer, const AvuAddress *local, void *data)
{
	(void)local;
	return is_neighbour(peer, data);
}

/* One line per URL that is new. */
static void
tell_location(App *app, const AvuInterface *interface, const AvuAddress *address)
{
	g_autofree char *url = status_format_url(address, avu_http_server_get_port(app->http));

	if (g_hash_table_add(app->told, g_strdup(url))) {
		g_message("serving on %s: %s", interface->name, url);
	}
}

/* For control points that ask for resources at all addresses. */
static void
tell_urls(App *app, const GArray *addresses)
{
	g_autoptr(GPtrArray) urls = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < addresses->len; i++) {
		g_autofree char *host =
			avu_address_format(&g_array_index(addresses, AvuAddress, i));

		g_ptr_array_add(urls,
			g_strdup_printf("http://%s:%u", host, avu_http_server_get_port(app->http)));
	}
	g_ptr_array_add(urls, NULL);
	content_set_urls(app->content, (const char *const *)urls->pdata);
}

static void
listen_on_interfaces(App *app)
{
	g_autoptr(GArray) addresses = g_array_new(FALSE, FALSE, sizeof(AvuAddress));
	g_autoptr(GError) error = NULL;
	size_t n;
	const AvuInterface *interfaces = avu_interface_watch_list(app->interfaces, &n);

	for (size_t i = 0; i < n; i++) {
		for (unsigned a = 0; a < interfaces[i].n_addresses; a++) {
			g_array_append_val(addresses, interfaces[i].addresses[a].address);
			tell_location(app, &interfaces[i], &interfaces[i].addresses[a].address);
		}
	}
	tell_urls(app, addresses);
	if (!avu_http_server_set_addresses(app->http, (const AvuAddress *)(void *)addresses->data,
		    addresses->len, &error)) {
		g_warning("not all addresses are served: %s", error->message);
	}
}

static void
on_interfaces_changed(void *user_data)
{
	App *app = user_data;

	if (app->ending || app->discovery == NULL) {
		return; /* while it starts, the list is read when the port is known */
	}
	listen_on_interfaces(app);
	avu_discovery_interfaces_changed(app->discovery);
}

static void
tell_ready(App *app, unsigned n_interfaces)
{
	g_autofree char *waiting =
		n_interfaces == 0 ? avu_interface_watch_explain(app->interfaces) : NULL;
	g_autofree char *status =
		waiting != NULL ? g_strdup(waiting)
				: g_strdup_printf("serving on %u network interfaces", n_interfaces);
	g_autofree char *line = avu_text_for_display(status, NAME_MAX_BYTES);
	g_autofree char *state =
		g_strdup_printf("%sSTATUS=%s", app->ready ? "" : "READY=1\n", line);

	if (waiting != NULL) {
		g_message("waiting for a network interface: %s", waiting);
	}
	app->ready = true;
	avu_notify(state);
}

static void
on_settled(unsigned n_interfaces, void *user_data)
{
	App *app = user_data;

	if (!app->ending) {
		tell_ready(app, n_interfaces);
	}
}

static void
on_trouble(const char *interface_name, const char *sentence, void *user_data)
{
	(void)user_data;
	g_warning("%s: %s", interface_name, sentence);
}

static void
announce(App *app)
{
	static const AvuDiscoveryListener listener = { .settled = on_settled,
		.trouble = on_trouble };
	const AvuAnnouncement announcement = {
		.udn = app->udn,
		.port = avu_http_server_get_port(app->http),
		.max_age_s = MAX_AGE_S,
		.config_id = avu_device_host_get_config_id(app->host),
		/* seconds since 1970: higher after every start (UDA 1.1 1.2.2) */
		.boot_id = (uint32_t)(avu_wall_ns() / AVU_NS_PER_S) & INT32_MAX,
	};

	app->discovery = avu_discovery_new(app->supervisor, app->interfaces, &listener, app);
	avu_discovery_announce(app->discovery, &announcement);
}

/* Reserves the port: the asked one, the one of last time, or a new one that is kept. */
static bool
take_port(App *app, GError **error)
{
	int64_t port = avu_settings_get_int(app->settings, "Port");
	int64_t kept = avu_state_dir_get_number(app->state_dir, "port", UINT16_MAX, 0);
	g_autoptr(GError) not_kept = NULL;

	if (!avu_http_server_start(app->http, (uint16_t)port, (uint16_t)kept, error)) {
		return false;
	}
	uint16_t taken = avu_http_server_get_port(app->http);

	if (port == 0 && taken != kept &&
		!avu_state_dir_set_number(app->state_dir, "port", taken, &not_kept)) {
		g_warning("the port may be another after a restart: %s", not_kept->message);
	}
	return true;
}

/* The device */

static bool
find_interfaces(App *app, GError **error)
{
	const char *const *names = avu_settings_get_list(app->settings, "Interface");

	app->interfaces = avu_interface_watch_new(NULL, names, on_interfaces_changed, app, error);
	return app->interfaces != NULL;
}

static void
configure_streaming(App *app)
{
	const AvuSettings *settings = app->settings;
	const uint64_t mbit = 1000000 / 8;
	int64_t pace = avu_settings_get_int(settings, "Pace");
	const AvuHttpQos qos = {
		.dscp = avu_settings_get_bool(settings, "Dscp"),
		.priority = avu_settings_get_bool(settings, "Priority"),
		.pace_percent = pace > 0 ? (unsigned)MAX(pace, PACE_MIN_PERCENT) : 0,
		.burst_s = (unsigned)(avu_settings_get_int(settings, "Burst") / AVU_NS_PER_S),
		.client_octets_per_s =
			(uint64_t)avu_settings_get_int(settings, "ClientRate") * mbit,
		.total_octets_per_s = (uint64_t)avu_settings_get_int(settings, "TotalRate") * mbit,
	};

	avu_http_server_set_qos(app->http, &qos);
	avu_http_server_set_max_served(
		app->http, (unsigned)avu_settings_get_int(settings, "Connections"));
	avu_http_server_set_counters(app->http, app->counters);
	app->metrics = avu_metrics_new(app->http, app->counters, app->mailbox);
}

/* Writing */

static void
touch_library(const char *root, const char *path, void *data)
{
	App *app = data;

	if (app->library != NULL) {
		library_touch(app->library, root, path);
	}
}

static void
tell_transfers(void *data)
{
	App *app = data;

	if (app->directory != NULL && !app->ending) {
		avu_content_directory_transfers_changed(app->directory);
	}
}

/* @thread any */
static void
on_transfers_changed(void *data)
{
	App *app = data;

	avu_mailbox_post(app->mailbox, tell_transfers, app, NULL);
}

static void
tell_changed(void *data)
{
	App *app = data;

	if (app->directory != NULL && !app->ending) {
		avu_content_directory_changed(app->directory);
	}
}

/* @thread any */
static void
on_written(void *data)
{
	App *app = data;

	avu_mailbox_post(app->mailbox, tell_changed, app, NULL);
}

static void
tell_connections(void *data)
{
	App *app = data;

	g_atomic_int_set(&app->connections_told, 1);
	if (app->connections != NULL && !app->ending) {
		avu_connection_manager_changed(app->connections);
	}
}

/* @thread any */
static void
on_delivery(bool connection, void *data)
{
	App *app = data;

	if (!connection) {
		on_written(app);
	} else if (g_atomic_int_compare_and_exchange(&app->connections_told, 1, 0)) {
		avu_mailbox_post(app->mailbox, tell_connections, app, NULL);
	}
}

static void
build_writing(App *app, const AvuAddressPolicy *policy)
{
	static const ImportListener listener = { touch_library, on_written, on_transfers_changed };

	app->import = import_new(
		app->rules, app->catalogue, app->state, app->roots, policy, &listener, app);
	const ContentWriting writing = import_describe(app->import);

	content_set_writing(app->content, &writing);
	import_add_routes(app->import, app->http);
}

/* Which versions of its services a MediaServer of that version has at least.
 * @clause MediaServer:1 to :4, device templates */
typedef struct {
	unsigned content_directory, connection_manager;
} Versions;

static const Versions service_versions[] = { { 0 }, { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 3 } };

static void
build_device(App *app)
{
	const unsigned version = (unsigned)avu_settings_get_int(app->settings, "UpnpVersion");
	const Versions *versions = &service_versions[version];
	AvuDeviceInfo info = {
		.type_base = "urn:schemas-upnp-org:device:MediaServer",
		.version = version,
		.udn = app->udn,
		.friendly_name = app->name,
		.model_name = "av-mediaserver",
		.model_description = "DLNA and UPnP media server",
		.dlna_doc = "DMS-1.50",
		/* uploads are not offered where none are taken (spec/dlna-upload.md 1) */
		.dlna_cap = rules_allow(app->rules, RULE_CREATE)
				    ? "av-upload,image-upload,audio-upload,create-child-container"
				    : NULL,
	};
	const AvuAddressPolicy policy = { is_neighbour,
		(void *)avu_interface_watch_get_prefixes(app->interfaces) };
	g_autofree char *protocols = content_format_protocols(app->catalogue);

	app->http = avu_http_server_new();
	app->icons = icons_new(app->http);
	info.icons = icons_get_list(app->icons);
	avu_http_server_set_accept(app->http, accept_peer, policy.data);
	configure_streaming(app);
	app->fetcher = avu_fetcher_new(NULL, &policy);
	app->host = avu_device_host_new(
		app->http, app->mailbox, app->fetcher, policy.data, &info, /* gate = */ NULL);
	app->content = content_new(app->catalogue);
	build_writing(app, &policy);
	app->store = content_get_store(app->content);
	app->directory = avu_content_directory_new(
		app->host, versions->content_directory, &app->store, app->content);
	app->connections = avu_connection_manager_new(app->host, versions->connection_manager,
		avu_settings_get_bool(app->settings, "PrepareConnections") ? AVU_CONNECTIONS_PREPARE
									   : 0,
		protocols, "");
	avu_media_receiver_registrar_add(app->host);
	app->connections_told = 1;
	app->reports = reports_new(app->connections, app->catalogue,
		avu_settings_get_bool(app->settings, "Resume"), on_delivery, app);
	app->media = media_new(app->http, app->catalogue, app->roots, app->reports);
	app->subtitles = subtitle_files_new(app->http, app->catalogue, app->roots);
	g_autofree char *pictures = avu_state_dir_build_path(app->state_dir, "art");

	app->art = art_new(app->http, app->catalogue, app->roots, pictures,
		avu_settings_get_int(app->settings, "ArtCache") * 1024 * 1024);
	avu_device_host_start(app->host);
}

/* The library */

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
}

static void
on_library_scanned(const LibraryReport *report, void *user_data)
{
	App *app = user_data;
	g_autofree char *protocols = content_format_protocols(app->catalogue);

	avu_connection_manager_set_protocols(app->connections, protocols, "");
	if (!report->complete) {
		g_info("%" G_GUINT64_FORMAT " new or changed, %" G_GUINT64_FORMAT " gone",
			report->n_probed, report->n_removed);
		return;
	}
	app->scanning = false;
	g_message("scan finished: %" G_GINT64_FORMAT " items in %.1f s (%" G_GUINT64_FORMAT
		  " new or changed, %" G_GUINT64_FORMAT " gone, %" G_GUINT64_FORMAT " skipped)",
		catalogue_count_items(app->catalogue),
		(double)report->duration_ns / (double)AVU_NS_PER_S, report->n_probed,
		report->n_removed, report->n_skipped);
}

static bool
start_library(App *app, GError **error)
{
	static const LibraryListener listener = { on_library_changed, on_library_progress,
		on_library_scanned };

	app->workers =
		worker_pool_new(app->spawner, app->supervisor, app->mailbox, N_WORKERS, error);
	/* one of their own: neither a scan nor pictures wait for the other */
	app->art_workers =
		worker_pool_new(app->spawner, app->supervisor, app->mailbox, N_ART_WORKERS, error);
	if (app->workers == NULL || app->art_workers == NULL) {
		return false;
	}
	art_set_workers(app->art, app->art_workers);
	media_start(app->media, app->workers);
	app->scanning = true;
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
	return true;
}

static void
rescan(App *app)
{
	if (!app->ending) {
		app->scanning = true;
		library_rescan(app->library);
	}
}

static gboolean
on_hangup(void *user_data)
{
	rescan(user_data);
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
		g_autofree char *shown = avu_text_for_display(operand + 1, NAME_MAX_BYTES);

		return g_strdup_printf("%s is not in a folder that is shared", shown);
	}
	library_touch(app->library, root->uuid, below);
	return g_strdup(SERVER_OK);
}

/* @return text for `av-mediaserver status` and others; see main.c for the verbs */
static char *
on_control(const char *request, void *user_data)
{
	App *app = user_data;

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

/* Start and end */

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
	app->udn = g_strconcat("uuid:", uuid, NULL);
	app->name = avu_text_sanitize(name, strlen(name), NAME_MAX_BYTES);
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
	app->rules = app->roots != NULL ? rules_new(app->settings, app->roots, error) : NULL;
	app->control = app->rules != NULL ? avu_local_control_new(directory, on_control, app, error)
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
	avu_discovery_withdraw(app->discovery, on_withdrawn, app);
}

static bool
app_start(App *app, const char *const *folders, GError **error)
{
	app->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	app->loop = g_main_loop_new(NULL, FALSE);
	app->mailbox = avu_mailbox_new(NULL);
	app->counters = avu_counters_new();
	app->supervisor = avu_supervisor_new(app->spawner, NULL);
	if (!find_interfaces(app, error) || !open_state(app, folders, error)) {
		return false;
	}
	build_device(app);
	if (!take_port(app, error) || !start_library(app, error)) {
		return false;
	}
	listen_on_interfaces(app);
	announce(app);
	avu_on_terminate(on_terminate, app);
	app->hangup = g_unix_signal_add(SIGHUP, on_hangup, app);
	return true;
}

/* Half-built, too. Nothing may call into what is gone: first who calls, then who is called. */
static void
app_clear(App *app)
{
	if (app->hangup != 0) {
		(void)g_source_remove(app->hangup);
	}
	g_clear_pointer(&app->control, avu_local_control_free);
	g_clear_pointer(&app->discovery, avu_discovery_free);
	if (app->media != NULL) {
		media_stop(app->media);
	}
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
	g_clear_pointer(&app->workers, worker_pool_free);
	g_clear_pointer(&app->art_workers, worker_pool_free);
	g_clear_pointer(&app->library, library_free);
	g_clear_pointer(&app->directory, avu_content_directory_free);
	g_clear_pointer(&app->connections, avu_connection_manager_free);
	g_clear_pointer(&app->media, media_free);
	g_clear_pointer(&app->subtitles, subtitle_files_free);
	g_clear_pointer(&app->art, art_free);
	g_clear_pointer(&app->icons, icons_free);
	g_clear_pointer(&app->reports, reports_free);
	g_clear_pointer(&app->import, import_free);
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
	AvuStateDir *state_dir, GError **error)
{
	App app = { .settings = settings, .spawner = spawner, .state_dir = state_dir };
	bool started = app_start(&app, folders, error);

	if (started) {
		g_main_loop_run(app.loop);
	}
	app_clear(&app);
	return started;
}
