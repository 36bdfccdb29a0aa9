/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching from peers that answer well, badly and never: M6 of threats.md and what stands around it. */
#include "config.h"

#include <av-upnp/error.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/limits.h>

#include "fake-peer.h"

#define TIMEOUT_NS (700 * AVU_NS_PER_MS)
/* where no time is to end anything, however busy the machine is */
#define PATIENCE_NS (60 * AVU_NS_PER_S)

typedef struct {
	FakePeer *peer;
	AvuFetcher *fetcher;
	unsigned pending;
	unsigned status;
	int code; /* AvuError; -1: answered */
	GString *body;
	char *location;
	AvuAddress local;
	bool forbid;
	unsigned good;
	unsigned bad;
} Fixture;

static bool
starts(const char *request, const char *line)
{
	return g_str_has_prefix(request, line);
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	if (starts(request, "GET /good ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two: a\r\nx-two:  b "
			     "\r\n\r\nhello");
	} else if (starts(request, "POST /echo ") || starts(request, "NOTIFY /echo ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		fake_say(fd, request);
	} else if (starts(request, "GET /chunked ")) {
		fake_say(fd, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK: fine\r\n"
			     "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n"
			     "X-Two: trailer\r\n\r\n");
	} else if (starts(request, "GET /missing ")) {
		fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /endless-body ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		fake_say_forever(peer, fd, "0123456789abcdef");
	} else if (starts(request, "GET /endless-chunks ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		fake_say_forever(peer, fd, "1\r\nx\r\n");
	} else if (starts(request, "GET /endless-headers ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n");
		fake_say_forever(peer, fd, "X-A: b\r\n");
	} else if (starts(request, "GET /endless-line ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nX-A: ");
		fake_say_forever(peer, fd, "0123456789abcdef");
	} else if (starts(request, "GET /endless-interim ")) {
		fake_say_forever(peer, fd, "HTTP/1.1 100 Continue\r\n\r\n");
	} else if (starts(request, "GET /announced ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
		fake_stay_silent(peer, fd);
	} else if (starts(request, "GET /no-head ")) {
		fake_say(fd, "hello");
	} else if (starts(request, "GET /cut ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
	} else if (starts(request, "GET /to-good ")) {
		fake_say(fd, "HTTP/1.1 307 There\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /to-name ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: http://localhost/\r\n"
			     "Content-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /to-file ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: file:///etc/passwd\r\n"
			     "Content-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /to-denied ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: http://127.0.0.66:1/\r\n"
			     "Content-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /loop ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
	} else if (starts(request, "GET /trickle ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
		while (!peer->stopping && fake_say(fd, ".")) {
			g_usleep(50000);
		}
	} else if (!starts(request, "GET /nothing ")) {
		fake_stay_silent(peer, fd);
	}
}

static bool
allow(const AvuAddress *address, void *data)
{
	Fixture *fixture = data;

	/* 127.0.0.66 plays the address that may not be reached. */
	return !fixture->forbid && (ntohl(address->ip.v4.s_addr) & 0xff) != 66;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	const AvuAddressPolicy policy = { allow, fixture };

	(void)data;
	fixture->peer = fake_peer_new(behave);
	fixture->fetcher = avu_fetcher_new(NULL, &policy);
	fixture->body = g_string_new(NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_fetcher_free(fixture->fetcher);
	fake_peer_free(fixture->peer);
	g_string_free(fixture->body, TRUE);
	g_free(fixture->location);
}

static void
on_done(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	Fixture *fixture = user_data;

	g_assert_true((answer != NULL) != (error != NULL));
	fixture->pending--;
	fixture->code = error != NULL ? error->code : -1;
	if (error != NULL) {
		g_test_message("%s", error->message);
		g_assert_true(error->domain == AVU_ERROR);
		fixture->bad++;
		return;
	}
	fixture->good++;
	fixture->status = answer->status;
	fixture->local = answer->local;
	g_string_truncate(fixture->body, 0);
	g_string_append_len(fixture->body, answer->body, (gssize)answer->body_len);
	g_assert_cmpint(answer->body[answer->body_len], ==, '\0');
	g_free(fixture->location);
	fixture->location =
		g_strdup(g_hash_table_lookup((GHashTable *)(uintptr_t)answer->headers, "x-two"));
}

static void
wait_all(Fixture *fixture)
{
	while (fixture->pending > 0) {
		g_main_context_iteration(NULL, TRUE);
	}
}

static AvuFetch *
begin(Fixture *fixture, const char *url, unsigned redirects, int64_t timeout_ns)
{
	const AvuFetchRequest request = { .method = "GET",
		.url = url,
		.max_answer = 100000,
		.timeout_ns = timeout_ns,
		.redirects = redirects };

	fixture->pending++;
	return avu_fetch(fixture->fetcher, &request, on_done, fixture);
}

static char *
url_of(const Fixture *fixture, const char *path)
{
	return path[0] == '/' ? g_strdup_printf("http://127.0.0.1:%u%s", fixture->peer->port, path)
			      : g_strdup(path);
}

static void
test_answers(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *path;
		unsigned redirects;
		int code;
		unsigned status;
		const char *body;
		const char *why;
	} rows[] = {
		{ "/good", 0, -1, 200, "hello", "plain" },
		{ "/chunked", 0, -1, 200, "hello", "interim answer, chunks, trailer" },
		{ "/missing", 0, -1, 404, "", "any status is an answer" },
		{ "/endless-body", 0, AVU_ERROR_LIMIT, 0, NULL, "M6" },
		{ "/endless-chunks", 0, AVU_ERROR_LIMIT, 0, NULL, "M6" },
		{ "/endless-headers", 0, AVU_ERROR_LIMIT, 0, NULL, "M6" },
		{ "/endless-line", 0, AVU_ERROR_LIMIT, 0, NULL, "M6" },
		{ "/endless-interim", 0, AVU_ERROR_LIMIT, 0, NULL, "M6" },
		{ "/announced", 0, AVU_ERROR_TIMEOUT, 0, NULL, "body never comes" },
		{ "/silent", 0, AVU_ERROR_TIMEOUT, 0, NULL, "no answer" },
		{ "/trickle", 0, AVU_ERROR_TIMEOUT, 0, NULL, "trickling extends nothing" },
		{ "/nothing", 0, AVU_ERROR_UNREACHABLE, 0, NULL, "closed without answer" },
		{ "/cut", 0, AVU_ERROR_UNREACHABLE, 0, NULL, "closed in the body" },
		{ "/no-head", 0, AVU_ERROR_SYNTAX, 0, NULL, "HTTP/0.9" },
		{ "/to-good", 1, -1, 200, "hello", "redirect followed" },
		{ "/to-good", 0, -1, 307, "", "redirect not asked for" },
		{ "/loop", 3, -1, 302, "", "redirects end" },
		{ "/to-name", 3, AVU_ERROR_DENIED, 0, NULL, "redirect to a name" },
		{ "/to-file", 3, AVU_ERROR_SYNTAX, 0, NULL, "redirect to another scheme" },
		{ "/to-denied", 3, AVU_ERROR_DENIED, 0, NULL,
			"redirect is checked like the first" },
		{ "http://127.0.0.66:1/", 0, AVU_ERROR_DENIED, 0, NULL, "policy" },
		{ "http://239.255.255.250/", 0, AVU_ERROR_DENIED, 0, NULL, "multicast, never" },
		{ "http://localhost/", 0, AVU_ERROR_DENIED, 0, NULL, "name" },
		{ "http://2130706433/", 0, AVU_ERROR_DENIED, 0, NULL, "decimal form" },
		{ "http://0177.0.0.1/", 0, AVU_ERROR_DENIED, 0, NULL, "octal form" },
		{ "https://127.0.0.1/", 0, AVU_ERROR_DENIED, 0, NULL, "http only" },
		{ "file:///etc/passwd", 0, AVU_ERROR_SYNTAX, 0, NULL, "scheme" },
		{ "http://a@127.0.0.1/", 0, AVU_ERROR_SYNTAX, 0, NULL, "userinfo" },
		{ "http://127.0.0.1:1/", 0, AVU_ERROR_UNREACHABLE, 0, NULL, "nobody there" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url = url_of(fixture, rows[i].path);

		g_test_message("%s: %s", rows[i].why, rows[i].path);
		begin(fixture, url, rows[i].redirects,
			rows[i].code == AVU_ERROR_TIMEOUT ? TIMEOUT_NS : PATIENCE_NS);
		g_assert_cmpuint(fixture->pending, ==, 1); /* never called back at once */
		wait_all(fixture);
		g_assert_cmpint(fixture->code, ==, rows[i].code);
		if (rows[i].code == -1) {
			g_assert_cmpuint(fixture->status, ==, rows[i].status);
			g_assert_cmpstr(fixture->body->str, ==, rows[i].body);
		}
	}
}

static void
test_headers(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = url_of(fixture, "/good");

	(void)data;
	begin(fixture, url, 0, PATIENCE_NS);
	wait_all(fixture);
	g_assert_cmpstr(fixture->location, ==, "b");
	g_assert_cmpuint(ntohl(fixture->local.ip.v4.s_addr), ==, INADDR_LOOPBACK);
}

static void
test_request(Fixture *fixture, gconstpointer data)
{
	static const char *const lines[] = { "NT: upnp:event", "Content-Type: text/xml", NULL };
	static const char *const evil[] = { "NT: a\r\nX: b", NULL };
	g_autofree char *url = url_of(fixture, "/echo");
	AvuFetchRequest request = { .method = "NOTIFY",
		.url = url,
		.headers = lines,
		.body = "a\0b",
		.body_len = 3,
		.max_answer = 4096 };

	(void)data;
	fixture->pending = 1;
	avu_fetch(fixture->fetcher, &request, on_done, fixture);
	wait_all(fixture);
	g_assert_cmpint(fixture->code, ==, -1);
	g_assert_nonnull(strstr(fixture->body->str, "NOTIFY /echo HTTP/1.1\r\n"));
	g_assert_nonnull(strstr(fixture->body->str, "\r\nNT: upnp:event\r\n"));
	g_assert_nonnull(strstr(fixture->body->str, "\r\nContent-Type: text/xml\r\n"));
	g_assert_nonnull(strstr(fixture->body->str, "\r\nContent-Length: 3\r\n"));
	g_assert_nonnull(strstr(fixture->body->str, "\r\nUser-Agent: Linux/"));
	g_assert_null(strstr(fixture->body->str, "Accept"));
	g_assert_null(strstr(fixture->body->str, "Expect"));
	request.headers = evil;
	fixture->pending = 1;
	avu_fetch(fixture->fetcher, &request, on_done, fixture);
	wait_all(fixture);
	g_assert_cmpint(fixture->code, ==, AVU_ERROR_SYNTAX);
}

/* The places are full of peers that never answer: those behind them do not lose their time waiting,
 * and the next time the silent ones are let in, most places are kept for others. */
static void
test_places(Fixture *fixture, gconstpointer data)
{
	g_autofree char *silent = url_of(fixture, "/silent");
	FakePeer *other = fake_peer_new(behave);
	g_autofree char *good = g_strdup_printf("http://127.0.0.1:%u/good", other->port);

	(void)data;
	avu_fetcher_set_places(fixture->fetcher, 8);
	for (int i = 0; i < 8; i++) {
		begin(fixture, silent, 0, TIMEOUT_NS);
	}
	for (int i = 0; i < 40; i++) {
		begin(fixture, good, 0, PATIENCE_NS);
	}
	wait_all(fixture);
	g_assert_cmpuint(fixture->good, ==, 40);
	g_assert_cmpuint(fixture->bad, ==, 8);
	g_assert_cmpint(fixture->peer->most_open + other->most_open, <=, 16);
	fixture->good = 0;
	for (int i = 0; i < 8; i++) {
		begin(fixture, silent, 0, PATIENCE_NS);
	}
	for (int i = 0; i < 40; i++) {
		begin(fixture, good, 0, PATIENCE_NS);
	}
	while (fixture->good < 40) {
		g_main_context_iteration(NULL, TRUE);
	}
	/* Suspects take two places of eight, so the good ones never wait for their time-out. */
	g_assert_cmpuint(fixture->bad, ==, 8);
	fake_peer_free(other);
}

static void
on_done_cancel(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	AvuFetch **other = user_data;

	(void)answer;
	(void)error;
	avu_fetch_cancel(*other);
	*other = NULL;
}

static void
on_never(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	(void)answer;
	(void)error;
	(void)user_data;
	g_assert_not_reached();
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
	g_autofree char *silent = url_of(fixture, "/silent");
	g_autofree char *good = url_of(fixture, "/good");
	const AvuFetchRequest slow = { .url = silent, .max_answer = 1, .timeout_ns = TIMEOUT_NS };
	const AvuFetchRequest quick = { .url = good, .max_answer = 100 };
	const AvuFetchRequest wrong = { .url = "nonsense", .max_answer = 100 };
	AvuFetch *other = avu_fetch(fixture->fetcher, &slow, on_never, NULL);

	(void)data;
	avu_fetch(fixture->fetcher, &quick, on_done_cancel, &other);
	while (other != NULL) {
		g_main_context_iteration(NULL, TRUE);
	}
	avu_fetch_cancel(avu_fetch(fixture->fetcher, &slow, on_never, NULL));
	avu_fetch_cancel(avu_fetch(fixture->fetcher, &wrong, on_never, NULL));
	/* A place that a cancel freed is used. */
	avu_fetcher_set_places(fixture->fetcher, 1);
	other = avu_fetch(fixture->fetcher, &slow, on_never, NULL);
	begin(fixture, good, 0, PATIENCE_NS);
	avu_fetch_cancel(other);
	wait_all(fixture);
	g_assert_cmpint(fixture->code, ==, -1);
	/* Left to avu_fetcher_free. */
	avu_fetch(fixture->fetcher, &slow, on_never, NULL);
}

static void
on_done_free(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	Fixture *fixture = user_data;

	(void)answer;
	(void)error;
	avu_fetcher_free(g_steal_pointer(&fixture->fetcher));
	fixture->pending--;
}

static void
test_free_within(Fixture *fixture, gconstpointer data)
{
	g_autofree char *good = url_of(fixture, "/good");
	g_autofree char *silent = url_of(fixture, "/silent");
	const AvuFetchRequest quick = { .url = good, .max_answer = 100 };
	const AvuFetchRequest slow = { .url = silent, .max_answer = 100 };

	(void)data;
	avu_fetch(fixture->fetcher, &slow, on_never, NULL);
	fixture->pending = 1;
	avu_fetch(fixture->fetcher, &quick, on_done_free, fixture);
	wait_all(fixture);
}

#define ADD(name, fn) g_test_add("/net/http-fetch/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("answers", test_answers);
	ADD("headers", test_headers);
	ADD("request", test_request);
	ADD("places", test_places);
	ADD("cancel", test_cancel);
	ADD("free-within-done", test_free_within);
	return g_test_run();
}
