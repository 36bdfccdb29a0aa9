/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transfers under way and prepared connections, under one lock. Any thread. Limits: prepared ones
 * AVU_CONNECTIONS_MAX; transfers as many as the HTTP server serves. */
#include "connections.h"

#include <pthread.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/protocol-info.h>

/* An UDN and a serviceId; whoever sends more means something else. */
#define PEER_MANAGER_MAX 256

typedef struct {
	int32_t id;
	bool prepared;
	unsigned transfers; /* under way */
	int64_t used_ns;    /* last begin or end */
	AvuAddress peer;
	char *protocol_info, *peer_manager;
	int32_t peer_id;
	int32_t instance;
} Connection;

struct Connections {
	const AvuClock *clock;
	pthread_mutex_t lock;
	GPtrArray *all; /* Connection, rising ids; guarded by lock */
	int32_t last_id;
};

static void
connection_free(void *data)
{
	Connection *connection = data;

	g_free(connection->protocol_info);
	g_free(connection->peer_manager);
	g_free(connection);
}

void
connection_info_clear(ConnectionInfo *info)
{
	g_clear_pointer(&info->protocol_info, g_free);
	g_clear_pointer(&info->peer_manager, g_free);
}

Connections *
connections_new(const AvuClock *clock)
{
	Connections *connections = g_new0(Connections, 1);

	connections->clock = clock;
	(void)pthread_mutex_init(&connections->lock, NULL);
	connections->all = g_ptr_array_new_with_free_func(connection_free);
	return connections;
}

void
connections_free(Connections *connections)
{
	if (connections != NULL) {
		g_ptr_array_unref(connections->all);
		(void)pthread_mutex_destroy(&connections->lock);
		g_free(connections);
	}
}

static Connection *
find_locked(const Connections *connections, int32_t id)
{
	for (guint i = 0; i < connections->all->len; i++) {
		Connection *connection = g_ptr_array_index(connections->all, i);

		if (connection->id == id) {
			return connection;
		}
	}
	return NULL;
}

static Connection *
add_locked(Connections *connections, const AvuAddress *peer, const char *protocol_info)
{
	Connection *connection = g_new0(Connection, 1);

	connections->last_id = connections->last_id == INT32_MAX ? 1 : connections->last_id + 1;
	*connection = (Connection){ .id = connections->last_id,
		.used_ns = avu_clock_now_ns(connections->clock),
		.peer = *peer,
		.protocol_info = g_strdup(protocol_info),
		.peer_id = -1 };
	g_ptr_array_add(connections->all, connection);
	return connection;
}

/* Prepared ones that nobody used for long. @return how many are left */
static unsigned
forget_idle_locked(Connections *connections)
{
	const int64_t since_ns =
		avu_clock_now_ns(connections->clock) - AVU_CONNECTIONS_IDLE_S * AVU_NS_PER_S;
	unsigned n = 0;

	for (guint i = connections->all->len; i > 0; i--) {
		const Connection *connection = g_ptr_array_index(connections->all, i - 1);

		/* one with an instance is ended by who has that */
		if (connection->prepared && connection->transfers == 0 &&
			connection->instance == 0 && connection->used_ns < since_ns) {
			g_ptr_array_remove_index(connections->all, i - 1);
		} else {
			n += connection->prepared;
		}
	}
	return n;
}

int32_t
connections_prepare(Connections *connections, const AvuAddress *caller, const char *protocol_info,
	const char *peer_manager, int32_t peer_id, int32_t instance)
{
	int32_t id = -1;

	(void)pthread_mutex_lock(&connections->lock);
	if (forget_idle_locked(connections) < AVU_CONNECTIONS_MAX) {
		Connection *connection = add_locked(connections, caller, protocol_info);

		connection->prepared = true;
		connection->peer_manager = g_strdup(peer_manager);
		connection->peer_id = peer_id;
		connection->instance = instance;
		id = connection->id;
	}
	(void)pthread_mutex_unlock(&connections->lock);
	return id;
}

bool
connections_complete(Connections *connections, int32_t id, int32_t *ret_instance)
{
	(void)pthread_mutex_lock(&connections->lock);
	Connection *connection = find_locked(connections, id);
	const bool prepared = connection != NULL && connection->prepared;

	*ret_instance = prepared ? connection->instance : 0;
	if (prepared && connection->transfers == 0) {
		(void)g_ptr_array_remove(connections->all, connection);
	} else if (prepared) {
		connection->prepared = false; /* it lasts as long as its transfers */
	}
	(void)pthread_mutex_unlock(&connections->lock);
	return prepared;
}

