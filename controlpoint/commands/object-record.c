/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects as records. Pure; main thread. */
#include <av-upnp/object-path.h>

#include "commands/object-record.h"

static json_t *
resource_record(const AvuResource *resource)
{
	json_t *record = json_object();

	record_set_text(record, "url", resource->uri);
	record_set_text(record, "protocol_info", resource->protocol_info);
	record_set_count(record, "size", resource->size_bytes);
	record_set_duration(record, "duration_s", resource->duration_ns);
	return record;
}

json_t *
object_record(const AvuObject *object)
{
	json_t *record = json_object();
	json_t *resources = json_array();

	record_set_text(record, "id", object->id);
	record_set_text(record, "parent", object->parent_id);
	record_set_text(record, "title", object->title);
	record_set_text(record, "class", object->upnp_class);
	(void)json_object_set_new(record, "container", json_boolean(object->container));
	record_set_count(record, "children", object->container ? object->child_count : -1);
	for (unsigned i = 0; i < object->n_resources; i++) {
		(void)json_array_append_new(resources, resource_record(&object->resources[i]));
	}
	(void)json_object_set_new(record, "resources", resources);
	return record;
}

char *
object_cell_title(const json_t *record, const char *key)
{
	g_autofree char *title = output_cell_text(record, key);
	g_autofree char *escaped = title != NULL ? avu_object_path_escape(title) : NULL;
	const bool container = json_is_true(json_object_get(record, "container"));

	return escaped != NULL ? g_strconcat(escaped, container ? "/" : NULL, NULL) : NULL;
}

static const json_t *
first_resource(const json_t *record)
{
	return json_array_get(json_object_get(record, "resources"), 0);
}

char *
object_cell_resource_size(const json_t *record, const char *key)
{
	return output_cell_size(first_resource(record), key);
}

char *
object_cell_resource_duration(const json_t *record, const char *key)
{
	return output_cell_duration(first_resource(record), key);
}
