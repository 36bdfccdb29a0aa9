/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/values.h: tags with several values, and the column that keeps them */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define VALUES_MAX 16

/** "Can; Faust\nNeu!" as one text with ITEM_VALUE_SEPARATOR between the values. Lines are values, and
 *  so is what stands between semicolons, which many taggers write for lack of a second field. Blank
 *  and repeated values go; more than VALUES_MAX are left out.
 *  @param lines  NULL: none  @return g_free() it; NULL when nothing is left */
char *values_join(const char *lines);
/** The same for text in which a semicolon is a semicolon: people's comments. One value, lines kept. */
char *values_keep(const char *text);

/** The first value of a joined text. @return g_free() it; NULL for NULL */
char *values_first(const char *joined);

/** "ger\nund\nfra" as "de", "fr" joined: tags of RFC 3066. */
char *values_join_languages(const char *lines);

G_END_DECLS
