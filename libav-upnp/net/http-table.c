/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Absolute deadlines and eviction for connections in libmicrohttpd's hands: its own time-out counts
 * idleness only. A connection is ended by shutdown(), which its thread notices within milliseconds;
 * the lock makes sure that the descriptor is still that connection's. */
#include "config.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-table.h"

/* LIM-17: from nine tenths of the places on, a stream that has not moved for so long gives way. */
#define STALLED_MS 60000
/* Who has fewer connections than this share is still let in then. */
#define FEW 16
#define GONE_MS 60000
#define GONE_PROBES 3
/* A hand-over that libmicrohttpd dropped without a word is forgotten after this. */
#define FORGET_NS (60 * AVU_NS_PER_S)
#define SWEEP_NS (500 * AVU_NS_PER_MS)
/* A burst that was not over at the first look: the client is the slow one. */
#define BURST_CHECK_NS (200 * AVU_NS_PER_MS)
/* Or the look was a moment early, which shows of a short burst. */
#define BURST_CHECK_SOON_NS (20 * AVU_NS_PER_MS)
/* What a paced stream keeps unsent, so that a change of pace shows at once (spec/home-qos.md 3). */
#define LOW_WATER (256 * 1024)

struct HttpTable {
	AvuHttpQos qos;
	size_t max;
	AvuCounter *cut_counter;  /* may be NULL */
	void (*wake)(void *data); /* may be NULL; guarded by lock */
	void *wake_data;
	pthread_mutex_t lock;
	GHashTable *by_fd;     /* fd → HttpConnection; guarded by lock */
	size_t n_streams;      /* guarded by lock */
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
forget_transfer(HttpConnection *connection)
{
	connection->transfer = (HttpTransfer){ .file_fd = -1 };
	connection->pace.check_ns = AVU_TIME_NONE;
	connection->pace.watch = (HttpPaceWatch){ 0 };
	if (connection->pace.raised) {
		/* the next answer finds the socket as the marks of the last one left it */
		avu_socket_raise(connection->fd, false);
		connection->pace.raised = false;
	}
}

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
look(const HttpConnection *connection, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	*info = (struct tcp_info){ 0 };
	return getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, info, &len) == 0;
}

static void
set_pace(HttpConnection *connection, uint64_t octets_per_s)
{
	if (connection->pace.set != octets_per_s) {
		avu_socket_set_pace(connection->fd, octets_per_s);
		connection->pace.set = octets_per_s;
	}
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
divide_caps(HttpTable *table)
{
	g_autoptr(GPtrArray) streams = g_ptr_array_new();
	g_autofree HttpPaceShare *shares = NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (is_streaming(value)) {
			g_ptr_array_add(streams, value);
		}
	}
	shares = g_new0(HttpPaceShare, streams->len);
	for (guint i = 0; i < streams->len; i++) {
		const HttpConnection *connection = g_ptr_array_index(streams, i);

		shares[i].client = &connection->peer;
		shares[i].wanted = connection->pace.wanted;
	}
	http_pace_divide(&table->qos, shares, streams->len);
	for (guint i = 0; i < streams->len; i++) {
		set_pace(g_ptr_array_index(streams, i), shares[i].granted);
	}
}

static void
apply_pace(HttpTable *table, HttpConnection *connection)
{
	if (has_caps(table)) {
		divide_caps(table);
	} else {
		set_pace(connection, connection->pace.wanted);
	}
}

/* What fits into the burst is not paced at all: no call for small answers. */
static void
begin_pace(HttpTable *table, HttpConnection *connection)
{
	const int low_water = LOW_WATER;
	uint64_t media = connection->transfer.media_octets_per_s;
	uint64_t burst = http_pace_burst_octets(&table->qos, media);
	struct tcp_info info;

	connection->pace.wanted = AVU_PACE_NONE;
	if (http_pace_steady(&table->qos, media) == AVU_PACE_NONE ||
		connection->transfer.length <= burst || !look(connection, &info)) {
		return;
	}
	if (!connection->pace.low_water) {
		(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low_water,
			sizeof(low_water));
		connection->pace.low_water = true;
	}
	connection->pace.wanted = http_pace_burst_rate(&table->qos, media);
	connection->pace.burst_end = info.tcpi_bytes_sent + info.tcpi_notsent_bytes + burst;
	connection->pace.check_ns = connection->since_ns + http_pace_burst_ns(&table->qos, media);
}

