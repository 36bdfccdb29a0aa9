/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* refusal.h: an action that a device refused, and what the device would allow instead */
#pragma once

#include <av-upnp/remote-device.h>

#include "session.h"

typedef struct Refusal Refusal;

/** @param arguments  as for session_call()  @param error  the device's own  */
Refusal *refusal_new(AvuRemoteDevice *device, const AvuServiceSpec *service, const char *action,
	const char *const *arguments, const GError *error);
void refusal_free(Refusal *refusal);

/** Asks the device that refused last what it allows now, and adds that to the error if it is that refusal's;
 *  nothing when the device does not tell within two seconds. */
void refusal_explain(Session *session, GError *error);
