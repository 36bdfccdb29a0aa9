/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp info: all that a device says of itself. Main thread. */
#include <string.h>

#include "address/finder.h"
#include "commands/command.h"
#include "commands/device-record.h"
#include "commands/renderer-state.h"
#include "queue/client.h"

static json_t *
services_of(const AvuDeviceDescription *description)
{
	json_t *services = json_array();

	for (guint i = 0; i < description->services->len; i++) {
		const AvuServiceDescription *service = description->services->pdata[i];
		json_t *record = json_object();

		record_set_text(record, "type", service->type);
		record_set_count(record, "version", service->version);
		(void)json_object_set_new(
			record, "evented", json_boolean(service->event_url != NULL));
		(void)json_array_append_new(services, record);
	}
	return services;
}

static json_t *
icons_of(const AvuDeviceDescription *description)
{
	json_t *icons = json_array();

	for (guint i = 0; i < description->icons->len; i++) {
		const AvuIconDescription *icon = description->icons->pdata[i];
		json_t *record = json_object();

		record_set_text(record, "url", avu_url_get_text(icon->url));
		record_set_text(record, "mime", icon->mime);
		record_set_count(record, "width", icon->width > 0 ? (int64_t)icon->width : -1);
		record_set_count(record, "height", icon->height > 0 ? (int64_t)icon->height : -1);
		record_set_count(record, "depth", icon->depth > 0 ? (int64_t)icon->depth : -1);
		(void)json_array_append_new(icons, record);
	}
	return icons;
}

/* A comma list as an array; commas that belong to an entry are escaped by a backslash. */
static json_t *
list_of(const char *text)
{
	json_t *list = json_array();
	g_autoptr(GString) entry = g_string_new(NULL);

	for (const char *at = text;; at++) {
		if (*at == '\\' && at[1] == ',') {
			g_string_append_c(entry, *++at);
		} else if (*at == ',' || *at == '\0') {
			if (entry->len > 0) {
				json_t *holder = json_object();

				record_set_text(holder, "entry", entry->str);
				(void)json_array_append(list, json_object_get(holder, "entry"));
				json_decref(holder);
			}
			g_string_truncate(entry, 0);
		} else {
			g_string_append_c(entry, *at);
		}
		if (*at == '\0') {
			return list;
		}
	}
}

/* One question to the device: the out argument becomes the record's member, as text or as a list. */
typedef struct {
	const char *key;
	const AvuServiceSpec *service;
	const char *action, *argument;
	bool list;
} Question;

static const Question questions[] = {
	{ "plays", &avu_service_connection_manager, "GetProtocolInfo", "Sink", true },
	{ "offers", &avu_service_connection_manager, "GetProtocolInfo", "Source", true },
	{ "media", &avu_service_av_transport, "GetDeviceCapabilities", "PlayMedia", true },
	{ "presets", &avu_service_rendering_control, "ListPresets", "CurrentPresetNameList", true },
	{ "search", &avu_service_content_directory, "GetSearchCapabilities", "SearchCaps", true },
	{ "sort", &avu_service_content_directory, "GetSortCapabilities", "SortCaps", true },
	{ "update_id", &avu_service_content_directory, "GetSystemUpdateID", "Id", false },
};

/* What it does not answer is null: the others are still of interest. */
static bool
ask(Run *run, AvuRemoteDevice *device, const Question *question, json_t *record, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (avu_remote_device_find_service(device, question->service) == NULL) {
		return true;
	}
	g_autoptr(AvuRemoteAnswer) answer =
		session_call(run->session, device, question->service, question->action, NULL, &why);

	if (answer == NULL && !renderer_error_is_missing(why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	const char *value =
		answer != NULL ? avu_remote_answer_get(answer, question->argument) : NULL;

	if (value != NULL && question->list) {
		(void)json_object_set_new(record, question->key, list_of(value));
	} else {
		record_set_text(record, question->key, value);
	}
	return true;
}

static json_t *
describe(const AvuRemoteDevice *device)
{
	const AvuDeviceDescription *description = avu_remote_device_get_description(device);
	json_t *record = device_record(device);

	record_set_text(record, "manufacturer", description->manufacturer);
	record_set_text(record, "device_type", description->device_type);
	record_set_text(record, "dlna", description->dlna_doc);
	(void)json_object_set_new(record, "services", services_of(description));
	(void)json_object_set_new(record, "icons", icons_of(description));
	return record;
}

static bool
run_info(Run *run, GError **error)
{
	const AvuDeviceKind kind =
		run_get_server(run) != NULL ? AVU_DEVICE_SERVER : AVU_DEVICE_RENDERER;
	g_autoptr(AvuRemoteDevice) device =
		run->n_operands > 0
			? finder_find(run->session, AVU_DEVICE_OTHER, run->operands[0], error)
		: kind == AVU_DEVICE_SERVER
			? finder_find(run->session, kind, run_get_server(run), error)
			: run_find_renderer(run, error);

	if (device == NULL) {
		return false;
	}
	json_t *record = describe(device);

	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		if (!ask(run, device, &questions[i], record, error)) {
			json_decref(record);
			return false;
		}
	}
	if (avu_remote_device_get_kind(device) == AVU_DEVICE_RENDERER) {
		record_set_text(record, "next", queue_learned_habit(device));
	}
	run_write_one(run, record);
	return true;
}

/* "AVTransport:1, RenderingControl:1" */
static char *
cell_services(const json_t *record, const char *key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const json_t *services = json_object_get(record, key);

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *service = json_array_get(services, i);
		const char *type = json_string_value(json_object_get(service, "type"));
		const AvuServiceSpec *spec = avu_service_find(type, NULL);
		g_autofree char *version = output_cell_text(service, "version");
		g_autofree char *foreign = output_cell_text(service, "type");

		g_string_append(text, i > 0 ? ", " : "");
		if (spec != NULL) {
			g_string_append_printf(text, "%s:%s", spec->name, version);
		} else {
			g_string_append(text, foreign);
		}
	}
	return g_string_free(g_steal_pointer(&text), false);
}

