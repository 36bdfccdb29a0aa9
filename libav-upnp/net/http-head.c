/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server says before the body, bounded and without interpretation but of lengths. Pure: no
 * socket, no clock. curl reads the same lines for its own framing; this is what we act on. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

#include "http-head.h"

void
http_head_init(HttpHead *head)
{
	*head = (HttpHead){ 0 };
	head->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
http_head_clear(HttpHead *head)
{
	g_clear_pointer(&head->headers, g_hash_table_unref);
}

/* "HTTP/1.1 200 OK", "ICY 200 OK". */
static void
http_head_take_status(HttpHead *head, AvuCursor in)
{
	uint64_t status = 0;

	(void)avu_cursor_take_until(&in, " ");
	avu_cursor_skip_blank(&in);
	(void)avu_cursor_take_uint(&in, 999, &status);
	head->status = (unsigned)status;
	head->complete = false;
	head->ambiguous = false;
	g_hash_table_remove_all(head->headers);
}

static void
http_head_take_field(HttpHead *head, AvuCursor in)
{
	/* Two of these with different values are two answers to one question. */
	static const char *const single[] = { "content-length", "content-range", "location",
		"etag" };
	AvuCursor name = avu_cursor_take_until(&in, ":");

	if (!avu_cursor_take_char(&in, ':') || avu_cursor_len(&name) == 0 ||
		g_ascii_isspace(name.at[0])) {
		return; /* no field, or a folded line: curl refuses what matters */
	}
	avu_cursor_skip_blank(&in);
	g_autofree char *key = g_ascii_strdown(name.at, (gssize)avu_cursor_len(&name));
	g_autofree char *value = avu_cursor_dup(&in);
	const char *known = g_hash_table_lookup(head->headers, key);

	for (size_t i = 0; known != NULL && i < G_N_ELEMENTS(single); i++) {
		if (strcmp(single[i], key) == 0 && strcmp(known, value) != 0) {
			head->ambiguous = true;
		}
	}
	g_hash_table_replace(head->headers, g_steal_pointer(&key), g_steal_pointer(&value));
}

bool
http_head_take(HttpHead *head, const char *line, size_t len)
{
	AvuCursor in = avu_cursor(line, len);

	head->octets += len;
	head->lines++;
	/* The status line and the empty one are not header lines. */
	if (head->octets > AVU_LIMIT_FETCH_HEADERS ||
		head->lines > AVU_LIMIT_FETCH_HEADER_LINES + 2) {
		return false;
	}
	while (in.end > in.at && g_ascii_isspace(in.end[-1])) {
		in.end--;
	}
	if (avu_cursor_at_end(&in)) {
		head->complete = head->status >= 200;
		return true;
	}
	if (head->status < 200 && (avu_cursor_take(&in, "HTTP/") || avu_cursor_take(&in, "ICY "))) {
		http_head_take_status(head, avu_cursor(line, len));
	} else if (!head->complete) {
		http_head_take_field(head, in);
	}
	return true;
}

const char *
http_head_get(const HttpHead *head, const char *name)
{
	return g_hash_table_lookup(head->headers, name);
}

int64_t
http_head_get_length(const HttpHead *head)
{
	const char *text = http_head_get(head, "content-length");
	uint64_t length;

	return text != NULL && http_head_get(head, "transfer-encoding") == NULL &&
			       avu_parse_uint(text, INT64_MAX, &length)
		       ? (int64_t)length
		       : -1;
}

bool
http_head_get_range(const HttpHead *head, HttpHeadRange *ret_range)
{
	const char *text = http_head_get(head, "content-range");
	AvuCursor in = avu_cursor_string(text != NULL ? text : "");
	uint64_t first, last, total;

	avu_cursor_skip_blank(&in);
	if (!avu_cursor_take_ci(&in, "bytes") || avu_cursor_skip_blank(&in) == 0 ||
		!avu_cursor_take_uint(&in, INT64_MAX, &first) || !avu_cursor_take_char(&in, '-') ||
		!avu_cursor_take_uint(&in, INT64_MAX, &last) || !avu_cursor_take_char(&in, '/') ||
		last < first) {
		return false;
	}
	HttpHeadRange range = { .first = first, .total = -1 };

	if (!avu_cursor_take_char(&in, '*')) {
		if (!avu_cursor_take_uint(&in, INT64_MAX, &total) || last >= total) {
			return false;
		}
		range.total = (int64_t)total;
	}
	if (!avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_range = range;
	return true;
}
