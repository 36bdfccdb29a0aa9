/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device: its services over the catalogue, its routes, and what in them is told to whom. Main thread;
 * what comes from connections is posted there. */
#include <av-upnp/media-receiver-registrar.h>

#include "mediaserver/app-private.h"

/* Less would stall who plays a passage that is denser than the average. */
#define PACE_MIN_PERCENT 110
/* Of answers that cost a look through a file: an index of a film has some 10,000 octets. */
#define INDEXES_BYTES (INT64_C(64) * 1024 * 1024)
#define SUBTITLES_BYTES (INT64_C(32) * 1024 * 1024)

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

/* What was fetched is not what was probed. */
static void
look_again(const char *root, const char *path, bool growing, void *data)
{
	App *app = data;

	if (app->library != NULL) {
		(growing ? library_touch_growing : library_touch)(app->library, root, path);
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
	} else if (avu_connection_manager_note(app->connections)) {
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

static void
build_converting(App *app)
{
	const int64_t asked = avu_settings_get_int(app->settings, "Films");
	/* of many processors each film takes some */
	const unsigned n = MIN(g_get_num_processors(), CONVERT_FILMS_MAX);

	if (!avu_settings_get_bool(app->settings, "Convert")) {
		return;
	}
	app->conversions =
		conversions_new(app->spawner, app->mailbox, asked > 0 ? (unsigned)asked : n,
			(unsigned)avu_settings_get_int(app->settings, "ConvertNice"));
	const char *vaapi = avu_settings_get_string(app->settings, "Vaapi");

	if (vaapi != NULL && vaapi[0] != '\0') {
		conversions_set_vaapi(app->conversions, vaapi);
	}
	const int64_t kept_mib = avu_settings_get_int(app->settings, "ConvertCache");

	g_autofree char *folder = avu_state_dir_build_path(app->state_dir, "converted");
	Kept *kept = kept_new(folder, (uint64_t)kept_mib << 20);

	if (kept_mib > 0) {
		conversions_set_kept(app->conversions, kept);
	} else {
		kept_free(kept); /* what was kept while it was asked for is gone now */
	}
	const ContentConverting converting = { conversions_get_machine, app->conversions };

	content_set_converting(app->content, &converting);
}

static void
build_live(App *app, void *prefixes)
{
	const LiveSpec spec = {
		.catalogue = app->catalogue,
		.roots = app->roots,
		.clients = app->clients,
		.conversions = app->conversions,
		.reports = app->reports,
		.stations = { avu_settings_get_bool(app->settings, "Internet")
				      ? app_is_neighbour_or_public
				      : app_is_neighbour,
			prefixes },
		.house = { app_is_neighbour, prefixes },
	};

	if (avu_settings_get_bool(app->settings, "RelayStations")) {
		app->live = live_new(app->http, &spec);
		const ContentLive live = live_describe(app->live);

		content_set_live(app->content, &live);
	}
}

static AvuHttpResponse *
answer_art(void *data, const AvuHttpRequest *request, int64_t item)
{
	return art_answer(data, request, item);
}

/* Which versions of its services a MediaServer of that version has at least.
 * @clause MediaServer:1 to :4, device templates */
typedef struct {
	unsigned content_directory, connection_manager;
} Versions;

static const Versions service_versions[] = { { 0 }, { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 3 } };

/* What is sent over HTTP, and who hears of it. */
static void
build_media(App *app)
{
	const bool resume = avu_settings_get_bool(app->settings, "Resume");

	app->reports = reports_new(app->connections, app->catalogue,
		resume ? avu_settings_get_int(app->settings, "ResumeAfter") : AVU_TIME_NONE,
		on_delivery, app);
	reports_set_clients(app->reports, app->clients);
	app->media = media_new(app->http, app->catalogue, app->roots, app->reports, app->clients,
		app->conversions);
	app->ifo = ifo_files_new(app->http, app->catalogue, app->roots);
	app->subtitles = subtitle_files_new(app->http, app->catalogue, app->roots,
		avu_settings_get_string(app->settings, "SubtitleCharset"));
	g_autofree char *subtitles = avu_state_dir_build_path(app->state_dir, "subtitles");

	subtitle_files_set_clients(app->subtitles, app->clients);
	subtitle_files_keep(app->subtitles, subtitles, SUBTITLES_BYTES);
	g_autofree char *pictures = avu_state_dir_build_path(app->state_dir, "art");

	app->art = art_new(app->http, app->catalogue, app->roots, pictures,
		avu_settings_get_int(app->settings, "ArtCache") * 1024 * 1024);
	art_set_clients(app->art, app->clients);
	media_set_art(app->media, answer_art, app->art);
	media_set_touch(app->media, look_again, app);
	g_autofree char *answers = avu_state_dir_build_path(app->state_dir, "indexes");

	media_keep_answers(app->media, answers, INDEXES_BYTES);
}

/* dlna-device-quirks.md 3: what some players look for before they look at anything else. */
static const AvuDeviceVariant *
choose_variant(void *data, const AvuHttpRequest *request)
{
	static const struct {
		const char *word;
		AvuDeviceVariant variant;
	} rows[] = {
		{ "microsoft", { .name_suffix = ": 1:",
				       .model_name = "Windows Media Player Sharing",
				       .model_number = "12.0",
				       .max_version = 1 } },
		{ "samsung", { .product_cap = "smi,DCM10,getMediaInfo.sec,getCaptionInfo.sec" } },
	};
	const App *app = data;
	g_autoptr(ClientView) client = clients_glance_request(app->clients, request);
	const char *wanted = client_view_get_profile(client)->description;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_strcmp0(rows[i].word, wanted) == 0) {
			return &rows[i].variant;
		}
	}
	return NULL;
}

void
app_build_device(App *app)
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
	const AvuAddressPolicy policy = { app_is_neighbour,
		(void *)avu_interface_watch_get_prefixes(app->interfaces) };
	g_autofree char *protocols = content_format_protocols(app->catalogue, NULL, NULL);

	if (protocols == NULL) { /* the scan says what there is */
		protocols = content_format_protocols(NULL, NULL, NULL);
	}

	app->http = avu_http_server_new();
	app->icons = icons_new(app->http);
	info.icons = icons_get_list(app->icons);
	avu_http_server_set_accept(app->http, app_accept_peer, policy.data);
	configure_streaming(app);
	app->fetcher = avu_fetcher_new(NULL, &policy);
	app->host = avu_device_host_new(
		app->http, app->mailbox, app->fetcher, policy.data, &info, /* gate = */ NULL);
	app->content = content_new(app->catalogue);
	content_set_clients(app->content, app->clients);
	build_writing(app, &policy);
	build_converting(app);
	app->store = content_get_store(app->content);
	app->directory = avu_content_directory_new(
		app->host, versions->content_directory, &app->store, app->content);
	app->connections = avu_connection_manager_new(app->host, versions->connection_manager,
		avu_settings_get_bool(app->settings, "PrepareConnections") ? AVU_CONNECTIONS_PREPARE
									   : 0,
		protocols, "");
	avu_media_receiver_registrar_add(app->host);
	avu_device_host_vary(app->host, choose_variant, app);
	build_media(app);
	build_live(app, policy.data);
	avu_device_host_start(app->host);
}
