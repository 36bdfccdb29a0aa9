/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LIM-20 to LIM-24 against a server that sends one octet, one line, one redirect more than that, whatever it says of
 * the length. What was asked for is whole at the limit. */
#include <stdio.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/limits.h>
#include <av-upnp/pieces.h>
#include <av-upnp/playlist.h>

#include "fake-peer.h"

typedef enum { SAID, CHUNKED, TO_THE_END, N_FRAMINGS } Framing;

/* The request line says what is wanted: GET /FRAMING/OCTETS, /lines/NUMBER, /head/OCTETS, /hops/NUMBER, /slow */
static void
send_body(int fd, Framing framing, size_t len)
{
	static const char *const heads[] = { "Content-Length: ", "Transfer-Encoding: chunked",
		"X: " };
	g_autofree char *head = g_strdup_printf("HTTP/1.1 200 OK\r\n%s", heads[framing]);
	g_autofree char *said = g_strdup_printf("%zu", len);
	g_autofree char *block = g_strnfill(65536, 'x');
	bool good = fake_say(fd, head) && (framing != SAID || fake_say(fd, said)) &&
		    fake_say(fd, "\r\n\r\n");

	for (size_t n; good && len > 0; len -= n) {
		g_autofree char *size = NULL;

		n = MIN(len, 65536);
		size = g_strdup_printf("%zx\r\n", n);
		good = (framing != CHUNKED || fake_say(fd, size)) && fake_send(fd, block, n) &&
		       (framing != CHUNKED || fake_say(fd, "\r\n"));
	}
	if (good && framing == CHUNKED) {
		(void)fake_say(fd, "0\r\n\r\n");
	}
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	unsigned kind = 0, n = 0;
	g_autoptr(GString) head = g_string_new("HTTP/1.1 200 OK\r\n");

	if (sscanf(request, "GET /%u/%u ", &kind, &n) == 2 && kind < N_FRAMINGS) {
		send_body(fd, (Framing)kind, n);
	} else if (sscanf(request, "GET /lines/%u ", &n) == 1) {
		for (unsigned i = 0; i + 1 < n; i++) {
			g_string_append_printf(head, "X-%u: a\r\n", i);
		}
		g_string_append(head, "Content-Length: 0\r\n\r\n");
		(void)fake_say(fd, head->str);
	} else if (sscanf(request, "GET /head/%u ", &n) == 1) {
		g_string_append(head, "Content-Length: 0\r\nX: ");
		while (head->len + 4 < n) {
			g_string_append_c(head, 'a');
		}
		g_string_append(head, "\r\n\r\n");
		(void)fake_say(fd, head->str);
	} else if (sscanf(request, "GET /hops/%u ", &n) == 1 && n > 0) {
		g_string_printf(head,
			"HTTP/1.1 302 On\r\nLocation: /hops/%u\r\nContent-Length: 0\r\n\r\n",
			n - 1);
		(void)fake_say(fd, head->str);
	} else if (g_str_has_prefix(request, "GET /slow ")) {
		(void)fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
		while (!peer->stopping && fake_say(fd, ".")) {
			g_usleep(20000);
		}
	} else {
		send_body(fd, SAID, 0);
	}
}

typedef struct {
	FakePeer *peer;
	AvuFetcher *fetcher;
	bool done;
	int code; /* -1: answered */
	unsigned status;
	size_t len;
} House;

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
on_done(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	House *house = user_data;

	house->done = true;
	house->code = error != NULL ? error->code : -1;
	house->status = answer != NULL ? answer->status : 0;
	house->len = answer != NULL ? answer->body_len : 0;
}

static void
fetch(House *house, const char *path, size_t max_answer, unsigned redirects, int64_t timeout_ns)
{
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u%s", house->peer->port, path);
	const AvuFetchRequest request = { .method = "GET",
		.url = url,
		.max_answer = max_answer,
		.timeout_ns = timeout_ns,
		.redirects = redirects };

	house->done = false;
	avu_fetch(house->fetcher, &request, on_done, house);
	while (!house->done) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
}

static void
house_open(House *house)
{
	const AvuAddressPolicy policy = { allow_all, NULL };

	*house = (House){ .peer = fake_peer_new(behave) };
	house->fetcher = avu_fetcher_new(NULL, &policy);
}

