/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/keyfile.c: the syntax of key files; what keys mean is its caller's. Pure; any thread. */
#include <stdarg.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/keyfile.h>
#include <av-upnp/text.h>

typedef struct {
	AvuKeyfilePlace place; /* of the line at hand */
	char *section;         /* NULL: before the first */
	AvuKeyfilePlace section_place;
	AvuKeyfileFn fn;
	AvuKeyfileBadFn bad; /* NULL: the first bad line ends it */
	void *user_data;
} Reading;

bool
avu_keyfile_refuse(const AvuKeyfilePlace *place, GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s:%u:%u: %s", place->file, place->line,
		place->column, text);
	return false;
}

static AvuKeyfilePlace
place_of(const Reading *reading, const char *line, const char *at)
{
	AvuKeyfilePlace place = reading->place;

	place.column = (unsigned)(at - line) + 1;
	return place;
}

static void
strip_end(AvuCursor *text)
{
	while (text->end > text->at && (text->end[-1] == ' ' || text->end[-1] == '\t')) {
		text->end--;
	}
}

static bool
is_key(const AvuCursor *text)
{
	for (const char *p = text->at; p < text->end; p++) {
		if (!g_ascii_isalnum(*p) && strchr("._-", *p) == NULL) {
			return false;
		}
	}
	return avu_cursor_len(text) > 0;
}

static bool
take_section(Reading *reading, const char *line, AvuCursor in, GError **error)
{
	AvuKeyfilePlace start = place_of(reading, line, in.at);

	(void)avu_cursor_take_char(&in, '[');
	g_clear_pointer(&reading->section, g_free);

	AvuCursor name = avu_cursor_take_until(&in, "]");
	AvuKeyfilePlace end = place_of(reading, line, in.at);

	if (!avu_cursor_take_char(&in, ']')) {
		return avu_keyfile_refuse(&end, error, "section without ']'");
	}
	if (avu_cursor_len(&name) == 0) {
		return avu_keyfile_refuse(&start, error, "section without a name");
	}
	(void)avu_cursor_skip_blank(&in);
	if (!avu_cursor_at_end(&in)) {
		end = place_of(reading, line, in.at);
		return avu_keyfile_refuse(&end, error, "text after ']'");
	}
	reading->section = avu_cursor_dup(&name);
	reading->section_place = start;
	return true;
}

static bool
take_entry(Reading *reading, const char *line, AvuCursor in, GError **error)
{
	AvuKeyfileEntry entry = { .key_place = place_of(reading, line, in.at) };
	AvuCursor key = avu_cursor_take_until(&in, "=");

	strip_end(&key);
	if (!avu_cursor_take_char(&in, '=')) {
		g_autofree char *text = avu_cursor_dup(&key);
		g_autofree char *shown = avu_text_for_display(text, 60);

		return avu_keyfile_refuse(&entry.key_place, error,
			"\"%s\" is neither \"[Section]\" nor \"Key = value\"", shown);
	}
	if (!is_key(&key)) {
		g_autofree char *text = avu_cursor_dup(&key);
		g_autofree char *shown = avu_text_for_display(text, 60);

		return avu_keyfile_refuse(&entry.key_place, error, "\"%s\" is no key", shown);
	}
	if (reading->section == NULL) {
		return avu_keyfile_refuse(
			&entry.key_place, error, "key before the first [Section]");
	}
	(void)avu_cursor_skip_blank(&in);
	entry.value_place = place_of(reading, line, in.at);

	g_autofree char *key_text = avu_cursor_dup(&key);
	g_autofree char *value_text = avu_cursor_dup(&in);

	entry.section = reading->section;
	entry.section_place = reading->section_place;
	entry.key = key_text;
	entry.value = value_text;
	return reading->fn(&entry, reading->user_data, error);
}

/* @return the first control character but tab, or NULL */
static const char *
find_control(const AvuCursor *in)
{
	for (const char *p = in->at; p < in->end; p++) {
		if (g_ascii_iscntrl(*p) && *p != '\t') {
			return p;
		}
	}
	return NULL;
}

static bool
take_line(Reading *reading, AvuCursor in, GError **error)
{
	const char *line = in.at;
	const char *bad;

	if (avu_cursor_len(&in) > AVU_KEYFILE_LINE_MAX) {
		return avu_keyfile_refuse(
			&reading->place, error, "line longer than %d octets", AVU_KEYFILE_LINE_MAX);
	}
	if (!g_utf8_validate(in.at, (gssize)avu_cursor_len(&in), &bad)) {
		AvuKeyfilePlace place = place_of(reading, line, bad);

		return avu_keyfile_refuse(&place, error, "not UTF-8 text");
	}
	bad = find_control(&in);
	if (bad != NULL) {
		AvuKeyfilePlace place = place_of(reading, line, bad);

		return avu_keyfile_refuse(&place, error, "control character");
	}
	strip_end(&in);
	(void)avu_cursor_skip_blank(&in);
	if (avu_cursor_at_end(&in) || *in.at == '#' || *in.at == ';') {
		return true;
	}
	return *in.at == '[' ? take_section(reading, line, in, error)
			     : take_entry(reading, line, in, error);
}

static bool
read_line(Reading *reading, AvuCursor line, GError **error)
{
	g_autoptr(GError) wrong = NULL;

	if (reading->bad == NULL) {
		return take_line(reading, line, error);
	}
	if (!take_line(reading, line, &wrong)) {
		reading->bad(reading->section,
			reading->section != NULL ? &reading->section_place : NULL, wrong,
			reading->user_data);
	}
	return true;
}

static bool
parse(Reading *reading, const char *text, size_t len, GError **error)
{
	AvuCursor in = avu_cursor(text, len);
	bool good = true;

	if (len > AVU_KEYFILE_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "%s: longer than %d octets",
			reading->place.file, AVU_KEYFILE_MAX);
		return false;
	}
	(void)avu_cursor_take(&in, "\xef\xbb\xbf"); /* some editors put this mark in front */
	while (good && !avu_cursor_at_end(&in)) {
		AvuCursor line = avu_cursor_take_until(&in, "\n");

		(void)avu_cursor_take_char(&in, '\n');
		if (avu_cursor_len(&line) > 0 && line.end[-1] == '\r') {
			line.end--;
		}
		reading->place.line++;
		good = read_line(reading, line, error);
	}
	g_free(reading->section);
	return good;
}

bool
avu_keyfile_parse(const char *file, const char *text, size_t len, AvuKeyfileFn fn, void *user_data,
	GError **error)
{
	Reading reading = { .place = { file, 0, 1 }, .fn = fn, .user_data = user_data };

	return parse(&reading, text, len, error);
}

bool
avu_keyfile_parse_all(const char *file, const char *text, size_t len, AvuKeyfileFn fn,
	AvuKeyfileBadFn bad, void *user_data, GError **error)
{
	Reading reading = { .place = { file, 0, 1 }, .fn = fn, .bad = bad, .user_data = user_data };

	return parse(&reading, text, len, error);
}
