/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Absolute deadlines and eviction for connections that have a thread, http-lane's or libmicrohttpd's, whose own
 * time-out counts idleness only. A connection is ended by shutdown(), which its thread notices within milliseconds;
 * the lock makes sure that the descriptor is still that connection's. */
#include "config.h"

#include <pthread.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-flow.h"
#include "http-table.h"

/* Who has fewer connections than this share is still let in then. */
#define FEW 16
/* A hand-over that libmicrohttpd dropped without a word is forgotten after this, or as soon as it shows that the
 * socket is not there any more. */
#define FORGET_NS (60 * AVU_NS_PER_S)
#define SWEEP_NS (500 * AVU_NS_PER_MS)
/* Many streams that begin together are looked at together: each sweep asks the kernel about all. */
#define SWEEP_LEAST_NS (20 * AVU_NS_PER_MS)

struct HttpTable {
	AvuHttpQos qos;
	size_t max;
	AvuCounter *cut_counter;  /* may be NULL */
	void (*wake)(void *data); /* may be NULL; guarded by lock */
	void *wake_data;
	pthread_mutex_t lock;
	int64_t away_ns;       /* guarded by lock */
	uint64_t serial;       /* of the last one; guarded by lock */
	GHashTable *by_fd;     /* fd → HttpConnection; guarded by lock */
	size_t n_streams;      /* guarded by lock */
	int64_t last_sweep_ns; /* guarded by lock */
	int64_t next_sweep_ns; /* guarded by lock */
};

HttpTable *
http_table_new(void)
{
	HttpTable *table = g_new0(HttpTable, 1);
	const AvuHttpQos qos = AVU_HTTP_QOS_DEFAULT;

	pthread_mutex_init(&table->lock, NULL);
	table->by_fd = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	table->qos = qos;
	table->max = AVU_LIMIT_HTTP_SERVED;
	table->away_ns = AVU_LIMIT_HTTP_AWAY_NS;
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

void
http_table_set_qos(HttpTable *table, const AvuHttpQos *qos)
{
	table->qos = *qos;
}

void
http_table_set_max(HttpTable *table, unsigned served)
{
	table->max = MIN(served, AVU_LIMIT_HTTP_SERVED_MAX);
}

void
http_table_set_cut_counter(HttpTable *table, AvuCounter *counter)
{
	table->cut_counter = counter;
}

void
http_table_set_wake(HttpTable *table, void (*wake)(void *data), void *data)
{
	pthread_mutex_lock(&table->lock);
	table->wake = wake;
	table->wake_data = data;
	pthread_mutex_unlock(&table->lock);
}

const AvuHttpQos *
http_table_get_qos(const HttpTable *table)
{
	return &table->qos;
}

/* All from here to the next comment: under the lock. */

static void
enter(HttpConnection *connection, HttpState state, int64_t deadline_ns)
{
	connection->state = state;
	connection->since_ns = avu_now_ns();
	connection->deadline_ns = deadline_ns;
}

static void
cut(const HttpTable *table, HttpConnection *connection, HttpCut why)
{
	(void)shutdown(connection->fd, SHUT_RDWR); /* it may be gone already: that is fine too */
	connection->cut = why;
	connection->deadline_ns = AVU_TIME_NONE;
	avu_counter_add(table->cut_counter, 1);
}

static bool
has_caps(const HttpTable *table)
{
	return table->qos.client_octets_per_s > 0 || table->qos.total_octets_per_s > 0;
}

static bool
is_streaming(const HttpConnection *connection)
{
	return connection->started && connection->state == HTTP_STREAM &&
	       connection->cut == HTTP_CUT_NONE;
}

/* Caps are shared by all streams, so a newcomer or a leaver changes what the others may. */
static void
divide_caps(const HttpTable *table)
{
	g_autoptr(GPtrArray) streams = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (is_streaming(value)) {
			g_ptr_array_add(streams, value);
		}
	}
	http_flow_divide(&table->qos, (HttpConnection **)streams->pdata, streams->len);
}

static void
apply_pace(const HttpTable *table, HttpConnection *connection)
{
	if (has_caps(table)) {
		divide_caps(table);
	} else {
		http_flow_set_pace(connection, connection->pace.wanted);
	}
}

/* For a burst that is over before the next sweep would look. */
static void
hasten_sweep(HttpTable *table, int64_t when_ns)
{
	if (when_ns == AVU_TIME_NONE) {
		return;
	}
	when_ns = MAX(when_ns, table->last_sweep_ns + SWEEP_LEAST_NS);
	if (when_ns < table->next_sweep_ns) {
		table->next_sweep_ns = when_ns;
		if (table->wake != NULL) {
			table->wake(table->wake_data);
		}
	}
}

/* LIM-17 is for answers, and one that is out for us may still lie in the kernel. */
static bool
is_over(const HttpConnection *connection, int64_t now_ns)
{
	if (connection->deadline_ns == AVU_TIME_NONE || now_ns < connection->deadline_ns) {
		return false;
	}
	return connection->state != HTTP_IDLE ||
	       now_ns - connection->since_ns >= AVU_LIMIT_STREAM_STALL_S * AVU_NS_PER_S ||
	       !http_flow_has_tail(connection);
}

