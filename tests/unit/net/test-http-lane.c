/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections of direct routes: every head is checked like a first one, what is not for the lane goes on to
 * libmicrohttpd with its head unread, and none of its threads outlives the server. */
#include "counter-wait.h"
#include "server-fixture.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

/* A whole answer to a first request, so that what follows is a later head of the same connection. */
static void
ride_once(const Fixture *fixture, int fd)
{
	g_autofree char *request =
		g_strconcat("GET /deep/x HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	GString *heard;

	say(fd, request, strlen(request));
	heard = hear(fd, "|x||");
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_assert_nonnull(strstr(heard->str, "\r\nDate: "));
	g_string_free(heard, TRUE);
}

/* Answers begin so and with a status; newer libmicrohttpd also names the version in its pages. */
static unsigned
count_answers(const char *text)
{
	unsigned count = 0;

	while ((text = strstr(text, "HTTP/1.1 ")) != NULL) {
		text += strlen("HTTP/1.1 ");
		count += g_ascii_isdigit(*text) ? 1 : 0;
	}
	return count;
}

/* Octets as they come; "%s": the line with Host. One answer each, and the connection ends: SEC-043,
 * SEC-044, SEC-045, SEC-054. */
static void
test_later_heads(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *request;
		unsigned status;
		const char *why;
	} rows[] = {
		{ "GET /echo HTTP/1.1\r\nHost: evil.example.com\r\n\r\n", 421, "a name" },
		{ "GET /echo HTTP/1.1\r\n\r\n", 400, "no host" },
		{ "GET /echo HTTP/1.1\r\n%s%s\r\n", 400, "two hosts" },
		{ "GET /echo HTTP/1.1\r\n%sRange: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n", 400,
			"two ranges" },
		{ "GET /echo HTTP/1.1\r\n%sX: a\r\n b\r\n\r\n", 400, "folded" },
		{ "GET /echo HTTP/1.1\r\n%sX: a\rb\r\n\r\n", 400, "a lone CR" },
		{ "GET /echo HTTP/1.1\r\n%sX : a\r\n\r\n", 400, "blank before a colon" },
		{ "GET /echo HTTP/1.1\r\n%s: a\r\n\r\n", 400, "no name" },
		{ "GET  /echo HTTP/1.1\r\n%s\r\n", 400, "two blanks" },
		{ "GET /echo HTTP/1.1\r\n%sContent-Length: 1 2\r\n\r\n", 400, "no length" },
		{ "GET /echo HTTP/1.1\r\n%sContent-Length: 3\r\n\r\nabc", 400,
			"a GET with a body" },
		{ "GET /echo HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n"
		  "Content-Length: 4\r\n\r\n0\r\n\r\nGET /echo HTTP/1.1\r\n%s\r\n",
			400, "smuggling" },
		{ "GET /echo HTTP/1.1\r\n%sExpect: tea\r\n\r\n", 417, "an expectation" },
		{ "GET /none HTTP/1.1\r\n%s\r\n", 404, "no such path" },
		{ "GET /deep/../echo HTTP/1.1\r\n%s\r\n", 400, "a way out" },
		{ "POST /file HTTP/1.1\r\n%sContent-Length: 0\r\n\r\n", 405, "not its method" },
		{ "TRACE /echo HTTP/1.1\r\n%s\r\n", 501, "TRACE" },
		{ "GET /echo HTTP/1.2\r\n%s\r\n", 505, "HTTP/1.2" },
		{ "GET /echo HTTP/1.0\r\n\r\n", 200, "HTTP/1.0 keeps nothing" },
		{ "GET /echo HTTP/1.1\r\n%sConnection: x, Close\r\n\r\n", 200, "no more wanted" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(rows[i].request, "%s", -1);
		g_autofree char *request = g_strjoinv(fixture->host, parts);
		avu_autofd int fd = dial(fixture);
		GString *heard;

		ride_once(fixture, fd);
		say(fd, request, strlen(request));
		heard = hear(fd, NULL);
		g_test_message("%s: %s", rows[i].why, heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_cmpuint(count_answers(heard->str), ==, 1);
		g_string_free(heard, TRUE);
	}
}

static void
test_later_nul(Fixture *fixture, gconstpointer data)
{
	static const char end[] = "X: a\0b\r\n\r\n";
	avu_autofd int fd = dial(fixture);
	g_autofree char *line = g_strconcat("GET /echo HTTP/1.1\r\n", fixture->host, NULL);
	GString *heard;

	(void)data;
	ride_once(fixture, fd);
	say(fd, line, strlen(line));
	say(fd, end, sizeof(end) - 1);
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 400);
	g_string_free(heard, TRUE);
}

/* Longer than LIM-05 allows, and as many lines as nobody sends. */
static void
test_later_large(Fixture *fixture, gconstpointer data)
{
	g_autofree char *filling = g_strnfill(1000, 'y');

	(void)data;
	for (int many = 0; many < 2; many++) {
		GString *request = g_string_new("GET /echo HTTP/1.1\r\n");
		avu_autofd int fd = dial(fixture);
		GString *heard;

		g_string_append(request, fixture->host);
		while (many ? request->len < 1000 : request->len < AVU_LIMIT_HTTP_HEAD) {
			g_string_append(request, "X: ");
			g_string_append(request, many ? "y" : filling);
			g_string_append(request, "\r\n");
		}
		g_string_append(request, "\r\n");
		ride_once(fixture, fd);
		say(fd, request->str, request->len);
		heard = hear(fd, NULL);
		g_assert_cmpuint(status_of(heard), ==, 431);
		g_string_free(heard, TRUE);
		g_string_free(request, TRUE);
	}
}

/* LIM-05 to the octet. */
static void
test_later_largest(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (size_t more = 0; more < 2; more++) {
		g_autofree char *begin = g_strconcat(
			"GET /echo HTTP/1.1\r\nConnection: close\r\n", fixture->host, "X: ", NULL);
		g_autofree char *filling = g_strnfill(
			AVU_LIMIT_HTTP_HEAD - strlen(begin) - strlen("\r\n\r\n") + more, 'y');
		g_autofree char *request = g_strconcat(begin, filling, "\r\n\r\n", NULL);
		avu_autofd int fd = dial(fixture);
		GString *heard;

		g_assert_cmpuint(strlen(request), ==, 16384 + more);
		ride_once(fixture, fd);
		say(fd, request, strlen(request));
		heard = hear(fd, NULL);
		g_assert_cmpuint(status_of(heard), ==, more == 0 ? 200 : 431);
		g_string_free(heard, TRUE);
	}
}

/* Too long to be whole, and yet it is read for what would be taken for something else elsewhere. */
static void
test_later_large_raw(Fixture *fixture, gconstpointer data)
{
	GString *request = g_string_new("GET /echo HTTP/1.1\r\nX: a\rb\r\nY: ");
	avu_autofd int fd = dial(fixture);
	GString *heard;

	(void)data;
	while (request->len < 2 * AVU_LIMIT_HTTP_HEAD) {
		g_string_append(request, "yyyyyyyyyyyyyyyy");
	}
	ride_once(fixture, fd);
	say(fd, request->str, request->len);
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 400);
	g_string_free(heard, TRUE);
	g_string_free(request, TRUE);
}

