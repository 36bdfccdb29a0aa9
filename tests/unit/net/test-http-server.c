/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server on loopback, spoken to octet by octet. */
#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-server.h>
#include <av-upnp/limits.h>

#define FILE_SIZE (300 * 1024)
#define UPLOAD_MAX (8 * 1024 * 1024)
#define WAIT_MS 20000
#define DISK_SIZE (16 * 1024 * 1024)
#define FILM_RATE 100000
/* So many of one address are served and no more. */
#define MANY (AVU_LIMIT_HTTP_SERVED / 10 * 9)

typedef struct {
	AvuHttpServer *server;
	char *host; /* "Host: 127.0.0.1:PORT\r\n" */
	atomic_int done_sent;
	atomic_int done_broken;
	atomic_int held;
	atomic_int uploads_freed;
	atomic_uint_fast64_t uploaded;
	atomic_bool released;
	bool stops; /* of the one upload at work */
	int disk;   /* what /disk and /film send, DISK_SIZE octets */
	atomic_int film_fd;
	AvuCounters *counters;
} Fixture;

static AvuHttpResponse *
on_echo(const AvuHttpRequest *request, void *user_data)
{
	size_t len;
	const char *body = avu_http_request_get_body(request, &len);
	const char *word = avu_http_request_get_header(request, "x-word");
	g_autofree char *head = g_strdup_printf("%d|%s|%s|%s|%s%s",
		avu_http_request_get_method(request), avu_http_request_get_path(request),
		avu_http_request_get_rest(request), avu_http_request_get_query(request),
		word != NULL ? word : "", word != NULL ? "." : "");
	GByteArray *bytes = g_byte_array_new();
	AvuHttpResponse *response;

	(void)user_data;
	g_byte_array_append(bytes, (const guint8 *)head, (guint)strlen(head));
	g_byte_array_append(bytes, (const guint8 *)body, (guint)len);
	response = avu_http_response_new(200, "text/plain", g_byte_array_free_to_bytes(bytes));
	avu_http_response_set_header(response, "EXT", "");
	avu_http_response_set_header(response, "X-Evil", "a\r\nSet-Cookie: b");
	return response;
}

static void
on_done(bool sent, uint64_t octets, void *data)
{
	Fixture *fixture = data;

	if (sent) {
		g_assert_cmpuint(octets, ==, FILE_SIZE);
		fixture->done_sent++;
	} else {
		fixture->done_broken++;
	}
}

static AvuHttpResponse *
on_file(const AvuHttpRequest *request, void *user_data)
{
	AvuHttpResponse *response;
	int fd = memfd_create("file", MFD_CLOEXEC);
	g_autofree char *content = g_malloc(FILE_SIZE);

	(void)request;
	for (int i = 0; i < FILE_SIZE; i++) {
		content[i] = (char)(i % 251);
	}
	g_assert_cmpint(write(fd, content, FILE_SIZE), ==, FILE_SIZE);
	response = avu_http_response_new_file(200, "audio/flac", fd, 0, FILE_SIZE);
	avu_http_response_set_done(response, on_done, user_data);
	return response;
}

/* "/disk", or "/film", which plays for DISK_SIZE / FILM_RATE seconds */
static AvuHttpResponse *
on_disk(const AvuHttpRequest *request, void *user_data)
{
	Fixture *fixture = user_data;
	bool film = strcmp(avu_http_request_get_path(request), "/film") == 0;
	AvuHttpResponse *response =
		avu_http_response_new_file(200, "video/mp2t", dup(fixture->disk), 0, DISK_SIZE);

	if (film) {
		avu_http_response_set_traffic(response, AVU_TRAFFIC_STREAMING, FILM_RATE);
		fixture->film_fd = avu_http_request_get_socket(request);
	} else {
		avu_http_response_set_done(response, on_done, user_data);
	}
	return response;
}

static ssize_t
read_numbers(void *data, uint64_t position, char *buffer, size_t max)
{
	size_t wanted = MIN(max, 1000);

	(void)data;
	if (position >= 100000) {
		return 0;
	}
	memset(buffer, 'n', wanted);
	return (ssize_t)wanted;
}

static ssize_t
read_endless(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)data;
	(void)position;
	memset(buffer, 'e', max);
	return (ssize_t)max;
}

static void
count_free(void *data)
{
	((Fixture *)data)->held--;
}

static AvuHttpResponse *
on_stream(const AvuHttpRequest *request, void *user_data)
{
	bool endless = strcmp(avu_http_request_get_query(request), "endless") == 0;
	Fixture *fixture = user_data;
	AvuHttpResponse *response;

	fixture->held++;
	response = avu_http_response_new_stream(200, "text/plain", UINT64_MAX,
		endless ? read_endless : read_numbers, user_data, count_free);
	if (endless) {
		avu_http_response_set_done(response, on_done, user_data);
	}
	return response;
}