/* @return 0: there is no such socket */
static uint64_t
get_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0 ? cookie : 0;
}

/* Nobody will begin to serve it. */
static bool
is_dropped(const HttpConnection *connection, int64_t now_ns)
{
	return now_ns - connection->since_ns > FORGET_NS ||
	       (connection->cookie != 0 && get_cookie(connection->fd) != connection->cookie);
}

/* LIM-06 for a later head that libmicrohttpd reads, of which nobody tells us the first octet. The lane tells, and a
 * second time changes nothing: its deadline is the earlier one. */
static void
watch_for_head(HttpConnection *connection, int64_t now_ns)
{
	if (connection->state == HTTP_IDLE && !connection->in_head &&
		connection->deadline_ns != AVU_TIME_NONE &&
		http_flow_count_heard(connection) > connection->heard_octets) {
		connection->in_head = true;
		connection->deadline_ns =
			MIN(connection->deadline_ns, now_ns + AVU_LIMIT_HTTP_HEAD_NS);
	}
}

static int64_t
sweep_one(HttpTable *table, HttpConnection *connection, int64_t now_ns)
{
	watch_for_head(connection, now_ns);
	if (is_over(connection, now_ns)) {
		cut(table, connection, HTTP_CUT_DEADLINE);
	} else if (is_streaming(connection)) {
		bool changed = false;
		HttpCut why = http_flow_look(&table->qos, connection, now_ns, &changed);

		if (why != HTTP_CUT_NONE) {
			cut(table, connection, why);
		} else if (changed) {
			apply_pace(table, connection);
		}
		if (connection->pace.check_ns != AVU_TIME_NONE) {
			return connection->pace.check_ns;
		}
	}
	return INT64_MAX;
}

/* A host of an IPv6 network may have any address of its /64. */
static bool
is_same_client(const AvuAddress *a, const AvuAddress *b)
{
	const AvuPrefix network = { .address = *a, .length = a->family == AF_INET6 ? 64 : 32 };

	return avu_prefix_contains(&network, b);
}

/* The longest idle one, if idle ones are wanted, else a stalled stream; of this client only, if one is
 * given. */
static HttpConnection *
find_victim(HttpTable *table, bool also_idle, const AvuAddress *client)
{
	HttpConnection *idle = NULL;
	HttpConnection *stalled = NULL;
	const int64_t now_ns = avu_now_ns();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;

		if (!connection->started || connection->cut != HTTP_CUT_NONE ||
			(client != NULL && !is_same_client(&connection->peer, client))) {
			continue;
		}
		if (also_idle && connection->state == HTTP_IDLE &&
			(idle == NULL || connection->since_ns < idle->since_ns) &&
			!http_flow_has_tail(connection)) {
			idle = connection;
		} else if (stalled == NULL && http_flow_is_stalled(connection, now_ns)) {
			stalled = connection;
		}
	}
	return idle != NULL ? idle : stalled;
}

static size_t
count_of(const HttpTable *table, const AvuAddress *client)
{
	GHashTableIter iter;
	gpointer value;
	size_t count = 0;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		count += is_same_client(&((HttpConnection *)value)->peer, client);
	}
	return count;
}

/* Take the lock themselves: */

