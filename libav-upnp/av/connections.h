/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/connections.h: the table of connections of a ConnectionManager. Any thread. */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/connection-manager.h>

typedef struct Connections Connections;

/* A connection as GetCurrentConnectionInfo tells it; owns its strings. */
typedef struct {
	char *protocol_info, *peer_manager;
	int32_t peer_id;
	int32_t instance; /* of AVTransport and RenderingControl; 0: the first, as all have that */
} ConnectionInfo;
void connection_info_clear(ConnectionInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ConnectionInfo, connection_info_clear)

Connections *connections_new(const AvuClock *clock);
void connections_free(Connections *connections);

/** @param instance  its own; 0: none  @return id; -1: the table is full */
int32_t connections_prepare(Connections *connections, const AvuAddress *caller,
	const char *protocol_info, const char *peer_manager, int32_t peer_id, int32_t instance);
/** @return false: not a prepared one; ret_instance as it was prepared */
bool connections_complete(Connections *connections, int32_t id, int32_t *ret_instance);
/** A prepared one with an instance of its own that was not touched for so long as prepared ones stay.
 *  @param is_busy  touches one  @return its id; -1: none */
int32_t connections_find_idle(
	Connections *connections, bool (*is_busy)(unsigned instance, void *data), void *data);
int32_t connections_begin(Connections *connections, const AvuAddress *peer,
	const char *protocol_info, const char *peer_manager, int32_t scid);
void connections_end(Connections *connections, int32_t id);
bool connections_find(Connections *connections, int32_t id, ConnectionInfo *ret_info);
/** "0,3,7"; g_free() it. */
char *connections_format_ids(Connections *connections);
