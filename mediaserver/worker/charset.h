/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/charset.h: text whose encoding nobody names, as UTF-8 */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Opens all that iconv needs files for. Before the sandbox. */
void charset_warm(void);
/** A mark says it, else valid UTF-8 is that, else what fits the language, else what the octets look
 *  like, else the fallback. What means nothing becomes U+FFFD.
 *  @param language  "cs", "pt-BR"; "": unknown  @param fallback  of charsets_list(), -1: none
 *  @return UTF-8 without mark, NUL-ended; g_free() it */
char *charset_to_utf8(
	const char *data, size_t len, const char *language, int fallback, size_t *ret_len);
/** Which it would be: a name of charsets_list(), "UTF-8", "UTF-16LE" or "UTF-16BE". */
const char *charset_guess(const char *data, size_t len, const char *language, int fallback);

G_END_DECLS
