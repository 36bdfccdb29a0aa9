/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-pump.h: what a channel brings into a pipe, of which a worker reads; what the worker makes into a channel */
#pragma once

#include "mediaserver/live/live-feeds.h"

G_BEGIN_DECLS

/* A thread that waits for the station, and for room in the pipe. */
typedef struct LivePump LivePump;

/** @param listener  of the channel; outlives the pump  @param ret_fd  the end that is read from; the caller's
 *  @return NULL with BUSY */
LivePump *live_pump_new(LiveListener *listener, int *ret_fd, GError **error);
/** Waits for the thread, which ends when its listener does; who reads from the pipe has been told to end. Accepts NULL. */
void live_pump_free(LivePump *pump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LivePump, live_pump_free)

/** Passes on what is made, until it ends or nobody listens; opens the channel with its first octets, LIVE_CONVERT_NS from
 *  now at the latest. @param describe  of these octets: what they are
 *  @return false with TIMEOUT or UNSUPPORTED: it did not begin, or did not end well */
bool live_pass_on(LiveChannel *channel, Conversion *conversion,
	LiveFormat (*describe)(const char *octets, size_t len, const void *data), const void *data,
	GError **error);

G_END_DECLS