/* "?refuse", "?limit" (to 10 octets), "?hurry" (a deadline soon), "?stop" (after 100,000 octets) */
static AvuHttpResponse *
upload_begin(const AvuHttpRequest *request, AvuHttpUpload *upload, void *user_data)
{
	const char *query = avu_http_request_get_query(request);

	g_assert_null(upload->data);
	g_assert_cmpuint(upload->max_octets, ==, UPLOAD_MAX);
	upload->data = user_data;
	if (strcmp(query, "limit") == 0) {
		upload->max_octets = 10;
	}
	if (strcmp(query, "hurry") == 0) {
		upload->deadline_ns = avu_now_ns() + AVU_NS_PER_S / 5;
	}
	((Fixture *)user_data)->stops = strcmp(query, "stop") == 0;
	((Fixture *)user_data)->uploaded = 0;
	return strcmp(query, "refuse") == 0 ? avu_http_response_new_error(409, "not now") : NULL;
}

static AvuHttpResponse *
upload_take(void *data, const char *octets, size_t len)
{
	Fixture *fixture = data;

	for (size_t i = 0; i < len; i++) {
		g_assert_cmpint(octets[i], ==, (char)((fixture->uploaded + i) % 251));
	}
	fixture->uploaded += len;
	return fixture->stops && fixture->uploaded > 100000
		       ? avu_http_response_new_error(507, "the disk is full")
		       : NULL;
}

static AvuHttpResponse *
upload_end(const AvuHttpRequest *request, void *data)
{
	g_autofree char *text = g_strdup_printf(
		"%s %u", avu_http_request_get_path(request), (unsigned)((Fixture *)data)->uploaded);
	size_t len = strlen(text);

	return avu_http_response_new(
		201, "text/plain", g_bytes_new_take(g_steal_pointer(&text), len));
}

static void
upload_free(void *data)
{
	((Fixture *)data)->uploads_freed++;
}

/* Holds its thread until the test lets go. */
static AvuHttpResponse *
on_hold(const AvuHttpRequest *request, void *user_data)
{
	Fixture *fixture = user_data;

	(void)request;
	fixture->held++;
	while (!fixture->released) {
		g_usleep(10000);
	}
	fixture->held--;
	return avu_http_response_new(200, "text/plain", NULL);
}

static bool
accept_all(const AvuAddress *peer, const AvuAddress *local, void *user_data)
{
	(void)user_data;
	/* 127.0.0.9 plays the foreigner. */
	return peer->family == local->family &&
	       (peer->family == AF_INET6 || (ntohl(peer->ip.v4.s_addr) & 0xff) != 9);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	static const AvuHttpUploadHandler uploads = { upload_begin, upload_take, upload_end,
		upload_free };
	static const AvuHttpRoute routes[] = {
		{ "/echo", false, AVU_HTTP_GET | AVU_HTTP_HEAD | AVU_HTTP_POST, 1000, on_echo },
		{ "/deep/", true, AVU_HTTP_GET, 0, on_echo },
		{ "/deep/er/", true, AVU_HTTP_POST, 10, on_echo },
		{ "/file", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_file },
		{ "/hold", false, AVU_HTTP_GET, 0, on_hold },
		{ "/stream", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_stream },
		{ "/disk", false, AVU_HTTP_GET, 0, on_disk },
		{ "/film", false, AVU_HTTP_GET, 0, on_disk },
		{ "/upload", false, AVU_HTTP_POST | AVU_HTTP_GET, UPLOAD_MAX, on_echo, &uploads },
	};
	g_autoptr(GError) error = NULL;
	AvuAddress loopback;

	(void)data;
	fixture->server = avu_http_server_new();
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		avu_http_server_add_route(fixture->server, &routes[i], fixture);
	}
	fixture->disk = memfd_create("disk", MFD_CLOEXEC);
	g_assert_cmpint(ftruncate(fixture->disk, DISK_SIZE), ==, 0);
	fixture->counters = avu_counters_new();
	avu_http_server_set_counters(fixture->server, fixture->counters);
	avu_http_server_set_accept(fixture->server, accept_all, NULL);
	avu_http_server_start(fixture->server, 0, 0, &error);
	g_assert_no_error(error);
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	avu_http_server_set_addresses(fixture->server, &loopback, 1, &error);
	g_assert_no_error(error);
	fixture->host = g_strdup_printf(
		"Host: 127.0.0.1:%u\r\n", avu_http_server_get_port(fixture->server));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_http_server_free(fixture->server);
	avu_counters_free(fixture->counters);
	(void)close(fixture->disk);
	g_free(fixture->host);
}

