/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/cursor.c: taking foreign text apart, by pointer and length. Any thread. */
#include <string.h>

#include <av-upnp/cursor.h>

AvuCursor
avu_cursor(const char *text, size_t len)
{
	return (AvuCursor){ text, text + len };
}

AvuCursor
avu_cursor_string(const char *text)
{
	return avu_cursor(text, strlen(text));
}

bool
avu_cursor_at_end(const AvuCursor *in)
{
	return in->at == in->end;
}

size_t
avu_cursor_len(const AvuCursor *in)
{
	return (size_t)(in->end - in->at);
}

bool
avu_cursor_take_char(AvuCursor *in, char c)
{
	if (in->at == in->end || *in->at != c) {
		return false;
	}
	in->at++;
	return true;
}

bool
avu_cursor_take(AvuCursor *in, const char *text)
{
	size_t len = strlen(text);

	if (avu_cursor_len(in) < len || memcmp(in->at, text, len) != 0) {
		return false;
	}
	in->at += len;
	return true;
}

bool
avu_cursor_take_ci(AvuCursor *in, const char *text)
{
	size_t len = strlen(text);

	if (avu_cursor_len(in) < len || g_ascii_strncasecmp(in->at, text, len) != 0) {
		return false;
	}
	in->at += len;
	return true;
}

bool
avu_cursor_take_uint(AvuCursor *in, uint64_t max, uint64_t *ret_value)
{
	const char *p = in->at;
	uint64_t value = 0;

	for (; p < in->end && g_ascii_isdigit(*p); p++) {
		if (!g_uint64_checked_mul(&value, value, 10) ||
			!g_uint64_checked_add(&value, value, (uint64_t)(*p - '0')) || value > max) {
			return false;
		}
	}
	if (p == in->at) {
		return false;
	}
	in->at = p;
	*ret_value = value;
	return true;
}

bool
avu_cursor_take_int(AvuCursor *in, int64_t min, int64_t max, int64_t *ret_value)
{
	AvuCursor at = *in;
	bool negative = avu_cursor_take_char(&at, '-');
	uint64_t size;
	int64_t value;

	if (!negative) {
		(void)avu_cursor_take_char(&at, '+');
	}
	if (!avu_cursor_take_uint(&at, (uint64_t)INT64_MAX + (negative ? 1 : 0), &size)) {
		return false;
	}
	value = negative ? (int64_t)(0 - size) : (int64_t)size;
	if (value < min || value > max) {
		return false;
	}
	*in = at;
	*ret_value = value;
	return true;
}

AvuCursor
avu_cursor_take_until(AvuCursor *in, const char *stop)
{
	const char *start = in->at;

	/* what most want, and many times for each request */
	if (stop[0] != '\0' && stop[1] == '\0') {
		const char *at =
			start < in->end ? memchr(start, stop[0], avu_cursor_len(in)) : NULL;

		in->at = at != NULL ? at : in->end;
	}
	while (in->at < in->end && (*in->at == '\0' || strchr(stop, *in->at) == NULL)) {
		in->at++;
	}
	return (AvuCursor){ start, in->at };
}

size_t
avu_cursor_skip_blank(AvuCursor *in)
{
	const char *start = in->at;

	while (in->at < in->end && (*in->at == ' ' || *in->at == '\t')) {
		in->at++;
	}
	return (size_t)(in->at - start);
}

AvuCursor
avu_cursor_take_list_item(AvuCursor *in)
{
	AvuCursor item = avu_cursor_take_until(in, ",");

	(void)avu_cursor_take_char(in, ',');
	(void)avu_cursor_skip_blank(&item);
	while (item.end > item.at && (item.end[-1] == ' ' || item.end[-1] == '\t')) {
		item.end--;
	}
	return item;
}

bool
avu_cursor_equal(const AvuCursor *in, const char *text)
{
	size_t len = strlen(text);

	return avu_cursor_len(in) == len && memcmp(in->at, text, len) == 0;
}

bool
avu_cursor_equal_ci(const AvuCursor *in, const char *text)
{
	size_t len = strlen(text);

	return avu_cursor_len(in) == len && g_ascii_strncasecmp(in->at, text, len) == 0;
}

char *
avu_cursor_dup(const AvuCursor *in)
{
	return g_strndup(in->at, avu_cursor_len(in));
}

bool
avu_parse_uint(const char *text, uint64_t max, uint64_t *ret_value)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t value;

	if (!avu_cursor_take_uint(&in, max, &value) || !avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_value = value;
	return true;
}

bool
avu_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	AvuCursor in = avu_cursor_string(text);
	int64_t value;

	if (!avu_cursor_take_int(&in, min, max, &value) || !avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_value = value;
	return true;
}
