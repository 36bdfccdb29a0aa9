/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server on loopback, spoken to octet by octet. */
#include "own-network.h"
#include "server-fixture.h"

/* Of headers that are put into an answer, SEC-051: no value makes a line of its own. */
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
		{ "GET /echo", "Origin: http://evil.example.com\r\n\r\n", 200, "1|/echo||",
			"a page of others is told no more than anybody" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *heard = ask(fixture, rows[i].line, rows[i].rest);

		g_test_message("%s: %s", rows[i].why, heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_nonnull(strstr(heard->str, rows[i].contains));
		g_assert_null(strstr(heard->str, "Set-Cookie"));
		g_assert_null(strstr(heard->str, "Access-Control")); /* SEC-041 */
		g_string_free(heard, TRUE);
	}
}

/* SEC-040. */
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

/* Octets as they come; "%s": the line with Host. The answer is one, and the connection ends with it: SEC-043,
 * SEC-044, SEC-045, SEC-054. */
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
		/* one answer: no second status line; the body of the library's own names the version */
		g_assert_false(g_regex_match_simple("HTTP/1\\.1 [0-9]{3}", heard->str + 1, 0, 0));
		g_string_free(heard, TRUE);
	}
}

#define MARK "zzmarkzz"

/* SEC-050: nothing of a request is in what is said against it; "%s": the line with Host. */
static void
test_refusals(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *request;
		unsigned status;
	} rows[] = {
		{ "GET /" MARK " HTTP/1.1\r\n%s\r\n", 404 },
		{ "GET /none?" MARK " HTTP/1.1\r\n%sX-" MARK ": " MARK "\r\n\r\n", 404 },
		{ "POST /file?" MARK " HTTP/1.1\r\n%sContent-Length: 0\r\n\r\n", 405 },
		{ MARK " / HTTP/1.1\r\n%s\r\n", 501 },
		{ "GET /%2e%2e/" MARK " HTTP/1.1\r\n%s\r\n", 400 },
		{ "GET / HTTP/1.1\r\n%s" MARK " : " MARK "\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: " MARK "\r\n\r\n", 421 },
		{ "POST /echo HTTP/1.1\r\n%sContent-Length: " MARK "\r\n\r\n", 400 },
		{ "POST /echo HTTP/1.1\r\n%sExpect: " MARK "\r\nContent-Length: 1\r\n\r\n", 417 },
		{ "POST /echo HTTP/1.1\r\n%sOrigin: http://" MARK "\r\nContent-Length: 0\r\n\r\n",
			403 },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(rows[i].request, "%s", -1);
		g_autofree char *request = g_strjoinv(fixture->host, parts);
		avu_autofd int fd = dial(fixture);
		GString *heard;

		say(fd, request, strlen(request));
		heard = hear(fd, NULL);
		g_test_message("%s", heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_null(strstr(heard->str, MARK));
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

/* SEC-053. Far more than anybody should be ahead: read as there is room for them, answered in order. */
static void
test_long_pipeline(Fixture *fixture, gconstpointer data)
{
	const unsigned n = 400;
	avu_autofd int fd = dial(fixture);
	g_autoptr(GString) requests = g_string_new(NULL);
	GString *heard;
	const char *at;

	(void)data;
	for (unsigned i = 0; i < n; i++) {
		g_string_append_printf(requests, "GET /echo?%u HTTP/1.1\r\n%s%s\r\n", i,
			fixture->host, i + 1 < n ? "" : "Connection: close\r\n");
	}
	say(fd, requests->str, requests->len);
	heard = hear(fd, NULL);
	at = heard->str;
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *body = g_strdup_printf("1|/echo||%u|", i);

		at = strstr(at, body);
		g_assert_nonnull(at);
	}
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

/* SEC-053: a body is read when its request was accepted. */
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
	/* Away from 127.0.0.1, and no time to come back: the stream ends, newcomers find nobody. */
	g_assert_true(avu_address_parse("127.0.0.2", &other));
	avu_http_server_set_away(fixture->server, 1);
	avu_http_server_set_addresses(fixture->server, &other, 1, &error);
	g_assert_no_error(error);
	heard = hear(kept, NULL);
	g_string_free(heard, TRUE);
	g_assert_cmpint(dial_from(fixture, "127.0.0.1"), ==, -1);
}

/* Asked of the kernel, not of the server: what that cannot do is its fault. */
static bool
has_ipv6(void)
{
	const struct sockaddr_in6 loopback = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	avu_autofd int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && bind(fd, (const struct sockaddr *)&loopback, sizeof(loopback)) == 0;
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
	g_autoptr(GError) error = NULL;
	AvuAddress addresses[2];
	GString *heard;

	(void)data;
	if (!has_ipv6()) {
		g_test_skip("IPv6 is switched off in this kernel, or no namespace may be made");
		return;
	}
	g_assert_true(avu_address_parse("127.0.0.1", &addresses[0]));
	g_assert_true(avu_address_parse("::1", &addresses[1]));
	avu_http_server_set_addresses(fixture->server, addresses, 2, &error);
	g_assert_no_error(error);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&there, sizeof(there)), ==, 0);
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
	/* A container's network may lack ::1; one of our own has it. */
	if (!has_ipv6() && !enter_namespace()) {
		g_test_message("::1 is not here, and no namespace may be made");
	}
	ADD_BOTH("/net/http-server/", "answers", test_answers);
	ADD_BOTH("/net/http-server/", "host", test_host);
	ADD_BOTH("/net/http-server/", "nonsense", test_nonsense);
	ADD_BOTH("/net/http-server/", "refusals", test_refusals);
	ADD_BOTH("/net/http-server/", "head", test_head);
	ADD_BOTH("/net/http-server/", "pipeline", test_pipeline);
	ADD_BOTH("/net/http-server/", "long-pipeline", test_long_pipeline);
	ADD_BOTH("/net/http-server/", "keep-alive", test_keep_alive);
	ADD_BOTH("/net/http-server/", "expect", test_expect);
	ADD_BOTH("/net/http-server/", "chunked-too-large", test_chunked_too_large);
	ADD_BOTH("/net/http-server/", "head-too-large", test_head_too_large);
	ADD("foreigner", test_foreigner);
	ADD_BOTH("/net/http-server/", "counters", test_counters);
	ADD_BOTH("/net/http-server/", "addresses", test_addresses);
	ADD("ipv6", test_ipv6);
	ADD("port-taken", test_port_taken);
	return g_test_run();
}