static int
dial_from(const Fixture *fixture, const char *source)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct sockaddr_in there = { .sin_family = AF_INET,
		.sin_port = htons(avu_http_server_get_port(fixture->server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	g_assert_cmpint(inet_pton(AF_INET, source, &here.sin_addr), ==, 1);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&here, sizeof(here)), ==, 0);
	if (connect(fd, (struct sockaddr *)&there, sizeof(there)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static int
dial(const Fixture *fixture)
{
	int fd = dial_from(fixture, "127.0.0.1");

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static void
say(int fd, const char *octets, size_t len)
{
	g_assert_cmpint(send(fd, octets, len, MSG_NOSIGNAL), ==, (ssize_t)len);
}

/* Everything the server says until it closes, or until the text ends with until. */
static GString *
hear(int fd, const char *until)
{
	GString *heard = g_string_new(NULL);
	char buffer[65536];

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t got;

		g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
		got = recv(fd, buffer, sizeof(buffer), 0);
		if (got <= 0) {
			return heard;
		}
		g_string_append_len(heard, buffer, got);
		if (until != NULL && strstr(heard->str, until) != NULL) {
			return heard;
		}
	}
}

static unsigned
status_of(const GString *heard)
{
	unsigned status = 0;

	if (heard->len > 12 && g_str_has_prefix(heard->str, "HTTP/1.1 ")) {
		status = (unsigned)g_ascii_strtoull(heard->str + 9, NULL, 10);
	}
	return status;
}

/* request without Host and empty line; @return all of the answer, the server closes */
static GString *
ask(const Fixture *fixture, const char *line, const char *rest)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *request = g_strconcat(
		line, " HTTP/1.1\r\n", fixture->host, "Connection: close\r\n", rest, NULL);

	say(fd, request, strlen(request));
	return hear(fd, NULL);
}

static void
test_answers(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *line;
		const char *rest; /* behind Host */
		unsigned status;
		const char *contains;
		const char *why;
	} rows[] = {
		{ "GET /echo", "\r\n", 200, "\r\n\r\n1|/echo||", "GET" },
		{ "GET /echo?a=%20b", "\r\n", 200, "1|/echo||a=%20b|", "query stays raw" },
		{ "GET /deep/a%20b/c", "\r\n", 200, "1|/deep/a%20b/c|a%20b/c||",
			"prefix, raw path" },
		{ "POST /deep/er/x", "Content-Length: 2\r\n\r\nhi", 200, "4|/deep/er/x|x||hi",
			"longest prefix" },
		{ "GET /deep/er/x", "\r\n", 405, "Allow: POST\r\n", "method of another route" },
		{ "POST /file", "Content-Length: 0\r\n\r\n", 405, "Allow: GET, HEAD\r\n", "405" },
		{ "FOO /file", "\r\n", 501, "", "unknown method" },
		{ "GET /nothing", "\r\n", 404, "", "no route" },
		{ "GET /echo/", "\r\n", 404, "", "exact routes are exact" },
		{ "POST /echo", "Content-Length: 5\r\n\r\nhello", 200, "|hello", "body" },
		{ "POST /echo",
			"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200,
			"|hello", "chunked body" },
		{ "POST /echo", "Content-Length: 1001\r\n\r\n", 413, "", "announced too large" },
		{ "POST /file", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "",
			"smuggling" },
		{ "GET /../etc/passwd", "\r\n", 400, "", "dot segments" },
		{ "GET /stream", "\r\n", 200, "Transfer-Encoding: chunked", "unknown length" },
		{ "GET /echo", "X: 1\r\nX-Y: \xc3\xa4\r\n\r\n", 200, "EXT:", "empty EXT goes out" },
		{ "GET /echo", "X-Word: \t a b \t \r\n\r\n", 200, "||a b.",
			"blanks around a value" },
		{ "GET /echo", "X-Word: first\r\nX-Word: second\r\n\r\n", 200, "||first.",
			"first line" },
		{ "GET /echo", "\r\n", 200, "Server: Linux/", "product token" },
		{ "GET /echo", "\r\n", 200, "UPnP/1.0 av-upnp/", "product token" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *heard = ask(fixture, rows[i].line, rows[i].rest);

		g_test_message("%s: %s", rows[i].why, heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_nonnull(strstr(heard->str, rows[i].contains));
		g_assert_null(strstr(heard->str, "Set-Cookie"));
		g_string_free(heard, TRUE);
	}
}

static void
test_host(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *request;
		unsigned status;
	} rows[] = {
		{ "GET /echo HTTP/1.1\r\nHost: evil.example.com\r\n\r\n", 421 },
		{ "GET /echo HTTP/1.1\r\n\r\n", 400 }, { "GET /echo HTTP/1.0\r\n\r\n", 200 },
		{ "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
			200 }, /* closed all the same */
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		avu_autofd int fd = dial(fixture);
		GString *heard;

		say(fd, rows[i].request, strlen(rows[i].request));
		heard = hear(fd, NULL);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_null(strstr(heard->str, "evil"));
		g_string_free(heard, TRUE);
	}
}

/* Octets as they come; "%s": the line with Host. The answer is one, and the connection ends with it. */
static void
test_nonsense(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *request;
		unsigned status;
		const char *why;
		unsigned or_status; /* versions of libmicrohttpd differ; 0: they do not */
	} rows[] = {
		{ "GET /echo\r\n\r\n", 400, "HTTP/0.9", 505 },
		{ "GET /echo HTTP/1.2\r\n%s\r\n", 505, "HTTP/1.2" },
		{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "preface of HTTP/2" },
		{ "get /echo HTTP/1.1\r\n%s\r\n", 501, "lower-case method" },
		{ "TRACE /echo HTTP/1.1\r\n%s\r\n", 501, "TRACE" },
		{ "CONNECT a:1 HTTP/1.1\r\n%s\r\n", 501, "CONNECT" },
		{ "GET /echo HTTP/1.1\r\n%sX: a\r\n b\r\n\r\n", 400, "folded" },
		{ "GET /echo HTTP/1.1\r\n%sX : a\r\n\r\n", 400, "blank before a colon" },
		{ "GET /echo HTTP/1.1\r\n%sX\r\n\r\n", 400, "no colon" },
		{ "GET /echo HTTP/1.1\r\n%s%s\r\n", 400, "two hosts" },
		{ "GET /echo HTTP/1.1\r\n\r\n", 400, "no host" },
		{ "POST /echo HTTP/1.1\r\n%sContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
			400, "two lengths" },
		{ "POST /echo HTTP/1.1\r\n%sContent-Length: abc\r\n\r\n", 400, "no length" },
		{ "POST /echo HTTP/1.1\r\n%sContent-Length: 99999999999999999999\r\n\r\n", 400,
			"a length beyond all" },
		{ "POST /echo HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n"
		  "Content-Length: 4\r\n\r\n0\r\n\r\nGET /echo HTTP/1.1\r\n%s\r\n",
			400, "smuggling" },
		{ "POST /echo HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
			400, "negative chunk" },
		{ "POST /echo HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n"
		  "1ffffffffffffffff\r\na\r\n0\r\n\r\n",
			413, "chunk beyond all", 400 },
		{ "POST /echo HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400,
			"chunk without a size" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(rows[i].request, "%s", -1);
		g_autofree char *request = g_strjoinv(fixture->host, parts);
		avu_autofd int fd = dial(fixture);
		GString *heard;

		say(fd, request, strlen(request));
		heard = hear(fd, NULL);
		g_test_message("%s: %s", rows[i].why, heard->str);
		if (status_of(heard) != rows[i].or_status) {
			g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		}
		g_assert_null(strstr(heard->str + 1, "HTTP/1.1 "));
		g_string_free(heard, TRUE);
	}
}

static void
test_head(Fixture *fixture, gconstpointer data)
{
	static const char *const targets[] = { "HEAD /echo", "HEAD /file", "HEAD /stream" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		GString *heard = ask(fixture, targets[i], "\r\n");

		g_assert_cmpuint(status_of(heard), ==, 200);
		g_assert_true(g_str_has_suffix(heard->str, "\r\n\r\n"));
		if (i == 1) {
			g_assert_nonnull(strstr(heard->str, "Content-Length: 307200\r\n"));
		}
		g_string_free(heard, TRUE);
	}
}

static void
test_file(Fixture *fixture, gconstpointer data)
{
	GString *heard = ask(fixture, "GET /file", "\r\n");
	const char *body = strstr(heard->str, "\r\n\r\n") + 4;

	(void)data;
	g_assert_cmpuint(heard->len - (size_t)(body - heard->str), ==, FILE_SIZE);
	for (int i = 0; i < FILE_SIZE; i++) {
		g_assert_cmpint(body[i], ==, (char)(i % 251));
	}
	for (int i = 0; i < WAIT_MS && fixture->done_sent == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_sent, ==, 1);
	g_string_free(heard, TRUE);
}

/* Three requests in one segment are answered in order on one connection. */
static void
test_pipeline(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *request = g_strconcat("GET /echo?1 HTTP/1.1\r\n", fixture->host, "\r\n",
		"POST /echo?2 HTTP/1.1\r\nContent-Length: 3\r\n", fixture->host, "\r\nabc",
		"GET /echo?3 HTTP/1.1\r\nConnection: close\r\n", fixture->host, "\r\n", NULL);
	GString *heard;
	const char *first, *second, *third;

	(void)data;
	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	first = strstr(heard->str, "1|/echo||1|");
	second = strstr(heard->str, "4|/echo||2|abc");
	third = strstr(heard->str, "1|/echo||3|");
	g_assert_true(first != NULL && second > first && third > second);
	g_string_free(heard, TRUE);
}

static void
test_keep_alive(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *request =
		g_strconcat("GET /echo?again HTTP/1.1\r\n", fixture->host, "\r\n", NULL);

	(void)data;
	for (int i = 0; i < 20; i++) {
		GString *heard;

		say(fd, request, strlen(request));
		heard = hear(fd, "|again|");
		g_assert_cmpuint(status_of(heard), ==, 200);
		g_string_free(heard, TRUE);
	}
}

static void
test_expect(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *head = g_strconcat("POST /echo HTTP/1.1\r\n", fixture->host,
		"Expect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n", NULL);
	GString *heard;

	(void)data;
	say(fd, head, strlen(head));
	heard = hear(fd, "\r\n\r\n");
	g_assert_cmpuint(status_of(heard), ==, 100);
	g_string_free(heard, TRUE);
	say(fd, "body", 4);
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_assert_true(g_str_has_suffix(heard->str, "|body"));
	g_string_free(heard, TRUE);
}

static void
test_chunked_too_large(Fixture *fixture, gconstpointer data)
{
	g_autofree char *filler = g_strnfill(1001, 'x');
	g_autofree char *rest = g_strconcat(
		"Transfer-Encoding: chunked\r\n\r\n3e9\r\n", filler, "\r\n0\r\n\r\n", NULL);
	GString *heard = ask(fixture, "POST /echo", rest);

	(void)data;
	g_assert_cmpuint(status_of(heard), ==, 413);
	g_string_free(heard, TRUE);
}

/* Sends all of it, whatever is said meanwhile, and only then listens: as simple clients do.
 * @return what the server said until it closed */
static GString *
upload(Fixture *fixture, const char *target, bool chunked, uint64_t announced, size_t len)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *octets = g_malloc(len);
	g_autofree char *framing =
		chunked ? g_strdup_printf("Transfer-Encoding: chunked\r\n\r\n%zx\r\n", len)
			: g_strdup_printf(
				  "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n", announced);
	g_autofree char *head = g_strconcat("POST ", target, " HTTP/1.1\r\n", fixture->host,
		"Connection: close\r\n", framing, NULL);

	for (size_t i = 0; i < len; i++) {
		octets[i] = (char)(i % 251);
	}
	say(fd, head, strlen(head));
	for (size_t sent = 0; sent < len;) {
		ssize_t count = send(fd, octets + sent, len - sent, MSG_NOSIGNAL);

		g_assert_cmpint(count, >, 0); /* a reset would show here */
		sent += (size_t)count;
	}
	if (chunked) {
		say(fd, "\r\n0\r\n\r\n", 7);
	}
	if (announced > len && !chunked) {
		(void)shutdown(fd, SHUT_WR);
	}
	return hear(fd, NULL);
}

static void
test_upload(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *target;
		bool chunked;
		uint64_t announced;
		size_t sent;
		unsigned status; /* 0: no answer */
		const char *contains;
		const char *why;
	} rows[] = {
		{ "/upload", false, 3000000, 3000000, 201, "/upload 3000000", "announced" },
		{ "/upload", true, 0, 3000000, 201, "/upload 3000000", "chunked" },
		{ "/upload", false, 0, 0, 201, "/upload 0", "empty" },
		{ "/upload", false, UPLOAD_MAX, UPLOAD_MAX, 201, "/upload 8388608", "the limit" },
		{ "/upload", false, UPLOAD_MAX + 1, 6000000, 413, "too large",
			"one more, announced" },
		{ "/upload", true, 0, UPLOAD_MAX + 1, 413, "too large", "one more, chunked" },
		{ "/upload?limit", false, 11, 11, 413, "too large", "begin lowers the limit" },
		{ "/upload?limit", true, 0, 6000000, 413, "too large", "and it holds in chunks" },
		{ "/upload?refuse", false, 6000000, 6000000, 409, "not now", "refused at once" },
		{ "/upload?stop", false, 6000000, 6000000, 507, "disk is full", "on the way" },
		{ "/upload?stop", true, 0, 6000000, 507, "disk is full", "on the way, chunked" },
		{ "/upload", false, 5000, 4999, 0, "", "the peer gives up" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *heard = upload(
			fixture, rows[i].target, rows[i].chunked, rows[i].announced, rows[i].sent);

		g_test_message("%s: %s", rows[i].why, heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_nonnull(strstr(heard->str, rows[i].contains));
		g_string_free(heard, TRUE);
		for (int j = 0; j < WAIT_MS && fixture->uploads_freed == (int)i; j++) {
			g_usleep(1000);
		}
		g_assert_cmpint(fixture->uploads_freed, ==, (int)i + 1);
	}
}

/* Octets that trickle do not keep an upload beyond its deadline. */
static void
test_upload_deadline(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *head = g_strconcat("POST /upload?hurry HTTP/1.1\r\n", fixture->host,
		"Content-Length: 1000\r\n\r\n", NULL);
	bool closed = false;

	(void)data;
	say(fd, head, strlen(head));
	for (int i = 0; i < 200 && !closed; i++) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		char octet = (char)i;

		(void)send(fd, &octet, 1, MSG_NOSIGNAL);
		closed = poll(&ready, 1, 50) == 1 && recv(fd, &octet, 1, 0) <= 0;
	}
	g_assert_true(closed);
	for (int i = 0; i < WAIT_MS && fixture->uploads_freed == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->uploads_freed, ==, 1);
}

static void
test_head_too_large(Fixture *fixture, gconstpointer data)
{
	g_autofree char *filler = g_strnfill(20000, 'x');
	g_autofree char *rest = g_strconcat("X: ", filler, "\r\n\r\n", NULL);
	g_autofree char *lines = g_strdup("");
	GString *heard = ask(fixture, "GET /echo", rest);

	(void)data;
	g_assert_cmpuint(status_of(heard), ==, 431);
	g_string_free(heard, TRUE);
	for (int i = 0; i < 70; i++) {
		char *more = g_strconcat(lines, "X: 1\r\n", NULL);

		g_free(lines);
		lines = more;
	}
	g_free(rest);
	rest = g_strconcat(lines, "\r\n", NULL);
	heard = ask(fixture, "GET /echo", rest);
	g_assert_cmpuint(status_of(heard), ==, 431);
	g_string_free(heard, TRUE);
}

static void
test_foreigner(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial_from(fixture, "127.0.0.9");
	GString *heard;

	(void)data;
	g_assert_cmpint(fd, >=, 0);
	heard = hear(fd, NULL);
	g_assert_cmpuint(heard->len, ==, 0);
	g_string_free(heard, TRUE);
}

/* A head that trickles is not kept longer for trickling, and takes nobody's place. */
static void
test_slow_head(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	gint64 start = g_get_monotonic_time();
	bool closed = false;
	double waited_s;

	(void)data;
	while (!closed && g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		char octet;

		closed = poll(&ready, 1, 500) == 1 && recv(fd, &octet, 1, 0) <= 0;
		if (!closed) {
			(void)send(fd, "G", 1, MSG_NOSIGNAL);
		}
	}
	waited_s = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	g_assert_true(closed);
	g_assert_cmpfloat(waited_s, >, 9.0);
	g_assert_cmpfloat(waited_s, <, 13.0);
}

static bool
is_closed(int fd, int patience_ms)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char octet;

	return poll(&ready, 1, patience_ms) == 1 && recv(fd, &octet, 1, 0) <= 0;
}

