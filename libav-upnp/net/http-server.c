/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server: port, acceptor and libmicrohttpd put together, and the path of one request through
 * check, route, body and handler. Everything from on_target down runs on the thread of the
 * connection; the rest on the caller's. Limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "http-acceptor.h"
#include "http-buffer.h"
#include "http-check.h"
#include "http-response.h"
#include "http-route.h"

/* The head fits in (LIM-05) with libmicrohttpd's own bookkeeping and the answer's header. */
#define POOL (2 * AVU_LIMIT_HTTP_HEAD)
/* Sanitizers put red zones around every local. */
#define STACK ((AVU_SANITIZED ? 2048 : 128) * 1024)
/* UDA wants whole answers within 30 s; a slow reader of a small one gets no more than twice that. */
#define ANSWER_NS (60 * AVU_NS_PER_S)
/* Those who wait, those who are served with a file each, and what the program itself has open. */
#define DESCRIPTORS ((rlim_t)(AVU_LIMIT_HTTP_WAITING + 2 * AVU_LIMIT_HTTP_SERVED + 512))
#define FIRST_RANDOM_PORT 49152
#define PORT_TRIES 64

struct AvuHttpServer {
	HttpRoutes *routes;
	HttpTable *table;
	HttpAcceptor *acceptor;
	struct MHD_Daemon *daemon;
	bool (*accept)(const AvuAddress *peer, const AvuAddress *local, void *user_data);
	void *accept_data;
	uint16_t port;
	int reserved
		[2]; /* sockets bound to the port of all IPv4, all IPv6 addresses; not listening */
};

struct AvuHttpRequest {
	AvuHttpServer *server;
	HttpConnection *link;
	int fd;
	char *target; /* as sent */
	char *path;
	char *query;
	struct MHD_Connection *connection;
	const HttpRoute *route;
	AvuHttpMethod method;
	bool http10;
	bool accepted; /* checked and routed */
	bool too_large;
	HttpBuffer body;
	size_t discarded;
	AvuHttpResponse *response; /* queued */
	GPtrArray *trimmed;        /* header values handed out as copies */
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

		*socket_data = http_table_start(server->table, info->connect_fd);
	} else if (*socket_data != NULL) {
		http_table_end(server->table, *socket_data);
		*socket_data = NULL;
	}
}

/* First sight of a request: its line was read. */
static void *
on_target(void *data, const char *target, struct MHD_Connection *connection)
{
	AvuHttpRequest *request = g_new0(AvuHttpRequest, 1);
	const union MHD_ConnectionInfo *info;

	request->server = data;
	request->connection = connection;
	request->target = g_strdup(target); /* the pool bounds it */
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	request->link = info->socket_context;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	request->fd = info->connect_fd;
	return request;
}

static enum MHD_Result
collect_line(void *data, enum MHD_ValueKind kind, const char *name, size_t name_len,
	const char *value, size_t value_len)
{
	GArray *lines = data;
	HttpLine line = { name, name_len, value != NULL ? value : "", value_len };

	(void)kind;
	g_array_append_val(lines, line);
	return MHD_YES;
}

/* Hands the answer to libmicrohttpd and starts its clock. */
static enum MHD_Result
answer(AvuHttpRequest *request, AvuHttpResponse *response, bool close)
{
	bool stream = http_response_is_stream(response);
	unsigned patience = stream ? AVU_LIMIT_STREAM_STALL_S : AVU_LIMIT_HTTP_IDLE_S;

	http_table_mark(request->server->table, request->link, stream ? HTTP_STREAM : HTTP_ANSWER,
		stream ? AVU_TIME_NONE : avu_now_ns() + ANSWER_NS);
	(void)MHD_set_connection_option(
		request->connection, MHD_CONNECTION_OPTION_TIMEOUT, patience);
	request->response = response;
	/* DLNA: an HTTP/1.0 client's wish to keep the connection is not granted. */
	return http_response_queue(response, request->connection, close || request->http10,
		       request->method == AVU_HTTP_HEAD)
		       ? MHD_YES
		       : MHD_NO;
}

static enum MHD_Result
refuse(AvuHttpRequest *request, unsigned status, const char *why)
{
	/* SEC-040: whoever was lured here by a name learns nothing. */
	AvuHttpResponse *response = status == 421 ? avu_http_response_new(status, NULL, NULL)
						  : avu_http_response_new_error(status, why);

	return answer(request, response, true);
}