static bool
is_same_content(const char *prepared, const char *sent)
{
	g_autoptr(AvuProtocolInfo) a = avu_protocol_info_parse(prepared, strlen(prepared), NULL);
	g_autoptr(AvuProtocolInfo) b = avu_protocol_info_parse(sent, strlen(sent), NULL);

	return a != NULL && b != NULL && avu_protocol_info_match(b, a) > 0;
}

static Connection *
find_prepared_locked(const Connections *connections, const AvuAddress *peer,
	const char *protocol_info, int32_t scid)
{
	Connection *named = scid > 0 ? find_locked(connections, scid) : NULL;

	if (named != NULL && named->prepared) {
		return named;
	}
	for (guint i = 0; i < connections->all->len; i++) {
		Connection *connection = g_ptr_array_index(connections->all, i);

		if (connection->prepared && avu_address_equal_ip(&connection->peer, peer) &&
			is_same_content(connection->protocol_info, protocol_info)) {
			return connection;
		}
	}
	return NULL;
}

int32_t
connections_begin(Connections *connections, const AvuAddress *peer, const char *protocol_info,
	const char *peer_manager, int32_t scid)
{
	(void)pthread_mutex_lock(&connections->lock);
	Connection *connection = find_prepared_locked(connections, peer, protocol_info, scid);

	if (connection == NULL) {
		connection = add_locked(connections, peer, protocol_info);
	}
	/* who prepared it may have left it open */
	if ((connection->peer_manager == NULL || *connection->peer_manager == '\0') &&
		peer_manager != NULL && strlen(peer_manager) <= PEER_MANAGER_MAX &&
		g_utf8_validate(peer_manager, -1, NULL)) {
		g_free(connection->peer_manager);
		connection->peer_manager = g_strdup(peer_manager);
	}
	connection->transfers++;
	connection->used_ns = avu_clock_now_ns(connections->clock);

	const int32_t id = connection->id;

	(void)pthread_mutex_unlock(&connections->lock);
	return id;
}

void
connections_end(Connections *connections, int32_t id)
{
	(void)pthread_mutex_lock(&connections->lock);
	Connection *connection = find_locked(connections, id);

	if (connection != NULL) {
		connection->used_ns = avu_clock_now_ns(connections->clock);
		connection->transfers -= connection->transfers > 0;
		if (connection->transfers == 0 && !connection->prepared) {
			(void)g_ptr_array_remove(connections->all, connection);
		}
	}
	(void)pthread_mutex_unlock(&connections->lock);
}

bool
connections_find(Connections *connections, int32_t id, ConnectionInfo *ret_info)
{
	(void)pthread_mutex_lock(&connections->lock);
	(void)forget_idle_locked(connections);
	const Connection *connection = find_locked(connections, id);

	if (connection != NULL) {
		*ret_info = (ConnectionInfo){ g_strdup(connection->protocol_info),
			g_strdup(connection->peer_manager != NULL ? connection->peer_manager : ""),
			connection->peer_id, connection->instance };
	}
	(void)pthread_mutex_unlock(&connections->lock);
	return connection != NULL;
}

char *
connections_format_ids(Connections *connections)
{
	g_autoptr(GString) out = g_string_new("0");

	(void)pthread_mutex_lock(&connections->lock);
	(void)forget_idle_locked(connections);
	for (guint i = 0; i < connections->all->len; i++) {
		const Connection *connection = g_ptr_array_index(connections->all, i);

		g_string_append_printf(out, ",%d", connection->id);
	}
	(void)pthread_mutex_unlock(&connections->lock);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

int32_t
connections_find_idle(
	Connections *connections, bool (*is_busy)(unsigned instance, void *data), void *data)
{
	const int64_t now_ns = avu_clock_now_ns(connections->clock);
	int32_t id = -1;

	(void)pthread_mutex_lock(&connections->lock);
	for (guint i = 0; i < connections->all->len; i++) {
		Connection *connection = g_ptr_array_index(connections->all, i);

		if (!connection->prepared || connection->instance == 0) {
			continue;
		}
		if (is_busy((unsigned)connection->instance, data)) {
			connection->used_ns = now_ns;
		} else if (connection->used_ns < now_ns - AVU_CONNECTIONS_IDLE_S * AVU_NS_PER_S) {
			id = connection->id;
		}
	}
	(void)pthread_mutex_unlock(&connections->lock);
	return id;
}
