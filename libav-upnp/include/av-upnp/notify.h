/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/notify.h: telling the service manager how we are */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Sends state, such as "READY=1\nSTATUS=3 interfaces" or "STOPPING=1", to the service manager that
 *  started us; without one ($NOTIFY_SOCKET unset), or when it does not listen, nothing happens.
 *  Never blocks. @param state  lines NAME=VALUE; no foreign text with line ends @thread any */
AVU_API void avu_notify(const char *state);

G_END_DECLS
