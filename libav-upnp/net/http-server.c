/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server: port, acceptor, lane and libmicrohttpd put together; http-lane and http-daemon have the ways of
 * a request. The caller's thread, but on_connection: the connection's, and may_connect and serve: the acceptor's. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "http-acceptor.h"
#include "http-daemon.h"
#include "http-lane.h"
#include "http-listeners.h"
#include "http-thread.h"

/* The head fits in (LIM-05) with libmicrohttpd's own bookkeeping and the answer's header. */
#define POOL (2 * AVU_LIMIT_HTTP_HEAD)
/* Sanitizers put red zones around every local. */
#define STACK ((AVU_SANITIZED ? 2048 : 128) * 1024)
/* Those who wait, those who are served with a file each, and what the program itself has open. */
#define DESCRIPTORS(served) ((rlim_t)(AVU_LIMIT_HTTP_WAITING + 2 * (served) + 512))
/* 0.9.75 finds little more when it is strict, and answers what it then finds with two heads. */
#define STRICT (MHD_VERSION >= 0x01000000 ? 1 : 0)
#define FIRST_RANDOM_PORT 49152
#define PORT_TRIES 64

struct AvuHttpServer {
	HttpRequestContext context;
	HttpLinger *linger;
	HttpLane *lane;
	HttpAcceptor *acceptor;
	struct MHD_Daemon *daemon;
	AvuCounters *counters;
	unsigned max_served;
	bool (*accept)(const AvuAddress *peer, const AvuAddress *local, void *user_data);
	void *accept_data;
	uint16_t port;
	int reserved
		[2]; /* sockets bound to the port of all IPv4, all IPv6 addresses; not listening */
};

/* Octets arrive raw: our own check decodes, once. */
static size_t
leave_escaped(void *data, struct MHD_Connection *connection, char *text)
{
	(void)data;
	(void)connection;
	return strlen(text);
}

static void
on_connection(void *data, struct MHD_Connection *connection, void **socket_data,
	enum MHD_ConnectionNotificationCode code)
{
	AvuHttpServer *server = data;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		*socket_data = http_table_start(server->context.table, info->connect_fd);
	} else if (*socket_data != NULL) {
		http_linger_follow(server->linger, *socket_data);
		http_table_end(server->context.table, *socket_data);
		*socket_data = NULL;
	}
}

static bool
may_connect(const AvuAddress *peer, const AvuAddress *local, void *data)
{
	AvuHttpServer *server = data;

	return server->accept == NULL || server->accept(peer, local, server->accept_data);
}

static bool
hand_on(int fd, const struct sockaddr *peer, socklen_t len, void *data)
{
	AvuHttpServer *server = data;

	return MHD_add_connection(server->daemon, fd, peer, len) == MHD_YES;
}

static bool
serve(const HttpFirst *first, void *data)
{
	AvuHttpServer *server = data;

	return http_lane_wants(server->lane, first->octets, first->len)
		       ? http_lane_serve(
				 server->lane, first->fd, first->peer, first->peer_len, STACK)
		       : hand_on(first->fd, first->peer, first->peer_len, server);
}

AvuHttpServer *
avu_http_server_new(void)
{
	AvuHttpServer *server = g_new0(AvuHttpServer, 1);

	server->context.routes = http_routes_new();
	server->context.table = http_table_new();
	server->max_served = AVU_LIMIT_HTTP_SERVED;
	server->reserved[0] = -1;
	server->reserved[1] = -1;
	return server;
}

void
avu_http_server_add_route(AvuHttpServer *server, const AvuHttpRoute *route, void *user_data)
{
	g_return_if_fail(server->daemon == NULL);
	http_routes_add(server->context.routes, route, user_data);
}

void
avu_http_server_set_qos(AvuHttpServer *server, const AvuHttpQos *qos)
{
	g_return_if_fail(server->daemon == NULL);
	http_table_set_qos(server->context.table, qos);
}

void
avu_http_server_set_counters(AvuHttpServer *server, AvuCounters *counters)
{
	g_return_if_fail(server->daemon == NULL);
	server->counters = counters;
	http_counters_init(&server->context.counters, counters);
	http_table_set_cut_counter(server->context.table, server->context.counters.cut);
}

void
avu_http_server_set_max_served(AvuHttpServer *server, unsigned n)
{
	g_return_if_fail(server->daemon == NULL);
	server->max_served = CLAMP(n, 1, AVU_LIMIT_HTTP_SERVED_MAX);
	http_table_set_max(server->context.table, server->max_served);
}

GArray *
avu_http_server_list_transfers(AvuHttpServer *server)
{
	return http_table_list_transfers(server->context.table);
}

void
avu_http_server_set_accept(AvuHttpServer *server,
	bool (*accept)(const AvuAddress *peer, const AvuAddress *local, void *user_data),
	void *user_data)
{
	g_return_if_fail(server->daemon == NULL);
	server->accept = accept;
	server->accept_data = user_data;
}

/* Bound, not listening: our own listeners may still have the port on single addresses, the kernel
 * gives it to nobody else by chance, and a server that listens on it already is noticed. */
static bool
reserve(AvuHttpServer *server, uint16_t port, GError **error)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
		AvuAddress any = { .family = families[i], .port = port };
		g_autoptr(GError) why = NULL;

		avu_fd_cleanup(&server->reserved[i]);
		server->reserved[i] = http_listener_bind(&any, &why);
		/* A host without IPv6 is fine. */
		if (server->reserved[i] < 0 &&
			(families[i] == AF_INET ||
				g_error_matches(why, AVU_ERROR, AVU_ERROR_BUSY))) {
			if (g_error_matches(why, AVU_ERROR, AVU_ERROR_BUSY)) {
				g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY,
					"port %u is taken by another program", port);
			} else {
				g_propagate_error(error, g_steal_pointer(&why));
			}
			return false;
		}
	}
	server->port = port;
	return true;
}

