/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a server in one document: scripts read the JSON, people the lines made from it. */
#include "mediaserver/local/status.h"

#include <arpa/inet.h>

#include <jansson.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define PATH_SHOWN 200

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

/* Paths are octets; JSON is UTF-8. */
static json_t *
list_roots(const Status *status)
{
	json_t *roots = json_array();

	for (size_t i = 0; i < roots_get_n(status->roots); i++) {
		const Root *root = roots_get(status->roots, i);
		g_autofree char *path = g_utf8_make_valid(root->path, -1);

		(void)json_array_append_new(roots, /* out of memory: a shorter list */
			json_pack("{s:s, s:b}", "path", path, "present", root_is_present(root)));
	}
	return roots;
}

static json_t *
describe_scan(const Progress *scan)
{
	const double second_ns = (double)AVU_NS_PER_S;

	if (scan == NULL) {
		return json_null();
	}
	return json_pack("{s:I, s:I, s:f, s:f, s:f, s:o}", "files", (json_int_t)scan->n_files,
		"probed", (json_int_t)scan->n_probed, "fraction", scan->fraction, "files_per_s",
		scan->files_per_s, "elapsed_s", (double)scan->elapsed_ns / second_ns, "left_s",
		scan->left_ns != AVU_TIME_NONE ? json_real((double)scan->left_ns / second_ns)
					       : json_null());
}

char *
status_format_json(const Status *status)
{
	json_t *document = json_pack("{s:s, s:s, s:I, s:b, s:o, s:o, s:o}", "name", status->name,
		"udn", status->udn, "items", (json_int_t)status->items, "scanning",
		status->scan != NULL, "scan", describe_scan(status->scan), "roots",
		list_roots(status), "locations", list_locations(status));
	char *text = json_dumps(document, JSON_COMPACT);
	char *copy = g_strdup(text);

	free(text);
	json_decref(document);
	return copy;
}

static bool
no_status(json_t *document, GError **error)
{
	json_decref(document);
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "the server gave no status");
	return false;
}

bool
status_is_scanning(const char *json)
{
	json_t *document = json_loads(json, 0, NULL);
	bool scanning = json_is_true(json_object_get(document, "scanning"));

	json_decref(document);
	return scanning;
}

static Progress
read_scan(const json_t *scan)
{
	const json_t *left = json_object_get(scan, "left_s");

	return (Progress){
		.n_files = (uint64_t)json_integer_value(json_object_get(scan, "files")),
		.fraction = json_real_value(json_object_get(scan, "fraction")),
		.files_per_s = json_real_value(json_object_get(scan, "files_per_s")),
		.left_ns = json_is_real(left)
				   ? (int64_t)(json_real_value(left) * (double)AVU_NS_PER_S)
				   : AVU_TIME_NONE,
	};
}

/* ", scanning: 12,340 files, 43 %, …" */
static void
append_scan(GString *text, const json_t *document)
{
	const json_t *scan = json_object_get(document, "scan");

	if (json_is_object(scan)) {
		Progress progress = read_scan(scan);
		g_autofree char *line = progress_format(&progress);

		g_string_append_printf(text, ", scanning: %s", line);
	}
}

char *
status_format_scan(const char *json, GError **error)
{
	json_t *document = json_loads(json, 0, NULL);
	const json_t *items = json_object_get(document, "items");

	if (!json_is_integer(items)) {
		(void)no_status(document, error);
		return NULL;
	}
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%" JSON_INTEGER_FORMAT " items", json_integer_value(items));
	append_scan(text, document);
	(void)g_string_append_c(text, '\n');
	json_decref(document);
	return g_string_free(text, FALSE);
}

static void
append_roots(GString *text, const json_t *document)
{
	const json_t *root;
	size_t i;

	json_array_foreach(json_object_get(document, "roots"), i, root)
	{
		const char *path = json_string_value(json_object_get(root, "path"));
		g_autofree char *shown = avu_text_for_display(path != NULL ? path : "", PATH_SHOWN);

		g_string_append_printf(text, "%s%s\n", shown,
			json_is_true(json_object_get(root, "present")) ? "" : " (away)");
	}
}

char *
status_format_text(const char *json, GError **error)
{
	json_t *document = json_loads(json, 0, NULL);
	const char *name, *udn;
	json_int_t items;
	json_t *locations, *location;
	size_t i;

	if (document == NULL || json_unpack(document, "{s:s, s:s, s:I, s:o}", "name", &name, "udn",
					&udn, "items", &items, "locations", &locations) < 0) {
		(void)no_status(document, error);
		return NULL;
	}
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s (%s)\n%" JSON_INTEGER_FORMAT " items", name, udn, items);
	append_scan(text, document);
	(void)g_string_append_c(text, '\n');
	append_roots(text, document);
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
