/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The octets of a connection as they come, split into the lines of a head. What is split lies within the octets, each
 * string ends with the one NUL behind it and holds no end of a line; nothing behind the head is touched, and where it
 * ends does not depend on the pieces it came in. */
#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_string(const char *octets, size_t len, const char *text, size_t text_len)
{
	g_assert_true(text >= octets && text + text_len < octets + len);
	g_assert_cmpuint(strlen(text), ==, text_len);
	g_assert_null(memchr(text, '\n', text_len));
	g_assert_null(memchr(text, '\r', text_len));
}

static void
check_head(const char *octets, size_t len, const HttpHead *head)
{
	check_string(octets, len, head->method, strlen(head->method));
	check_string(octets, len, head->target, strlen(head->target));
	check_string(octets, len, head->version, strlen(head->version));
	g_assert_null(strchr(head->method, ' '));
	g_assert_null(strchr(head->target, ' '));
	for (size_t i = 0; i < head->n_lines; i++) {
		const HttpLine *line = &head->lines[i];

		check_string(octets, len, line->name, line->name_len);
		check_string(octets, len, line->value, line->value_len);
		g_assert_null(memchr(line->name, ':', line->name_len));
		g_assert_nonnull(http_lines_find(head->lines, head->n_lines, line->name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *octets = g_malloc(size + 1);
	HttpLine lines[AVU_LIMIT_HTTP_HEADER_LINES];
	HttpHead head = { 0 };
	size_t end, seen;

	if (size > 0) {
		memcpy(octets, data, size);
	}
	octets[size] = '\0';
	end = http_lines_find_end(octets, size, 0);
	for (seen = 0; seen < size && http_lines_find_end(octets, seen + 1, seen) == 0; seen++) {
	}
	g_assert_cmpuint(seen < size ? seen + 1 : 0, ==, end);
	if (end > 0 && http_check_raw(octets, end) &&
		http_lines_split(octets, end, lines, G_N_ELEMENTS(lines), &head)) {
		check_head(octets, end, &head);
		g_assert_true(avu_address_parse("192.168.1.2:8200", &head.local));
		(void)http_check(&head);
	}
	g_assert_true(size == end || memcmp(octets + end, data + end, size - end) == 0);
	return 0;
}
