/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is learned of clients besides their requests. Under the lock, for moments. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/text.h>

#include "mediaserver/clients/clients-private.h"

#define TEXT_MAX_BYTES 200
#define NAME_MAX_CHARS 80

/* Names behind CLIENT_DEVICE_PREFIX. */
static const struct {
	const char *name;
	size_t at;
} fields[] = {
	{ "FriendlyName", offsetof(ClientDevice, friendly_name) },
	{ "Manufacturer", offsetof(ClientDevice, manufacturer) },
	{ "ModelName", offsetof(ClientDevice, model_name) },
	{ "ModelNumber", offsetof(ClientDevice, model_number) },
	{ "UDN", offsetof(ClientDevice, udn) },
};

static char **
field_of(const ClientDevice *device, size_t i)
{
	return (char **)((char *)device + fields[i].at);
}

void
client_device_clear(ClientDevice *device)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_clear_pointer(field_of(device, i), g_free);
	}
}

const char *
client_device_get(const ClientDevice *device, const char *what)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (g_str_equal(what + strlen(CLIENT_DEVICE_PREFIX), fields[i].name)) {
			return *field_of(device, i);
		}
	}
	return NULL;
}

void
clients_set_device(Clients *clients, const char *address, const ClientDevice *device)
{
	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);

	client_device_clear(&record->device);
	for (size_t i = 0; device != NULL && i < G_N_ELEMENTS(fields); i++) {
		const char *text = *field_of(device, i);

		*field_of(&record->device, i) =
			text != NULL ? avu_text_sanitize(text, strlen(text), TEXT_MAX_BYTES) : NULL;
	}
	if (device == NULL) {
		g_clear_pointer(&record->sink, g_ptr_array_unref);
	}
	clients_forget_view(record);
	(void)pthread_mutex_unlock(&clients->lock);
}

void
clients_set_sink(Clients *clients, const char *address, GPtrArray *sink)
{
	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);

	g_clear_pointer(&record->sink, g_ptr_array_unref);
	record->sink = sink != NULL ? g_ptr_array_ref(sink) : NULL;
	clients_refresh_view(record);
	(void)pthread_mutex_unlock(&clients->lock);
}

void
clients_fetched(Clients *clients, const AvuAddress *peer, int64_t item, const char *key,
	uint64_t octets, uint64_t size_bytes)
{
	g_autofree char *address = avu_address_format(peer);

	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);

	bool done = history_settle(&record->history, avu_now_ns());

	if (history_add(&record->history, item, key, octets, size_bytes, avu_now_ns()) || done) {
		clients_refresh_view(record);
	}
	(void)pthread_mutex_unlock(&clients->lock);
}

void
clients_refused(Clients *clients, const AvuHttpRequest *request, unsigned status, const char *name)
{
	if (clients == NULL) {
		return;
	}
	g_autofree char *address = avu_address_format(avu_http_request_get_peer(request));
	g_autofree char *shown = avu_text_for_display(name, NAME_MAX_CHARS);

	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);

	record->n_refused++;
	g_free(record->refused_last);
	record->refused_last = g_strdup_printf("%u for %s", status, shown);
	(void)pthread_mutex_unlock(&clients->lock);
}