/* Octet after octet: a head is answered when it is whole, and no octet of it is lost to whoever answers. */
static void
test_later_pieces(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);

	(void)data;
	ride_once(fixture, fd);
	for (int i = 0; i < 4; i++) {
		g_autofree char *line = g_strdup_printf("%s /echo?%d HTTP/1.1\r\n%s",
			i < 2 ? "GET" : "POST", i, i < 2 ? "" : "Content-Length: 0\r\n");
		g_autofree char *request =
			g_strconcat(line, fixture->host, "X-Word: w \r\n\r\n", NULL);
		g_autofree char *echo = g_strdup_printf("|/echo||%d|w.", i);
		GString *heard;

		for (const char *p = request; *p != '\0'; p++) {
			say(fd, p, 1);
			if ((p - request) % 16 == 0) {
				g_usleep(1000); /* so that it does not arrive in one piece */
			}
		}
		heard = hear(fd, echo);
		g_assert_cmpuint(status_of(heard), ==, 200);
		g_assert_cmpuint(count_answers(heard->str), ==, 1);
		g_string_free(heard, TRUE);
	}
}

/* In one segment: two for the lane, one with a body, and two that libmicrohttpd serves now. */
static void
test_hand_on(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *request = g_strconcat("GET /echo?1 HTTP/1.1\r\n", fixture->host,
		"\r\nHEAD /file HTTP/1.1\r\n", fixture->host,
		"\r\nPOST /echo?3 HTTP/1.1\r\nContent-Length: 4\r\n", fixture->host,
		"\r\nbodyGET /echo?4 HTTP/1.1\r\n", fixture->host,
		"\r\nGET /echo?5 HTTP/1.1\r\nConnection: close\r\n", fixture->host, "\r\n", NULL);
	GString *heard;
	const char *at;

	(void)data;
	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	at = heard->str;
	g_assert_cmpuint(count_answers(at), ==, 5);
	for (const char *const *echo =
			(const char *const[]){ "|/echo||1|", "Content-Length: 307200\r\n",
				"|/echo||3|body", "|/echo||4|", "|/echo||5|", NULL };
		*echo != NULL; echo++) {
		at = strstr(at, *echo);
		g_assert_nonnull(at);
	}
	g_string_free(heard, TRUE);
}

