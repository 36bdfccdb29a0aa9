/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* File names from titles. Pure; main thread. */
#include <string.h>

#include <av-upnp/text.h>

#include "commands/file-name.h"
#include "item/media-type.h"

#define NAME_BYTES 240 /* with an ending, and ".part" behind it, below the 255 of file systems */
#define ENDING_BYTES 6 /* ".flac" and the like */

/* ".flac" of ".../123.flac?x=y", or "". */
static char *
ending_of_url(const char *url)
{
	const size_t len = strcspn(url, "?#");
	g_autofree char *path = g_strndup(url, len);
	const char *dot = strrchr(path, '.');
	const char *slash = strrchr(path, '/');

	if (dot == NULL || (slash != NULL && dot < slash) || strlen(dot) > ENDING_BYTES ||
		dot[1] == '\0') {
		return g_strdup("");
	}
	for (const char *at = dot + 1; *at != '\0'; at++) {
		if (!g_ascii_isalnum(*at)) {
			return g_strdup("");
		}
	}
	return g_ascii_strdown(dot, -1);
}

/* The type says more than the URL, where we know it. */
static char *
ending_of(const char *url, const char *protocol_info)
{
	g_auto(GStrv) fields = g_strsplit(protocol_info != NULL ? protocol_info : "", ":", 4);
	const char *known = g_strv_length(fields) > 2 ? media_type_ending(fields[2]) : "";
	g_autofree char *given = url != NULL ? ending_of_url(url) : g_strdup("");

	/* of several endings of one type the server's own */
	return given[0] != '\0' ? g_steal_pointer(&given) : g_strdup(known);
}

static bool
is_kept(gunichar c)
{
	/* separators and overrides of direction would show another name than it has */
	const bool moves = (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
			   (c >= 0x2066 && c <= 0x2069) || c == 0x061c;

	return c != '/' && c != '\\' && !g_unichar_iscntrl(c) && !moves && c != 0xfffd;
}

char *
file_name_of(const char *title, const char *url, const char *protocol_info)
{
	const char *text = title != NULL ? title : "";
	g_autofree char *valid = avu_text_sanitize(text, strlen(text), NAME_BYTES);
	g_autofree char *ending = ending_of(url, protocol_info);
	g_autoptr(GString) name = g_string_new(NULL);

	for (const char *at = g_strstrip(valid); *at != '\0'; at = g_utf8_next_char(at)) {
		const gunichar c = g_utf8_get_char(at);

		/* a dot in front would hide it, or name this folder or the one above; a minus would make
		 * it an option of programs that are given it */
		const bool odd = name->len == 0 && (c == '.' || c == '-');

		g_string_append_unichar(name, is_kept(c) && !odd ? c : '_');
	}
	if (name->len == 0) {
		g_string_append(name, "untitled");
	}
	if (ending[0] != '\0' && !g_str_has_suffix(name->str, ending)) {
		g_string_append(name, ending);
	}
	return g_string_free(g_steal_pointer(&name), false);
}