/* For a burst that is over before the next sweep would look. */
static void
hasten_sweep(HttpTable *table, int64_t when_ns)
{
	if (when_ns != AVU_TIME_NONE && when_ns < table->next_sweep_ns) {
		table->next_sweep_ns = when_ns;
		if (table->wake != NULL) {
			table->wake(table->wake_data);
		}
	}
}

static void
check_pace(
	HttpTable *table, HttpConnection *connection, const struct tcp_info *info, int64_t now_ns)
{
	if (info->tcpi_bytes_sent < connection->pace.burst_end) {
		connection->pace.check_ns = now_ns + CLAMP((now_ns - connection->since_ns) / 2,
							     BURST_CHECK_SOON_NS, BURST_CHECK_NS);
		return;
	}
	connection->pace.check_ns = AVU_TIME_NONE;
	connection->pace.wanted =
		http_pace_steady(&table->qos, connection->transfer.media_octets_per_s);
	apply_pace(table, connection);
}

static void
note_losses(HttpConnection *connection, const struct tcp_info *info, int64_t now_ns)
{
	double elapsed_s = (double)(now_ns - connection->seen_ns) / (double)AVU_NS_PER_S;

	avu_tfrc_history_add(&connection->history, info->tcpi_segs_out - connection->seen_segments,
		info->tcpi_total_retrans - connection->seen_losses, elapsed_s,
		info->tcpi_rtt / 1e6);
	connection->seen_segments = info->tcpi_segs_out;
	connection->seen_losses = info->tcpi_total_retrans;
	connection->seen_ns = now_ns;
}

/* libmicrohttpd would ask sendfile() for what is not there any more, again and again. What the kernel
 * knows will do: nobody may wait here for the disk of one stream. */
static bool
has_shrunk(const HttpConnection *connection)
{
	struct statx now;

	return connection->transfer.file_fd >= 0 &&
	       statx(connection->transfer.file_fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
		       STATX_SIZE, &now) == 0 &&
	       now.stx_size < connection->transfer.file_end;
}

/* The pace is none of its troubles then; the priority may be. */
static void
feed_starved(const HttpTable *table, HttpConnection *connection, const struct tcp_info *info,
	int64_t now_ns)
{
	const HttpPaceSight sight = { now_ns, info->tcpi_bytes_sent, info->tcpi_notsent_bytes,
		info->tcpi_rwnd_limited };

	if (http_pace_watch(
		    &connection->pace.watch, &sight, connection->transfer.media_octets_per_s) &&
		table->qos.priority) {
		avu_socket_raise(connection->fd, true);
		connection->pace.raised = true;
	}
}

/* A peer whose power is out. One that pauses acknowledges all it has, and the questions whether it has
 * room again; the kernel's own time-out for those would end it too, so none is set. */
static bool
is_gone(const struct tcp_info *info)
{
	return info->tcpi_last_ack_recv > GONE_MS &&
	       (info->tcpi_unacked > 0 || info->tcpi_probes >= GONE_PROBES);
}

static void
sweep_stream(HttpTable *table, HttpConnection *connection, int64_t now_ns)
{
	struct tcp_info info;

	if (has_shrunk(connection)) {
		cut(table, connection, HTTP_CUT_SHRUNK);
	} else if (look(connection, &info)) {
		note_losses(connection, &info, now_ns);
		if (is_gone(&info)) {
			cut(table, connection, HTTP_CUT_GONE);
			return;
		}
		if (connection->pace.check_ns != AVU_TIME_NONE &&
			now_ns >= connection->pace.check_ns) {
			check_pace(table, connection, &info, now_ns);
		}
		feed_starved(table, connection, &info, now_ns);
	}
}

static int64_t
sweep_one(HttpTable *table, HttpConnection *connection, int64_t now_ns)
{
	if (connection->deadline_ns != AVU_TIME_NONE && now_ns >= connection->deadline_ns) {
		cut(table, connection, HTTP_CUT_DEADLINE);
	} else if (is_streaming(connection)) {
		sweep_stream(table, connection, now_ns);
		if (connection->pace.check_ns != AVU_TIME_NONE) {
			return connection->pace.check_ns;
		}
	}
	return INT64_MAX;
}

