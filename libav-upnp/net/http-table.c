/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Absolute deadlines and eviction for connections in libmicrohttpd's hands: its own time-out counts
 * idleness only. A connection is ended by shutdown(), which its thread notices within milliseconds;
 * the lock makes sure that the descriptor is still that connection's. */
#include "config.h"

#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-table.h"

/* LIM-17: from nine tenths of the places on, a stream that has not moved for so long gives way. */
#define STALLED_MS 60000
#define CROWDED (AVU_LIMIT_HTTP_SERVED / 10 * 9)
/* A hand-over that libmicrohttpd dropped without a word is forgotten after this. */
#define FORGET_NS (60 * AVU_NS_PER_S)

struct HttpTable {
	pthread_mutex_t lock;
	GHashTable *by_fd; /* fd → HttpConnection; guarded by lock */
};

HttpTable *
http_table_new(void)
{
	HttpTable *table = g_new0(HttpTable, 1);

	pthread_mutex_init(&table->lock, NULL);
	table->by_fd = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return table;
}

void
http_table_free(HttpTable *table)
{
	if (table != NULL) {
		g_hash_table_unref(table->by_fd);
		pthread_mutex_destroy(&table->lock);
		g_free(table);
	}
}

static void
enter(HttpConnection *connection, HttpState state, int64_t deadline_ns)
{
	connection->state = state;
	connection->since_ns = avu_now_ns();
	connection->deadline_ns = deadline_ns;
}

void
http_table_add(HttpTable *table, int fd, const AvuAddress *peer, const AvuAddress *local)
{
	HttpConnection *connection = g_new0(HttpConnection, 1);

	connection->fd = fd;
	connection->peer = *peer;
	connection->local = *local;
	enter(connection, HTTP_HANDED, AVU_TIME_NONE);
	pthread_mutex_lock(&table->lock);
	/* Takes the place of a forgotten hand-over whose descriptor number came round again. */
	g_hash_table_replace(table->by_fd, GINT_TO_POINTER(fd), connection);
	pthread_mutex_unlock(&table->lock);
}

void
http_table_remove(HttpTable *table, int fd)
{
	pthread_mutex_lock(&table->lock);
	g_hash_table_remove(table->by_fd, GINT_TO_POINTER(fd));
	pthread_mutex_unlock(&table->lock);
}

HttpConnection *
http_table_start(HttpTable *table, int fd)
{
	HttpConnection *connection;

	pthread_mutex_lock(&table->lock);
	connection = g_hash_table_lookup(table->by_fd, GINT_TO_POINTER(fd));
	if (connection != NULL) {
		connection->started = true;
		/* Not idle: the acceptor saw the whole head, it only waits for its thread. */
		enter(connection, HTTP_HANDED, avu_now_ns() + AVU_LIMIT_HTTP_HEAD_NS);
	}
	pthread_mutex_unlock(&table->lock);
	return connection;
}

void
http_table_end(HttpTable *table, HttpConnection *connection)
{
	http_table_remove(table, connection->fd);
}

void
http_table_mark(HttpTable *table, HttpConnection *connection, HttpState state, int64_t deadline_ns)
{
	pthread_mutex_lock(&table->lock);
	enter(connection, state, deadline_ns);
	pthread_mutex_unlock(&table->lock);
}

size_t
http_table_count(HttpTable *table)
{
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = g_hash_table_size(table->by_fd);
	pthread_mutex_unlock(&table->lock);
	return count;
}

/* Under the lock. */
static void
cut(HttpConnection *connection)
{
	(void)shutdown(connection->fd, SHUT_RDWR); /* it may be gone already: that is fine too */
	connection->ended = true;
	connection->deadline_ns = AVU_TIME_NONE;
}

void
http_table_sweep(HttpTable *table, int64_t now_ns)
{
	GHashTableIter iter;
	gpointer value;

	pthread_mutex_lock(&table->lock);
	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;

		if (!connection->started) {
			if (now_ns - connection->since_ns > FORGET_NS) {
				g_hash_table_iter_remove(&iter);
			}
		} else if (connection->deadline_ns != AVU_TIME_NONE &&
			   now_ns >= connection->deadline_ns) {
			cut(connection);
		}
	}
	pthread_mutex_unlock(&table->lock);
}

/* Has nothing gone out for a minute? The kernel knows best: sendfile tells nobody. */
static bool
is_stalled(const HttpConnection *connection)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return connection->state == HTTP_STREAM &&
	       getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_last_data_sent > STALLED_MS;
}

/* When full the longest idle one, when crowded a stalled stream; NULL when there is none. Under the
 * lock. */
static HttpConnection *
find_victim(HttpTable *table, bool full)
{
	HttpConnection *idle = NULL;
	HttpConnection *stalled = NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;

		if (!connection->started || connection->ended) {
			continue;
		}
		if (full && connection->state == HTTP_IDLE &&
			(idle == NULL || connection->since_ns < idle->since_ns)) {
			idle = connection;
		} else if (stalled == NULL && is_stalled(connection)) {
			stalled = connection;
		}
	}
	return idle != NULL ? idle : stalled;
}

bool
http_table_make_room(HttpTable *table)
{
	HttpConnection *victim = NULL;
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = g_hash_table_size(table->by_fd);
	if (count >= CROWDED) {
		victim = find_victim(table, count >= AVU_LIMIT_HTTP_SERVED);
		if (victim != NULL) {
			cut(victim);
		}
	}
	pthread_mutex_unlock(&table->lock);
	return count < AVU_LIMIT_HTTP_SERVED || victim != NULL;
}

void
http_table_keep_local(HttpTable *table, const AvuAddress *addresses, size_t n)
{
	GHashTableIter iter;
	gpointer value;

	pthread_mutex_lock(&table->lock);
	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;
		bool kept = false;

		for (size_t i = 0; i < n && !kept; i++) {
			kept = avu_address_equal_ip(&connection->local, &addresses[i]);
		}
		if (!kept && connection->started) {
			cut(connection);
		}
	}
	pthread_mutex_unlock(&table->lock);
}
