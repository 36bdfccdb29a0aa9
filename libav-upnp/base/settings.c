/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/settings.c: the values of one program's settings and where they come from.
 *
 * Flags are read before the file (which a flag may name), so each value remembers its origin and
 * gives way only to an equal or higher one. Used on the main thread before others start. */
#include <string.h>

#include <av-upnp/data-dir.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/keyfile.h>
#include <av-upnp/text.h>

#include "settings-private.h"

AvuSettings *
avu_settings_new(const char *program, const AvuSettingSpec *specs)
{
	AvuSettings *settings = g_new0(AvuSettings, 1);

	settings->program = g_strdup(program);
	settings->specs = specs;
	while (specs[settings->n_specs].key != NULL) {
		settings->n_specs++;
	}
	settings->values = g_new0(AvuSettingValue, settings->n_specs);
	for (size_t i = 0; i < settings->n_specs; i++) {
		static const char *const empty[] = {
			[AVU_SETTING_BOOL] = "no",
			[AVU_SETTING_INT] = "0",
			[AVU_SETTING_DURATION] = "0",
			[AVU_SETTING_LIST] = "",
		};
		const char *text =
			specs[i].fallback != NULL ? specs[i].fallback : empty[specs[i].type];
		g_autoptr(GError) error = NULL;

		/* Without a default a number is 0 even where nobody may ask for 0. */
		if (specs[i].fallback == NULL && text != NULL) {
			AvuSettingSpec any = { .type = specs[i].type };

			(void)avu_setting_parse(&any, text, NULL, &settings->values[i], NULL);
		} else if (text != NULL && !avu_setting_parse(&specs[i], text, NULL,
						   &settings->values[i], &error)) {
			g_critical("default of %s: %s", specs[i].key, error->message);
		}
	}
	return settings;
}

void
avu_settings_free(AvuSettings *settings)
{
	if (settings == NULL) {
		return;
	}
	for (size_t i = 0; i < settings->n_specs; i++) {
		avu_setting_value_clear(&settings->values[i]);
	}
	g_free(settings->values);
	g_free(settings->program);
	g_free(settings);
}

bool
avu_settings_set(AvuSettings *settings, size_t at, AvuSettingOrigin origin, const char *text,
	const char *folder, GError **error)
{
	AvuSettingValue *value = &settings->values[at];
	AvuSettingValue parsed;

	if (!avu_setting_parse(&settings->specs[at], text, folder, &parsed, error)) {
		return false;
	}
	if (origin < value->origin) {
		avu_setting_value_clear(&parsed); /* checked all the same */
		return true;
	}
	if (settings->specs[at].type == AVU_SETTING_LIST && origin == value->origin) {
		g_ptr_array_set_size(value->list, (gint)value->list->len - 1); /* its NULL */
		g_ptr_array_extend_and_steal(value->list, g_steal_pointer(&parsed.list));
		return true;
	}
	parsed.origin = origin;
	parsed.line = value->line;
	avu_setting_value_clear(value);
	*value = parsed;
	return true;
}

/* ---- the file */

typedef struct {
	AvuSettings *settings;
	char *folder; /* of the file: its relative paths start here */
} Loading;

/* @return "what "word"", with the nearest of list where there is one */
static char *
unknown(const char *what, const char *word, const GPtrArray *list)
{
	g_autofree char *shown = avu_text_for_display(word, 80);
	const char *nearest = avu_text_nearest(word, (const char *const *)list->pdata);

	return nearest != NULL ? g_strdup_printf("unknown %s \"%s\", did you mean \"%s\"?", what,
					 shown, nearest)
			       : g_strdup_printf("unknown %s \"%s\"", what, shown);
}