/* Has nothing gone out for a minute? The kernel knows best: sendfile tells nobody. */
static bool
is_stalled(const HttpConnection *connection)
{
	struct tcp_info info;

	return connection->state == HTTP_STREAM && look(connection, &info) &&
	       info.tcpi_last_data_sent > STALLED_MS;
}

/* The longest idle one, if idle ones are wanted, else a stalled stream; of this client only, if one is
 * given. */
static HttpConnection *
find_victim(HttpTable *table, bool also_idle, const AvuAddress *client)
{
	HttpConnection *idle = NULL;
	HttpConnection *stalled = NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table->by_fd);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		HttpConnection *connection = value;

		if (!connection->started || connection->cut != HTTP_CUT_NONE ||
			(client != NULL && !avu_address_equal_ip(&connection->peer, client))) {
			continue;
		}
		if (also_idle && connection->state == HTTP_IDLE &&
			(idle == NULL || connection->since_ns < idle->since_ns)) {
			idle = connection;
		} else if (stalled == NULL && is_stalled(connection)) {
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
		count += avu_address_equal_ip(&((HttpConnection *)value)->peer, client);
	}
	return count;
}

/* Take the lock themselves: */

void
http_table_add(HttpTable *table, int fd, const AvuAddress *peer, const AvuAddress *local)
{
	HttpConnection *connection = g_new0(HttpConnection, 1);

	connection->fd = fd;
	connection->peer = *peer;
	connection->local = *local;
	connection->pace.wanted = AVU_PACE_NONE;
	connection->pace.set = AVU_PACE_NONE;
	forget_transfer(connection);
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
	if (connection->state == HTTP_STREAM) {
		forget_transfer(connection);
		table->n_streams--;
		enter(connection, state, deadline_ns);
		if (has_caps(table)) {
			divide_caps(table);
		}
	}
	enter(connection, state, deadline_ns);
	pthread_mutex_unlock(&table->lock);
}

void
http_table_mark_stream(HttpTable *table, HttpConnection *connection, const HttpTransfer *transfer)
{
	pthread_mutex_lock(&table->lock);
	enter(connection, HTTP_STREAM, AVU_TIME_NONE);
	connection->transfer = *transfer;
	table->n_streams++;
	begin_pace(table, connection);
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

			if (connection->started) {
				next_ns = MIN(next_ns, sweep_one(table, connection, now_ns));
			} else if (now_ns - connection->since_ns > FORGET_NS) {
				g_hash_table_iter_remove(&iter);
			}
		}
		table->next_sweep_ns = next_ns;
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
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = g_hash_table_size(table->by_fd);
	if (count >= table->max / 10 * 9) {
		bool many = count_of(table, peer) >= MIN(FEW, table->max / 10);

		needed = many || count >= table->max;
		victim = find_victim(table, needed, many ? peer : NULL);
		if (victim != NULL) {
			cut(table, victim, HTTP_CUT_ROOM);
		}
	}
	pthread_mutex_unlock(&table->lock);
	return !needed || victim != NULL;
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

static AvuHttpTransfer
describe(const HttpConnection *connection)
{
	double loss = avu_tfrc_history_loss(&connection->history);
	struct tcp_info info;

	(void)look(connection, &info); /* else zeroes: it has just ended */
	return (AvuHttpTransfer){
		.client = connection->peer,
		.object = g_strdup(connection->transfer.object),
		.since_ns = connection->since_ns,
		.acked_octets = info.tcpi_bytes_acked,
		.media_octets_per_s = connection->transfer.media_octets_per_s,
		.pace_octets_per_s = connection->pace.set,
		.delivery_octets_per_s = info.tcpi_delivery_rate,
		.rtt_us = info.tcpi_rtt,
		.loss = loss,
		.tfrc_octets_per_s = avu_tfrc_rate(info.tcpi_snd_mss, info.tcpi_rtt / 1e6, loss),
	};
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
			AvuHttpTransfer transfer = describe(value);

			g_array_append_val(list, transfer);
		}
	}
	pthread_mutex_unlock(&table->lock);
	return list;
}
