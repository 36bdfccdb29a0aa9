/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl over an engine: which actions there are follows from what the device can do; all that
 * get and set one value are the same two functions. Main context's thread. The check of arguments keeps
 * values in their range. @clause RenderingControl:3 2.4 */
#include "rendering-private.h"

#include <stdlib.h>
#include <string.h>

#include <av-upnp/error.h>

#define PREFIX_LEN 3 /* "Get", "Set" */

/* ---- values */

bool
rendering_has(const AvuRendering *self, AvuValue value, AvuChannel channel)
{
	const bool offered = (self->offered & (UINT32_C(1) << value)) != 0;

	return offered && (channel == AVU_CHANNEL_MASTER ||
				  (avu_value_get_spec(value)->channels &&
					  (self->channels & (UINT32_C(1) << channel)) != 0));
}

int32_t
rendering_get_max(const AvuRendering *self, AvuValue value)
{
	return value == AVU_VALUE_VOLUME ? (int32_t)self->n_positions - 1
					 : avu_value_get_spec(value)->max;
}

int32_t
rendering_find_position(const AvuRendering *self, int32_t volume_db)
{
	unsigned best = 0;

	for (unsigned i = 1; i < self->n_positions; i++) {
		if (abs(self->volume_db[i] - volume_db) < abs(self->volume_db[best] - volume_db)) {
			best = i;
		}
	}
	return (int32_t)best;
}

void
rendering_note_change(AvuRendering *self)
{
	if (self->changed != NULL) {
		self->changed(self->changed_data);
	}
}

/* But for the transforms. */
static void
tell_value(AvuRendering *self, AvuValue value, AvuChannel channel)
{
	const AvuValueSpec *spec = avu_value_get_spec(value);
	const int32_t number = self->values.at[value][channel];
	const char *name = spec->channels ? avu_channel_get_name(channel) : NULL;

	if (!spec->transform_only) {
		avu_variables_set_int(self->variables, self->instance, name, spec->name, number);
	}
	if (value == AVU_VALUE_VOLUME) {
		avu_variables_set_int(
			self->variables, self->instance, name, "VolumeDB", self->volume_db[number]);
	}
}

static void
tell(AvuRendering *self, AvuValue value, AvuChannel channel)
{
	avu_variables_begin(self->variables);
	tell_value(self, value, channel);
	rendering_tell_transforms(self);
	avu_variables_commit(self->variables);
}

/* A channel of its own can only make itself quieter than Master: its loudest position is 0 dB, although
 * one range is told for all. */
static int32_t
get_top_db(const AvuRendering *self, AvuChannel channel)
{
	return channel == AVU_CHANNEL_MASTER ? 0 : self->volume_db[self->n_positions - 1];
}

static void
tell_engine(const AvuRendering *self, AvuValue value, AvuChannel channel)
{
	int32_t number = self->values.at[value][channel];

	if (value == AVU_VALUE_VOLUME) {
		number = number == 0 ? AVU_VOLUME_SILENT
				     : self->volume_db[number] - get_top_db(self, channel);
	}
	self->engine->set_value(self->engine_self, value, channel, number);
}

/* Known before the engine has done it: it is what was asked for, and a change made elsewhere corrects
 * it. The engine may answer from within with what it makes of it. */
void
rendering_set(AvuRendering *self, AvuValue value, AvuChannel channel, int32_t number)
{
	RenderingWishes wishes = { .wanted = { 0 } };

	rendering_wish(&wishes, value, channel, number);
	rendering_set_wishes(self, &wishes);
}

void
rendering_wish(RenderingWishes *wishes, AvuValue value, AvuChannel channel, int32_t number)
{
	wishes->values.at[value][channel] = number;
	wishes->wanted[value] |= UINT32_C(1) << channel;
}

static bool
is_wanted(const RenderingWishes *wishes, unsigned value, unsigned channel)
{
	return (wishes->wanted[value] & (UINT32_C(1) << channel)) != 0;
}

