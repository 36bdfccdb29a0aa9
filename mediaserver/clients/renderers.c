/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One GetProtocolInfo per renderer when it appears or changes; the list is kept until it vanishes. Limits:
 * RENDERERS_MAX, RENDERER_FORMATS_MAX, the fetcher's. Main thread. */
#include "mediaserver/clients/renderers.h"

#include <string.h>

#include <av-upnp/registry.h>
#include <av-upnp/service.h>

#define TARGET "urn:schemas-upnp-org:device:MediaRenderer:1"
#define MX_S 3

typedef struct {
	Renderers *renderers;
	char *udn, *address;
	AvuRemoteCall *call; /* NULL: answered */
} Renderer;

struct Renderers {
	Clients *clients;
	AvuFetcher *fetcher;
	AvuRegistry *registry;
	AvuDiscovery *discovery;
	GHashTable *known; /* UDN → Renderer, whose it is */
};

static void
renderer_free(void *data)
{
	Renderer *renderer = data;

	if (renderer->call != NULL) {
		avu_remote_call_cancel(renderer->call);
	}
	g_free(renderer->udn);
	g_free(renderer->address);
	g_free(renderer);
}

static void
on_answer(AvuRemoteAnswer *answer, const GError *error, void *user_data)
{
	Renderer *renderer = user_data;

	renderer->call = NULL;
	if (error != NULL) {
		g_info("%s does not say what it plays: %s", renderer->address, error->message);
		return;
	}
	g_autoptr(GPtrArray) sink =
		avu_protocol_info_parse_list(avu_remote_answer_get(answer, "Sink"));

	if (sink->len > RENDERER_FORMATS_MAX) {
		g_ptr_array_set_size(sink, RENDERER_FORMATS_MAX);
	}
	clients_set_sink(renderer->renderers->clients, renderer->address, renderer->udn, sink);
}

static void
tell_device(const Renderers *renderers, AvuRemoteDevice *device)
{
	const AvuDeviceDescription *description = avu_remote_device_get_description(device);
	const ClientDevice shown = {
		.friendly_name = (char *)description->friendly_name,
		.manufacturer = (char *)description->manufacturer,
		.model_name = (char *)description->model_name,
		.model_number = (char *)description->model_number,
		.udn = (char *)avu_remote_device_get_udn(device),
	};

	clients_set_device(renderers->clients, avu_remote_device_get_address(device), &shown);
}

static void
on_appeared(AvuRemoteDevice *device, void *user_data)
{
	Renderers *renderers = user_data;
	const char *udn = avu_remote_device_get_udn(device);
	g_autoptr(GError) error = NULL;

	if (avu_remote_device_get_kind(device) != AVU_DEVICE_RENDERER ||
		(g_hash_table_size(renderers->known) >= RENDERERS_MAX &&
			!g_hash_table_contains(renderers->known, udn))) {
		return;
	}
	const Renderer *before = g_hash_table_lookup(renderers->known, udn);
	Renderer *renderer = g_new0(Renderer, 1);

	renderer->renderers = renderers;
	renderer->udn = g_strdup(udn);
	renderer->address = g_strdup(avu_remote_device_get_address(device));
	if (before != NULL && !g_str_equal(before->address, renderer->address)) {
		clients_lose_device(renderers->clients, before->address, udn);
	}
	(void)g_hash_table_replace(renderers->known, renderer->udn, renderer);
	tell_device(renderers, device);
	renderer->call =
		avu_remote_call(device, renderers->fetcher, &avu_service_connection_manager,
			"GetProtocolInfo", NULL, 0, on_answer, renderer, &error);
	if (renderer->call == NULL) {
		g_info("%s cannot be asked what it plays: %s", renderer->address, error->message);
	}
}

static void
on_vanished(AvuRemoteDevice *device, void *user_data)
{
	Renderers *renderers = user_data;
	const char *udn = avu_remote_device_get_udn(device);
	const Renderer *renderer = g_hash_table_lookup(renderers->known, udn);

	if (renderer != NULL) {
		clients_lose_device(renderers->clients, renderer->address, udn);
		(void)g_hash_table_remove(renderers->known, udn);
	}
}

Renderers *
renderers_new(AvuSupervisor *supervisor, AvuInterfaceWatch *interfaces,
	const AvuAddressPolicy *policy, Clients *clients)
{
	static const AvuRegistryListener listener = { on_appeared, on_vanished, NULL };
	Renderers *renderers = g_new0(Renderers, 1);

	renderers->clients = clients;
	renderers->fetcher = avu_fetcher_new(NULL, policy);
	renderers->known = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, renderer_free);
	renderers->registry = avu_registry_new(renderers->fetcher, &listener, renderers);
	renderers->discovery = avu_discovery_new(
		supervisor, interfaces, avu_registry_get_discovery_listener(), renderers->registry);
	avu_discovery_search(renderers->discovery, TARGET, MX_S);
	return renderers;
}

void
renderers_interfaces_changed(Renderers *renderers)
{
	avu_discovery_interfaces_changed(renderers->discovery);
}

void
renderers_free(Renderers *renderers)
{
	if (renderers == NULL) {
		return;
	}
	avu_discovery_free(renderers->discovery);
	g_hash_table_unref(renderers->known);
	avu_registry_free(renderers->registry);
	avu_fetcher_free(renderers->fetcher);
	g_free(renderers);
}
