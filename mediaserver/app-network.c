/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server's place in the network: interfaces as they come and go, the port, announcements. Main
 * thread. */
#include <av-upnp/clock.h>
#include <av-upnp/notify.h>
#include <av-upnp/text.h>

#include "mediaserver/app-private.h"
#include "mediaserver/local/status.h"

#define TOLD_MAX 1024

bool
app_is_neighbour(const AvuAddress *address, void *data)
{
	const AvuPrefixSet *prefixes = data;

	return avu_prefix_set_contains(prefixes, address);
}

bool
app_is_neighbour_or_public(const AvuAddress *address, void *data)
{
	return avu_address_class(address) == AVU_ADDRESS_GLOBAL || app_is_neighbour(address, data);
}

bool
app_accept_peer(const AvuAddress *peer, const AvuAddress *local, void *data)
{
	(void)local;
	return app_is_neighbour(peer, data);
}

/* One line per URL that is new. Hosts with temporary addresses have new ones for ever. */
static void
tell_location(App *app, const AvuInterface *interface, const AvuAddress *address)
{
	g_autofree char *url = status_format_url(address, avu_http_server_get_port(app->http));

	if (g_hash_table_size(app->told) >= TOLD_MAX) {
		g_hash_table_remove_all(app->told);
	}
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

void
app_listen(App *app)
{
	g_autoptr(GArray) addresses = g_array_new(FALSE, FALSE, sizeof(AvuAddress));
	g_autoptr(GError) error = NULL;
	size_t n;
	const AvuInterface *interfaces = avu_interface_watch_list(app->interfaces, &n);

	for (size_t i = 0; i < n; i++) {
		for (unsigned a = 0; a < interfaces[i].n_addresses; a++) {
			g_array_append_val(addresses, interfaces[i].addresses[a].address);
		}
	}
	tell_urls(app, addresses);
	if (!avu_http_server_set_addresses(app->http, (const AvuAddress *)(void *)addresses->data,
		    addresses->len, &error)) {
		g_warning("not all addresses are served: %s", error->message);
	}
	/* not before: who reads it may connect at once */
	for (size_t i = 0; i < n; i++) {
		for (unsigned a = 0; a < interfaces[i].n_addresses; a++) {
			tell_location(app, &interfaces[i], &interfaces[i].addresses[a].address);
		}
	}
}

static void
on_interfaces_changed(void *user_data)
{
	App *app = user_data;

	if (app->ending || app->http == NULL || avu_http_server_get_port(app->http) == 0) {
		return; /* while it starts, the list is read when the port is known */
	}
	app_listen(app);
	if (app->discovery != NULL) {
		avu_discovery_interfaces_changed(app->discovery);
	}
	if (app->renderers != NULL) {
		renderers_interfaces_changed(app->renderers);
	}
}

static void
tell_ready(App *app, unsigned n_interfaces)
{
	g_autofree char *waiting =
		n_interfaces == 0 ? avu_interface_watch_explain(app->interfaces) : NULL;
	g_autofree char *status =
		waiting != NULL ? g_strdup(waiting)
				: g_strdup_printf("serving on %u network interfaces", n_interfaces);
	g_autofree char *line = avu_text_for_display(status, APP_NAME_MAX_BYTES);
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

	if (app->ending) {
		return;
	}
	tell_ready(app, n_interfaces);
	/* not before: nobody waits for what others are */
	if (app->renderers == NULL && avu_settings_get_bool(app->settings, "AskRenderers")) {
		const AvuAddressPolicy policy = { app_is_neighbour,
			(void *)avu_interface_watch_get_prefixes(app->interfaces) };

		app->renderers =
			renderers_new(app->supervisor, app->interfaces, &policy, app->clients);
	}
}

static void
on_trouble(const char *interface_name, const char *sentence, void *user_data)
{
	(void)user_data;
	g_warning("%s: %s", interface_name, sentence);
}

void
app_announce(App *app)
{
	static const AvuDiscoveryListener listener = { .settled = on_settled,
		.trouble = on_trouble };
	const AvuAnnouncement announcement = {
		.udn = app->udn,
		.port = avu_http_server_get_port(app->http),
		.max_age_s =
			(unsigned)(avu_settings_get_int(app->settings, "MaxAge") / AVU_NS_PER_S),
		.config_id = avu_device_host_get_config_id(app->host),
		/* seconds since 1970: higher after every start (UDA 1.1 1.2.2) */
		.boot_id = (uint32_t)(avu_wall_ns() / AVU_NS_PER_S) & INT32_MAX,
	};
	size_t n;

	if (!avu_settings_get_bool(app->settings, "Announce")) {
		(void)avu_interface_watch_list(app->interfaces, &n);
		tell_ready(app, (unsigned)n);
		return;
	}
	app->discovery = avu_discovery_new(app->supervisor, app->interfaces, &listener, app);
	avu_discovery_announce(app->discovery, &announcement);
}

bool
app_take_port(App *app, GError **error)
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

bool
app_find_interfaces(App *app, GError **error)
{
	const char *const *names = avu_settings_get_list(app->settings, "Interface");

	app->interfaces = avu_interface_watch_new(NULL, names, on_interfaces_changed, app, error);
	return app->interfaces != NULL &&
	       avu_interface_watch_use_v6(app->interfaces,
		       avu_settings_get_bool(app->settings, "IPv6") ? AVU_V6_ALONE : AVU_V6_NEVER,
		       error);
}
