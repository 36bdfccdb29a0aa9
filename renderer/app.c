/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The renderer put together: interfaces, server, device with its three services, engine, discovery.
 *
 * Everything lives on the main context. The device is announced when the media process has said what
 * it can play, so that the first GetProtocolInfo is already right. */

#include <string.h>

#include <av-upnp/av-transport.h>
#include <av-upnp/clock.h>
#include <av-upnp/connection-manager.h>
#include <av-upnp/discovery.h>
#include <av-upnp/loop.h>
#include <av-upnp/metrics.h>
#include <av-upnp/notify.h>
#include <av-upnp/text.h>

#include "acceptance.h"
#include "app.h"
#include "connection/sink-list.h"
#include "engine-settings.h"
#include "engine/client.h"
#include "instances.h"
#include "local/local.h"
#include "rendering/rendering.h"
#include "transport/lists.h"
#include "transport/memory.h"

#define APP_MAX_AGE_S 1800
#define APP_ADDRESSES_MAX 64
#define APP_TOLD_MAX 1024
#define APP_NAME_MAX_BYTES 256
/* The first start may read all of GStreamer's plug-ins. */
#define APP_MEDIA_NS (20 * AVU_NS_PER_S)

struct App {
	const AvuSettings *settings;
	AvuStateDir *state;
	AvuSpawner *spawner;
	GMainLoop *loop;
	AvuMailbox *mailbox;
	AvuSupervisor *supervisor;
	AvuInterfaceWatch *watch;
	Acceptance *acceptance;
	AvuFetcher *fetcher;
	AvuCounters *counters;
	AvuHttpServer *server;
	AvuMetrics *metrics;
	AvuDeviceHost *host;
	EngineClient *engine;
	Lists *lists;
	Memory *memory; /* of the transport */
	AvuTransport *transport;
	Rendering *rendering;
	Television *television;     /* NULL: none is wanted */
	Instances *instances;       /* beside these; NULL: not to be had */
	EngineConfig engine_config; /* of both */
	AvuTransportConfig transport_config;
	char *registry_path, *peer_manager; /* borrowed by the former */
	AvuConnectionManager *connections;
	AvuDiscovery *discovery;
	Local *local;
	AvuTimer *media_timer;
	GHashTable *told; /* URLs that were logged */
	GError *fatal;    /* why it ends; NULL: it was told to */
	char *udn, *name;
	bool announced, ready, ending;
};

/* ---- the network comes and goes */

/* One line per URL that is new. Hosts with temporary addresses have new ones for ever. */
static void
app_tell_location(App *app, const AvuInterface *interface, const AvuAddress *address)
{
	g_autofree char *host = avu_address_format(address);
	g_autofree char *url = g_strdup_printf(
		"http://%s:%u/description.xml", host, avu_http_server_get_port(app->server));

	if (g_hash_table_size(app->told) >= APP_TOLD_MAX) {
		g_hash_table_remove_all(app->told);
	}
	if (g_hash_table_add(app->told, g_strdup(url))) {
		g_message("found on %s: %s", interface->name, url);
	}
}

static bool
app_listen(App *app, GError **error)
{
	AvuAddress addresses[APP_ADDRESSES_MAX];
	size_t n = 0, n_interfaces = 0;
	const AvuInterface *interfaces = avu_interface_watch_list(app->watch, &n_interfaces);

	for (size_t i = 0; i < n_interfaces; i++) {
		for (unsigned k = 0; k < interfaces[i].n_addresses && n < APP_ADDRESSES_MAX; k++) {
			addresses[n++] = interfaces[i].addresses[k].address;
			app_tell_location(app, &interfaces[i], &addresses[n - 1]);
		}
	}
	return avu_http_server_set_addresses(app->server, addresses, n, error);
}

/* For the screen: where it is found, or why it is not. */
static void
app_show_place(App *app)
{
	size_t n = 0;
	const AvuInterface *interfaces = avu_interface_watch_list(app->watch, &n);

	if (n == 0 || interfaces[0].n_addresses == 0) {
		g_autofree char *why = avu_interface_watch_explain(app->watch);

		engine_client_set_place(app->engine, why, /* trouble = */ true);
		return;
	}
	g_autofree char *host = avu_address_format(&interfaces[0].addresses[0].address);

	engine_client_set_place(app->engine, host, /* trouble = */ false);
}

static void
app_on_interfaces(void *user_data)
{
	App *app = user_data;
	g_autoptr(GError) error = NULL;

	if (app->server == NULL || app->discovery == NULL) {
		return;
	}
	if (!app_listen(app, &error)) {
		g_warning("%s", error->message);
	}
	app_show_place(app);
	avu_discovery_interfaces_changed(app->discovery);
	lists_interfaces_changed(app->lists);
}

