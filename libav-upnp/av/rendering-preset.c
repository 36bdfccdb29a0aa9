/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Presets: a set of all values under a name. FactoryDefaults is always there and never another;
 * InstallationDefaults is FactoryDefaults with the present default transforms until somebody says
 * otherwise; the rest are the user's. @clause RenderingControl:3 2.2.2, 2.4.2 */
#include <string.h>

#include <av-upnp/error.h>

#include "rendering-private.h"

void
rendering_preset_free(void *data)
{
	RenderingPreset *preset = data;

	g_free(preset->name);
	g_free(preset);
}

static RenderingPreset *
find_added(const AvuRendering *self, const char *name)
{
	for (guint i = 0; i < self->presets->len; i++) {
		RenderingPreset *preset = g_ptr_array_index(self->presets, i);

		if (strcmp(preset->name, name) == 0) {
			return preset;
		}
	}
	return NULL;
}

const AvuValues *
rendering_find_preset(const AvuRendering *self, const char *name, AvuValues *room)
{
	const RenderingPreset *preset = find_added(self, name);

	if (preset != NULL) {
		return &preset->values;
	}
	*room = self->factory;
	if (strcmp(name, AVU_PRESET_FACTORY) == 0) {
		return room;
	}
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		if (avu_value_get_spec((AvuValue)v)->transform_only) {
			memcpy(room->at[v], self->first->defaults.at[v], sizeof(room->at[v]));
		}
	}
	return strcmp(name, AVU_PRESET_INSTALLATION) == 0 ? room : NULL;
}

void
rendering_tell_presets(AvuRendering *self)
{
	g_autoptr(GString) names = g_string_new(AVU_PRESET_FACTORY "," AVU_PRESET_INSTALLATION);

	for (guint i = 0; i < self->presets->len; i++) {
		const RenderingPreset *preset = g_ptr_array_index(self->presets, i);

		if (strcmp(preset->name, AVU_PRESET_INSTALLATION) != 0) {
			g_string_append_printf(names, ",%s", preset->name);
		}
	}
	avu_variables_set(self->variables, self->instance, NULL, "PresetNameList", names->str);
	for (guint i = 0; self->others != NULL && i < self->others->len; i++) {
		rendering_tell_presets(g_ptr_array_index(self->others, i));
	}
}

static bool
is_good_name(const char *name)
{
	for (const char *p = name; *p != '\0'; p++) {
		if (g_ascii_iscntrl(*p) || strchr(",\\\"", *p) != NULL) {
			return false;
		}
	}
	return *name != '\0' && strlen(name) <= AVU_PRESET_NAME_MAX &&
	       g_utf8_validate(name, -1, NULL) && strcmp(name, AVU_PRESET_FACTORY) != 0;
}

bool
avu_rendering_add_preset(
	AvuRendering *self, const char *name, const AvuValues *values, GError **error)
{
	RenderingPreset *preset = find_added(self, name);

	if (!is_good_name(name)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"a preset cannot be called '%.*s': at most %d octets, no comma, "
			"not " AVU_PRESET_FACTORY,
			AVU_PRESET_NAME_MAX, name, AVU_PRESET_NAME_MAX);
		return false;
	}
	if (preset == NULL && self->presets->len >= AVU_PRESETS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"there are %d presets already: delete one first", AVU_PRESETS_MAX);
		return false;
	}
	if (preset == NULL) {
		preset = g_new0(RenderingPreset, 1);
		preset->name = g_strdup(name);
		g_ptr_array_add(self->presets, preset);
	}
	preset->values = *values;
	rendering_tell_presets(self);
	rendering_note_change(self);
	return true;
}

bool
avu_rendering_remove_preset(AvuRendering *self, const char *name)
{
	RenderingPreset *preset = find_added(self, name);

	if (preset == NULL) {
		return false;
	}
	(void)g_ptr_array_remove(self->presets, preset);
	rendering_tell_presets(self);
	rendering_note_change(self);
	return true;
}

bool
avu_rendering_get_preset(const AvuRendering *self, unsigned index, const char **ret_name,
	const AvuValues **ret_values)
{
	if (index >= self->presets->len) {
		return false;
	}
	const RenderingPreset *preset = g_ptr_array_index(self->presets, index);

	*ret_name = preset->name;
	*ret_values = &preset->values;
	return true;
}