void
rendering_set_wishes(AvuRendering *self, const RenderingWishes *wishes)
{
	avu_variables_begin(self->variables);
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if (is_wanted(wishes, v, c)) {
				self->values.at[v][c] = wishes->values.at[v][c];
				tell_value(self, (AvuValue)v, (AvuChannel)c);
			}
		}
	}
	rendering_tell_transforms(self);
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if (is_wanted(wishes, v, c)) {
				tell_engine(self, (AvuValue)v, (AvuChannel)c);
			}
		}
	}
	avu_variables_commit(self->variables);
	rendering_note_change(self);
}

void
rendering_set_all(AvuRendering *self, const AvuValues *values)
{
	RenderingWishes wishes = { .wanted = { 0 } };

	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if (rendering_has(self, (AvuValue)v, (AvuChannel)c)) {
				rendering_wish(&wishes, (AvuValue)v, (AvuChannel)c,
					CLAMP(values->at[v][c],
						avu_value_get_spec((AvuValue)v)->min,
						rendering_get_max(self, (AvuValue)v)));
			}
		}
	}
	rendering_set_wishes(self, &wishes);
}

void
avu_rendering_value_changed(AvuRendering *self, AvuValue value, AvuChannel channel, int32_t number)
{
	if (!rendering_has(self, value, channel)) {
		return;
	}
	if (value == AVU_VALUE_VOLUME) {
		number = number <= AVU_VOLUME_SILENT ? 0
						     : rendering_find_position(self,
							       number + get_top_db(self, channel));
	}
	if (self->values.at[value][channel] != number) {
		self->values.at[value][channel] = number;
		tell(self, value, channel);
		rendering_note_change(self);
	}
}

void
avu_rendering_set_value(AvuRendering *self, AvuValue value, AvuChannel channel, int32_t number)
{
	if (rendering_has(self, value, channel)) {
		rendering_set(self, value, channel, number);
	}
}

int32_t
avu_rendering_get_max(const AvuRendering *self, AvuValue value)
{
	return rendering_get_max(self, value);
}

const AvuValues *
avu_rendering_get_values(const AvuRendering *self)
{
	return &self->values;
}

const AvuValues *
avu_rendering_get_defaults(const AvuRendering *self)
{
	return &self->defaults;
}

/* ---- actions */

/* In version 1 a channel that is not there is a value out of the list; later it has its own code. */
static bool
find_channel(const AvuRendering *self, const AvuCall *call, AvuValue value, AvuChannel *ret_channel,
	GError **error)
{
	*ret_channel = AVU_CHANNEL_MASTER;
	if (!avu_value_get_spec(value)->channels ||
		(avu_channel_find(avu_call_string(call, "Channel"), ret_channel) &&
			rendering_has(self, value, *ret_channel))) {
		return true;
	}
	g_set_error(error, AVU_UPNP_ERROR,
		avu_call_get_version(call) == 1 ? AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE
						: RENDERING_INVALID_CHANNEL,
		"no channel '%.16s'", avu_call_string(call, "Channel"));
	return false;
}

/* "SetVolumeDB" → VOLUME; the rest of the name is the variable's. */
static AvuValue
value_of(const AvuCall *call)
{
	const char *name = avu_call_get_action(call)->name + PREFIX_LEN;
	AvuValue value = AVU_VALUE_VOLUME;

	(void)avu_value_find(name, &value);
	return value;
}

static bool
get_value(AvuRendering *self, AvuCall *call, GError **error)
{
	AvuChannel channel;

	/* The reply is the variable's present value. */
	return find_channel(self, call, value_of(call), &channel, error);
}

static bool
set_value(AvuRendering *self, AvuCall *call, GError **error)
{
	const AvuValue value = value_of(call);
	const AvuValueSpec *spec = avu_value_get_spec(value);
	g_autofree char *argument = g_strconcat("Desired", spec->name, NULL);
	AvuChannel channel;

	if (!find_channel(self, call, value, &channel, error)) {
		return false;
	}
	rendering_set(self, value, channel,
		spec->max == 1 ? avu_call_bool(call, argument) : avu_call_i4(call, argument));
	return true;
}

