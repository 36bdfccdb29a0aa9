/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of "[Section]" and "Key = value". Pure. */
#include <string.h>

#include "commands/config-text.h"

#define NOWHERE (-1)

static bool
is_section_line(const char *line)
{
	return line[strspn(line, " \t")] == '[';
}

static bool
is_section(const char *line, const char *section)
{
	const char *at = line + strspn(line, " \t");
	const size_t n = strlen(section);

	return at[0] == '[' && strncmp(at + 1, section, n) == 0 && at[n + 1] == ']';
}

/* "Key = …", or "#Key = …" with comment. */
static bool
has_key(const char *line, const char *key, bool comment)
{
	const char *at = line + strspn(line, " \t");
	const size_t n = strlen(key);

	if (comment) {
		at += at[0] == '#' ? 1 + strspn(at + 1, " \t") : 0;
		if (line[strspn(line, " \t")] != '#') {
			return false;
		}
	}
	return strncmp(at, key, n) == 0 && at[n + strspn(at + n, " \t")] == '=';
}

static bool
is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

/* Where a line for the key belongs. @return index of the line it goes before; NOWHERE: no such section */
static int
find_place(const GPtrArray *lines, const char *section, const char *key)
{
	int place = NOWHERE;
	bool inside = false;

	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];

		if (is_section_line(line)) {
			inside = is_section(line, section);
		}
		if (!inside) {
			continue;
		}
		if (has_key(line, key, /* comment = */ true)) {
			return (int)i + 1;
		}
		place = is_blank(line) ? place : (int)i + 1;
	}
	return place;
}

/* Takes all lines of the key out. @return where the first one was, or NOWHERE */
static int
remove_key(GPtrArray *lines, const char *section, const char *key)
{
	int place = NOWHERE;
	bool inside = false;

	for (guint i = 0; i < lines->len;) {
		const char *line = lines->pdata[i];

		if (is_section_line(line)) {
			inside = is_section(line, section);
		}
		if (inside && has_key(line, key, /* comment = */ false)) {
			place = place == NOWHERE ? (int)i : place;
			g_ptr_array_remove_index(lines, i);
		} else {
			i++;
		}
	}
	return place;
}

static GPtrArray *
split(const char *text)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(text, "\n", -1);

	for (size_t i = 0; parts[i] != NULL; i++) {
		/* behind the last line end there is no line */
		if (parts[i + 1] != NULL || parts[i][0] != '\0') {
			g_ptr_array_add(lines, g_strdup(parts[i]));
		}
	}
	return lines;
}

static void
add_section(GPtrArray *lines, const char *section)
{
	if (lines->len > 0) {
		g_ptr_array_add(lines, g_strdup(""));
	}
	g_ptr_array_add(lines, g_strdup_printf("[%s]", section));
}

char *
config_text_set(const char *text, const char *section, const char *key, const char *value)
{
	g_autoptr(GPtrArray) lines = split(text);
	g_autoptr(GString) out = g_string_new(NULL);
	int place = remove_key(lines, section, key);

	if (value != NULL) {
		place = place != NOWHERE ? place : find_place(lines, section, key);
		if (place == NOWHERE) {
			add_section(lines, section);
			place = (int)lines->len;
		}
		g_ptr_array_insert(lines, place, g_strdup_printf("%s = %s", key, value));
	}
	for (guint i = 0; i < lines->len; i++) {
		g_string_append_printf(out, "%s\n", (const char *)lines->pdata[i]);
	}
	return g_string_free(g_steal_pointer(&out), false);
}
