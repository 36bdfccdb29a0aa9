/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* app.h: the running server: all its parts, in the order they come and go */
#pragma once

#include <av-upnp/spawner.h>
#include <av-upnp/state-dir.h>

#include "mediaserver/settings.h"

G_BEGIN_DECLS

/* What verbs ask on the control socket beside "status" and "metrics": this, or this, a space and an
 * absolute path; the answer is SERVER_OK or a sentence. */
#define SERVER_RESCAN "rescan"
/* "clients": JSON. "clients-set", a space, a key, a tab and a profile, or no tab: SERVER_OK or a sentence.
 * "explain", a space, a client, a tab and an item: JSON or a sentence. */
#define SERVER_CLIENTS "clients"
#define SERVER_CLIENTS_SET "clients-set"
#define SERVER_EXPLAIN "explain"
#define SERVER_OK "ok"

typedef struct Clients Clients;

/** Serves until SIGTERM or SIGINT.
 *  @param folders  NULL-ended
 *  @return false when it could not start; the message is for people */
bool app_run(const AvuSettings *settings, const char *const *folders, AvuSpawner *spawner,
	AvuStateDir *state_dir, Clients *clients, GError **error);

G_END_DECLS
