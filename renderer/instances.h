/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/instances.h: what plays beside the first: for each prepared connection a transport, a rendering
 * control and a media process of their own */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/connection-manager.h>
#include <av-upnp/settings.h>

#include "engine/client.h"
#include "rendering/rendering.h"

G_BEGIN_DECLS

#define INSTANCES_MAX 8

typedef struct Instances Instances;

/* What the first is made of; all of it outlives the instances. */
typedef struct {
	AvuSupervisor *supervisor;
	const AvuSettings *settings;
	const AvuAddressPolicy *policy;
	AvuDeviceHost *host;
	EngineConfig engine;
	AvuTransportConfig transport;
	AvuTransport *first;
	Rendering *rendering;
} InstancesKit;

/** @param n  instances in all, the first among them; at most INSTANCES_MAX */
Instances *instances_new(const InstancesKit *kit, unsigned n);
/** Ends those that are left. */
void instances_free(Instances *instances);
/** For avu_connection_manager_set_instances(), self being the instances. */
const AvuInstances *instances_get_functions(void);

/** A sink as the operator wrote it, "%i" in it being the instance. @return NULL for NULL; g_free() it */
char *instances_dup_sink(const char *sink, unsigned instance);

G_END_DECLS
