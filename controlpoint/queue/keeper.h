/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/keeper.h: the queues of all renderers, in the daemon: orders come in as JSON, what must outlive
 * the daemon is kept on the disk. Main thread; never waits. */
#pragma once

#include <jansson.h>

#include <av-upnp/state-dir.h>

#include "session.h"

typedef struct Keeper Keeper;

/** Reads what was kept; nothing plays until it is told to. Files of this host in the queues are shared.
 *  @param session,directory  outlive it */
Keeper *keeper_new(Session *session, AvuStateDir *directory);
/** Keeps what there is. */
void keeper_free(Keeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keeper, keeper_free)

/** {do: "…", renderer: {udn, name, location}, …} → {…} or {error, text}; see the table in orders.c.
 *  @return never NULL, new reference */
json_t *keeper_answer(Keeper *keeper, const json_t *request);
/** Starts the server that converts, if none runs. @return false with the errors of own_server_new() */
bool keeper_convert(Keeper *keeper, GError **error);
/** When the last order came, or something played last (avu_now_ns() scale). */
int64_t keeper_get_idle_since(const Keeper *keeper);
