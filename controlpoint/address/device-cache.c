/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Last seen places of devices, in a small JSON file of the user's. Main thread. ENTRIES_MAX devices,
 * the most recently used first; a file above FILE_BYTES_MAX is not ours and is not read. */
#include <string.h>

#include <jansson.h>

#include <av-upnp/fd.h>

#include "address/device-cache.h"

#define ENTRIES_MAX 64
#define FILE_BYTES_MAX (64 * 1024)

static const char *const kind_names[] = {
	[AVU_DEVICE_OTHER] = "other",
	[AVU_DEVICE_SERVER] = "server",
	[AVU_DEVICE_RENDERER] = "renderer",
};

struct DeviceCache {
	char *path;
	json_t *entries; /* array of {type, name, udn, address, location, mac} */
	bool changed;
};

static const char *
text_of(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text != NULL ? text : "";
}

DeviceCache *
device_cache_load(const char *path)
{
	DeviceCache *cache = g_new0(DeviceCache, 1);

	cache->path = path != NULL ? g_strdup(path)
				   : g_build_filename(g_get_user_cache_dir(), "av-upnp",
					     "devices.json", NULL);
	g_autoptr(GBytes) text = avu_file_read(cache->path, FILE_BYTES_MAX, NULL);

	if (text != NULL) {
		cache->entries =
			json_loadb(g_bytes_get_data(text, NULL), g_bytes_get_size(text), 0, NULL);
	}
	if (!json_is_array(cache->entries)) {
		json_decref(cache->entries);
		cache->entries = json_array();
	}
	return cache;
}

void
device_cache_free(DeviceCache *cache)
{
	if (cache != NULL) {
		json_decref(cache->entries);
		g_free(cache->path);
		g_free(cache);
	}
}

static DeviceLabel
label_of(const json_t *entry)
{
	return (DeviceLabel){ text_of(entry, "name"), text_of(entry, "udn"),
		text_of(entry, "address"), text_of(entry, "mac") };
}

static bool
is_of_kind(const json_t *entry, AvuDeviceKind kind)
{
	return kind == AVU_DEVICE_OTHER || strcmp(text_of(entry, "type"), kind_names[kind]) == 0;
}

/* The one entry that is meant in full, or NULL. */
static const json_t *
find_entry(const DeviceCache *cache, AvuDeviceKind kind, const char *wanted)
{
	const json_t *found = NULL;
	size_t i = 0;
	json_t *entry = NULL;

	json_array_foreach(cache->entries, i, entry)
	{
		const DeviceLabel label = label_of(entry);

		if (!is_of_kind(entry, kind) ||
			device_name_match(&label, wanted) != DEVICE_NAME_WHOLE) {
			continue;
		}
		if (found != NULL) {
			return NULL;
		}
		found = entry;
	}
	return found;
}

const char *
device_cache_find(const DeviceCache *cache, AvuDeviceKind kind, const char *wanted)
{
	const json_t *entry = find_entry(cache, kind, wanted);

	return entry != NULL ? text_of(entry, "location") : NULL;
}

const char *
device_cache_find_mac(const DeviceCache *cache, AvuDeviceKind kind, const char *wanted)
{
	const json_t *entry = find_entry(cache, kind, wanted);

	return entry != NULL && text_of(entry, "mac")[0] != '\0' ? text_of(entry, "mac") : NULL;
}

void
device_cache_each(const DeviceCache *cache, AvuDeviceKind kind,
	void (*emit)(const DeviceLabel *label, void *data), void *data)
{
	size_t i = 0;
	json_t *entry = NULL;

	json_array_foreach(cache->entries, i, entry)
	{
		const DeviceLabel label = label_of(entry);

		if (is_of_kind(entry, kind)) {
			emit(&label, data);
		}
	}
}

static json_t *
entry_new(AvuDeviceKind kind, const DeviceLabel *label, const char *location)
{
	json_t *entry = json_object();

	(void)json_object_set_new(entry, "type", json_string(kind_names[kind]));
	(void)json_object_set_new(entry, "name", json_string(label->name));
	(void)json_object_set_new(entry, "udn", json_string(label->udn));
	(void)json_object_set_new(entry, "address", json_string(label->address));
	(void)json_object_set_new(entry, "location", json_string(location));
	if (label->mac != NULL) {
		(void)json_object_set_new(entry, "mac", json_string(label->mac));
	}
	return entry;
}

void
device_cache_learn(
	DeviceCache *cache, AvuDeviceKind kind, const DeviceLabel *label, const char *location)
{
	const json_t *before = find_entry(cache, AVU_DEVICE_OTHER, label->udn);
	DeviceLabel known = *label;

	/* a router between it and us hides the card now, not what was seen before */
	if (known.mac == NULL && before != NULL && text_of(before, "mac")[0] != '\0') {
		known.mac = text_of(before, "mac");
	}
	json_t *entry = entry_new(kind, &known, location);

	if (json_equal(json_array_get(cache->entries, 0), entry)) {
		json_decref(entry);
		return;
	}
	for (size_t i = json_array_size(cache->entries); i > 0; i--) {
		if (strcmp(text_of(json_array_get(cache->entries, i - 1), "udn"), label->udn) ==
			0) {
			(void)json_array_remove(cache->entries, i - 1);
		}
	}
	(void)json_array_insert_new(cache->entries, 0, entry);
	while (json_array_size(cache->entries) > ENTRIES_MAX) {
		(void)json_array_remove(cache->entries, ENTRIES_MAX);
	}
	cache->changed = true;
}

void
device_cache_save(DeviceCache *cache)
{
	g_autofree char *folder = g_path_get_dirname(cache->path);
	g_autoptr(GError) error = NULL;

	if (!cache->changed) {
		return;
	}
	char *text = json_dumps(cache->entries, JSON_INDENT(1));

	if (text != NULL && (!avu_directory_make(folder, &error) ||
				    !avu_file_replace(cache->path, text, strlen(text), &error))) {
		g_debug("%s, places of devices are not remembered", error->message);
	}
	free(text);
	cache->changed = false;
}
