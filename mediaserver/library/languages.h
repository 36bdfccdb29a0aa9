/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/languages.h: the codes and names by which files tell a language, as tags of RFC 3066 */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** "ger", "deu", "de", "German", "pt-BR", "pt_br" as "de", "de", "de", "de", "pt-BR", "pt-BR".
 *  A code that is not in the table is kept when it has the form of one: two or three letters.
 *  @return g_free() it; NULL when it names no language ("und", "zxx", "commentary") */
char *language_tag(const char *text);

/** The same for a word that stands in a file name: only what is in the table, so that "cd1", "dts" or
 *  "web" is no language. */
char *language_tag_of_word(const char *word);

G_END_DECLS
