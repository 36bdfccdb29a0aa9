/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The request check: what parsers disagree on is refused before anybody acts on it. Status codes from
 * RFC 9110, RFC 9112 and threats.md 2.2. */
#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-check.h"

#define HOST "Host: 192.168.1.2:8200"

typedef struct {
	const char *method;
	const char *target;
	const char *version;
	const char *lines[5];
	unsigned status;
	const char *why;
} Row;

static HttpVerdict
check(const char *method, const char *target, const char *version, const char *const *lines)
{
	HttpLine split[8];
	HttpHead head = { .method = method, .target = target, .version = version, .lines = split };

	for (; lines[head.n_lines] != NULL; head.n_lines++) {
		const char *line = lines[head.n_lines];
		const char *colon = strchr(line, ':');
		const char *value = colon + 1 + strspn(colon + 1, " ");

		split[head.n_lines] =
			(HttpLine){ line, (size_t)(colon - line), value, strlen(value) };
	}
	g_assert_true(avu_address_parse("192.168.1.2:8200", &head.local));
	return http_check(&head);
}

static void
run_rows(const Row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		HttpVerdict verdict =
			check(rows[i].method, rows[i].target, rows[i].version, rows[i].lines);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(verdict.status, ==, rows[i].status);
		g_assert_cmpint(verdict.why != NULL, ==, rows[i].status != 0);
	}
}

