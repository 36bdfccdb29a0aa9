/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/queue-deeds.h: orders to the daemon that several verbs give */
#pragma once

#include <jansson.h>

#include "commands/command.h"

/** Adds entries, as many per packet as fit. @param at  position, -1: at the end  @return false with the
 *  errors of queue_ask() */
bool queue_add(const AvuRemoteDevice *renderer, const json_t *entries, int64_t at, GError **error);
/** @return false with the errors of queue_ask() */
bool queue_order(const AvuRemoteDevice *renderer, const char *order, GError **error);
/** Entries in place of what the queue has, and plays the first. */
bool queue_play_instead(const AvuRemoteDevice *renderer, const json_t *entries, GError **error);
/** How far the queue is: {n, at, running, begun, trouble …}.
 *  @return new reference; NULL with UNREACHABLE: there is no daemon any more */
json_t *queue_get_progress(const AvuRemoteDevice *renderer, GError **error);
/** Is a queue playing on this renderer? */
bool queue_is_running(const AvuRemoteDevice *renderer);
