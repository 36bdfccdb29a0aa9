/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading media from servers that send it well, badly and not at all. */
#include "config.h"

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-download.h>

#include "fake-peer.h"

#define PATIENCE_NS (60 * AVU_NS_PER_S)
#define BODY "0123456789"
#define STALLS 1001 /* its length: nothing comes after the first octets */

typedef struct {
	GString *body;
	AvuStreamHead head;
	char *mime;
	unsigned heads, dones;
	size_t most; /* octets taken of one offer; 0: all */
	bool paused, refuses;
	GError *error;
} Reader;

/* Those that always say the same. */
static const struct {
	const char *start; /* of the request */
	const char *answer;
	const char *forever; /* what follows it; NULL: nothing */
} fixed[] = {
	{ "GET /deaf ", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" BODY, NULL },
	{ "GET /chunked ",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
		NULL },
	{ "GET /radio ", "ICY 200 OK\r\nicy-name: Radio\r\nContent-Type: audio/mpeg\r\n\r\n" BODY,
		NULL },
	{ "GET /to-whole ", "HTTP/1.1 302 There\r\nLocation: /whole\r\n\r\n", "nobody reads this" },
	{ "GET /loop ", "HTTP/1.1 302 There\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n",
		NULL },
	{ "GET /to-who ", "HTTP/1.1 302 There\r\nLocation: /who\r\nContent-Length: 0\r\n\r\n",
		NULL },
	{ "GET /to-denied ",
		"HTTP/1.1 302 There\r\nLocation: http://127.0.0.66/\r\nContent-Length: 0\r\n\r\n",
		NULL },
	{ "GET /missing ", "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nno!", NULL },
	{ "GET /twice ",
		"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nETag: \"b\"\r\nContent-Length: 10\r\n\r\n" BODY,
		NULL },
	{ "GET /lies ",
		"HTTP/1.1 206 Part\r\nContent-Range: bytes 9-4/10\r\nContent-Length: "
		"6\r\n\r\n456789",
		NULL },
	{ "GET /cut ", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" BODY, NULL },
	{ "GET /headers ", "HTTP/1.1 200 OK\r\n", "X-A: b\r\n" },
	{ "GET /endless ", "HTTP/1.1 200 OK\r\n\r\n", BODY },
};

static bool
behave_as_always(FakePeer *peer, int fd, const char *request)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		if (!g_str_has_prefix(request, fixed[i].start)) {
			continue;
		}
		fake_say(fd, fixed[i].answer);
		if (fixed[i].forever != NULL) {
			fake_say_forever(peer, fd, fixed[i].forever);
		}
		return true;
	}
	return false;
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	if (behave_as_always(peer, fd, request)) {
		return;
	}
	if (g_str_has_prefix(request, "GET /whole ")) {
		bool part = strstr(request, "\r\nRange: bytes=4-\r\n") != NULL;

		fake_say(fd, part ? "HTTP/1.1 206 Part\r\nContent-Range: bytes 4-9/10\r\n"
				    "Content-Length: 6\r\n\r\n456789"
				  : "HTTP/1.1 200 OK\r\nContent-Type: audio/flac\r\n"
				    "Accept-Ranges: bytes\r\nContent-Length: 10\r\n\r\n" BODY);
	} else if (g_str_has_prefix(request, "GET /to-elsewhere ")) {
		g_autofree char *there = g_strdup_printf(
			"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:%u/to-who\r\n"
			"Content-Length: 0\r\n\r\n",
			peer->port);

		fake_say(fd, there);
	} else if (g_str_has_prefix(request, "GET /who ")) {
		const bool named = strstr(request, "\r\nX-Name: Den\r\n") != NULL;
		const bool other = strstr(request, "\r\nX-Other: 1\r\n") != NULL;

		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
		fake_say(fd, named ? "n" : "-");
		fake_say(fd, other ? "o" : "-");
	} else if (g_str_has_prefix(request, "GET /valid ")) {
		bool asked = strstr(request, "\r\nIf-Range: \"a\"\r\n") != NULL;

		fake_say(fd, asked ? "HTTP/1.1 206 Part\r\nContent-Range: bytes 9-9/10\r\n"
				     "Content-Length: 1\r\n\r\n9"
				   : "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
	} else {
		if (g_str_has_prefix(request, "GET /stall ")) {
			fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" BODY);
		}
		fake_stay_silent(peer, fd);
	}
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	Reader *reader = data;

	reader->heads++;
	reader->head = *head;
	g_free(reader->mime);
	reader->mime = g_strdup(head->mime);
	return !reader->refuses;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	Reader *reader = data;
	size_t taken = reader->most > 0 ? MIN(len, reader->most) : len;

	g_assert_cmpuint(reader->heads, ==, 1);
	g_assert_false(reader->paused);
	g_string_append_len(reader->body, octets, (gssize)taken);
	reader->paused = taken < len;
	return taken;
}

static void
on_done(const GError *error, void *data)
{
	Reader *reader = data;

	reader->dones++;
	reader->error = error != NULL ? g_error_copy(error) : NULL;
}

static bool
allow(const AvuAddress *address, void *data)
{
	(void)data;
	return (ntohl(address->ip.v4.s_addr) & 0xff) != 66;
}

static const AvuAddressPolicy policy = { allow, NULL };

static AvuStreamRequest
request_to(const char *url, Reader *reader)
{
	/* what is to end by time is silent; nothing else may on a busy machine */
	const bool silent = g_str_has_suffix(url, "/silent");

	return (AvuStreamRequest){ .url = url,
		.connect_timeout_ns = PATIENCE_NS,
		.head_timeout_ns = silent ? 500 * AVU_NS_PER_MS : PATIENCE_NS,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = reader };
}

static void
turn(AvuStreamer *streamer)
{
	avu_streamer_turn(streamer, NULL, 0, avu_now_ns() + 100 * AVU_NS_PER_MS);
}

/* @return -1: to its end; -2: it stalls after the head; else the error's code */
static int
read_stream(FakePeer *peer, const char *path, uint64_t offset, unsigned redirects, Reader *reader)
{
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(&policy);
	g_autofree char *url = path[0] == '/'
				       ? g_strdup_printf("http://127.0.0.1:%u%s", peer->port, path)
				       : g_strdup(path);
	AvuStreamRequest request = request_to(url, reader);
	g_autoptr(GError) malformed = NULL;

	request.offset = offset;
	request.redirects = redirects;
	g_string_truncate(reader->body, 0);
	reader->heads = reader->dones = 0;
	g_clear_error(&reader->error);
	AvuStream *stream = avu_stream_new(streamer, &request, &malformed);

	if (stream == NULL) {
		return malformed->code;
	}
	while (reader->dones == 0 &&
		!(reader->head.total_bytes == STALLS && reader->body->len == strlen(BODY))) {
		turn(streamer);
		if (reader->paused) {
			reader->paused = false;
			avu_stream_resume(stream);
		}
	}
	avu_stream_free(stream);
	g_assert_cmpuint(reader->dones, <=, 1);
	if (reader->error != NULL) {
		g_test_message("%s", reader->error->message);
		return reader->error->code;
	}
	return reader->dones == 1 ? -1 : -2;
}

static void
test_reads(void)
{
	static const struct {
		const char *path;
		uint64_t offset;
		unsigned redirects;
		int code; /* -1: to the end */
		const char *body;
		uint64_t first;
		int64_t total;
		bool ranges;
		const char *why;
	} rows[] = {
		{ "/whole", 0, 0, -1, BODY, 0, 10, true, "whole" },
		{ "/whole", 4, 0, -1, "456789", 4, 10, true, "from an offset" },
		{ "/deaf", 4, 0, -1, BODY, 0, 10, false, "server ignores the range" },
		{ "/chunked", 0, 0, -1, BODY, 0, -1, false, "chunked" },
		{ "/radio", 0, 0, -1, BODY, 0, -1, false, "old radio server" },
		{ "/to-whole", 0, 1, -1, BODY, 0, 10, true, "redirect" },
		{ "/loop", 0, 3, -1, "", 0, 0, false, "redirects end: the last one is told" },
		{ "/to-denied", 0, 3, AVU_ERROR_DENIED, "", 0, 0, false, "redirect is checked" },
		{ "http://127.0.0.66/", 0, 0, AVU_ERROR_DENIED, "", 0, 0, false, "policy" },
		{ "http://127.0.0.1:1/", 0, 0, AVU_ERROR_UNREACHABLE, "", 0, 0, false, "nobody" },
		{ "ftp://127.0.0.1/", 0, 0, AVU_ERROR_SYNTAX, "", 0, 0, false, "scheme" },
		{ "/missing", 0, 0, -1, "no!", 0, 3, false, "404 is told like any other" },
		{ "/lies", 4, 0, AVU_ERROR_SYNTAX, "", 0, 0, false, "Content-Range backwards" },
		{ "/twice", 0, 0, AVU_ERROR_SYNTAX, "", 0, 0, false, "two entity tags" },
		{ "/cut", 0, 0, AVU_ERROR_UNREACHABLE, BODY, 0, 1000, false, "cut" },
		{ "/headers", 0, 0, AVU_ERROR_LIMIT, "", 0, 0, false, "endless headers" },
		{ "/silent", 0, 0, AVU_ERROR_TIMEOUT, "", 0, 0, false, "no head" },
		{ "/stall", 0, 0, -2, BODY, 0, STALLS, false, "patience is the caller's" },
	};
	FakePeer *peer = fake_peer_new(behave);
	Reader reader = { .body = g_string_new(NULL) };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(
			read_stream(peer, rows[i].path, rows[i].offset, rows[i].redirects, &reader),
			==, rows[i].code);
		g_assert_cmpstr(reader.body->str, ==, rows[i].body);
		if (reader.heads > 0) {
			g_assert_cmpuint(reader.head.offset, ==, rows[i].first);
			g_assert_cmpint(reader.head.total_bytes, ==, rows[i].total);
			g_assert_cmpint(reader.head.ranges, ==, rows[i].ranges);
		}
	}
	/* In pieces that do not fit curl's: nothing lost, nothing twice. */
	reader.most = 3;
	g_assert_cmpint(read_stream(peer, "/chunked", 0, 0, &reader), ==, -1);
	g_assert_cmpstr(reader.body->str, ==, BODY);
	g_string_free(reader.body, TRUE);
	g_free(reader.mime);
	g_clear_error(&reader.error);
	fake_peer_free(peer);
}

