/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of a request's head where they lie. Stricter than any server has to be: what is unusual is left to who reads
 * it after us. Pure, any thread. */
#include "config.h"

#include <string.h>

#include "http-lines.h"

size_t
http_lines_find_end(const char *octets, size_t len, size_t from)
{
	const char *end = octets + len;
	const char *at = octets + (from > 3 ? from - 3 : 0);

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		if (at < end && *at == '\n') {
			return (size_t)(at + 1 - octets);
		}
		if (end - at >= 2 && at[0] == '\r' && at[1] == '\n') {
			return (size_t)(at + 2 - octets);
		}
	}
	return 0;
}

/* @return the line, ended by a NUL, or NULL; at goes behind its CR LF */
static char *
take_line(char **at, const char *end, size_t *ret_len)
{
	char *line = *at;
	char *feed = memchr(line, '\n', (size_t)(end - line));

	if (feed == NULL || feed == line || feed[-1] != '\r') {
		return NULL;
	}
	feed[-1] = '\0';
	*ret_len = (size_t)(feed - 1 - line);
	*at = feed + 1;
	return line;
}

static bool
split_first(char *line, size_t len, HttpHead *head)
{
	char *first = memchr(line, ' ', len);
	char *last = first != NULL ? memrchr(line, ' ', len) : NULL;

	if (first == last || first == line) {
		return false;
	}
	*first = '\0';
	*last = '\0';
	head->method = line;
	head->target = first + 1;
	head->version = last + 1;
	return strchr(head->target, ' ') == NULL;
}

static bool
split_line(char *text, size_t len, HttpLine *line)
{
	char *colon = memchr(text, ':', len);
	char *value = colon != NULL ? colon + 1 : NULL;
	char *end = text + len;

	if (colon == NULL || colon == text) {
		return false;
	}
	while (*value == ' ' || *value == '\t') {
		value++;
	}
	while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
		end--;
	}
	*colon = '\0';
	*end = '\0';
	*line = (HttpLine){ text, (size_t)(colon - text), value, (size_t)(end - value) };
	return true;
}

bool
http_lines_split(char *octets, size_t len, HttpLine *lines, size_t max, HttpHead *head)
{
	const char *end = octets + len;
	char *at = octets;
	size_t line_len;
	char *line = take_line(&at, end, &line_len);

	head->lines = lines;
	head->n_lines = 0;
	if (line == NULL || !split_first(line, line_len, head)) {
		return false;
	}
	while ((line = take_line(&at, end, &line_len)) != NULL && line_len > 0) {
		if (head->n_lines == max || !split_line(line, line_len, &lines[head->n_lines])) {
			return false;
		}
		head->n_lines++;
	}
	return line != NULL && at == end;
}

const HttpLine *
http_lines_find(const HttpLine *lines, size_t n, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i < n; i++) {
		if (lines[i].name_len == len &&
			g_ascii_tolower(lines[i].name[0]) == g_ascii_tolower(name[0]) &&
			g_ascii_strncasecmp(lines[i].name, name, len) == 0) {
			return &lines[i];
		}
	}
	return NULL;
}
