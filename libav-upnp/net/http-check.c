/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The request check: all header lines are looked at before any handler or body. libmicrohttpd lets
 * through what tells two parsers apart (two lengths, a length and a coding, two hosts), so nothing of
 * its leniency is relied on. Pure function, no allocation that outlives it; any thread. */
#include "config.h"

#include <string.h>

#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#include "http-check.h"

static const struct {
	const char *name;
	AvuHttpMethod method;
	bool body;
} methods[] = {
	{ "GET", AVU_HTTP_GET, false },
	{ "HEAD", AVU_HTTP_HEAD, false },
	{ "POST", AVU_HTTP_POST, true },
	{ "PUT", AVU_HTTP_PUT, true },
	{ "SUBSCRIBE", AVU_HTTP_SUBSCRIBE, false },
	{ "UNSUBSCRIBE", AVU_HTTP_UNSUBSCRIBE, false },
	{ "NOTIFY", AVU_HTTP_NOTIFY, true },
};

/* A second line of one of these means that somebody is to be misled. The first few have a place of
 * their own in Seen. */
enum { HOST, LENGTH, CODING, EXPECT, ORIGIN, N_KNOWN };
static const char *const once[] = {
	[HOST] = "Host",
	[LENGTH] = "Content-Length",
	[CODING] = "Transfer-Encoding",
	[EXPECT] = "Expect",
	[ORIGIN] = "Origin",
	"Authorization",
	"Callback",
	"Content-Range",
	"Content-Type",
	"If-Range",
	"NT",
	"NTS",
	"Range",
	"SEQ",
	"SID",
	"SOAPAction",
	"Timeout",
	"TimeSeekRange.dlna.org",
	"PlaySpeed.dlna.org",
	"transferMode.dlna.org",
	"getcontentFeatures.dlna.org",
	"getAvailableSeekRange.dlna.org",
	"realTimeInfo.dlna.org",
	"Range.dtcp.com",
};

typedef struct {
	const HttpLine *lines[G_N_ELEMENTS(once)];
} Seen;

static HttpVerdict
refuse(unsigned status, const char *why)
{
	return (HttpVerdict){ .status = status, .why = why };
}

static bool
is_token(const char *text, size_t len)
{
	static const char others[] =
		"!#$%&'*+-.^_`|~"; /* the dash is asked first: most names have one */

	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '-' &&
			(text[i] == '\0' || strchr(others, text[i]) == NULL)) {
			return false;
		}
	}
	return len > 0;
}

/* Blank-trimmed view of a value. */
static AvuCursor
trimmed(const HttpLine *line)
{
	AvuCursor in = avu_cursor(line->value, line->value_len);

	avu_cursor_skip_blank(&in);
	while (in.end > in.at && (in.end[-1] == ' ' || in.end[-1] == '\t')) {
		in.end--;
	}
	return in;
}

/* NULL when the lines are well formed, else what is wrong. */
static const char *
collect(const HttpHead *head, Seen *seen)
{
	for (size_t i = 0; i < head->n_lines; i++) {
		const HttpLine *line = &head->lines[i];

		if (!is_token(line->name, line->name_len)) {
			return "header name is not a token";
		}
		for (size_t j = 0; j < line->value_len; j++) {
			unsigned char c = (unsigned char)line->value[j];

			if ((c < 0x20 && c != '\t') || c == 0x7f) {
				return "control character in a header value";
			}
		}
		for (size_t j = 0; j < G_N_ELEMENTS(once); j++) {
			/* the first letter spares most of the look; all of these begin with one */
			if (((once[j][0] ^ line->name[0]) & ~0x20) == 0 &&
				strlen(once[j]) == line->name_len &&
				g_ascii_strncasecmp(once[j], line->name, line->name_len) == 0) {
				if (seen->lines[j] != NULL) {
					return "header line given twice";
				}
				seen->lines[j] = line;
			}
		}
	}
	return NULL;
}

/* LIM-05, counted over what the lines say. */
static bool
head_too_large(const HttpHead *head)
{
	size_t octets = strlen(head->method) + strlen(head->target) + strlen(head->version) + 4;

	for (size_t i = 0; i < head->n_lines; i++) {
		octets += head->lines[i].name_len + head->lines[i].value_len + 4;
	}
	return head->n_lines > AVU_LIMIT_HTTP_HEADER_LINES || octets > AVU_LIMIT_HTTP_HEAD;
}