/* In chunks, and the next request is answered behind them; without chunks for HTTP/1.0. */
static void
test_made(Fixture *fixture, gconstpointer data)
{
	g_autofree char *request = g_strconcat("HEAD /stream HTTP/1.1\r\n", fixture->host,
		"\r\nGET /stream HTTP/1.1\r\n", fixture->host,
		"\r\nGET /deep/z HTTP/1.1\r\nConnection: close\r\n", fixture->host, "\r\n", NULL);
	static const char old[] = "GET /stream HTTP/1.0\r\n\r\n";
	avu_autofd int fd = dial(fixture);
	avu_autofd int second = dial(fixture);
	GString *heard;
	const char *body;

	(void)data;
	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	body = strstr(heard->str, "\r\n\r\n" OK_HEAD); /* nothing behind the HEAD */
	g_assert_nonnull(body);
	body = strstr(body + 4, "\r\n\r\n");
	g_assert_true(g_str_has_prefix(body, "\r\n\r\n3e8\r\nnnn"));
	g_assert_nonnull(strstr(body, "nnn\r\n0\r\n\r\n" OK_HEAD));
	g_string_free(heard, TRUE);
	say(second, old, sizeof(old) - 1);
	heard = hear(second, NULL);
	body = strstr(heard->str, "\r\n\r\n");
	g_assert_null(strstr(heard->str, "Transfer-Encoding"));
	g_assert_cmpuint(strspn(body + 4, "n"), ==, 100000);
	g_assert_cmpuint(strlen(body + 4), ==, 100000);
	g_string_free(heard, TRUE);
	g_assert_cmpint(fixture->held, ==, 0);
}

/* RFC 9112 9.6: a token of any of its Connection lines; in any case, and beside others. What follows is no request. */
static void
test_close(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *lines;
		bool closes;
	} rows[] = {
		{ "Connection: close\r\n", true },
		{ "Connection: keep-alive\r\nConnection: close\r\n", true },
		{ "Connection: TE , Close\r\n", true },
		{ "Connection: closed\r\n", false },
		{ "X-Connection: close\r\n", false },
		{ "Connections: close\r\n", false },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		avu_autofd int fd = dial(fixture);
		g_autofree char *requests = g_strconcat("GET /echo?one HTTP/1.1\r\n", fixture->host,
			rows[i].lines, "\r\nGET /echo?two HTTP/1.1\r\n", fixture->host,
			"Connection: close\r\n\r\n", NULL);
		GString *heard;

		g_test_message("%s", rows[i].lines);
		say(fd, requests, strlen(requests));
		heard = hear(fd, NULL);
		g_assert_nonnull(strstr(heard->str, "|one|"));
		g_assert_cmpint(strstr(heard->str, "|two|") == NULL, ==, rows[i].closes);
		g_assert_cmpint(strstr(heard->str, "\r\nConnection: close\r\n") <
					strstr(heard->str, "|one|"),
			==, rows[i].closes);
		g_string_free(heard, TRUE);
	}
}

