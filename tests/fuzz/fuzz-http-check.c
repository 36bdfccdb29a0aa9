/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request head in lines: "METHOD target version", then "name:value", as many as there are. What is
 * accepted has one framing, our host, a path without ways out, and limits that hold. */
#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned
count(const HttpLine *lines, size_t n, const char *name)
{
	unsigned found = 0;

	for (size_t i = 0; i < n; i++) {
		found += lines[i].name_len == strlen(name) &&
			 g_ascii_strncasecmp(lines[i].name, name, lines[i].name_len) == 0;
	}
	return found;
}

static void
check_accepted(const HttpHead *head, const HttpVerdict *verdict)
{
	unsigned lengths = count(head->lines, head->n_lines, "content-length");
	unsigned codings = count(head->lines, head->n_lines, "transfer-encoding");

	g_assert_cmpuint(lengths + codings, <=, 1);
	g_assert_cmpuint(count(head->lines, head->n_lines, "host"), <=, 1);
	g_assert_true(verdict->http10 || count(head->lines, head->n_lines, "host") == 1);
	g_assert_cmpuint(head->n_lines, <=, AVU_LIMIT_HTTP_HEADER_LINES);
	g_assert_true(verdict->path.at < verdict->path.end && *verdict->path.at == '/');
	g_assert_null(memmem(verdict->path.at, avu_cursor_len(&verdict->path), "/../", 4));
	g_assert_cmpint(verdict->has_body && verdict->body_len == UINT64_MAX, ==, codings == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) rows = g_strsplit(text, "\n", 200);
	g_auto(GStrv) words = g_strsplit(rows[0] != NULL ? rows[0] : "", " ", 3);
	HttpLine lines[200];
	HttpHead head = { .lines = lines };
	HttpVerdict verdict;

	if (g_strv_length(words) != 3) {
		return 0;
	}
	head.method = words[0];
	head.target = words[1];
	head.version = words[2];
	for (char **row = rows + 1; *row != NULL; row++) {
		char *colon = strchr(*row, ':');

		if (colon != NULL) {
			lines[head.n_lines++] = (HttpLine){ *row, (size_t)(colon - *row), colon + 1,
				strlen(colon + 1) };
		}
	}
	g_assert_true(avu_address_parse("192.168.1.2:8200", &head.local));
	verdict = http_check(&head);
	if (verdict.status == 0) {
		check_accepted(&head, &verdict);
	}
	return 0;
}