/* LIM-09: the oldest half request goes when there are too many; those that say nothing stay. */
static void
test_half(Fixture *fixture, gconstpointer data)
{
	g_autofree int *fds = g_new(int, AVU_LIMIT_HTTP_HALF + 2);
	avu_autofd int silent = dial(fixture);
	struct rlimit limit;

	(void)data;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 3 * AVU_LIMIT_HTTP_HALF) {
		g_test_skip("not enough descriptors");
		return;
	}
	for (size_t i = 0; i < AVU_LIMIT_HTTP_HALF + 2; i++) {
		fds[i] = dial(fixture);
		say(fds[i], "GET /", 5);
	}
	g_assert_true(is_closed(fds[0], 5000)); /* not for its age: that takes twice as long */
	g_assert_true(is_closed(fds[1], 5000));
	g_assert_false(is_closed(fds[2], 0));
	g_assert_false(is_closed(silent, 0));
	/* What will never be whole is not waited for. */
	(void)shutdown(fds[AVU_LIMIT_HTTP_HALF], SHUT_WR);
	g_assert_true(is_closed(fds[AVU_LIMIT_HTTP_HALF], WAIT_MS));
	g_assert_false(is_closed(fds[AVU_LIMIT_HTTP_HALF + 1], 0));
	for (size_t i = 0; i < AVU_LIMIT_HTTP_HALF + 2; i++) {
		(void)close(fds[i]);
	}
}

