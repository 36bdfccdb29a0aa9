/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Heads of answers, line by line. */

#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-head.h"

/* @return false: over the limit */
static bool
take(HttpHead *head, const char *text)
{
	while (*text != '\0') {
		const char *end = strchr(text, '\n');
		size_t len = end != NULL ? (size_t)(end + 1 - text) : strlen(text);

		if (!http_head_take(head, text, len)) {
			return false;
		}
		text += len;
	}
	return true;
}

static const struct {
	const char *text;
	unsigned status;
	bool complete, ambiguous;
	int64_t length;
	int64_t first, total; /* -2: no valid Content-Range */
	const char *why;
} rows[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", 200, true, false, 10, -2, 0, "plain" },
	{ "HTTP/1.1 200 OK\nContent-Length: 10\n\n", 200, true, false, 10, -2, 0, "bare newlines" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n", 200, false, false, 10, -2, 0, "not yet" },
	{ "ICY 200 OK\r\n\r\n", 200, true, false, -1, -2, 0, "radio" },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 200, true,
		false, -1, -2, 0, "interim answers are forgotten" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 10\r\n\r\n", 200, true, false,
		10, -2, 0, "twice the same" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\ncontent-length: 11\r\n\r\n", 200, true, true,
		11, -2, 0, "two lengths" },
	{ "HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\n\r\n", 302, true, true, -1, -2, 0,
		"two places" },
	{ "HTTP/1.1 200 OK\r\nVia: a\r\nVia: b\r\n\r\n", 200, true, false, -1, -2, 0, "a list" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 200, true, false, -1, -2, 0,
		"negative" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", 200, true, false,
		INT64_MAX, -2, 0, "2^63-1" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n", 200, true, false, -1,
		-2, 0, "2^63" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n", 200, true,
		false, -1, -2, 0, "framed by chunks" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\n\r\n", 206, true, false, -1, 4, 10,
		"part" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/*\r\n\r\n", 206, true, false, -1, 4, -1,
		"part of unknown" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-10/10\r\n\r\n", 206, true, false, -1, -2, 0,
		"ends behind the end" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 9-4/10\r\n\r\n", 206, true, false, -1, -2, 0,
		"backwards" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9223372036854775808/*\r\n\r\n", 206, true,
		false, -1, -2, 0, "2^63" },
	{ "HTTP/1.1 206 P\r\nContent-Range: npt 4-9/10\r\n\r\n", 206, true, false, -1, -2, 0,
		"another unit" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10 x\r\n\r\n", 206, true, false, -1, -2, 0,
		"more behind" },
	{ "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\nContent-Range: bytes 5-9/10\r\n\r\n",
		206, true, true, -1, 5, 10, "two parts" },
	{ "HTTP/1.1 206 P\r\n\r\n", 206, true, false, -1, -2, 0, "no range at all" },
	{ "HTTP/1.1 200 OK\r\n Content-Length: 10\r\n\r\n", 200, true, false, -1, -2, 0, "folded" },
	{ "HTTP/1.1 200 OK\r\nContent-Length\r\n: 10\r\n\r\n", 200, true, false, -1, -2, 0,
		"no colon, no name" },
};

static void
test_heads(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		HttpHeadRange range = { .first = 0, .total = 0 };
		HttpHead head;

		g_test_message("%s", rows[i].why);
		http_head_init(&head);
		g_assert_true(take(&head, rows[i].text));
		g_assert_cmpuint(head.status, ==, rows[i].status);
		g_assert_true(head.complete == rows[i].complete);
		g_assert_true(head.ambiguous == rows[i].ambiguous);
		g_assert_cmpint(http_head_get_length(&head), ==, rows[i].length);
		g_assert_true(http_head_get_range(&head, &range) == (rows[i].first != -2));
		if (rows[i].first != -2) {
			g_assert_cmpuint(range.first, ==, rows[i].first);
			g_assert_cmpint(range.total, ==, rows[i].total);
		}
		http_head_clear(&head);
	}
}

static void
test_limits(void)
{
	/* 64 lines and 16 KiB, status line and end included in the latter (LIM-22). */
	for (unsigned lines = AVU_LIMIT_FETCH_HEADER_LINES;
		lines <= AVU_LIMIT_FETCH_HEADER_LINES + 1; lines++) {
		g_autoptr(GString) text = g_string_new("HTTP/1.1 200 OK\r\n");
		HttpHead head;

		for (unsigned i = 0; i < lines; i++) {
			g_string_append_printf(text, "X-%u: a\r\n", i);
		}
		g_string_append(text, "\r\n");
		http_head_init(&head);
		g_assert_true(take(&head, text->str) == (lines == AVU_LIMIT_FETCH_HEADER_LINES));
		http_head_clear(&head);
	}
	for (unsigned more = 0; more <= 1; more++) {
		g_autoptr(GString) text = g_string_new("HTTP/1.1 200 OK\r\nX: ");
		HttpHead head;

		while (text->len < AVU_LIMIT_FETCH_HEADERS - 4 + more) {
			g_string_append_c(text, 'a');
		}
		g_string_append(text, "\r\n\r\n");
		http_head_init(&head);
		g_assert_true(take(&head, text->str) == (more == 0));
		http_head_clear(&head);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-head/heads", test_heads);
	g_test_add_func("/net/http-head/limits", test_limits);
	return g_test_run();
}
