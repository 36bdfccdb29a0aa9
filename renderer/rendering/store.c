/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* {"now":{"Volume":{"Master":40},"Rotation":{"Master":90}},"defaults":{},"presets":[{"name":"Night",
 * "values":{}}]}: only what differs from FactoryDefaults is said, so that a file stays right when a
 * value is added. The file is read as foreign text. Pure. */

#include "store.h"

#include <stdlib.h>

#include <jansson.h>

void
store_init(Store *store, const AvuValues *factory)
{
	*store = (Store){ *factory, *factory, g_array_new(FALSE, FALSE, sizeof(StorePreset)) };
}

void
store_clear(Store *store)
{
	for (guint i = 0; store->presets != NULL && i < store->presets->len; i++) {
		g_free(g_array_index(store->presets, StorePreset, i).name);
	}
	g_clear_pointer(&store->presets, g_array_unref);
}

static void
read_values(const json_t *object, AvuValues *values)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		const AvuValueSpec *spec = avu_value_get_spec((AvuValue)v);
		const json_t *row = json_object_get(object, spec->name);

		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			const json_t *number =
				json_object_get(row, avu_channel_get_name((AvuChannel)c));
			json_int_t value = json_integer_value(number);

			if (json_is_integer(number) && value >= spec->min && value <= spec->max) {
				values->at[v][c] = (int32_t)value;
			}
		}
	}
}

static void
read_preset(Store *store, const json_t *object, const AvuValues *factory)
{
	const char *name = json_string_value(json_object_get(object, "name"));
	StorePreset preset = { NULL, *factory };

	if (name == NULL || store->presets->len >= AVU_PRESETS_MAX) {
		return;
	}
	preset.name = g_strdup(name);
	read_values(json_object_get(object, "values"), &preset.values);
	g_array_append_val(store->presets, preset);
}

bool
store_parse(Store *store, const char *text, size_t len)
{
	json_t *document = json_loadb(text, len, 0, NULL);
	const AvuValues factory = store->now;
	const json_t *preset;
	size_t i;

	if (!json_is_object(document)) {
		json_decref(document);
		return false;
	}
	read_values(json_object_get(document, "now"), &store->now);
	read_values(json_object_get(document, "defaults"), &store->defaults);
	json_array_foreach(json_object_get(document, "presets"), i, preset)
	{
		read_preset(store, preset, &factory);
	}
	json_decref(document);
	return true;
}

static json_t *
format_values(const AvuValues *values, const AvuValues *factory)
{
	json_t *object = json_object();

	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		json_t *row = json_object();

		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if (values->at[v][c] != factory->at[v][c]) {
				(void)json_object_set_new(row, avu_channel_get_name((AvuChannel)c),
					json_integer(values->at[v][c]));
			}
		}
		if (json_object_size(row) > 0) {
			(void)json_object_set(object, avu_value_get_spec((AvuValue)v)->name, row);
		}
		json_decref(row);
	}
	return object;
}

char *
store_format(const AvuRendering *rendering, const AvuValues *factory)
{
	json_t *presets = json_array();
	const char *name;
	const AvuValues *values;

	for (unsigned i = 0; avu_rendering_get_preset(rendering, i, &name, &values); i++) {
		(void)json_array_append_new(presets, json_pack("{s:s, s:o}", "name", name, "values",
							     format_values(values, factory)));
	}
	json_t *document = json_pack("{s:o, s:o, s:o}", "now",
		format_values(avu_rendering_get_values(rendering), factory), "defaults",
		format_values(avu_rendering_get_defaults(rendering), factory), "presets", presets);
	char *text = json_dumps(document, JSON_COMPACT);
	char *copy = g_strdup(text);

	free(text);
	json_decref(document);
	return copy;
}
