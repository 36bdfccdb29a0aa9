/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-02: a connection's octets against the whole server on loopback, in pieces that the first octets choose: 255
 * is a pause. "%H" stands for the authority that we answer to. Whatever comes, the answers are whole, the
 * last one is the one that refuses, and a body is neither longer than allowed nor than announced. */
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/fd.h>
#include <av-upnp/http-server.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 64
#define PIECES 8
#define WAIT_MS 5000

static AvuHttpServer *server;
static char *authority;
static _Atomic size_t taken; /* of the upload at work: there is one connection at a time */

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	size_t len;

	(void)user_data;
	(void)avu_http_request_get_body(request, &len);
	g_assert_cmpuint(len, <=, BODY_MAX);
	return avu_http_response_new_error(200, "here");
}

static AvuHttpResponse *
upload_begin(const AvuHttpRequest *request, AvuHttpUpload *upload, void *user_data)
{
	(void)request;
	(void)user_data;
	g_assert_true(upload->length == UINT64_MAX || upload->length <= INT64_MAX);
	upload->data = (void *)&taken;
	taken = 0;
	return NULL;
}

static AvuHttpResponse *
upload_take(void *data, const char *octets, size_t len)
{
	(void)data;
	(void)octets;
	g_assert_cmpuint(len, >, 0);
	taken += len;
	g_assert_cmpuint(taken, <=, BODY_MAX);
	return NULL;
}

static AvuHttpResponse *
upload_end(const AvuHttpRequest *request, void *data)
{
	const char *length = avu_http_request_get_header(request, "Content-Length");

	(void)data;
	if (length != NULL) {
		g_assert_cmpuint(taken, ==, g_ascii_strtoull(length, NULL, 10));
	}
	return avu_http_response_new_error(201, "taken");
}

static void
upload_free(void *data)
{
	(void)data;
}

static void
start(void)
{
	static const AvuHttpUploadHandler uploads = { upload_begin, upload_take, upload_end,
		upload_free };
	static const AvuHttpRoute routes[] = {
		{ "/a", false, AVU_HTTP_GET | AVU_HTTP_HEAD | AVU_HTTP_POST | AVU_HTTP_SUBSCRIBE,
			BODY_MAX, on_request },
		{ "/u/", true, AVU_HTTP_POST | AVU_HTTP_PUT, BODY_MAX, on_request, &uploads },
		{ "/d", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_request, NULL, true },
	};
	AvuAddress loopback;

	server = avu_http_server_new();
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		avu_http_server_add_route(server, &routes[i], NULL);
	}
	g_assert_true(avu_address_parse("127.0.0.1", &loopback) &&
		      avu_http_server_start(server, 0, 0, NULL) &&
		      avu_http_server_set_addresses(server, &loopback, 1, NULL));
	authority = g_strdup_printf("127.0.0.1:%u", avu_http_server_get_port(server));
}

static int
dial(void)
{
	struct sockaddr_in there = { .sin_family = AF_INET,
		.sin_port = htons(avu_http_server_get_port(server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(connect(fd, (struct sockaddr *)&there, sizeof(there)), ==, 0);
	return fd;
}

/* One answer. @return behind it */
static const char *
check_answer(const char *at, const char *end, bool *ret_refusal)
{
	const char *head_end = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
	unsigned status;

	g_assert_true(g_str_has_prefix(at, "HTTP/1.1 ") && head_end != NULL);
	status = (unsigned)g_ascii_strtoull(at + 9, NULL, 10);
	g_assert_true(status >= 100 && status < 600);
	g_autofree char *head = g_strndup(at, (size_t)(head_end + 2 - at));
	const char *length = strstr(head, "\r\nContent-Length: ");
	const char *body = head_end + 4;

	*ret_refusal = strstr(head, "\r\nConnection: close\r\n") != NULL;
	g_assert_true(*ret_refusal || (status != 400 && status != 413 && status != 421 &&
					      status != 431 && status != 501 && status != 505));
	if (length != NULL && body < end && !g_str_has_prefix(body, "HTTP/1.1 ")) { /* no HEAD */
		body += g_ascii_strtoull(length + strlen("\r\nContent-Length: "), NULL, 10);
	}
	g_assert_true(body <= end);
	return body;
}

/* libmicrohttpd 0.9.75 says the head of its own refusals twice when a length is no number. */
static const char *
skip_double(const char *at, const char *end)
{
	const char *head_end = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
	size_t len;

	if (head_end == NULL) {
		return at;
	}
	len = (size_t)(head_end + 4 - at);
	g_autofree char *head = g_strndup(at, len);

	return (size_t)(end - at) >= 2 * len && memcmp(head, at + len, len) == 0 &&
			       strstr(head, "\r\nServer:") == NULL
		       ? at + len
		       : at;
}

static void
check(const GString *heard)
{
	const char *at = heard->str;
	const char *end = at + heard->len;
	bool refused = false;

	while (at < end) {
		const char *next = check_answer(skip_double(at, end), end, &refused);

		g_assert_true(!refused || next == end);
		at = next;
	}
}

static void
converse(int fd, const uint8_t *pieces, const GString *said)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t sent = 0;
	char buffer[4096];
	ssize_t got;

	for (unsigned i = 0; i < PIECES && sent < said->len; i++) {
		size_t len = MIN((size_t)pieces[i] + 1, said->len - sent);

		if (pieces[i] == UINT8_MAX) {
			(void)poll(&ready, 1, 1);
			continue;
		}
		(void)send(fd, said->str + sent, len, MSG_NOSIGNAL);
		sent += len;
	}
	(void)send(fd, said->str + sent, said->len - sent, MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR);
	while (poll(&ready, 1, WAIT_MS) == 1 && (got = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
		g_string_append_len(heard, buffer, got);
	}
	g_assert_cmpint(poll(&ready, 1, 0), ==, 1); /* it was closed, not waited for */
	check(heard);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int on = 1;

	if (size < PIECES || size > 40000) {
		return 0;
	}
	if (server == NULL) {
		start();
	}
	g_autoptr(GString) said =
		g_string_new_len((const char *)data + PIECES, (gssize)(size - PIECES));
	avu_autofd int fd = dial();

	(void)setsockopt(
		fd, IPPROTO_TCP, 1 /* TCP_NODELAY: the pieces stay pieces */, &on, sizeof(on));
	(void)g_string_replace(said, "%H", authority, 16);
	converse(fd, data, said);
	return 0;
}
