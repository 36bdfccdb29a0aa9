/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/service-name.h: a service of a device, named on the command line, and what the device says that
 * it can do. Main thread. */
#pragma once

#include <av-upnp/scpd.h>

#include "session.h"

typedef struct {
	const AvuServiceDescription *description; /* of the device */
	const AvuServiceSpec *spec; /* its own, or our table when it has none to read */
	AvuScpd *scpd;
} NamedService;

void named_service_clear(NamedService *service);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NamedService, named_service_clear)

/** @param name  "AVTransport", the last part of a type or id, in any case
 *  @return false with UNSUPPORTED or, for a name that no standard has, USAGE (lists those there are), or why its description cannot be had */
bool service_name_find(Session *session, const AvuRemoteDevice *device, const char *name,
	NamedService *ret_service, GError **error);