typedef struct {
	Fixture *fixture;
	unsigned good;
} Caller;

static void *
call_often(void *data)
{
	Caller *caller = data;

	for (int i = 0; i < 10; i++) {
		GString *heard = ask(caller->fixture, "GET /file", "\r\n");

		caller->good += status_of(heard) == 200 && heard->len > FILE_SIZE;
		g_string_free(heard, TRUE);
	}
	return NULL;
}

static void
test_many(Fixture *fixture, gconstpointer data)
{
	pthread_t threads[50];
	Caller callers[50];
	int half[200];

	(void)data;
	/* M4: half requests of others do not stop anybody. */
	for (size_t i = 0; i < G_N_ELEMENTS(half); i++) {
		half[i] = dial(fixture);
		say(half[i], "GET / HT", 8);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		callers[i] = (Caller){ fixture, 0 };
		g_assert_cmpint(pthread_create(&threads[i], NULL, call_often, &callers[i]), ==, 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		pthread_join(threads[i], NULL);
		g_assert_cmpuint(callers[i].good, ==, 10);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(half); i++) {
		(void)close(half[i]);
	}
}

/* LIM-08. The longest idle connection gives way to a newcomer; when all of an address are at work, its
 * next one is told so, while the last tenth of the places is kept for others. */
static void
test_crowd(Fixture *fixture, gconstpointer data)
{
	g_autofree char *quick =
		g_strconcat("GET /echo?x HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	g_autofree char *slow = g_strconcat("GET /hold HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	int fds[AVU_LIMIT_HTTP_SERVED + 40];
	struct rlimit limit;
	GString *heard;

	(void)data;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 3 * G_N_ELEMENTS(fds)) {
		g_test_skip("not enough descriptors");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
		fds[i] = dial(fixture);
		say(fds[i], quick, strlen(quick));
		heard = hear(fds[i], "|x|");
		g_assert_cmpuint(status_of(heard), ==, 200);
		g_string_free(heard, TRUE);
	}
	heard = hear(fds[0], NULL); /* evicted: end of file at once, not after 30 s */
	g_assert_cmpuint(heard->len, ==, 0);
	g_string_free(heard, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
		(void)close(fds[i]);
	}
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = dial(fixture);
		say(fds[i], slow, strlen(slow));
	}
	/* Those closed above may hold their places a moment longer: who is told 503 tries again. */
	for (int i = 0; i < WAIT_MS && fixture->held < MANY; i++) {
		g_usleep(1000);
		for (size_t j = 0; j < MANY; j++) {
			struct pollfd ready = { .fd = fds[j], .events = POLLIN };

			if (poll(&ready, 1, 0) == 1) {
				(void)close(fds[j]);
				fds[j] = dial(fixture);
				say(fds[j], slow, strlen(slow));
			}
		}
	}
	g_assert_cmpint(fixture->held, ==, MANY);
	heard = ask(fixture, "GET /echo", "\r\n");
	g_assert_cmpuint(status_of(heard), ==, 503);
	g_string_free(heard, TRUE);
	/* Another address still gets in. */
	fds[MANY] = dial_from(fixture, "127.0.0.2");
	say(fds[MANY], quick, strlen(quick));
	heard = hear(fds[MANY], "|x|");
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_string_free(heard, TRUE);
	fixture->released = true;
	for (size_t i = 0; i <= MANY; i++) {
		(void)close(fds[i]);
	}
}

