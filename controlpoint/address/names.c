/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* {aliases: {name: udn}, renderer: udn, server: udn}. A file above FILE_BYTES_MAX is not ours and is not
 * read. Main thread. */
#include "address/names.h"

#include <string.h>

#include <jansson.h>

#include <av-upnp/address.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#define ALIASES_MAX 256
#define ALIAS_BYTES 64
#define FILE_BYTES_MAX (256 * 1024)

struct Names {
	char *path;
	json_t *root;
};

static const char *const kind_keys[] = {
	[AVU_DEVICE_OTHER] = NULL,
	[AVU_DEVICE_SERVER] = "server",
	[AVU_DEVICE_RENDERER] = "renderer",
};

Names *
names_load(const char *path)
{
	Names *names = g_new0(Names, 1);

	names->path = path != NULL ? g_strdup(path)
				   : g_build_filename(
					     g_get_user_config_dir(), "av-upnp", "avcp.json", NULL);
	g_autoptr(GBytes) text = avu_file_read(names->path, FILE_BYTES_MAX, NULL);

	if (text != NULL) {
		names->root =
			json_loadb(g_bytes_get_data(text, NULL), g_bytes_get_size(text), 0, NULL);
	}
	if (!json_is_object(names->root)) {
		json_decref(names->root);
		names->root = json_object();
	}
	if (!json_is_object(json_object_get(names->root, "aliases"))) {
		(void)json_object_set_new(names->root, "aliases", json_object());
	}
	return names;
}

void
names_free(Names *names)
{
	if (names != NULL) {
		json_decref(names->root);
		g_free(names->path);
		g_free(names);
	}
}

bool
names_save(Names *names, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(names->path);
	char *text = json_dumps(names->root, JSON_INDENT(2) | JSON_SORT_KEYS);
	const bool good = avu_directory_make(folder, error) &&
			  avu_file_replace(names->path, text, strlen(text), error);

	free(text);
	return good;
}

static json_t *
aliases_of(const Names *names)
{
	return json_object_get(names->root, "aliases");
}

const char *
names_find(const Names *names, const char *alias)
{
	g_autofree char *fold = avu_text_fold(alias);
	const char *key;
	json_t *udn;

	json_object_foreach(aliases_of(names), key, udn)
	{
		g_autofree char *other = avu_text_fold(key);

		if (strcmp(fold, other) == 0) {
			return json_string_value(udn);
		}
	}
	return NULL;
}

/* A name that means something already would hide it. */
static bool
check_alias(const char *alias, GError **error)
{
	AvuAddress address;

	if (alias[0] != '\0' && strlen(alias) <= ALIAS_BYTES && strchr(alias, ':') == NULL &&
		strchr(alias, '/') == NULL && g_utf8_validate(alias, -1, NULL) &&
		!avu_address_parse(alias, &address)) {
		return true;
	}
	g_autofree char *shown = avu_text_for_display(alias, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"'%s' is no name for a device: at most %d octets, no colon, no slash, no address",
		shown, ALIAS_BYTES);
	return false;
}

bool
names_set(Names *names, const char *alias, const char *udn, GError **error)
{
	g_autofree char *fold = avu_text_fold(alias);
	const char *key;
	json_t *value;
	void *next;

	if (!check_alias(alias, error)) {
		return false;
	}
	json_object_foreach_safe(aliases_of(names), next, key, value)
	{
		g_autofree char *other = avu_text_fold(key);

		if (strcmp(fold, other) == 0) {
			(void)json_object_del(aliases_of(names), key);
		}
	}
	if (udn == NULL) {
		return true;
	}
	if (json_object_size(aliases_of(names)) >= ALIASES_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "there are %d names already",
			ALIASES_MAX);
		return false;
	}
	return json_object_set_new(aliases_of(names), alias, json_string(udn)) == 0;
}

void
names_each(const Names *names, void (*emit)(const char *alias, const char *udn, void *data),
	void *data)
{
	const char *key;
	json_t *udn;

	json_object_foreach(aliases_of(names), key, udn)
	{
		if (json_is_string(udn)) {
			emit(key, json_string_value(udn), data);
		}
	}
}

const char *
names_get_default(const Names *names, AvuDeviceKind kind)
{
	const char *key = kind_keys[kind];

	return key != NULL ? json_string_value(json_object_get(names->root, key)) : NULL;
}

void
names_set_default(Names *names, AvuDeviceKind kind, const char *udn)
{
	if (udn != NULL) {
		(void)json_object_set_new(names->root, kind_keys[kind], json_string(udn));
	} else {
		(void)json_object_del(names->root, kind_keys[kind]);
	}
}

char *
names_resolve(const Names *names, AvuDeviceKind kind, const char *word)
{
	const char *udn = word != NULL ? names_find(names, word) : names_get_default(names, kind);

	return g_strdup(udn != NULL ? udn : word);
}
