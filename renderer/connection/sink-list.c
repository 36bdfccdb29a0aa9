/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entries are of our own media process: four fields between colons, the third the MIME type, and none
 * has a comma in it. What does not look so is left out. Pure. */

#include "sink-list.h"

#include <string.h>

#define MIME_FIELD 2
#define FIELDS 4

static bool
is_without(const char *mime, const char *const *without)
{
	/* "audio/L16;rate=44100" is audio/L16 */
	const size_t len = strcspn(mime, ";");

	for (size_t i = 0; without[i] != NULL; i++) {
		const size_t wanted = strlen(without[i]);
		const bool group = g_str_has_suffix(without[i], "/*");

		if (group ? g_ascii_strncasecmp(mime, without[i], wanted - 1) == 0
			  : wanted == len && g_ascii_strncasecmp(mime, without[i], len) == 0) {
			return true;
		}
	}
	return false;
}

char *
sink_list_filter(const char *protocols, const char *const *without)
{
	g_auto(GStrv) entries = g_strsplit(protocols, ",", -1);
	GString *left = g_string_new(NULL);

	for (size_t i = 0; entries[i] != NULL; i++) {
		g_auto(GStrv) fields = g_strsplit(entries[i], ":", FIELDS);

		if (g_strv_length(fields) == FIELDS && !is_without(fields[MIME_FIELD], without)) {
			g_string_append_printf(left, "%s%s", left->len > 0 ? "," : "", entries[i]);
		}
	}
	return g_string_free(left, FALSE);
}
