/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/confine.h: what a link may still do once it is registered */
#pragma once

#include <av-upnp/base.h>

/** Datagrams on sockets it has or makes, memory, threads, time; no files, no connections, no exec.
 *  All threads. */
bool link_confine(GError **error);