static void
app_on_settled(unsigned n_interfaces, void *user_data)
{
	App *app = user_data;
	g_autofree char *status = NULL;

	if (app->ending) {
		return;
	}
	if (n_interfaces == 0) {
		g_autofree char *why = avu_interface_watch_explain(app->watch);

		g_message("waiting for a network interface: %s", why);
		status = g_steal_pointer(&why);
	} else {
		status = g_strdup_printf(
			"found on %u interface%s", n_interfaces, n_interfaces == 1 ? "" : "s");
	}
	g_autofree char *line = avu_text_for_display(status, APP_NAME_MAX_BYTES);
	g_autofree char *message =
		g_strdup_printf("%sSTATUS=%s", app->ready ? "" : "READY=1\n", line);

	app->ready = true;
	app_show_place(app);
	avu_notify(message);
}

static void
app_on_trouble(const char *interface_name, const char *sentence, void *user_data G_GNUC_UNUSED)
{
	g_warning("%s: %s", interface_name, sentence);
}

static void
app_announce(App *app)
{
	if (app->announced || app->ending) {
		return;
	}
	const AvuAnnouncement announcement = {
		.udn = app->udn,
		.port = avu_http_server_get_port(app->server),
		.max_age_s = APP_MAX_AGE_S,
		.config_id = avu_device_host_get_config_id(app->host),
		/* seconds since 1970: higher after every start (UDA 1.1, 1.2.2) */
		.boot_id = (uint32_t)(avu_wall_ns() / AVU_NS_PER_S) & INT32_MAX,
	};

	app->announced = true;
	avu_discovery_announce(app->discovery, &announcement);
}

static void
app_on_withdrawn(void *user_data)
{
	App *app = user_data;

	g_main_loop_quit(app->loop);
}

static void
app_on_terminate(void *user_data)
{
	App *app = user_data;

	if (app->ending) {
		return;
	}
	app->ending = true;
	avu_notify("STOPPING=1");
	if (app->announced) {
		avu_discovery_withdraw(app->discovery, app_on_withdrawn, app);
	} else {
		g_main_loop_quit(app->loop);
	}
}

/* ---- the engine */

/* A renderer without its helper plays nothing: better none than one that says it does. */
static void
app_on_refused(const GError *error, void *user_data)
{
	App *app = user_data;

	if (app->fatal == NULL) {
		app->fatal = g_error_copy(error);
	}
	app_on_terminate(app);
}

static void
app_on_media_ready(const char *decoded, void *user_data)
{
	App *app = user_data;
	g_autofree char *protocols =
		sink_list_filter(decoded, avu_settings_get_list(app->settings, "WithoutFormat"));

	acceptance_set_protocols(app->acceptance, protocols);
	lists_set_sink(app->lists, protocols);
	avu_connection_manager_set_protocols(app->connections, "", protocols);
	app_announce(app);
}

/* For programs of this host: the standard's services have no place for it. */
static void
app_on_buffer_changed(void *user_data)
{
	const App *app = user_data;

	if (app->local != NULL) {
		local_note_change(app->local);
	}
}

static bool
app_get_buffer(void *user_data, AvuJitterNumbers *ret_numbers)
{
	const App *app = user_data;

	return engine_client_get_buffer(app->engine, ret_numbers);
}

static void
app_on_media_late(void *user_data)
{
	App *app = user_data;

	if (!app->announced) {
		g_warning("the media process is not up yet; it is announced without a list of "
			  "formats");
	}
	app_announce(app);
}

static char *
app_dup_name(const App *app)
{
	const char *name = avu_settings_get_string(app->settings, "FriendlyName");

	if (name == NULL) {
		name = g_get_host_name();
	}
	return avu_text_sanitize(name, strlen(name), APP_NAME_MAX_BYTES);
}

static void
app_start_engine(App *app)
{
	g_autofree char *name =
		avu_settings_get_bool(app->settings, "Screen") ? app_dup_name(app) : NULL;

	app->registry_path = avu_state_dir_build_path(app->state, "gstreamer-registry.bin");
	app->peer_manager =
		g_strconcat(app->udn, "/urn:upnp-org:serviceId:ConnectionManager", NULL);
	engine_settings_read(app->settings, &app->engine_config);
	app->engine_config.registry_path = app->registry_path;
	app->engine_config.counters = app->counters;
	app->engine_config.peer_manager = app->peer_manager;
	app->engine_config.refused = app_on_refused;
	app->engine_config.refused_data = app;

	g_autofree char *audio = instances_dup_sink(app->engine_config.audio_sink, 0);
	g_autofree char *video = instances_dup_sink(app->engine_config.video_sink, 0);
	EngineConfig config = app->engine_config;

	config.audio_sink = audio;
	config.video_sink = video;
	config.screen_name = name;
	app->engine = engine_client_new(
		app->supervisor, &config, acceptance_get_media_policy(app->acceptance));
}

