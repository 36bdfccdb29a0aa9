/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request, whoever read its head: what a handler may ask it, how its answer is marked, and what is counted and
 * told at its end. All of it runs on the thread of its connection. Limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-access.h"
#include "http-lines.h"
#include "http-request.h"
#include "http-response.h"

/* UDA wants whole answers within 30 s; a slow reader of a small one gets no more than twice that. */
#define ANSWER_NS (60 * AVU_NS_PER_S)

void
http_request_take_verdict(AvuHttpRequest *request, const HttpVerdict *verdict)
{
	request->method = verdict->method;
	request->method_name = http_method_name(verdict->method);
	request->path = avu_cursor_dup(&verdict->path);
	request->query = avu_cursor_dup(&verdict->query);
	request->route = http_routes_find(request->context->routes, request->path);
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

bool
http_request_mark(AvuHttpRequest *request, AvuHttpResponse *response, HttpTransfer *ret_transfer)
{
	const bool stream = http_response_is_stream(response) && request->method != AVU_HTTP_HEAD;

	request->response = response;
	mark_socket(request, http_response_get_traffic(response));
	if (stream) {
		*ret_transfer = (HttpTransfer){ .object = request->path };
		http_response_describe(response, ret_transfer);
		http_table_mark_stream(request->context->table, request->link, ret_transfer);
	} else {
		http_table_mark(request->context->table, request->link, HTTP_ANSWER,
			avu_now_ns() + ANSWER_NS);
	}
	return stream;
}

static struct tcp_info
look(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	(void)getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info;
}

static uint64_t
written(const struct tcp_info *info)
{
	return info->tcpi_bytes_sent - info->tcpi_bytes_retrans + info->tcpi_notsent_bytes;
}

uint64_t
http_request_count_written(int fd)
{
	const struct tcp_info info = look(fd);

	return written(&info);
}

/* What the client has of an answer that broke off is what it has acknowledged. */
static uint64_t
count_arrived(const AvuHttpRequest *request)
{
	const struct tcp_info info = look(request->fd);
	const uint64_t all = written(&info);
	const uint64_t missing = all - MIN(all, info.tcpi_bytes_acked);

	return request->given - MIN(request->given, missing);
}

/* A send that failed does not tell a peer that left from other faults; the socket does. */
static bool
has_left(int fd)
{
	char octet;
	ssize_t got = recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

const char *
http_request_explain(const AvuHttpRequest *request, const char *known)
{
	static const char *const cuts[] = {
		[HTTP_CUT_DEADLINE] = "deadline",
		[HTTP_CUT_ROOM] = "evicted",
		[HTTP_CUT_ADDRESS] = "address-gone",
		[HTTP_CUT_GONE] = "client-gone",
		[HTTP_CUT_STALLED] = "stalled",
		[HTTP_CUT_SHRUNK] = "file-shrunk",
	};

	const char *cut = request->link != NULL
				  ? cuts[http_table_get_cut(request->context->table, request->link)]
				  : NULL;

	if (cut != NULL || known != NULL) {
		return cut != NULL ? cut : known;
	}
	if (has_left(request->fd)) {
		return "client-left";
	}
	return request->response != NULL ? "broken" : "bad-request";
}

/* Counts and tells. */
static void
account(const AvuHttpRequest *request, uint64_t octets, const char *broken)
{
	const HttpCounters *counters = &request->context->counters;
	const AvuHttpResponse *response = request->response;
	unsigned status = response != NULL ? avu_http_response_get_status(response) : 0;

	avu_counter_add(counters->statuses[MIN(status / 100, 5)], 1);
	avu_counter_add(counters->sent_octets, (int64_t)octets);
	avu_counter_add(counters->received_octets, (int64_t)request->body.received);
	avu_counter_add(counters->aborted, broken != NULL);
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
			.end = broken != NULL ? broken : "complete",
		};

		http_access_log(&access);
	}
}

void
http_request_end(AvuHttpRequest *request, const char *broken)
{
	const uint64_t octets = broken != NULL ? count_arrived(request) : request->given;

	if (request->link != NULL) {
		account(request, octets, broken);
		/* Before its path and its file go. */
		http_table_mark(request->context->table, request->link, HTTP_IDLE,
			avu_now_ns() + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S);
	}
	if (request->response != NULL) {
		http_response_finish(request->response, broken == NULL, octets);
	}
	http_body_clear(&request->body);
	g_clear_pointer(&request->made, g_ptr_array_unref);
	g_free(request->path);
	g_free(request->query);
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

/* Lives as long as the request. */
static const char *
keep(const AvuHttpRequest *request, char *value)
{
	AvuHttpRequest *own = (AvuHttpRequest *)request; /* a cache is no part of its value */

	if (own->made == NULL) {
		own->made = g_ptr_array_new_with_free_func(g_free);
	}
	g_ptr_array_add(own->made, value);
	return value;
}

/* Without blanks behind it. */
static size_t
value_len(const HttpLine *line)
{
	size_t len = line->value_len;

	while (len > 0 && is_blank(line->value[len - 1])) {
		len--;
	}
	return len;
}

const char *
avu_http_request_get_header(const AvuHttpRequest *request, const char *name)
{
	const HttpLine *line = http_lines_find(request->lines, request->n_lines, name);

	if (line == NULL || value_len(line) == line->value_len) {
		return line != NULL ? line->value : NULL;
	}
	/* Rare, so a copy is made only then. */
	return keep(request, g_strndup(line->value, value_len(line)));
}

const char *
avu_http_request_get_list(const AvuHttpRequest *request, const char *name)
{
	const HttpLine *end = request->lines + request->n_lines;
	const HttpLine *line = http_lines_find(request->lines, request->n_lines, name);
	const HttpLine *next =
		line != NULL ? http_lines_find(line + 1, (size_t)(end - line - 1), name) : NULL;
	GString *joined;

	if (next == NULL) {
		return avu_http_request_get_header(request, name);
	}
	joined = g_string_new_len(line->value, (gssize)value_len(line));
	for (; next != NULL; next = http_lines_find(next + 1, (size_t)(end - next - 1), name)) {
		g_string_append(joined, ", ");
		g_string_append_len(joined, next->value, (gssize)value_len(next));
	}
	return keep(request, g_string_free(joined, FALSE));
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
