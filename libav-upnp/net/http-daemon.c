/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of one request through libmicrohttpd: check, route, body, handler, answer. All of it runs on the thread of
 * its connection. */
#include "config.h"

#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-daemon.h"
#include "http-response.h"

typedef struct {
	AvuHttpRequest request;
	struct MHD_Connection *connection;
	char *target;
	GArray *lines;    /* HttpLine, libmicrohttpd's; NULL before the check */
	bool accepted;    /* checked and routed */
	bool early;       /* response was sent before the body's end */
	bool corked;      /* its head waits for the first octets of its file */
	bool close;       /* behind this answer */
	uint64_t written; /* into the socket before the answer */
} Call;

/* First sight of a request: its line was read. */
void *
http_daemon_on_target(void *data, const char *target, struct MHD_Connection *connection)
{
	Call *call = g_new0(Call, 1);
	const union MHD_ConnectionInfo *info;

	call->connection = connection;
	call->target = g_strdup(target); /* the pool bounds it */
	call->request.context = data;
	call->request.begin_ns = avu_now_ns();
	call->request.target = call->target;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	call->request.link = info->socket_context;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	call->request.fd = info->connect_fd;
	return call;
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

/* libmicrohttpd sends a head as soon as it has it, in a packet of its own: for a small part of a file that
 * is as much work for both ends as the part is. Corked, the kernel holds it back for the file's first octets,
 * at most 200 ms should the disk have to wake up. */
static void
cork(Call *call, bool corked)
{
	const int value = corked;

	call->corked = corked;
	(void)setsockopt(call->request.fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
}

/* Hands the answer to libmicrohttpd and starts its clock. */
static enum MHD_Result
answer(Call *call, AvuHttpResponse *response, bool close)
{
	AvuHttpRequest *request = &call->request;
	bool head = request->method == AVU_HTTP_HEAD;
	unsigned patience = AVU_LIMIT_HTTP_IDLE_S;
	HttpTransfer transfer;

	request->link->linger |= close;
	if (http_request_mark(request, response, &transfer)) {
		patience = AVU_LIMIT_STREAM_STALL_S;
		if (transfer.file_fd >= 0) {
			cork(call, true);
		}
	}
	(void)MHD_set_connection_option(call->connection, MHD_CONNECTION_OPTION_TIMEOUT, patience);
	/* DLNA: an HTTP/1.0 client's wish to keep the connection is not granted. */
	call->close = close || request->http10;
	call->written = http_request_count_written(request->fd);
	return http_response_queue(response, call->connection, call->close, head) ? MHD_YES
										  : MHD_NO;
}

static enum MHD_Result
refuse(Call *call, unsigned status, const char *why)
{
	/* SEC-040: whoever was lured here by a name learns nothing. */
	AvuHttpResponse *response = status == 421 ? avu_http_response_new(status, NULL, NULL)
						  : avu_http_response_new_error(status, why);

	return answer(call, response, true);
}

static enum MHD_Result
refuse_method(Call *call)
{
	AvuHttpResponse *response =
		avu_http_response_new_error(405, "this method does not fit this resource");
	g_autofree char *allow = http_methods_format(call->request.route->route.methods);

	avu_http_response_set_header(response, "Allow", allow);
	return answer(call, response, true);
}

/* First call for a request: all header lines are there, of the body nothing was taken. */
static enum MHD_Result
begin(Call *call, const char *method, const char *version)
{
	AvuHttpRequest *request = &call->request;
	HttpHead head = { .method = method, .version = version, .target = request->target };
	HttpVerdict verdict;
	AvuHttpResponse *refusal;

	if (request->link == NULL) {
		return MHD_NO;
	}
	call->lines = g_array_new(FALSE, FALSE, sizeof(HttpLine));
	(void)MHD_get_connection_values_n(
		call->connection, MHD_HEADER_KIND, collect_line, call->lines);
	head.lines = request->lines = (const HttpLine *)(void *)call->lines->data;
	head.n_lines = request->n_lines = call->lines->len;
	head.local = request->link->local;
	verdict = http_check(&head);
	request->http10 = verdict.http10;
	if (verdict.status != 0) {
		return refuse(call, verdict.status, verdict.why);
	}
	http_request_take_verdict(request, &verdict);
	if (request->route == NULL) {
		return refuse(call, 404, "there is nothing here");
	}
	if ((request->route->route.methods & verdict.method) == 0) {
		return refuse_method(call);
	}
	refusal = http_body_begin(
		&request->body, request->route, request, verdict.has_body ? verdict.body_len : 0);
	if (refusal != NULL) {
		return answer(call, refusal, true);
	}
	call->accepted = true;
	http_table_mark(request->context->table, request->link,
		verdict.has_body ? HTTP_BODY : HTTP_ANSWER,
		verdict.has_body ? request->body.upload.deadline_ns : AVU_TIME_NONE);
	return MHD_YES;
}

/* libmicrohttpd takes an answer before the body or after it, not in between: so it is said past it.
 * What is on its way is thrown away by http-linger. */
static enum MHD_Result
take_body(Call *call, const char *octets, size_t *len)
{
	AvuHttpResponse *response = http_body_take(&call->request.body, octets, *len);

	*len = 0;
	if (response == NULL) {
		return MHD_YES;
	}
	http_response_send_now(response, call->request.fd);
	call->request.response = response;
	call->early = true;
	call->request.link->linger = true;
	return MHD_NO;
}

enum MHD_Result
http_daemon_on_request(void *data, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *octets, size_t *len,
	void **request_data)
{
	Call *call = *request_data;
	AvuHttpRequest *request;

	(void)data;
	(void)connection;
	(void)url;
	request = &call->request;
	if (request->response != NULL) {
		return MHD_YES; /* refused before; the rest of it does not matter */
	}
	if (!call->accepted) {
		return begin(call, method, version);
	}
	if (*len > 0) {
		return take_body(call, octets, len);
	}
	http_table_mark(request->context->table, request->link, HTTP_ANSWER, AVU_TIME_NONE);
	return answer(call, http_body_end(&request->body, request), false);
}

/* libmicrohttpd does not say how far it came with an answer that broke off; its head is as long as one of ours. */
static uint64_t
count_given(const Call *call, bool broken)
{
	const AvuHttpRequest *request = &call->request;

	if (request->response == NULL || request->method == AVU_HTTP_HEAD) {
		return 0;
	}
	const uint64_t all = http_response_count_octets(request->response);

	if (!broken) {
		return all;
	}
	g_autoptr(GString) head = g_string_new(NULL);

	http_response_format_head(request->response,
		(call->close ? HTTP_HEAD_CLOSE : 0) | (request->http10 ? HTTP_HEAD_OLD : 0), head);
	const uint64_t written = http_request_count_written(request->fd) - call->written;

	return MIN(all, written - MIN(written, head->len));
}

static const char *
explain(const Call *call, enum MHD_RequestTerminationCode code)
{
	static const char *const known[] = {
		[MHD_REQUEST_TERMINATED_TIMEOUT_REACHED] = "stalled",
		[MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN] = "stopped",
		[MHD_REQUEST_TERMINATED_READ_ERROR] = "client-left",
		[MHD_REQUEST_TERMINATED_CLIENT_ABORT] = "client-left",
	};

	if (call->request.link == NULL) {
		return "bad-request";
	}
	return http_request_explain(
		&call->request, code < G_N_ELEMENTS(known) ? known[code] : NULL);
}

void
http_daemon_on_completed(void *data, struct MHD_Connection *connection, void **request_data,
	enum MHD_RequestTerminationCode code)
{
	Call *call = *request_data;

	(void)data;
	(void)connection;
	if (call == NULL) {
		return;
	}
	*request_data = NULL;
	if (call->corked) {
		cork(call, false);
	}
	const bool broken = code != MHD_REQUEST_TERMINATED_COMPLETED_OK && !call->early;

	call->request.given = count_given(call, broken);
	http_request_end(&call->request, broken ? explain(call, code) : NULL);
	if (call->lines != NULL) {
		g_array_unref(call->lines);
	}
	g_free(call->target);
	g_free(call);
}