/* ---- the device */

/* A MediaRenderer:N has version N of all three services. */
static unsigned
app_get_version(const App *app)
{
	return (unsigned)avu_settings_get_int(app->settings, "UpnpVersion");
}

/* Several at once where the operator wants it; control points of version 1 are not to meet it. */
static void
app_add_connections(App *app)
{
	const unsigned version = app_get_version(app);
	const unsigned n = (unsigned)avu_settings_get_int(app->settings, "Instances");
	const bool several = n > 1 && version > 1;
	const InstancesKit kit = {
		.supervisor = app->supervisor,
		.settings = app->settings,
		.policy = acceptance_get_media_policy(app->acceptance),
		.host = app->host,
		.engine = app->engine_config,
		.transport = app->transport_config,
		.first = app->transport,
		.rendering = app->rendering,
	};

	app->connections = avu_connection_manager_new(app->host, version,
		AVU_CONNECTIONS_ITEM_INFO | (several ? AVU_CONNECTIONS_PREPARE : 0), "", "");
	avu_connection_manager_set_accepts(app->connections, acceptance_accepts, app->acceptance);
	if (several) {
		app->instances = instances_new(&kit, n);
		avu_connection_manager_set_instances(
			app->connections, instances_get_functions(), app->instances);
	}
}

/* Volume may be the television's instead of the engine's. */
static void
app_add_rendering(App *app)
{
	const AvuEngine *functions = engine_client_get_functions();
	const TelevisionSpec spec = {
		.supervisor = app->supervisor,
		.settings = app->settings,
		.name = app->name,
		.engine = functions,
		.self = app->engine,
		.refused = app_on_refused,
		.refused_data = app,
	};

	app->television = television_new(&spec);
	if (app->television == NULL) {
		app->rendering = rendering_new(
			app->host, app->settings, app->state, app->udn, functions, app->engine);
		return;
	}
	app->rendering = rendering_new(app->host, app->settings, app->state, app->udn,
		television_get_engine(), app->television);
	television_set_listener(app->television, rendering_value_changed, app->rendering);
}

static void
app_add_services(App *app)
{
	const AvuEngine *functions = engine_client_get_functions();

	app->lists = lists_new(app->supervisor, app->watch, app->fetcher,
		acceptance_get_media_policy(app->acceptance));
	app->memory = memory_new(app->state,
		memory_extent_parse(avu_settings_get_string(app->settings, "Remember")));
	const unsigned version = app_get_version(app);
	app->transport_config = (AvuTransportConfig){
		.version = version,
		.engine = functions,
		.engine_self = app->engine,
		.accepts = acceptance_accepts,
		.accepts_data = app->acceptance,
		.lists = lists_get_functions(),
		.lists_self = app->lists,
		.picture_ns = avu_settings_get_int(app->settings, "SlideTime"),
		.changed = memory_on_changed,
		.changed_data = app->memory,
	};

	app->transport = avu_transport_new(app->host, &app->transport_config);
	memory_attach(app->memory, app->transport);
	app_add_rendering(app);
	app_add_connections(app);
	const EngineEvents events = {
		.transport = avu_transport_get_listener(),
		.transport_data = app->transport,
		.ready = app_on_media_ready,
		.value_changed = rendering_value_changed,
		.value_data = app->rendering,
		.buffer_changed = app_on_buffer_changed,
		.user_data = app,
	};

	engine_client_set_events(app->engine, &events);
}

static bool
app_start_local(App *app, GError **error)
{
	const LocalDevice device = {
		.transport = avu_device_host_find_service(app->host, "AVTransport"),
		.rendering_service = avu_device_host_find_service(app->host, "RenderingControl"),
		.rendering = rendering_get_service(app->rendering),
		.model = app->transport,
		.name = app->name,
		.udn = app->udn,
		.has_volume = rendering_has_volume(app->settings),
		.get_buffer = app_get_buffer,
		.buffer_data = app,
	};

	app->local =
		local_new(&device, app->settings, app->state, app->spawner, app->television, error);
	return app->local != NULL;
}

