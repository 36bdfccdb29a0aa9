/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of one request: check, route, body, handler, answer. All of it runs on the thread of its
 * connection. Limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-access.h"
#include "http-body.h"
#include "http-check.h"
#include "http-request.h"
#include "http-response.h"

/* UDA wants whole answers within 30 s; a slow reader of a small one gets no more than twice that. */
#define ANSWER_NS (60 * AVU_NS_PER_S)

struct AvuHttpRequest {
	const HttpRequestContext *context;
	HttpConnection *link;
	int fd;
	char *target; /* as sent */
	char *path;
	char *query;
	struct MHD_Connection *connection;
	const HttpRoute *route;
	AvuHttpMethod method;
	const char *method_name; /* NULL: none of ours */
	int64_t begin_ns;
	bool http10;
	bool accepted; /* checked and routed */
	bool early;    /* response was sent before the body's end */
	bool corked;   /* its head waits for the first octets of its file */
	HttpBody body;
	AvuHttpResponse *response; /* queued, or sent early */
	GPtrArray *trimmed;        /* header values handed out as copies */
};

/* First sight of a request: its line was read. */
void *
http_request_on_target(void *data, const char *target, struct MHD_Connection *connection)
{
	AvuHttpRequest *request = g_new0(AvuHttpRequest, 1);
	const union MHD_ConnectionInfo *info;

	request->context = data;
	request->begin_ns = avu_now_ns();
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

/* Before the first octet of the answer; marks of an earlier answer go. */
static void
mark_socket(AvuHttpRequest *request, AvuTraffic traffic)
{
	const AvuHttpQos *qos = http_table_get_qos(request->context->table);

	if (request->link->traffic != traffic && (qos->dscp || qos->priority)) {
		avu_socket_mark(request->fd, request->link->local.family, traffic, qos->dscp,
			qos->priority);
	}
	request->link->traffic = traffic;
}

/* libmicrohttpd sends a head as soon as it has it, in a packet of its own: for a small part of a file that
 * is as much work for both ends as the part is. Corked, the kernel holds it back for the file's first octets,
 * at most 200 ms should the disk have to wake up. */
static void
cork(AvuHttpRequest *request, bool corked)
{
	const int value = corked;

	request->corked = corked;
	(void)setsockopt(request->fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
}

/* Hands the answer to libmicrohttpd and starts its clock. */
static enum MHD_Result
answer(AvuHttpRequest *request, AvuHttpResponse *response, bool close)
{
	bool head = request->method == AVU_HTTP_HEAD;
	bool stream = http_response_is_stream(response) && !head;
	unsigned patience = stream ? AVU_LIMIT_STREAM_STALL_S : AVU_LIMIT_HTTP_IDLE_S;

	request->link->linger |= close;
	mark_socket(request, http_response_get_traffic(response));
	if (stream) {
		HttpTransfer transfer = { .object = request->path };

		http_response_describe(response, &transfer);
		if (transfer.file_fd >= 0) {
			cork(request, true);
		}
		http_table_mark_stream(request->context->table, request->link, &transfer);
	} else {
		http_table_mark(request->context->table, request->link, HTTP_ANSWER,
			avu_now_ns() + ANSWER_NS);
	}
	(void)MHD_set_connection_option(
		request->connection, MHD_CONNECTION_OPTION_TIMEOUT, patience);
	request->response = response;
	/* DLNA: an HTTP/1.0 client's wish to keep the connection is not granted. */
	return http_response_queue(response, request->connection, close || request->http10, head)
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
	AvuHttpResponse *refusal;

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
	request->method_name = http_method_name(verdict.method);
	request->path = avu_cursor_dup(&verdict.path);
	request->query = avu_cursor_dup(&verdict.query);
	request->route = http_routes_find(request->context->routes, request->path);
	if (request->route == NULL) {
		return refuse(request, 404, "there is nothing here");
	}
	if ((request->route->route.methods & verdict.method) == 0) {
		return refuse_method(request);
	}
	refusal = http_body_begin(
		&request->body, request->route, request, verdict.has_body ? verdict.body_len : 0);
	if (refusal != NULL) {
		return answer(request, refusal, true);
	}
	request->accepted = true;
	http_table_mark(request->context->table, request->link,
		verdict.has_body ? HTTP_BODY : HTTP_ANSWER,
		verdict.has_body ? request->body.upload.deadline_ns : AVU_TIME_NONE);
	return MHD_YES;
}

/* libmicrohttpd takes an answer before the body or after it, not in between: so it is said past it.
 * What is on its way is thrown away by http-linger. */
static enum MHD_Result
take_body(AvuHttpRequest *request, const char *octets, size_t *len)
{
	AvuHttpResponse *response = http_body_take(&request->body, octets, *len);

	*len = 0;
	if (response == NULL) {
		return MHD_YES;
	}
	http_response_send_now(response, request->fd);
	request->response = response;
	request->early = true;
	request->link->linger = true;
	return MHD_NO;
}

enum MHD_Result
http_request_on_request(void *data, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *octets, size_t *len,
	void **request_data)
{
	AvuHttpRequest *request = *request_data;

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
	http_table_mark(request->context->table, request->link, HTTP_ANSWER, AVU_TIME_NONE);
	return answer(request, http_body_end(&request->body, request), false);
}

/* What the client has of an answer that broke off is what it has acknowledged. */
static uint64_t
count_acknowledged(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	(void)getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info.tcpi_bytes_acked;
}

/* libmicrohttpd does not tell a peer that left while we sent from other faults; the socket does. */
static bool
has_left(int fd)
{
	char octet;
	ssize_t got = recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

static uint64_t
count_octets(const AvuHttpRequest *request, bool sent)
{
	const uint64_t octets = request->response != NULL && request->method != AVU_HTTP_HEAD
					? http_response_count_octets(request->response, sent)
					: 0;

	return !sent && octets == 0 ? count_acknowledged(request->fd) : octets;
}

static const char *
explain_end(const AvuHttpRequest *request, enum MHD_RequestTerminationCode code)
{
	static const char *const cuts[] = {
		[HTTP_CUT_DEADLINE] = "deadline",
		[HTTP_CUT_ROOM] = "evicted",
		[HTTP_CUT_ADDRESS] = "address-gone",
		[HTTP_CUT_GONE] = "client-gone",
		[HTTP_CUT_SHRUNK] = "file-shrunk",
	};
	HttpCut cut = http_table_get_cut(request->context->table, request->link);

	if (cut != HTTP_CUT_NONE) {
		return cuts[cut];
	}
	switch (code) {
	case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
		return "stalled";
	case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
		return "stopped";
	case MHD_REQUEST_TERMINATED_READ_ERROR:
	case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
		return "client-left";
	default:
		if (has_left(request->fd)) {
			return "client-left";
		}
		return request->response != NULL ? "broken" : "bad-request";
	}
}

/* Counts and tells. */
static void
account(const AvuHttpRequest *request, enum MHD_RequestTerminationCode code)
{
	const HttpCounters *counters = &request->context->counters;
	const AvuHttpResponse *response = request->response;
	bool sent = code == MHD_REQUEST_TERMINATED_COMPLETED_OK || request->early;
	unsigned status = response != NULL ? http_response_get_status(response) : 0;
	uint64_t octets = count_octets(request, sent);

	avu_counter_add(counters->statuses[MIN(status / 100, 5)], 1);
	avu_counter_add(counters->sent_octets, (int64_t)octets);
	avu_counter_add(counters->received_octets, (int64_t)request->body.received);
	avu_counter_add(counters->aborted, !sent);
	if (http_access_is_wanted()) {
		const HttpAccess access = {
			.client = &request->link->peer,
			.method = request->method_name,
			.object = request->path != NULL ? request->path : request->target,
			.status = status,
			.range = response != NULL
					 ? http_response_get_header(response, "Content-Range")
					 : NULL,
			.octets = octets,
			.elapsed_ns = avu_now_ns() - request->begin_ns,
			.end = sent ? "complete" : explain_end(request, code),
		};

		http_access_log(&access);
	}
}

void
http_request_on_completed(void *data, struct MHD_Connection *connection, void **request_data,
	enum MHD_RequestTerminationCode code)
{
	AvuHttpRequest *request = *request_data;

	(void)data;
	(void)connection;
	if (request == NULL) {
		return;
	}
	*request_data = NULL;
	if (request->corked) {
		cork(request, false);
	}
	if (request->link != NULL) {
		account(request, code);
		/* Before its path and its file go. */
		http_table_mark(request->context->table, request->link, HTTP_IDLE,
			avu_now_ns() + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S);
	}
	if (request->response != NULL) {
		const bool sent = code == MHD_REQUEST_TERMINATED_COMPLETED_OK || request->early;

		http_response_finish(request->response, sent,
			sent ? http_response_count_octets(request->response, sent)
			     : count_octets(request, sent));
	}
	http_body_clear(&request->body);
	g_clear_pointer(&request->trimmed, g_ptr_array_unref);
	g_free(request->target);
	g_free(request->path);
	g_free(request->query);
	g_free(request);
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
	const HttpBuffer *collected = &request->body.collected;

	*ret_len = collected->len;
	return collected->data != NULL ? collected->data : "";
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
