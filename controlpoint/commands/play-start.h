/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/play-start.h: making a renderer play one item, and seeing that it does. Main thread. */
#pragma once

#include "commands/command.h"
#include "item/play-item.h"

/** SetAVTransportURI. */
bool play_start_load(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, GError **error);
/** Play. */
bool play_start(Run *run, AvuRemoteDevice *renderer, GError **error);
/** Waits until it plays.
 *  @param loaded  the renderer has the item; else the daemon is about to give it one, and what it says
 *                 until then is of the past
 *  @return false with AVU_UPNP_ERROR 501 (it reports that it cannot), TIMEOUT */
bool play_start_await(Run *run, AvuRemoteDevice *renderer, bool loaded, GError **error);