/* The peer leaves in the middle: done hears of it, nothing leaks, no signal kills us. */
static void
test_abort(Fixture *fixture, gconstpointer data)
{
	static const char *const targets[] = { "GET /file HTTP/1.1\r\n",
		"GET /stream?endless HTTP/1.1\r\n" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
		int small = 4096;
		int fd = dial(fixture);
		g_autofree char *request = g_strconcat(targets[i], fixture->host, "\r\n", NULL);
		char octets[100];

		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		say(fd, request, strlen(request));
		g_assert_cmpint(recv(fd, octets, sizeof(octets), 0), >, 0);
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		(void)close(fd);
	}
	/* The file may just fit into the sockets' buffers; the endless one cannot. */
	for (int i = 0; i < WAIT_MS && (fixture->done_broken == 0 || fixture->held != 0); i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_broken, >=, 1);
	g_assert_cmpint(fixture->held, ==, 0);
}

/* @return a connection that has asked for the path and got some octets, with a small window */
static int
ask_slowly(const Fixture *fixture, const char *path)
{
	int small = 128 * 1024;
	int fd = dial(fixture);
	g_autofree char *request =
		g_strconcat("GET ", path, " HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	char octet;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	say(fd, request, strlen(request));
	g_assert_cmpint(recv(fd, &octet, 1, MSG_PEEK), ==, 1);
	return fd;
}

/* The connection ends: no padding, no endless wait. */
static void
test_file_shrinks(Fixture *fixture, gconstpointer data)
{
	const off_t left = DISK_SIZE / 2 + 1;
	avu_autofd int fd = ask_slowly(fixture, "/disk");
	GString *heard;

	(void)data;
	g_assert_cmpint(ftruncate(fixture->disk, left), ==, 0);
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_assert_cmpuint(
		heard->len - (size_t)(strstr(heard->str, "\r\n\r\n") + 4 - heard->str), ==, left);
	g_string_free(heard, TRUE);
	for (int i = 0; i < WAIT_MS && fixture->done_broken == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_broken, ==, 1);
}

/* The announced length is sent and not an octet more: the next answer follows. */
static void
test_file_grows(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = ask_slowly(fixture, "/film");
	g_autofree char *request = g_strconcat(
		"GET /echo?next HTTP/1.1\r\nConnection: close\r\n", fixture->host, "\r\n", NULL);
	GString *heard;
	const char *body;

	(void)data;
	g_assert_cmpint(ftruncate(fixture->disk, 2 * DISK_SIZE), ==, 0);
	avu_socket_set_pace(fixture->film_fd, AVU_PACE_NONE); /* no need to wait here */
	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	body = strstr(heard->str, "\r\n\r\n") + 4;
	g_assert_true(g_str_has_prefix(body + DISK_SIZE, "HTTP/1.1 200"));
	g_assert_nonnull(strstr(body + DISK_SIZE, "|next|"));
	g_string_free(heard, TRUE);
}

static int
get_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	g_assert_cmpint(getsockopt(fd, level, name, &value, &len), ==, 0);
	return value;
}

