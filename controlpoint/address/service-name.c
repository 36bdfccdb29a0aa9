/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services by name. The device's own description goes before our table: it knows actions of the maker's, and
 * the order in which the device wants its arguments. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

#include "address/service-name.h"
#include "fetch.h"

void
named_service_clear(NamedService *service)
{
	g_clear_pointer(&service->scpd, avu_scpd_free);
}

/* "Name" of "urn:…:service:Name:1". g_free() it. */
static char *
name_of_type(const char *type)
{
	g_auto(GStrv) parts = g_strsplit(type, ":", -1);
	const guint n = g_strv_length(parts);

	return g_strdup(n >= 2 ? parts[n - 2] : type);
}

static bool
is_called(const AvuServiceDescription *service, const char *name)
{
	const char *id_end = service->id != NULL ? strrchr(service->id, ':') : NULL;
	g_autofree char *type_name = name_of_type(service->type);

	return g_ascii_strcasecmp(type_name, name) == 0 ||
	       g_ascii_strcasecmp(service->type, name) == 0 ||
	       (id_end != NULL && g_ascii_strcasecmp(id_end + 1, name) == 0);
}

static const AvuServiceDescription *
find_description(const AvuRemoteDevice *device, const char *name, GError **error)
{
	const GPtrArray *services = avu_remote_device_get_description(device)->services;
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < services->len; i++) {
		const AvuServiceDescription *service = services->pdata[i];
		g_autofree char *type_name = name_of_type(service->type);
		g_autofree char *shown = avu_text_for_display(type_name, 60);

		if (is_called(service, name)) {
			return service;
		}
		g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", shown);
	}
	g_autofree char *wanted = avu_text_for_display(name, 60);

	/* one that it lacks, or one that nobody has */
	g_set_error(error, AVU_ERROR,
		avu_service_find(name, NULL) != NULL ? AVU_ERROR_UNSUPPORTED : AVU_ERROR_USAGE,
		"\"%s\" has no service %s; it has %s", avu_remote_device_get_name(device), wanted,
		all->str);
	return NULL;
}

static AvuScpd *
fetch_scpd(Session *session, const AvuServiceDescription *service, GError **error)
{
	g_auto(Fetched) fetched = { 0 };

	if (service->scpd_url == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the device says nowhere what its service can do");
		return NULL;
	}
	if (!fetch_and_wait(session, avu_url_get_text(service->scpd_url), NULL, AVU_LIMIT_SCPD,
		    &fetched, error)) {
		return NULL;
	}
	if (fetched.status != 200) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "%s: HTTP status %u",
			avu_url_get_text(service->scpd_url), fetched.status);
		return NULL;
	}
	size_t len = 0;
	const char *text = g_bytes_get_data(fetched.body, &len);

	return avu_scpd_read(service->type, text, len, error);
}

bool
service_name_find(Session *session, const AvuRemoteDevice *device, const char *name,
	NamedService *ret_service, GError **error)
{
	const AvuServiceDescription *description = find_description(device, name, error);
	g_autoptr(GError) why = NULL;

	if (description == NULL) {
		return false;
	}
	AvuScpd *scpd = fetch_scpd(session, description, &why);

	if (scpd == NULL && description->spec == NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (scpd == NULL) {
		g_debug("%s; the standard's table is used", why->message);
	}
	*ret_service = (NamedService){ description,
		scpd != NULL ? avu_scpd_get_spec(scpd) : description->spec, scpd };
	return true;
}
