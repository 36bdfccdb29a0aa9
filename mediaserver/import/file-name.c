/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Titles from peers made into file names. Pure; any thread. Bounded by FILE_NAME_MAX. */
#include "mediaserver/import/file-name.h"

#include <string.h>

#include <av-upnp/text.h>

/* Names of devices on the systems that may read the disk some day. */
static bool
has_a_meaning(const char *name)
{
	static const char *const words[] = { "con", "prn", "aux", "nul", "com", "lpt" };
	const size_t len = strcspn(name, ".");

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const size_t n = strlen(words[i]);

		if (g_ascii_strncasecmp(name, words[i], n) == 0 &&
			(len == n || (len == n + 1 && g_ascii_isdigit(name[n])))) {
			return true;
		}
	}
	return false;
}

static bool
is_refused(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f || strchr("/?<>\\:*|\"", c) != NULL;
}

static bool
is_edge(char c)
{
	return c == '.' || c == ' ' || c == '_';
}

/* Trims where the name may not begin or end. */
static void
trim(GString *name)
{
	size_t begin = 0;

	while (name->len > 0 && is_edge(name->str[name->len - 1])) {
		g_string_truncate(name, name->len - 1);
	}
	while (begin < name->len && is_edge(name->str[begin])) {
		begin++;
	}
	g_string_erase(name, 0, (gssize)begin);
}

static bool
ends_so(const GString *name, const char *extension)
{
	const size_t len = strlen(extension);

	return name->len > len + 1 && name->str[name->len - len - 1] == '.' &&
	       g_ascii_strcasecmp(name->str + name->len - len, extension) == 0;
}

char *
file_name_make(const char *title, const char *extension, unsigned n)
{
	g_autofree char *clean = avu_text_sanitize(title, strlen(title), FILE_NAME_MAX);
	g_autoptr(GString) name = g_string_new(clean);

	for (size_t i = 0; i < name->len; i++) {
		if (is_refused(name->str[i])) {
			name->str[i] = '_';
		}
	}
	trim(name);
	if (*extension != '\0' && ends_so(name, extension)) {
		g_string_truncate(name, name->len - strlen(extension) - 1);
		trim(name);
	}
	if (name->len == 0 || has_a_meaning(name->str)) {
		g_string_prepend(name, "file ");
		trim(name);
	}
	if (n >= 2) {
		g_string_append_printf(name, " (%u)", n);
	}
	if (*extension != '\0') {
		g_string_append_c(name, '.');
		g_string_append(name, extension);
	}
	return g_string_free(g_steal_pointer(&name), FALSE);
}