/* Reads until the pace of the only stream is another one. @return octets read meanwhile */
static size_t
read_until_pace(Fixture *fixture, int fd, uint64_t pace)
{
	static char buffer[65536];
	size_t got = 0;
	bool reached = false;

	while (!reached) {
		g_autoptr(GArray) transfers = avu_http_server_list_transfers(fixture->server);
		const AvuHttpTransfer *transfer = &g_array_index(transfers, AvuHttpTransfer, 0);
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		g_assert_cmpuint(transfers->len, ==, 1);
		g_assert_cmpstr(transfer->object, ==, "/film");
		g_assert_cmpuint(transfer->media_octets_per_s, ==, FILM_RATE);
		g_assert_cmpuint(transfer->tfrc_octets_per_s, >, 0);
		reached = transfer->pace_octets_per_s == pace;
		g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
		got += (size_t)recv(fd, buffer, sizeof(buffer), 0);
		g_assert_cmpuint(got, <, DISK_SIZE);
	}
	return got;
}

/* Ten seconds of media at once, then three times its rate; marked; and none of it on the next answer. */
static void
test_pace(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = ask_slowly(fixture, "/film");
	size_t got;

	(void)data;
	got = read_until_pace(fixture, fd, 10 * FILM_RATE * 2);
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_IP, IP_TOS), ==, 0xa0);
	g_assert_cmpint(get_option(fixture->film_fd, SOL_SOCKET, SO_PRIORITY), ==, 5);
	got += read_until_pace(fixture, fd, 3 * FILM_RATE);
	/* What the kernel held back may be behind it, never what it paced before its time. */
	g_assert_cmpuint(got, >=, 10 * FILM_RATE / 2);
}

static void
test_pace_ends(Fixture *fixture, gconstpointer data)
{
	static const char *const next[] = { "GET /file HTTP/1.1\r\n" };
	avu_autofd int fd = ask_slowly(fixture, "/film");
	g_autofree char *request = g_strconcat(next[0], fixture->host, "\r\n", NULL);
	static char buffer[65536];
	size_t left = DISK_SIZE;

	(void)data;
	avu_socket_set_pace(fixture->film_fd, AVU_PACE_NONE);
	say(fd, request, strlen(request));
	while (left > 0) {
		ssize_t got = recv(fd, buffer, MIN(sizeof(buffer), left), 0);

		g_assert_cmpint(got, >, 0);
		left -= (size_t)got;
	}
	for (int i = 0; i < WAIT_MS && fixture->done_sent == 0; i++) {
		(void)recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_sent, ==, 1);
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_IP, IP_TOS), ==, 0);
	g_assert_cmpint(get_option(fixture->film_fd, SOL_SOCKET, SO_PRIORITY), ==, 0);
}