static enum MHD_Result
refuse_method(AvuHttpRequest *request)
{
	AvuHttpResponse *response =
		avu_http_response_new_error(405, "this method does not fit this resource");
	g_autofree char *allow = http_methods_format(request->route->route.methods);

	avu_http_response_set_header(response, "Allow", allow);
	return answer(request, response, true);
}

/* First call for a request: all header lines are there, of the body nothing was taken. */
static enum MHD_Result
begin(AvuHttpRequest *request, const char *method, const char *version)
{
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(HttpLine));
	HttpHead head = { .method = method, .version = version, .target = request->target };
	HttpVerdict verdict;
	size_t max_body;

	if (request->link == NULL) {
		return MHD_NO;
	}
	(void)MHD_get_connection_values_n(
		request->connection, MHD_HEADER_KIND, collect_line, lines);
	head.lines = (const HttpLine *)(void *)lines->data;
	head.n_lines = lines->len;
	head.local = request->link->local;
	verdict = http_check(&head);
	request->http10 = verdict.http10;
	if (verdict.status != 0) {
		return refuse(request, verdict.status, verdict.why);
	}
	request->method = verdict.method;
	request->path = avu_cursor_dup(&verdict.path);
	request->query = avu_cursor_dup(&verdict.query);
	request->route = http_routes_find(request->server->routes, request->path);
	if (request->route == NULL) {
		return refuse(request, 404, "there is nothing here");
	}
	if ((request->route->route.methods & verdict.method) == 0) {
		return refuse_method(request);
	}
	max_body = request->route->route.max_body;
	if (verdict.has_body && verdict.body_len != UINT64_MAX && verdict.body_len > max_body) {
		return refuse(request, 413, "the body is too large");
	}
	request->accepted = true;
	http_table_mark(request->server->table, request->link,
		verdict.has_body ? HTTP_BODY : HTTP_ANSWER,
		verdict.has_body ? avu_now_ns() + AVU_LIMIT_SOAP_BODY_NS : AVU_TIME_NONE);
	return MHD_YES;
}

/* A chunked body tells its size only by arriving. What is too much is read on for a while, since an
 * answer can be given at its end only; who sends twice too much is cut. */
static enum MHD_Result
take_body(AvuHttpRequest *request, const char *octets, size_t *len)
{
	size_t max = request->route->route.max_body;

	if (request->too_large || !http_buffer_append(&request->body, octets, *len, max)) {
		request->too_large = true;
		request->discarded += *len;
		if (request->discarded > max + POOL) {
			return MHD_NO;
		}
	}
	*len = 0;
	return MHD_YES;
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *octets, size_t *len, void **request_data)
{
	AvuHttpRequest *request = *request_data;
	AvuHttpResponse *response;

	(void)data;
	(void)connection;
	(void)url;
	if (request->response != NULL) {
		return MHD_YES; /* refused before; the rest of it does not matter */
	}
	if (!request->accepted) {
		return begin(request, method, version);
	}
	if (*len > 0) {
		return take_body(request, octets, len);
	}
	if (request->too_large) {
		return refuse(request, 413, "the body is too large");
	}
	http_table_mark(request->server->table, request->link, HTTP_ANSWER, AVU_TIME_NONE);
	response = request->route->route.handler(request, request->route->user_data);
	return answer(request, response, false);
}

static void
on_completed(void *data, struct MHD_Connection *connection, void **request_data,
	enum MHD_RequestTerminationCode code)
{
	AvuHttpRequest *request = *request_data;

