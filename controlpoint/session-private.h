/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by session.c, session-call.c and session-devices.c. */
#pragma once

#include <av-upnp/discovery.h>
#include <av-upnp/registry.h>

#include "address/answers.h"
#include "refusal.h"
#include "session.h"

struct Session {
	AvuSpawner *spawner;
	char **interfaces;
	int64_t timeout_ns;
	AvuAddressPolicy policy;
	AvuFetcher *description_fetcher; /* these three: NULL until they are needed */
	AvuFetcher *fetcher;
	AvuRegistry *registry;
	AvuInterfaceWatch *watch;
	AvuSupervisor *supervisor;
	AvuDiscovery *discovery;
	GArray *named_hosts; /* AvuAddress */
	GHashTable *named_locations;
	GHashTable *troubles; /* location → GError */
	Answers *answers;
	Announced *announced;                         /* NULL: not noted */
	int64_t searched_ns[AVU_DEVICE_RENDERER + 1]; /* per kind; AVU_TIME_NONE: never */
	int64_t heard_ns;                             /* of the last answer */
	int64_t settled_ns;                           /* AVU_TIME_NONE: not yet */
	void (*appeared)(AvuRemoteDevice *device, void *data);
	void (*vanished)(AvuRemoteDevice *device, void *data);
	void *listener_data;
	char *interface_trouble; /* latest sentence, or NULL */
	Refusal *refusal;        /* the last one, or NULL */
	bool interrupted;
};

/* Made when it is needed. */
AvuRegistry *session_get_registry(Session *session);
