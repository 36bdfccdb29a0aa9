/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading media from servers that send it well, badly and not at all. */
#include "config.h"

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-stream.h>

#include "fake-peer.h"

#define BODY "0123456789"

typedef struct {
	GString *body;
	AvuStreamHead head;
	char *mime;
	unsigned heads;
	size_t stop_after; /* octets; 0: never */
	int64_t cancel_ns; /* 0: never */
	bool slow;
} Reader;

static void
behave(FakePeer *peer, int fd, const char *request)
{
	if (g_str_has_prefix(request, "GET /whole ")) {
		bool part = strstr(request, "\r\nRange: bytes=4-\r\n") != NULL;

		fake_say(fd, part ? "HTTP/1.1 206 Part\r\nContent-Range: bytes 4-9/10\r\n"
				    "Content-Length: 6\r\n\r\n456789"
				  : "HTTP/1.1 200 OK\r\nContent-Type: audio/flac\r\n"
				    "Accept-Ranges: bytes\r\nContent-Length: 10\r\n\r\n" BODY);
	} else if (g_str_has_prefix(request, "GET /deaf ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" BODY);
	} else if (g_str_has_prefix(request, "GET /chunked ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			     "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
	} else if (g_str_has_prefix(request, "GET /radio ")) {
		fake_say(fd,
			"ICY 200 OK\r\nicy-name: Radio\r\nContent-Type: audio/mpeg\r\n\r\n" BODY);
	} else if (g_str_has_prefix(request, "GET /to-whole ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: /whole\r\n\r\n");
		fake_say_forever(peer, fd, "nobody reads this");
	} else if (g_str_has_prefix(request, "GET /loop ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
	} else if (g_str_has_prefix(request, "GET /to-denied ")) {
		fake_say(fd, "HTTP/1.1 302 There\r\nLocation: http://127.0.0.66/\r\n"
			     "Content-Length: 0\r\n\r\n");
	} else if (g_str_has_prefix(request, "GET /missing ")) {
		fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nno!");
	} else if (g_str_has_prefix(request, "GET /broken ")) {
		fake_say(fd, "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
	} else if (g_str_has_prefix(request, "GET /lies ")) {
		fake_say(fd, "HTTP/1.1 206 Part\r\nContent-Range: bytes 9-4/10\r\n"
			     "Content-Length: 6\r\n\r\n456789");
	} else if (g_str_has_prefix(request, "GET /cut ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" BODY);
	} else if (g_str_has_prefix(request, "GET /headers ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n");
		fake_say_forever(peer, fd, "X-A: b\r\n");
	} else if (g_str_has_prefix(request, "GET /stall ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" BODY);
		fake_stay_silent(peer, fd);
	} else if (g_str_has_prefix(request, "GET /endless ")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		fake_say_forever(peer, fd, BODY);
	} else {
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
	return true;
}

static bool
on_body(const char *octets, size_t len, void *data)
{
	Reader *reader = data;

	g_assert_cmpuint(reader->heads, ==, 1);
	g_string_append_len(reader->body, octets, (gssize)len);
	if (reader->slow) {
		g_usleep(600000); /* longer than the stall time-out: a reader may take its time */
	}
	return reader->stop_after == 0 || reader->body->len < reader->stop_after;
}

static bool
is_cancelled(void *data)
{
	const Reader *reader = data;

	return reader->cancel_ns != 0 && avu_now_ns() > reader->cancel_ns;
}

static bool
allow(const AvuAddress *address, void *data)
{
	(void)data;
	return (ntohl(address->ip.v4.s_addr) & 0xff) != 66;
}

static int
read_stream(FakePeer *peer, const char *path, uint64_t offset, unsigned redirects, Reader *reader)
{
	static const AvuAddressPolicy policy = { allow, NULL };
	g_autofree char *url = path[0] == '/'
				       ? g_strdup_printf("http://127.0.0.1:%u%s", peer->port, path)
				       : g_strdup(path);
	const AvuStreamRequest request = { .url = url,
		.offset = offset,
		.redirects = redirects,
		.connect_timeout_ns = 500 * AVU_NS_PER_MS,
		.stall_timeout_ns = 500 * AVU_NS_PER_MS,
		.head = on_head,
		.body = on_body,
		.cancelled = is_cancelled,
		.data = reader };
	g_autoptr(GError) error = NULL;
	bool whole;

	g_string_truncate(reader->body, 0);
	reader->heads = 0;
	whole = avu_http_stream(&policy, &request, &error);
	g_assert_true(whole == (error == NULL));
	if (error != NULL) {
		g_test_message("%s", error->message);
	}
	return whole ? -1 : error->code;
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
		{ "/to-whole", 0, 0, AVU_ERROR_FAILED, "", 0, 0, false, "no redirect allowed" },
		{ "/loop", 0, 3, AVU_ERROR_FAILED, "", 0, 0, false, "redirects end" },
		{ "/to-denied", 0, 3, AVU_ERROR_DENIED, "", 0, 0, false, "redirect is checked" },
		{ "http://127.0.0.66/", 0, 0, AVU_ERROR_DENIED, "", 0, 0, false, "policy" },
		{ "http://127.0.0.1:1/", 0, 0, AVU_ERROR_UNREACHABLE, "", 0, 0, false, "nobody" },
		{ "ftp://127.0.0.1/", 0, 0, AVU_ERROR_SYNTAX, "", 0, 0, false, "scheme" },
		{ "/missing", 0, 0, AVU_ERROR_NOT_FOUND, "", 0, 0, false, "404" },
		{ "/broken", 0, 0, AVU_ERROR_FAILED, "", 0, 0, false, "500" },
		{ "/lies", 4, 0, AVU_ERROR_FAILED, "", 0, 0, false, "Content-Range backwards" },
		{ "/cut", 0, 0, AVU_ERROR_UNREACHABLE, BODY, 0, 1000, false, "cut" },
		{ "/headers", 0, 0, AVU_ERROR_LIMIT, "", 0, 0, false, "endless headers" },
		{ "/silent", 0, 0, AVU_ERROR_TIMEOUT, "", 0, 0, false, "no head" },
		{ "/stall", 0, 0, AVU_ERROR_TIMEOUT, BODY, 0, 1000, false, "stalls" },
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
	g_string_free(reader.body, TRUE);
	g_free(reader.mime);
	fake_peer_free(peer);
}

static void
test_cancel(void)
{
	FakePeer *peer = fake_peer_new(behave);
	Reader reader = { .body = g_string_new(NULL) };
	int64_t start = avu_now_ns();

	/* While nothing comes: noticed within a piece of 100 ms. */
	reader.cancel_ns = start + 100 * AVU_NS_PER_MS;
	g_assert_cmpint(read_stream(peer, "/silent", 0, 0, &reader), ==, AVU_ERROR_CANCELLED);
	g_assert_cmpint(avu_now_ns() - start, <, 450 * AVU_NS_PER_MS);
	reader.cancel_ns = 0;
	reader.stop_after = 100000;
	g_assert_cmpint(read_stream(peer, "/endless", 0, 0, &reader), ==, AVU_ERROR_CANCELLED);
	g_assert_cmpuint(reader.body->len, >=, 100000);
	/* The reader's own slowness is no stall of the peer. */
	reader.stop_after = 0;
	reader.slow = true;
	g_assert_cmpint(read_stream(peer, "/whole", 0, 0, &reader), ==, -1);
	g_string_free(reader.body, TRUE);
	g_free(reader.mime);
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-stream/reads", test_reads);
	g_test_add_func("/net/http-stream/cancel", test_cancel);
	return g_test_run();
}
