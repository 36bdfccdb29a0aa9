/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encodings of small files beside the media. Pure; lengths are the caller's limits. */
#include <av-upnp/foreign-text.h>

#include <string.h>

#include <av-upnp/text.h>

/* What Windows-1252 has where Latin-1 has control characters; 0: nothing. */
static const gunichar windows_1252[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
	0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c,
	0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

static char *
from_windows_1252(const char *data, size_t len)
{
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];
		gunichar wide = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;

		if (wide != 0) {
			g_string_append_unichar(out, wide);
		}
	}
	return g_string_free(out, FALSE);
}

char *
avu_utf16_to_utf8(const char *data, size_t len, bool big_endian, size_t *ret_len)
{
	GString *out = g_string_sized_new(len);
	gunichar high = 0;

	for (size_t i = 0; i + 1 < len; i += 2) {
		unsigned char a = (unsigned char)data[i], b = (unsigned char)data[i + 1];
		gunichar c = big_endian ? (gunichar)a << 8 | b : (gunichar)b << 8 | a;

		if (c >= 0xd800 && c < 0xdc00) {
			high = c;
			continue;
		}
		if (c >= 0xdc00 && c < 0xe000) {
			c = high != 0 ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : 0xfffd;
		}
		high = 0;
		if (c != 0) {
			g_string_append_unichar(out, c);
		}
	}
	*ret_len = out->len;
	return g_string_free(out, FALSE);
}

static bool
has_mark(const char *data, size_t len, const char *mark, size_t mark_len)
{
	return len >= mark_len && memcmp(data, mark, mark_len) == 0;
}

/* @return NULL: there is no UTF-16 mark */
static char *
from_marked_utf16(const char *data, size_t len, size_t *ret_len)
{
	bool little = has_mark(data, len, "\xff\xfe", 2);

	return little || has_mark(data, len, "\xfe\xff", 2)
		       ? avu_utf16_to_utf8(data + 2, len - 2, !little, ret_len)
		       : NULL;
}

char *
avu_foreign_text(const char *data, size_t len, size_t max_bytes)
{
	size_t wide_len;
	g_autofree char *wide = from_marked_utf16(data, len, &wide_len);

	if (wide != NULL) {
		return avu_text_sanitize(wide, wide_len, max_bytes);
	}
	if (has_mark(data, len, "\xef\xbb\xbf", 3)) {
		data += 3;
		len -= 3;
	}
	if (g_utf8_validate_len(data, len, NULL)) {
		return avu_text_sanitize(data, len, max_bytes);
	}
	g_autofree char *text = from_windows_1252(data, len);

	return avu_text_sanitize(text, strlen(text), max_bytes);
}

char *
avu_foreign_file(GBytes *bytes, size_t *ret_len)
{
	size_t len;
	const char *data = g_bytes_get_data(bytes, &len);
	char *text;

	if (data == NULL) {
		*ret_len = 0;
		return g_strdup("");
	}
	text = from_marked_utf16(data, len, ret_len);
	if (text != NULL) {
		return text;
	}
	if (has_mark(data, len, "\xef\xbb\xbf", 3)) {
		data += 3;
		len -= 3;
	}
	text = g_malloc(len + 1); /* the file's limit is its reader's */
	memcpy(text, data, len);
	text[len] = '\0';
	*ret_len = len;
	return text;
}

bool
avu_foreign_line(const char **at, const char *end, const char **ret_line, size_t *ret_len)
{
	const char *line = *at;
	const char *stop = line;

	if (line >= end) {
		return false;
	}
	while (stop < end && *stop != '\n' && *stop != '\r') {
		stop++;
	}
	*at = stop + (end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1);
	while (line < stop && (*line == ' ' || *line == '\t')) {
		line++;
	}
	while (stop > line && (stop[-1] == ' ' || stop[-1] == '\t')) {
		stop--;
	}
	*ret_line = line;
	*ret_len = (size_t)(stop - line);
	return true;
}