static bool
app_start_device(App *app, GError **error)
{
	g_autofree char *uuid = avu_state_dir_get_uuid(app->state, "udn", error);

	if (uuid == NULL) {
		return false;
	}
	app->udn = g_strdup_printf("uuid:%s", uuid);
	app->name = app_dup_name(app);
	const AvuDeviceInfo info = {
		.type_base = "urn:schemas-upnp-org:device:MediaRenderer",
		.version = app_get_version(app),
		.udn = app->udn,
		.friendly_name = app->name,
		.model_name = "av-renderer",
		.model_description = "Plays music, films and pictures of the network",
		.dlna_doc = "DMR-1.50",
		.dlna_cap = "playcontainer-0-0",
	};

	app->host = avu_device_host_new(app->server, app->mailbox, app->fetcher,
		avu_interface_watch_get_prefixes(app->watch), &info, /* gate = */ NULL);
	app_start_engine(app);
	app_add_services(app);
	avu_device_host_start(app->host);
	return app_start_local(app, error);
}

static bool
app_start_server(App *app, GError **error)
{
	int64_t port = avu_settings_get_int(app->settings, "Port");
	int64_t kept = avu_state_dir_get_number(app->state, "port", UINT16_MAX, 0);

	if (!avu_http_server_start(app->server, (uint16_t)port, (uint16_t)kept, error) ||
		!app_listen(app, error)) {
		return false;
	}
	uint16_t now = avu_http_server_get_port(app->server);

	return port != 0 || now == kept || avu_state_dir_set_number(app->state, "port", now, error);
}

static bool
app_start(App *app, GError **error)
{
	static const AvuDiscoveryListener listener = {
		.settled = app_on_settled,
		.trouble = app_on_trouble,
	};
	const char *const *names = avu_settings_get_list(app->settings, "Interface");

	const AvuInterfaceV6 v6 =
		avu_settings_get_bool(app->settings, "IPv6") ? AVU_V6_ALONE : AVU_V6_NEVER;

	app->watch = avu_interface_watch_new(NULL, names, app_on_interfaces, app, error);
	if (app->watch == NULL || !avu_interface_watch_use_v6(app->watch, v6, error)) {
		return false;
	}
	app->acceptance = acceptance_new(avu_interface_watch_get_prefixes(app->watch),
		avu_settings_get_bool(app->settings, "Internet"));
	app->fetcher = avu_fetcher_new(NULL, acceptance_get_event_policy(app->acceptance));
	app->server = avu_http_server_new();
	avu_http_server_set_counters(app->server, app->counters);
	app->metrics = avu_metrics_new(app->server, app->counters, app->mailbox);
	avu_http_server_set_accept(app->server, acceptance_accepts_peer, app->acceptance);
	if (!app_start_device(app, error) || !app_start_server(app, error)) {
		return false;
	}
	app->discovery = avu_discovery_new(app->supervisor, app->watch, &listener, app);
	app->media_timer = avu_timer_new(NULL, APP_MEDIA_NS, app_on_media_late, app);
	return true;
}

App *
app_new(const AvuSettings *settings, AvuSpawner *spawner, AvuStateDir *state, GError **error)
{
	g_autoptr(App) app = g_new0(App, 1);

	app->settings = settings;
	app->state = state;
	app->spawner = spawner;
	app->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	app->loop = g_main_loop_new(NULL, FALSE);
	app->counters = avu_counters_new();
	app->mailbox = avu_mailbox_new(NULL);
	app->supervisor = avu_supervisor_new(spawner, NULL);
	return app_start(app, error) ? g_steal_pointer(&app) : NULL;
}

/* ---- the end */

bool
app_run(App *app, GError **error)
{
	avu_on_terminate(app_on_terminate, app);
	g_main_loop_run(app->loop);
	if (app->fatal != NULL) {
		g_propagate_error(error, g_steal_pointer(&app->fatal));
		return false;
	}
	return true;
}

/* Users before what they use; all accept NULL. */
void
app_free(App *app)
{
	if (app == NULL) {
		return;
	}
	avu_timer_free(app->media_timer);
	local_free(app->local);
	television_free(app->television);
	avu_discovery_free(app->discovery);
	/* Connections that wait for an answer of the main context must not wait any longer. */
	avu_mailbox_close(app->mailbox);
	avu_http_server_free(app->server);
	avu_metrics_free(app->metrics);
	instances_free(app->instances);
	memory_free(app->memory);
	avu_transport_free(app->transport);
	lists_free(app->lists);
	rendering_free(app->rendering);
	avu_connection_manager_free(app->connections);
	avu_device_host_free(app->host);
	engine_client_free(app->engine);
	avu_fetcher_free(app->fetcher);
	acceptance_free(app->acceptance);
	avu_interface_watch_free(app->watch);
	avu_supervisor_free(app->supervisor);
	avu_counters_free(app->counters);
	avu_mailbox_unref(app->mailbox);
	g_main_loop_unref(app->loop);
	g_hash_table_unref(app->told);
	g_clear_error(&app->fatal);
	g_free(app->registry_path);
	g_free(app->peer_manager);
	g_free(app->udn);
	g_free(app->name);
	g_free(app);
}
