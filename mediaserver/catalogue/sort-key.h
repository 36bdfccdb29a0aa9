/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/sort-key.h: what titles and names are sorted by: avu_text_sort_key() without a leading
 * article, and with those letters at a place of their own that the language in use has there: "ö" is an
 * "o" to a German and comes after "z" to a Swede. Keys are stored; a change of the rules builds the
 * catalogue anew. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Once, before there are threads and keys.
 *  @param articles  NULL-ended, such as "the"; one that ends in "'" needs no blank behind it
 *  @param locale  "" from the environment, NULL: letters without their accents, as without this call */
void sort_key_configure(const char *const *articles, const char *locale);
/** Changes with the rules. */
int64_t sort_key_get_signature(void);

/** @return g_free() it; see avu_text_sort_key() */
char *sort_key_dup(const char *text);
/** The letter that a key begins with where it has a place of its own, else 0. */
uint32_t sort_key_get_letter(const char *key);

G_END_DECLS