void
http_table_add(HttpTable *table, int fd, const AvuAddress *peer, const AvuAddress *local)
{
	HttpConnection *connection = g_new0(HttpConnection, 1);

	connection->fd = fd;
	connection->cookie = get_cookie(fd);
	connection->peer = *peer;
	connection->local = *local;
	connection->pace.wanted = AVU_PACE_NONE;
	connection->pace.set = AVU_PACE_NONE;
	http_flow_forget(connection);
	enter(connection, HTTP_HANDED, AVU_TIME_NONE);
	pthread_mutex_lock(&table->lock);
	connection->serial = ++table->serial;
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

uint64_t
http_table_hand_on(HttpTable *table, HttpConnection *connection)
{
	uint64_t serial;

	pthread_mutex_lock(&table->lock);
	serial = connection->serial;
	connection->started = false;
	enter(connection, HTTP_HANDED, AVU_TIME_NONE);
	pthread_mutex_unlock(&table->lock);
	return serial;
}

void
http_table_forget(HttpTable *table, int fd, uint64_t serial)
{
	const HttpConnection *connection;

	pthread_mutex_lock(&table->lock);
	connection = g_hash_table_lookup(table->by_fd, GINT_TO_POINTER(fd));
	if (connection != NULL && connection->serial == serial) {
		g_hash_table_remove(table->by_fd, GINT_TO_POINTER(fd));
	}
	pthread_mutex_unlock(&table->lock);
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
	const bool streamed = connection->state == HTTP_STREAM;

	enter(connection, state, deadline_ns);
	if (state == HTTP_IDLE) {
		connection->heard_octets = http_flow_count_heard(connection);
		connection->in_head = false;
	}
	if (streamed) {
		http_flow_forget(connection);
		table->n_streams--;
		if (has_caps(table)) {
			divide_caps(table);
		}
	}
	pthread_mutex_unlock(&table->lock);
}

void
http_table_mark_stream(HttpTable *table, HttpConnection *connection, const HttpTransfer *transfer)
{
	pthread_mutex_lock(&table->lock);
	enter(connection, HTTP_STREAM, AVU_TIME_NONE);
	connection->transfer = *transfer;
	table->n_streams++;
	http_flow_begin(&table->qos, connection);
	apply_pace(table, connection);
	hasten_sweep(table, connection->pace.check_ns);
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

size_t
http_table_count_streams(HttpTable *table)
{
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = table->n_streams;
	pthread_mutex_unlock(&table->lock);
	return count;
}

HttpCut
http_table_get_cut(HttpTable *table, const HttpConnection *connection)
{
	HttpCut why;

	pthread_mutex_lock(&table->lock);
	why = connection->cut;
	pthread_mutex_unlock(&table->lock);
	return why;
}

/* The lock is held. */
static bool
is_away(const HttpTable *table, const HttpConnection *connection, int64_t now_ns)
{
	return connection->away && connection->cut == HTTP_CUT_NONE &&
	       now_ns - connection->away_ns >= table->away_ns;
}

int64_t
http_table_sweep(HttpTable *table, int64_t now_ns)
{
	GHashTableIter iter;
	gpointer value;
	int64_t next_ns;

	pthread_mutex_lock(&table->lock);
	if (now_ns >= table->next_sweep_ns) {
		next_ns = now_ns + SWEEP_NS;
		g_hash_table_iter_init(&iter, table->by_fd);
		while (g_hash_table_iter_next(&iter, NULL, &value)) {
			HttpConnection *connection = value;

			if (connection->started && is_away(table, connection, now_ns)) {
				cut(table, connection, HTTP_CUT_ADDRESS);
			} else if (connection->started) {
				next_ns = MIN(next_ns, sweep_one(table, connection, now_ns));
			} else if (is_dropped(connection, now_ns)) {
				g_hash_table_iter_remove(&iter);
			}
		}
		table->last_sweep_ns = now_ns;
		table->next_sweep_ns = MAX(next_ns, now_ns + SWEEP_LEAST_NS);
	}
	next_ns = g_hash_table_size(table->by_fd) > 0 ? table->next_sweep_ns : AVU_TIME_NONE;
	pthread_mutex_unlock(&table->lock);
	return next_ns;
}

bool
http_table_make_room(HttpTable *table, const AvuAddress *peer)
{
	HttpConnection *victim = NULL;
	bool needed = false;
	/* of less than ten places there is no tenth to keep */
	const size_t most = table->max >= 10 ? table->max / 10 * 9 : table->max;
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = g_hash_table_size(table->by_fd);
	if (count >= most) {
		bool many = count_of(table, peer) >= MIN(FEW, MAX(table->max / 10, 1));

		needed = many || count >= table->max;
		victim = find_victim(table, needed, many ? peer : NULL);
		if (victim != NULL) {
			cut(table, victim, HTTP_CUT_ROOM);
		}
	}
	pthread_mutex_unlock(&table->lock);
	/* Who is cut while it waits for a disk keeps its thread until the disk answers. */
	return !needed || (victim != NULL && count < 2 * table->max);
}

void
http_table_cut_idle(HttpTable *table)
{
	pthread_mutex_lock(&table->lock);
	HttpConnection *victim = find_victim(table, true, NULL);

	if (victim != NULL) {
		cut(table, victim, HTTP_CUT_ROOM);
	}
	pthread_mutex_unlock(&table->lock);
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
		if (!kept && connection->started &&
			(!is_streaming(connection) || table->away_ns == 0)) {
			cut(table, connection, HTTP_CUT_ADDRESS);
		} else if (!kept && !connection->away) {
			connection->away_ns = avu_now_ns();
		}
		connection->away = !kept;
	}
	pthread_mutex_unlock(&table->lock);
}

void
http_table_set_away(HttpTable *table, int64_t away_ns)
{
	pthread_mutex_lock(&table->lock);
	table->away_ns = away_ns;
	pthread_mutex_unlock(&table->lock);
}

void
http_table_cut_all(HttpTable *table)
{
	GHashTableIter iter;
	gpointer value;

	pthread_mutex_lock(&table->lock);
	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;

		if (connection->started) {
			cut(table, connection, HTTP_CUT_ADDRESS);
		}
	}
	pthread_mutex_unlock(&table->lock);
}

static void
clear_transfer(gpointer data)
{
	g_free(((AvuHttpTransfer *)data)->object);
}

GArray *
http_table_list_transfers(HttpTable *table)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(AvuHttpTransfer));
	GHashTableIter iter;
	gpointer value;

	g_array_set_clear_func(list, clear_transfer);
	pthread_mutex_lock(&table->lock);
	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (is_streaming(value)) {
			AvuHttpTransfer transfer = http_flow_describe(value);

			g_array_append_val(list, transfer);
		}
	}
	pthread_mutex_unlock(&table->lock);
	return list;
}
