/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* server-fixture.h: a server on loopback with routes of every kind, and words to speak to it */
#pragma once

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

typedef struct {
	AvuHttpServer *server;
	char *host; /* "Host: 127.0.0.1:PORT\r\n" */
	uint16_t port;
	atomic_int done_sent;
	atomic_int done_broken;
	atomic_uint_fast64_t broken_octets; /* of the last one */
	atomic_int held;
	atomic_int uploads_freed;
	atomic_uint_fast64_t uploaded;
	atomic_bool released;
	bool stops; /* of the one upload at work */
	int disk;   /* what /disk and /film send, DISK_SIZE octets */
	atomic_int film_fd;
	AvuCounters *counters;
} Fixture;

static inline AvuHttpResponse *
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

static inline void
on_done(bool sent, uint64_t octets, void *data)
{
	Fixture *fixture = data;

	if (sent) {
		g_assert_true(octets == FILE_SIZE || octets == DISK_SIZE);
		fixture->done_sent++;
	} else {
		fixture->broken_octets = octets;
		fixture->done_broken++;
	}
}

static inline AvuHttpResponse *
on_file(const AvuHttpRequest *request, void *user_data)
{
	AvuHttpResponse *response;
	int fd = memfd_create("file", MFD_CLOEXEC);
	g_autofree char *content = g_malloc(FILE_SIZE);

	for (int i = 0; i < FILE_SIZE; i++) {
		content[i] = (char)(i % 251);
	}
	g_assert_cmpint(write(fd, content, FILE_SIZE), ==, FILE_SIZE);
	response = avu_http_response_new_file(200, "audio/flac", fd, 0, FILE_SIZE);
	if (avu_http_request_get_method(request) == AVU_HTTP_GET) {
		avu_http_response_set_done(response, on_done, user_data);
	}
	return response;
}

/* "?304": an answer of that status without a body; "?0": a file of which nothing is wanted */
static inline AvuHttpResponse *
on_bare(const AvuHttpRequest *request, void *user_data)
{
	const unsigned status =
		(unsigned)g_ascii_strtoull(avu_http_request_get_query(request), NULL, 10);

	return status != 0 ? avu_http_response_new(status, NULL, NULL)
			   : avu_http_response_new_file(
				     200, "video/mp2t", dup(((Fixture *)user_data)->disk), 0, 0);
}

/* "/disk", or "/film", which plays for DISK_SIZE / FILM_RATE seconds */
static inline AvuHttpResponse *
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

static inline ssize_t
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

static inline ssize_t
read_endless(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)data;
	(void)position;
	memset(buffer, 'e', max);
	return (ssize_t)max;
}

#define FAILS_AT 1000

static inline ssize_t
read_failing(void *data, uint64_t position, char *buffer, size_t max)
{
	const size_t wanted = MIN(max, FAILS_AT - (size_t)position);

	(void)data;
	memset(buffer, 'f', wanted);
	return wanted > 0 ? (ssize_t)wanted : -1;
}

static inline void
count_free(void *data)
{
	((Fixture *)data)->held--;
}

static inline AvuHttpResponse *
on_stream(const AvuHttpRequest *request, void *user_data)
{
	const char *query = avu_http_request_get_query(request);
	const bool endless = strcmp(query, "endless") == 0;
	const bool fails = strcmp(query, "fails") == 0;
	Fixture *fixture = user_data;
	AvuHttpResponse *response;

	fixture->held++;
	response = avu_http_response_new_stream(200, "text/plain", UINT64_MAX,
		endless ? read_endless
		: fails ? read_failing
			: read_numbers,
		user_data, count_free);
	if (endless || fails) {
		avu_http_response_set_done(response, on_done, user_data);
	}
	return response;
}

/* "?refuse", "?limit" (to 10 octets), "?hurry" (a deadline soon), "?stop" (after 100,000 octets) */
static inline AvuHttpResponse *
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

static inline AvuHttpResponse *
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

static inline AvuHttpResponse *
upload_end(const AvuHttpRequest *request, void *data)
{
	g_autofree char *text = g_strdup_printf(
		"%s %u", avu_http_request_get_path(request), (unsigned)((Fixture *)data)->uploaded);
	size_t len = strlen(text);

	return avu_http_response_new(
		201, "text/plain", g_bytes_new_take(g_steal_pointer(&text), len));
}