/* Two transfers at once: one silent, one that is asked to stop and go on; then the reader refuses. */
static void
test_together(void)
{
	FakePeer *peer = fake_peer_new(behave);
	AvuStreamer *streamer = avu_streamer_new(&policy);
	g_autofree char *silent_url = g_strdup_printf("http://127.0.0.1:%u/silent", peer->port);
	g_autofree char *endless_url = g_strdup_printf("http://127.0.0.1:%u/endless", peer->port);
	Reader silent = { .body = g_string_new(NULL) };
	Reader endless = { .body = g_string_new(NULL), .most = 100000 };
	AvuStreamRequest requests[] = { request_to(silent_url, &silent),
		request_to(endless_url, &endless) };
	AvuStream *streams[2];

	for (size_t i = 0; i < 2; i++) {
		streams[i] = avu_stream_new(streamer, &requests[i], NULL);
	}
	while (silent.dones == 0 || endless.body->len < 100000) {
		turn(streamer);
	}
	g_assert_error(silent.error, AVU_ERROR, AVU_ERROR_TIMEOUT);
	/* Paused: nothing more comes, however long one waits. */
	endless.most = 1;
	while (!endless.paused) {
		turn(streamer);
	}
	size_t len = endless.body->len;

	turn(streamer);
	g_assert_cmpuint(endless.body->len, ==, len);
	endless.most = 0;
	endless.paused = false;
	avu_stream_resume(streams[1]);
	while (endless.body->len < len + 100000) {
		turn(streamer);
	}
	for (gsize i = 0; i < endless.body->len; i++) {
		g_assert_cmpint(endless.body->str[i], ==, BODY[i % strlen(BODY)]);
	}
	for (size_t i = 0; i < 2; i++) {
		avu_stream_free(streams[i]);
	}
	avu_streamer_free(streamer);
	g_clear_error(&silent.error);
	g_string_free(silent.body, TRUE);
	g_string_free(endless.body, TRUE);
	fake_peer_free(peer);
}

