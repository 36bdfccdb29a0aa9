/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a head ends, and what its lines are: rows of octets. */
#include "config.h"

#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/net/http-lines.h"

static void
test_find_end(void)
{
	static const struct {
		const char *octets;
		size_t end;
		const char *why;
	} rows[] = {
		{ "", 0, "nothing" },
		{ "GET / HTTP/1.1\r\n", 0, "one line" },
		{ "GET / HTTP/1.1\r\nA: b\r\n", 0, "two lines" },
		{ "GET / HTTP/1.1\r\nA: b\r\n\r", 0, "not quite" },
		{ "GET / HTTP/1.1\r\nA: b\r\n\r\n", 24, "whole" },
		{ "GET / HTTP/1.1\r\nA: b\r\n\r\nGET", 24, "and the next one" },
		{ "GET / HTTP/1.1\nA: b\n\n", 21, "a bare LF is an end as well" },
		{ "GET / HTTP/1.1\nA: b\n\r\n", 22, "mixed" },
		{ "GET / HTTP/1.1\r\nA: b\r\n\n", 23, "mixed the other way" },
		{ "A\n\rB\r\n", 0, "CR alone is none" },
		{ "\r\n\r\n", 4, "nothing but ends" },
		{ "\n\n", 2, "nothing but bare ones" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const size_t len = strlen(rows[i].octets);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(http_lines_find_end(rows[i].octets, len, 0), ==, rows[i].end);
		/* in any two pieces: found with the second, and not before it is all there */
		for (size_t cut = 0; cut < len; cut++) {
			const size_t first = http_lines_find_end(rows[i].octets, cut, 0);
			const bool whole = rows[i].end != 0 && cut >= rows[i].end;

			g_assert_cmpuint(first, ==, whole ? rows[i].end : 0);
			g_assert_cmpuint(
				first > 0 ? first : http_lines_find_end(rows[i].octets, len, cut),
				==, rows[i].end);
		}
	}
}

/* An octet behind what was given is nobody's. */
static void
test_find_end_length(void)
{
	g_assert_cmpuint(http_lines_find_end("A\r\n\r\n", 4, 0), ==, 0);
	g_assert_cmpuint(http_lines_find_end("A\r\n\r\n", 5, 0), ==, 5);
	g_assert_cmpuint(http_lines_find_end("A\0\r\n\r\n", 6, 0), ==, 6);
}

static void
test_split(void)
{
	static const struct {
		const char *octets;
		const char *method; /* NULL: not of the strict form */
		const char *target;
		const char *version;
		const char *lines; /* "name=value;" */
		const char *why;
	} rows[] = {
		{ "GET /a?b HTTP/1.1\r\n\r\n", "GET", "/a?b", "HTTP/1.1", "", "no lines" },
		{ "GET / HTTP/1.1\r\nHost: h:1\r\nRange:bytes=0-\r\n\r\n", "GET", "/", "HTTP/1.1",
			"Host=h:1;Range=bytes=0-;", "with a blank and without" },
		{ "GET / HTTP/1.1\r\nA: \t b \t\r\n\r\n", "GET", "/", "HTTP/1.1", "A=b;",
			"blanks around a value" },
		{ "GET / HTTP/1.1\r\nA: b c\r\n\r\n", "GET", "/", "HTTP/1.1", "A=b c;",
			"a blank within" },
		{ "GET / HTTP/1.1\r\nA:\r\nB: \t\r\n\r\n", "GET", "/", "HTTP/1.1", "A=;B=;",
			"empty values" },
		{ "GET / HTTP/1.1\r\nA:b:c\r\n\r\n", "GET", "/", "HTTP/1.1", "A=b:c;",
			"the first colon" },
		{ "x y z\r\n\r\n", "x", "y", "z", "", "what they are is not asked here" },
		{ "GET  / HTTP/1.1\r\n\r\n", NULL, NULL, NULL, NULL, "two blanks" },
		{ "GET / a HTTP/1.1\r\n\r\n", NULL, NULL, NULL, NULL, "three blanks" },
		{ "GET /\r\n\r\n", NULL, NULL, NULL, NULL, "HTTP/0.9" },
		{ " / HTTP/1.1\r\n\r\n", NULL, NULL, NULL, NULL, "no method" },
		{ "\r\nGET / HTTP/1.1\r\n\r\n", NULL, NULL, NULL, NULL, "an empty line before" },
		{ "GET / HTTP/1.1\n\r\n", NULL, NULL, NULL, NULL, "first ends in LF" },
		{ "GET / HTTP/1.1\r\nA: b\n\r\n", NULL, NULL, NULL, NULL, "one ends in LF" },
		{ "GET / HTTP/1.1\r\nA: b\r\n\n", NULL, NULL, NULL, NULL, "the last ends in LF" },
		{ "GET / HTTP/1.1\r\nA b\r\n\r\n", NULL, NULL, NULL, NULL, "no colon" },
		{ "GET / HTTP/1.1\r\n: b\r\n\r\n", NULL, NULL, NULL, NULL, "no name" },
		{ "GET / HTTP/1.1\r\nA: b\r\n", NULL, NULL, NULL, NULL, "no end" },
		{ "GET / HTTP/1.1\r\n\r\nA: b\r\n", NULL, NULL, NULL, NULL, "more than a head" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *octets = g_strdup(rows[i].octets);
		g_autoptr(GString) told = g_string_new(NULL);
		HttpLine lines[4];
		HttpHead head = { 0 };

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(
			http_lines_split(octets, strlen(octets), lines, G_N_ELEMENTS(lines), &head),
			==, rows[i].method != NULL);
		if (rows[i].method == NULL) {
			continue;
		}
		g_assert_cmpstr(head.method, ==, rows[i].method);
		g_assert_cmpstr(head.target, ==, rows[i].target);
		g_assert_cmpstr(head.version, ==, rows[i].version);
		for (size_t j = 0; j < head.n_lines; j++) {
			g_assert_cmpuint(strlen(lines[j].name), ==, lines[j].name_len);
			g_assert_cmpuint(strlen(lines[j].value), ==, lines[j].value_len);
			g_string_append_printf(told, "%s=%s;", lines[j].name, lines[j].value);
		}
		g_assert_cmpstr(told->str, ==, rows[i].lines);
	}
}

/* LIM-05: as many lines as there is place for, and one more. */
static void
test_most(void)
{
	for (size_t n = AVU_LIMIT_HTTP_HEADER_LINES; n <= AVU_LIMIT_HTTP_HEADER_LINES + 1; n++) {
		g_autoptr(GString) text = g_string_new("GET / HTTP/1.1\r\n");
		HttpLine lines[AVU_LIMIT_HTTP_HEADER_LINES];
		HttpHead head = { 0 };

		for (size_t i = 0; i < n; i++) {
			g_string_append(text, "A: b\r\n");
		}
		g_string_append(text, "\r\n");
		g_assert_cmpint(
			http_lines_split(text->str, text->len, lines, G_N_ELEMENTS(lines), &head),
			==, n <= AVU_LIMIT_HTTP_HEADER_LINES);
	}
}

static void
test_find(void)
{
	static const HttpLine lines[] = { { "Host", 4, "h", 1 }, { "range", 5, "r", 1 },
		{ "RANGE", 5, "s", 1 }, { "If-Range", 8, "i", 1 } };
	static const struct {
		const char *name;
		const char *value; /* NULL: none */
	} rows[] = {
		{ "Host", "h" },
		{ "HOST", "h" },
		{ "Range", "r" }, /* the first */
		{ "If-Range", "i" },
		{ "Rang", NULL },
		{ "Ranges", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const HttpLine *line = http_lines_find(lines, G_N_ELEMENTS(lines), rows[i].name);

		g_assert_cmpstr(line != NULL ? line->value : NULL, ==, rows[i].value);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-lines/find-end", test_find_end);
	g_test_add_func("/net/http-lines/find-end-length", test_find_end_length);
	g_test_add_func("/net/http-lines/split", test_split);
	g_test_add_func("/net/http-lines/most", test_most);
	g_test_add_func("/net/http-lines/find", test_find);
	return g_test_run();
}
