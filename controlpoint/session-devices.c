/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices that are known to a run: found by its searches or named by URL, and what became of their
 * descriptions. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "session-private.h"

static void
description_failed(const char *location, const GError *error, void *user_data)
{
	Session *session = user_data;

	g_debug("%s", error->message);
	g_hash_table_replace(session->troubles, g_strdup(location), g_error_copy(error));
}

static void
device_appeared(AvuRemoteDevice *device, void *user_data)
{
	Session *session = user_data;

	if (session->appeared != NULL) {
		session->appeared(device, session->listener_data);
	}
}

static void
device_vanished(AvuRemoteDevice *device, void *user_data)
{
	Session *session = user_data;

	if (session->vanished != NULL) {
		session->vanished(device, session->listener_data);
	}
}

AvuRegistry *
session_get_registry(Session *session)
{
	static const AvuRegistryListener listener = { .appeared = device_appeared,
		.vanished = device_vanished,
		.trouble = description_failed };

	if (session->registry == NULL) {
		session->description_fetcher = avu_fetcher_new(NULL, &session->policy);
		session->registry =
			avu_registry_new(session->description_fetcher, &listener, session);
	}
	return session->registry;
}

bool
session_add_location(Session *session, const char *location, GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(location, error);
	AvuAddress address;

	if (url == NULL) {
		return false;
	}
	if (!avu_address_parse(avu_url_get_host(url), &address)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%s': the host of a device is given as an address, not as a name",
			location);
		return false;
	}
	const bool failed = session_find_trouble(session, location) != NULL;

	if (g_hash_table_add(session->named_locations, g_strdup(location))) {
		g_array_append_val(session->named_hosts, address);
	} else if (!failed) {
		return true;
	}
	/* it may be there by now, or there may be room */
	(void)g_hash_table_remove(session->troubles, location);
	avu_registry_add_location(session_get_registry(session), location);
	return true;
}

bool
session_try_location(Session *session, const char *location)
{
	if (session_open_interfaces(session, NULL) == NULL) {
		return false;
	}
	if (g_hash_table_add(session->named_locations, g_strdup(location))) {
		avu_registry_add_location(session_get_registry(session), location);
	}
	return true;
}

const GError *
session_find_trouble(const Session *session, const char *location)
{
	return g_hash_table_lookup(session->troubles, location);
}

const char *
session_find_silent(const Session *session, AvuDeviceKind kind, const GError **ret_why)
{
	g_autoptr(GPtrArray) devices =
		session->registry != NULL ? avu_registry_list(session->registry) : NULL;
	const char *location =
		devices != NULL ? answers_find_silent(session->answers, kind, devices) : NULL;

	*ret_why = location != NULL ? session_find_trouble(session, location) : NULL;
	return location;
}

static int
by_name(const void *a, const void *b)
{
	const AvuRemoteDevice *const *left = a;
	const AvuRemoteDevice *const *right = b;
	const int order = avu_text_compare(
		avu_remote_device_get_name(*left), avu_remote_device_get_name(*right));

	return order != 0 ? order
			  : avu_text_compare(avu_remote_device_get_udn(*left),
				    avu_remote_device_get_udn(*right));
}

GPtrArray *
session_list(const Session *session, AvuDeviceKind kind)
{
	GPtrArray *list =
		session->registry != NULL
			? avu_registry_list(session->registry)
			: g_ptr_array_new_with_free_func((GDestroyNotify)avu_remote_device_unref);

	for (guint i = list->len; i > 0; i--) {
		const AvuDeviceKind is = avu_remote_device_get_kind(list->pdata[i - 1]);

		if (kind == AVU_DEVICE_OTHER ? is == AVU_DEVICE_OTHER : is != kind) {
			(void)g_ptr_array_remove_index_fast(list, i - 1);
		}
	}
	g_ptr_array_sort(list, by_name);
	return list;
}

unsigned
session_get_pending(const Session *session)
{
	return session->registry != NULL ? avu_registry_get_pending(session->registry) : 0;
}