/* Literal address and port of the socket: a name could be rebound to us by anybody (SEC-040). */
static bool
is_our_authority(AvuCursor text, const AvuAddress *local)
{
	g_autofree char *copy = avu_cursor_dup(&text);
	AvuAddress asked;

	return strlen(copy) == avu_cursor_len(&text) && avu_address_parse(copy, &asked) &&
	       avu_address_equal_ip(&asked, local) &&
	       (asked.port != 0 ? asked.port : 80) == local->port;
}

/* Fills the framing; @return what is wrong, or NULL. */
static const char *
framing(const Seen *seen, HttpVerdict *verdict)
{
	if (seen->lines[LENGTH] != NULL && seen->lines[CODING] != NULL) {
		return "Content-Length together with Transfer-Encoding";
	}
	if (seen->lines[LENGTH] != NULL) {
		AvuCursor in = trimmed(seen->lines[LENGTH]);

		if (!avu_cursor_take_uint(&in, INT64_MAX, &verdict->body_len) ||
			!avu_cursor_at_end(&in)) {
			return "Content-Length is not a number";
		}
		verdict->has_body = verdict->body_len > 0;
	}
	if (seen->lines[CODING] != NULL) {
		AvuCursor in = trimmed(seen->lines[CODING]);

		if (verdict->http10 || !avu_cursor_equal_ci(&in, "chunked")) {
			return "transfer coding other than chunked";
		}
		verdict->has_body = true;
		verdict->body_len = UINT64_MAX;
	}
	return NULL;
}

static bool
is_length(AvuCursor in)
{
	uint64_t value;

	avu_cursor_skip_blank(&in);
	if (!avu_cursor_take_uint(&in, INT64_MAX, &value)) {
		return false;
	}
	avu_cursor_skip_blank(&in);
	return avu_cursor_at_end(&in);
}

/* line: without its end, not the first one */
static bool
raw_line_is_sane(AvuCursor line)
{
	if (avu_cursor_len(&line) == 0) {
		return true;
	}
	/* libmicrohttpd passes over a line without a name in silence. */
	if (*line.at == ' ' || *line.at == '\t' || *line.at == ':' ||
		memchr(line.at, '\r', avu_cursor_len(&line)) != NULL ||
		memchr(line.at, ':', avu_cursor_len(&line)) == NULL) {
		return false;
	}
	return !avu_cursor_take_ci(&line, "Content-Length:") || is_length(line);
}

/* Single blanks: what is between more of them is read in more than one way. */
static bool
raw_request_is_sane(AvuCursor line)
{
	for (const char *p = line.at; p < line.end; p++) {
		if (*p == '\r' || *p == '\t' || (*p == ' ' && p + 1 < line.end && p[1] == ' ')) {
			return false;
		}
	}
	return true;
}

bool
http_check_raw(const char *octets, size_t len)
{
	const char *end = octets + len;
	bool first = true;

	for (const char *at = octets; at < end;) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *line_end = feed != NULL ? feed : end;
		AvuCursor line = { at, line_end };

		if (memchr(at, '\0', (size_t)(line_end - at)) != NULL) {
			return false;
		}
		if (line.end > line.at && line.end[-1] == '\r') {
			line.end--;
		}
		if (line.at == line.end && !first) {
			break; /* the body is not our business */
		}
		/* A line that the limit cut off is refused for its length, in other words. */
		if (first ? !raw_request_is_sane(line) : feed != NULL && !raw_line_is_sane(line)) {
			return false;
		}
		first = first && line.at == line.end; /* empty lines may come before a request */
		at = line_end + 1;
	}
	return true;
}

/* It says what it is, and is no dot segment; most are so. */
static bool
is_plain(AvuCursor segment)
{
	for (const char *p = segment.at; p < segment.end; p++) {
		if (*p == '%' || (unsigned char)*p >= 0x80) {
			return false;
		}
	}
	return segment.at == segment.end || *segment.at != '.';
}

/* Every segment decodes once to text without NUL and slash that is not a dot segment (SEC-048). */
static bool
path_is_sane(AvuCursor path)
{
	while (avu_cursor_take_char(&path, '/')) {
		AvuCursor segment = avu_cursor_take_until(&path, "/");

		if (is_plain(segment)) {
			continue;
		}
		g_autofree char *decoded = avu_url_unescape(segment.at, avu_cursor_len(&segment));

		if (decoded == NULL || strchr(decoded, '/') != NULL || strcmp(decoded, ".") == 0 ||
			strcmp(decoded, "..") == 0) {
			return false;
		}
	}
	return avu_cursor_at_end(&path);
}

