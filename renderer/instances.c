/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instances come and go with PrepareForConnection and ConnectionComplete. The first is the app's: it has
 * the screen, the card's mixer, and what is kept over a restart. Main thread. */

#include "instances.h"

#include <string.h>

#include <av-upnp/error.h>

typedef struct {
	EngineClient *engine;
	AvuTransport *transport;
	Rendering *rendering;
} Instance;

struct Instances {
	InstancesKit kit;
	unsigned n;                   /* the first among them */
	Instance *all[INSTANCES_MAX]; /* by InstanceID; NULL: free, as is the first */
};

char *
instances_dup_sink(const char *sink, unsigned instance)
{
	if (sink == NULL) {
		return NULL;
	}
	g_auto(GStrv) parts = g_strsplit(sink, "%i", -1);
	g_autofree char *digits = g_strdup_printf("%u", instance);

	return g_strjoinv(digits, parts);
}

static void
instance_free(Instance *instance)
{
	avu_transport_free(instance->transport);
	rendering_free(instance->rendering);
	engine_client_free(instance->engine);
	g_free(instance);
}

static EngineClient *
make_engine(const Instances *self, unsigned id)
{
	g_autofree char *audio = instances_dup_sink(self->kit.engine.audio_sink, id);
	g_autofree char *video = instances_dup_sink(self->kit.engine.video_sink, id);
	EngineConfig config = self->kit.engine;

	config.audio_sink = audio;
	config.video_sink = video;
	config.mixer_card = NULL;
	config.mixer_control = NULL;
	config.screen_name = NULL;
	config.media_idle_ns = 0;
	config.refused = NULL;
	return engine_client_new(self->kit.supervisor, &config, self->kit.policy);
}

static unsigned
open_instance(void *data, GError **error)
{
	Instances *self = data;
	const AvuEngine *functions = engine_client_get_functions();
	unsigned id = 1;

	while (id < self->n && self->all[id] != NULL) {
		id++;
	}
	if (id == self->n) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_LIMIT, "all %u instances are in use", self->n);
		return 0;
	}
	EngineClient *engine = make_engine(self, id);
	Instance *instance = g_new0(Instance, 1);
	AvuTransportConfig config = self->kit.transport;

	config.engine_self = engine;
	config.changed = NULL;
	instance->engine = engine;
	instance->transport = avu_transport_new_instance(self->kit.first, id, &config);
	instance->rendering = rendering_new_instance(
		self->kit.rendering, id, self->kit.settings, functions, engine);
	const EngineEvents events = {
		.transport = avu_transport_get_listener(),
		.transport_data = instance->transport,
		.value_changed = rendering_value_changed,
		.value_data = instance->rendering,
	};

	engine_client_set_events(engine, &events);
	self->all[id] = instance;
	return id;
}

static void
close_instance(unsigned id, void *data)
{
	Instances *self = data;

	if (id < self->n && self->all[id] != NULL) {
		instance_free(g_steal_pointer(&self->all[id]));
	}
}

static bool
is_busy(unsigned id, void *data)
{
	const Instances *self = data;
	AvuService *service = avu_device_host_find_service(self->kit.host, "AVTransport");
	g_autofree char *state =
		avu_variables_dup(avu_service_get_variables(service), id, NULL, "TransportState");

	return strcmp(state, "STOPPED") != 0 && strcmp(state, "NO_MEDIA_PRESENT") != 0;
}

const AvuInstances *
instances_get_functions(void)
{
	static const AvuInstances functions = {
		.open = open_instance,
		.close = close_instance,
		.is_busy = is_busy,
	};

	return &functions;
}

Instances *
instances_new(const InstancesKit *kit, unsigned n)
{
	Instances *self = g_new0(Instances, 1);

	self->kit = *kit;
	self->n = MIN(n, INSTANCES_MAX);
	return self;
}

void
instances_free(Instances *self)
{
	if (self == NULL) {
		return;
	}
	for (unsigned id = 0; id < self->n; id++) {
		close_instance(id, self);
	}
	g_free(self);
}
