/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/client.h: verbs talk to the daemon, which is started when it is needed */
#pragma once

#include <jansson.h>

#include <av-upnp/remote-device.h>

#include "address/announced.h"

#define QUEUE_FILE "queues.json"      /* in queue_directory() */
#define QUEUE_ORDER_DEVICES "devices" /* without a renderer, as the next */
#define QUEUE_ORDER_HEARD "heard"
#define QUEUE_ORDER_CONVERT "convert"
#define QUEUE_FILE_BYTES_MAX (64 * 1024 * 1024)

/** {do, renderer: {udn, name, location}}: to be filled in further. New reference. */
json_t *queue_order_new(const char *name, const AvuRemoteDevice *renderer);
/** Asks the daemon; starts it first when none runs and start says so.
 *  @param order  reference taken
 *  @return its answer, new reference; NULL with the daemon's error, or UNREACHABLE when there is none */
json_t *queue_ask(json_t *order, bool start, GError **error);
/** Has it start the server that converts, and start itself if need be. */
bool queue_start_converting(GError **error);
/** Does a daemon run? */
bool queue_daemon_runs(void);

/** What the daemon sees on the network: [{udn, name, type, location, address}] as "avcp devices" has them.
 *  @return new reference; NULL when none runs, or it has not looked for long enough */
json_t *queue_daemon_devices(void);
/** What it has heard of the device since it runs.
 *  @return false when none runs, or its answer cannot be used */
bool queue_daemon_heard(const char *usn, AnnouncedSpan *ret_span);
/** What queues have learned of the renderer's next track: next_habit_name(), or NULL. Static. */
const char *queue_learned_habit(const AvuRemoteDevice *renderer);

/** Where the daemon keeps its things. g_free() it. */
char *queue_directory(void);