static void
house_close(House *house)
{
	avu_fetcher_free(house->fetcher);
	fake_peer_free(house->peer);
}

#define PATIENCE_NS (60 * AVU_NS_PER_S)

static const struct {
	const char *why;
	size_t limit, numbers; /* the number is threats.md's */
} bodies[] = {
	{ "LIM-20: a device's description", AVU_LIMIT_DESCRIPTION, 1024 * 1024 },
	{ "LIM-20: a service's description", AVU_LIMIT_SCPD, 512 * 1024 },
	{ "LIM-21: a SOAP answer", AVU_LIMIT_SOAP_ANSWER, 4 * 1024 * 1024 },
	{ "LIM-21: an event's body", AVU_LIMIT_EVENT_BODY, 256 * 1024 },
	{ "LIM-21: a playlist", AVU_PLAYLIST_BYTES_MAX, 1024 * 1024 },
	{ "LIM-21: a list of pieces", AVU_PIECES_TEXT_MAX, 1024 * 1024 },
};

static void
test_bodies(void)
{
	House house;

	house_open(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_test_message("%s", bodies[i].why);
		g_assert_cmpuint(bodies[i].limit, ==, bodies[i].numbers);
		for (unsigned framing = 0; framing < N_FRAMINGS; framing++) {
			for (size_t more = 0; more <= 1; more++) {
				g_autofree char *path =
					g_strdup_printf("/%u/%zu", framing, bodies[i].limit + more);

				fetch(&house, path, bodies[i].limit, 0, PATIENCE_NS);
				g_assert_cmpint(house.code, ==, more > 0 ? AVU_ERROR_LIMIT : -1);
				g_assert_cmpuint(house.len, ==, more > 0 ? 0 : bodies[i].limit);
			}
		}
	}
	house_close(&house);
}

static const struct {
	const char *why, *path;
	unsigned redirects;
	int code; /* -1: answered */
	unsigned status;
} rows[] = {
	{ "LIM-22: 64 lines", "/lines/64", 0, -1, 200 },
	{ "LIM-22: a line more", "/lines/65", 0, AVU_ERROR_LIMIT, 0 },
	{ "LIM-22: 16 KiB", "/head/16384", 0, -1, 200 },
	{ "LIM-22: an octet more", "/head/16385", 0, AVU_ERROR_LIMIT, 0 },
	{ "LIM-24: none for descriptions", "/hops/1", 0, -1, 302 },
	{ "LIM-24: three for media", "/hops/3", AVU_LIMIT_MEDIA_REDIRECTS, -1, 200 },
	{ "LIM-24: one more is told, not followed", "/hops/4", AVU_LIMIT_MEDIA_REDIRECTS, -1, 302 },
};

static void
test_heads(void)
{
	House house;

	g_assert_cmpuint(AVU_LIMIT_MEDIA_REDIRECTS, ==, 3);
	house_open(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		fetch(&house, rows[i].path, 4096, rows[i].redirects, PATIENCE_NS);
		g_assert_cmpint(house.code, ==, rows[i].code);
		g_assert_cmpuint(house.status, ==, rows[i].status);
	}
	house_close(&house);
}

/* LIM-23: what comes octet by octet is over when the whole time is: 10 s unless asked otherwise. That it was not over
 * at the first slow octet is seen from below and by half, since two clocks that round differ by some of it, and a busy
 * machine makes it longer only; a deadline that octets extend never ends here. */
static void
test_deadline(void)
{
	const int64_t timeout_ns = 600 * AVU_NS_PER_MS, before_ns = avu_now_ns();
	House house;

	g_assert_cmpint(AVU_LIMIT_FETCH_NS, ==, 10 * AVU_NS_PER_S);
	house_open(&house);
	fetch(&house, "/slow", 1000000, 0, timeout_ns);
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
	g_assert_cmpint(avu_now_ns() - before_ns, >=, timeout_ns / 2);
	house_close(&house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-limits/bodies", test_bodies);
	g_test_add_func("/net/http-limits/heads", test_heads);
	g_test_add_func("/net/http-limits/deadline", test_deadline);
	return g_test_run();
}