/* SEC-043, SEC-044. */
static void
test_smuggling(void)
{
	static const Row rows[] = {
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 4" }, 0, "plain length" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Transfer-Encoding: chunked" }, 0, "chunked" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Transfer-Encoding: Chunked \t" }, 0,
			"case and blanks do not matter" },
		{ "POST", "/c", "HTTP/1.1",
			{ HOST, "Content-Length: 4", "Transfer-Encoding: chunked" }, 400,
			"length and coding" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 4", "Content-Length: 5" }, 400,
			"two lengths" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 4", "content-length: 4" }, 400,
			"the same length twice" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 4, 4" }, 400,
			"list of lengths" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: -1" }, 400, "negative" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: +1" }, 400, "sign" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 0x10" }, 400, "hexadecimal" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: " }, 400, "empty" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 9223372036854775807" }, 0,
			"2^63-1" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 9223372036854775808" }, 400,
			"2^63" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Content-Length: 18446744073709551617" }, 400,
			"2^64+1" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Transfer-Encoding: identity" }, 400,
			"other coding" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Transfer-Encoding: gzip, chunked" }, 400,
			"two codings" },
		{ "POST", "/c", "HTTP/1.1",
			{ HOST, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked" }, 400,
			"coding twice" },
		{ "POST", "/c", "HTTP/1.0", { HOST, "Transfer-Encoding: chunked" }, 400,
			"1.0 knows no chunks" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Content-Length: 0" }, 0, "GET, empty body" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Content-Length: 1" }, 400, "GET with body" },
		{ "SUBSCRIBE", "/c", "HTTP/1.1", { HOST, "Transfer-Encoding: chunked" }, 400,
			"SUBSCRIBE with body" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Range : bytes=0-" }, 400,
			"blank before colon" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "X\001Y: 1" }, 400, "control in name" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "X: a\rb" }, 400, "CR in value" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "X: a\x7f" }, 400, "DEL in value" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "X: \xc3\xa4\t." }, 0,
			"UTF-8 and tab in value" },
		{ "GET", "/c", "HTTP/1.1", { HOST, ": x" }, 400, "empty name" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Range: bytes=0-", "range: bytes=1-" }, 400,
			"two ranges" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Accept: a", "Accept: b" }, 0,
			"a list may repeat" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Expect: 100-Continue" }, 0,
			"the one expectation" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Expect: 200" }, 417, "another expectation" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

/* What names one thing: a second line would be for somebody else, who reads the last where we read the first. */
static void
test_once(void)
{
	static const struct {
		const char *line;
		const char *method;
	} rows[] = {
		{ HOST, "GET" },
		{ "Content-Length: 4", "POST" },
		{ "Transfer-Encoding: chunked", "POST" },
		{ "Expect: 100-continue", "POST" },
		{ "Origin: http://192.168.1.2:8200", "POST" },
		{ "Authorization: Basic YTpi", "GET" },
		{ "Callback: <http://192.168.1.3/>", "SUBSCRIBE" },
		{ "Content-Range: bytes 0-3/4", "PUT" },
		{ "Content-Type: text/xml", "POST" },
		{ "If-Range: \"a\"", "GET" },
		{ "NT: upnp:event", "SUBSCRIBE" },
		{ "NTS: upnp:propchange", "NOTIFY" },
		{ "Range: bytes=0-", "GET" },
		{ "SEQ: 0", "NOTIFY" },
		{ "SID: uuid:1", "SUBSCRIBE" },
		{ "SOAPAction: \"a#b\"", "POST" },
		{ "Timeout: Second-300", "SUBSCRIBE" },
		{ "TimeSeekRange.dlna.org: npt=0-", "GET" },
		{ "PlaySpeed.dlna.org: speed=1", "GET" },
		{ "transferMode.dlna.org: Streaming", "GET" },
		{ "getcontentFeatures.dlna.org: 1", "GET" },
		{ "getAvailableSeekRange.dlna.org: 1", "GET" },
		{ "realTimeInfo.dlna.org: DLNA.ORG_TLAG=*", "GET" },
		{ "Range.dtcp.com: bytes=0-", "GET" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const twice[] = { rows[i].line, rows[i].line, i > 0 ? HOST : NULL,
			NULL };

		g_test_message("%s", rows[i].line);
		g_assert_cmpuint(check(rows[i].method, "/c", "HTTP/1.1", twice + 1).status, ==, 0);
		g_assert_cmpuint(check(rows[i].method, "/c", "HTTP/1.1", twice).status, ==, 400);
	}
}

/* SEC-040, SEC-041. */
static void
test_host(void)
{
	static const Row rows[] = {
		{ "GET", "/", "HTTP/1.1", { HOST }, 0, "ours" },
		{ "GET", "/", "HTTP/1.1", { NULL }, 400, "absent in 1.1" },
		{ "GET", "/", "HTTP/1.0", { NULL }, 0, "absent in 1.0" },
		{ "GET", "/", "HTTP/1.0", { "Host: evil.example.com" }, 421, "wrong in 1.0" },
		{ "GET", "/", "HTTP/1.1", { HOST, HOST }, 400, "twice" },
		{ "GET", "/", "HTTP/1.1", { "Host: evil.example.com" }, 421, "name" },
		{ "GET", "/", "HTTP/1.1", { "Host: evil.example.com:8200" }, 421,
			"name with port" },
		{ "GET", "/", "HTTP/1.1", { "Host: localhost:8200" }, 421, "local name" },
		{ "GET", "/", "HTTP/1.1", { "Host: 192.168.1.2" }, 421, "port 80 meant" },
		{ "GET", "/", "HTTP/1.1", { "Host: 192.168.1.2:8201" }, 421, "other port" },
		{ "GET", "/", "HTTP/1.1", { "Host: 192.168.1.3:8200" }, 421, "other address" },
		{ "GET", "/", "HTTP/1.1", { "Host: 192.168.1.2.:8200" }, 421, "trailing dot" },
		{ "GET", "/", "HTTP/1.1", { "Host: 3232235778:8200" }, 421, "decimal form" },
		{ "GET", "/", "HTTP/1.1", { "Host: 0300.0250.1.2:8200" }, 421, "octal form" },
		{ "GET", "/", "HTTP/1.1", { "Host: a@192.168.1.2:8200" }, 421, "userinfo" },
		{ "GET", "/", "HTTP/1.1", { "Host: [::ffff:192.168.1.2]:8200" }, 0,
			"same, mapped" },
		{ "GET", "/", "HTTP/1.1", { "Host: " }, 421, "empty" },
		{ "GET", "http://192.168.1.2:8200/x?y", "HTTP/1.1", { HOST }, 0, "absolute form" },
		{ "GET", "HTTP://evil.example.com/x", "HTTP/1.1", { HOST }, 421,
			"absolute, not ours" },
		{ "GET", "http://192.168.1.2:8200", "HTTP/1.1", { HOST }, 400,
			"absolute, no path" },
		{ "GET", "https://192.168.1.2:8200/", "HTTP/1.1", { HOST }, 400, "other scheme" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Origin: http://evil.example.com" }, 403,
			"page of others" },
		{ "SUBSCRIBE", "/c", "HTTP/1.1", { HOST, "Origin: null" }, 403, "opaque origin" },
		{ "POST", "/c", "HTTP/1.1", { HOST, "Origin: http://192.168.1.2:8200" }, 0,
			"our page" },
		{ "GET", "/c", "HTTP/1.1", { HOST, "Origin: http://evil.example.com" }, 0,
			"reading is safe without an allow header" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

/* SEC-045, SEC-048. */
static void
test_line(void)
{
	static const Row rows[] = {
		{ "GET", "/", "HTTP/1.1", { HOST }, 0, "GET" },
		{ "NOTIFY", "/e", "HTTP/1.1", { HOST, "Content-Length: 3" }, 0, "NOTIFY" },
		{ "get", "/", "HTTP/1.1", { HOST }, 501, "methods are case-sensitive" },
		{ "TRACE", "/", "HTTP/1.1", { HOST }, 501, "TRACE never" },
		{ "CONNECT", "/", "HTTP/1.1", { HOST }, 501, "CONNECT never" },
		{ "FOO", "/", "HTTP/1.1", { HOST }, 501, "unknown" },
		{ "G@T", "/", "HTTP/1.1", { HOST }, 400, "no token" },
		{ "GET", "/", "HTTP/1.2", { HOST }, 505, "version" },
		{ "GET", "/", "HTTP/2.0", { HOST }, 505, "version" },
		{ "CONNECT", "a:443", "HTTP/1.1", { HOST }, 501, "with its own form of target" },
		{ "OPTIONS", "*", "HTTP/1.1", { HOST }, 501, "likewise" },
		{ "GET", "*", "HTTP/1.1", { HOST }, 400, "asterisk form" },
		{ "GET", "x", "HTTP/1.1", { HOST }, 400, "no slash" },
		{ "GET", "", "HTTP/1.1", { HOST }, 400, "empty" },
		{ "GET", "/a/b%20c/%C3%A4.mp3", "HTTP/1.1", { HOST }, 0, "escapes" },
		{ "GET", "/a/\xc3\xa4", "HTTP/1.1", { HOST }, 0, "raw UTF-8" },
		{ "GET", "/a/../b", "HTTP/1.1", { HOST }, 400, "dot segment" },
		{ "GET", "/a/%2e%2E/b", "HTTP/1.1", { HOST }, 400, "escaped dot segment" },
		{ "GET", "/a/./b", "HTTP/1.1", { HOST }, 400, "single dot" },
		{ "GET", "/a/...", "HTTP/1.1", { HOST }, 0, "three dots are a name" },
		{ "GET", "/a/%252e%252e/b", "HTTP/1.1", { HOST }, 0, "decoded once: a name" },
		{ "GET", "/a%2Fb", "HTTP/1.1", { HOST }, 400, "escaped slash" },
		{ "GET", "/a%00b", "HTTP/1.1", { HOST }, 400, "escaped NUL" },
		{ "GET", "/a%c0%ae", "HTTP/1.1", { HOST }, 400, "overlong dot" },
		{ "GET", "/a%4", "HTTP/1.1", { HOST }, 400, "half an escape" },
		{ "GET", "/a%zz", "HTTP/1.1", { HOST }, 400, "no hexadecimal" },
		{ "GET", "/a b", "HTTP/1.1", { HOST }, 400, "blank" },
		{ "GET", "/a#b", "HTTP/1.1", { HOST }, 400, "fragment" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

static const struct {
	const char *head;
	size_t len; /* 0: to the NUL */
	bool good;
	const char *why;
} raw_rows[] = {
	{ "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0, true, "plain" },
	{ "GET / HTTP/1.1\nHost: x\n\n", 0, true, "LF alone" },
	{ "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 0, true, "an empty line in front" },
	{ "\r\nGET / HTTP/1.1\r\n Host: x\r\n\r\n", 0, false, "and folding behind it" },
	{ "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", 0, false, "folded with a blank" },
	{ "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n", 0, false, "folded with a tab" },
	{ "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 0, false, "blank before the first line" },
	{ "GET /a\0b HTTP/1.1\r\n\r\n", 21, false, "NUL in the target" },
	{ "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 24, false, "NUL in a value" },
	{ "GET / HTTP/1.1\r\nX: a\rY: b\r\n\r\n", 0, false, "CR alone" },
	{ "GET / HTTP/1.1\rX: a\r\n\r\n", 0, false, "CR alone in the first line" },
	{ "POST / HTTP/1.1\r\nContent-Length: 5 \r\n\r\n", 0, true, "length" },
	{ "POST / HTTP/1.1\r\ncontent-length:9223372036854775807\r\n\r\n", 0, true, "2^63-1" },
	{ "POST / HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n", 0, false, "2^63" },
	{ "POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\n", 0, false, "2^64+1" },
	{ "POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\n", 0, false, "no number" },
	{ "POST / HTTP/1.1\r\nContent-Length: 1 1\r\n\r\n", 0, false, "two numbers" },
	{ "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", 0, false, "nothing" },
	{ "POST / HTTP/1.1\r\nContent-Length-X: abc\r\n\r\n", 0, true, "another line" },
	{ "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\0\r b", 42, true,
		"bodies may hold anything" },
	{ "GET / HTTP/1.1\r\n: a\r\n\r\n", 0, false, "a line without a name" },
	{ "GET / HTTP/1.1\r\nnone\r\n\r\n", 0, false, "a line without a value" },
	{ "GET  / HTTP/1.1\r\n\r\n", 0, false, "two blanks" },
	{ "GET /  HTTP/1.1\r\n\r\n", 0, false, "two blanks" },
	{ "GET\t/ HTTP/1.1\r\n\r\n", 0, false, "a tab for a blank" },
	{ "GET / HTTP/1.1\r\nHos", 0, true, "cut off by the limit: refused for that" },
	{ "GET / HTTP/1.1", 0, true, "no end: as large as a head may be; refused for that" },
	{ "", 0, true, "nothing" },
};

/* SEC-043, SEC-044, of octets. */
static void
test_raw(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(raw_rows); i++) {
		size_t len = raw_rows[i].len != 0 ? raw_rows[i].len : strlen(raw_rows[i].head);

		g_test_message("%s", raw_rows[i].why);
		g_assert_cmpint(http_check_raw(raw_rows[i].head, len), ==, raw_rows[i].good);
	}
}

static void
test_result(void)
{
	static const char *const lines[] = { HOST, "Content-Length: 12", NULL };
	static const char *const chunked[] = { HOST, "Transfer-Encoding: chunked", NULL };
	HttpVerdict verdict = check("POST", "http://192.168.1.2:8200/a/b?c=d?e", "HTTP/1.1", lines);

	g_assert_cmpuint(verdict.status, ==, 0);
	g_assert_cmpint(verdict.method, ==, AVU_HTTP_POST);
	g_assert_true(avu_cursor_equal(&verdict.path, "/a/b"));
	g_assert_true(avu_cursor_equal(&verdict.query, "c=d?e"));
	g_assert_true(verdict.has_body);
	g_assert_cmpuint(verdict.body_len, ==, 12);
	g_assert_false(verdict.http10);
	g_assert_cmpuint(check("POST", "/", "HTTP/1.1", chunked).body_len, ==, UINT64_MAX);
}

/* LIM-05. */
static void
test_size(void)
{
	g_autofree char *long_target = g_strnfill(AVU_LIMIT_HTTP_REQUEST_LINE + 1, 'a');
	g_autofree char *filler = g_strnfill(AVU_LIMIT_HTTP_HEAD, 'v');
	g_autofree char *long_line = g_strconcat("X: ", filler, NULL);
	const char *const big[] = { HOST, long_line, NULL };
	const char *const small[] = { HOST, NULL };
	HttpLine lines[AVU_LIMIT_HTTP_HEADER_LINES + 1];
	HttpHead head = { .method = "GET", .target = "/", .version = "HTTP/1.0", .lines = lines };

	long_target[0] = '/';
	g_assert_cmpuint(check("GET", long_target, "HTTP/1.1", small).status, ==, 414);
	long_target[AVU_LIMIT_HTTP_REQUEST_LINE] = '\0';
	g_assert_cmpuint(check("GET", long_target, "HTTP/1.1", small).status, ==, 0);
	g_assert_cmpuint(check("GET", "/", "HTTP/1.1", big).status, ==, 431);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		lines[i] = (HttpLine){ "X", 1, "1", 1 };
	}
	head.n_lines = AVU_LIMIT_HTTP_HEADER_LINES;
	g_assert_cmpuint(http_check(&head).status, ==, 0);
	head.n_lines++;
	g_assert_cmpuint(http_check(&head).status, ==, 431);
	/* Four octets for the blanks and the end of the first line, as many for ": " and the end of another. */
	lines[0] = (HttpLine){ "X", 1, filler, AVU_LIMIT_HTTP_HEAD - strlen("GET/HTTP/1.0X") - 8 };
	head.n_lines = 1;
	g_assert_cmpuint(http_check(&head).status, ==, 0);
	lines[0].value_len++;
	g_assert_cmpuint(http_check(&head).status, ==, 431);
	/* A NUL is an octet of the value, not its end. */
	lines[0] = (HttpLine){ "X", 1, "a\0b", 3 };
	g_assert_cmpuint(http_check(&head).status, ==, 400);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-check/smuggling", test_smuggling);
	g_test_add_func("/net/http-check/once", test_once);
	g_test_add_func("/net/http-check/host", test_host);
	g_test_add_func("/net/http-check/request-line", test_line);
	g_test_add_func("/net/http-check/raw", test_raw);
	g_test_add_func("/net/http-check/result", test_result);
	g_test_add_func("/net/http-check/size", test_size);
	return g_test_run();
}