static char *
cell_list(const json_t *record, const char *key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const json_t *list = json_object_get(record, key);

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_auto_t *holder = json_object();

		(void)json_object_set(holder, "entry", json_array_get(list, i));
		g_autofree char *entry = output_cell_text(holder, "entry");

		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", entry);
	}
	return g_string_free(g_steal_pointer(&text), false);
}

/* Some hundred entries tell people nothing: how many, and of which media types. */
static char *
cell_protocols(const json_t *record, const char *key)
{
	const json_t *list = json_object_get(record, key);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *entry = json_string_value(json_array_get(list, i));
		g_auto(GStrv) fields = g_strsplit(entry, ":", 4);
		json_auto_t *holder = json_object();

		if (g_strv_length(fields) < 3 || !g_hash_table_add(known, g_strdup(fields[2]))) {
			continue;
		}
		record_set_text(holder, "mime", fields[2]);
		g_autofree char *mime = output_cell_text(holder, "mime");

		g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", mime);
	}
	return g_string_free(g_steal_pointer(&text), false);
}

static char *
cell_habit(const json_t *record, const char *key)
{
	static const struct {
		const char *name;
		const char *sentence;
	} habits[] = {
		{ "gapless", "plays on by itself" },
		{ "stops", "plays on by itself, with a stop between" },
		{ "drops", "takes it and forgets it; queues load each track" },
		{ "missing", "cannot be given one; queues load each track" },
	};
	const char *name = json_string_value(json_object_get(record, key));

	for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(habits); i++) {
		if (strcmp(habits[i].name, name) == 0) {
			return g_strdup(habits[i].sentence);
		}
	}
	return NULL;
}

static const OutputColumn columns[] = {
	{ "name", "Name", output_cell_text },
	{ "type", "Type", output_cell_text },
	{ "manufacturer", "Manufacturer", output_cell_text },
	{ "model", "Model", output_cell_text },
	{ "address", "Address", output_cell_text },
	{ "location", "Description", output_cell_text },
	{ "udn", "UDN", output_cell_text },
	{ "dlna", "DLNA", output_cell_text },
	{ "services", "Services", cell_services },
	{ "plays", "Plays", cell_protocols },
	{ "offers", "Offers", cell_protocols },
	{ "presets", "Presets", cell_list },
	{ "next", "Next track", cell_habit },
	{ "search", "Search", cell_list },
	{ "sort", "Sort", cell_list },
	{ NULL },
};

const Command command_info = {
	.name = "info",
	.operands = "[DEVICE]",
	.summary = "show all that a device says of itself",
	.help = "DEVICE is named as for -r: name, part of a name, UDN, address or description URL. "
		"Without\n"
		"it: the server of -s, or the renderer of -r, or the only renderer. Formats are "
		"shown by their\n"
		"media types; --json has every entry.\n"
		"\n"
		"With --json: a device as from \"avcp devices\" with manufacturer, device_type, "
		"dlna "
		"and\n"
		"  services: [{type, version, evented}], icons: [{url, mime, width, height, "
		"depth}]; "
		"then,\n"
		"  where the device has the service and answers, plays, offers, media, presets, "
		"search, sort: arrays of text, and update_id; of "
		"a renderer\n"
		"  next: \"gapless\", \"stops\", \"drops\" or \"missing\", as its queue has "
		"learned it.\n"
		"\n"
		"Examples:\n"
		"  avcp info kitchen\n"
		"  avcp --json -s NAS info\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_DEVICE } },
	.schema = { OUTPUT_ONE, columns },
	.run = run_info,
};
