/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl as the settings want it. Values go through the ramp to the engine; a slider sends
 * twenty a second, the disk gets one set. Main thread. */

#include "rendering.h"

#include <string.h>

#include <av-upnp/fd.h>
#include <av-upnp/loop.h>

#include "../engine/display.h"
#include "../local/television.h"
#include "ramp.h"
#include "store.h"
#include "volume-curve.h"

#define STORE_NAME "rendering"
#define STORE_BYTES_MAX (256u * 1024)
#define STORE_DELAY_NS (2 * AVU_NS_PER_S)
#define SOUND_VALUES (1u << AVU_VALUE_VOLUME | 1u << AVU_VALUE_MUTE | 1u << AVU_VALUE_LOUDNESS)

/* What the card does by itself, without touching a sample: of all channels together. */
#define CARD_VALUES (1u << AVU_VALUE_VOLUME | 1u << AVU_VALUE_MUTE)

struct Rendering {
	AvuStateDir *state;
	AvuRendering *service; /* NULL while it is being made */
	AvuEngine functions;   /* what the service drives: the ramp */
	Ramp *ramp;
	AvuTimer *timer;
	bool unwritten;
	AvuValues factory;
};

/* Which channels each word of the setting has. */
static const struct {
	const char *speakers;
	uint32_t channels;
} speaker_choices[] = {
	{ "mono", 1u << AVU_CHANNEL_MASTER },
	{ "stereo", 1u << AVU_CHANNEL_LF | 1u << AVU_CHANNEL_RF },
	{ "5.1", 1u << AVU_CHANNEL_LF | 1u << AVU_CHANNEL_RF | 1u << AVU_CHANNEL_CF |
			 1u << AVU_CHANNEL_LFE | 1u << AVU_CHANNEL_LS | 1u << AVU_CHANNEL_RS },
	{ "7.1", 1u << AVU_CHANNEL_LF | 1u << AVU_CHANNEL_RF | 1u << AVU_CHANNEL_CF |
			 1u << AVU_CHANNEL_LFE | 1u << AVU_CHANNEL_LS | 1u << AVU_CHANNEL_RS |
			 1u << AVU_CHANNEL_SL | 1u << AVU_CHANNEL_SR },
};

/* ---- what is kept */

static void
write_store(void *data)
{
	Rendering *self = data;
	g_autoptr(GError) error = NULL;

	if (!self->unwritten) {
		return;
	}
	g_autofree char *text = store_format(self->service, &self->factory);

	if (!avu_state_dir_store_text(self->state, STORE_NAME, text, &error)) {
		g_warning("volume, picture and presets are not kept: %s", error->message);
	}
	self->unwritten = false;
}

static void
on_changed(void *data)
{
	Rendering *self = data;

	self->unwritten = true;
	avu_timer_set(self->timer, STORE_DELAY_NS);
}

static void
load_store(const Rendering *self, Store *store)
{
	g_autofree char *path = avu_state_dir_build_path(self->state, STORE_NAME);
	g_autoptr(GBytes) bytes = avu_file_read(path, STORE_BYTES_MAX, NULL);
	size_t len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (text != NULL && !store_parse(store, text, len)) {
		g_warning("'%s' cannot be read: volume and picture begin anew", path);
	}
}

static void
add_presets(const Rendering *self, const Store *store)
{
	for (guint i = 0; i < store->presets->len; i++) {
		const StorePreset *preset = &g_array_index(store->presets, StorePreset, i);
		g_autoptr(GError) error = NULL;

		if (!avu_rendering_add_preset(
			    self->service, preset->name, &preset->values, &error)) {
			g_warning("%s", error->message);
		}
	}
}

/* ---- between service and engine */

static void
on_set(void *data, AvuValue value, AvuChannel channel, int32_t number)
{
	ramp_set(((Rendering *)data)->ramp, value, channel, number);
}

static void
on_reached(AvuChannel channel, int32_t volume_db, void *data)
{
	Rendering *self = data;

	avu_rendering_value_changed(self->service, AVU_VALUE_VOLUME, channel, volume_db);
}

void
rendering_value_changed(AvuValue value, AvuChannel channel, int32_t number, void *rendering)
{
	Rendering *self = rendering;

	if (value == AVU_VALUE_VOLUME) {
		ramp_follow(self->ramp, channel, number);
	}
	avu_rendering_value_changed(self->service, value, channel, number);
}