static bool
choose_port(AvuHttpServer *server, uint16_t port, uint16_t preferred, GError **error)
{
	if (port != 0) {
		return reserve(server, port, error);
	}
	if (preferred != 0 && reserve(server, preferred, NULL)) {
		return true;
	}
	for (int i = 1; i < PORT_TRIES; i++) {
		uint16_t candidate =
			(uint16_t)(FIRST_RANDOM_PORT +
				   avu_random_below(UINT16_MAX - FIRST_RANDOM_PORT + 1));

		if (reserve(server, candidate, NULL)) {
			return true;
		}
	}
	return reserve(server, UINT16_MAX, error);
}

static bool
start_daemon(AvuHttpServer *server, GError **error)
{
	const sigset_t before = http_thread_block_signals();

	server->daemon = MHD_start_daemon(
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_INTERNAL_POLLING_THREAD |
			MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC,
		0, NULL, NULL, http_daemon_on_request, &server->context,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_NOTIFY_COMPLETED,
		http_daemon_on_completed, &server->context, MHD_OPTION_URI_LOG_CALLBACK,
		http_daemon_on_target, &server->context, MHD_OPTION_UNESCAPE_CALLBACK,
		leave_escaped, NULL, MHD_OPTION_STRICT_FOR_CLIENT, STRICT,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)AVU_LIMIT_HTTP_IDLE_S,
		/* We count ourselves; twice as many leaves room for those on their way out. */
		MHD_OPTION_CONNECTION_LIMIT, 2 * server->max_served, MHD_OPTION_THREAD_STACK_SIZE,
		(size_t)STACK, MHD_OPTION_END);
	http_thread_restore_signals(&before);
	if (server->daemon == NULL) {
		avu_set_errno(error, errno, "HTTP server");
		return false;
	}
	return true;
}

/* LIM-08 would be mere words under the usual soft limit of 1,024 descriptors. */
static void
raise_descriptor_limit(unsigned served)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS(served)) {
		limit.rlim_cur = MIN(limit.rlim_max, DESCRIPTORS(served));
		/* When refused, the acceptor drops the oldest that waits. */
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int64_t
count_waiting(void *data)
{
	AvuHttpServer *server = data;

	return server->acceptor != NULL ? (int64_t)http_acceptor_count(server->acceptor) : 0;
}

static int64_t
count_served(void *data)
{
	return (int64_t)http_table_count(((AvuHttpServer *)data)->context.table);
}

static int64_t
count_streams(void *data)
{
	return (int64_t)http_table_count_streams(((AvuHttpServer *)data)->context.table);
}

static void
add_levels(AvuHttpServer *server)
{
	static const struct {
		AvuCounterSpec spec;
		int64_t (*read)(void *data);
	} rows[] = {
		{ { "av_http_waiting", "connections that wait for their first request", NULL, NULL,
			  AVU_COUNTER_LEVEL },
			count_waiting },
		{ { "av_http_served", "connections that have a thread", NULL, NULL,
			  AVU_COUNTER_LEVEL },
			count_served },
		{ { "av_http_streams", "files and streams on their way", NULL, NULL,
			  AVU_COUNTER_LEVEL },
			count_streams },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		avu_counters_add_source(server->counters, &rows[i].spec, rows[i].read, server);
	}
}

bool
avu_http_server_start(AvuHttpServer *server, uint16_t port, uint16_t preferred, GError **error)
{
	const HttpAcceptorCalls calls = { may_connect, serve, server, &server->context.counters };

	g_return_val_if_fail(server->daemon == NULL, false);
	raise_descriptor_limit(server->max_served);
	if (!choose_port(server, port, preferred, error) || !start_daemon(server, error)) {
		return false;
	}
	server->linger = http_linger_new(error);
	if (server->linger == NULL) {
		return false;
	}
	server->lane = http_lane_new(&server->context, server->linger, hand_on, server);
	server->acceptor = http_acceptor_new(server->context.table, server->linger, &calls, error);
	add_levels(server);
	return server->acceptor != NULL;
}

uint16_t
avu_http_server_get_port(const AvuHttpServer *server)
{
	return server->port;
}

bool
avu_http_server_set_addresses(
	AvuHttpServer *server, const AvuAddress *addresses, size_t n, GError **error)
{
	g_autofree AvuAddress *own = g_memdup2(addresses, n * sizeof(*addresses));

	g_return_val_if_fail(server->acceptor != NULL, false);
	for (size_t i = 0; i < n; i++) {
		own[i].port = server->port;
	}
	return http_acceptor_listen(server->acceptor, own, n, error);
}

void
avu_http_server_set_away(AvuHttpServer *server, int64_t away_ns)
{
	http_table_set_away(server->context.table, away_ns);
}

void
avu_http_server_free(AvuHttpServer *server)
{
	if (server == NULL) {
		return;
	}
	http_acceptor_stop(server->acceptor);
	http_table_cut_all(server->context.table);
	http_lane_free(server->lane); /* before the daemon, to which it hands on */
	if (server->daemon != NULL) {
		MHD_stop_daemon(server->daemon);
	}
	http_acceptor_free(server->acceptor); /* requests under way may have asked what waits */
	http_linger_free(server->linger); /* its last customers came with the threads that ended */
	http_table_free(server->context.table);
	http_routes_free(server->context.routes);
	avu_fd_cleanup(&server->reserved[0]);
	avu_fd_cleanup(&server->reserved[1]);
	g_free(server);
}