static int64_t
count_of(Fixture *fixture, const char *json_part)
{
	g_autofree char *json = avu_counters_format_json(fixture->counters);
	const char *at = strstr(json, json_part);

	g_test_message("%s", json);
	g_assert_nonnull(at);
	return g_ascii_strtoll(at + strlen(json_part), NULL, 10);
}

static void
test_counters(Fixture *fixture, gconstpointer data)
{
	GString *heard = ask(fixture, "GET /file", "\r\n");

	(void)data;
	g_string_free(heard, TRUE);
	heard = ask(fixture, "GET /nothing", "\r\n");
	g_string_free(heard, TRUE);
	heard = ask(fixture, "POST /echo", "Content-Length: 5\r\n\r\nhello");
	g_string_free(heard, TRUE);
	(void)close(dial_from(fixture, "127.0.0.9"));
	for (int i = 0; i < WAIT_MS && (count_of(fixture, "\"2xx\":") < 2 ||
					       count_of(fixture, "\"foreign\":") < 1);
		i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(count_of(fixture, "\"2xx\":"), ==, 2);
	g_assert_cmpint(count_of(fixture, "\"4xx\":"), ==, 1);
	g_assert_cmpint(count_of(fixture, "\"foreign\":"), ==, 1);
	g_assert_cmpint(count_of(fixture, "\"av_http_accepted_total\":"), ==, 3);
	g_assert_cmpint(count_of(fixture, "\"av_http_received_octets_total\":"), ==, 5);
	g_assert_cmpint(count_of(fixture, "\"av_http_sent_octets_total\":"), >, FILE_SIZE);
	g_assert_cmpint(count_of(fixture, "\"av_http_streams\":"), ==, 0);
}

static void
test_addresses(Fixture *fixture, gconstpointer data)
{
	avu_autofd int kept = dial(fixture);
	g_autofree char *request =
		g_strconcat("GET /stream?endless HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	g_autoptr(GError) error = NULL;
	AvuAddress other;
	GString *heard;

	(void)data;
	say(kept, request, strlen(request));
	heard = hear(kept, "eeee");
	g_string_free(heard, TRUE);
	/* Away from 127.0.0.1: the stream ends, newcomers find nobody. */
	g_assert_true(avu_address_parse("127.0.0.2", &other));
	avu_http_server_set_addresses(fixture->server, &other, 1, &error);
	g_assert_no_error(error);
	heard = hear(kept, NULL);
	g_string_free(heard, TRUE);
	g_assert_cmpint(dial_from(fixture, "127.0.0.1"), ==, -1);
}

/* Brackets in Host; the address family of the listener does not matter to anything behind it. */
static void
test_ipv6(Fixture *fixture, gconstpointer data)
{
	uint16_t port = avu_http_server_get_port(fixture->server);
	struct sockaddr_in6 there = { .sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	g_autofree char *request = g_strdup_printf(
		"GET /echo HTTP/1.1\r\nHost: [::1]:%u\r\nConnection: close\r\n\r\n", port);
	avu_autofd int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	AvuAddress addresses[2];
	GString *heard;

	(void)data;
	g_assert_true(avu_address_parse("127.0.0.1", &addresses[0]));
	g_assert_true(avu_address_parse("::1", &addresses[1]));
	if (fd < 0 || !avu_http_server_set_addresses(fixture->server, addresses, 2, NULL) ||
		connect(fd, (struct sockaddr *)&there, sizeof(there)) != 0) {
		g_test_skip("no IPv6 here");
		return;
	}
	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_string_free(heard, TRUE);
}

static void
test_port_taken(Fixture *fixture, gconstpointer data)
{
	uint16_t port = avu_http_server_get_port(fixture->server);
	g_autoptr(AvuHttpServer) second = avu_http_server_new();
	g_autoptr(AvuHttpServer) third = avu_http_server_new();
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpuint(port, >=, 49152);
	g_assert_false(avu_http_server_start(second, port, 0, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_clear_error(&error);
	/* Merely preferred: another one is found. */
	g_assert_true(avu_http_server_start(third, 0, port, &error));
	g_assert_cmpuint(avu_http_server_get_port(third), !=, port);
}

#define ADD(name, fn) g_test_add("/net/http-server/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("answers", test_answers);
	ADD("host", test_host);
	ADD("nonsense", test_nonsense);
	ADD("head", test_head);
	ADD("file", test_file);
	ADD("pipeline", test_pipeline);
	ADD("keep-alive", test_keep_alive);
	ADD("expect", test_expect);
	ADD("chunked-too-large", test_chunked_too_large);
	ADD("upload", test_upload);
	ADD("upload-deadline", test_upload_deadline);
	ADD("head-too-large", test_head_too_large);
	ADD("foreigner", test_foreigner);
	ADD("half", test_half);
	ADD("many", test_many);
	ADD("crowd", test_crowd);
	ADD("abort", test_abort);
	ADD("file-shrinks", test_file_shrinks);
	ADD("file-grows", test_file_grows);
	ADD("pace", test_pace);
	ADD("pace-ends", test_pace_ends);
	ADD("counters", test_counters);
	ADD("addresses", test_addresses);
	ADD("ipv6", test_ipv6);
	ADD("port-taken", test_port_taken);
	ADD("slow-head", test_slow_head);
	return g_test_run();
}