static inline void
upload_free(void *data)
{
	((Fixture *)data)->uploads_freed++;
}

/* Holds its thread until the test lets go. */
static inline AvuHttpResponse *
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

static inline bool
accept_all(const AvuAddress *peer, const AvuAddress *local, void *user_data)
{
	(void)user_data;
	/* 127.0.0.9 plays the foreigner. */
	return peer->family == local->family &&
	       (peer->family == AF_INET6 || (ntohl(peer->ip.v4.s_addr) & 0xff) != 9);
}

/* data: NULL, or "direct" for all routes being that; what a client sees must be the same */
static inline void
set_up(Fixture *fixture, gconstpointer data)
{
	static const AvuHttpUploadHandler uploads = { upload_begin, upload_take, upload_end,
		upload_free };
	static const AvuHttpRoute routes[] = {
		{ "/echo", false, AVU_HTTP_GET | AVU_HTTP_HEAD | AVU_HTTP_POST, 1000, on_echo },
		{ "/deep/", true, AVU_HTTP_GET, 0, on_echo },
		{ "/deep/er/", true, AVU_HTTP_POST, 10, on_echo },
		{ "/file", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_file },
		{ "/bare", false, AVU_HTTP_GET, 0, on_bare },
		{ "/hold", false, AVU_HTTP_GET, 0, on_hold },
		{ "/stream", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_stream },
		{ "/disk", false, AVU_HTTP_GET, 0, on_disk },
		{ "/film", false, AVU_HTTP_GET, 0, on_disk },
		{ "/upload", false, AVU_HTTP_POST | AVU_HTTP_GET, UPLOAD_MAX, on_echo, &uploads },
	};
	g_autoptr(GError) error = NULL;
	AvuAddress loopback;

	fixture->server = avu_http_server_new();
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		AvuHttpRoute route = routes[i];

		route.direct = data != NULL;
		avu_http_server_add_route(fixture->server, &route, fixture);
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
	fixture->port = avu_http_server_get_port(fixture->server);
	fixture->host = g_strdup_printf("Host: 127.0.0.1:%u\r\n", fixture->port);
}

static inline void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_http_server_free(fixture->server);
	avu_counters_free(fixture->counters);
	(void)close(fixture->disk);
	g_free(fixture->host);
}

/* Through libmicrohttpd and without it. */
#define ADD_BOTH(folder, name, fn)                                                           \
	do {                                                                                 \
		g_test_add(folder name, Fixture, NULL, set_up, fn, tear_down);               \
		g_test_add(folder "direct/" name, Fixture, "direct", set_up, fn, tear_down); \
	} while (0)

static inline int
dial_from(const Fixture *fixture, const char *source)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct sockaddr_in there = { .sin_family = AF_INET,
		.sin_port = htons(fixture->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	g_assert_cmpint(inet_pton(AF_INET, source, &here.sin_addr), ==, 1);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&here, sizeof(here)), ==, 0);
	if (connect(fd, (struct sockaddr *)&there, sizeof(there)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static inline int
dial(const Fixture *fixture)
{
	int fd = dial_from(fixture, "127.0.0.1");

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static inline void
say(int fd, const char *octets, size_t len)
{
	g_assert_cmpint(send(fd, octets, len, MSG_NOSIGNAL), ==, (ssize_t)len);
}

/* Everything the server says until it closes, or until the text ends with until. */
static inline GString *
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

static inline unsigned
status_of(const GString *heard)
{
	unsigned status = 0;

	if (heard->len > 12 && g_str_has_prefix(heard->str, "HTTP/1.1 ")) {
		status = (unsigned)g_ascii_strtoull(heard->str + 9, NULL, 10);
	}
	return status;
}

/* request without Host and empty line; @return all of the answer, the server closes */
static inline GString *
ask(const Fixture *fixture, const char *line, const char *rest)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *request = g_strconcat(
		line, " HTTP/1.1\r\n", fixture->host, "Connection: close\r\n", rest, NULL);

	say(fd, request, strlen(request));
	return hear(fd, NULL);
}

/* @return a connection that has asked for the path and got some octets, with a small window */
static inline int
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

static inline bool
is_closed(int fd, int patience_ms)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char octet;

	return poll(&ready, 1, patience_ms) == 1 && recv(fd, &octet, 1, 0) <= 0;
}
