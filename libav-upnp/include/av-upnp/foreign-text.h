/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/foreign-text.h: small text files of unknown origin, in an encoding that nobody names */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Octets that are to be text: UTF-8 with or without mark, UTF-16 with a mark, else Windows-1252.
 *  @return UTF-8 without control characters but tab and newline, at most max_bytes; g_free() it */
AVU_API char *avu_foreign_text(const char *data, size_t len, size_t max_bytes);

/** A whole file: what a UTF-16 mark begins comes back as UTF-8, a UTF-8 mark is left out, everything
 *  else stays as it is, since it may contain names of files in octets.
 *  @param ret_len  of the result  @return g_free() it; NUL-ended */
AVU_API char *avu_foreign_file(GBytes *bytes, size_t *ret_len);

/** UTF-16 without a mark; a lone surrogate becomes U+FFFD or nothing, U+0000 nothing.
 *  @param ret_len  of the result  @return g_free() it; NUL-ended */
AVU_API char *avu_utf16_to_utf8(const char *data, size_t len, bool big_endian, size_t *ret_len);

/** The next line without its end (LF, CR, CRLF) and the white space around it.
 *  @param at  moves behind it  @return false at the end */
AVU_API bool avu_foreign_line(
	const char **at, const char *end, const char **ret_line, size_t *ret_len);

G_END_DECLS