static bool
set_volume_db(AvuRendering *self, AvuCall *call, GError **error)
{
	AvuChannel channel;

	if (!find_channel(self, call, AVU_VALUE_VOLUME, &channel, error)) {
		return false;
	}
	rendering_set(self, AVU_VALUE_VOLUME, channel,
		rendering_find_position(self, avu_call_i4(call, "DesiredVolume")));
	return true;
}

static bool
get_volume_db_range(AvuRendering *self, AvuCall *call, GError **error)
{
	AvuChannel channel;

	if (!find_channel(self, call, AVU_VALUE_VOLUME, &channel, error)) {
		return false;
	}
	avu_call_reply_i4(call, "MinValue", self->volume_db[0]);
	avu_call_reply_i4(call, "MaxValue", self->volume_db[self->n_positions - 1]);
	return true;
}

static bool
get_variables(AvuRendering *self, AvuCall *call, GError **error)
{
	(void)self;
	(void)call;
	(void)error;
	return true;
}

static bool
select_preset(AvuRendering *self, AvuCall *call, GError **error)
{
	AvuValues room;
	const AvuValues *values =
		rendering_find_preset(self, avu_call_string(call, "PresetName"), &room);

	if (values == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, RENDERING_INVALID_NAME, "no such preset");
		return false;
	}
	rendering_set_all(self, values);
	return true;
}

static bool
set_transforms(AvuRendering *self, AvuCall *call, GError **error)
{
	return rendering_set_transforms(
		self, avu_call_string(call, "DesiredTransformValues"), false, error);
}

static bool
set_default_transforms(AvuRendering *self, AvuCall *call, GError **error)
{
	return rendering_set_transforms(
		self, avu_call_string(call, "DesiredDefaultTransformSettings"), true, error);
}

/* Those that are not simply a value's. */
static const struct {
	const char *action;
	bool (*apply)(AvuRendering *self, AvuCall *call, GError **error);
	bool without_instance;
	bool of_volume; /* only where that is offered */
} actions[] = {
	{ "ListPresets", get_variables, false, false },
	{ "SelectPreset", select_preset, false, false },
	{ "GetVolumeDB", get_value, false, true },
	{ "SetVolumeDB", set_volume_db, false, true },
	{ "GetVolumeDBRange", get_volume_db_range, false, true },
	{ "GetStateVariables", rendering_get_state, false, false },
	{ "SetStateVariables", rendering_set_state, false, false },
	{ "GetAllowedTransforms", get_variables, false, false },
	{ "GetTransforms", get_variables, false, false },
	{ "SetTransforms", set_transforms, false, false },
	{ "GetAllAvailableTransforms", get_variables, true, false },
	{ "GetAllowedDefaultTransforms", get_variables, true, false },
	{ "GetDefaultTransforms", get_variables, true, false },
	{ "SetDefaultTransforms", set_default_transforms, true, false },
};

static AvuRendering *
find_instance(AvuRendering *first, uint32_t instance)
{
	AvuRendering *found = first->instance == instance ? first : NULL;

	for (guint i = 0; found == NULL && i < first->others->len; i++) {
		AvuRendering *other = g_ptr_array_index(first->others, i);

		found = other->instance == instance ? other : NULL;
	}
	return found;
}

static bool
run(AvuCall *call, void *object, GError **error)
{
	const char *name = avu_call_get_action(call)->name;
	bool (*apply)(AvuRendering *, AvuCall *, GError **) =
		g_str_has_prefix(name, "Get") ? get_value : set_value;
	bool without_instance = false;

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].action, name) == 0) {
			apply = actions[i].apply;
			without_instance = actions[i].without_instance;
		}
	}
	AvuRendering *self =
		without_instance ? object : find_instance(object, avu_call_ui4(call, "InstanceID"));

	if (self == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, RENDERING_INVALID_INSTANCE, "no instance %u",
			avu_call_ui4(call, "InstanceID"));
		return false;
	}
	return apply(self, call, error);
}

/* ---- what is offered */

static void
add_binding(GArray *bindings, const char *action)
{
	const AvuBinding binding = { action, run };

	g_array_append_val(bindings, binding);
}

