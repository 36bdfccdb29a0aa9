/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/play-start.h: making a renderer play one item, and seeing that it does. Main thread. */
#pragma once

#include "commands/command.h"
#include "commands/play-verdict.h"
#include "item/play-item.h"

/** SetAVTransportURI. */
bool play_start_load(Run *run, AvuRemoteDevice *renderer, const PlayItem *item, GError **error);
/** Play. @param ret_ordered_ns  when it was sent; also set when it fails */
bool play_start(Run *run, AvuRemoteDevice *renderer, int64_t *ret_ordered_ns, GError **error);
/** Waits until it plays, has played, or will not; for a while only.
 *  @param duration_ns  of the item; AVU_TIME_NONE: the renderer may know
 *  @param ret_verdict  PLAYING, OVER or STOPPED
 *  @return false with AVU_UPNP_ERROR 501 (it reports that it cannot), TIMEOUT */
bool play_start_await(Run *run, AvuRemoteDevice *renderer, int64_t ordered_ns, int64_t duration_ns,
	PlayVerdict *ret_verdict, GError **error);
/** The same of what the daemon was told to play.
 *  @return false with AVU_UPNP_ERROR 501 (none of it can be played), TIMEOUT, UNREACHABLE (the daemon) */
bool play_start_await_queue(
	Run *run, AvuRemoteDevice *renderer, PlayVerdict *ret_verdict, GError **error);
