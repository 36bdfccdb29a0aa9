/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a server in one document: scripts read the JSON, people the lines made from it. */
#include "mediaserver/local/status.h"

#include <arpa/inet.h>

#include <jansson.h>

#include <av-upnp/error.h>

char *
status_format_url(const AvuAddress *address, uint16_t port)
{
	g_autofree char *host = avu_address_format(address);

	return g_strdup_printf("http://%s:%u/description.xml", host, port);
}

/* "192.0.2.0/24": the network that an interface's address is in */
static char *
format_prefix(const AvuPrefix *prefix)
{
	AvuAddress network = prefix->address;
	uint8_t *octets =
		network.family == AF_INET ? (uint8_t *)&network.ip.v4 : (uint8_t *)&network.ip.v6;
	unsigned n = network.family == AF_INET ? 4 : 16;

	for (unsigned i = 0; i < n; i++) {
		unsigned kept = prefix->length > i * 8 ? MIN(prefix->length - i * 8, 8u) : 0;

		octets[i] &= (uint8_t)(0xff00u >> kept);
	}
	char text[INET6_ADDRSTRLEN]; /* without the brackets of URLs */

	(void)inet_ntop(network.family, octets, text, sizeof(text)); /* the family is one of two */
	return g_strdup_printf("%s/%u", text, prefix->length);
}

static json_t *
list_locations(const Status *status)
{
	json_t *locations = json_array();
	size_t n;
	const AvuInterface *interfaces = avu_interface_watch_list(status->interfaces, &n);

	for (size_t i = 0; i < n; i++) {
		for (unsigned a = 0; a < interfaces[i].n_addresses; a++) {
			const AvuPrefix *prefix = &interfaces[i].addresses[a];
			g_autofree char *network = format_prefix(prefix);
			g_autofree char *url = status_format_url(&prefix->address, status->port);

			(void)json_array_append_new(locations, /* out of memory: a shorter list */
				json_pack("{s:s, s:s, s:s}", "interface", interfaces[i].name,
					"prefix", network, "url", url));
		}
	}
	return locations;
}

char *
status_format_json(const Status *status)
{
	json_t *document = json_pack("{s:s, s:s, s:I, s:b, s:o}", "name", status->name, "udn",
		status->udn, "items", (json_int_t)status->items, "scanning", status->scanning,
		"locations", list_locations(status));
	char *text = json_dumps(document, JSON_COMPACT);
	char *copy = g_strdup(text);

	free(text);
	json_decref(document);
	return copy;
}

char *
status_format_text(const char *json, GError **error)
{
	json_t *document = json_loads(json, 0, NULL);
	GString *text = g_string_new(NULL);
	const char *name, *udn;
	json_int_t items;
	int scanning;
	json_t *locations, *location;
	size_t i;

	if (document == NULL ||
		json_unpack(document, "{s:s, s:s, s:I, s:b, s:o}", "name", &name, "udn", &udn,
			"items", &items, "scanning", &scanning, "locations", &locations) < 0) {
		json_decref(document);
		(void)g_string_free(text, TRUE);
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "the server gave no status");
		return NULL;
	}
	g_string_append_printf(text, "%s (%s)\n%" JSON_INTEGER_FORMAT " items%s\n", name, udn,
		items, scanning ? ", still scanning" : "");
	json_array_foreach(locations, i, location)
	{
		g_string_append_printf(text, "%s %s %s\n",
			json_string_value(json_object_get(location, "interface")),
			json_string_value(json_object_get(location, "prefix")),
			json_string_value(json_object_get(location, "url")));
	}
	json_decref(document);
	return g_string_free(text, FALSE);
}