static GArray *
list_bindings(const AvuRendering *self)
{
	GArray *bindings = g_array_new(TRUE, TRUE, sizeof(AvuBinding));

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (!actions[i].of_volume ||
			rendering_has(self, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER)) {
			add_binding(bindings, actions[i].action);
		}
	}
	for (const AvuActionSpec *row = avu_service_rendering_control.actions; row->name != NULL;
		row++) {
		AvuValue value;

		if (avu_value_find(row->name + PREFIX_LEN, &value) &&
			rendering_has(self, value, AVU_CHANNEL_MASTER)) {
			add_binding(bindings, row->name);
		}
	}
	return bindings;
}

static void
narrow(const AvuRendering *self, AvuService *service)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
		if ((self->channels & (UINT32_C(1) << c)) != 0) {
			g_ptr_array_add(names, (void *)avu_channel_get_name((AvuChannel)c));
		}
	}
	g_ptr_array_add(names, NULL);
	avu_service_narrow(service, "A_ARG_TYPE_Channel", (const char *const *)names->pdata, 0, 0);
	if (rendering_has(self, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER)) {
		avu_service_narrow(service, "Volume", NULL, 0, self->n_positions - 1);
		avu_service_narrow(service, "VolumeDB", NULL, self->volume_db[0],
			self->volume_db[self->n_positions - 1]);
	}
}

static void
take_config(AvuRendering *self, const AvuRenderingConfig *config)
{
	self->version = config->version;
	self->udn = g_strdup(config->udn);
	self->volume_db =
		g_memdup2(config->volume_db, config->n_positions * sizeof(*config->volume_db));
	self->n_positions = config->n_positions;
	self->channels = config->channels | 1u << AVU_CHANNEL_MASTER;
	self->offered = config->values;
	self->factory = *config->factory;
	self->defaults = config->defaults != NULL ? *config->defaults : self->factory;
	self->values = self->factory;
}

AvuRendering *
avu_rendering_new(AvuDeviceHost *host, const AvuRenderingConfig *config, const AvuEngine *engine,
	void *engine_self)
{
	AvuRendering *self = g_new0(AvuRendering, 1);

	self->first = self;
	self->others = g_ptr_array_new();
	self->engine = engine;
	self->engine_self = engine_self;
	self->presets = g_ptr_array_new_with_free_func(rendering_preset_free);
	take_config(self, config);
	self->bindings = list_bindings(self);
	AvuService *service = avu_device_host_add_service(host, &avu_service_rendering_control,
		config->version, (const AvuBinding *)(void *)self->bindings->data,
		AVU_SERVICE_MAIN_THREAD, self);

	narrow(self, service);
	self->variables = avu_service_get_variables(service);
	rendering_tell_presets(self);
	rendering_tell_transform_ranges(self);
	rendering_tell_default_transforms(self);
	rendering_set_all(self, config->now != NULL ? config->now : config->factory);
	self->changed = config->changed;
	self->changed_data = config->data;
	return self;
}

AvuRendering *
avu_rendering_new_instance(
	AvuRendering *first, unsigned id, const AvuEngine *engine, void *engine_self)
{
	AvuRendering *self = g_new0(AvuRendering, 1);

	*self = *first; /* what is the first's stays borrowed */
	self->first = first;
	self->instance = id;
	self->others = NULL;
	self->engine = engine;
	self->engine_self = engine_self;
	self->changed = NULL;
	g_ptr_array_add(first->others, self);
	avu_variables_begin(self->variables);
	rendering_tell_presets(self);
	rendering_tell_transform_ranges(self);
	rendering_set_all(self, &self->factory);
	avu_variables_commit(self->variables);
	return self;
}

void
avu_rendering_free(AvuRendering *self)
{
	if (self == NULL) {
		return;
	}
	if (self != self->first) {
		(void)g_ptr_array_remove_fast(self->first->others, self);
		avu_variables_drop_instance(self->variables, self->instance);
		g_free(self);
		return;
	}
	g_ptr_array_unref(self->others);
	g_ptr_array_unref(self->presets);
	g_array_unref(self->bindings);
	g_free(self->volume_db);
	g_free(self->udn);
	g_free(self);
}
