/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/text.h: text from outside made safe, comparable and readable */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Foreign octets as valid UTF-8 that XML 1.0 can carry: bad octets become U+FFFD, control
 *  characters but tab and newline vanish, at most max_bytes kept, cut between characters.
 *  @return g_free() it */
AVU_API char *avu_text_sanitize(const char *text, size_t len, size_t max_bytes);

/** Foreign text for a log line or a terminal: one line, no control characters, no bidi overrides,
 *  shortened to max_chars with "…". @return g_free() it */
AVU_API char *avu_text_for_display(const char *text, size_t max_chars);

/** Key whose memcmp order is the order people expect: case and accents folded, digit runs by value,
 *  leading English/German/French/Spanish articles kept. At most 512 octets.
 *  @return g_free() it; NUL-ended, contains no NUL; hex is not applied */
AVU_API char *avu_text_sort_key(const char *text);

/** Case- and accent-folded text for "contains" look-ups. @return g_free() it */
AVU_API char *avu_text_fold(const char *text);

/** How many changes of an octet, or swaps of two, make one text of the other; letters of ASCII in any case.
 *  @return SIZE_MAX: one is too long to tell */
AVU_API size_t avu_text_distance(const char *a, const char *b);
/** The entry of the NULL-ended list that is nearest to word (changes, swaps of two letters among
 *  them, ≤ a third of its length, at least 1 and at most 3), or NULL. Borrowed from list. */
AVU_API const char *avu_text_nearest(const char *word, const char *const *list);

/** strcmp for NULL-able strings, NULL first. */
AVU_API int avu_text_compare(const char *a, const char *b);

/** "3.4 MiB", "812 B". @return g_free() it */
AVU_API char *avu_text_format_size(uint64_t size_bytes);

G_END_DECLS
