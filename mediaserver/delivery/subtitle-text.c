/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of subtitles as players read it. Pure; any thread. The text is bounded by who kept it. */
#include "mediaserver/delivery/subtitle-text.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

GBytes *
subtitle_text_encode(GBytes *text, const char *charset)
{
	gsize len, made_len;
	const char *octets = g_bytes_get_data(text, &len);

	if (charset != NULL && !g_str_equal(charset, "UTF-8")) {
		char *made = g_convert_with_fallback(
			octets, (gssize)len, charset, "UTF-8", "?", NULL, &made_len, NULL);

		if (made != NULL) {
			return g_bytes_new_take(made, made_len);
		}
	}
	GString *marked = g_string_new_len(MARK, strlen(MARK));

	g_string_append_len(marked, octets, (gssize)len);
	return g_string_free_to_bytes(marked);
}
