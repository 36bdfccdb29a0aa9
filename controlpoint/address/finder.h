/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/finder.h: devices named on the command line, found on the network */
#pragma once

#include "session.h"

/** Starts looking for the device, so that finding another one meanwhile costs no time of its own.
 *  @param wanted  as for finder_find() */
bool finder_prepare(Session *session, AvuDeviceKind kind, const char *wanted, GError **error);

/** The device that wanted means. A whole name, UDN or address is taken as soon as it answers; for
 *  a fragment, or none, everybody gets the time to answer, since two might fit.
 *  @param wanted  name, fragment, UDN, address, description URL; NULL: the only one there is
 *  @return avu_remote_device_unref() it; NULL with NOT_FOUND, AMBIGUOUS, UNREACHABLE, TIMEOUT … */
AvuRemoteDevice *finder_find(
	Session *session, AvuDeviceKind kind, const char *wanted, GError **error);

/** The same; one that is known and does not answer is woken and waited for. */
AvuRemoteDevice *finder_find_awake(
	Session *session, AvuDeviceKind kind, const char *wanted, GError **error);
/** Number of its network card, from when it was seen. @return g_free() it; NULL: not known */
char *finder_find_mac(AvuDeviceKind kind, const char *wanted);

/** Everybody who answers in time; searches for servers and renderers.
 *  @param kind  OTHER: both
 *  @return array of AvuRemoteDevice*, by name; NULL with UNREACHABLE (no network) */
GPtrArray *finder_list(Session *session, AvuDeviceKind kind, GError **error);