/* ---- what is offered */

bool
rendering_has_volume(const AvuSettings *settings)
{
	return !avu_settings_get_bool(settings, "BitPerfect") ||
	       avu_settings_get_bool(settings, "HardwareVolume") || television_has_volume(settings);
}

/* Without a screen there is no picture that could be brighter. */
static bool
has_picture(const AvuSettings *settings)
{
	return avu_settings_get_string(settings, "VideoSink") != NULL || display_is_there();
}

static uint32_t
list_values(const AvuSettings *settings)
{
	const bool picture = has_picture(settings);
	uint32_t values = 0;

	if (!avu_settings_get_bool(settings, "BitPerfect")) {
		values |= SOUND_VALUES;
	} else if (rendering_has_volume(settings)) {
		values |= CARD_VALUES;
	}
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		if (picture && avu_value_get_spec((AvuValue)v)->picture) {
			values |= 1u << v;
		}
	}
	return values;
}

static uint32_t
list_channels(const AvuSettings *settings)
{
	const char *speakers = avu_settings_get_bool(settings, "BitPerfect")
				       ? "mono"
				       : avu_settings_get_string(settings, "Speakers");

	for (size_t i = 0; i < G_N_ELEMENTS(speaker_choices); i++) {
		if (g_strcmp0(speakers, speaker_choices[i].speakers) == 0) {
			return speaker_choices[i].channels;
		}
	}
	return 0;
}

/* Master as the settings say; the channels as loud as it. */
static void
make_factory(AvuValues *factory, int32_t volume, int32_t top)
{
	avu_values_init(factory);
	for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
		factory->at[AVU_VALUE_VOLUME][c] = c == AVU_CHANNEL_MASTER ? MIN(volume, top) : top;
	}
}

Rendering *
rendering_new(AvuDeviceHost *host, const AvuSettings *settings, AvuStateDir *state, const char *udn,
	const AvuEngine *engine, void *engine_self)
{
	Rendering *self = g_new0(Rendering, 1);
	const unsigned top = (unsigned)avu_settings_get_int(settings, "MaxVolume");
	int16_t scale[VOLUME_POSITIONS];
	g_auto(Store) store;

	for (unsigned i = 0; i < VOLUME_POSITIONS; i++) {
		scale[i] = volume_curve_get(i);
	}
	self->state = state;
	self->timer = avu_timer_new(NULL, AVU_TIME_NONE, write_store, self);
	self->functions = (AvuEngine){ .set_value = on_set };
	self->ramp = ramp_new((unsigned)avu_settings_get_int(settings, "VolumeStep"), engine,
		engine_self, on_reached, self);
	make_factory(&self->factory, (int32_t)avu_settings_get_int(settings, "InitialVolume"),
		(int32_t)top);
	store_init(&store, &self->factory);
	load_store(self, &store);
	const AvuRenderingConfig config = {
		.version = (unsigned)avu_settings_get_int(settings, "UpnpVersion"),
		.udn = udn,
		.volume_db = scale,
		.n_positions = top + 1,
		.channels = list_channels(settings),
		.values = list_values(settings),
		.factory = &self->factory,
		.now = &store.now,
		.defaults = &store.defaults,
		.changed = on_changed,
		.data = self,
	};

	self->service = avu_rendering_new(host, &config, &self->functions, self);
	add_presets(self, &store);
	ramp_begin(self->ramp);
	return self;
}

Rendering *
rendering_new_instance(Rendering *first, unsigned id, const AvuSettings *settings,
	const AvuEngine *engine, void *engine_self)
{
	Rendering *self = g_new0(Rendering, 1);

	self->functions = (AvuEngine){ .set_value = on_set };
	self->ramp = ramp_new((unsigned)avu_settings_get_int(settings, "VolumeStep"), engine,
		engine_self, on_reached, self);
	self->service = avu_rendering_new_instance(first->service, id, &self->functions, self);
	ramp_begin(self->ramp);
	return self;
}

void
rendering_free(Rendering *self)
{
	if (self == NULL) {
		return;
	}
	write_store(self);
	avu_timer_free(self->timer);
	ramp_free(self->ramp);
	avu_rendering_free(self->service);
	g_free(self);
}

AvuRendering *
rendering_get_service(Rendering *self)
{
	return self->service;
}