	(void)data;
	(void)connection;
	if (request == NULL) {
		return;
	}
	*request_data = NULL;
	if (request->link != NULL) {
		http_table_mark(request->server->table, request->link, HTTP_IDLE,
			avu_now_ns() + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S);
	}
	if (request->response != NULL) {
		http_response_finish(
			request->response, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	}
	http_buffer_clear(&request->body);
	g_clear_pointer(&request->trimmed, g_ptr_array_unref);
	g_free(request->target);
	g_free(request->path);
	g_free(request->query);
	g_free(request);
}

static bool
may_connect(const AvuAddress *peer, const AvuAddress *local, void *data)
{
	AvuHttpServer *server = data;

	return server->accept == NULL || server->accept(peer, local, server->accept_data);
}

static bool
serve(int fd, const struct sockaddr *peer, socklen_t len, void *data)
{
	AvuHttpServer *server = data;

	return MHD_add_connection(server->daemon, fd, peer, len) == MHD_YES;
}

AvuHttpServer *
avu_http_server_new(void)
{
	AvuHttpServer *server = g_new0(AvuHttpServer, 1);

	server->routes = http_routes_new();
	server->table = http_table_new();
	server->reserved[0] = -1;
	server->reserved[1] = -1;
	return server;
}

void
avu_http_server_add_route(AvuHttpServer *server, const AvuHttpRoute *route, void *user_data)
{
	g_return_if_fail(server->daemon == NULL);
	http_routes_add(server->routes, route, user_data);
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
		server->reserved[i] = http_acceptor_bind(&any, &why);
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
	sigset_t all, before;

	/* Inherited by all its threads: signals are the main thread's business, and a peer that leaves
	 * during sendfile() must be an error, not a SIGPIPE. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	server->daemon = MHD_start_daemon(
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_INTERNAL_POLLING_THREAD |
			MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC,
		0, NULL, NULL, on_request, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
		server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK,
		leave_escaped, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)AVU_LIMIT_HTTP_IDLE_S,
		/* We count ourselves; twice as many leaves room for those on their way out. */
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)(2 * AVU_LIMIT_HTTP_SERVED),
		MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (server->daemon == NULL) {
		avu_set_errno(error, errno, "HTTP server");
		return false;
	}
	return true;
}

/* LIM-08 would be mere words under the usual soft limit of 1,024 descriptors. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS) {
		limit.rlim_cur = MIN(limit.rlim_max, DESCRIPTORS);
		/* When refused, the acceptor drops the oldest that waits. */
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

bool
avu_http_server_start(AvuHttpServer *server, uint16_t port, uint16_t preferred, GError **error)
{
	const HttpAcceptorCalls calls = { may_connect, serve, server };

	g_return_val_if_fail(server->daemon == NULL, false);
	raise_descriptor_limit();
	if (!choose_port(server, port, preferred, error) || !start_daemon(server, error)) {
		return false;
	}
	server->acceptor = http_acceptor_new(server->table, &calls, error);
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
avu_http_server_free(AvuHttpServer *server)
{
	if (server == NULL) {
		return;
	}
	http_acceptor_free(server->acceptor);
	http_table_keep_local(server->table, NULL, 0);
	if (server->daemon != NULL) {
		MHD_stop_daemon(server->daemon);
	}
	http_table_free(server->table);
	http_routes_free(server->routes);
	avu_fd_cleanup(&server->reserved[0]);
	avu_fd_cleanup(&server->reserved[1]);
	g_free(server);
}

AvuHttpMethod
avu_http_request_get_method(const AvuHttpRequest *request)
{
	return request->method;
}

const char *
avu_http_request_get_path(const AvuHttpRequest *request)
{
	return request->path;
}

const char *
avu_http_request_get_rest(const AvuHttpRequest *request)
{
	return request->path + strlen(request->route->route.path);
}

const char *
avu_http_request_get_query(const AvuHttpRequest *request)
{
	return request->query;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

const char *
avu_http_request_get_header(const AvuHttpRequest *request, const char *name)
{
	const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
	AvuHttpRequest *own = (AvuHttpRequest *)request; /* a cache is no part of its value */
	size_t len = value != NULL ? strlen(value) : 0;

	if (len == 0 || !is_blank(value[len - 1])) {
		return value;
	}
	/* libmicrohttpd leaves the blanks behind a value. Rare, so a copy is made only then. */
	while (len > 0 && is_blank(value[len - 1])) {
		len--;
	}
	if (own->trimmed == NULL) {
		own->trimmed = g_ptr_array_new_with_free_func(g_free);
	}
	value = g_strndup(value, len);
	g_ptr_array_add(own->trimmed, (char *)(uintptr_t)value);
	return value;
}

const char *
avu_http_request_get_body(const AvuHttpRequest *request, size_t *ret_len)
{
	*ret_len = request->body.len;
	return request->body.data != NULL ? request->body.data : "";
}

const AvuAddress *
avu_http_request_get_peer(const AvuHttpRequest *request)
{
	return &request->link->peer;
}

const AvuAddress *
avu_http_request_get_local(const AvuHttpRequest *request)
{
	return &request->link->local;
}

bool
avu_http_request_is_http10(const AvuHttpRequest *request)
{
	return request->http10;
}

int
avu_http_request_get_socket(const AvuHttpRequest *request)
{
	return request->fd;
}