static void
test_requests(void)
{
	FakePeer *peer = fake_peer_new(behave);
	AvuStreamer *streamer = avu_streamer_new(&policy);
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/valid", peer->port);
	Reader reader = { .body = g_string_new(NULL) };
	AvuStreamRequest request = request_to(url, &reader);

	request.offset = 9;
	request.if_range = "\"a\"";
	AvuStream *stream = avu_stream_new(streamer, &request, NULL);

	while (reader.dones == 0) {
		turn(streamer);
	}
	g_assert_cmpuint(reader.head.offset, ==, 9);
	g_assert_cmpstr(reader.body->str, ==, "9");
	avu_stream_free(stream);
	/* A reader that refuses the head never sees the body. */
	reader.refuses = true;
	reader.dones = reader.heads = 0;
	g_string_truncate(reader.body, 0);
	stream = avu_stream_new(streamer, &request, NULL);
	while (reader.dones == 0) {
		turn(streamer);
	}
	g_assert_error(reader.error, AVU_ERROR, AVU_ERROR_CANCELLED);
	g_assert_cmpstr(reader.body->str, ==, "");
	avu_stream_free(stream);
	/* An entity tag of a server's may not add lines to our request. */
	request.if_range = "\"a\"\r\nX-Evil: 1";
	g_assert_null(avu_stream_new(streamer, &request, NULL));
	avu_streamer_free(streamer);
	g_string_free(reader.body, TRUE);
	g_free(reader.mime);
	g_clear_error(&reader.error);
	fake_peer_free(peer);
}

