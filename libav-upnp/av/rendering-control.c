/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl over an engine: volume, mute and the presets of one instance and one channel.
 * Main context's thread. Volume is 0 to 100, as the service table says; the check of arguments keeps
 * it there. @clause RenderingControl:1 2.4 */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/rendering-control.h>

#define NO_PRESET 701
#define NO_INSTANCE 702
#define CHANNEL "Master"
#define PRESET "FactoryDefaults"
#define VOLUME_MAX 100

struct AvuRendering {
	const AvuEngine *engine;
	void *engine_self;
	AvuVariables *variables;
	unsigned factory_volume;
};

/* Known before the engine says so: it is what was asked for, and a change made elsewhere corrects
 * it. */
static void
tell(AvuRendering *self, unsigned percent, bool mute)
{
	avu_variables_begin(self->variables);
	avu_variables_set_int(self->variables, 0, CHANNEL, "Volume", MIN(percent, VOLUME_MAX));
	avu_variables_set_int(self->variables, 0, CHANNEL, "Mute", mute);
	avu_variables_commit(self->variables);
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
set_volume(AvuRendering *self, AvuCall *call, GError **error)
{
	const unsigned percent = avu_call_ui4(call, "DesiredVolume");

	(void)error;
	self->engine->set_volume(self->engine_self, percent);
	avu_variables_set_int(self->variables, 0, CHANNEL, "Volume", percent);
	return true;
}

static bool
set_mute(AvuRendering *self, AvuCall *call, GError **error)
{
	const bool mute = avu_call_bool(call, "DesiredMute");

	(void)error;
	self->engine->set_mute(self->engine_self, mute);
	avu_variables_set_int(self->variables, 0, CHANNEL, "Mute", mute);
	return true;
}

static bool
select_preset(AvuRendering *self, AvuCall *call, GError **error)
{
	if (strcmp(avu_call_string(call, "PresetName"), PRESET) != 0) {
		g_set_error(error, AVU_UPNP_ERROR, NO_PRESET, "no such preset");
		return false;
	}
	self->engine->set_volume(self->engine_self, self->factory_volume);
	self->engine->set_mute(self->engine_self, false);
	tell(self, self->factory_volume, false);
	return true;
}

static const struct {
	const char *action;
	bool (*apply)(AvuRendering *self, AvuCall *call, GError **error);
} actions[] = {
	{ "ListPresets", get_variables },
	{ "SelectPreset", select_preset },
	{ "GetVolume", get_variables },
	{ "SetVolume", set_volume },
	{ "GetMute", get_variables },
	{ "SetMute", set_mute },
};

static bool
run(AvuCall *call, void *object, GError **error)
{
	const uint32_t instance = avu_call_ui4(call, "InstanceID");

	if (instance != 0) {
		g_set_error(error, AVU_UPNP_ERROR, NO_INSTANCE, "no instance %u", instance);
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].action, avu_call_get_action(call)->name) == 0) {
			return actions[i].apply(object, call, error);
		}
	}
	g_assert_not_reached();
}

static const AvuBinding bindings[] = {
	{ "ListPresets", run },
	{ "SelectPreset", run },
	{ "GetVolume", run },
	{ "SetVolume", run },
	{ "GetMute", run },
	{ "SetMute", run },
	{ NULL, NULL },
};

static const char *const channels[] = { CHANNEL, NULL };
static const char *const presets[] = { PRESET, NULL };

AvuRendering *
avu_rendering_new(
	AvuDeviceHost *host, const AvuEngine *engine, void *engine_self, unsigned volume_percent)
{
	AvuRendering *self = g_new0(AvuRendering, 1);

	self->engine = engine;
	self->engine_self = engine_self;
	self->factory_volume = MIN(volume_percent, VOLUME_MAX);
	AvuService *service = avu_device_host_add_service(
		host, &avu_service_rendering_control, 1, bindings, AVU_SERVICE_MAIN_THREAD, self);

	avu_service_narrow(service, "A_ARG_TYPE_Channel", channels, 0, 0);
	avu_service_narrow(service, "A_ARG_TYPE_PresetName", presets, 0, 0);
	self->variables = avu_service_get_variables(service);
	avu_variables_begin(self->variables);
	avu_variables_set(self->variables, 0, NULL, "PresetNameList", PRESET);
	tell(self, self->factory_volume, false);
	avu_variables_commit(self->variables);
	self->engine->set_volume(engine_self, self->factory_volume);
	return self;
}

void
avu_rendering_free(AvuRendering *self)
{
	g_free(self);
}

void
avu_rendering_volume_changed(AvuRendering *self, unsigned percent, bool mute)
{
	tell(self, percent, mute);
}