/* Origin form, or the absolute form that clients of proxies send; the latter names the host again.
 * @return 0 or the status */
static unsigned
split_target(const HttpHead *head, HttpVerdict *verdict)
{
	AvuCursor in = avu_cursor_string(head->target);

	for (const char *p = in.at; p < in.end; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '#') {
			return 400;
		}
	}
	if (avu_cursor_take_ci(&in, "http://")) {
		AvuCursor authority = avu_cursor_take_until(&in, "/?");

		if (!is_our_authority(authority, &head->local)) {
			return 421;
		}
	}
	verdict->path = avu_cursor_take_until(&in, "?");
	(void)avu_cursor_take_char(&in, '?');
	verdict->query = in;
	return path_is_sane(verdict->path) && avu_cursor_len(&verdict->path) > 0 ? 0 : 400;
}

/* A page of ours has our own address as its origin; every other origin changes nothing here. */
static bool
is_our_origin(const HttpLine *line, const AvuAddress *local)
{
	AvuCursor in = trimmed(line);

	return avu_cursor_take(&in, "http://") && is_our_authority(in, local);
}

static bool
find_method(const char *name, size_t *ret_i)
{
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (strcmp(methods[i].name, name) == 0) {
			*ret_i = i;
			return true;
		}
	}
	return false;
}

static HttpVerdict
check_method(const HttpHead *head, const Seen *seen, size_t method, HttpVerdict verdict)
{
	verdict.method = methods[method].method;
	if (verdict.has_body && !methods[method].body) {
		return refuse(400, "this method carries no body");
	}
	if (seen->lines[ORIGIN] != NULL && (verdict.method & (AVU_HTTP_GET | AVU_HTTP_HEAD)) == 0 &&
		!is_our_origin(seen->lines[ORIGIN], &head->local)) {
		return refuse(403, "pages of others may not do this");
	}
	return verdict;
}

HttpVerdict
http_check(const HttpHead *head)
{
	HttpVerdict verdict = { .http10 = strcmp(head->version, "HTTP/1.0") == 0 };
	Seen seen = { { NULL } };
	const char *wrong;
	unsigned status;
	size_t method;

	if (strlen(head->target) > AVU_LIMIT_HTTP_REQUEST_LINE) {
		return refuse(414, "request line too long");
	}
	if (head_too_large(head)) {
		return refuse(431, "header too large");
	}
	wrong = collect(head, &seen);
	if (wrong != NULL) {
		return refuse(400, wrong);
	}
	if (!verdict.http10 && strcmp(head->version, "HTTP/1.1") != 0) {
		return refuse(505, "HTTP/1.0 or HTTP/1.1, please");
	}
	wrong = framing(&seen, &verdict);
	if (wrong != NULL) {
		return refuse(400, wrong);
	}
	if (!is_token(head->method, strlen(head->method))) {
		return refuse(400, "method is not a token");
	}
	if (seen.lines[HOST] == NULL && !verdict.http10) {
		return refuse(400, "Host is missing");
	}
	if (seen.lines[HOST] != NULL &&
		!is_our_authority(trimmed(seen.lines[HOST]), &head->local)) {
		return refuse(421, "this is not the host that was asked for");
	}
	/* Before the target: that of CONNECT and OPTIONS may have another form. */
	if (!find_method(head->method, &method)) {
		return refuse(501, "unknown method");
	}
	status = split_target(head, &verdict);
	if (status != 0) {
		return refuse(status, "request target is malformed");
	}
	if (seen.lines[EXPECT] != NULL) {
		AvuCursor in = trimmed(seen.lines[EXPECT]);

		if (!avu_cursor_equal_ci(&in, "100-continue")) {
			return refuse(417, "expectation is not known");
		}
	}
	return check_method(head, &seen, method, verdict);
}

const char *
http_method_name(AvuHttpMethod method)
{
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (methods[i].method == method) {
			return methods[i].name;
		}
	}
	return NULL;
}

char *
http_methods_format(unsigned set)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if ((set & methods[i].method) != 0) {
			g_string_append_printf(
				text, "%s%s", text->len > 0 ? ", " : "", methods[i].name);
		}
	}
	return g_string_free(text, FALSE);
}
