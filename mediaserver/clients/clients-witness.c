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

static void
device_clear(ClientDevice *device)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_clear_pointer(field_of(device, i), g_free);
	}
}

void
client_stand_clear(ClientStand *stand)
{
	device_clear(&stand->device);
	g_clear_pointer(&stand->sink, g_ptr_array_unref);
}

static void
stand_free(void *data)
{
	client_stand_clear(data);
	g_free(data);
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

static char *
dup_clean(const char *text)
{
	return text != NULL ? avu_text_sanitize(text, strlen(text), TEXT_MAX_BYTES) : NULL;
}

/* NULL: no such renderer there. */
static ClientStand *
find_stand(const Record *record, const char *udn)
{
	g_autofree char *clean = dup_clean(udn);

	if (g_strcmp0(record->stand.device.udn, clean) == 0) {
		return (ClientStand *)&record->stand;
	}
	for (guint i = 0; record->others != NULL && i < record->others->len; i++) {
		ClientStand *other = record->others->pdata[i];

		if (g_strcmp0(other->device.udn, clean) == 0) {
			return other;
		}
	}
	return NULL;
}

bool
clients_has_device(const Record *record, const char *udn)
{
	return find_stand(record, udn) != NULL;
}

GPtrArray *
clients_get_sink(const Record *record)
{
	GPtrArray *sink = record->stand.sink;

	for (guint i = 0; sink == NULL && record->others != NULL && i < record->others->len; i++) {
		const ClientStand *other = record->others->pdata[i];

		sink = other->sink;
	}
	return sink;
}

/* One that is not known there comes behind those that are. */
static ClientStand *
take_stand(Record *record, const char *udn)
{
	ClientStand *stand = find_stand(record, udn);

	if (stand != NULL) {
		return stand;
	}
	stand = &record->stand;
	if (stand->device.udn != NULL) {
		stand = g_new0(ClientStand, 1);
		if (record->others == NULL) {
			record->others = g_ptr_array_new_with_free_func(stand_free);
		}
		g_ptr_array_add(record->others, stand);
	}
	stand->device.udn = dup_clean(udn);
	return stand;
}

void
clients_set_device(Clients *clients, const char *address, const ClientDevice *device)
{
	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);
	ClientStand *stand = take_stand(record, device->udn);

	device_clear(&stand->device);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		*field_of(&stand->device, i) = dup_clean(*field_of(device, i));
	}
	clients_forget_view(record);
	(void)pthread_mutex_unlock(&clients->lock);
}

void
clients_lose_device(Clients *clients, const char *address, const char *udn)
{
	(void)pthread_mutex_lock(&clients->lock);
	Record *record = g_hash_table_lookup(clients->records, address);
	ClientStand *stand = record != NULL ? find_stand(record, udn) : NULL;

	if (stand != NULL) {
		if (stand != &record->stand) {
			(void)g_ptr_array_remove(record->others, stand);
		} else {
			client_stand_clear(stand);
			if (record->others != NULL && record->others->len > 0) {
				g_autofree ClientStand *next =
					g_ptr_array_steal_index(record->others, 0);

				*stand = *next;
			}
		}
		clients_forget_view(record);
	}
	(void)pthread_mutex_unlock(&clients->lock);
}

void
clients_set_sink(Clients *clients, const char *address, const char *udn, GPtrArray *sink)
{
	(void)pthread_mutex_lock(&clients->lock);
	Record *record = clients_take_record(clients, address);
	ClientStand *stand = take_stand(record, udn);

	g_clear_pointer(&stand->sink, g_ptr_array_unref);
	stand->sink = sink != NULL ? g_ptr_array_ref(sink) : NULL;
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
