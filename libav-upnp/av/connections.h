/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/connections.h: the table of connections of a ConnectionManager. Any thread. */
#pragma once

#include <av-upnp/connection-manager.h>

typedef struct Connections Connections;

/* A connection as GetCurrentConnectionInfo tells it; owns its strings. */
typedef struct {
	char *protocol_info, *peer_manager;
	int32_t peer_id;
} ConnectionInfo;
void connection_info_clear(ConnectionInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ConnectionInfo, connection_info_clear)

Connections *connections_new(void);
void connections_free(Connections *connections);

/** @return id; -1: the table is full */
int32_t connections_prepare(Connections *connections, const AvuAddress *caller,
	const char *protocol_info, const char *peer_manager, int32_t peer_id);
/** @return false: not a prepared one */
bool connections_complete(Connections *connections, int32_t id);
int32_t connections_begin(Connections *connections, const AvuAddress *peer,
	const char *protocol_info, const char *peer_manager, int32_t scid);
void connections_end(Connections *connections, int32_t id);
bool connections_find(Connections *connections, int32_t id, ConnectionInfo *ret_info);
/** "0,3,7"; g_free() it. */
char *connections_format_ids(Connections *connections);
