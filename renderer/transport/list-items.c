/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Items of lists, with the metadata that CurrentTrackMetaData shows of them. Pure; limits: the header. */
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/playback.h>
#include <av-upnp/resource-check.h>

#include "list-items.h"

static void
clear_item(void *data)
{
	AvuTransportItem *item = data;

	g_free((char *)item->uri);
	g_free((char *)item->metadata);
	g_free((char *)item->protocol_info);
}

ListItems *
list_items_new(void)
{
	ListItems *list = g_new0(ListItems, 1);

	list->items = g_array_new(FALSE, FALSE, sizeof(AvuTransportItem));
	g_array_set_clear_func(list->items, clear_item);
	return list;
}

void
list_items_free(ListItems *list)
{
	if (list != NULL) {
		g_array_unref(list->items);
		g_free(list);
	}
}

bool
list_items_is_full(const ListItems *list)
{
	return list->items->len >= LIST_ITEMS_MAX || list->n_bytes >= LIST_ITEMS_BYTES_MAX;
}

static void
add(ListItems *list, const char *uri, char *take_metadata, const char *protocol_info,
	int64_t duration_ns)
{
	const AvuTransportItem item = { g_strdup(uri), take_metadata, g_strdup(protocol_info),
		duration_ns };

	list->n_bytes += strlen(uri) + strlen(take_metadata);
	g_array_append_val(list->items, item);
}

void
list_items_add_entry(ListItems *list, const AvuUrl *url, const AvuPlaylistEntry *entry)
{
	AvuObject object;

	if (list_items_is_full(list)) {
		return;
	}
	if (entry->title == NULL) {
		add(list, avu_url_get_text(url), g_strdup(""), NULL, entry->duration_ns);
		return;
	}
	avu_object_init(&object);
	object.id = "0";
	object.parent_id = "-1";
	object.restricted = true;
	object.upnp_class = "object.item";
	object.title = entry->title;
	AvuResource *resource = &object.resources[object.n_resources++];

	avu_resource_init(resource);
	resource->uri = avu_url_get_text(url);
	resource->protocol_info = "http-get:*:*:*";
	resource->duration_ns = entry->duration_ns;
	add(list, resource->uri, avu_didl_format(&object), NULL, entry->duration_ns);
}

/* Without what is protected, or larger than is tried: there may be a smaller one beside it. */
static AvuObject
copy_what_is_tried(const AvuObject *object)
{
	AvuObject copy = *object;

	copy.n_resources = 0;
	for (unsigned i = 0; i < object->n_resources; i++) {
		if (avu_resource_check(&object->resources[i], NULL)) {
			copy.resources[copy.n_resources++] = object->resources[i];
		}
	}
	return copy;
}

bool
list_items_add_object(
	ListItems *list, const AvuObject *object, const char *sink, const AvuUrl *base)
{
	AvuObject copy = copy_what_is_tried(object);
	const int chosen =
		object->container || object->never_playable ? -1 : avu_playback_choose(&copy, sink);

	if (chosen < 0 || list_items_is_full(list)) {
		return false;
	}
	g_autoptr(AvuUrl) url =
		base != NULL ? avu_url_resolve(base, copy.resources[chosen].uri, NULL) : NULL;

	/* of all resources the one that is played */
	copy.resources[0] = copy.resources[chosen];
	copy.n_resources = 1;
	if (url != NULL) {
		copy.resources[0].uri = avu_url_get_text(url);
	}
	add(list, copy.resources[0].uri, avu_didl_format(&copy), copy.resources[0].protocol_info,
		copy.resources[0].duration_ns);
	return true;
}