static bool
refuse_entry(const AvuSettings *settings, const AvuKeyfileEntry *entry, GError **error)
{
	g_autoptr(GPtrArray) sections = g_ptr_array_new();
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autofree char *text = NULL;
	bool known_section = false;

	for (size_t i = 0; i < settings->n_specs; i++) {
		const AvuSettingSpec *spec = &settings->specs[i];

		if (spec->section == NULL) {
			continue;
		}
		known_section |= strcmp(spec->section, entry->section) == 0;
		g_ptr_array_add(sections, (gpointer)spec->section);
		g_ptr_array_add(keys, (gpointer)spec->key);
		if (strcmp(spec->key, entry->key) == 0) {
			text = g_strdup_printf(
				"key \"%s\" belongs to section [%s]", spec->key, spec->section);
		}
	}
	g_ptr_array_add(sections, NULL);
	g_ptr_array_add(keys, NULL);
	if (!known_section) {
		g_free(text);
		text = unknown("section", entry->section, sections);
		return avu_keyfile_refuse(&entry->section_place, error, "%s", text);
	}
	if (text == NULL) {
		text = unknown("key", entry->key, keys);
	}
	return avu_keyfile_refuse(&entry->key_place, error, "%s", text);
}

static bool
load_entry(const AvuKeyfileEntry *entry, void *user_data, GError **error)
{
	Loading *loading = user_data;
	AvuSettings *settings = loading->settings;
	g_autoptr(GError) why = NULL;
	size_t at = 0;

	while (at < settings->n_specs &&
		(settings->specs[at].section == NULL ||
			strcmp(settings->specs[at].section, entry->section) != 0 ||
			strcmp(settings->specs[at].key, entry->key) != 0)) {
		at++;
	}
	if (at == settings->n_specs) {
		return refuse_entry(settings, entry, error);
	}

	AvuSettingValue *value = &settings->values[at];

	if (value->line != 0 && settings->specs[at].type != AVU_SETTING_LIST) {
		return avu_keyfile_refuse(&entry->key_place, error,
			"key \"%s\" stands in line %u already", entry->key, value->line);
	}
	if (!avu_settings_set(
		    settings, at, SETTING_FROM_FILE, entry->value, loading->folder, &why)) {
		return avu_keyfile_refuse(
			&entry->value_place, error, "%s: %s", entry->key, why->message);
	}
	value->line = entry->key_place.line;
	return true;
}

bool
avu_settings_load(AvuSettings *settings, const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = avu_file_read(path, AVU_KEYFILE_MAX, error);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);
	Loading loading = { settings, folder };
	gsize len;

	if (bytes == NULL) {
		g_prefix_error(error, "configuration ");
		return false;
	}

	const char *text = g_bytes_get_data(bytes, &len);

	return avu_keyfile_parse(path, text != NULL ? text : "", len, load_entry, &loading, error);
}

bool
avu_settings_load_default(AvuSettings *settings, GError **error)
{
	g_autofree char *name = g_strconcat(settings->program, ".conf", NULL);
	g_auto(GStrv) places = avu_dup_config_paths(name);

	for (size_t i = 0; places[i] != NULL; i++) {
		g_autoptr(GError) why = NULL;

		if (avu_settings_load(settings, places[i], &why)) {
			return true;
		}
		if (!g_error_matches(why, AVU_ERROR, AVU_ERROR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	return true;
}

/* ---- reading values */

static const AvuSettingValue *
get_value(const AvuSettings *settings, const char *key)
{
	for (size_t i = 0; i < settings->n_specs; i++) {
		if (strcmp(settings->specs[i].key, key) == 0) {
			return &settings->values[i];
		}
	}
	return NULL;
}

const char *
avu_settings_get_string(const AvuSettings *settings, const char *key)
{
	const AvuSettingValue *value = get_value(settings, key);

	g_return_val_if_fail(value != NULL, NULL);
	return value->text;
}

bool
avu_settings_get_bool(const AvuSettings *settings, const char *key)
{
	return avu_settings_get_int(settings, key) != 0;
}

int64_t
avu_settings_get_int(const AvuSettings *settings, const char *key)
{
	const AvuSettingValue *value = get_value(settings, key);

	g_return_val_if_fail(value != NULL, 0);
	return value->number;
}

const char *const *
avu_settings_get_list(const AvuSettings *settings, const char *key)
{
	const AvuSettingValue *value = get_value(settings, key);

	g_return_val_if_fail(value != NULL && value->list != NULL, NULL);
	return (const char *const *)value->list->pdata;
}

bool
avu_settings_is_set(const AvuSettings *settings, const char *key)
{
	const AvuSettingValue *value = get_value(settings, key);

	g_return_val_if_fail(value != NULL, false);
	return value->origin != SETTING_FROM_DEFAULT;
}