/* A half head at the end of a connection is no request, and keeps no thread. */
static void
test_later_end(Fixture *fixture, gconstpointer data)
{
	int fd = dial(fixture);

	(void)data;
	ride_once(fixture, fd);
	say(fd, "GET /ec", 7);
	wait_for_counter(fixture->counters, "av_http_served 1\n");
	(void)close(fd);
	wait_for_counter(fixture->counters, "av_http_served 0\n");
	wait_for_counter(fixture->counters, "av_http_requests_total{status=\"none\"} 0\n");
}

/* The server ends under connections that are idle, in a head, in a file and in a stream; tear_down waits for them. */
static void
test_stop(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (int i = 0; i < 2; i++) {
		int fd = dial(fixture);

		ride_once(fixture, fd);
		if (i == 1) {
			say(fd, "GET /", 5);
		}
	}
	(void)ask_slowly(fixture, "/disk");
	(void)ask_slowly(fixture, "/stream?endless");
	wait_for_counter(fixture->counters, "av_http_served 4\n");
}

typedef struct {
	const Fixture *fixture;
	atomic_int *answered;
} Caller;

/* A request for the lane and one for libmicrohttpd on each connection, until nobody answers any more. */
static void *
call_until_end(void *data)
{
	const Caller *caller = data;
	const char *host = caller->fixture->host;
	g_autofree char *request = g_strconcat("GET /deep/x HTTP/1.1\r\n", host,
		"\r\nPOST /echo HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n", host,
		"\r\n", NULL);

	for (;;) {
		avu_autofd int fd = dial_from(caller->fixture, "127.0.0.1");
		char buffer[4096];
		size_t heard = 0;
		ssize_t got;

		if (fd < 0 || send(fd, request, strlen(request), MSG_NOSIGNAL) < 0) {
			return NULL;
		}
		while ((got = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
			heard += (size_t)got;
		}
		if (heard == 0) {
			return NULL;
		}
		(*caller->answered)++;
	}
}

/* The server ends while connections go on from the lane to libmicrohttpd. */
static void
test_stop_hand_on(Fixture *fixture, gconstpointer data)
{
	pthread_t threads[8];
	atomic_int answered = 0;
	const Caller caller = { fixture, &answered };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_assert_cmpint(pthread_create(&threads[i], NULL, call_until_end,
					(void *)(uintptr_t)&caller),
			==, 0);
	}
	for (int i = 0; i < WAIT_MS && answered < 50; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(answered, >=, 50);
	avu_http_server_set_addresses(fixture->server, NULL, 0, NULL);
	avu_http_server_free(fixture->server);
	fixture->server = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		pthread_join(threads[i], NULL);
	}
}

#define ADD(name, fn) g_test_add("/net/http-lane/" name, Fixture, "direct", set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("later-heads", test_later_heads);
	ADD("later-nul", test_later_nul);
	ADD("later-large", test_later_large);
	ADD("later-largest", test_later_largest);
	ADD("later-large-raw", test_later_large_raw);
	ADD("later-pieces", test_later_pieces);
	ADD("hand-on", test_hand_on);
	ADD("made", test_made);
	ADD("close", test_close);
	ADD("later-end", test_later_end);
	ADD("stop", test_stop);
	ADD("stop-hand-on", test_stop_hand_on);
	return g_test_run();
}