/* It goes to the host that was meant, through its own redirects, and to no other one. */
static void
test_private_header(void)
{
	static const struct {
		const char *host, *path, *body;
	} rows[] = {
		{ "127.0.0.1", "/who", "no" },
		{ "127.0.0.1", "/to-who", "no" },
		{ "localhost", "/who", "no" },
		{ "localhost", "/to-elsewhere", "-o" },
	};
	static const char *const others[] = { "X-Other: 1", NULL };
	FakePeer *peer = fake_peer_new(behave);
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(&policy);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url =
			g_strdup_printf("http://%s:%u%s", rows[i].host, peer->port, rows[i].path);
		Reader reader = { .body = g_string_new(NULL) };
		AvuStreamRequest request = request_to(url, &reader);

		request.redirects = 2;
		request.headers = others;
		request.private_header = "X-Name: Den";
		AvuStream *stream = avu_stream_new(streamer, &request, NULL);

		while (reader.dones == 0) {
			turn(streamer);
		}
		g_assert_no_error(reader.error);
		g_assert_cmpstr(reader.body->str, ==, rows[i].body);
		avu_stream_free(stream);
		request.private_header = "X-Name: Den\r\nX-Evil: 1";
		g_assert_null(avu_stream_new(streamer, &request, NULL));
		g_string_free(reader.body, TRUE);
		g_free(reader.mime);
	}
	fake_peer_free(peer);
}

static bool
on_piece(const char *octets, size_t len, void *data)
{
	Reader *reader = data;

	g_string_append_len(reader->body, octets, (gssize)len);
	if (reader->most > 0) {
		/* longer than the stall time-out: the reader may take its time */
		g_usleep(1300000);
	}
	return reader->body->len < 100000;
}

static void
test_download(void)
{
	static const struct {
		const char *path;
		int code; /* -1: to the end */
		const char *body;
		bool patient, slow, refuses;
		const char *why;
	} rows[] = {
		{ "/whole", -1, BODY, true, false, false, "to its end" },
		{ "/whole", -1, BODY, true, true, false, "a slow reader is no stall" },
		{ "/stall", AVU_ERROR_TIMEOUT, BODY, true, false, false, "stalls" },
		{ "/silent", AVU_ERROR_TIMEOUT, "", false, false, false, "no head" },
		{ "/missing", AVU_ERROR_NOT_FOUND, "", true, false, false, "404" },
		{ "/to-whole", AVU_ERROR_FAILED, "", true, false, false, "no redirect allowed" },
		{ "/cut", AVU_ERROR_UNREACHABLE, BODY, true, false, false, "cut" },
		{ "/endless", AVU_ERROR_CANCELLED, NULL, true, false, false,
			"the reader has enough" },
		{ "/whole", AVU_ERROR_CANCELLED, "", true, false, true,
			"the reader refuses the head" },
	};
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url =
			g_strdup_printf("http://127.0.0.1:%u%s", peer->port, rows[i].path);
		Reader reader = {
			.body = g_string_new(NULL), .most = rows[i].slow, .refuses = rows[i].refuses
		};
		const AvuDownload download = { .url = url,
			.head_timeout_ns = rows[i].patient ? PATIENCE_NS : 200 * AVU_NS_PER_MS,
			.stall_timeout_ns = AVU_NS_PER_S,
			.head = on_head,
			.body = on_piece,
			.data = &reader };
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].why);
		g_assert_true(avu_http_download(&policy, &download, &error) == (error == NULL));
		g_assert_cmpint(error != NULL ? error->code : -1, ==, rows[i].code);
		if (rows[i].body != NULL) {
			g_assert_cmpstr(reader.body->str, ==, rows[i].body);
		}
		g_string_free(reader.body, TRUE);
		g_free(reader.mime);
	}
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-stream/reads", test_reads);
	g_test_add_func("/net/http-stream/together", test_together);
	g_test_add_func("/net/http-stream/requests", test_requests);
	g_test_add_func("/net/http-stream/private-header", test_private_header);
	g_test_add_func("/net/http-stream/download", test_download);
	return g_test_run();
}
